# zlib and binascii: text, what is binary, what cannot be made shorter.
import base64
import binascii
import gzip
import random
import zlib

text = "".join(f"def function_{i}(argument, other={i * 7919 % 1000}):\n    return argument + other * {i % 17}\n\n" for i in range(3000)).encode()
binary = bytes(i * i >> 4 & 255 for i in range(100_000))
rng = random.Random(1)
noise = rng.randbytes(100_000)
words = " ".join("".join(rng.choice("etaoinshrdlu") for _ in range(rng.randrange(2, 9))) for _ in range(20_000)).encode()
short = [zlib.compress(text[i : i + 500]) for i in range(0, 50_000, 500)]


def pieces():
    stream = zlib.compressobj()
    return b"".join([stream.compress(text[i : i + 4096]) for i in range(0, len(text), 4096)]) + stream.flush()


packed, coded, digits = zlib.compress(text), base64.b64encode(text), text.hex().encode()

cases = {
    "compress, text": lambda: zlib.compress(text),
    "compress, text, level 1": lambda: zlib.compress(text, 1),
    "compress, text, level 9": lambda: zlib.compress(text, 9),
    "compress, binary": lambda: zlib.compress(binary),
    "compress, noise": lambda: zlib.compress(noise),
    "compress, words": lambda: zlib.compress(words),
    "compress, words, level 1": lambda: zlib.compress(words, 1),
    "compress, zeros": lambda: zlib.compress(bytes(200_000)),
    "compress, 100 short ones": lambda: [zlib.compress(text[i : i + 500]) for i in range(0, 50_000, 500)][-1],
    "compressobj": pieces,
    "gzip.compress": lambda: gzip.compress(text, 6, mtime=0),
    "decompress": lambda: zlib.decompress(packed),
    "decompress, 100 short ones": lambda: [zlib.decompress(item) for item in short][-1],
    "crc32": lambda: zlib.crc32(text),
    "adler32": lambda: zlib.adler32(text),
    "b64encode": lambda: base64.b64encode(text),
    "b64decode": lambda: base64.b64decode(coded),
    "hexlify": lambda: binascii.hexlify(text),
    "bytes.hex": lambda: text.hex(),
    "unhexlify": lambda: binascii.unhexlify(digits),
}
