import type { Filter } from './format.ts';

/* Filters that make data easier to compress: differences, and absolute instead of relative addresses of jumps in machine code. */

/** Changes data in place, forwards or back. */
export interface Transformer {
  /** Gives how many bytes of `bytes[0 … end)` are done; the others want to be seen again with what follows. */
  apply(bytes: Uint8Array, end: number): number;
}

export function newTransformer(filter: Filter, encoding: boolean): Transformer {
  if (filter.kind === 'delta') return new Delta(filter.distance, encoding);
  if (filter.kind !== 'bcj') throw new Error('not a filter that transforms');
  return filter.id === 4 ? new X86(filter.startOffset, encoding) : new Branches(filter.id, filter.startOffset, encoding);
}

/** Each byte is replaced by its difference from the byte `distance` before. */
class Delta implements Transformer {
  private readonly distance: number;
  private readonly encoding: boolean;
  private readonly history = new Uint8Array(256);
  private at = 0;
  constructor(distance: number, encoding: boolean) {
    this.distance = distance;
    this.encoding = encoding;
  }
  apply(bytes: Uint8Array, end: number): number {
    const { history, distance } = this;
    for (let i = 0; i < end; i++) {
      const before = history[(this.at - distance) & 255];
      const plain = this.encoding ? bytes[i] : (bytes[i] + before) & 255;
      if (this.encoding) bytes[i] -= before;
      else bytes[i] = plain;
      history[this.at++ & 255] = plain;
    }
    return end;
  }
}

/** Converts the instruction at `i`, if it is a jump, by adding `position` (or what it subtracts from). */
type Converter = (bytes: Uint8Array, i: number, move: (address: number) => number) => void;

const powerpc: Converter = (bytes, i, move) => {
  if (bytes[i] >> 2 !== 0x12 || (bytes[i + 3] & 3) !== 1) return;
  const address = move(((bytes[i] & 3) << 24) | (bytes[i + 1] << 16) | (bytes[i + 2] << 8) | (bytes[i + 3] & 0xfc));
  bytes[i] = 0x48 | ((address >>> 24) & 3);
  bytes[i + 1] = address >>> 16;
  bytes[i + 2] = address >>> 8;
  bytes[i + 3] = (bytes[i + 3] & 3) | (address & 0xfc);
};

const arm: Converter = (bytes, i, move) => {
  if (bytes[i + 3] !== 0xeb) return;
  const address = move(((bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16)) << 2) + 0) >>> 2;
  bytes[i] = address;
  bytes[i + 1] = address >>> 8;
  bytes[i + 2] = address >>> 16;
};

const armThumb: Converter = (bytes, i, move) => {
  if ((bytes[i + 1] & 0xf8) !== 0xf0 || (bytes[i + 3] & 0xf8) !== 0xf8) return;
  const high = ((bytes[i + 1] & 7) << 19) | (bytes[i] << 11);
  const address = move((high | ((bytes[i + 3] & 7) << 8) | bytes[i + 2]) << 1) >>> 1;
  bytes[i + 1] = 0xf0 | ((address >>> 19) & 7);
  bytes[i] = address >>> 11;
  bytes[i + 3] = 0xf8 | ((address >>> 8) & 7);
  bytes[i + 2] = address;
};

const sparc: Converter = (bytes, i, move) => {
  if (!((bytes[i] === 0x40 && (bytes[i + 1] & 0xc0) === 0) || (bytes[i] === 0x7f && (bytes[i + 1] & 0xc0) === 0xc0))) return;
  const words = move(((bytes[i] << 24) | (bytes[i + 1] << 16) | (bytes[i + 2] << 8) | bytes[i + 3]) << 2) >>> 2;
  const sign = (words >>> 22) & 1;
  const address = ((sign === 1 ? 0x3fff_ffff << 22 : 0) & 0x3fff_ffff) | (words & 0x3f_ffff) | 0x4000_0000;
  bytes[i] = address >>> 24;
  bytes[i + 1] = address >>> 16;
  bytes[i + 2] = address >>> 8;
  bytes[i + 3] = address;
};

/** Which of the three 41-bit slots of an IA-64 bundle can hold a branch, by the bundle's template. */
const branchSlots: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 6, 6, 0, 0, 7, 7, 4, 4, 0, 0, 4, 4, 0, 0];

