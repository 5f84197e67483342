import { badArgument, cText, isStr, newTuple, None } from '@py/vm/native';
import type { PyValue } from '@py/vm/native';

/** The error handler that the second argument of a codec's function names. */
export function errorsArgument(func: string, errors: PyValue | undefined): string {
  if (errors === undefined || errors === None) return 'strict';
  if (!isStr(errors)) throw badArgument(func, 'argument 2', 'str or None', errors);
  return cText(func, 'argument 2', errors);
}

/** The first argument of an encoder. */
export function strArgument(func: string, value: PyValue): PyValue {
  if (!isStr(value)) throw badArgument(func, 'argument 1', 'str', value);
  return value;
}

/** What a codec's function gives: the text or bytes, and how much was used for it. */
export const answer = (value: PyValue, length: number): PyValue => newTuple([value, length]);
