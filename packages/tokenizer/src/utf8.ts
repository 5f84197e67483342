import type { Undecodable } from '@py/ast';

/** What every JavaScript host has; declared here because no DOM or Node types are in scope. */
declare const TextDecoder: new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }) => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/** Text of `source[start..end)`; what is not UTF-8 becomes U+FFFD, as with Python's `errors='replace'`. */
export function decodeUtf8(source: Uint8Array, start = 0, end = source.length): string {
  const size = end - start;
  if (size < 32) {
    const codes = new Array<number>(size);
    let i = 0;
    for (; i < size && source[start + i] < 128; i++) codes[i] = source[start + i];
    if (i === size) return String.fromCharCode(...codes);
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(source.subarray(start, end));
}

/** UTF-8 of `text`, with lone surrogates replaced by U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function characterCount(text: string): number {
  return [...text].length;
}

/** True if all of `bytes` is UTF-8. Faster than {@link findUtf8Error}. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The first error in `bytes`, or null. CPython 3.12: Objects/stringlib/codecs.h, utf8_decode. */
export function findUtf8Error(bytes: Uint8Array): Undecodable | null {
  const error = (start: number, end: number, reason: string): Undecodable => ({ encoding: 'utf-8', bytes, start, end, reason });
  let pos = 0;
  while (pos < bytes.length) {
    const lead = bytes[pos];
    if ((lead > 0x7f && lead < 0xc2) || lead > 0xf4) return error(pos, pos + 1, 'invalid start byte');
    const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    // The second byte of some sequences is restricted: no overlong forms, no surrogates, nothing past U+10FFFF.
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    for (let i = 1; i < size; i++) {
      if (pos + i === bytes.length) return error(pos, pos + i, 'unexpected end of data');
      const c = bytes[pos + i];
      if (c < (i === 1 ? low : 0x80) || c > (i === 1 ? high : 0xbf)) return error(pos, pos + i, 'invalid continuation byte');
    }
    pos += size;
  }
  return null;
}
