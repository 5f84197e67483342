import { blockMagic, crcOver, endMagic, groupSize, joinCrc } from './format.ts';
import { assignCodes, codeLengths } from './huffman.ts';
import { sortRotations } from './rotations.ts';

/* Compression as libbz2 1.0.8 does it: the same blocks, tables and bits. */

class BitWriter {
  private bytes: Uint8Array = new Uint8Array(4096);
  private size = 0;
  private pending = 0;
  private bits = 0;

  write(count: number, value: number): void {
    for (let left = count; left > 0; ) {
      const take = Math.min(left, 8 - this.bits);
      left -= take;
      this.pending = (this.pending << take) | ((value >>> left) & ((1 << take) - 1));
      this.bits += take;
      if (this.bits === 8) this.byte();
    }
  }

  private byte(): void {
    if (this.size === this.bytes.length) {
      const larger = new Uint8Array(this.size * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.size++] = this.pending;
    this.pending = this.bits = 0;
  }

  /** Fills the last byte with zeros. */
  end(): void {
    if (this.bits > 0) this.write(8 - this.bits, 0);
  }

  /** All whole bytes so far. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.size);
    this.size = 0;
    return taken;
  }
}

export class Compressor {
  private readonly out = new BitWriter();
  private readonly block: Uint8Array;
  private readonly capacity: number;
  private size = 0;
  private crc = -1;
  private streamCrc = 0;
  /** A run of equal bytes that is not in the block yet. */
  private runByte = -1;
  private runLength = 0;

  constructor(level: number) {
    this.capacity = level * 100_000 - 19;
    this.block = new Uint8Array(level * 100_000 + 8);
    for (const char of `BZh${level}`) this.out.write(8, char.charCodeAt(0));
  }

  compress(data: Uint8Array): Uint8Array {
    for (const byte of data) {
      if (this.size >= this.capacity) this.endBlock();
      if (byte === this.runByte && this.runLength < 255) this.runLength++;
      else {
        this.endRun();
        this.runByte = byte;
        this.runLength = 1;
      }
    }
    return this.out.take();
  }

  /** Ends the stream. */
  finish(): Uint8Array {
    this.endRun();
    this.runByte = -1;
    this.endBlock();
    this.out.write(24, endMagic[0]);
    this.out.write(24, endMagic[1]);
    this.out.write(32, this.streamCrc);
    this.out.end();
    return this.out.take();
  }

  /** Four equal bytes are followed by how many more there are. */
  private endRun(): void {
    const { runByte, runLength } = this;
    if (runLength === 0) return;
    for (let i = 0; i < runLength; i++) this.crc = crcOver(this.crc, runByte);
    for (let i = 0; i < Math.min(runLength, 4); i++) this.block[this.size++] = runByte;
    if (runLength >= 4) this.block[this.size++] = runLength - 4;
    this.runLength = 0;
  }

  private endBlock(): void {
    if (this.size === 0) return;
    const crc = ~this.crc;
    this.streamCrc = joinCrc(this.streamCrc, crc);
    const { last, origin } = sortRotations(this.block.subarray(0, this.size));
    this.out.write(24, blockMagic[0]);
    this.out.write(24, blockMagic[1]);
    this.out.write(32, crc);
    this.out.write(1, 0);
    this.out.write(24, origin);
    this.writeSymbols(last);
    this.size = 0;
    this.crc = -1;
  }

  private writeSymbols(last: Uint8Array): void {
    const used = new Uint8Array(256);
    for (const byte of last) used[byte] = 1;
    const symbols = moveToFront(last, used);
    const alphabet = used.reduce((sum, flag) => sum + flag, 0) + 2;
    const { out } = this;
    const rows = Array.from({ length: 16 }, (_, row) => used.subarray(row * 16, row * 16 + 16));
    for (const row of rows) out.write(1, row.includes(1) ? 1 : 0);
    for (const row of rows) if (row.includes(1)) for (const flag of row) out.write(1, flag);
    const { lengths, selectors } = chooseTables(symbols, alphabet);
    out.write(3, lengths.length);
    out.write(15, selectors.length);
    const recent = lengths.map((_, i) => i);
    for (const selector of selectors) {
      const at = recent.indexOf(selector);
      for (let i = 0; i < at; i++) out.write(1, 1);
      out.write(1, 0);
      recent.splice(at, 1);
      recent.unshift(selector);
    }
    for (const table of lengths) this.writeLengths(table);
    const codes = lengths.map(assignCodes);
    for (let i = 0; i < symbols.length; i++) {
      const table = selectors[Math.floor(i / groupSize)];
      out.write(lengths[table][symbols[i]], codes[table][symbols[i]]);
    }
  }

  /** Each length as steps from the one before. */
  private writeLengths(table: Uint8Array): void {
    let current = table[0];
    this.out.write(5, current);
    for (const length of table) {
      for (; current < length; current++) this.out.write(2, 2);
      for (; current > length; current--) this.out.write(2, 3);
      this.out.write(1, 0);
    }
  }
}

/** Positions in a list of recent bytes; runs of the first are written as numbers of two digits (symbols 0 and 1). The last symbol ends the block. */
function moveToFront(last: Uint8Array, used: Uint8Array): Uint16Array {
  const recent = Uint8Array.from(used.keys()).filter((byte) => used[byte] === 1);
  const end = recent.length + 1;
  const symbols = new Uint16Array(last.length + 1);
  let size = 0;
  let zeros = 0;
  const writeZeros = (): void => {
    for (let left = zeros; left > 0; left = (left - 1) >> 1) symbols[size++] = (left - 1) & 1;
    zeros = 0;
  };
  for (let i = 0; i < last.length; i++) {
    const byte = last[i];
    if (recent[0] === byte) {
      zeros++;
      continue;
    }
    if (zeros > 0) writeZeros();
    let at = 1;
    while (recent[at] !== byte) at++;
    symbols[size++] = at + 1;
    for (; at > 0; at--) recent[at] = recent[at - 1];
    recent[0] = byte;
  }
  writeZeros();
  symbols[size++] = end;
  return symbols.slice(0, size);
}

interface Tables {
  readonly lengths: Uint8Array[];
  readonly selectors: Uint8Array;
}

/** Two to six code tables, and which of them serves each group of symbols: found in four rounds from a division of the alphabet into equal parts. */
function chooseTables(symbols: Uint16Array, alphabet: number): Tables {
  const count = symbols.length < 200 ? 2 : symbols.length < 600 ? 3 : symbols.length < 1200 ? 4 : symbols.length < 2400 ? 5 : 6;
  const lengths = divide(symbols, alphabet, count);
  const selectors = new Uint8Array(Math.ceil(symbols.length / groupSize));
  for (let round = 0; round < 4; round++) {
    const frequencies = lengths.map(() => new Int32Array(alphabet));
    for (let group = 0; group < selectors.length; group++) {
      const start = group * groupSize;
      const end = Math.min(start + groupSize, symbols.length);
      let best = 0;
      let least = Infinity;
      for (let table = 0; table < count; table++) {
        let cost = 0;
        for (let i = start; i < end; i++) cost += lengths[table][symbols[i]];
        if (cost < least) {
          least = cost;
          best = table;
        }
      }
      selectors[group] = best;
      for (let i = start; i < end; i++) frequencies[best][symbols[i]]++;
    }
    for (let table = 0; table < count; table++) lengths[table] = codeLengths(frequencies[table]);
  }
  return { lengths, selectors };
}

/** First guesses: each table is cheap for a stretch of the alphabet that is about as frequent as the others'. */
function divide(symbols: Uint16Array, alphabet: number, count: number): Uint8Array[] {
  const frequencies = new Int32Array(alphabet);
  for (const symbol of symbols) frequencies[symbol]++;
  const lengths: Uint8Array[] = new Array<Uint8Array>(count);
  let left = symbols.length;
  let start = 0;
  for (let part = count; part > 0; part--) {
    const wanted = Math.floor(left / part);
    let end = start - 1;
    let sum = 0;
    while (sum < wanted && end < alphabet - 1) sum += frequencies[++end];
    if (end > start && part !== count && part !== 1 && (count - part) % 2 === 1) sum -= frequencies[end--];
    const [from, to] = [start, end];
    lengths[part - 1] = Uint8Array.from({ length: alphabet }, (_, symbol) => (symbol >= from && symbol <= to ? 0 : 15));
    start = end + 1;
    left -= sum;
  }
  return lengths;
}
