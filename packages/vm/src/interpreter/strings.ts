import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { asciiRepr, strFromPoints } from '../objects/str-support.ts';
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
  return strFromPoints(pieces.flatMap((piece) => Array.from(codePoints(piece))));
}

/** `ascii(value)` */
export function ascii(vm: VM, value: PyValue): PyValue {
  return asciiRepr(repr(vm, value));
}
