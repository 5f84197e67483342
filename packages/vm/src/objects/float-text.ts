import { shortestDigits, toDigitsExact, toFixedExact } from '../core/decimal-text.ts';
import type { Decimal } from '../core/decimal-text.ts';

/* Floats as text (CPython 3.12: Python/pystrtod.c, format_float_short). */

/** `repr(value)` */
export function floatRepr(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return Object.is(value, -0) ? '-0.0' : `${value}.0`;
  if (!Number.isFinite(value)) return specialText(value);
  return sign(value) + general(shortestDigits(Math.abs(value)), 17, -4, 16, true);
}

function specialText(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

function sign(value: number): string {
  return value < 0 || Object.is(value, -0) ? '-' : '';
}

/**
 * Text of the magnitude of `value` by a printf-like type, without a sign.
 * `r`: shortest; with `dotZero`, `.0` is added where the text would look like an int. `alternate`: keep the point and zeros (`#`).
 */
export function formatMagnitude(value: number, type: 'e' | 'f' | 'g' | 'r', precision: number, alternate: boolean, dotZero: boolean): string {
  const magnitude = Math.abs(value);
  if (!Number.isFinite(magnitude)) return Number.isNaN(magnitude) ? 'nan' : 'inf';
  switch (type) {
    case 'f':
      return toFixedExact(magnitude, precision) + (alternate && precision === 0 ? '.' : '');
    case 'e': {
      const decimal = magnitude === 0 ? zeros(precision + 1) : toDigitsExact(magnitude, precision + 1);
      return exponential(decimal, alternate);
    }
    case 'g': {
      const significant = precision === 0 ? 1 : precision;
      const decimal = magnitude === 0 ? zeros(significant) : toDigitsExact(magnitude, significant);
      const text = alternate ? decimal : { digits: decimal.digits.replace(/0+$/, '') || '0', point: decimal.point };
      return general(text, significant, -4, significant, dotZero, alternate);
    }
    default:
      if (magnitude === 0) return dotZero || alternate ? (dotZero ? '0.0' : '0.') : '0';
      return general(shortestDigits(magnitude), 17, -4, 16, dotZero, alternate);
  }
}

function zeros(count: number): Decimal {
  return { digits: '0'.repeat(count), point: 1 };
}

/** Exponent form outside 10^low … 10^high, else fixed form. */
function general(decimal: Decimal, _significant: number, low: number, high: number, dotZero: boolean, alternate = false): string {
  const { digits, point } = decimal;
  const exponent = point - 1;
  if (exponent < low || exponent >= high) return exponential(decimal, alternate);
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (digits.length > point) return `${digits.slice(0, point)}.${digits.slice(point)}`;
  const whole = digits.padEnd(point, '0');
  if (dotZero) return `${whole}.0`;
  return alternate ? `${whole}.` : whole;
}

function exponential(decimal: Decimal, alternate: boolean): string {
  const { digits, point } = decimal;
  const exponent = point - 1;
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : alternate ? '.' : '';
  const magnitude = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${magnitude}`;
}
