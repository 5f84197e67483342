/** The 64-bit key halves and halves of a hash are signed 32-bit numbers. */
export interface HashSecret {
  readonly k0Low: number;
  readonly k0High: number;
  readonly k1Low: number;
  readonly k1High: number;
}

/** A 64-bit hash in two signed halves. */
export interface HashBits {
  readonly low: number;
  readonly high: number;
}

/**
 * SipHash-1-3 of some bytes, with Python's rules on top: nothing hashes to 0, and -1 is not a hash
 * (CPython 3.12: Python/pyhash.c, `_Py_HashBytes`).
 */
export function hashBytes(bytes: Uint8Array, secret: HashSecret): HashBits {
  if (bytes.length === 0) return { low: 0, high: 0 };
  const state = new SipState(secret);
  const whole = bytes.length & ~7;
  for (let i = 0; i < whole; i += 8) {
    state.absorb(
      bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24),
      bytes[i + 4] | (bytes[i + 5] << 8) | (bytes[i + 6] << 16) | (bytes[i + 7] << 24),
    );
  }
  let low = 0;
  let high = bytes.length << 24;
  for (let i = whole; i < bytes.length; i++) {
    const shift = (i - whole) * 8;
    if (shift < 32) low |= bytes[i] << shift;
    else high |= bytes[i] << (shift - 32);
  }
  state.absorb(low, high);
  return state.finish();
}

/**
 * Hash of a str whose UTF-16 units are its code points, as CPython stores it: one byte a character up to U+00FF, else two.
 */
export function hashText(text: string, secret: HashSecret): HashBits {
  const { length } = text;
  if (length === 0) return { low: 0, high: 0 };
  let all = 0;
  for (let i = 0; i < length; i++) all |= text.charCodeAt(i);
  const state = new SipState(secret);
  if (all < 256) absorbNarrow(state, text);
  else absorbWide(state, text);
  return state.finish();
}

function absorbNarrow(state: SipState, text: string): void {
  const { length } = text;
  const whole = length & ~7;
  for (let i = 0; i < whole; i += 8) {
    state.absorb(
      text.charCodeAt(i) | (text.charCodeAt(i + 1) << 8) | (text.charCodeAt(i + 2) << 16) | (text.charCodeAt(i + 3) << 24),
      text.charCodeAt(i + 4) | (text.charCodeAt(i + 5) << 8) | (text.charCodeAt(i + 6) << 16) | (text.charCodeAt(i + 7) << 24),
    );
  }
  let low = 0;
  let high = length << 24;
  for (let i = whole; i < length; i++) {
    const shift = (i - whole) * 8;
    if (shift < 32) low |= text.charCodeAt(i) << shift;
    else high |= text.charCodeAt(i) << (shift - 32);
  }
  state.absorb(low, high);
}

function absorbWide(state: SipState, text: string): void {
  const { length } = text;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    state.absorb(
      text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16),
      text.charCodeAt(i + 2) | (text.charCodeAt(i + 3) << 16),
    );
  }
  let low = 0;
  let high = (length * 2) << 24;
  if (whole < length) low |= text.charCodeAt(whole);
  if (whole + 1 < length) low |= text.charCodeAt(whole + 1) << 16;
  if (whole + 2 < length) high |= text.charCodeAt(whole + 2);
  state.absorb(low, high);
}

/** The four 64-bit words of SipHash, in halves. */
class SipState {
  private v0l: number;
  private v0h: number;
  private v1l: number;
  private v1h: number;
  private v2l: number;
  private v2h: number;
  private v3l: number;
  private v3h: number;

  constructor(secret: HashSecret) {
    this.v0l = secret.k0Low ^ 0x70736575;
    this.v0h = secret.k0High ^ 0x736f6d65;
    this.v1l = secret.k1Low ^ 0x6e646f6d;
    this.v1h = secret.k1High ^ 0x646f7261;
    this.v2l = secret.k0Low ^ 0x6e657261;
    this.v2h = secret.k0High ^ 0x6c796765;
    this.v3l = secret.k1Low ^ 0x79746573;
    this.v3h = secret.k1High ^ 0x74656462;
  }

