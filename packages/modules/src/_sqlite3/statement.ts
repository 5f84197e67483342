import {
  bufferBytes, defineType, encodeUtf8, exceptionTypes, getItem, hasBuffer, isInt, isSequence, isStr, jsText, length, None, PyBaseException, PyByteArray, PyDict, PyFloat, PyTuple, strFromJS, TypeFlag, typeOf,
} from '@py/vm/native';
import type { PyType, PyValue } from '@py/vm/native';
import { adapt, prepareProtocolType } from './adapters.ts';
import type { Handle } from './connection.ts';
import { checkLast, DataError, ProgrammingError, sqliteError } from './errors.ts';
import { moduleState } from './state.ts';
import { SQLITE_OK, SQLITE_TRANSIENT } from './sqlite.ts';
import { halves } from './values.ts';

/* Prepared statements (CPython 3.12: Modules/_sqlite/statement.c). */

const SQLITE_LIMIT_SQL_LENGTH = 1;

/** What calling a connection gives. */
export const statementType: PyType = defineType('Statement', { module: 'sqlite3', flags: TypeFlag.DISALLOW_INSTANTIATION });

/** A prepared statement, which at most one cursor uses at a time. */
export class Statement {
  /** C's `sqlite3_stmt`; 0 for a text without a statement. */
  readonly pointer: number;
  /** INSERT, UPDATE, DELETE or REPLACE. */
  readonly isDml: boolean;
  /** Its connection keeps it for the next time. */
  cached = false;
  /** A cursor uses it. */
  held = false;
  /** What it was prepared for. Closing that ends it too. */
  readonly owner: Handle;
  /** Of parameters, as they are written; null for those without a name. Read at the first binding. */
  private names: readonly (string | null)[] | null = null;

