# struct: one record at a time, and many values at once.
import struct

record = struct.Struct("<IHhdq8s")
packed = record.pack(7, 8, -9, 1.5, 1 << 40, b"abcdefgh")
ints = list(range(25_600))
floats = [n / 3 for n in ints]
manyints, manyfloats = struct.pack("<25600i", *ints), struct.pack("<25600d", *floats)


def packs():
    for i in range(2000):
        struct.pack("<IHhd", i, 8, -9, 1.5)


def methods():
    for i in range(2000):
        record.pack(i, 8, -9, 1.5, 1 << 40, b"abcdefgh")


def unpacks():
    total = 0
    for i in range(2000):
        total += struct.unpack("<IHhdq8s", packed)[0]
    return total


def bytewise():
    for i in range(2000):
        struct.pack(">H", i)
        struct.pack("B", i & 255)


def into():
    buffer = bytearray(40)
    for i in range(2000):
        struct.pack_into("<IId", buffer, 4, i, i, 0.5)
    return buffer


cases = {
    "pack": packs,
    "pack, one small int": bytewise,
    "pack_into": into,
    "Struct.pack": methods,
    "unpack": unpacks,
    "pack 25,600 ints": lambda: struct.pack("<25600i", *ints),
    "pack 25,600 doubles": lambda: struct.pack("<25600d", *floats),
    "unpack 25,600 ints": lambda: struct.unpack("<25600i", manyints),
    "unpack 25,600 doubles": lambda: struct.unpack("<25600d", manyfloats),
    "iter_unpack": lambda: sum(a for a, b in struct.iter_unpack("<ih", b"abcdef" * 2000)),
}