  absorb(low: number, high: number): void {
    this.v3l ^= low;
    this.v3h ^= high;
    this.round();
    this.v0l ^= low;
    this.v0h ^= high;
  }

  finish(): HashBits {
    this.v2l ^= 0xff;
    this.round();
    this.round();
    this.round();
    const low = this.v0l ^ this.v1l ^ this.v2l ^ this.v3l;
    const high = this.v0h ^ this.v1h ^ this.v2h ^ this.v3h;
    return low === -1 && high === -1 ? { low: -2, high: -1 } : { low, high };
  }

  private round(): void {
    let { v0l, v0h, v1l, v1h, v2l, v2h, v3l, v3h } = this;
    let sum: number;
    let low: number;
    // v0 += v1; v1 = rotl(v1, 13) ^ v0; v0 = rotl(v0, 32)
    sum = (v0l >>> 0) + (v1l >>> 0);
    v0h = (v0h + v1h + (sum > 0xffff_ffff ? 1 : 0)) | 0;
    v0l = sum | 0;
    low = (v1l << 13) | (v1h >>> 19);
    v1h = ((v1h << 13) | (v1l >>> 19)) ^ v0h;
    v1l = low ^ v0l;
    low = v0h;
    v0h = v0l;
    v0l = low;
    // v2 += v3; v3 = rotl(v3, 16) ^ v2
    sum = (v2l >>> 0) + (v3l >>> 0);
    v2h = (v2h + v3h + (sum > 0xffff_ffff ? 1 : 0)) | 0;
    v2l = sum | 0;
    low = (v3l << 16) | (v3h >>> 16);
    v3h = ((v3h << 16) | (v3l >>> 16)) ^ v2h;
    v3l = low ^ v2l;
    // v0 += v3; v3 = rotl(v3, 21) ^ v0
    sum = (v0l >>> 0) + (v3l >>> 0);
    v0h = (v0h + v3h + (sum > 0xffff_ffff ? 1 : 0)) | 0;
    v0l = sum | 0;
    low = (v3l << 21) | (v3h >>> 11);
    v3h = ((v3h << 21) | (v3l >>> 11)) ^ v0h;
    v3l = low ^ v0l;
    // v2 += v1; v1 = rotl(v1, 17) ^ v2; v2 = rotl(v2, 32)
    sum = (v2l >>> 0) + (v1l >>> 0);
    v2h = (v2h + v1h + (sum > 0xffff_ffff ? 1 : 0)) | 0;
    v2l = sum | 0;
    low = (v1l << 17) | (v1h >>> 15);
    v1h = ((v1h << 17) | (v1l >>> 15)) ^ v2h;
    v1l = low ^ v2l;
    low = v2h;
    v2h = v2l;
    v2l = low;
    this.v0l = v0l;
    this.v0h = v0h;
    this.v1l = v1l;
    this.v1h = v1h;
    this.v2l = v2l;
    this.v2h = v2h;
    this.v3l = v3l;
    this.v3h = v3h;
  }
}

/**
 * The secret of a hash seed as `PYTHONHASHSEED` gives it (0: no secret; else CPython's `lcg_urandom`), or, for null, from
 * random bytes.
 */
export function makeHashSecret(seed: number | null, random: (bytes: Uint8Array) => void): HashSecret {
  const bytes = new Uint8Array(16);
  if (seed === null) random(bytes);
  else if (seed !== 0) {
    let x = seed | 0;
    for (let i = 0; i < 16; i++) {
      x = (Math.imul(x, 214013) + 2531011) | 0;
      bytes[i] = (x >>> 16) & 0xff;
    }
  }
  const word = (at: number): number => bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
  return { k0Low: word(0), k0High: word(4), k1Low: word(8), k1High: word(12) };
}
