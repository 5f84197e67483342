import { magicNumber } from './magic.ts';

/**
 * The hash of a source that a hash-based `.pyc` holds: `importlib.util.source_hash`, eight bytes. It is SipHash-1-3 with
 * Python 3.12's magic number as key (CPython 3.12: Python/import.c, _imp_source_hash_impl).
 */
export function sourceHash(source: Uint8Array): Uint8Array {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  // Four 64-bit words as pairs of 32 bits: low at the even index, high at the odd one. The key's upper half is zero.
  const v = Int32Array.of(0x70736575, 0x736f6d65, 0x6e646f6d, 0x646f7261, 0x6e657261, 0x6c796765, 0x79746573, 0x74656462);
  v[0] ^= magicNumber;
  v[4] ^= magicNumber;
  const whole = source.length & ~7;
  for (let at = 0; at < whole; at += 8) absorb(v, view.getInt32(at, true), view.getInt32(at + 4, true));
  const last = new Uint8Array(8);
  last.set(source.subarray(whole));
  last[7] = source.length & 0xff;
  const lastView = new DataView(last.buffer);
  absorb(v, lastView.getInt32(0, true), lastView.getInt32(4, true));
  v[4] ^= 0xff;
  for (let round = 0; round < 3; round++) sipRound(v);
  const result = new Uint8Array(8);
  const resultView = new DataView(result.buffer);
  resultView.setInt32(0, v[0] ^ v[2] ^ v[4] ^ v[6], true);
  resultView.setInt32(4, v[1] ^ v[3] ^ v[5] ^ v[7], true);
  return result;
}

function absorb(v: Int32Array, low: number, high: number): void {
  v[6] ^= low;
  v[7] ^= high;
  sipRound(v);
  v[0] ^= low;
  v[1] ^= high;
}

function sipRound(v: Int32Array): void {
  mix(v, 0, 2, 13);
  rotate32(v, 0);
  mix(v, 4, 6, 16);
  mix(v, 0, 6, 21);
  mix(v, 4, 2, 17);
  rotate32(v, 4);
}

/** a += b; b = rotate(b, bits) ^ a, on 64-bit words; `bits` below 32. */
function mix(v: Int32Array, a: number, b: number, bits: number): void {
  const low = (v[a] >>> 0) + (v[b] >>> 0);
  v[a] = low;
  v[a + 1] = v[a + 1] + v[b + 1] + (low > 0xffffffff ? 1 : 0);
  const rotatedLow = (v[b] << bits) | (v[b + 1] >>> (32 - bits));
  const rotatedHigh = (v[b + 1] << bits) | (v[b] >>> (32 - bits));
  v[b] = rotatedLow ^ v[a];
  v[b + 1] = rotatedHigh ^ v[a + 1];
}

function rotate32(v: Int32Array, a: number): void {
  const low = v[a];
  v[a] = v[a + 1];
  v[a + 1] = low;
}
