"""What DB-API 2.0 asks for beside the connections of `_sqlite3`."""

import collections.abc
import datetime
import time

from _sqlite3 import *
from _sqlite3 import _deprecated_version

apilevel = "2.0"
paramstyle = "qmark"

Binary = memoryview
Date = datetime.date
Time = datetime.time
Timestamp = datetime.datetime

_deprecated_names = frozenset({"version", "version_info"})
_deprecated_version_info = tuple(int(part) for part in _deprecated_version.split("."))
sqlite_version_info = tuple(int(part) for part in sqlite_version.split("."))

collections.abc.Sequence.register(Row)


def DateFromTicks(ticks):
    year, month, day, *_ = time.localtime(ticks)
    return Date(year, month, day)


def TimeFromTicks(ticks):
    _, _, _, hour, minute, second, *_ = time.localtime(ticks)
    return Time(hour, minute, second)


def TimestampFromTicks(ticks):
    return Timestamp(*time.localtime(ticks)[:6])


def _register_defaults():
    """Adapters and converters for dates, all deprecated."""
    import warnings

    def warn(what):
        warnings.warn(f"The default {what} is deprecated as of Python 3.12; "
                      "see the sqlite3 documentation for suggested replacement recipes",
                      DeprecationWarning, stacklevel=3)

    def adapt_date(val):
        warn("date adapter")
        return val.isoformat()

    def adapt_datetime(val):
        warn("datetime adapter")
        return val.isoformat(" ")

    def convert_date(val):
        warn("date converter")
        year, month, day = map(int, val.split(b"-"))
        return Date(year, month, day)

    def convert_timestamp(val):
        warn("timestamp converter")
        day, clock = val.split(b" ")
        clock, *fraction = clock.split(b".")
        # Of one fraction the first six digits count; of anything else none do.
        microsecond = int(f"{fraction[0].decode():0<6.6}") if len(fraction) == 1 else 0
        year, month, day = map(int, day.split(b"-"))
        hour, minute, second = map(int, clock.split(b":"))
        return Timestamp(year, month, day, hour, minute, second, microsecond)

    register_adapter(Date, adapt_date)
    register_adapter(Timestamp, adapt_datetime)
    register_converter("date", convert_date)
    register_converter("timestamp", convert_timestamp)


_register_defaults()
del _register_defaults


def _deprecated(name, namespace):
    """The value of a deprecated name of a module, asked for by its __getattr__."""
    if name not in _deprecated_names:
        raise AttributeError(f"module {namespace['__name__']!r} has no attribute {name!r}")
    import warnings
    warnings.warn(f"{name} is deprecated and will be removed in Python 3.14",
                  DeprecationWarning, stacklevel=3)
    return namespace[f"_deprecated_{name}"]


def __getattr__(name):
    return _deprecated(name, globals())
