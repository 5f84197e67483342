/* Taking byte strings apart: what bytes and bytearray share. The parts are copies. */
import { findBytes, findLastBytes, isSpace } from './bytes-search.ts';

/** Splits at `separator`, at most `limit` times. */
export function splitBytes(bytes: Uint8Array, separator: Uint8Array, limit: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  while (parts.length < limit) {
    const at = findBytes(bytes, separator, start);
    if (at < 0) break;
    parts.push(bytes.slice(start, at));
    start = at + separator.length;
  }
  parts.push(bytes.slice(start));
  return parts;
}

/** The same from the right. */
export function splitBytesRight(bytes: Uint8Array, separator: Uint8Array, limit: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let end = bytes.length;
  while (parts.length < limit) {
    const at = findLastBytes(bytes, separator, 0, end);
    if (at < 0) break;
    parts.push(bytes.slice(at + separator.length, end));
    end = at;
  }
  parts.push(bytes.slice(0, end));
  return parts.reverse();
}

/** Splits at runs of white space, at most `limit` times; what is left after that keeps the white space at its end. */
export function splitSpace(bytes: Uint8Array, limit: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const { length } = bytes;
  let i = 0;
  for (;;) {
    while (i < length && isSpace(bytes[i])) i++;
    if (i === length) return parts;
    if (parts.length >= limit) break;
    const start = i;
    while (i < length && !isSpace(bytes[i])) i++;
    parts.push(bytes.slice(start, i));
  }
  parts.push(bytes.slice(i));
  return parts;
}

/** The same from the right. */
export function splitSpaceRight(bytes: Uint8Array, limit: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let i = bytes.length;
  for (;;) {
    while (i > 0 && isSpace(bytes[i - 1])) i--;
    if (i === 0) return parts.reverse();
    if (parts.length >= limit) break;
    const end = i;
    while (i > 0 && !isSpace(bytes[i - 1])) i--;
    parts.push(bytes.slice(i, end));
  }
  parts.push(bytes.slice(0, i));
  return parts.reverse();
}

/** The lines, ended by \n, \r or \r\n. */
export function splitLines(bytes: Uint8Array, keepEnds: boolean): Uint8Array[] {
  const lines: Uint8Array[] = [];
  const { length } = bytes;
  for (let start = 0; start < length; ) {
    let end = start;
    while (end < length && bytes[end] !== 0x0a && bytes[end] !== 0x0d) end++;
    let next = end;
    if (end < length) next += bytes[end] === 0x0d && bytes[end + 1] === 0x0a ? 2 : 1;
    lines.push(bytes.slice(start, keepEnds ? next : end));
    start = next;
  }
  return lines;
}

/** The stretch left when bytes of `set` (null: white space) are stripped from the ends. */
export function stripRange(bytes: Uint8Array, set: Uint8Array | null, left: boolean, right: boolean): readonly [start: number, end: number] {
  const strips = (byte: number): boolean => (set === null ? isSpace(byte) : set.includes(byte));
  let start = 0;
  let end = bytes.length;
  if (left) while (start < end && strips(bytes[start])) start++;
  if (right) while (end > start && strips(bytes[end - 1])) end--;
  return [start, end];
}
