import { nameByte } from './characters.ts';
import { fail, failDecoding } from './errors.ts';
import { laterCharacters } from './generated/unicode.ts';
import * as messages from './messages.ts';
import type { Scan } from './state.ts';
import { decodeUtf8, encodeUtf8, findUtf8Error } from './utf8.ts';

/**
 * Reads the name at `start`, which has bytes above 127, and gives the offset after it, or -1 after an error. Its number is
 * `s.value`. CPython 3.12: Parser/tokenizer.c, verify_identifier.
 */
export function scanName(s: Scan, start: number): number {
  const { source } = s;
  let pos = start;
  while (nameByte[source[pos]] !== 0) pos++;
  if (s.extraTokens) return pos;
  const bytes = source.slice(start, pos);
  const damage = findUtf8Error(bytes);
  if (damage !== null) return failDecoding(s, pos, damage);
  const text = decodeUtf8(bytes);
  let before = '';
  for (const character of text) {
    const kind = characterKind(character);
    before += character;
    if (kind < (before === character ? 3 : 2)) {
      const codePoint = character.codePointAt(0) as number;
      const message = kind === 0 ? messages.nonPrintable(codePoint) : messages.invalidCharacter(character, codePoint);
      return fail(s, start + encodeUtf8(before).length, message);
    }
  }
  s.value = s.names.internNormalised(text.normalize('NFKC'));
  return pos;
}

/**
 * 0 not printable, 1 printable, 2 may go on an identifier, 3 may begin one: in Unicode 15.0, whatever later one the host has.
 * CPython 3.12: Objects/unicodeobject.c, _PyUnicode_ScanIdentifier, and Py_UNICODE_ISPRINTABLE.
 */
export function characterKind(character: string): 0 | 1 | 2 | 3 {
  const codePoint = character.codePointAt(0) as number;
  let isLater = false;
  let bound = 128;
  for (const step of laterCharacters) {
    bound += step;
    if (codePoint < bound) break;
    isLater = !isLater;
  }
  if (isLater) return 0;
  if (/[_\p{XIDS}]/u.test(character)) return 3;
  // Later versions allow two middle dots and the joiners in identifiers.
  if (/(?![・･\u200c\u200d])\p{XIDC}/u.test(character)) return 2;
  return /[\p{C}\p{Z}]/u.test(character) ? 0 : 1;
}
