/** Bits 32–63 of the product of two 64-bit numbers given in signed halves; `Math.imul` of the low halves gives bits 0–31. */
export function productHigh(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  const a0 = aLow & 0xffff, a1 = aLow >>> 16;
  const b0 = bLow & 0xffff, b1 = bLow >>> 16;
  const cross = a1 * b0 + ((a0 * b0) >>> 16);
  const middle = a0 * b1 + (cross % 0x1_0000);
  const carry = a1 * b1 + Math.floor(cross / 0x1_0000) + Math.floor(middle / 0x1_0000);
  return (carry + Math.imul(aLow, bHigh) + Math.imul(aHigh, bLow)) | 0;
}