const ia64: Converter = (bytes, i, move) => {
  const slots = branchSlots[bytes[i] & 0x1f];
  for (let slot = 0; slot < 3; slot++) {
    if (((slots >> slot) & 1) === 0) continue;
    const firstBit = 5 + slot * 41;
    const at = i + (firstBit >> 3);
    const shift = BigInt(firstBit & 7);
    let held = 0n;
    for (let j = 5; j >= 0; j--) held = (held << 8n) | BigInt(bytes[at + j]);
    let instruction = held >> shift;
    if (((instruction >> 37n) & 0xfn) !== 5n || ((instruction >> 9n) & 7n) !== 0n) continue;
    const sourceBits = ((instruction >> 13n) & 0xf_ffffn) | (((instruction >> 36n) & 1n) << 20n);
    const address = BigInt(move(Number(sourceBits << 4n) | 0) >>> 4);
    instruction &= ~(0x8f_ffffn << 13n);
    instruction |= (address & 0xf_ffffn) << 13n;
    instruction |= (address & 0x10_0000n) << (36n - 20n);
    held = (held & ((1n << shift) - 1n)) | (instruction << shift);
    for (let j = 0; j < 6; j++) bytes[at + j] = Number((held >> BigInt(8 * j)) & 255n);
  }
};

/** By the filter's number: bytes from instruction to instruction, bytes that one can have, what is added to its position. */
const machines: Readonly<Record<number, { readonly step: number; readonly size: number; readonly ahead: number; readonly convert: Converter }>> = {
  5: { step: 4, size: 4, ahead: 0, convert: powerpc },
  6: { step: 16, size: 16, ahead: 0, convert: ia64 },
  7: { step: 4, size: 4, ahead: 8, convert: arm },
  8: { step: 2, size: 4, ahead: 4, convert: armThumb },
  9: { step: 4, size: 4, ahead: 0, convert: sparc },
};

/** Instructions at regular places. */
class Branches implements Transformer {
  private readonly machine: (typeof machines)[number];
  private readonly sign: 1 | -1;
  private position: number;
  constructor(id: number, startOffset: number, encoding: boolean) {
    this.machine = machines[id];
    this.sign = encoding ? 1 : -1;
    this.position = startOffset;
  }
  apply(bytes: Uint8Array, end: number): number {
    const { step, size, ahead, convert } = this.machine;
    let i = 0;
    for (; i + size <= end; i += step) {
      const before = bytes[i + 1] * 256 + bytes[i];
      const position = (this.position + i + ahead) | 0;
      convert(bytes, i, (address) => (address + this.sign * position) | 0);
      // A jump of two halfwords is not looked into.
      if (step < size && (before >> 8 & 0xf8) === 0xf0 && (bytes[i + 3] & 0xf8) === 0xf8) i += size - step;
    }
    this.position = (this.position + i) | 0;
    return i;
  }
}

/** Calls and jumps of x86 (E8, E9) can stand anywhere, so those are left alone that overlap what may be another one. */
class X86 implements Transformer {
  private readonly sign: 1 | -1;
  private position: number;
  /** Position of the last opcode seen. */
  private lastOpcode: number;
  /** Bits tell which of the last bytes were opcodes; 0x10 that the highest byte of its operand would have fitted. */
  private mask = 0;
  constructor(startOffset: number, encoding: boolean) {
    this.sign = encoding ? 1 : -1;
    this.position = startOffset;
    this.lastOpcode = startOffset - 5;
  }
  apply(bytes: Uint8Array, end: number): number {
    const looksLikeSign = (byte: number): boolean => byte === 0 || byte === 0xff;
    let i = 0;
    while (i + 5 <= end) {
      if ((bytes[i] & 0xfe) !== 0xe8) {
        i++;
        continue;
      }
      const opcodeAt = this.position + i;
      const distance = opcodeAt - this.lastOpcode;
      this.lastOpcode = opcodeAt;
      if (distance > 5) this.mask = 0;
      else for (let j = 0; j < distance; j++) this.mask = (this.mask & 0x77) << 1;
      const overlap = (this.mask >> 1) & 7;
      const clear = overlap === 0 || overlap === 1 || overlap === 2 || overlap === 4;
      if (looksLikeSign(bytes[i + 4]) && clear && this.mask >> 1 < 0x10) {
        this.convert(bytes, i, (opcodeAt + 5) | 0);
        this.mask = 0;
        i += 5;
      } else {
        this.mask |= looksLikeSign(bytes[i + 4]) ? 0x11 : 1;
        i++;
      }
    }
    this.position += i;
    return i;
  }
  private convert(bytes: Uint8Array, i: number, next: number): void {
    let operand = bytes[i + 1] | (bytes[i + 2] << 8) | (bytes[i + 3] << 16) | (bytes[i + 4] << 24);
    let result: number;
    for (;;) {
      result = (operand + this.sign * next) | 0;
      if (this.mask === 0) break;
      const bits = [0, 8, 16, 16, 24, 24, 24, 24][this.mask >> 1];
      const byte = (result >>> (24 - bits)) & 255;
      if (byte !== 0 && byte !== 0xff) break;
      operand = result ^ (2 ** (32 - bits) - 1);
    }
    bytes[i + 1] = result;
    bytes[i + 2] = result >>> 8;
    bytes[i + 3] = result >>> 16;
    bytes[i + 4] = (result >>> 24) & 1 ? 0xff : 0;
  }
}
