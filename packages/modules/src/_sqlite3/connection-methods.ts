import { asDouble, badArgument, bufferBytes, call, cText, encodeUtf8, isCallable, isTrue, newException, None, PyBytes, typeError, valueError } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { intArgument } from '../arguments.ts';
import { breakerSteps } from './callbacks.ts';
import { Connection } from './connection.ts';
import type { Handle } from './connection.ts';
import { checkLast, lastError, OperationalError, ProgrammingError, sqliteError } from './errors.ts';
import { SQLITE_BUSY, SQLITE_LOCKED, SQLITE_OK } from './sqlite.ts';

/* What connections do beside statements: functions, hooks, copies, settings (CPython 3.12: Modules/_sqlite/connection.c). */

const SQLITE_UTF8 = 1, SQLITE_DETERMINISTIC = 0x800, SQLITE_TRACE_STMT = 1;

/** A str as UTF-8, which C takes up to a zero. */
export function textArgument(vm: VM, func: string, which: string, value: PyValue): Uint8Array {
  cText(func, which, value);
  return encodeUtf8(vm, value);
}

// ---- functions ----

export function createFunction(vm: VM, self: Connection, nameValue: PyValue, countValue: PyValue, callable: PyValue, deterministic: PyValue | undefined): PyValue {
  const name = textArgument(vm, 'create_function', "argument 'name'", nameValue);
  const count = intArgument(vm, countValue);
  const flags = SQLITE_UTF8 | (deterministic !== undefined && isTrue(vm, deterministic) ? SQLITE_DETERMINISTIC : 0);
  const handle = self.checked(vm);
  const { sqlite: { c, callbacks }, db } = handle;
  const result = define(handle, name, callable, (text, number) => c.sqlite3_create_function_v2(db, text, count, flags, number, callbacks.function, 0, 0, callbacks.forget));
  if (result !== SQLITE_OK) throw sqliteError(OperationalError, 'Error creating function');
  return None;
}

export function createAggregate(vm: VM, self: Connection, nameValue: PyValue, countValue: PyValue, aggregate: PyValue): PyValue {
  const name = textArgument(vm, 'create_aggregate', "argument 'name'", nameValue);
  const count = intArgument(vm, countValue);
  const handle = self.checked(vm);
  const { sqlite: { c, callbacks }, db } = handle;
  const result = define(handle, name, aggregate, (text, number) => c.sqlite3_create_function_v2(db, text, count, SQLITE_UTF8, number, 0, callbacks.step, callbacks.finalize, callbacks.forget));
  if (result !== SQLITE_OK) throw sqliteError(OperationalError, 'Error creating aggregate');
  return None;
}

export function createWindowFunction(vm: VM, self: Connection, nameValue: PyValue, countValue: PyValue, aggregate: PyValue): PyValue {
  const name = textArgument(vm, 'create_window_function', 'argument 1', nameValue);
  const count = intArgument(vm, countValue);
  const handle = self.checked(vm);
  const { sqlite, db } = handle;
  const { c, callbacks: { step, finalize, value, inverse, forget } } = sqlite;
  const result = define(handle, name, aggregate, (text, number) => (number === 0
    ? c.sqlite3_create_window_function(db, text, count, SQLITE_UTF8, 0, 0, 0, 0, 0, 0)
    : c.sqlite3_create_window_function(db, text, count, SQLITE_UTF8, number, step, finalize, value, inverse, forget)), true);
  if (result !== SQLITE_OK) throw newException(ProgrammingError, sqlite.cText(c.sqlite3_errstr(result)));
  return None;
}

export function createCollation(vm: VM, self: Connection, nameValue: PyValue, callable: PyValue): PyValue {
  const name = textArgument(vm, 'create_collation', 'argument 1', nameValue);
  const handle = self.checked(vm);
  const { sqlite, db } = handle;
  const { c, callbacks } = sqlite;
  if (callable !== None && !isCallable(callable)) throw typeError('parameter must be callable');
  const result = define(handle, name, callable, (text, number) => {
    const failure = c.sqlite3_create_collation_v2(db, text, SQLITE_UTF8, number, number === 0 ? 0 : callbacks.collation, number === 0 ? 0 : callbacks.forget);
    if (failure !== SQLITE_OK) callbacks.drop(number); // Here C does not do that.
    return failure;
  }, true);
  if (result !== SQLITE_OK) checkLast(sqlite, db);
  return None;
}

