import { asDouble, hasBuffer, bufferBytes, isInt, intValue, isStr, newException, None, overflowError, PyBytes, PyFloat, strFromJS, typeOf } from '@py/vm/native';
import type { PyValue } from '@py/vm/native';
import { ProgrammingError } from './errors.ts';
import { SQLITE_BLOB, SQLITE_FLOAT, SQLITE_INTEGER, SQLITE_TEXT, SQLITE_TRANSIENT } from './sqlite.ts';
import type { Sqlite } from './sqlite.ts';

/* Python's values and SQLite's. */

const longestText = 0x7fff_ffff;

/** The arguments of a function: `count` pointers to values from `pointers` on. Raises UnicodeDecodeError. */
export function readArguments(sqlite: Sqlite, count: number, pointers: number): PyValue[] {
  const { numbers } = sqlite;
  return Array.from({ length: count }, (_, index) => numbers.getUint32(pointers + 4 * index, true)).map((value) => readValue(sqlite, value));
}

/** A `sqlite3_value`. */
function readValue(sqlite: Sqlite, value: number): PyValue {
  const { c } = sqlite;
  switch (c.sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return sqlite.wide(c.sqlite3_value_int64(value));
    case SQLITE_FLOAT:
      return new PyFloat(c.sqlite3_value_double(value));
    case SQLITE_TEXT: {
      const text = c.sqlite3_value_text(value);
      return sqlite.text(text, c.sqlite3_value_bytes(value));
    }
    case SQLITE_BLOB: {
      const blob = c.sqlite3_value_blob(value);
      return new PyBytes(sqlite.slice(blob, c.sqlite3_value_bytes(value)));
    }
    default:
      return None;
  }
}

/** Gives what a Python function returned as the result of the SQL function. */
export function setResult(sqlite: Sqlite, context: number, value: PyValue): void {
  const { c, vm } = sqlite;
  if (value === None) c.sqlite3_result_null(context);
  else if (isInt(value)) c.sqlite3_result_int64(context, ...halves(value));
  else if (value instanceof PyFloat) c.sqlite3_result_double(context, asDouble(vm, value));
  else if (isStr(value)) {
    sqlite.withText(value, (pointer, length) => {
      if (length > longestText) throw overflowError('string is longer than INT_MAX bytes');
      return c.sqlite3_result_text(context, pointer, length, SQLITE_TRANSIENT);
    });
  } else if (hasBuffer(vm, value)) {
    const bytes = bufferBytes(vm, value);
    if (bytes.length > longestText) throw overflowError('BLOB longer than INT_MAX bytes');
    sqlite.with(bytes, (pointer) => c.sqlite3_result_blob(context, pointer, bytes.length, SQLITE_TRANSIENT));
  } else throw newException(ProgrammingError, strFromJS(`User-defined functions cannot return '${typeOf(value).tpName}' values to SQLite`));
}

/** The two halves of an int of 64 bits. Raises OverflowError. */
export function halves(value: PyValue): [low: number, high: number] {
  const wide = BigInt(intValue(value as number)); // Callers have seen that it is an int.
  if (BigInt.asIntN(64, wide) !== wide) throw overflowError('Python int too large to convert to SQLite INTEGER');
  return [Number(BigInt.asIntN(32, wide)), Number(BigInt.asIntN(32, wide >> 32n))];
}
