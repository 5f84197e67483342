import { sha256 } from '@noble/hashes/sha2.js';
import { crc32 } from '../binascii.ts';

/* Integrity checks of .xz files, by their number. */

export const CHECK_NONE = 0, CHECK_CRC32 = 1, CHECK_CRC64 = 4, CHECK_SHA256 = 10, CHECK_ID_MAX = 15, CHECK_UNKNOWN = 16;

export const isSupported = (id: number): boolean => id === CHECK_NONE || id === CHECK_CRC32 || id === CHECK_CRC64 || id === CHECK_SHA256;

/** Bytes of a check, known or not. */
export const checkSize = (id: number): number => (id === 0 ? 0 : 4 << Math.floor((id - 1) / 3));

/** A check that is being computed. */
export interface Check {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
}

/** Null for a check that cannot be computed, or that is none. */
export function newCheck(id: number): Check | null {
  if (id === CHECK_CRC32) return new Crc32();
  if (id === CHECK_CRC64) return new Crc64();
  if (id === CHECK_SHA256) return sha256.create();
  return null;
}

/** CRC32 of the bytes, in four bytes as the format writes it. */
export function crc32Bytes(bytes: Uint8Array): Uint8Array {
  const check = new Crc32();
  check.update(bytes);
  return check.digest();
}

class Crc32 implements Check {
  private value = 0;
  update(bytes: Uint8Array): void {
    this.value = crc32(bytes, this.value);
  }
  digest(): Uint8Array {
    return words(this.value);
  }
}

/** By byte: low words, then high words. The polynomial is that of ECMA-182, reflected. */
const crc64Table: Int32Array = new Int32Array(512);
for (let byte = 0; byte < 256; byte++) {
  let low = byte;
  let high = 0;
  for (let i = 0; i < 8; i++) {
    const odd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (odd === 1) {
      low ^= 0xd787_0f42;
      high ^= 0xc96c_5795;
    }
  }
  crc64Table[byte] = low;
  crc64Table[256 + byte] = high;
}

class Crc64 implements Check {
  private low = -1;
  private high = -1;
  update(bytes: Uint8Array): void {
    let { low, high } = this;
    for (let i = 0; i < bytes.length; i++) {
      const index = (low ^ bytes[i]) & 255;
      low = ((low >>> 8) | (high << 24)) ^ crc64Table[index];
      high = (high >>> 8) ^ crc64Table[256 + index];
    }
    this.low = low;
    this.high = high;
  }
  digest(): Uint8Array {
    return words(~this.low, ~this.high);
  }
}

function words(...values: number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24]));
}