/** Has C define something under a name. It gets a number for the callable (0 for None if that means none), which it forgets when it refuses. */
function define(handle: Handle, name: Uint8Array, callable: PyValue, run: (name: number, number: number) => number, noneIsNone = false): number {
  const { sqlite } = handle;
  return sqlite.with(name, (text) => handle.attempt(() => run(text, noneIsNone && callable === None ? 0 : sqlite.callbacks.remember(callable))));
}

// ---- hooks ----

/** Puts a callable in the place of an earlier one; gives its number, 0 for None. */
function hook({ sqlite: { callbacks: table }, callbacks }: Handle, kind: 'authorizer' | 'progress' | 'trace', callable: PyValue): number {
  const before = callbacks.get(kind);
  if (before !== undefined) table.drop(before);
  callbacks.delete(kind);
  if (callable === None) return 0;
  const number = table.remember(callable);
  callbacks.set(kind, number);
  return number;
}

export function setAuthorizer(vm: VM, self: Connection, callable: PyValue): PyValue {
  const handle = self.checked(vm);
  const { sqlite, db } = handle;
  const number = hook(handle, 'authorizer', callable);
  const result = sqlite.c.sqlite3_set_authorizer(db, number === 0 ? 0 : sqlite.callbacks.authorizer, number);
  if (result !== SQLITE_OK) throw sqliteError(OperationalError, 'Error setting authorizer callback');
  return None;
}

export function setProgressHandler(vm: VM, self: Connection, callable: PyValue, stepsValue: PyValue): PyValue {
  const steps = intArgument(vm, stepsValue);
  const handle = self.checked(vm);
  const { sqlite, db } = handle;
  const number = hook(handle, 'progress', callable);
  if (number === 0 || steps < 1) sqlite.c.sqlite3_progress_handler(db, breakerSteps, sqlite.callbacks.breaker, 0);
  else sqlite.c.sqlite3_progress_handler(db, steps, sqlite.callbacks.progress, number);
  return None;
}

export function setTraceCallback(vm: VM, self: Connection, callable: PyValue): PyValue {
  const handle = self.checked(vm);
  const { sqlite, db } = handle;
  const number = hook(handle, 'trace', callable);
  sqlite.c.sqlite3_trace_v2(db, SQLITE_TRACE_STMT, number === 0 ? 0 : sqlite.callbacks.trace, number);
  return None;
}

// ---- copies ----

export function backup(vm: VM, self: Connection, target: PyValue, pagesValue: PyValue | undefined, progress: PyValue | undefined, nameValue: PyValue | undefined, sleep: PyValue | undefined): PyValue {
  if (!(target instanceof Connection)) throw badArgument('backup', "argument 'target'", 'sqlite3.Connection', target);
  const pages = pagesValue === undefined ? -1 : intArgument(vm, pagesValue);
  const name = textArgument(vm, 'backup', "argument 'name'", nameValue ?? 'main');
  const pause = sleep === undefined ? 0.25 : asDouble(vm, sleep);
  const { sqlite, db } = self.checked(vm);
  const { c } = sqlite;
  const { db: targetDb } = target.check();
  if (target === self) throw valueError('target cannot be the same connection instance');
  if (progress !== undefined && progress !== None && !isCallable(progress)) throw typeError('progress argument must be a callable');
  const copy = sqlite.withText('main', (main) => sqlite.with(name, (text) => c.sqlite3_backup_init(targetDb, main, db, text)));
  if (copy === 0) checkLast(sqlite, targetDb);
  let result: number;
  do {
    result = c.sqlite3_backup_step(copy, pages === 0 ? -1 : pages);
    if (progress !== undefined && progress !== None) {
      try {
        call(vm, progress, [result, c.sqlite3_backup_remaining(copy), c.sqlite3_backup_pagecount(copy)]);
      } catch (error) {
        c.sqlite3_backup_finish(copy);
        throw error;
      }
    }
    if (result === SQLITE_BUSY || result === SQLITE_LOCKED) c.sqlite3_sleep(Math.trunc(pause * 1000));
  } while (!sqlite.isStopped && (result === SQLITE_OK || result === SQLITE_BUSY || result === SQLITE_LOCKED));
  const finished = c.sqlite3_backup_finish(copy);
  sqlite.resume();
  if (finished !== SQLITE_OK) checkLast(sqlite, targetDb);
  return None;
}

