import { nameByte } from './characters.ts';
import { COMMENT, TYPE_COMMENT } from './kinds.ts';
import type { Scan } from './state.ts';
import { decodeUtf8 } from './utf8.ts';

/**
 * Reads the comment at `start` if it makes tokens: a COMMENT for the `tokenize` module; `# type: int` a TYPE_COMMENT and
 * `# type: ignore` an entry of `typeIgnores` if they are asked for. Gives the offset after it; -1, with nothing done, for any other.
 */
export function scanComment(s: Scan, start: number, ownLine = false): number {
  const { source } = s;
  if (!s.extraTokens && !s.options.typeComments) return -1;
  let end = source.indexOf(10, start);
  if (s.extraTokens) {
    // A `\r` ends it too.
    const carriageReturn = source.subarray(start, end).indexOf(13);
    if (carriageReturn >= 0) end = start + carriageReturn;
    return s.emit(COMMENT, start, end);
  }
  // What the caller cannot use has to be seen by the main loop.
  if (/[\r\0]/.test(decodeUtf8(source, start, end))) return -1;
  let pos = skipBlanks(source, start + 1);
  for (const character of 'type:') if (source[pos++] !== character.charCodeAt(0)) return -1;
  pos = skipBlanks(source, pos);
  const text = decodeUtf8(source, pos, end);
  // What follows `ignore` must be neither a letter nor a digit, nor outside ASCII.
  if (!text.startsWith('ignore') || (nameByte[source[pos + 6]] !== 0 && source[pos + 6] !== 95)) return s.emit(TYPE_COMMENT, pos, end);
  // CPython takes the line end along where the comment has the line for itself.
  s.typeIgnores.push({ lineno: s.lineno, tag: text.slice(6) + (ownLine && end < s.end ? '\n' : '') });
  return end;
}

function skipBlanks(source: Uint8Array, start: number): number {
  let pos = start;
  while (source[pos] === 32 || source[pos] === 9) pos++;
  return pos;
}
