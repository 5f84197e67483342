import {
  badArgument, bytearrayType, bytesType, call, decodeUtf8, defineType, emptyTuple, encodeUtf8, exceptionTypes, isStr, iterate, native, next, None, PyBaseException, PyByteArray, PyBytes, PyFloat, PyList,
  PyObject, PyTuple, strType, typeError, valueError,
} from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { intArgument } from '../arguments.ts';
import { converterNamed } from './adapters.ts';
import { Connection } from './connection.ts';
import type { Handle, StatementUser } from './connection.ts';
import { checkLast, DataError, OperationalError, ProgrammingError, sqliteError } from './errors.ts';
import { SQLITE_BLOB, SQLITE_DONE, SQLITE_FLOAT, SQLITE_INTEGER, SQLITE_OK, SQLITE_ROW, SQLITE_TEXT } from './sqlite.ts';
import type { Sqlite } from './sqlite.ts';
import type { Statement } from './statement.ts';

/* Cursors (CPython 3.12: Modules/_sqlite/cursor.c). */

const PARSE_DECLTYPES = 1, PARSE_COLNAMES = 2;
const SQLITE_LIMIT_SQL_LENGTH = 1;

export class Cursor extends PyObject implements StatementUser {
  connection: Connection | null = null;
  description: PyValue = None;
  /** Of each column; null where SQLite's own types decide. Null while nothing is converted. */
  converters: readonly (PyValue | null)[] | null = null;
  arraysize = 0;
  lastrowid: PyValue | undefined = undefined;
  rowcount: number | bigint = 0;
  rowFactory: PyValue | undefined = undefined;
  /** The statement whose rows it stands in. */
  statement: Statement | null = null;
  closed = false;
  initialized = false;
  /** In the middle of something that may call Python. */
  locked = false;

  /** Throws unless the cursor and its connection can be used; gives the latter. */
  checked(vm: VM): { connection: Connection; handle: Handle } {
    const { connection } = this;
    if (!this.initialized || connection === null) throw sqliteError(ProgrammingError, 'Base Cursor.__init__ not called.');
    if (this.closed) throw sqliteError(ProgrammingError, 'Cannot operate on a closed cursor.');
    if (this.locked) throw sqliteError(ProgrammingError, 'Recursive use of cursors not allowed.');
    return { connection, handle: connection.checked(vm) };
  }

  /** Has done with its statement. */
  release(): void {
    const { statement } = this;
    this.statement = null;
    if (statement !== null) statement.owner.release(statement);
  }
}

function cursor_init(vm: VM, self: Cursor, args: PyValue[], kwnames: readonly string[] | null): void {
  if (self.cls === cursorType && kwnames !== null && kwnames.length > 0) throw typeError('Cursor() takes no keyword arguments');
  if (args.length !== 1) throw typeError(`Cursor expected 1 argument, got ${args.length}`);
  const [connection] = args;
  if (!(connection instanceof Connection)) throw badArgument('Cursor', 'argument 1', 'sqlite3.Connection', connection);
  if (self.locked) throw sqliteError(ProgrammingError, 'Recursive use of cursors not allowed.');
  self.release();
  self.connection = connection;
  self.description = None;
  self.converters = null;
  self.lastrowid = undefined;
  self.arraysize = 1;
  self.closed = false;
  self.rowcount = -1;
  self.rowFactory = undefined;
  connection.checkThread(vm);
  self.initialized = true;
}

// ---- execute ----

function execute(vm: VM, self: Cursor, sql: PyValue, parameters: PyValue | undefined): PyValue {
  textArgument('execute', sql);
  return query(vm, self, sql, false, parameters ?? emptyTuple);
}

function executemany(vm: VM, self: Cursor, sql: PyValue, sequence: PyValue): PyValue {
  textArgument('executemany', sql);
  return query(vm, self, sql, true, sequence);
}

function textArgument(name: string, sql: PyValue): void {
  if (!isStr(sql)) throw badArgument(name, 'argument 1', 'str', sql);
}

