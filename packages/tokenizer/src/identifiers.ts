import { nameByte } from './characters.ts';
import { messages } from './messages.ts';
import type { Scan } from './state.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** Reads the name at `start`, which has bytes above 127, and gives the offset after it, or -1 after an error. Its number is `s.value`. */
export function scanName(s: Scan, start: number): number {
  const { source } = s;
  let pos = start;
  while (nameByte[source[pos]] !== 0) pos++;
  const text = decodeUtf8(source, start, pos);
  let index = 0;
  for (const character of text) {
    if (!(index === 0 ? isStart(character) : isContinue(character))) {
      const end = start + encodeUtf8(text.slice(0, index + character.length)).length;
      const codePoint = character.codePointAt(0) as number;
      return s.failAfter(end, isPrintable(character) ? messages.invalidCharacter(character, codePoint) : messages.nonPrintable(codePoint));
    }
    index += character.length;
  }
  s.value = s.names.internNormalised(text.normalize('NFKC'));
  return pos;
}

function isStart(character: string): boolean {
  return /^[\p{XIDS}_]$/u.test(character);
}

function isContinue(character: string): boolean {
  return /^\p{XIDC}$/u.test(character);
}

function isPrintable(character: string): boolean {
  return !/^[\p{C}\p{Z}]$/u.test(character);
}
