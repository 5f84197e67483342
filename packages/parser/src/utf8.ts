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
  return text.length === source.length ? text : null;
}