/** Runs a statement with each of several sets of parameters, or with one. */
function query(vm: VM, self: Cursor, sql: PyValue, multiple: boolean, parameters: PyValue): PyValue {
  const { connection, handle } = self.checked(vm);
  self.locked = true;
  try {
    const sets = multiple ? iterate(vm, parameters) : null;
    self.release();
    self.description = None;
    self.rowcount = 0;
    const statement = connection.take(sql);
    self.statement = statement;
    if (multiple && handle.sqlite.c.sqlite3_stmt_readonly(statement.pointer) !== 0) throw sqliteError(ProgrammingError, 'executemany() can only execute DML statements.');
    self.rowcount = statement.isDml ? 0 : -1;
    if (connection.autocommit === 'legacy' && connection.isolationLevel !== null && statement.isDml && !connection.inTransaction) connection.beginTransaction();
    let more = false;
    if (sets === null) more = executeOnce(vm, self, statement, parameters);
    else for (let set = next(vm, sets); set !== undefined; set = next(vm, sets)) more = executeOnce(vm, self, statement, set);
    if (!multiple && statement.pointer !== 0) self.lastrowid = handle.sqlite.wide(handle.sqlite.c.sqlite3_last_insert_rowid(handle.db));
    if (more) statement.owner.keep(statement, self);
    else self.release();
    return self;
  } catch (error) {
    self.release();
    self.rowcount = -1;
    throw error;
  } finally {
    self.locked = false;
  }
}

/** Gives whether there is a row. */
function executeOnce(vm: VM, self: Cursor, statement: Statement, parameters: PyValue): boolean {
  const { connection } = self as { connection: Connection };
  const { sqlite, db } = connection.check();
  statement.bind(parameters);
  if (statement.pointer === 0) {
    self.rowcount = -1;
    return false;
  }
  const result = connection.step(statement);
  sqlite.resume();
  if (result !== SQLITE_DONE && result !== SQLITE_ROW) {
    checkLast(sqlite, db);
    return false;
  }
  const columns = sqlite.c.sqlite3_column_count(statement.pointer);
  if (connection.detectTypes !== 0) self.converters = columnConverters(vm, self, statement, columns);
  if (self.description === None && columns > 0) self.description = describe(vm, connection, statement, columns);
  if (result === SQLITE_ROW) return true;
  if (statement.isDml) self.rowcount = Number(self.rowcount) + sqlite.c.sqlite3_changes(db);
  statement.reset();
  return false;
}

/** `description`: a tuple of seven for each column, of which only the name is known. */
function describe(vm: VM, connection: Connection, statement: Statement, columns: number): PyValue {
  const { sqlite } = connection.check();
  return new PyTuple(Array.from({ length: columns }, (_, index) => {
    const name = sqlite.cBytes(sqlite.c.sqlite3_column_name(statement.pointer, index));
    const bracket = (connection.detectTypes & PARSE_COLNAMES) === 0 ? -1 : name.indexOf(0x5b);
    const end = bracket < 0 ? name.length : bracket > 0 && name[bracket - 1] === 0x20 ? bracket - 1 : bracket;
    return new PyTuple([decodeUtf8(vm, name.slice(0, end)).value, None, None, None, None, None, None]);
  }));
}

/** By `"name [type]"` and by the declarations of columns, as `detect_types` asks. */
function columnConverters(vm: VM, self: Cursor, statement: Statement, columns: number): (PyValue | null)[] {
  const { sqlite } = (self.connection as Connection).check();
  const { detectTypes } = self.connection as Connection;
  return Array.from({ length: columns }, (_, index) => {
    let converter: PyValue | null = null;
    if ((detectTypes & PARSE_COLNAMES) !== 0) {
      const name = sqlite.cBytes(sqlite.c.sqlite3_column_name(statement.pointer, index)).slice();
      const end = name.indexOf(0x5d, name.indexOf(0x5b) + 1);
      const start = end < 0 ? -1 : name.lastIndexOf(0x5b, end);
      if (start >= 0) converter = converterNamed(vm, decodeUtf8(vm, name.slice(start + 1, end)).value);
    }
    if (converter === null && (detectTypes & PARSE_DECLTYPES) !== 0) {
      const declared = sqlite.c.sqlite3_column_decltype(statement.pointer, index);
      if (declared !== 0) {
        const type = sqlite.cBytes(declared).slice();
        const end = type.findIndex((code) => code === 0x20 || code === 0x28);
        converter = converterNamed(vm, decodeUtf8(vm, end < 0 ? type : type.slice(0, end)).value);
      }
    }
    return converter;
  });
}

