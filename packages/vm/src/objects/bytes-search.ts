/* Looking for bytes in bytes. Positions are in [start, end). */
import { longPart, twoWayFind } from './two-way-search.ts';

/** First place of `needle` in `bytes`, or -1. */
export function findBytes(bytes: Uint8Array, needle: Uint8Array, start = 0, end: number = bytes.length): number {
  const count = needle.length;
  if (count === 0) return start <= end ? start : -1;
  if (count >= longPart) return twoWayFind(bytes, needle, start, end);
  const first = needle[0];
  const last = end - count;
  for (let at = bytes.indexOf(first, start); at >= 0 && at <= last; at = bytes.indexOf(first, at + 1)) {
    if (matchesAt(bytes, needle, at)) return at;
  }
  return -1;
}

/** Last place of `needle` in `bytes`, or -1. */
export function findLastBytes(bytes: Uint8Array, needle: Uint8Array, start = 0, end: number = bytes.length): number {
  const count = needle.length;
  if (count === 0) return start <= end ? end : -1;
  if (end - count < start) return -1;
  const first = needle[0];
  for (let at = bytes.lastIndexOf(first, end - count); at >= start; at = at === 0 ? -1 : bytes.lastIndexOf(first, at - 1)) {
    if (matchesAt(bytes, needle, at)) return at;
  }
  return -1;
}

/** How often `needle` is in `bytes`, not overlapping; at most `limit`. */
export function countBytes(bytes: Uint8Array, needle: Uint8Array, start: number, end: number, limit = Infinity): number {
  if (start > end) return 0;
  if (needle.length === 0) return Math.min(end - start + 1, limit);
  let count = 0;
  for (let at = findBytes(bytes, needle, start, end); at >= 0 && count < limit; at = findBytes(bytes, needle, at + needle.length, end)) count++;
  return count;
}

/** Is `needle` in `bytes` at this place? */
export function matchesAt(bytes: Uint8Array, needle: Uint8Array, at: number): boolean {
  if (at < 0 || at + needle.length > bytes.length) return false;
  for (let i = 0; i < needle.length; i++) {
    if (bytes[at + i] !== needle[i]) return false;
  }
  return true;
}

/** Order of two byte strings: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    if (a[i] !== b[i]) return a[i] - b[i];
  }
  return a.length - b.length;
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

export function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
