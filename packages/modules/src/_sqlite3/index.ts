import { badArgument, defineModule, isStr, native, nativeRaw, None } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';
import { intArgument } from '../arguments.ts';
import { adapt, prepareProtocolType, registerAdapter, registerConverter } from './adapters.ts';
import { blobType } from './blob.ts';
import { textArgument } from './connection-methods.ts';
import { connect, connectionType } from './connection-type.ts';
import { constants } from './constants.ts';
import { cursorType } from './cursor.ts';
import { exceptions } from './errors.ts';
import { rowType } from './row.ts';
import { moduleState, sqliteOf } from './state.ts';

/* `_sqlite3` (CPython 3.12: Modules/_sqlite/module.c) over the SQLite that the host gives. */

function complete_statement(vm: VM, statement: PyValue): PyValue {
  const { c } = sqliteOf(vm);
  return sqliteOf(vm).with(textArgument(vm, 'complete_statement', "argument 'statement'", statement), (text) => c.sqlite3_complete(text)) !== 0;
}

function enable_callback_tracebacks(vm: VM, enable: PyValue): PyValue {
  moduleState(vm).tracebacks = intArgument(vm, enable) !== 0;
  return None;
}

function register_converter(vm: VM, name: PyValue, converter: PyValue): PyValue {
  if (!isStr(name)) throw badArgument('register_converter', 'argument 1', 'str', name);
  return registerConverter(vm, name, converter);
}

/** `sqlite3.threadsafety` (PEP 249) for what `sqlite3_threadsafe()` says. */
const threadsafety: Readonly<Record<number, number>> = { 0: 0, 1: 3, 2: 1 };

/** Python's module `_sqlite3`, for hosts that give SQLite (`Host.sqlite`). CPython 3.12: Modules/_sqlite/module.c. */
export const _sqlite3: NativeModule = defineModule('_sqlite3', {
  Blob: blobType,
  Connection: connectionType,
  Cursor: cursorType,
  PrepareProtocol: prepareProtocolType,
  Row: rowType,
  ...exceptions,
  ...constants,
  _deprecated_version: '2.6.0',
  sqlite_version: (vm) => sqliteOf(vm).cText(sqliteOf(vm).c.sqlite3_libversion()),
  threadsafety: (vm) => threadsafety[sqliteOf(vm).c.sqlite3_threadsafe()],
  adapters: (vm) => moduleState(vm).adapters,
  converters: (vm) => moduleState(vm).converters,
  adapt: native('adapt(obj, proto=PrepareProtocolType, alt=<unrepresentable>, /)', (vm: VM, value: PyValue, protocol?: PyValue, otherwise?: PyValue) => adapt(vm, value, protocol, otherwise), 'Adapt given object to given protocol.'),
  complete_statement: native('complete_statement(statement)', complete_statement, 'Checks if a string contains a complete SQL statement.'),
  connect: nativeRaw("connect(database, timeout=5.0, detect_types=0, isolation_level='', check_same_thread=True, factory=ConnectionType, cached_statements=128, uri=False, *, autocommit=sqlite3.LEGACY_TRANSACTION_CONTROL)", (vm, _self, args, kwnames) => connect(vm, args, kwnames), 'Opens a connection to the SQLite database file database.\n\nYou can use ":memory:" to open a database connection to a database that resides\nin RAM instead of on disk.'),
  enable_callback_tracebacks: native('enable_callback_tracebacks(enable, /)', enable_callback_tracebacks, 'Enable or disable callback functions throwing errors to stderr.'),
  register_adapter: native('register_adapter(type, adapter, /)', registerAdapter, 'Register a function to adapt Python objects to SQLite values.'),
  register_converter: native('register_converter(typename, converter, /)', register_converter, 'Register a function to convert SQLite values to Python objects.'),
});
