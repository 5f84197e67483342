import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyStr } from '../objects/str-storage.ts';
import { codePoints } from '../objects/str-points.ts';
import { repr } from '../protocol/repr.ts';

/** The pieces of an f-string, one after the other. */
export function joinStrings(pieces: readonly PyValue[]): PyValue {
  let text = '';
  for (const piece of pieces) {
    if (typeof piece !== 'string') return joinPoints(pieces);
    const first = piece.charCodeAt(0);
    // A low surrogate might make a pair with what is before it, which would be another character.
    if (first >= 0xdc00 && first <= 0xdfff) return joinPoints(pieces);
    text += piece;
  }
  return text;
}

function joinPoints(pieces: readonly PyValue[]): PyValue {
  const points: number[] = [];
  for (const piece of pieces) points.push(...Array.from(codePoints(piece)));
  const isPair = (index: number): boolean => points[index] >> 10 === 0x36 && points[index + 1] >> 10 === 0x37;
  const plain = points.every((point, index) => point <= 0xffff && !isPair(index));
  return plain ? points.map((point) => String.fromCharCode(point)).join('') : PyStr.fromCodePoints(Uint32Array.from(points));
}

/** `ascii(value)` */
export function ascii(vm: VM, value: PyValue): PyValue {
  const text = repr(vm, value);
  if (typeof text === 'string' && /^[\0-\x7f]*$/.test(text)) return text;
  let result = '';
  for (const point of Array.from(codePoints(text))) {
    if (point < 0x80) result += String.fromCharCode(point);
    else if (point < 0x100) result += `\\x${point.toString(16).padStart(2, '0')}`;
    else if (point < 0x10000) result += `\\u${point.toString(16).padStart(4, '0')}`;
    else result += `\\U${point.toString(16).padStart(8, '0')}`;
  }
  return result;
}
