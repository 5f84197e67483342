import { codePoints, PointBuffer, repairDecode } from '@py/vm/native';
import type { Decoded, PyValue, VM } from '@py/vm/native';
import { asciiBytes } from './escapes.ts';

/* UTF-7 (CPython 3.12: Objects/unicodeobject.c, PyUnicode_DecodeUTF7Stateful and _PyUnicode_EncodeUTF7). */

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** All ASCII characters but control characters, the backslash, the tilde and the plus, which begins a shift sequence. */
const direct = /[\t\n\r -*,-[\]-}]/;

/** A str as UTF-7; everything can be encoded. */
export function encodeUtf7(_vm: VM, value: PyValue): Uint8Array {
  const shift = new ShiftWriter();
  const points = codePoints(value);
  for (let i = 0; i < points.length; i++) {
    const point = points[i];
    const character = point < 128 ? String.fromCharCode(point) : '';
    if (direct.test(character)) shift.direct(character);
    else if (character === '+' && !shift.isOpen) shift.text += '+-';
    else if (point < 0x10000) shift.unit(point);
    else {
      shift.unit(0xd800 + ((point - 0x10000) >> 10));
      shift.unit(0xdc00 + (point & 0x3ff));
    }
  }
  shift.close();
  if (points.length > 0 && shift.wasOpen) shift.text += '-';
  return asciiBytes(shift.text);
}

/** Writes characters as they are, and UTF-16 in base 64 between a plus and the next character that is no digit, or a minus. */
class ShiftWriter {
  text = '';
  isOpen = false;
  /** Whether {@link close} has closed a sequence. */
  wasOpen = false;
  private bits = 0;
  private count = 0;

  direct(character: string): void {
    this.close();
    if (this.wasOpen && (digits.includes(character) || character === '-')) this.text += '-';
    this.text += character;
  }

  unit(unit: number): void {
    if (!this.isOpen) this.text += '+';
    this.isOpen = true;
    this.bits = (this.bits << 16) | unit;
    for (this.count += 16; this.count >= 6; ) {
      this.count -= 6;
      this.text += digits[(this.bits >>> this.count) & 63];
    }
    this.bits &= (1 << this.count) - 1;
  }

  close(): void {
    if (this.count > 0) this.text += digits[(this.bits << (6 - this.count)) & 63];
    this.bits = this.count = 0;
    this.wasOpen = this.isOpen;
    this.isOpen = false;
  }
}

/** Text of UTF-7. Unless `final`, a shift sequence that has not ended is left over. */
export function decodeUtf7(vm: VM, bytes: Uint8Array, errors: string, final: boolean): Decoded {
  const decoder = new UTF7Decoder(vm, bytes, errors);
  decoder.run(final);
  return { value: decoder.out.done(), consumed: decoder.at };
}

class UTF7Decoder {
  readonly out: PointBuffer;
  at = 0;
  private readonly vm: VM;
  private bytes: Uint8Array;
  private readonly errors: string;
  /** Where the shift sequence began, -1 outside of one; and how much was written before it. */
  private shift = -1;
  private written = 0;
  private bits = 0;
  private count = 0;
  /** First half of a surrogate pair, 0 for none. */
  private high = 0;

  constructor(vm: VM, bytes: Uint8Array, errors: string) {
    this.vm = vm;
    this.bytes = bytes;
    this.errors = errors;
    this.out = new PointBuffer(bytes.length);
  }

  run(final: boolean): void {
    while (this.at < this.bytes.length) {
      if (this.shift < 0) this.outside(this.bytes[this.at]);
      else this.inside(this.bytes[this.at]);
      if (this.at < this.bytes.length || this.shift < 0) continue;
      if (!final) {
        this.at = this.shift;
        this.out.length = this.written;
        return;
      }
      const begin = this.shift;
      this.shift = -1;
      if (this.high !== 0 || this.isCut()) this.fail(begin, 'unterminated shift sequence');
    }
  }

  /** Bits are left that are more than padding. */
  private isCut(): boolean {
    return this.count >= 6 || (this.count > 0 && this.bits !== 0);
  }

  private outside(byte: number): void {
    const begin = this.at++;
    if (byte >= 0x80) this.fail(begin, 'unexpected special character');
    else if (byte !== 0x2b) this.out.push(byte);
    else if (this.bytes[this.at] === 0x2d) {
      this.at++;
      this.out.push(0x2b);
    } else if (this.at < this.bytes.length && digitOf(this.bytes[this.at]) < 0) {
      this.at++;
      this.fail(begin, 'ill-formed sequence');
    } else {
      this.shift = begin;
      this.written = this.out.length;
      this.bits = this.count = this.high = 0;
    }
  }

  private inside(byte: number): void {
    const digit = digitOf(byte);
    if (digit < 0) {
      this.leave(byte);
      return;
    }
    this.at++;
    this.bits = (this.bits << 6) | digit;
    this.count += 6;
    if (this.count < 16) return;
    this.count -= 16;
    this.unit((this.bits >>> this.count) & 0xffff);
    this.bits &= (1 << this.count) - 1;
  }

  private unit(unit: number): void {
    const { high } = this;
    this.high = 0;
    if (high !== 0 && unit >= 0xdc00 && unit <= 0xdfff) {
      this.out.push(0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
      return;
    }
    if (high !== 0) this.out.push(high);
    if (unit >= 0xd800 && unit <= 0xdbff) this.high = unit;
    else this.out.push(unit);
  }

  /** Ends the shift sequence before `byte`; a minus belongs to it. */
  private leave(byte: number): void {
    const begin = this.shift;
    this.shift = -1;
    if (this.isCut()) {
      this.at++;
      this.fail(begin, this.count >= 6 ? 'partial character in shift sequence' : 'non-zero padding bits in shift sequence');
      return;
    }
    if (this.high !== 0 && byte < 0x80 && byte !== 0x2b) this.out.push(this.high);
    this.high = 0;
    if (byte === 0x2d) this.at++;
  }

  private fail(begin: number, reason: string): void {
    const repair = repairDecode(this.vm, this.errors, 'utf7', this.bytes, begin, this.at, reason);
    for (const point of repair.points) this.out.push(point);
    this.at = repair.next;
    this.bytes = repair.bytes;
  }
}

/** The value of a digit, -1 for other bytes. */
function digitOf(byte: number): number {
  return byte < 0x80 ? digits.indexOf(String.fromCharCode(byte)) : -1;
}
