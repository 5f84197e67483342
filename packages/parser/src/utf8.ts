/** What every JavaScript host has; declared here because no DOM or Node types are in scope. */
declare const TextDecoder: new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }) => { decode(bytes: Uint8Array): string };

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Text of `source[start..end)`. */
export function decodeUtf8(source: Uint8Array, start: number, end: number): string {
  return decoder.decode(source.subarray(start, end));
}

/** The source as a string if it is ASCII only, so that byte offsets are string offsets; else null. */
export function asciiText(source: Uint8Array): string | null {
  const text = decodeUtf8(source, 0, source.length);
  // What is no UTF-8 becomes U+FFFD, which may be as long as what it stands for.
  return text.length === source.length && !text.includes('\ufffd') ? text : null;
}

/** Bytes that are no UTF-8, and why, as Python's decoder says it. */
export interface Utf8Problem {
  readonly start: number;
  readonly end: number;
  readonly reason: 'invalid start byte' | 'invalid continuation byte' | 'unexpected end of data';
}

/** The first bytes of `source[start..end)` that are no UTF-8; null if all are. CPython 3.12: Objects/stringlib/codecs.h, utf8_decode. */
export function utf8Problem(source: Uint8Array, start: number, end: number): Utf8Problem | null {
  for (let pos = start; pos < end; ) {
    const lead = source[pos]!;
    if (lead < 0x80) {
      pos++;
      continue;
    }
    if (lead < 0xc2 || lead > 0xf4) return { start: pos, end: pos + 1, reason: 'invalid start byte' };
    const size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    for (let i = 1; i < size; i++) {
      if (pos + i >= end) return { start: pos, end, reason: 'unexpected end of data' };
      const byte = source[pos + i]!;
      // The second byte is narrowed by the first: no long forms, no surrogates, nothing above U+10FFFF.
      const least = i === 1 && lead === 0xe0 ? 0xa0 : i === 1 && lead === 0xf0 ? 0x90 : 0x80;
      const most = i === 1 && lead === 0xed ? 0x9f : i === 1 && lead === 0xf4 ? 0x8f : 0xbf;
      if (byte < least || byte > most) return { start: pos, end: pos + i, reason: 'invalid continuation byte' };
    }
    pos += size;
  }
  return null;
}