  constructor(owner: Handle, sql: PyValue) {
    this.owner = owner;
    const { sqlite, db } = owner;
    const { c } = sqlite;
    const text = encodeUtf8(sqlite.vm, sql);
    if (text.length > c.sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, -1)) throw sqliteError(DataError, 'query string is too large');
    if (text.includes(0)) throw sqliteError(ProgrammingError, 'the query contains a null character');
    const taken = sqlite.with(text, (at) => {
      const { results } = sqlite;
      if (c.sqlite3_prepare_v2(db, at, text.length + 1, results, results + 4) !== SQLITE_OK) checkLast(sqlite, db);
      sqlite.resume();
      return sqlite.result(1) - at;
    });
    this.pointer = sqlite.result();
    if (skipComments(text, taken) < text.length) {
      this.finalize();
      throw sqliteError(ProgrammingError, 'You can only execute one statement at a time.');
    }
    const start = skipComments(text, 0);
    this.isDml = /^(?:insert|update|delete|replace)/i.test(String.fromCharCode(...text.subarray(start, start + 7)));
  }

  reset(): void {
    if (this.pointer !== 0) this.owner.sqlite.c.sqlite3_reset(this.pointer);
  }

  finalize(): void {
    this.owner.sqlite.c.sqlite3_finalize(this.pointer);
  }

  /** Gives values to the parameters: a sequence in their order, or a mapping by their names. */
  bind(parameters: PyValue): void {
    this.names ??= this.readNames();
    if (!(parameters instanceof PyDict) && isSequence(parameters)) this.bindSequence(parameters, this.names);
    else if (parameters instanceof PyDict || typeOf(parameters).mp_subscript !== undefined) this.bindMapping(parameters, this.names);
    else throw sqliteError(ProgrammingError, 'parameters are of unsupported type');
  }

  private readNames(): (string | null)[] {
    const { c } = this.owner.sqlite;
    return Array.from({ length: c.sqlite3_bind_parameter_count(this.pointer) }, (_, index) => {
      const name = c.sqlite3_bind_parameter_name(this.pointer, index + 1);
      return name === 0 ? null : jsText(this.owner.sqlite.cText(name));
    });
  }

  private bindSequence(parameters: PyValue, names: readonly (string | null)[]): void {
    const { vm } = this.owner.sqlite;
    const items = parameters instanceof PyTuple && !parameters.cls.isHeapType ? parameters.items : null; // A list may change meanwhile.
    const given = items?.length ?? length(vm, parameters);
    if (given !== names.length) throw sqliteError(ProgrammingError, `Incorrect number of bindings supplied. The current statement uses ${names.length}, and there are ${given} supplied.`);
    names.forEach((name, index) => {
      if (name !== null && !name.startsWith('?')) {
        vm.warn('DeprecationWarning', `Binding ${index + 1} ('${name}') is a named parameter, but you supplied a sequence which requires nameless (qmark) placeholders. Starting with Python 3.14 an sqlite3.ProgrammingError will be raised.`, 1);
      }
      this.bindAdapted(index + 1, items === null ? getItem(vm, parameters, index) : items[index]);
    });
  }

  private bindMapping(parameters: PyValue, names: readonly (string | null)[]): void {
    names.forEach((name, index) => {
      if (name === null) throw sqliteError(ProgrammingError, `Binding ${index + 1} has no name, but you supplied a dictionary (which has only names).`);
      const value = this.lookUp(parameters, strFromJS(name.slice(1)));
      if (value === undefined) throw sqliteError(ProgrammingError, `You did not supply a value for binding parameter :${name.slice(1)}.`);
      this.bindAdapted(index + 1, value);
    });
  }

  private lookUp(parameters: PyValue, key: PyValue): PyValue | undefined {
    const { vm } = this.owner.sqlite;
    if (parameters instanceof PyDict && !parameters.cls.isHeapType) return parameters.get(vm, key);
    try {
      return getItem(vm, parameters, key);
    } catch (error) {
      if (error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.LookupError)) return undefined;
      throw error;
    }
  }

  private bindAdapted(position: number, value: PyValue): void {
    const { vm } = this.owner.sqlite;
    this.bindValue(position, isBasic(value) && !moduleState(vm).adaptsBasicTypes ? value : adapt(vm, value, prepareProtocolType, value));
  }

  private bindValue(position: number, value: PyValue): void {
    const { owner: { sqlite, db }, pointer } = this;
    const { c, vm } = sqlite;
    let result: number;
    if (value === None) result = c.sqlite3_bind_null(pointer, position);
    else if (typeof value === 'number') result = c.sqlite3_bind_int64(pointer, position, value | 0, Math.floor(value / 0x1_0000_0000));
    else if (isInt(value)) result = c.sqlite3_bind_int64(pointer, position, ...halves(value));
    else if (value instanceof PyFloat) result = c.sqlite3_bind_double(pointer, position, value.value);
    else if (isStr(value)) result = sqlite.withText(value, (at, length) => c.sqlite3_bind_text(pointer, position, at, length, SQLITE_TRANSIENT));
    else if (hasBuffer(vm, value)) {
      const bytes = bufferBytes(vm, value);
      result = sqlite.with(bytes, (at) => c.sqlite3_bind_blob(pointer, position, at, bytes.length, SQLITE_TRANSIENT));
    } else throw sqliteError(ProgrammingError, `Error binding parameter ${position}: type '${typeOf(value).tpName}' is not supported`);
    if (result !== SQLITE_OK) checkLast(sqlite, db);
  }
}

/** Of a type that is bound as it is. */
function isBasic(value: PyValue): boolean {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string') return true;
  const exact = typeof value !== 'boolean' && !value.cls.isHeapType;
  return exact && (value instanceof PyFloat || value instanceof PyByteArray || isStr(value));
}

const NEWLINE = 0x0a, SPACE = 0x20, TAB = 0x09, RETURN = 0x0d, FORM_FEED = 0x0c, HYPHEN = 0x2d, SLASH = 0x2f, STAR = 0x2a;

/** Where SQL goes on from `at` after blanks and comments; an open comment has no end. */
function skipComments(text: Uint8Array, at: number): number {
  for (let i = at; ; i++) {
    const code = text[i];
    if (code === SPACE || code === TAB || code === NEWLINE || code === RETURN || code === FORM_FEED) continue;
    if (code === HYPHEN && text[i + 1] === HYPHEN) {
      const end = text.indexOf(NEWLINE, i + 2);
      if (end < 0) return text.length;
      i = end;
    } else if (code === SLASH && text[i + 1] === STAR) {
      let end = text.indexOf(STAR, i + 2);
      while (end >= 0 && text[end + 1] !== SLASH) end = text.indexOf(STAR, end + 1);
      if (end < 0) return text.length;
      i = end + 1;
    } else return i;
  }
}
