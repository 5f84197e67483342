import type { PyValue } from '../core/value.ts';
import { PyStr } from './str-storage.ts';
import { codePoints } from './str-points.ts';

/* Making strs and looking at them as code points. */

/** The str of these code points: a JavaScript string where every one fits and none would pair up, else boxed. */
export function strFromPoints(points: ArrayLike<number>): PyValue {
  let boxed = false;
  for (let i = 0; i < points.length && !boxed; i++) {
    const point = points[i];
    boxed = point > 0xffff || (point >= 0xd800 && point <= 0xdbff && i + 1 < points.length && points[i + 1] >= 0xdc00 && points[i + 1] <= 0xdfff);
  }
  if (boxed) return PyStr.fromCodePoints(Uint32Array.from(points));
  let text = '';
  for (let i = 0; i < points.length; i += 4096) {
    const chunk: number[] = [];
    for (let j = i; j < Math.min(points.length, i + 4096); j++) chunk.push(points[j]);
    text += String.fromCharCode(...chunk);
  }
  return text;
}

/** `chr(code)` */
export function strFromCodePoint(code: number): PyValue {
  return code <= 0xffff ? String.fromCharCode(code) : PyStr.fromCodePoints(Uint32Array.of(code));
}

/** The characters as a JavaScript string whose units are code points, or null where they do not fit. */
export function plainText(value: PyValue): string | null {
  return typeof value === 'string' ? value : (value as PyStr).text;
}

/** `len(str)` */
export function strLength(value: PyValue): number {
  return (value as string | PyStr).length;
}

/** Escapes what is not ASCII in a repr: `ascii()`. */
export function asciiRepr(text: PyValue): PyValue {
  if (typeof text === 'string' && /^[\0-\x7f]*$/.test(text)) return text;
  const points = codePoints(text);
  if (Array.prototype.every.call(points, (point: number) => point < 0x80)) return text; // Of a subclass of str.
  let result = '';
  for (let i = 0; i < points.length; i++) {
    const point = points[i];
    if (point < 0x80) result += String.fromCharCode(point);
    else if (point < 0x100) result += `\\x${point.toString(16).padStart(2, '0')}`;
    else if (point < 0x10000) result += `\\u${point.toString(16).padStart(4, '0')}`;
    else result += `\\U${point.toString(16).padStart(8, '0')}`;
  }
  return result;
}

/** Joins strs; the parts' edges may not form a surrogate pair that was not one before. */
export function concatenate(left: PyValue, right: PyValue): PyValue {
  const a = plainText(left);
  const b = plainText(right);
  if (a !== null && b !== null && !pairsUp(a, b)) return a + b;
  const first = codePoints(left);
  const second = codePoints(right);
  const points = new Uint32Array(first.length + second.length);
  for (let i = 0; i < first.length; i++) points[i] = first[i];
  for (let i = 0; i < second.length; i++) points[first.length + i] = second[i];
  return strFromPoints(points);
}

function pairsUp(a: string, b: string): boolean {
  if (a === '' || b === '') return false;
  const low = b.charCodeAt(0);
  if (low < 0xdc00 || low > 0xdfff) return false;
  const high = a.charCodeAt(a.length - 1);
  return high >= 0xd800 && high <= 0xdbff;
}
