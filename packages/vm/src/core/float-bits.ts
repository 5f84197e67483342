/* The bits of doubles, and sums that the functions of C's libm share. */

const scratch = new DataView(new ArrayBuffer(8));

/** Sign, exponent and the first 20 bits of the fraction, as a signed 32-bit number. */
export function highWord(x: number): number {
  scratch.setFloat64(0, x, true);
  return scratch.getInt32(4, true);
}

/** x with the lower half of its bits cleared. */
export function upperHalf(x: number): number {
  scratch.setFloat64(0, x, true);
  scratch.setInt32(0, 0, true);
  return scratch.getFloat64(0, true);
}

/** 2 ** k of a normal number: k from -1022 to 1023. */
export function powerOfTwo(k: number): number {
  scratch.setInt32(4, (k + 1023) << 20, true);
  scratch.setInt32(0, 0, true);
  return scratch.getFloat64(0, true);
}

/** x = mantissa * 2 ** exponent, the mantissa from 1 to 2, of a positive, finite number. */
export function binaryParts(x: number): { mantissa: number; exponent: number } {
  const normal = x < 2 ** -1022 ? x * 2 ** 54 : x;
  const exponent = (highWord(normal) >> 20) - 1023;
  const mantissa = exponent === 1023 ? normal / 2 / powerOfTwo(1022) : normal * powerOfTwo(-exponent);
  return { mantissa, exponent: normal === x ? exponent : exponent - 54 };
}

/** NaN with a minus sign, for `copysign` and `struct`. */
export function negativeNaN(): number {
  scratch.setInt32(4, 0xfff80000, true);
  scratch.setInt32(0, 0, true);
  return scratch.getFloat64(0, true);
}

/** A polynomial of up to 10 terms, the constant first, as `(c0 + c1 z) + z² (c2 + c3 z) + z⁴ (c4 + c5 z) + …`. */
export function inPairs(z: number, terms: readonly number[]): number {
  const z2 = z * z;
  const z4 = z2 * z2;
  let sum = terms[0] + z * terms[1];
  const count = terms.length;
  for (let i = 2; i < count; i += 2) {
    const power = i === 2 ? z2 : i === 4 ? z4 : i === 6 ? z4 * z2 : z4 * z4;
    sum += power * (i + 1 < count ? terms[i] + z * terms[i + 1] : terms[i]);
  }
  return sum;
}
