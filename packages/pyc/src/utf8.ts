import type { SurrogateStr } from '@py/code';
import { messages } from './messages.ts';

/**
 * Decodes UTF-8 in which surrogates may be encoded one by one ("surrogatepass"). A {@link SurrogateStr} results where a high and
 * a low surrogate meet that were separate characters. Throws PycError with CPython's UnicodeDecodeError text.
 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string | SurrogateStr {
  const points: number[] = [];
  let separatePair = false;
  for (let at = start; at < end; ) {
    const point = decodeOne(bytes, start, at, end);
    at += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (isLow(point) && points.length > 0 && isHigh(points[points.length - 1])) separatePair = true;
    points.push(point);
  }
  if (separatePair) return { kind: 'str', codePoints: points };
  let text = '';
  for (const point of points) text += String.fromCodePoint(point);
  return text;
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

/** UTF-8 of a str, lone surrogates encoded one by one. */
export function encodeUtf8(text: string | SurrogateStr): number[] {
  const bytes: number[] = [];
  const isText = typeof text === 'string';
  const length = isText ? text.length : text.codePoints.length;
  for (let at = 0; at < length; at++) {
    const point = isText ? (text.codePointAt(at) as number) : text.codePoints[at];
    if (isText && point > 0xffff) at++;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 0x3f));
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
    else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 0x3f), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
  }
  return bytes;
}
