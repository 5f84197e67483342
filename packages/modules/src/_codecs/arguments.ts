import { badArgument, encodeUtf8, isStr, jsText, newTuple, None, valueError } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';

/** An argument that C reads as a string: a str that is UTF-8 and has no NUL. `which` as in `argument 'errors'`. */
export function cText(vm: VM, func: string, which: string, value: PyValue): string {
  if (!isStr(value)) throw badArgument(func, which, 'str', value);
  encodeUtf8(vm, value);
  const text = jsText(value);
  if (text.includes('\0')) throw valueError('embedded null character');
  return text;
}

/** The error handler that the second argument of a codec's function names. */
export function errorsArgument(vm: VM, func: string, errors: PyValue | undefined): string {
  if (errors === undefined || errors === None) return 'strict';
  if (!isStr(errors)) throw badArgument(func, 'argument 2', 'str or None', errors);
  return cText(vm, func, 'argument 2', errors);
}

/** The first argument of an encoder. */
export function strArgument(func: string, value: PyValue): PyValue {
  if (!isStr(value)) throw badArgument(func, 'argument 1', 'str', value);
  return value;
}

/** What a codec's function gives: the text or bytes, and how much was used for it. */
export const answer = (value: PyValue, length: number): PyValue => newTuple([value, length]);
