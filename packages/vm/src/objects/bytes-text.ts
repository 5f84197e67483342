/* Byte strings as text: repr, hexadecimal, ASCII case and classes. */
import { isSpace } from './bytes-search.ts';
import { asciiText } from './codec-quick.ts';

const hexCodes = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** `b'…'`. Double quotes when there is a single one inside and no double one. */
export function bytesRepr(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  const parts: string[] = [];
  for (const byte of bytes) parts.push(byteText(byte, quote));
  return `b${quote}${parts.join('')}${quote}`;
}

function byteText(byte: number, quote: string): string {
  switch (byte) {
    case 0x09:
      return '\\t';
    case 0x0a:
      return '\\n';
    case 0x0d:
      return '\\r';
    case 0x5c:
      return '\\\\';
  }
  if (byte < 0x20 || byte >= 0x7f) return `\\x${hexByte(byte)}`;
  const ch = String.fromCharCode(byte);
  return ch === quote ? `\\${ch}` : ch;
}

function hexByte(byte: number): string {
  return String.fromCharCode(hexCodes[byte >> 4], hexCodes[byte & 15]);
}

/** The two digits of each byte, as they stand one after the other in memory. */
const hexPairs = pairsOf(hexCodes);

/** The codes of every two of some characters, as they stand one after the other in memory. */
export function pairsOf(codes: Uint8Array): Uint16Array {
  const pairs = new Uint8Array(2 * codes.length ** 2);
  for (let i = 0; i < pairs.length / 2; i++) {
    pairs[2 * i] = codes[Math.floor(i / codes.length)];
    pairs[2 * i + 1] = codes[i % codes.length];
  }
  return new Uint16Array(pairs.buffer);
}

/** From so many bytes on it pays to look at two at once. */
const manyBytes = 64;

/** Two hexadecimal digits for each byte, in ASCII. */
export function hexDigits(bytes: Uint8Array): Uint8Array {
  const digits = new Uint8Array(bytes.length * 2);
  let done = 0;
  if (bytes.length >= manyBytes && (bytes.byteOffset & 1) === 0) {
    // Two bytes are read, four digits written at once: less than half the time. In either order of bytes the lower half of a number is that of the other.
    const from = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
    const to = new Uint32Array(digits.buffer, 0, from.length);
    for (let i = 0; i < from.length; i++) to[i] = hexPairs[from[i] & 0xff] | (hexPairs[from[i] >> 8] << 16);
    done = from.length * 2;
  }
  for (; done < bytes.length; done++) {
    digits[2 * done] = hexCodes[bytes[done] >> 4];
    digits[2 * done + 1] = hexCodes[bytes[done] & 15];
  }
  return digits;
}

/** Hexadecimal text; `separator` between groups of `group` bytes, counted from the right, or from the left if negative. */
export function bytesToHex(bytes: Uint8Array, separator: string, group: number): string {
  const size = Math.abs(group);
  if (separator === '' || size === 0 || bytes.length === 0) return asciiText(hexDigits(bytes));
  const digits = Array.from(bytes, hexByte);
  const first = group > 0 ? bytes.length % size || size : size;
  const groups = [digits.slice(0, first).join('')];
  for (let i = first; i < digits.length; i += size) groups.push(digits.slice(i, i + size).join(''));
  return groups.join(separator);
}

/** The bytes of hexadecimal text, or the position of what is not hexadecimal. */
export function hexToBytes(text: string): Uint8Array | number {
  const bytes: number[] = [];
  let i = 0;
  for (;;) {
    while (i < text.length && isSpace(text.charCodeAt(i))) i++;
    if (i >= text.length) return Uint8Array.from(bytes);
    const high = hexValue(text.charCodeAt(i));
    if (high < 0) return i;
    const low = hexValue(text.charCodeAt(i + 1));
    if (low < 0) return i + 1;
    bytes.push(high * 16 + low);
    i += 2;
  }
}

function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

export const isUpperByte = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;
export const isLowerByte = (byte: number): boolean => byte >= 0x61 && byte <= 0x7a;
export const isAlphaByte = (byte: number): boolean => isUpperByte(byte) || isLowerByte(byte);
export const isDigitByte = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
export const toUpperByte = (byte: number): number => (isLowerByte(byte) ? byte - 32 : byte);
export const toLowerByte = (byte: number): number => (isUpperByte(byte) ? byte + 32 : byte);

/** Each word begins with an upper-case letter, the rest is lower-case. */
export function titleBytes(bytes: Uint8Array): Uint8Array {
  let inWord = false;
  return bytes.map((byte) => {
    const result = inWord ? toLowerByte(byte) : toUpperByte(byte);
    inWord = isAlphaByte(byte);
    return result;
  });
}

export function isTitleBytes(bytes: Uint8Array): boolean {
  let cased = false;
  let inWord = false;
  for (const byte of bytes) {
    if (isUpperByte(byte)) {
      if (inWord) return false;
      inWord = cased = true;
    } else if (isLowerByte(byte)) {
      if (!inWord) return false;
      cased = true;
    } else inWord = false;
  }
  return cased;
}

/** Tabs become spaces up to the next multiple of `tabSize`. */
export function expandTabs(bytes: Uint8Array, tabSize: number): number[] {
  const result: number[] = [];
  let column = 0;
  for (const byte of bytes) {
    if (byte === 0x09) {
      const spaces = tabSize > 0 ? tabSize - (column % tabSize) : 0;
      for (let i = 0; i < spaces; i++) result.push(0x20);
      column += spaces;
    } else {
      result.push(byte);
      column = byte === 0x0a || byte === 0x0d ? 0 : column + 1;
    }
  }
  return result;
}
