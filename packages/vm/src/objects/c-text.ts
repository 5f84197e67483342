import type { PyValue } from '../core/value.ts';
import { badArgument } from '../core/arguments.ts';
import { valueError } from '../core/errors.ts';
import { isStr, jsText } from '../core/text.ts';
import { encodeError } from './unicode-errors.ts';
import type { PyStr } from './str-storage.ts';
import { codePoints } from './str-points.ts';

/**
 * An argument that C reads as a string: a str that is UTF-8 and has no NUL (CPython: Python/getargs.c, format unit `s`). `which` as in
 * `argument 'errors'`.
 */
export function cText(func: string, which: string, value: PyValue): string {
  if (!isStr(value)) throw badArgument(func, which, 'str', value);
  checkText(value);
  const text = jsText(value);
  if (text.includes('\0')) throw valueError('embedded null character');
  return text;
}

/** Raises UnicodeEncodeError for a str that C cannot have as UTF-8 (CPython: PyUnicode_AsUTF8). */
export function checkText(value: string | PyStr): void {
  const points = codePoints(value);
  const isSurrogate = (i: number): boolean => points[i] >= 0xd800 && points[i] <= 0xdfff;
  for (let i = 0; i < points.length; i++) {
    if (!isSurrogate(i)) continue;
    let end = i + 1;
    while (end < points.length && isSurrogate(end)) end++;
    throw encodeError('utf-8', value, i, end, 'surrogates not allowed');
  }
}
