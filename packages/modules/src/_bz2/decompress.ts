import { blockMagic, crcOver, endMagic, groupSize, joinCrc, maxGroups } from './format.ts';

/** The data is no bzip2 stream. */
export class BadStream extends Error {
  override readonly name = 'BadStream';
}
/** The data ends before the part being read does. */
class Incomplete extends Error {
  override readonly name = 'Incomplete';
}

class BitReader {
  private readonly bytes: Uint8Array;
  private next: number;
  /** Bits taken from the bytes and not read yet: the lowest `count` of it. */
  private held = 0;
  private count = 0;
  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.next = at >> 3;
    if ((at & 7) > 0) {
      this.fill(8);
      this.count -= at & 7;
    }
  }

  /** In bits. */
  get at(): number {
    return this.next * 8 - this.count;
  }

  /** Holds at least so many bits, 25 at most. */
  private fill(bits: number): void {
    while (this.count < bits) {
      if (this.next >= this.bytes.length) throw new Incomplete();
      this.held = (this.held << 8) | this.bytes[this.next++];
      this.count += 8;
    }
  }

  bit(): number {
    if (this.count === 0) this.fill(1);
    return (this.held >>> --this.count) & 1;
  }

  read(bits: number): number {
    if (bits > 16) return this.read(bits - 16) * 0x10000 + this.read(16);
    if (this.count < bits) this.fill(bits);
    this.count -= bits;
    return (this.held >>> this.count) & ((1 << bits) - 1);
  }

  /** The next bits without reading them, zeros behind the end. */
  peek(bits: number): number {
    while (this.count < bits && this.next < this.bytes.length) {
      this.held = (this.held << 8) | this.bytes[this.next++];
      this.count += 8;
    }
    const shift = this.count - bits;
    return (shift >= 0 ? this.held >>> shift : this.held << -shift) & ((1 << bits) - 1);
  }

  /** Reads bits that {@link peek} has shown. */
  skip(bits: number): void {
    if (this.count < bits) throw new Incomplete();
    this.count -= bits;
  }
}

/** Reads a stream from data that comes bit by bit. A block comes out when all of it is there. */
export class Decompressor {
  private input: Uint8Array = new Uint8Array(0);
  /** Bits of the input that have been used. */
  private used = 0;
  private level = 0;
  private streamCrc = 0;
  eof = false;
  /** Decompressed and not taken yet. */
  private pending: Uint8Array[] = [];

  feed(data: Uint8Array): void {
    const kept = this.input.subarray(this.used >> 3);
    const all = new Uint8Array(kept.length + data.length);
    all.set(kept);
    all.set(data, kept.length);
    this.input = all;
    this.used &= 7;
  }

