import { CONVERSION_SYNTAX, digitsOf, FINITE, finite, finalize, infinity, INFINITE, invalid, QNAN, SNAN } from './number.ts';
import type { Context, Dec } from './number.ts';

/* Decimal numbers as text. */

const numberText = /^([+-]?)(?:([0-9]*)(?:\.([0-9]*))?(?:e([+-]?[0-9]+))?|(inf(?:inity)?)|(s?)nan([0-9]*))$/i;

/** The number that a text writes (ASCII digits, no spaces), or null. */
export function parse(text: string): Dec | null {
  const match = numberText.exec(text);
  if (match === null) return null;
  const [, minus, whole, fraction, exponent, infinite, signaling, payload] = match;
  const sign = minus === '-' ? 1 : 0;
  if (infinite !== undefined) return infinity(sign);
  if (payload !== undefined) return { kind: signaling === '' ? QNAN : SNAN, sign, coefficient: BigInt(payload === '' ? '0' : payload), exponent: 0 };
  const digits = (whole ?? '') + (fraction ?? '');
  if (digits === '') return null;
  return finite(sign, BigInt(digits), (exponent === undefined ? 0 : Number(exponent)) - (fraction ?? '').length);
}

/** The same, rounded to the context; NaN with ConversionSyntax for what is no number. */
export function parseInContext(text: string, ctx: Context): Dec {
  const x = parse(text);
  if (x === null) return invalid(ctx, CONVERSION_SYNTAX);
  if (x.kind >= QNAN && digitsOf(x.coefficient) > ctx.prec - ctx.clamp && x.coefficient !== 0n) return invalid(ctx, CONVERSION_SYNTAX);
  return finalize(x, ctx);
}

function specialText(x: Dec): string {
  const sign = x.sign === 1 ? '-' : '';
  if (x.kind === INFINITE) return `${sign}Infinity`;
  return `${sign}${x.kind === SNAN ? 'sNaN' : 'NaN'}${x.coefficient === 0n ? '' : x.coefficient}`;
}

/** Scientific or engineering notation. `e` is the letter of the exponent. */
export function toText(x: Dec, engineering: boolean, e: 'E' | 'e'): string {
  if (x.kind !== FINITE) return specialText(x);
  const digits = x.coefficient.toString();
  const leftDigits = x.exponent + digits.length;
  let point: number;
  if (x.exponent <= 0 && leftDigits > -6) point = leftDigits;
  else if (!engineering) point = 1;
  else if (x.coefficient === 0n) point = ((((leftDigits + 1) % 3) + 3) % 3) - 1;
  else point = ((((leftDigits - 1) % 3) + 3) % 3) + 1;
  const exponent = leftDigits - point;
  const suffix = exponent === 0 ? '' : `${e}${exponent > 0 ? '+' : '-'}${Math.abs(exponent)}`;
  return (x.sign === 1 ? '-' : '') + withPoint(digits, point) + suffix;
}

/** Digits with a point after the first `point` ones, zeros where there are none. */
export function withPoint(digits: string, point: number): string {
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return digits + '0'.repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** The exact value of a finite double. */
export function fromDouble(value: number): Dec {
  if (Number.isNaN(value)) return { kind: QNAN, sign: 0, coefficient: 0n, exponent: 0 };
  const sign = value < 0 || Object.is(value, -0) ? 1 : 0;
  if (!Number.isFinite(value)) return infinity(sign);
  let magnitude = Math.abs(value);
  let halvings = 0;
  while (!Number.isInteger(magnitude)) {
    magnitude *= 2;
    halvings++;
  }
  // n / 2 ** k is n * 5 ** k / 10 ** k.
  return finite(sign, BigInt(magnitude) * 5n ** BigInt(halvings), -halvings);
}

