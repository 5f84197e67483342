import { checkSize, CHECK_NONE, CHECK_UNKNOWN, crc32Bytes, newCheck } from './checks.ts';
import type { Check } from './checks.ts';
import { checkChain, decodeFilter } from './filter-options.ts';
import { newTransformer } from './filters.ts';
import type { Transformer } from './filters.ts';
import { Input, LzmaFailure, Output, readNumber, readWord } from './format.ts';
import type { Decoder, Filter, Stop } from './format.ts';
import { Lzma1Decoder, Lzma2Decoder, readProperties } from './lzma-decoder.ts';

/** Bytes decoded before a filter sees them. */
const stepSize = 1 << 16;

/** What a decoder for these filters would take in liblzma, about; more than the limit is refused. */
function checkMemory(dictSize: number, limit: number): void {
  if (dictSize + 0x1_0000 > limit) throw new LzmaFailure('MEMLIMIT');
}

/** A stream without container: LZMA1 or LZMA2, then the other filters backwards. */
class RawDecoder implements Decoder {
  private readonly coder: Decoder;
  /** In the order in which they are undone. */
  private readonly stages: readonly { readonly transformer: Transformer; readonly held: Output }[];
  private ended = false;

  constructor(filters: readonly Filter[]) {
    checkChain(filters);
    const last = filters[filters.length - 1];
    if (last.kind !== 'lzma1' && last.kind !== 'lzma2') throw new LzmaFailure('OPTIONS');
    this.coder = last.kind === 'lzma1' ? new Lzma1Decoder(last.options, null) : new Lzma2Decoder(last.options.dictSize);
    this.stages = filters.slice(0, -1).reverse().map((filter) => ({ transformer: newTransformer(filter, false), held: new Output() }));
  }

  run(input: Input, out: Output, goal: number): Stop {
    const [first] = this.stages;
    if (first === undefined) return this.coder.run(input, out, goal);
    while (!this.ended && out.length < goal) {
      const stop = this.coder.run(input, first.held, first.held.length + stepSize);
      this.ended = stop === 'end';
      this.transform(out);
      if (stop === 'input') return stop;
    }
    return this.ended ? 'end' : 'goal';
  }

  private transform(out: Output): void {
    for (const [i, { transformer, held }] of this.stages.entries()) {
      const done = transformer.apply(held.bytes, held.length);
      const next = i + 1 < this.stages.length ? this.stages[i + 1].held : out;
      next.write(held.take(this.ended ? held.length : done));
    }
  }
}

/** The format of LZMA's first tools: a header of 13 bytes, then LZMA1. */
class AloneDecoder implements Decoder {
  private coder: Lzma1Decoder | null = null;
  private readonly memoryLimit: number;
  /** Refuses sizes that no file has: the format was only guessed. */
  private readonly guessed: boolean;

  constructor(memoryLimit: number, guessed: boolean) {
    this.memoryLimit = memoryLimit;
    this.guessed = guessed;
  }

  run(input: Input, out: Output, goal: number): Stop {
    this.coder ??= this.readHeader(input);
    return this.coder === null ? 'input' : this.coder.run(input, out, goal);
  }

  private readHeader(input: Input): Lzma1Decoder | null {
    const { bytes, at, available } = input;
    if (available === 0) return null;
    const properties = readProperties(bytes[at]);
    if (properties === undefined) throw new LzmaFailure('FORMAT');
    if (available < 13) return null;
    const dictSize = readWord(bytes, at + 1);
    const size = readWord(bytes, at + 5) + readWord(bytes, at + 9) * 2 ** 32;
    const known = readWord(bytes, at + 5) !== 0xffff_ffff || readWord(bytes, at + 9) !== 0xffff_ffff;
    if (this.guessed && (!isUsualDictionary(dictSize) || (known && size >= 2 ** 38))) throw new LzmaFailure('FORMAT');
    checkMemory(dictSize, this.memoryLimit);
    input.at += 13;
    return new Lzma1Decoder({ ...properties, dictSize }, known ? size : null);
  }
}

/** 2 ** n or 2 ** n + 2 ** (n - 1). */
function isUsualDictionary(size: number): boolean {
  if (size === 0xffff_ffff) return true;
  const top = 2 ** (31 - Math.clz32(size));
  return size > 0 && (size === top || size === top + top / 2);
}

const streamMagic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];

const alike = (bytes: Uint8Array, at: number, wanted: ArrayLike<number>): boolean => Array.from(wanted).every((byte, i) => bytes[at + i] === byte);

