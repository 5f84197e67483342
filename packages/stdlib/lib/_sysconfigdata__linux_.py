"""What CPython's configure script and Makefile would say of this interpreter.

There is no C compiler behind it and no C extension can be loaded: variables that only serve to build some are not here.
"""
import os
import sys

_prefix = sys.prefix
_short = "%d.%d" % sys.version_info[:2]

build_time_vars = {
    "ABIFLAGS": "",
    "AR": "ar",
    "ARFLAGS": "rcs",
    "BINDIR": os.path.join(_prefix, "bin"),
    "BINLIBDEST": os.path.join(_prefix, "lib", "python" + _short),
    "CC": "gcc",
    "CONFIG_ARGS": "",
    "CXX": "g++",
    "DESTDIRS": "",
    "EXE": "",
    "EXT_SUFFIX": ".cpython-312.so",
    "HAVE_FORK": 0,
    "HAVE_GETENTROPY": 1,
    "HAVE_GETRANDOM": 1,
    "HAVE_GETRANDOM_SYSCALL": 1,
    "INCLUDEPY": os.path.join(_prefix, "include", "python" + _short),
    "LDVERSION": _short,
    "LIBDEST": os.path.join(_prefix, "lib", "python" + _short),
    "LIBDIR": os.path.join(_prefix, "lib"),
    "LIBPC": os.path.join(_prefix, "lib", "pkgconfig"),
    "MACHDEP": sys.platform,
    "MULTIARCH": "",
    "PY_CFLAGS": "",
    "PY_CFLAGS_NODIST": "",
    "PY_COERCE_C_LOCALE": 1,
    "PY_LDFLAGS_NODIST": "",
    "Py_DEBUG": 0,
    "Py_ENABLE_SHARED": 0,
    "SHLIB_SUFFIX": ".so",
    "SIZEOF_VOID_P": 8,
    "SOABI": "cpython-312",
    "TZPATH": "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo",
    "VERSION": _short,
    "WITH_DOC_STRINGS": 1,
    "WITH_DTRACE": 0,
    "WITH_FREELISTS": 0,
    "WITH_PYMALLOC": 0,
    "WITH_VALGRIND": 0,
    "exec_prefix": sys.exec_prefix,
    "prefix": _prefix,
    "srcdir": ".",
}
