# hashlib: much data at once, and little data often.
import hashlib
import hmac

data = bytes(range(256)) * 2000
small = [b"item %d" % i for i in range(1000)]
some = [data[i : i + 1000] for i in range(100)]


def pieces():
    digest = hashlib.sha256()
    for item in small:
        digest.update(item)
    return digest.hexdigest()


cases = {
    "sha256": lambda: hashlib.sha256(data).hexdigest(),
    "md5": lambda: hashlib.md5(data).hexdigest(),
    "sha1": lambda: hashlib.sha1(data).hexdigest(),
    "sha3_256": lambda: hashlib.sha3_256(data).hexdigest(),
    "blake2b": lambda: hashlib.blake2b(data).hexdigest(),
    "sha256 of 1,000 short ones": lambda: [hashlib.sha256(item).hexdigest() for item in small][-1],
    "md5 of 1,000 short ones": lambda: [hashlib.md5(item).hexdigest() for item in small][-1],
    "sha512 of 1,000 short ones": lambda: [hashlib.sha512(item).digest() for item in small][-1],
    "blake2b of 1,000 short ones": lambda: [hashlib.blake2b(item).hexdigest() for item in small][-1],
    "sha1 of 1 KB": lambda: [hashlib.sha1(item).hexdigest() for item in some][-1],
    "sha256 in pieces": pieces,
    "hmac of 1,000 short ones": lambda: [hmac.digest(b"key", item, "sha256") for item in small][-1].hex(),
    "pbkdf2": lambda: hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1000).hex(),
}