/** One stream of an .xz file. */
class XzDecoder implements Decoder {
  check = CHECK_UNKNOWN;
  private readonly memoryLimit: number;
  private part: 'header' | 'block' | 'data' | 'padding' | 'index' | 'footer' = 'header';
  /** Of the blocks so far. */
  private readonly records: { readonly unpadded: number; readonly uncompressed: number }[] = [];
  private coder: RawDecoder | null = null;
  private running: Check | null = null;
  private headerSize = 0;
  private compressed = 0;
  private uncompressed = 0;
  private declared: { readonly compressed: number | undefined; readonly uncompressed: number | undefined } = { compressed: undefined, uncompressed: undefined };
  private indexSize = 0;

  constructor(memoryLimit: number) {
    this.memoryLimit = memoryLimit;
  }

  run(input: Input, out: Output, goal: number): Stop {
    for (;;) {
      const stop = this.step(input, out, goal);
      if (stop !== undefined) return stop;
    }
  }

  private step(input: Input, out: Output, goal: number): Stop | undefined {
    switch (this.part) {
      case 'header': return this.readStreamHeader(input);
      case 'block': return this.readBlockHeader(input);
      case 'data': return this.readData(input, out, goal);
      case 'padding': return this.readCheck(input);
      case 'index': return this.readIndex(input);
      case 'footer': return this.readFooter(input);
    }
  }

  private readStreamHeader(input: Input): Stop | undefined {
    const { bytes, at, available } = input;
    if (!alike(bytes, at, streamMagic.slice(0, available))) throw new LzmaFailure('FORMAT');
    if (available < 12) return 'input';
    if (!alike(bytes, at + 8, crc32Bytes(bytes.subarray(at + 6, at + 8)))) throw new LzmaFailure('DATA');
    if (bytes[at + 6] !== 0 || bytes[at + 7] > 15) throw new LzmaFailure('OPTIONS');
    this.check = bytes[at + 7];
    input.at += 12;
    this.part = 'block';
    return undefined;
  }

  private readBlockHeader(input: Input): Stop | undefined {
    const { bytes, at, available } = input;
    if (available === 0) return 'input';
    if (bytes[at] === 0) {
      this.part = 'index';
      return undefined;
    }
    this.headerSize = (bytes[at] + 1) * 4;
    if (available < this.headerSize) return 'input';
    const end = at + this.headerSize - 4;
    if (!alike(bytes, end, crc32Bytes(bytes.subarray(at, end)))) throw new LzmaFailure('DATA');
    const flags = bytes[at + 1];
    if ((flags & 0x3c) !== 0) throw new LzmaFailure('OPTIONS');
    let next = at + 2;
    const number = (): number => {
      const read = readNumber(bytes, next, end);
      if (read === undefined) throw new LzmaFailure('DATA');
      next = read.next;
      return read.value;
    };
    this.declared = { compressed: (flags & 0x40) === 0 ? undefined : number(), uncompressed: (flags & 0x80) === 0 ? undefined : number() };
    const filters: Filter[] = [];
    for (let i = 0; i <= (flags & 3); i++) {
      const id = number();
      const size = number();
      if (next + size > end) throw new LzmaFailure('DATA');
      filters.push(decodeFilter(id, bytes.subarray(next, next + size)));
      next += size;
    }
    if (bytes.subarray(next, end).some((byte) => byte !== 0)) throw new LzmaFailure('OPTIONS');
    const last = filters[filters.length - 1];
    if (last.kind !== 'lzma2') throw new LzmaFailure('OPTIONS');
    checkMemory(last.options.dictSize, this.memoryLimit);
    this.coder = new RawDecoder(filters);
    this.running = newCheck(this.check);
    this.compressed = this.uncompressed = 0;
    input.at += this.headerSize;
    this.part = 'data';
    return undefined;
  }

  private readData(input: Input, out: Output, goal: number): Stop | undefined {
    const from = input.at;
    const before = out.length;
    const stop = (this.coder as RawDecoder).run(input, out, goal); // The block's header made it.
    this.compressed += input.at - from;
    this.uncompressed += out.length - before;
    this.running?.update(out.bytes.subarray(before, out.length));
    const { compressed, uncompressed } = this.declared;
    if (this.compressed > (compressed ?? Infinity) || this.uncompressed > (uncompressed ?? Infinity)) throw new LzmaFailure('DATA');
    if (stop !== 'end') return stop;
    if (this.compressed < (compressed ?? 0) || this.uncompressed < (uncompressed ?? 0)) throw new LzmaFailure('DATA');
    this.part = 'padding';
    return undefined;
  }

