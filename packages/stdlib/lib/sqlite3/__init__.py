"""DB-API 2.0 (PEP 249) for SQLite databases.

    import sqlite3

    connection = sqlite3.connect("music.db")      # or ":memory:"
    connection.execute("create table song(title, year)")
    connection.execute("insert into song values (?, ?)", ("Hey Jude", 1968))
    connection.commit()
    for title, year in connection.execute("select * from song"):
        print(title, year)
    connection.close()
"""

from sqlite3 import dbapi2
from sqlite3.dbapi2 import *
from sqlite3.dbapi2 import (_deprecated_names,
                            _deprecated_version,
                            _deprecated_version_info)


def __getattr__(name):
    return dbapi2._deprecated(name, globals())
