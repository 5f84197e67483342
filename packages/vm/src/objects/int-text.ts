import type { VM } from '../core/vm.ts';
import type { PyBaseException } from './exceptions.ts';
import { valueError } from '../core/errors.ts';
import { normalizeInt } from './int-storage.ts';
import type { Int } from './int-arithmetic.ts';

/* Ints as text and back (CPython 3.12: Objects/longobject.c). */

/** `sys.int_info.default_max_str_digits`'s check is not made below this many digits. */
const checkThreshold = 640;

/** `str(int)`; raises ValueError above `sys.get_int_max_str_digits()`. */
export function intText(vm: VM, value: Int): string {
  if (typeof value === 'number') return String(value);
  const limit = vm.intMaxStrDigits;
  if (limit > 0) {
    // 3.32 bits a digit: refuse before the quadratic conversion.
    const bits = value.toString(16).length * 4;
    if (bits > limit * 3.3219280949 + 8) throw tooManyDigits(limit);
  }
  vm.charge(1);
  const text = value.toString();
  const digits = value < 0n ? text.length - 1 : text.length;
  if (limit > 0 && digits > checkThreshold && digits > limit) throw tooManyDigits(limit);
  return text;
}

function tooManyDigits(limit: number): PyBaseException {
  return valueError(`Exceeds the limit (${limit} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit`);
}

/** So many digits are always a safe integer. */
const fewDigits = 15;

/** The int of a text that is a few ASCII digits and nothing else, after a minus perhaps; undefined for any other text. */
export function parseFewDigits(text: string): number | undefined {
  const { length } = text;
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  if (length === start || length - start > fewDigits) return undefined;
  let value = 0;
  for (let i = start; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return start === 0 || value === 0 ? value : -value;
}

/**
 * The int that `text` (digits already ASCII) writes in `base`, or undefined if it writes none. Base 0 follows the prefix.
 */
export function parseInt_(vm: VM, source: string, base: number): Int | undefined {
  let text = source.replace(/^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g, '');
  let negative = false;
  if (text[0] === '+' || text[0] === '-') {
    negative = text[0] === '-';
    text = text.slice(1);
  }
  let radix = base;
  const prefix = /^0([xXoObB])/.exec(text);
  if (prefix !== null) {
    const named = { x: 16, o: 8, b: 2 }[prefix[1].toLowerCase() as 'x' | 'o' | 'b'];
    if (base === 0 || base === named) {
      radix = named;
      text = text.slice(2);
      if (text[0] === '_') text = text.slice(1);
    }
  }
  if (radix === 0) {
    // Base 0 forbids leading zeros, except in zero itself.
    if (/^0[0_]*[1-9]/.test(text)) return undefined;
    radix = 10;
  }
  if (!/^[0-9a-zA-Z]+(_[0-9a-zA-Z]+)*$/.test(text)) return undefined;
  const digits = text.replaceAll('_', '').toLowerCase();
  for (let i = 0; i < digits.length; i++) if (digitValue(digits.charCodeAt(i)) >= radix) return undefined;
  const powerOfTwo = (radix & (radix - 1)) === 0;
  const limit = vm.intMaxStrDigits;
  if (!powerOfTwo && limit > 0 && digits.length > checkThreshold && digits.length > limit) {
    throw valueError(`Exceeds the limit (${limit} digits) for integer string conversion: value has ${digits.length} digits; use sys.set_int_max_str_digits() to increase the limit`);
  }
  const value = digits.length <= 10 ? Number.parseInt(digits, radix) : parseLong(vm, digits, radix);
  return negative ? (typeof value === 'number' ? -value + 0 : normalizeInt(-value)) : value;
}

function digitValue(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

function parseLong(vm: VM, digits: string, radix: number): Int {
  vm.charge(Math.ceil(digits.length / 100));
  if (radix === 10) return normalizeInt(BigInt(digits));
  const prefix = { 2: '0b', 8: '0o', 16: '0x' }[radix];
  if (prefix !== undefined) return normalizeInt(BigInt(prefix + digits));
  return normalizeInt(parseHalves(digits, BigInt(radix)));
}

/** Divide and conquer: the halves' values joined by a power of the base. */
function parseHalves(digits: string, radix: bigint): bigint {
  if (digits.length <= 10) return BigInt(Number.parseInt(digits, Number(radix)));
  const half = digits.length >> 1;
  const low = digits.length - half;
  return parseHalves(digits.slice(0, half), radix) * radix ** BigInt(low) + parseHalves(digits.slice(half), radix);
}