const SERIALIZE_NOCOPY = 1, DESERIALIZE_FREEONCLOSE = 1, DESERIALIZE_RESIZEABLE = 2;

export function serialize(vm: VM, self: Connection, nameValue: PyValue | undefined): PyValue {
  const name = textArgument(vm, 'serialize', "argument 'name'", nameValue ?? 'main');
  const { sqlite, db } = self.checked(vm);
  const { c, results } = sqlite;
  return sqlite.with(name, (text) => {
    let data = c.sqlite3_serialize(db, text, results, SERIALIZE_NOCOPY);
    const borrowed = data !== 0;
    if (!borrowed) data = c.sqlite3_serialize(db, text, results, 0);
    sqlite.resume();
    if (data === 0) throw sqliteError(OperationalError, `unable to serialize '${new TextDecoder().decode(name)}'`);
    const bytes = sqlite.slice(data, sqlite.result());
    if (!borrowed) c.sqlite3_free(data);
    return new PyBytes(bytes);
  });
}

export function deserialize(vm: VM, self: Connection, data: PyValue, nameValue: PyValue | undefined): PyValue {
  const bytes = bufferBytes(vm, data);
  const name = textArgument(vm, 'deserialize', "argument 'name'", nameValue ?? 'main');
  const { sqlite, db } = self.checked(vm);
  const { c } = sqlite;
  const copy = c.sqlite3_malloc64(bytes.length, 0);
  sqlite.memory.set(bytes, copy);
  const result = sqlite.with(name, (text) => c.sqlite3_deserialize(db, text, copy, bytes.length, 0, bytes.length, 0, DESERIALIZE_FREEONCLOSE | DESERIALIZE_RESIZEABLE));
  sqlite.resume();
  if (result !== SQLITE_OK) {
    const error = lastError(sqlite, db);
    if (error !== undefined) throw error;
  }
  return None;
}

// ---- settings ----

export function getLimit(vm: VM, self: Connection, category: PyValue): PyValue {
  return limit(vm, self, intArgument(vm, category), -1);
}

export function setLimit(vm: VM, self: Connection, category: PyValue, value: PyValue): PyValue {
  return limit(vm, self, intArgument(vm, category), intArgument(vm, value));
}

function limit(vm: VM, self: Connection, category: number, value: number): PyValue {
  const { sqlite, db } = self.checked(vm);
  const before = sqlite.c.sqlite3_limit(db, category, value);
  if (before < 0) throw sqliteError(ProgrammingError, "'category' is out of bounds");
  return before;
}

const firstOption = 1002, lastOption = 1017;

export function getConfig(vm: VM, self: Connection, option: PyValue): PyValue {
  return config(vm, self, intArgument(vm, option), -1);
}

export function setConfig(vm: VM, self: Connection, option: PyValue, enable: PyValue | undefined): PyValue {
  const wanted = enable === undefined || isTrue(vm, enable);
  if (config(vm, self, intArgument(vm, option), wanted ? 1 : 0) !== wanted) throw sqliteError(OperationalError, 'Unable to set config');
  return None;
}

/** Sets an option, or with -1 only looks at it. */
function config(vm: VM, self: Connection, option: number, value: number): boolean {
  const { sqlite, db } = self.checked(vm);
  if (option < firstOption || option > lastOption) throw valueError(`unknown config 'op': ${option}`);
  const { results } = sqlite;
  // C's variable arguments: the value, and where the new one goes.
  sqlite.numbers.setInt32(results, value, true);
  sqlite.numbers.setUint32(results + 4, results + 8, true);
  if (sqlite.c.sqlite3_db_config(db, option, results) !== SQLITE_OK) checkLast(sqlite, db);
  return sqlite.result(2) !== 0;
}

declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };
