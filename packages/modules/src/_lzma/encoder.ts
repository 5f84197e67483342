import { CHECK_ID_MAX, crc32Bytes, isSupported, newCheck } from './checks.ts';
import type { Check } from './checks.ts';
import { areModels, checkChain, encodeFilter, filterId, propertiesByte } from './filter-options.ts';
import { newTransformer } from './filters.ts';
import type { Transformer } from './filters.ts';
import { LzmaFailure, Output, writeNumber } from './format.ts';
import type { Filter, LzmaOptions } from './format.ts';
import { Lzma1Encoder, Lzma2Encoder } from './lzma-encoder.ts';
import type { Encoder } from './lzma-encoder.ts';
import { MATCH_MAX } from './models.ts';

/** The largest dictionary that an encoder takes. */
const dictMost = 2 ** 30 + 2 ** 29;

/** The filters in order, the last of them LZMA1 or LZMA2. */
export class RawEncoder implements Encoder {
  private readonly stages: readonly { readonly transformer: Transformer; readonly held: Output }[];
  private readonly coder: Encoder;

  constructor(filters: readonly Filter[]) {
    const last = filters[filters.length - 1];
    checkChain(filters);
    if (last.kind !== 'lzma1' && last.kind !== 'lzma2') throw new LzmaFailure('OPTIONS');
    checkOptions(last.options);
    this.coder = last.kind === 'lzma1' ? new Lzma1Encoder(last.options) : new Lzma2Encoder(last.options);
    this.stages = filters.slice(0, -1).map((filter) => ({ transformer: newTransformer(filter, true), held: new Output() }));
  }

  encode(data: Uint8Array, final: boolean, out: Output): void {
    let piece = data;
    for (const { transformer, held } of this.stages) {
      held.write(piece);
      const done = transformer.apply(held.bytes, held.length);
      piece = held.take(final ? held.length : done);
    }
    this.coder.encode(piece, final, out);
  }
}

function checkOptions(options: LzmaOptions): void {
  const { dictSize, mode, niceLength, matchFinder } = options;
  const known = [3, 4, 18, 19, 20].includes(matchFinder);
  if (dictSize < 4096 || dictSize > dictMost || niceLength < (matchFinder & 15) || niceLength > MATCH_MAX || !known || !areModels(options) || mode < 1 || mode > 2) throw new LzmaFailure('OPTIONS');
}

/** The header of 13 bytes, size unknown, then LZMA1 with an end marker. */
class AloneEncoder implements Encoder {
  private readonly coder: Encoder;
  private readonly options: LzmaOptions;
  private begun = false;
  constructor(options: LzmaOptions) {
    checkOptions(options);
    this.options = options;
    this.coder = new Lzma1Encoder(options);
  }
  encode(data: Uint8Array, final: boolean, out: Output): void {
    if (!this.begun) {
      this.begun = true;
      out.byte(propertiesByte(this.options));
      out.littleEndian(roundedDictionary(this.options.dictSize), 4);
      out.write(new Uint8Array(8).fill(0xff));
    }
    this.coder.encode(data, final, out);
  }
}

/** The next 2 ** n or 2 ** n + 2 ** (n - 1): what readers take for a header of this format. */
function roundedDictionary(size: number): number {
  const top = 2 ** (32 - Math.clz32(size - 1));
  return size <= top * 0.75 ? top * 0.75 : top;
}

/** One stream of an .xz file, with one block unless there is no data. */
class XzEncoder implements Encoder {
  private readonly check: number;
  private readonly filters: readonly Filter[];
  private readonly coder: RawEncoder;
  private readonly running: Check | null;
  private part: 'header' | 'block' | 'data' = 'header';
  private headerSize = 0;
  private compressed = 0;
  private uncompressed = 0;

  constructor(filters: readonly Filter[], check: number) {
    if (filters.length === 0 || filters.some(({ kind }) => kind === 'lzma1') || check > CHECK_ID_MAX || check < 0) throw new LzmaFailure('PROG');
    if (!isSupported(check)) throw new LzmaFailure('UNSUPPORTED_CHECK');
    this.check = check;
    this.filters = filters;
    this.coder = new RawEncoder(filters);
    this.running = newCheck(check);
  }

  encode(data: Uint8Array, final: boolean, out: Output): void {
    if (this.part === 'header') {
      out.write(Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0, this.check));
      out.write(crc32Bytes(Uint8Array.of(0, this.check)));
      this.part = 'block';
    }
    if (this.part === 'block' && data.length > 0) {
      this.headerSize = writeBlockHeader(this.filters, out);
      this.part = 'data';
    }
    if (this.part === 'data') {
      this.running?.update(data);
      const before = out.length;
      this.coder.encode(data, final, out);
      this.compressed += out.length - before;
      this.uncompressed += data.length;
    }
    if (final) this.finish(out);
  }

  private finish(out: Output): void {
    const index = new Output();
    index.byte(0);
    if (this.part === 'data') {
      const digest = this.running?.digest() ?? new Uint8Array(0);
      out.write(new Uint8Array(-this.compressed & 3));
      out.write(digest);
      writeNumber(index, 1);
      writeNumber(index, this.headerSize + this.compressed + digest.length);
      writeNumber(index, this.uncompressed);
    } else index.byte(0);
    index.write(new Uint8Array(-index.length & 3));
    const indexBytes = index.take(index.length);
    out.write(indexBytes);
    out.write(crc32Bytes(indexBytes));
    const footer = new Output();
    footer.littleEndian(indexBytes.length / 4, 4);
    footer.byte(0);
    footer.byte(this.check);
    const footerBytes = footer.take(footer.length);
    out.write(crc32Bytes(footerBytes));
    out.write(footerBytes);
    out.write(Uint8Array.of(0x59, 0x5a));
  }
}

/** Gives its size. */
function writeBlockHeader(filters: readonly Filter[], out: Output): number {
  const header = new Output();
  header.byte(0);
  header.byte(filters.length - 1);
  for (const filter of filters) {
    const options = encodeFilter(filter);
    header.byte(Number(filterId(filter)));
    header.byte(options.length);
    header.write(options);
  }
  header.write(new Uint8Array(-header.length & 3));
  header.bytes[0] = header.length / 4;
  const bytes = header.take(header.length);
  out.write(bytes);
  out.write(crc32Bytes(bytes));
  return bytes.length + 4;
}

export type Target = { readonly format: 'xz'; readonly filters: readonly Filter[]; readonly check: number } | { readonly format: 'alone'; readonly options: LzmaOptions } | { readonly format: 'raw'; readonly filters: readonly Filter[] };

/** Compresses data that comes in pieces. */
export class Compressor {
  private readonly encoder: Encoder;
  private readonly out = new Output();

  /** Throws {@link LzmaFailure}. */
  constructor(target: Target) {
    this.encoder = target.format === 'xz' ? new XzEncoder(target.filters, target.check) : target.format === 'alone' ? new AloneEncoder(target.options) : new RawEncoder(target.filters);
  }

  compress(data: Uint8Array): Uint8Array {
    this.encoder.encode(data, false, this.out);
    return this.out.take(this.out.length);
  }

  finish(): Uint8Array {
    this.encoder.encode(new Uint8Array(0), true, this.out);
    return this.out.take(this.out.length);
  }
}
