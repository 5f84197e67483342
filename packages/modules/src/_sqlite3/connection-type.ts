import {
  asDouble, attributeError, audit, badArgument, call, callMethod, callNative, defineType, importModule, isInt, isStr, isTrue, jsText, lookupAttr, native, None, PyBaseException, PyObject, strType, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { GetSetDef, NativeArg, PyType, PyValue, VM } from '@py/vm/native';
import { intArgument } from '../arguments.ts';
import { fsConvert } from '../posix/paths.ts';
import { openBlob } from './blob.ts';
import { Connection } from './connection.ts';
import type { Autocommit, IsolationLevel } from './connection.ts';
import {
  backup, createAggregate, createCollation, createFunction, createWindowFunction, deserialize, getConfig, getLimit, serialize, setAuthorizer, setConfig, setLimit, setProgressHandler, setTraceCallback,
} from './connection-methods.ts';
import { Cursor, cursorType } from './cursor.ts';
import { exceptions, lastError, OperationalError, sqliteError } from './errors.ts';
import { SQLITE_OK } from './sqlite.ts';
import { sqliteOf } from './state.ts';
import { Statement, statementType } from './statement.ts';

/* `sqlite3.Connection` (CPython 3.12: Modules/_sqlite/connection.c). */

const OPEN_READWRITE = 2, OPEN_CREATE = 4, OPEN_URI = 64;

// ---- opening ----

/** `Connection.__init__`; `factory` is for `connect()`. */
const initialize = native(
  "Connection(self, database, timeout=5.0, detect_types=0, isolation_level='', check_same_thread=True, factory=ConnectionType, cached_statements=128, uri=False, *, autocommit=sqlite3.LEGACY_TRANSACTION_CONTROL)",
  open,
);

function open(
  vm: VM, self: Connection, database: PyValue, timeoutValue?: PyValue, detectTypes?: PyValue, level?: PyValue, checkSameThread?: PyValue, _factory?: PyValue, cachedStatements?: PyValue, uri?: PyValue, autocommit?: PyValue,
): PyValue {
  const path = fsConvert(vm, database);
  const timeout = timeoutValue === undefined ? 5 : asDouble(vm, timeoutValue);
  const detect = detectTypes === undefined ? 0 : intArgument(vm, detectTypes);
  const isolationLevel = level === undefined ? '' : isolationLevelOf(level);
  const threaded = checkSameThread !== undefined && !isTrue(vm, checkSameThread);
  const cacheSize = cachedStatements === undefined ? 128 : intArgument(vm, cachedStatements);
  const flags = OPEN_READWRITE | OPEN_CREATE | (uri !== undefined && isTrue(vm, uri) ? OPEN_URI : 0);
  const control = autocommit === undefined ? 'legacy' : autocommitOf(autocommit);
  audit(vm, 'sqlite3.connect', path);
  if (self.initialized) {
    self.close(true);
    self.initialized = false;
  }
  const sqlite = sqliteOf(vm);
  const { c } = sqlite;
  const result = sqlite.with(path.bytes, (text) => c.sqlite3_open_v2(text, sqlite.results, flags, 0));
  const db = sqlite.result();
  if (result === SQLITE_OK) c.sqlite3_busy_timeout(db, Math.trunc(timeout * 1000));
  else {
    const error = lastError(sqlite, db);
    c.sqlite3_close_v2(db);
    sqlite.resume();
    throw error ?? sqliteError(OperationalError, 'unable to open database file');
  }
  sqlite.resume();
  self.begin(vm, db, cacheSize);
  self.autocommit = control;
  self.isolationLevel = isolationLevel;
  self.detectTypes = detect;
  self.thread = threaded ? null : vm.threadIdent;
  self.rowFactory = undefined;
  self.textFactory = strType;
  audit(vm, 'sqlite3.connect/handle', self);
  self.initialized = true;
  if (control === 'disabled') self.run('BEGIN');
  return None;
}

function isolationLevelOf(value: PyValue): IsolationLevel | null {
  if (value === None) return null;
  if (!isStr(value)) throw typeError('isolation_level must be str or None');
  const text = jsText(value);
  if (text.includes('\0')) throw valueError('embedded null character');
  const found = (['', 'DEFERRED', 'IMMEDIATE', 'EXCLUSIVE'] as const).find((level) => level === text.toUpperCase());
  if (found === undefined) throw valueError("isolation_level string must be '', 'DEFERRED', 'IMMEDIATE', or 'EXCLUSIVE'");
  return found;
}

function autocommitOf(value: PyValue): Autocommit {
  if (value === true) return 'enabled';
  if (value === false) return 'disabled';
  if (isInt(value) && Number(value) === -1) return 'legacy';
  throw valueError('autocommit must be True, False, or sqlite3.LEGACY_TRANSACTION_CONTROL');
}

/** `sqlite3.connect()`: calls the factory with all that it was given. */
export function connect(vm: VM, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const positional = args.length - (kwnames?.length ?? 0);
  const named = kwnames?.indexOf('factory') ?? -1;
  const factory = positional > 5 ? args[5] : named >= 0 ? args[positional + named] : connectionType;
  return call(vm, factory, args, kwnames);
}

// ---- transactions ----

function close(vm: VM, self: Connection): PyValue {
  self.checkThread(vm);
  if (!self.initialized) self.check();
  self.close();
  return None;
}

function commit(vm: VM, self: Connection): PyValue {
  self.checked(vm);
  self.commit();
  return None;
}

function rollback(vm: VM, self: Connection): PyValue {
  self.checked(vm);
  self.rollback();
  return None;
}

function enter(_vm: VM, self: Connection): PyValue {
  self.check();
  return self;
}

/** Commits or rolls back; a commit that fails is rolled back. */
function exit(vm: VM, self: Connection, type: PyValue, value: PyValue, traceback: PyValue): PyValue {
  if (self.autocommit === 'enabled') return false;
  if (type !== None || value !== None || traceback !== None) {
    rollback(vm, self);
    return false;
  }
  try {
    commit(vm, self);
  } catch (error) {
    try {
      rollback(vm, self);
    } catch (second) {
      if (second instanceof PyBaseException && error instanceof PyBaseException && second !== error) second.context = error;
      throw second;
    }
    throw error;
  }
  return false;
}

// ---- cursors ----

function cursor(vm: VM, self: Connection, factory: PyValue | undefined): PyValue {
  self.checked(vm);
  const made = call(vm, factory ?? cursorType, [self]);
  if (!(made instanceof Cursor)) throw typeError(`factory must return a cursor, not ${typeOf(made).tpName}`);
  if (self.rowFactory !== undefined && self.rowFactory !== None) made.rowFactory = self.rowFactory;
  return made;
}

function through(name: string): (vm: VM, self: Connection, ...args: NativeArg[]) => PyValue {
  return (vm, self, ...args) => {
    if (name !== 'executescript' && !isStr(args[0] as PyValue)) throw badArgument(name, 'argument 1', 'str', args[0] as PyValue);
    const made = callMethod(vm, self, 'cursor');
    callMethod(vm, made, name, args.filter((arg) => arg !== undefined) as PyValue[]);
    return made;
  };
}

function tp_call(vm: VM, self: Connection, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const handle = self.checked(vm);
  if (kwnames !== null && kwnames.length > 0) throw typeError('sqlite3.Connection() takes no keyword arguments');
  if (args.length !== 1) throw typeError(`function takes exactly 1 argument (${args.length} given)`);
  if (!isStr(args[0])) throw typeError(`argument 1 must be str, not ${typeOf(args[0]).tpName}`);
  new Statement(handle, args[0]).finalize();
  return new PyObject(statementType);
}

function interrupt(_vm: VM, self: Connection): PyValue {
  const { sqlite, db } = self.check();
  sqlite.c.sqlite3_interrupt(db);
  return None;
}

function iterdump(vm: VM, self: Connection): PyValue {
  self.check();
  const dump = lookupDump(vm);
  if (dump === undefined) throw sqliteError(OperationalError, 'Failed to obtain _iterdump() reference');
  return call(vm, dump, [self]);
}

function lookupDump(vm: VM): PyValue | undefined {
  return lookupAttr(vm, importModule(vm, 'sqlite3.dump'), '_iterdump');
}

const isolationLevel: GetSetDef = {
  get(_vm, self) {
    const connection = self as Connection;
    connection.check();
    return connection.isolationLevel ?? None;
  },
  set(vm, self, value) {
    const connection = self as Connection;
    if (value === undefined) throw attributeError('cannot delete attribute');
    if (value === None) {
      connection.isolationLevel = null;
      commit(vm, connection); // Execute a COMMIT: from here every statement stands alone.
      return;
    }
    connection.isolationLevel = isolationLevelOf(value);
  },
};

const autocommit: GetSetDef = {
  get(vm, self) {
    const connection = self as Connection;
    connection.checked(vm);
    return { legacy: -1, enabled: true, disabled: false }[connection.autocommit];
  },
  set(vm, self, value) {
    const connection = self as Connection;
    connection.checked(vm);
    if (value === undefined) throw attributeError('cannot delete attribute');
    const control = autocommitOf(value);
    if (control === 'enabled' && connection.inTransaction) connection.run('COMMIT');
    else if (control === 'disabled' && !connection.inTransaction) connection.run('BEGIN');
    connection.autocommit = control;
  },
};

const handled = (get: (self: Connection) => PyValue): GetSetDef => ({ get: (_vm, self) => get(self as Connection) });

export const connectionType: PyType = defineType('Connection', {
  module: 'sqlite3',
  basetype: true,
  doc: 'SQLite database connection object.',
  slots: {
    tp_new: (_vm, type) => new Connection(type),
    tp_init: (vm, self, args, kwnames) => void callNative(vm, initialize, self, args, kwnames, null),
    tp_call: (vm, self, args, kwnames) => tp_call(vm, self as Connection, args, kwnames),
  },
  methods: [
    native('__enter__(self, /)', enter, 'Called when the connection is used as a context manager.\n\nReturns itself as a convenience to the caller.'),
    native('__exit__(self, type, value, traceback, /)', exit, 'Called when the connection is used as a context manager.\n\nIf there was any exception, a rollback takes place; otherwise we commit.'),
    native("backup(self, /, target, *, pages=-1, progress=None, name='main', sleep=0.25)", backup, 'Makes a backup of the database.'),
    native("blobopen(self, table, column, row, /, *, readonly=False, name='main')", openBlob, 'Open and return a BLOB object.\n\n  table\n    Table name.\n  column\n    Column name.\n  row\n    Row index.\n  readonly\n    Open the BLOB without write permissions.\n  name\n    Database name.'),
    native('close(self, /)', close, 'Close the database connection.\n\nAny pending transaction is not committed implicitly.'),
    native('commit(self, /)', commit, 'Commit any pending transaction to the database.\n\nIf there is no open transaction, this method is a no-op.'),
    native('create_aggregate(self, /, name, n_arg, aggregate_class)', createAggregate, 'Creates a new aggregate.'),
    native('create_collation(self, name, callback, /)', createCollation, 'Creates a collation function.'),
    native('create_function(self, /, name, narg, func, *, deterministic=False)', createFunction, 'Creates a new function.'),
    native('create_window_function(self, name, num_params, aggregate_class, /)', createWindowFunction, 'Creates or redefines an aggregate window function. Non-standard.\n\n  name\n    The name of the SQL aggregate window function to be created or\n    redefined.\n  num_params\n    The number of arguments the step and inverse methods takes.\n  aggregate_class\n    A class with step(), finalize(), value(), and inverse() methods.\n    Set to None to clear the window function.'),
    native('cursor(self, /, factory=<unrepresentable>)', cursor, 'Return a cursor for the connection.'),
    native("deserialize(self, data, /, *, name='main')", deserialize, 'Load a serialized database.\n\n  data\n    The serialized database content.\n  name\n    Which database to reopen with the deserialization.\n\nThe deserialize interface causes the database connection to disconnect from the\ntarget database, and then reopen it as an in-memory database based on the given\nserialized data.\n\nThe deserialize interface will fail with SQLITE_BUSY if the database is\ncurrently in a read transaction or is involved in a backup operation.'),
    native('execute(self, sql, parameters=<unrepresentable>, /)', through('execute'), 'Executes an SQL statement.'),
    native('executemany(self, sql, parameters, /)', through('executemany'), 'Repeatedly executes an SQL statement.'),
    native('executescript(self, sql_script, /)', through('executescript'), 'Executes multiple SQL statements at once.'),
    native('getconfig(self, op, /)', getConfig, 'Query a boolean connection configuration option.\n\n  op\n    The configuration verb; one of the sqlite3.SQLITE_DBCONFIG codes.'),
    native('getlimit(self, category, /)', getLimit, 'Get connection run-time limits.\n\n  category\n    The limit category to be queried.'),
    native('interrupt(self, /)', interrupt, 'Abort any pending database operation.'),
    native('iterdump(self, /)', iterdump, 'Returns iterator to the dump of the database in an SQL text format.'),
    native('rollback(self, /)', rollback, 'Roll back to the start of any pending transaction.\n\nIf there is no open transaction, this method is a no-op.'),
    native("serialize(self, /, *, name='main')", serialize, 'Serialize a database into a byte string.\n\n  name\n    Which database to serialize.\n\nFor an ordinary on-disk database file, the serialization is just a copy of the\ndisk file. For an in-memory database or a "temp" database, the serialization is\nthe same sequence of bytes which would be written to disk if that database\nwere backed up to disk.'),
    native('set_authorizer(self, /, authorizer_callback)', setAuthorizer, 'Sets authorizer callback.'),
    native('set_progress_handler(self, /, progress_handler, n)', setProgressHandler, 'Sets progress handler callback.'),
    native('set_trace_callback(self, /, trace_callback)', setTraceCallback, 'Sets a trace callback called for each SQL statement (passed as unicode).'),
    native('setconfig(self, op, enable=True, /)', setConfig, 'Set a boolean connection configuration option.\n\n  op\n    The configuration verb; one of the sqlite3.SQLITE_DBCONFIG codes.'),
    native('setlimit(self, category, limit, /)', setLimit, 'Set connection run-time limits.\n\n  category\n    The limit category to be set.\n  limit\n    The new limit. If the new limit is a negative number, the limit is\n    unchanged.\n\nAttempts to increase a limit above its hard upper bound are silently truncated\nto the hard upper bound. Regardless of whether or not the limit was changed,\nthe prior value of the limit is returned.'),
  ],
  getset: {
    isolation_level: isolationLevel,
    total_changes: handled((self) => {
      const { sqlite, db } = self.check();
      return sqlite.c.sqlite3_total_changes(db);
    }),
    in_transaction: handled((self) => self.inTransaction),
    autocommit,
  },
  fields: {
    ...Object.fromEntries(Object.entries(exceptions).map(([name, type]) => [name, { get: () => type }])),
    row_factory: { get: (_vm, self) => (self as Connection).rowFactory ?? None, set: (_vm, self, value) => void ((self as Connection).rowFactory = value) },
    text_factory: { get: (_vm, self) => (self as Connection).textFactory ?? None, set: (_vm, self, value) => void ((self as Connection).textFactory = value) },
  },
});
