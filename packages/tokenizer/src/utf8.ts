/** What every JavaScript host has; declared here because no DOM or Node types are in scope. */
declare const TextDecoder: new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }) => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => {
  encode(text: string): Uint8Array;
  encodeInto(text: string, bytes: Uint8Array): { read: number; written: number };
};

/** Text of `source[start..end)`; what is not UTF-8 becomes U+FFFD, as with Python's `errors='replace'`. */
export function decodeUtf8(source: Uint8Array, start: number, end: number): string {
  if (end - start < 32) {
    let text = '';
    let pos = start;
    while (pos < end && source[pos] < 128) text += String.fromCharCode(source[pos++]);
    if (pos === end) return text;
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(source.subarray(start, end));
}

/** UTF-8 of `text`, with lone surrogates replaced by U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** UTF-8 of `text`, and room for one more byte after it. */
export function encodeWithRoom(text: string): { bytes: Uint8Array; length: number } {
  const bytes = new TextEncoder().encode(`${text}\n`);
  return { bytes, length: bytes.length - 1 };
}

/** Number of code points in `source[start..end)`. */
export function characterCount(source: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let pos = start; pos < end; pos++) {
    if ((source[pos] & 0xc0) !== 0x80) count++;
  }
  return count;
}
