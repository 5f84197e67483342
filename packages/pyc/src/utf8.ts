import type { SurrogateStr } from '@py/code';
import { messages } from './messages.ts';

/** So many characters are made at once. */
const pieceSize = 4096;

/**
 * Decodes UTF-8 in which surrogates may be encoded one by one ("surrogatepass"). A {@link SurrogateStr} results where a high and
 * a low surrogate meet that were separate characters. Throws PycError with CPython's UnicodeDecodeError text.
 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string | SurrogateStr {
  let text = '';
  const piece: number[] = [];
  let before = 0;
  for (let at = start; at < end; ) {
    const point = decodeOne(bytes, start, at, end);
    if (isHigh(before) && isLow(point)) return { kind: 'str', codePoints: codePointsOf(bytes, start, end) };
    at += sizeOf(point);
    piece.push(point);
    before = point;
    if (piece.length < pieceSize) continue;
    text += String.fromCodePoint(...piece);
    piece.length = 0;
  }
  return text + String.fromCodePoint(...piece);
}

function codePointsOf(bytes: Uint8Array, start: number, end: number): number[] {
  const points: number[] = [];
  for (let at = start; at < end; at += sizeOf(points[points.length - 1])) points.push(decodeOne(bytes, start, at, end));
  return points;
}

/** Bytes that a code point takes. */
function sizeOf(point: number): number {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

function isHigh(point: number): boolean {
  return point >= 0xd800 && point < 0xdc00;
}

function isLow(point: number): boolean {
  return point >= 0xdc00 && point < 0xe000;
}

function decodeOne(bytes: Uint8Array, start: number, at: number, end: number): number {
  const first = bytes[at];
  if (first < 0x80) return first;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0) throw messages.undecodable(first, at - start, 1, 'invalid start byte');
  let point = first & (0x7f >> length);
  for (let index = 1; index < length; index++) {
    if (at + index >= end) throw messages.undecodable(first, at - start, index, 'unexpected end of data');
    const byte = bytes[at + index];
    const tooLow = index === 1 && ((first === 0xe0 && byte < 0xa0) || (first === 0xf0 && byte < 0x90));
    const tooHigh = index === 1 && first === 0xf4 && byte > 0x8f;
    if ((byte & 0xc0) !== 0x80 || tooLow || tooHigh) throw messages.undecodable(first, at - start, index, 'invalid continuation byte');
    point = (point << 6) | (byte & 0x3f);
  }
  return point;
}

/**
 * Writes UTF-8 of a str into `bytes` from `start` on, lone surrogates encoded one by one, and gives where it ends. There must be room for
 * three bytes for each character of a `string`, four for each code point of a {@link SurrogateStr}.
 */
export function encodeUtf8(text: string | SurrogateStr, bytes: Uint8Array, start: number): number {
  const isText = typeof text === 'string';
  const length = isText ? text.length : text.codePoints.length;
  let to = start;
  for (let at = 0; at < length; at++) {
    const point = isText ? (text.codePointAt(at) as number) : text.codePoints[at];
    if (isText && point > 0xffff) at++;
    const size = sizeOf(point);
    if (size === 1) {
      bytes[to++] = point;
      continue;
    }
    bytes[to++] = (0xf00 >> size) | (point >> (6 * (size - 1)));
    for (let shift = 6 * (size - 2); shift >= 0; shift -= 6) bytes[to++] = 0x80 | ((point >> shift) & 0x3f);
  }
  return to;
}
