import { nameByte } from './characters.ts';
import { unicodeRuns } from './generated/unicode.ts';
import { messages } from './messages.ts';
import type { Scan } from './state.ts';
import { decodeUtf8, encodeUtf8, findUtf8Error } from './utf8.ts';

const PRINTABLE = 1;
const CONTINUES = 2;
const BEGINS = 3;

/**
 * Reads the name at `start`, which has bytes above 127, and gives the offset after it, or -1 after an error. Its number is
 * `s.value`. CPython 3.12: Parser/tokenizer.c, verify_identifier.
 */
export function scanName(s: Scan, start: number): number {
  const { source } = s;
  let pos = start;
  while (nameByte[source[pos]] !== 0) pos++;
  if (s.extraTokens) return pos;
  const damage = findUtf8Error(source, start, pos);
  if (damage !== null) {
    s.pos = pos;
    s.failDecoding(damage, start);
    return -1;
  }
  const text = decodeUtf8(source, start, pos);
  s.unicode ??= new CharacterClasses();
  let index = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) as number;
    const kind = s.unicode.of(codePoint);
    if (kind < (index === 0 ? BEGINS : CONTINUES)) {
      const end = start + encodeUtf8(text.slice(0, index + character.length)).length;
      return s.failAfter(end, kind < PRINTABLE ? messages.nonPrintable(codePoint) : messages.invalidCharacter(character, codePoint));
    }
    index += character.length;
  }
  s.value = s.names.internNormalised(text.normalize('NFKC'));
  return pos;
}

/** What Unicode 15.0 says of each character. Unpacked when the first name needs it. */
export class CharacterClasses {
  /** Where each run of {@link unicodeRuns} ends, and its class. */
  private readonly ends: number[] = [];
  private readonly classes: number[] = [];

  constructor() {
    let end = 128;
    for (const [, size, mark] of unicodeRuns.matchAll(/(\w+)(\W)/g)) {
      end += parseInt(size, 36);
      this.ends.push(end);
      this.classes.push('.,:;'.indexOf(mark));
    }
  }

  /** 0 not printable, 1 printable, 2 may go on an identifier, 3 may begin one. */
  of(codePoint: number): number {
    // In a name, ASCII characters are letters, digits and `_`.
    if (codePoint < 128) return codePoint < 58 ? CONTINUES : BEGINS;
    let low = 0;
    let high = this.ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (codePoint < this.ends[middle]) high = middle;
      else low = middle + 1;
    }
    return this.classes[low];
  }
}
