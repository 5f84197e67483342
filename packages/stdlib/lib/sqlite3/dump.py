"""Connection.iterdump(): a database as the SQL that makes it again, like the .dump of SQLite's own shell."""


def _name(text):
    """An identifier, quoted whatever it is: new versions of SQLite may have new keywords."""
    return '"' + text.replace('"', '""') + '"'


def _text(text):
    return "'" + text.replace("'", "''") + "'"


def _iterdump(connection):
    """Gives the statements one by one. For Connection.iterdump()."""
    cursor = connection.cursor()
    yield "BEGIN TRANSACTION;"

    schema_is_open = False
    sequences = []
    tables = cursor.execute("""
        SELECT "name", "sql" FROM "sqlite_master"
        WHERE "sql" NOT NULL AND "type" == 'table' ORDER BY "name"
    """).fetchall()
    for table, sql in tables:
        if table == "sqlite_sequence":
            # Where AUTOINCREMENT goes on: only right after all rows are there.
            sequences.append('DELETE FROM "sqlite_sequence";')
            for name, number in cursor.execute('SELECT * FROM "sqlite_sequence"'):
                sequences.append(f"INSERT INTO \"sqlite_sequence\" VALUES('{name}',{number});")
            continue
        if table == "sqlite_stat1":
            yield 'ANALYZE "sqlite_master";'
        elif table.startswith("sqlite_"):
            continue
        elif sql.startswith("CREATE VIRTUAL TABLE"):
            if not schema_is_open:
                schema_is_open = True
                yield "PRAGMA writable_schema=ON;"
            yield ("INSERT INTO sqlite_master(type,name,tbl_name,rootpage,sql)"
                   f"VALUES('table',{_text(table)},{_text(table)},0,{_text(sql)});")
        else:
            yield f"{sql};"

        columns = [str(column[1]) for column in cursor.execute(f"PRAGMA table_info({_name(table)})")]
        values = ",".join(f"'||quote({_name(column)})||'" for column in columns)
        rows = cursor.execute(f"SELECT 'INSERT INTO {_name(table)} VALUES({values})' FROM {_name(table)};")
        for (statement,) in rows:
            yield f"{statement};"

    others = cursor.execute("""
        SELECT "sql" FROM "sqlite_master"
        WHERE "sql" NOT NULL AND "type" IN ('index', 'trigger', 'view')
    """).fetchall()
    for (sql,) in others:
        yield f"{sql};"

    if schema_is_open:
        yield "PRAGMA writable_schema=OFF;"
    yield from sequences
    yield "COMMIT;"
