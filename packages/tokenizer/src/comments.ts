import { nameByte } from './characters.ts';
import { COMMENT, TYPE_COMMENT } from './kinds.ts';
import type { Scan } from './state.ts';
import { decodeUtf8 } from './utf8.ts';

/**
 * Reads the comment at `start` if it is a type comment: `# type: int` becomes a TYPE_COMMENT token, and `# type: ignore`
 * an entry of `typeIgnores`. Leaves `pos` at the line end. False, with nothing done, for any other comment.
 */
export function scanTypeComment(s: Scan, start: number): boolean {
  const { source } = s;
  let pos = skipBlanks(source, start + 1);
  for (const byte of [0x74, 0x79, 0x70, 0x65, 0x3a]) {
    if (source[pos++] !== byte) return false;
  }
  pos = skipBlanks(source, pos);
  s.pos = source.indexOf(10, pos);
  if (startsWithIgnore(source, pos)) {
    s.typeIgnores.push({ lineno: s.line, tag: decodeUtf8(source, pos + 6, s.pos) });
  } else {
    s.emit(TYPE_COMMENT, pos);
  }
  return true;
}

/** Emits the comment at `start` as a COMMENT token, for the `tokenize` module, and gives the offset after it. */
export function scanComment(s: Scan, start: number): number {
  let pos = start;
  while (s.source[pos] !== 10 && s.source[pos] !== 13) pos++;
  s.pos = pos;
  s.emit(COMMENT, start);
  return pos;
}

function skipBlanks(source: Uint8Array, start: number): number {
  let pos = start;
  while (source[pos] === 32 || source[pos] === 9) pos++;
  return pos;
}

/** `ignore` and then the end or an ASCII character that is neither letter nor digit. */
function startsWithIgnore(source: Uint8Array, start: number): boolean {
  for (let i = 0; i < 6; i++) {
    if (source[start + i] !== 'ignore'.charCodeAt(i)) return false;
  }
  const next = source[start + 6];
  return nameByte[next] === 0 || next === 95;
}
