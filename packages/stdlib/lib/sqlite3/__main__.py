"""python -m sqlite3: a small shell for SQLite, or one statement of the command line."""

import sqlite3
import sys
from argparse import ArgumentParser
from code import InteractiveConsole


def execute(target, sql, suppress_errors=True):
    """Run SQL on a cursor or connection and print the rows.

    Errors are printed too; then the program ends, unless they are suppressed.
    """
    try:
        for row in target.execute(sql):
            print(row)
    except sqlite3.Error as error:
        kind = type(error).__name__
        code = getattr(error, "sqlite_errorname", None)
        print(f"{kind}: {error}" if code is None else f"{kind} ({code}): {error}", file=sys.stderr)
        if not suppress_errors:
            sys.exit(1)


class SqliteInteractiveConsole(InteractiveConsole):
    """The prompt: SQL instead of Python, and three commands of its own."""

    def __init__(self, connection):
        super().__init__()
        self._con = connection
        self._cur = connection.cursor()

    def runsource(self, source, filename="<input>", symbol="single"):
        """Run what was typed; true when a statement is not complete yet."""
        if source == ".version":
            print(sqlite3.sqlite_version)
        elif source == ".help":
            print("Enter SQL code and press enter.")
        elif source == ".quit":
            sys.exit(0)
        elif sqlite3.complete_statement(source):
            execute(self._cur, source)
        else:
            return True
        return False


def main(*args):
    parser = ArgumentParser(description="Python sqlite3 CLI", prog="python -m sqlite3")
    parser.add_argument("filename", type=str, default=":memory:", nargs="?",
                        help="SQLite database to open (defaults to ':memory:'). "
                             "A new database is created if the file does not previously exist.")
    parser.add_argument("sql", type=str, nargs="?",
                        help="An SQL query to execute. Any returned rows are printed to stdout.")
    parser.add_argument("-v", "--version", action="version",
                        version=f"SQLite version {sqlite3.sqlite_version}",
                        help="Print underlying SQLite library version")
    options = parser.parse_args(*args)

    connection = sqlite3.connect(options.filename, isolation_level=None)
    try:
        if options.sql:
            execute(connection, options.sql, suppress_errors=False)
        else:
            _converse(connection, options.filename)
    finally:
        connection.close()
    sys.exit(0)


def _converse(connection, filename):
    place = "a transient in-memory database" if filename == ":memory:" else repr(filename)
    end = "CTRL-Z" if sys.platform == "win32" and "idlelib.run" not in sys.modules else "CTRL-D"
    sys.ps1 = "sqlite> "
    sys.ps2 = "    ... "
    SqliteInteractiveConsole(connection).interact(
        f"sqlite3 shell, running on SQLite version {sqlite3.sqlite_version}\n"
        f"Connected to {place}\n"
        "\n"
        "Each command will be run using execute() on the cursor.\n"
        f'Type ".help" for more information; type ".quit" or {end} to quit.',
        exitmsg="")


if __name__ == "__main__":
    main(sys.argv[1:])
