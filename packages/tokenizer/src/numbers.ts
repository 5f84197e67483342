import { nameByte } from './characters.ts';
import { fail } from './errors.ts';
import * as messages from './messages.ts';
import type { NumberKind } from './messages.ts';
import type { Scan } from './state.ts';
import { decodeUtf8 } from './utf8.ts';

/** Reads the number at `start`. Gives the offset after it, or -1 after an error. CPython 3.12: Parser/tokenizer.c, tok_get. */
export function scanNumber(s: Scan, start: number): number {
  const { source } = s;
  const c = source[start];
  if (c === 48) {
    switch (source[start + 1] | 32) {
      case 0x78: // x
        return scanRadix(s, start + 1, 16, 'hexadecimal');
      case 0x6f: // o
        return scanRadix(s, start + 1, 8, 'octal');
      case 0x62: // b
        return scanRadix(s, start + 1, 2, 'binary');
    }
  }
  const pos = c === 46 ? start : scanDigits(s, start);
  if (pos < 0) return -1;
  // `0`, `00`, `0_0`, `00.1`, `00e1`, `012j`; but not `012`.
  const letter = source[pos] | 32;
  let zerosEnd = start;
  while (source[zerosEnd] === 48 || source[zerosEnd] === 95) zerosEnd++;
  if (s.extraTokens || zerosEnd === start || zerosEnd === pos || source[pos] === 46 || letter === 101 || letter === 106) return scanTail(s, pos);
  // CPython has read one byte more.
  return fail(s, pos, messages.leadingZeros, start + 1 - s.lineStart, Math.min(zerosEnd + 1, s.end) - s.lineStart);
}

/** `prefix` is the offset of the letter after the zero. */
function scanRadix(s: Scan, prefix: number, radix: 2 | 8 | 16, kind: NumberKind): number {
  const { source } = s;
  let pos = prefix + 1;
  do {
    if (source[pos] === 95) pos++;
    const first = pos;
    while (isRadixDigit(source[pos], radix)) pos++;
    if (isDigit(source[pos])) return fail(s, pos + 1, messages.invalidDigit(source[pos], kind));
    if (pos === first) return fail(s, pos, messages.invalidNumber(kind));
  } while (source[pos] === 95);
  return verifyEnd(s, pos, kind);
}

/** What may follow the digits: a fraction, an exponent and `j`. */
function scanTail(s: Scan, end: number): number {
  const { source } = s;
  let pos = end;
  if (source[pos] === 46 && isDigit(source[++pos])) pos = scanDigits(s, pos);
  if ((source[pos] | 32) === 101) {
    const e = pos++;
    if (source[pos] === 43 || source[pos] === 45) {
      pos++;
    } else if (!isDigit(source[pos])) {
      // `1else`: the `e` belongs to the next token.
      return verifyEnd(s, e, 'decimal');
    }
    pos = scanDigits(s, pos);
  }
  if (pos < 0) return -1;
  if ((source[pos] | 32) === 106) return verifyEnd(s, pos + 1, 'imaginary');
  return verifyEnd(s, pos, 'decimal');
}

/** Digits with single underscores between them; the first one is at `start`. */
function scanDigits(s: Scan, start: number): number {
  const { source } = s;
  let pos = start;
  for (;;) {
    if (!isDigit(source[pos])) return fail(s, pos, messages.invalidNumber('decimal'));
    while (isDigit(source[pos])) pos++;
    if (source[pos] !== 95) return pos;
    pos++;
  }
}

/**
 * What stands at `pos`, right after the number, may be a keyword (`1if x else y`, with a warning) but no other name.
 * CPython 3.12: Parser/tokenizer.c, verify_end_of_number.
 */
function verifyEnd(s: Scan, pos: number, kind: NumberKind): number {
  if (s.extraTokens || nameByte[s.source[pos]] !== 1) return pos;
  if (keywordFollows(s.source, pos)) {
    s.warn(messages.invalidNumber(kind), pos);
    return pos;
  }
  return fail(s, pos, messages.invalidNumber(kind));
}

/** `if`, `in`, `is` or any name that starts so, or one of the other keywords. */
function keywordFollows(source: Uint8Array, pos: number): boolean {
  return /^(i[fns]|(and|else|for|or|not)(?![\w\x80-\uffff]))/.test(decodeUtf8(source, pos, pos + 5));
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

function isRadixDigit(c: number, radix: 2 | 8 | 16): boolean {
  return parseInt(String.fromCharCode(c), radix) >= 0;
}
