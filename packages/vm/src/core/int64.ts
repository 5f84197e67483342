/** Bits 32–63 of the product of two 64-bit numbers given in signed halves; `Math.imul` of the low halves gives bits 0–31. */
export function productHigh(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  const a0 = aLow & 0xffff, a1 = aLow >>> 16;
  const b0 = bLow & 0xffff, b1 = bLow >>> 16;
  // No sum here has more than 32 bits.
  const cross = Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16);
  const middle = Math.imul(a0, b1) + (cross & 0xffff);
  return (Math.imul(a1, b1) + (cross >>> 16) + (middle >>> 16) + Math.imul(aLow, bHigh) + Math.imul(aHigh, bLow)) | 0;
}
