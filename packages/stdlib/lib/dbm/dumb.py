"""A database in three plain files, for systems without a better one.

NAME.dir lists the entries, a line each: the key as a Latin-1 string literal, then the place and the length of its value.
NAME.dat holds the values, each from a multiple of 512 bytes on. NAME.bak is the list as it was before the last commit.
"""
import ast
import collections.abc
import io
import os

__all__ = ["error", "open"]

_BLOCKSIZE = 512

error = OSError


class _Database(collections.abc.MutableMapping):
    # Kept as attributes: an object that is finalised while the interpreter ends finds no globals.
    _os = os
    _io = io

    def __init__(self, filebasename, mode, flag="c"):
        filebasename = self._os.fsencode(filebasename)
        self._mode = mode
        self._readonly = flag == "r"
        self._dirfile = filebasename + b".dir"
        self._datfile = filebasename + b".dat"
        self._bakfile = filebasename + b".bak"
        self._index = None  # key -> (place, length); None when closed
        self._modified = False
        self._create(flag)
        self._read_index(flag)

    def _create(self, flag):
        if flag == "n":
            for path in (self._datfile, self._bakfile, self._dirfile):
                try:
                    self._os.remove(path)
                except OSError:
                    pass
        if flag not in ("c", "n"):
            # The file of values must be there; the list may be missing only if it may be written.
            self._io.open(self._datfile, "r", encoding="Latin-1").close()
            return
        try:
            self._io.open(self._datfile, "r", encoding="Latin-1").close()
        except OSError:
            with self._io.open(self._datfile, "w", encoding="Latin-1"):
                self._chmod(self._datfile)

    def _read_index(self, flag):
        self._index = {}
        try:
            file = self._io.open(self._dirfile, "r", encoding="Latin-1")
        except OSError:
            if flag not in ("c", "n"):
                raise
            with self._io.open(self._dirfile, "w", encoding="Latin-1"):
                self._chmod(self._dirfile)
            return
        with file:
            for line in file:
                key, place_and_length = ast.literal_eval(line.rstrip())
                self._index[key.encode("Latin-1")] = place_and_length

    def _commit(self):
        """Writes the list anew, unless nothing has changed."""
        if self._index is None or not self._modified:
            return
        try:
            self._os.unlink(self._bakfile)
        except OSError:
            pass
        try:
            self._os.rename(self._dirfile, self._bakfile)
        except OSError:
            pass
        with self._io.open(self._dirfile, "w", encoding="Latin-1") as file:
            self._chmod(self._dirfile)
            for key, place_and_length in self._index.items():
                file.write("%r, %r\n" % (key.decode("Latin-1"), place_and_length))
        self._modified = False

    sync = _commit

    def _chmod(self, path):
        self._os.chmod(path, self._mode)

    def _verify_open(self):
        if self._index is None:
            raise error("DBM object has already been closed")

    def __getitem__(self, key):
        key = _as_bytes(key)
        self._verify_open()
        place, length = self._index[key]
        with self._io.open(self._datfile, "rb") as file:
            file.seek(place)
            return file.read(length)

    def __setitem__(self, key, value):
        if self._readonly:
            raise error("The database is opened for reading only")
        if not isinstance(key, (bytes, bytearray, str)):
            raise TypeError("keys must be bytes or strings")
        if not isinstance(value, (bytes, bytearray, str)):
            raise TypeError("values must be bytes or strings")
        key, value = _as_bytes(key), _as_bytes(value)
        self._verify_open()
        self._modified = True
        if key not in self._index:
            self._index[key] = self._append(value)
            with self._io.open(self._dirfile, "a", encoding="Latin-1") as file:
                self._chmod(self._dirfile)
                file.write("%r, %r\n" % (key.decode("Latin-1"), self._index[key]))
            return
        place, length = self._index[key]
        if _blocks(len(value)) <= _blocks(length):
            # It fits where the old one is.
            with self._io.open(self._datfile, "rb+") as file:
                file.seek(place)
                file.write(value)
            self._index[key] = (place, len(value))
        else:
            self._index[key] = self._append(value)

    def _append(self, value):
        with self._io.open(self._datfile, "rb+") as file:
            file.seek(0, 2)
            end = file.tell()
            place = _blocks(end) * _BLOCKSIZE
            file.write(b"\0" * (place - end))
            file.write(value)
        return (place, len(value))

    def __delitem__(self, key):
        if self._readonly:
            raise error("The database is opened for reading only")
        key = _as_bytes(key)
        self._verify_open()
        self._modified = True
        # The bytes of the value stay where they are, unused.
        del self._index[key]
        self._commit()

    def keys(self):
        self._verify_open()
        return list(self._index)

    def items(self):
        self._verify_open()
        return [(key, self[key]) for key in self._index]

    def __contains__(self, key):
        key = _as_bytes(key)
        self._verify_open()
        return key in self._index

    def iterkeys(self):
        self._verify_open()
        return iter(self._index)

    __iter__ = iterkeys

    def __len__(self):
        self._verify_open()
        return len(self._index)

    def close(self):
        try:
            self._commit()
        finally:
            self._index = None

    __del__ = close

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()


def _as_bytes(value):
    return value.encode("utf-8") if isinstance(value, str) else value


def _blocks(length):
    return (length + _BLOCKSIZE - 1) // _BLOCKSIZE


def open(file, flag="c", mode=0o666):
    """Opens a database; `file` is the name of its three files without their ends."""
    try:
        umask = os.umask(0)
        os.umask(umask)
    except AttributeError:
        umask = 0
    if flag not in ("r", "w", "c", "n"):
        raise ValueError("Flag must be one of 'r', 'w', 'c', or 'n'")
    return _Database(file, mode & ~umask, flag=flag)
