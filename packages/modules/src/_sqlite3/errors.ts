import { defineType, exceptionTypes, memoryError, newException, setAttr, strFromJS } from '@py/vm/native';
import type { PyBaseException, PyType, PyValue } from '@py/vm/native';
import { resultCodes } from './constants.ts';
import { SQLITE_OK } from './sqlite.ts';
import type { Sqlite } from './sqlite.ts';

/* DB-API's exceptions, and which of them a result code becomes (CPython 3.12: Modules/_sqlite/util.c). */

const exception = (name: string, base: PyType, weak = false): PyType => defineType(name, { module: 'sqlite3', bases: [base], basetype: true, ownLayout: false, hasDict: true, hasWeakref: weak });

export const Warning: PyType = exception('Warning', exceptionTypes.Exception, true);
export const SqliteError: PyType = exception('Error', exceptionTypes.Exception, true);
export const InterfaceError: PyType = exception('InterfaceError', SqliteError);
export const DatabaseError: PyType = exception('DatabaseError', SqliteError);
export const DataError: PyType = exception('DataError', DatabaseError);
export const OperationalError: PyType = exception('OperationalError', DatabaseError);
export const IntegrityError: PyType = exception('IntegrityError', DatabaseError);
export const InternalError: PyType = exception('InternalError', DatabaseError);
export const ProgrammingError: PyType = exception('ProgrammingError', DatabaseError);
export const NotSupportedError: PyType = exception('NotSupportedError', DatabaseError);

/** By name, as the module and every connection have them. */
export const exceptions: Readonly<Record<string, PyType>> = {
  Warning, Error: SqliteError, InterfaceError, DatabaseError, DataError, OperationalError, IntegrityError, InternalError, ProgrammingError, NotSupportedError,
};

/** An exception of a class with a message, to be thrown. */
export function sqliteError(type: PyType, message: string): PyBaseException {
  return newException(type, strFromJS(message));
}

const NOMEM = 7, MISUSE = 21;
const classes: Readonly<Record<number, PyType>> = {
  2: InternalError, 12: InternalError,
  1: OperationalError, 3: OperationalError, 4: OperationalError, 5: OperationalError, 6: OperationalError, 8: OperationalError, 9: OperationalError, 10: OperationalError, 13: OperationalError,
  14: OperationalError, 15: OperationalError, 16: OperationalError, 17: OperationalError,
  11: DatabaseError, 18: DataError, 19: IntegrityError, 20: IntegrityError, [MISUSE]: InterfaceError, 25: InterfaceError,
};

/** The exception for what the last call with this database gave, to be thrown; undefined if that was well. */
export function lastError(sqlite: Sqlite, db: number): PyBaseException | undefined {
  const code = sqlite.c.sqlite3_errcode(db);
  if (code === SQLITE_OK) return undefined;
  if (code === NOMEM) return memoryError('');
  return codedError(sqlite, classes[code] ?? DatabaseError, sqlite.c.sqlite3_extended_errcode(db), sqlite.cText(sqlite.c.sqlite3_errmsg(db)));
}

/** The exception for a result code alone, to be thrown. */
export function codeError(sqlite: Sqlite, code: number): PyBaseException {
  return codedError(sqlite, classes[code & 0xff] ?? DatabaseError, code, sqlite.cText(sqlite.c.sqlite3_errstr(code)));
}

/** An exception with `sqlite_errorcode` and `sqlite_errorname`. */
function codedError(sqlite: Sqlite, type: PyType, code: number, message: PyValue): PyBaseException {
  const error = newException(type, message);
  setAttr(sqlite.vm, error, 'sqlite_errorcode', code);
  setAttr(sqlite.vm, error, 'sqlite_errorname', resultCodes.find(([, number]) => number === code)?.[0] ?? 'unknown');
  return error;
}

/** Throws what the last call with this database gave, unless that was well. */
export function checkLast(sqlite: Sqlite, db: number): void {
  sqlite.resume();
  const error = lastError(sqlite, db);
  if (error !== undefined) throw error;
}
