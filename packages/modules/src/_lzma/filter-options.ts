import { LzmaFailure, Output, presetOptions, readWord } from './format.ts';
import type { Filter, LzmaOptions } from './format.ts';
import { readProperties } from './lzma-decoder.ts';

/* The options of a filter as bytes, as headers hold them. */

export const FILTER_LZMA1 = 0x4000_0000_0000_0001n;
export const FILTER_DELTA = 3, FILTER_LZMA2 = 0x21;

/** `id` of a filter as the formats number them. */
export function filterId(filter: Filter): number | bigint {
  return filter.kind === 'lzma1' ? FILTER_LZMA1 : filter.kind === 'lzma2' ? FILTER_LZMA2 : filter.kind === 'delta' ? FILTER_DELTA : filter.id;
}

/** Reads a filter's options. Throws {@link LzmaFailure} (OPTIONS). */
export function decodeFilter(id: number | bigint, bytes: Uint8Array): Filter {
  const refuse = (): never => {
    throw new LzmaFailure('OPTIONS');
  };
  if (id === FILTER_LZMA1) {
    const properties = bytes.length === 5 ? readProperties(bytes[0]) : undefined;
    return properties === undefined ? refuse() : { kind: 'lzma1', options: { ...presetOptions(6, false), ...properties, dictSize: readWord(bytes, 1) } };
  }
  if (id === FILTER_LZMA2) {
    if (bytes.length !== 1 || bytes[0] > 40) return refuse();
    const dictSize = bytes[0] === 40 ? 0xffff_ffff : (2 | (bytes[0] & 1)) * 2 ** ((bytes[0] >> 1) + 11);
    return { kind: 'lzma2', options: { ...presetOptions(6, false), dictSize } };
  }
  if (id === FILTER_DELTA) return bytes.length === 1 ? { kind: 'delta', distance: bytes[0] + 1 } : refuse();
  if (typeof id === 'bigint' || id < 4 || id > 9) return refuse();
  if (bytes.length !== 0 && bytes.length !== 4) return refuse();
  return { kind: 'bcj', id, startOffset: bytes.length === 0 ? 0 : readWord(bytes, 0) };
}

/** Throws {@link LzmaFailure} (OPTIONS) for a chain that does not work: data ends up in LZMA, which is last, and instructions begin where they can. */
export function checkChain(filters: readonly Filter[]): void {
  if (filters.length === 0) throw new LzmaFailure('PROG');
  for (const [i, filter] of filters.entries()) {
    const isLast = i === filters.length - 1;
    if ((filter.kind === 'lzma1' || filter.kind === 'lzma2') !== isLast) throw new LzmaFailure('OPTIONS');
    if (filter.kind === 'bcj' && filter.startOffset % [1, 4, 16, 4, 2, 4][filter.id - 4] !== 0) throw new LzmaFailure('OPTIONS');
    if (filter.kind === 'delta' && (filter.distance < 1 || filter.distance > 256)) throw new LzmaFailure('OPTIONS');
  }
}

/** Writes a filter's options. Throws {@link LzmaFailure} (PROG). */
export function encodeFilter(filter: Filter): Uint8Array {
  const out = new Output();
  if (filter.kind === 'lzma1') {
        if (!areModels(filter.options)) throw new LzmaFailure('PROG');
    out.byte(propertiesByte(filter.options));
    out.littleEndian(filter.options.dictSize, 4);
  } else if (filter.kind === 'lzma2') out.byte(dictionaryByte(filter.options.dictSize));
  else if (filter.kind === 'delta') {
    if (filter.distance < 1 || filter.distance > 256) throw new LzmaFailure('PROG');
    out.byte(filter.distance - 1);
  } else if (filter.startOffset !== 0) out.littleEndian(filter.startOffset, 4);
  return out.take(out.length);
}

type Models = Pick<LzmaOptions, 'lc' | 'lp' | 'pb'>;

/** LZMA can be set so. */
export const areModels = ({ lc, lp, pb }: Models): boolean => lc + lp <= 4 && pb <= 4;

export const propertiesByte = ({ lc, lp, pb }: Models): number => (pb * 5 + lp) * 9 + lc;

/** The smallest size that one byte can name and that is large enough. */
function dictionaryByte(dictSize: number): number {
  for (let byte = 0; byte < 40; byte++) if ((2 | (byte & 1)) * 2 ** ((byte >> 1) + 11) >= dictSize) return byte;
  return 40;
}
