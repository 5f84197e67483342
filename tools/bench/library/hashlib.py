# hashlib: much data at once, and little data often.
import hashlib

data = bytes(range(256)) * 2000
small = [b"item %d" % i for i in range(1000)]

cases = {
    "sha256": lambda: hashlib.sha256(data).hexdigest(),
    "md5": lambda: hashlib.md5(data).hexdigest(),
    "sha1": lambda: hashlib.sha1(data).hexdigest(),
    "sha3_256": lambda: hashlib.sha3_256(data).hexdigest(),
    "blake2b": lambda: hashlib.blake2b(data).hexdigest(),
    "sha256 of 1,000 short ones": lambda: [hashlib.sha256(item).hexdigest() for item in small][-1],
}
