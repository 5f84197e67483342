import { newItems } from '../core/items.ts';
import type { PyValue } from '../core/value.ts';
import { valueError } from '../core/errors.ts';
import { codePoints } from './str-points.ts';
import { plainText, strLength } from './str-support.ts';
import { isSpace } from './str-unicode.ts';
import { findIn, rfindIn, sliceStr } from './str.ts';

/* split, rsplit, splitlines, partition, strip. Positions are in characters. */

const slice = (value: PyValue, start: number, stop: number): PyValue => sliceStr(value, start, 1, stop - start);

/** `value.split(separator, limit)`; separator null for whitespace, limit -1 for none. */
export function splitStr(value: PyValue, separator: PyValue | null, limit: number): PyValue[] {
  const max = limit < 0 ? Infinity : limit;
  if (separator === null) return splitWhitespace(value, max);
  const width = strLength(separator);
  if (width === 0) throw valueError('empty separator');
  const text = plainText(value);
  const plainSeparator = plainText(separator);
  if (text !== null && plainSeparator !== null && max === Infinity) return text.split(plainSeparator);
  const parts = newItems();
  const length = strLength(value);
  let start = 0;
  while (parts.length < max) {
    const at = findIn(value, separator, start, length);
    if (at < 0) break;
    parts.push(slice(value, start, at));
    start = at + width;
  }
  parts.push(slice(value, start, length));
  return parts;
}

function splitWhitespace(value: PyValue, max: number): PyValue[] {
  const points = codePoints(value);
  const parts = newItems();
  let i = 0;
  for (;;) {
    while (i < points.length && isSpace(points[i])) i++;
    if (i >= points.length) return parts;
    if (parts.length >= max) {
      parts.push(slice(value, i, points.length));
      return parts;
    }
    const start = i;
    while (i < points.length && !isSpace(points[i])) i++;
    parts.push(slice(value, start, i));
  }
}

/** `value.rsplit(separator, limit)` */
export function rsplitStr(value: PyValue, separator: PyValue | null, limit: number): PyValue[] {
  const max = limit < 0 ? Infinity : limit;
  if (separator === null) return rsplitWhitespace(value, max);
  const width = strLength(separator);
  if (width === 0) throw valueError('empty separator');
  const parts = newItems();
  let end = strLength(value);
  while (parts.length < max) {
    const at = rfindIn(value, separator, 0, end);
    if (at < 0) break;
    parts.push(slice(value, at + width, end));
    end = at;
  }
  parts.push(slice(value, 0, end));
  return parts.reverse();
}

function rsplitWhitespace(value: PyValue, max: number): PyValue[] {
  const points = codePoints(value);
  const parts = newItems();
  let end = points.length;
  for (;;) {
    while (end > 0 && isSpace(points[end - 1])) end--;
    if (end === 0) break;
    if (parts.length >= max) {
      parts.push(slice(value, 0, end));
      break;
    }
    let start = end;
    while (start > 0 && !isSpace(points[start - 1])) start--;
    parts.push(slice(value, start, end));
    end = start;
  }
  return parts.reverse();
}

/** What ends a line for str: more than `\n`. */
function isLineBreak(code: number): boolean {
  return (code >= 0x0a && code <= 0x0d) || (code >= 0x1c && code <= 0x1e) || code === 0x85 || code === 0x2028 || code === 0x2029;
}

export function splitLines(value: PyValue, keepEnds: boolean): PyValue[] {
  const points = codePoints(value);
  const lines = newItems();
  let start = 0;
  for (let i = 0; i < points.length; ) {
    if (!isLineBreak(points[i])) {
      i++;
      continue;
    }
    const end = i;
    i += points[i] === 0x0d && points[i + 1] === 0x0a ? 2 : 1;
    lines.push(slice(value, start, keepEnds ? i : end));
    start = i;
  }
  if (start < points.length) lines.push(slice(value, start, points.length));
  return lines;
}

/** Strips characters of `chars` (null: whitespace) on either side. */
export function stripStr(value: PyValue, chars: PyValue | null, left: boolean, right: boolean): PyValue {
  const points = codePoints(value);
  let test = isSpace;
  if (chars !== null) {
    const set = new Set(Array.from(codePoints(chars)));
    test = (code) => set.has(code);
  }
  let start = 0;
  let end = points.length;
  if (left) while (start < end && test(points[start])) start++;
  if (right) while (end > start && test(points[end - 1])) end--;
  return slice(value, start, end);
}
