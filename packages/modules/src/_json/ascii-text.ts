import { asciiText } from '@py/vm/native';
import { asciiEscapes } from './strings.ts';

/** Characters that stand for themselves in a string, by number. */
const isPlain: Uint8Array = Uint8Array.from(asciiEscapes, (escape) => (escape === '' ? 1 : 0));
/** The digits of hexadecimal numbers, as characters. */
const hexDigits: Uint8Array = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const QUOTE = 0x22, BACKSLASH = 0x5c, MINUS = 0x2d, ZERO = 0x30, LETTER_U = 0x75;

/** So many characters are escaped at a time. */
const stretch = 1024;
/** Larger ints have digits that take a while. */
const smallInts = 1e9;

/** A document in ASCII as it grows: bytes, which cost less than many small texts put together. */
export class AsciiText {
  private bytes: Uint8Array = new Uint8Array(1024);
  private length = 0;

  /** Makes room for `count` characters and gives where they go. */
  private room(count: number): number {
    const { length } = this;
    if (length + count > this.bytes.length) {
      const larger = new Uint8Array(Math.max(length + count, this.bytes.length * 2));
      larger.set(this.bytes.subarray(0, length));
      this.bytes = larger;
    }
    return length;
  }

  /** ASCII as it is. */
  put(text: string): void {
    const at = this.room(text.length);
    const { bytes } = this;
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
    this.length = at + text.length;
  }

  putInt(value: number): void {
    if (value >= smallInts || value <= -smallInts) {
      this.put(String(value));
      return;
    }
    let at = this.room(11);
    const { bytes } = this;
    let rest = value | 0;
    if (rest < 0) {
      bytes[at++] = MINUS;
      rest = -rest;
    }
    let end = at + 1;
    for (let power = 10; power <= rest; power *= 10) end++;
    this.length = end;
    for (; end > at; rest = (rest / 10) | 0) bytes[--end] = ZERO + (rest % 10);
  }

  /** A string with quotes; characters above U+FFFF, two units of `text` each, become two escapes. */
  putString(text: string): void {
    const at = this.room(1);
    this.bytes[at] = QUOTE;
    this.length = at + 1;
    for (let start = 0; start < text.length; start += stretch) this.putEscaped(text, start, Math.min(start + stretch, text.length));
    const end = this.room(1);
    this.bytes[end] = QUOTE;
    this.length = end + 1;
  }

  private putEscaped(text: string, start: number, end: number): void {
    let at = this.room((end - start) * 6); // \u00e9 is the longest.
    const { bytes } = this;
    for (let i = start; i < end; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x80 && isPlain[unit] === 1) bytes[at++] = unit;
      else if (unit < 0x80 && asciiEscapes[unit].length === 2) {
        bytes[at++] = BACKSLASH;
        bytes[at++] = asciiEscapes[unit].charCodeAt(1);
      } else {
        bytes[at++] = BACKSLASH;
        bytes[at++] = LETTER_U;
        bytes[at++] = hexDigits[unit >> 12];
        bytes[at++] = hexDigits[(unit >> 8) & 15];
        bytes[at++] = hexDigits[(unit >> 4) & 15];
        bytes[at++] = hexDigits[unit & 15];
      }
    }
    this.length = at;
  }

  /** The whole of it. */
  text(): string {
    return asciiText(this.bytes.subarray(0, this.length));
  }
}
