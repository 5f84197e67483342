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
  const text = decodeUtf8(source, start, end);
  const prefix = /^#[ \t]*type:[ \t]*/.exec(text);
  // What the caller cannot use has to be seen by the main loop.
  if (prefix === null || /[\r\0]/.test(text)) return -1;
  const { length } = prefix[0];
  const comment = text.slice(length);
  // What follows `ignore` must be neither a letter nor a digit, nor outside ASCII.
  if (!/^ignore(?![A-Za-z\d\x80-\uffff])/.test(comment)) return s.emit(TYPE_COMMENT, start + length, end);
  // CPython takes the line end along where the comment has the line for itself.
  s.typeIgnores.push({ lineno: s.lineno, tag: comment.slice(6) + (ownLine && end < s.end ? '\n' : '') });
  return end;
}