function executescript(vm: VM, self: Cursor, script: PyValue): PyValue {
  if (!isStr(script)) throw badArgument('executescript', 'argument', 'str', script);
  const text = encodeUtf8(vm, script);
  if (text.includes(0)) throw valueError('embedded null character');
  const { connection, handle: { sqlite, db } } = self.checked(vm);
  const { c } = sqlite;
  if (text.length > c.sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, -1)) throw sqliteError(DataError, 'query string is too large');
  if (connection.autocommit === 'legacy' && connection.inTransaction) connection.run('COMMIT');
  sqlite.with(text, (start) => {
    for (let at = start; ;) {
      let result = c.sqlite3_prepare_v2(db, at, start + text.length - at + 1, sqlite.results, sqlite.results + 4);
      const [pointer, tail] = [sqlite.result(0), sqlite.result(1)];
      if (result === SQLITE_OK && pointer !== 0) {
        while (c.sqlite3_step(pointer) === SQLITE_ROW);
        result = c.sqlite3_finalize(pointer);
      }
      sqlite.resume();
      if (result !== SQLITE_OK) checkLast(sqlite, db);
      if (tail >= start + text.length) return;
      at = tail;
    }
  });
  return self;
}

// ---- rows ----

/** The next row, undefined at the end. */
function nextRow(vm: VM, self: Cursor): PyValue | undefined {
  const { connection, handle } = self.checked(vm);
  const { statement } = self;
  if (statement === null) return undefined;
  const { sqlite, db } = handle;
  if (!statement.owner.serves(statement) || sqlite.c.sqlite3_data_count(statement.pointer) === 0) {
    self.release();
    return undefined;
  }
  self.locked = true;
  let row: PyValue;
  try {
    row = readRow(vm, self, handle, statement);
  } finally {
    self.locked = false;
  }
  const result = connection.step(statement);
  sqlite.resume();
  if (result !== SQLITE_ROW) {
    if (result === SQLITE_DONE && statement.isDml) self.rowcount = sqlite.c.sqlite3_changes(db);
    try {
      if (result !== SQLITE_DONE) checkLast(sqlite, db);
    } finally {
      self.release();
    }
  }
  return self.rowFactory === undefined || self.rowFactory === None ? row : call(vm, self.rowFactory, [self, row]);
}

function readRow(vm: VM, self: Cursor, { sqlite }: Handle, { pointer }: Statement): PyTuple {
  const { c } = sqlite;
  const { converters, connection } = self;
  const count = c.sqlite3_data_count(pointer);
  const items: PyValue[] = [];
  for (let index = 0; index < count; index++) {
    const converter = converters?.[index] ?? null;
    if (converter === null) {
      items.push(readColumn(vm, connection as Connection, pointer, index));
      continue;
    }
    const blob = c.sqlite3_column_blob(pointer, index);
    items.push(blob === 0 ? None : call(vm, converter, [new PyBytes(sqlite.slice(blob, c.sqlite3_column_bytes(pointer, index)))]));
  }
  return new PyTuple(items);
}

function readColumn(vm: VM, connection: Connection, pointer: number, index: number): PyValue {
  const { sqlite } = connection.handle as Handle; // The cursor has been checked.
  const { c } = sqlite;
  switch (c.sqlite3_column_type(pointer, index)) {
    case SQLITE_INTEGER:
      return sqlite.wide(c.sqlite3_column_int64(pointer, index));
    case SQLITE_FLOAT:
      return new PyFloat(c.sqlite3_column_double(pointer, index));
    case SQLITE_TEXT: {
      const at = c.sqlite3_column_text(pointer, index);
      return asText(vm, connection, at, pointer, index);
    }
    case SQLITE_BLOB: {
      const at = c.sqlite3_column_blob(pointer, index);
      return new PyBytes(sqlite.slice(at, c.sqlite3_column_bytes(pointer, index)));
    }
    default:
      return None;
  }
}

/** Text as `text_factory` wants it. */
function asText(vm: VM, connection: Connection, at: number, pointer: number, index: number): PyValue {
  const { sqlite } = connection.handle as Handle; // The cursor has been checked.
  const factory = connection.textFactory;
  const length = sqlite.c.sqlite3_column_bytes(pointer, index);
  if (factory === strType) {
    try {
      return sqlite.text(at, length);
    } catch (error) {
      if (!(error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.UnicodeDecodeError))) throw error;
      throw undecodable(sqlite, sqlite.slice(at, length), pointer, index);
    }
  }
  const bytes = sqlite.slice(at, length);
  if (factory === bytesType) return new PyBytes(bytes);
  if (factory === bytearrayType) return new PyByteArray(bytes);
  return call(vm, factory ?? None, [new PyBytes(bytes)]);
}

