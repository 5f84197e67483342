// The platform's own codecs: in Node, browsers, Deno and Bun alike. They are worth their call from about 32 bytes on.

interface Decoder {
  decode(bytes: Uint8Array): string;
}

interface Encoder {
  encodeInto(text: string, into: Uint8Array): { readonly read: number; readonly written: number };
}

declare const TextDecoder: new (encoding: 'utf-8', options: { readonly fatal: boolean; readonly ignoreBOM: boolean }) => Decoder;
declare const TextEncoder: new () => Encoder;

/** Throws for what is not UTF-8; surrogates are not. */
export function newDecoder(): Decoder {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
}

export function newEncoder(): Encoder {
  return new TextEncoder();
}

export type { Decoder, Encoder };

/** From this many bytes or characters on. */
export const longText = 32;

/** A string of one-byte characters from a few bytes. Eight at a time: V8 makes the pieces in one go, and flat. */
export function shortLatin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let at = start;
  for (; at + 8 <= end; at += 8) {
    text += String.fromCharCode(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7]);
  }
  switch (end - at) {
    case 0:
      return text;
    case 1:
      return text + String.fromCharCode(bytes[at]);
    case 2:
      return text + String.fromCharCode(bytes[at], bytes[at + 1]);
    case 3:
      return text + String.fromCharCode(bytes[at], bytes[at + 1], bytes[at + 2]);
    case 4:
      return text + String.fromCharCode(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
    case 5:
      return text + String.fromCharCode(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4]);
    case 6:
      return text + String.fromCharCode(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5]);
    default:
      return text + String.fromCharCode(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6]);
  }
}
