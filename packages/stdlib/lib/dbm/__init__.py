"""Databases of bytes by bytes in files: one interface to those kinds that there are.

dbm.open(file, flag='r', mode=0o666) gives a mapping. `flag` is 'r' to read, 'w' to write, 'c' to make the file if it
is not there, 'n' to start from an empty one. Keys and values are bytes, or str, which is stored as UTF-8.
"""
import io
import os
import struct
import sys

__all__ = ["open", "whichdb", "error"]


class error(Exception):
    pass


_names = ["dbm.gnu", "dbm.ndbm", "dbm.dumb"]
_defaultmod = None
_modules = {}

error = (error, OSError)


def _module(name):
    if name not in _modules:
        _modules[name] = __import__(name, fromlist=["open"])
    return _modules[name]


def _find_default():
    """The first kind that this interpreter has."""
    global _defaultmod
    if _defaultmod is None:
        for name in _names:
            try:
                _defaultmod = _module(name)
                break
            except ImportError:
                continue
        else:
            raise ImportError("no dbm clone found; tried %s" % _names)
    return _defaultmod


def open(file, flag="r", mode=0o666):
    """Opens a database of the kind that the file is, or a new one of the best kind there is."""
    default = _find_default()
    kind = whichdb(file) if "n" not in flag else None
    if kind is None:
        if "c" not in flag and "n" not in flag:
            raise error[0]("db file doesn't exist; use 'c' or 'n' flag to create a new db")
        return default.open(file, flag, mode)
    if kind == "":
        raise error[0]("db type could not be determined")
    try:
        module = _module(kind)
    except ImportError:
        raise error[0]("db type is {0}, but the module is not available".format(kind)) from None
    return module.open(file, flag, mode)


def whichdb(filename):
    """The module that can open a database: 'dbm.dumb' …; '' if it is of no known kind, None if it cannot be read."""
    filename = os.fsencode(filename)
    if _readable(filename + b".pag") and _readable(filename + b".dir"):
        return "dbm.ndbm"
    if _readable(filename + b".db"):
        try:
            default = _module("dbm.ndbm")
            with default.open(filename):
                return "dbm.ndbm"
        except (ImportError, OSError):
            pass
    try:
        # A dumb database may be without entries: then its list is empty, else it begins with a quoted key.
        os.stat(filename + b".dat")
        size = os.stat(filename + b".dir").st_size
        if size == 0:
            return "dbm.dumb"
        with io.open(filename + b".dir", "rb") as file:
            if file.read(1) in (b"'", b'"'):
                return "dbm.dumb"
    except OSError:
        pass
    try:
        with io.open(filename, "rb") as file:
            head = file.read(16)
    except OSError:
        return None
    if len(head) < 4:
        return ""
    (magic,) = struct.unpack("=l", head[:4])
    return "dbm.gnu" if magic in (0x13579ACE, 0x13579ACD, 0x13579ACF) else ""


def _readable(path):
    try:
        io.open(path, "rb").close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    for filename in sys.argv[1:]:
        print(whichdb(filename) or "UNKNOWN", filename)