  private readCheck(input: Input): Stop | undefined {
    const { bytes, at, available } = input;
    const padding = -this.compressed & 3;
    const size = checkSize(this.check);
    if (available < padding + size) return 'input';
    if (bytes.subarray(at, at + padding).some((byte) => byte !== 0)) throw new LzmaFailure('DATA');
    if (this.running !== null && !alike(bytes, at + padding, this.running.digest())) throw new LzmaFailure('DATA');
    this.records.push({ unpadded: this.headerSize + this.compressed + size, uncompressed: this.uncompressed });
    input.at += padding + size;
    this.part = 'block';
    return undefined;
  }

  private readIndex(input: Input): Stop | undefined {
    const { bytes, at } = input;
    const end = bytes.length;
    let next = at + 1;
    const matches = (wanted: number): boolean => {
      const read = readNumber(bytes, next, end);
      if (read === undefined) return false;
      if (read.value !== wanted) throw new LzmaFailure('DATA');
      next = read.next;
      return true;
    };
    if (!matches(this.records.length)) return 'input';
    for (const { unpadded, uncompressed } of this.records) if (!matches(unpadded) || !matches(uncompressed)) return 'input';
    const padded = next + (-(next - at) & 3);
    if (end < padded + 4) return 'input';
    if (bytes.subarray(next, padded).some((byte) => byte !== 0) || !alike(bytes, padded, crc32Bytes(bytes.subarray(at, padded)))) throw new LzmaFailure('DATA');
    this.indexSize = padded + 4 - at;
    input.at = padded + 4;
    this.part = 'footer';
    return undefined;
  }

  private readFooter(input: Input): Stop | undefined {
    const { bytes, at, available } = input;
    if (available < 12) return 'input';
    const right = alike(bytes, at + 10, [0x59, 0x5a]) && alike(bytes, at, crc32Bytes(bytes.subarray(at + 4, at + 10))) && (readWord(bytes, at + 4) + 1) * 4 === this.indexSize && alike(bytes, at + 8, [0, this.check]);
    if (!right) throw new LzmaFailure('DATA');
    input.at += 12;
    return 'end';
  }
}

export type Container = { readonly format: 'auto' | 'xz' | 'alone'; readonly memoryLimit: number } | { readonly format: 'raw'; readonly filters: readonly Filter[] };

/** Decompresses one stream from data that comes in pieces. */
export class Decompressor {
  private readonly input = new Input();
  private readonly out = new Output();
  private readonly container: Container;
  private decoder: Decoder | null;
  private ended = false;
  private failure: LzmaFailure | null = null;
  needsInput = true;

  constructor(container: Container) {
    this.container = container;
    this.decoder = container.format === 'raw' ? new RawDecoder(container.filters) : container.format === 'alone' ? new AloneDecoder(container.memoryLimit, false)
      : container.format === 'xz' ? new XzDecoder(container.memoryLimit) : null;
  }

  /** The stream has ended, and all of it has been taken. */
  get eof(): boolean {
    return this.ended && this.out.length === 0;
  }

  /** Number of the stream's integrity check, as far as is known. */
  get check(): number {
    if (this.decoder instanceof XzDecoder) return this.decoder.check;
    return this.decoder === null ? CHECK_UNKNOWN : CHECK_NONE;
  }

  /** Input behind the end of the stream. */
  get rest(): Uint8Array {
    return this.eof ? this.input.bytes.slice(this.input.at) : new Uint8Array(0);
  }

  /** Takes more input and gives up to `limit` bytes of output. Throws {@link LzmaFailure}. */
  decompress(data: Uint8Array, limit: number): Uint8Array {
    const { input, out } = this;
    input.append(data);
    try {
      if (this.failure !== null) throw this.failure;
      const stop = this.advance(limit);
      const taken = out.take(Math.min(limit, out.length));
      this.needsInput = stop === 'input' && out.length === 0 && taken.length < limit;
      return taken;
    } catch (error) {
      if (error instanceof LzmaFailure) this.failure = error;
      throw error;
    }
  }

  private advance(limit: number): Stop {
    const { input, out, container } = this;
    if (this.ended) return 'end';
    if (this.decoder === null) {
      if (input.available === 0) return 'input';
      const { memoryLimit } = container as Exclude<Container, { readonly format: 'raw' }>; // A raw stream has its decoder from the start.
      this.decoder = input.bytes[input.at] === streamMagic[0] ? new XzDecoder(memoryLimit) : new AloneDecoder(memoryLimit, true);
    }
    if (out.length >= limit && limit > 0) return 'goal';
    const stop = this.decoder.run(input, out, limit);
    this.ended = stop === 'end';
    return stop;
  }
}
