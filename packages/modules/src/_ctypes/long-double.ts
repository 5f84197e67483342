/* x87's extended floats: 64 bits of mantissa with its first one, 15 of exponent, a sign; 10 bytes in a place of 16. */

const bias = 16383;

/** The double nearest to the extended float at `at`. */
export function longDouble(view: DataView, at: number): number {
  const mantissa = view.getBigUint64(at, true);
  const head = view.getUint16(at + 8, true);
  const sign = (head & 0x8000) === 0 ? 1 : -1;
  const exponent = head & 0x7fff;
  if (exponent === 0x7fff) return BigInt.asUintN(63, mantissa) === 0n ? sign * Infinity : NaN;
  // Two steps: 2 ** -1074 has no inverse among the doubles.
  const shift = exponent - bias - 63;
  const half = Math.trunc(shift / 2);
  return sign * Number(mantissa) * 2 ** half * 2 ** (shift - half);
}

export function setLongDouble(view: DataView, at: number, value: number): void {
  const sign = Object.is(value, -0) || value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  let mantissa = 0n;
  let exponent = 0;
  if (Number.isNaN(size) || size === Infinity) {
    exponent = 0x7fff;
    mantissa = size === Infinity ? 1n << 63n : 3n << 62n;
  } else if (size > 0) {
    let power = Math.max(-1074, Math.floor(Math.log2(size)) - 53);
    let digits = scaled(size, -power);
    while (!Number.isInteger(digits)) digits = scaled(size, -(power -= 1));
    mantissa = BigInt(digits);
    const width = mantissa.toString(2).length;
    exponent = power + width - 1 + bias;
    mantissa <<= BigInt(64 - width);
  }
  view.setBigUint64(at, mantissa, true);
  view.setUint16(at + 8, sign | exponent, true);
}

function scaled(value: number, power: number): number {
  const half = Math.trunc(power / 2);
  return value * 2 ** half * 2 ** (power - half);
}
