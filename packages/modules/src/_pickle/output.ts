import { call, memoryviewOf, PyBytes } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { endHash, hashUnit } from './memo.ts';
import { FRAME } from './opcodes.ts';

/** A frame is closed at the first opcode that begins beyond this many bytes. */
const frameTarget = 64 * 1024;
/** Fewer bytes are not worth a frame. */
const frameMin = 4;
const frameHeader = 9;
/** Bytes of memory at first, and at most when it is kept for another pickle. */
const leastBytes = 256, mostKept = 1 << 20;

/** Where a pickler writes: bytes in memory, in frames, which go to a file when there is one. */
export class Output {
  private bytes: Uint8Array = new Uint8Array(leastBytes);
  private view: DataView = new DataView(this.bytes.buffer);
  private length = 0;
  /** Protocol 4: everything is in frames. */
  framing = false;
  /** Where the open frame begins, -1 for none. */
  private frameStart = -1;
  /** The file's `write` method, or null to keep all in memory. */
  write: PyValue | null = null;

  /** Forgets everything. */
  clear(): void {
    this.length = 0;
    this.frameStart = -1;
  }

  /** The same, and the file; much memory is given back. */
  reset(): void {
    this.clear();
    this.framing = false;
    this.write = null;
    if (this.bytes.length <= mostKept) return;
    this.bytes = new Uint8Array(leastBytes);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Room for `count` bytes in the open frame; gives where they go. */
  private reserve(count: number): number {
    if (this.framing && this.frameStart < 0) {
      this.frameStart = this.length;
      this.grow(frameHeader + count);
      this.length += frameHeader;
    } else this.grow(count);
    const at = this.length;
    this.length += count;
    return at;
  }

  private grow(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  byte(value: number): void {
    const at = this.reserve(1); // May replace `bytes`.
    this.bytes[at] = value;
  }

  /** An opcode and an argument of one byte. */
  opByte(opcode: number, value: number): void {
    const at = this.reserve(2);
    this.bytes[at] = opcode;
    this.bytes[at + 1] = value;
  }

  opUint16(opcode: number, value: number): void {
    const at = this.reserve(3);
    this.bytes[at] = opcode;
    this.view.setUint16(at + 1, value, true);
  }

  opInt32(opcode: number, value: number): void {
    const at = this.reserve(5);
    this.bytes[at] = opcode;
    this.view.setInt32(at + 1, value, true);
  }

  opSize8(opcode: number, value: number): void {
    const at = this.reserve(9);
    this.bytes[at] = opcode;
    this.view.setBigUint64(at + 1, BigInt(value), true);
  }

  opDouble(opcode: number, value: number): void {
    const at = this.reserve(9);
    this.bytes[at] = opcode;
    this.view.setFloat64(at + 1, value, false);
  }

  raw(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.bytes.set(bytes, at);
  }

  /** ASCII text. */
  text(text: string): void {
    const at = this.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[at + i] = text.charCodeAt(i);
  }

  /** How much has been written, the headers of frames included. */
  get position(): number {
    return this.length;
  }

  /** Forgets what was written from `position` on, within the open frame. */
  takeBack(position: number): void {
    this.length = Math.max(position, this.frameStart < 0 ? 0 : this.frameStart + frameHeader);
  }

  /**
   * A text that is ASCII, with a header of an opcode and its length in one or four bytes: gives its hash for the memo. Of others it gives -1 and
   * writes nothing. (A function of its own, since most of a pickle is such texts.)
   */
  asciiText(text: string, shortOpcode: number | null, longOpcode: number): number {
    const { length } = text;
    const short = shortOpcode !== null && length <= 0xff;
    const start = this.length;
    let at = this.reserve(length + (short ? 2 : 5));
    const { bytes } = this;
    if (short) {
      bytes[at++] = shortOpcode;
      bytes[at++] = length;
    } else {
      bytes[at] = longOpcode;
      this.view.setUint32(at + 1, length, true);
      at += 5;
    }
    let hash = 0;
    let units = 0;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      bytes[at + i] = unit;
      units |= unit;
      hash = hashUnit(hash, unit);
    }
    if (units <= 0x7f) return endHash(hash);
    this.takeBack(start);
    return -1;
  }

  /** A header and data that, when large, are not copied into a frame. `payload` is the object whose bytes they are. */
  large(vm: VM, header: () => void, data: Uint8Array, payload: PyValue | null): void {
    const { framing } = this;
    const bypass = data.length >= frameTarget;
    if (bypass) {
      this.closeFrame();
      this.framing = false;
    }
    header();
    if (bypass && this.write !== null) {
      this.flush(vm);
      const given = payload instanceof PyBytes ? payload : payload === null ? new PyBytes(data.slice()) : memoryviewOf(vm, payload);
      call(vm, this.write, [given]);
    } else this.raw(data);
    this.framing = framing;
  }

  /** Ends the open frame, if any. */
  closeFrame(): void {
    const start = this.frameStart;
    if (!this.framing || start < 0) return;
    this.frameStart = -1;
    const size = this.length - start - frameHeader;
    if (size >= frameMin) {
      this.bytes[start] = FRAME;
      this.view.setBigUint64(start + 1, BigInt(size), true);
    } else {
      this.bytes.copyWithin(start, start + frameHeader, this.length);
      this.length -= frameHeader;
    }
  }

  /** Between two objects: a frame that is large enough ends here. */
  boundary(vm: VM): void {
    if (!this.framing || this.frameStart < 0 || this.length - this.frameStart - frameHeader < frameTarget) return;
    this.closeFrame();
    if (this.write !== null) this.flush(vm);
  }

  /** What has been written. */
  take(): PyValue {
    return new PyBytes(this.bytes.slice(0, this.length));
  }

  /** Writes to the file what is in memory. */
  flush(vm: VM): void {
    const all = this.take();
    this.clear();
    call(vm, this.write as PyValue, [all]); // There is a file.
  }
}
