/*
 * Exact decimal digits of doubles, correctly rounded with ties to even, as C's printf and CPython's dtoa give them.
 * JavaScript's toFixed and toExponential are exact too but round ties up, so ties are done with bigints.
 */

/** Digits of a positive finite number: value = 0.DIGITS × 10^point. No leading zeros. */
export interface Decimal {
  readonly digits: string;
  /** Position of the decimal point: 1 means after the first digit. */
  readonly point: number;
}

/** `value` (≥ 0, finite) with `places` digits after the point. */
export function toFixedExact(value: number, places: number): string {
  if (value < 1e21 && places <= 100 && !isTieFixed(value, places)) return value.toFixed(places);
  const { mantissa, exponent } = decompose(value);
  let scaled: bigint;
  const numerator = mantissa * 10n ** BigInt(places);
  if (exponent >= 0) scaled = numerator << BigInt(exponent);
  else scaled = divideHalfEven(numerator, 1n << BigInt(-exponent));
  const text = scaled.toString().padStart(places + 1, '0');
  return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
}

/** `value` (> 0, finite) rounded to `count` significant digits. */
export function toDigitsExact(value: number, count: number): Decimal {
  if (count <= 100) {
    const next = count < 100 ? value.toExponential(count) : '';
    const exact = next === '' || (next[count + 1] === '5' && Number(next) === value);
    if (!exact) return fromExponential(value.toExponential(count - 1));
  }
  const { mantissa, exponent } = decompose(value);
  let point = Math.floor(Math.log10(value)) + 1;
  for (;;) {
    // digits = value × 10^(count - point), which must lie in [10^(count-1), 10^count).
    const shift = count - point;
    let numerator = mantissa;
    let denominator = 1n;
    if (shift >= 0) numerator *= 10n ** BigInt(shift);
    else denominator *= 10n ** BigInt(-shift);
    if (exponent >= 0) numerator <<= BigInt(exponent);
    else denominator <<= BigInt(-exponent);
    const text = divideHalfEven(numerator, denominator).toString();
    if (text.length > count) point++;
    else if (text.length < count) point--;
    else return { digits: text, point };
    // Rounding 99…9 up gives one digit more: take it as 10…0.
    if (text.length === count + 1 && /^10*$/.test(text)) return { digits: text.slice(0, count), point };
  }
}

/** The shortest digits that read back as `value` (> 0, finite). */
export function shortestDigits(value: number): Decimal {
  return fromExponential(value.toExponential());
}

function fromExponential(text: string): Decimal {
  const e = text.indexOf('e');
  return { digits: text.slice(0, e).replace('.', ''), point: Number(text.slice(e + 1)) + 1 };
}

/** Exactly halfway between two results of `places` digits? Then value × 2^(places+1) is an odd integer. */
function isTieFixed(value: number, places: number): boolean {
  const doubled = value * 2 ** (places + 1);
  return doubled < 2 ** 53 && doubled % 2 === 1;
}

const view = new DataView(new ArrayBuffer(8));

/** value = mantissa × 2^exponent, for value ≥ 0. */
export function decompose(value: number): { mantissa: bigint; exponent: number } {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  return biased === 0 ? { mantissa: fraction, exponent: -1074 } : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

/** numerator / denominator, both positive, rounded to the nearest integer, ties to even. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice > denominator || (twice === denominator && (quotient & 1n) === 1n)) return quotient + 1n;
  return quotient;
}