/** CPython builds this message in 200 bytes, and reads it as ASCII. */
function undecodable(sqlite: Sqlite, bytes: Uint8Array, pointer: number, index: number): PyBaseException {
  const ascii = (text: Uint8Array): string => Array.from(text, (code) => (code < 0x80 ? String.fromCharCode(code) : '\ufffd')).join('');
  const name = ascii(sqlite.cBytes(sqlite.c.sqlite3_column_name(pointer, index)));
  const zero = bytes.indexOf(0);
  const message = `Could not decode to UTF-8 column '${name}' with text '${ascii(zero < 0 ? bytes : bytes.subarray(0, zero))}'`;
  return sqliteError(OperationalError, message.slice(0, 198));
}

function fetchone(vm: VM, self: Cursor): PyValue {
  return nextRow(vm, self) ?? None;
}

function fetchmany(vm: VM, self: Cursor, size: PyValue | undefined): PyValue {
  const count = size === undefined ? self.arraysize : intArgument(vm, size);
  const rows: PyValue[] = [];
  do {
    const row = nextRow(vm, self);
    if (row === undefined) break;
    rows.push(row);
  } while (rows.length !== count);
  return new PyList(rows);
}

function fetchall(vm: VM, self: Cursor): PyValue {
  const rows: PyValue[] = [];
  for (let row = nextRow(vm, self); row !== undefined; row = nextRow(vm, self)) rows.push(row);
  return new PyList(rows);
}

function close(vm: VM, self: Cursor): PyValue {
  if (self.locked) throw sqliteError(ProgrammingError, 'Recursive use of cursors not allowed.');
  const { connection } = self;
  if (connection === null) throw sqliteError(ProgrammingError, 'Base Cursor.__init__ not called.');
  connection.checked(vm);
  self.release();
  self.closed = true;
  return None;
}

export const cursorType: PyType = defineType('Cursor', {
  module: 'sqlite3',
  basetype: true,
  hasWeakref: true,
  doc: 'SQLite database cursor class.',
  slots: {
    tp_new: (_vm, type) => new Cursor(type),
    tp_init: (vm, self, args, kwnames) => cursor_init(vm, self as Cursor, args, kwnames),
    tp_iter: (_vm, self) => self,
    tp_iternext: (vm, self) => nextRow(vm, self as Cursor),
  },
  methods: [
    native('close(self, /)', close, 'Closes the cursor.'),
    native('executemany(self, sql, seq_of_parameters, /)', executemany, 'Repeatedly executes an SQL statement.'),
    native('executescript(self, sql_script, /)', executescript, 'Executes multiple SQL statements at once.'),
    native('execute(self, sql, parameters=(), /)', execute, 'Executes an SQL statement.'),
    native('fetchall(self, /)', fetchall, 'Fetches all rows from the resultset.'),
    native('fetchmany(self, /, size=1)', fetchmany, 'Fetches several rows from the resultset.\n\n  size\n    The default value is set by the Cursor.arraysize attribute.'),
    native('fetchone(self, /)', fetchone, 'Fetches one row from the resultset.'),
    native('setinputsizes(self, sizes, /)', () => None, 'Required by DB-API. Does nothing in sqlite3.'),
    native('setoutputsize(self, size, column=None, /)', () => None, 'Required by DB-API. Does nothing in sqlite3.'),
  ],
  fields: {
    connection: { get: (_vm, self) => (self as Cursor).connection ?? None },
    description: { get: (_vm, self) => (self as Cursor).description },
    arraysize: {
      get: (_vm, self) => (self as Cursor).arraysize,
      set(vm, self, value) {
        if (value === undefined) throw typeError("can't delete numeric/char attribute");
        (self as Cursor).arraysize = intArgument(vm, value);
      },
    },
    lastrowid: { get: (_vm, self) => (self as Cursor).lastrowid ?? None },
    rowcount: { get: (_vm, self) => (self as Cursor).rowcount },
    row_factory: { get: (_vm, self) => (self as Cursor).rowFactory ?? None, set: (_vm, self, value) => void ((self as Cursor).rowFactory = value) },
  },
});
