/** The largest prime below 2^16, and how many bytes can be added up before the sums must be reduced: `high` stays below 2^32. */
const adlerBase = 65521, adlerRun = 5552;

/** The checksum of zlib's streams (RFC 1950), going on from `start`, which is 1 at the beginning. */
export function adler32(bytes: Uint8Array, start: number): number {
  let low = start & 0xffff;
  let high = start >>> 16;
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(at + adlerRun, bytes.length);
    // Eight at a time: their own sums do not wait for those of the bytes before, which halves the time.
    for (; at + 8 <= end; at += 8) {
      const a = bytes[at];
      const b = a + bytes[at + 1];
      const c = b + bytes[at + 2];
      const d = c + bytes[at + 3];
      const e = d + bytes[at + 4];
      const f = e + bytes[at + 5];
      const g = f + bytes[at + 6];
      const h = g + bytes[at + 7];
      high = (high + 8 * low + a + b + c + d + e + f + g + h) | 0;
      low = (low + h) | 0;
    }
    for (; at < end; at++) {
      low += bytes[at];
      high = (high + low) | 0;
    }
    low %= adlerBase;
    high = (high >>> 0) % adlerBase;
  }
  return high * 0x10000 + low;
}
