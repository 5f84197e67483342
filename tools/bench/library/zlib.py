# zlib and binascii: text, what is binary, what cannot be made shorter.
import base64
import binascii
import random
import zlib

text = "".join(f"def function_{i}(argument, other={i * 7919 % 1000}):\n    return argument + other * {i % 17}\n\n" for i in range(3000)).encode()
binary = bytes(i * i >> 4 & 255 for i in range(100_000))
noise = random.Random(1).randbytes(100_000)
packed, coded, digits = zlib.compress(text), base64.b64encode(text), text.hex().encode()

cases = {
    "compress, text": lambda: zlib.compress(text),
    "compress, text, level 1": lambda: zlib.compress(text, 1),
    "compress, text, level 9": lambda: zlib.compress(text, 9),
    "compress, binary": lambda: zlib.compress(binary),
    "compress, noise": lambda: zlib.compress(noise),
    "decompress": lambda: zlib.decompress(packed),
    "crc32": lambda: zlib.crc32(text),
    "adler32": lambda: zlib.adler32(text),
    "b64encode": lambda: base64.b64encode(text),
    "b64decode": lambda: base64.b64decode(coded),
    "hexlify": lambda: binascii.hexlify(text),
    "bytes.hex": lambda: text.hex(),
    "unhexlify": lambda: binascii.unhexlify(digits),
}