  /** At most `limit` bytes. Throws BadStream. */
  take(limit: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let left = limit;
    while (left > 0) {
      if (this.pending.length === 0 && !this.next()) break;
      const part = this.pending.shift();
      if (part === undefined) continue;
      if (part.length > left) this.pending.unshift(part.subarray(left));
      parts.push(part.subarray(0, left));
      left -= Math.min(left, part.length);
    }
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  /** Output is waiting, beyond what was asked for. */
  get hasMore(): boolean {
    return this.pending.length > 0;
  }

  /** What stands behind the end of the stream. */
  get rest(): Uint8Array {
    return this.input.slice((this.used + 7) >> 3);
  }

  /** Reads the header, a block or the end; false when that is not there yet or nothing follows. */
  private next(): boolean {
    if (this.eof) return false;
    const reader = new BitReader(this.input, this.used);
    try {
      if (this.level === 0) this.header(reader);
      else this.part(reader);
    } catch (error) {
      if (error instanceof Incomplete) return false;
      throw error;
    }
    this.used = reader.at;
    return true;
  }

  private header(reader: BitReader): void {
    for (const char of 'BZh') if (reader.read(8) !== char.charCodeAt(0)) throw new BadStream();
    const level = reader.read(8) - 0x30;
    if (level < 1 || level > 9) throw new BadStream();
    this.level = level;
  }

  private part(reader: BitReader): void {
    for (const shift of [16, 8, 0]) {
      const byte = reader.read(8);
      if (byte !== ((blockMagic[0] >> shift) & 255) && byte !== ((endMagic[0] >> shift) & 255)) throw new BadStream();
    }
    const second = reader.read(24);
    const crc = reader.read(32) | 0;
    if (second === endMagic[1]) {
      if (crc !== this.streamCrc) throw new BadStream();
      this.eof = true;
      return;
    }
    if (second !== blockMagic[1]) throw new BadStream();
    const randomised = reader.bit() === 1;
    if (randomised) throw new BadStream();
    const out = block(reader, this.level * 100_000);
    let found = -1;
    for (let i = 0; i < out.length; i++) found = crcOver(found, out[i]);
    if (~found !== crc) throw new BadStream();
    this.streamCrc = joinCrc(this.streamCrc, crc);
    this.pending.push(out);
  }
}

/** Codes of one table, to be told apart bit by bit: by length, the first code and where its symbols begin. */
interface CodeTable {
  readonly shortest: number;
  readonly limits: Int32Array;
  readonly bases: Int32Array;
  readonly symbols: Int32Array;
  /** Symbol * 32 + length by the next bits, for codes that are no longer than these; else 0. */
  readonly short: Int32Array;
}

const shortBits = 10;

function codeTable(lengths: Uint8Array): CodeTable {
  const symbols: number[] = [];
  const limits = new Int32Array(22).fill(-1);
  const bases = new Int32Array(22);
  let code = 0;
  let shortest = 20;
  const short = new Int32Array(1 << shortBits);
  for (let length = 1; length <= 20; length++) {
    bases[length] = symbols.length - code;
    for (let i = 0; i < lengths.length; i++) {
      if (lengths[i] !== length) continue;
      symbols.push(i);
      if (length <= shortBits) short.fill(i * 32 + length, code << (shortBits - length), (code + 1) << (shortBits - length));
      code++;
      shortest = Math.min(shortest, length);
    }
    limits[length] = code - 1;
    code <<= 1;
  }
  return { shortest, limits, bases, symbols: Int32Array.from(symbols), short };
}

function readSymbol(reader: BitReader, table: CodeTable): number {
  const found = table.short[reader.peek(shortBits)];
  if (found !== 0) {
    reader.skip(found & 31);
    return found >> 5;
  }
  let code = reader.read(table.shortest);
  for (let length = table.shortest; length <= 20; length++) {
    if (code <= table.limits[length]) {
      const index = code + table.bases[length];
      if (index < 0 || index >= table.symbols.length) throw new BadStream();
      return table.symbols[index];
    }
    code = (code << 1) | reader.bit();
  }
  throw new BadStream();
}

function block(reader: BitReader, capacity: number): Uint8Array {
  const origin = reader.read(24);
  if (origin > capacity + 10) throw new BadStream();
  const rows = reader.read(16);
  const bytes: number[] = [];
  for (let row = 0; row < 16; row++) {
    if (((rows >> (15 - row)) & 1) === 0) continue;
    const flags = reader.read(16);
    for (let i = 0; i < 16; i++) if (((flags >> (15 - i)) & 1) === 1) bytes.push(row * 16 + i);
  }
  if (bytes.length === 0) throw new BadStream();
  const alphabet = bytes.length + 2;
  const tableCount = reader.read(3);
  const selectorCount = reader.read(15);
  if (tableCount < 2 || tableCount > maxGroups || selectorCount < 1) throw new BadStream();
  const recent = Array.from({ length: tableCount }, (_, i) => i);
  const selectors = new Uint8Array(selectorCount);
  for (let i = 0; i < selectorCount; i++) {
    let at = 0;
    while (reader.bit() === 1) if (++at >= tableCount) throw new BadStream();
    const [selector] = recent.splice(at, 1);
    recent.unshift(selector);
    selectors[i] = selector;
  }
  const tables = Array.from({ length: tableCount }, () => codeTable(readLengths(reader, alphabet)));
  const last = readBytes(reader, tables, selectors, Uint8Array.from(bytes), capacity);
  if (origin >= last.length) throw new BadStream();
  return withoutRuns(restore(last, origin));
}

function readLengths(reader: BitReader, alphabet: number): Uint8Array {
  const lengths = new Uint8Array(alphabet);
  let current = reader.read(5);
  for (let i = 0; i < alphabet; i++) {
    for (;;) {
      if (current < 1 || current > 20) throw new BadStream();
      if (reader.bit() === 0) break;
      current += reader.bit() === 0 ? 1 : -1;
    }
    lengths[i] = current;
  }
  return lengths;
}

/** The last column: symbols are positions in a list of recent bytes, 0 and 1 the digits of a run's length. */
function readBytes(reader: BitReader, tables: readonly CodeTable[], selectors: Uint8Array, recent: Uint8Array, capacity: number): Uint8Array {
  const end = recent.length + 1;
  const last = new Uint8Array(capacity);
  let size = 0;
  let run = 0;
  let digit = 1;
  for (let i = 0; ; i++) {
    const group = Math.floor(i / groupSize);
    if (group >= selectors.length) throw new BadStream();
    const symbol = readSymbol(reader, tables[selectors[group]]);
    if (symbol <= 1) {
      if (digit >= 2 * 1024 * 1024) throw new BadStream();
      run += digit << symbol;
      digit <<= 1;
      continue;
    }
    if (run > 0) {
      if (size + run > capacity) throw new BadStream();
      last.fill(recent[0], size, size + run);
      size += run;
      run = 0;
      digit = 1;
    }
    if (symbol === end) return last.subarray(0, size);
    if (size >= capacity) throw new BadStream();
    const byte = recent[symbol - 1];
    for (let at = symbol - 1; at > 0; at--) recent[at] = recent[at - 1];
    recent[0] = byte;
    last[size++] = byte;
  }
}

/** From the last column of the sorted rotations to the block. */
function restore(last: Uint8Array, origin: number): Uint8Array {
  const starts = new Int32Array(257);
  for (const byte of last) starts[byte + 1]++;
  for (let byte = 0; byte < 256; byte++) starts[byte + 1] += starts[byte];
  const following = new Int32Array(last.length);
  for (let i = 0; i < last.length; i++) following[starts[last[i]]++] = i;
  const block = new Uint8Array(last.length);
  let at = following[origin];
  for (let i = 0; i < block.length; i++) {
    block[i] = last[at];
    at = following[at];
  }
  return block;
}

/** Four equal bytes are followed by how many more there are. */
function withoutRuns(block: Uint8Array): Uint8Array {
  let size = block.length;
  for (let i = 0, run = 0; i < block.length; i++) {
    if (run === 4) {
      size += block[i] - 1;
      run = 0;
    } else run = run > 0 && block[i] === block[i - 1] ? run + 1 : 1;
  }
  const out = new Uint8Array(size);
  for (let i = 0, run = 0, at = 0; i < block.length; i++) {
    const byte = block[i];
    if (run === 4) {
      out.fill(block[i - 1], at, at + byte);
      at += byte;
      run = 0;
    } else {
      run = run > 0 && byte === block[i - 1] ? run + 1 : 1;
      out[at++] = byte;
    }
  }
  return out;
}
