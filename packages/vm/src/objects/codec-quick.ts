// What most texts are, converted by the host's own decoder: everything that is valid and has no need of an error handler.
import type { PyValue } from '../core/value.ts';
import { strFromJS } from '../core/text.ts';

declare const TextDecoder: new (label: string, options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean }) => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Windows-1252 by its standard, which for bytes below 128 is ASCII. */
const asciiDecoder = new TextDecoder('latin1');
const utf8Encoder = new TextEncoder();

/** Below this many bytes or characters a loop is faster than the call of a decoder. */
const fewBytes = 24;
/** String.fromCharCode takes as many arguments as the stack has room for. */
const chunk = 4096;
const surrogate = /[\ud800-\udfff]/;

/** Text of valid UTF-8, null for anything else. */
export function quickUtf8(bytes: Uint8Array): PyValue | null {
  if (bytes.length < fewBytes) return allAscii(bytes) ? fromCodes(bytes) : decodeValid(bytes);
  if (allAscii(bytes)) return asciiDecoder.decode(bytes);
  return decodeValid(bytes);
}

function decodeValid(bytes: Uint8Array): PyValue | null {
  try {
    return strFromJS(utf8Decoder.decode(bytes));
  } catch {
    return null;
  }
}

/** Text of ASCII, null for anything else. */
export function quickAscii(bytes: Uint8Array): string | null {
  if (!allAscii(bytes)) return null;
  return bytes.length < fewBytes ? fromCodes(bytes) : asciiDecoder.decode(bytes);
}

/** Each byte is the character of that number. */
export function quickLatin1(bytes: Uint8Array): string {
  if (bytes.length >= fewBytes && allAscii(bytes)) return asciiDecoder.decode(bytes);
  return fromCodes(bytes);
}

function allAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] >= 0x80) return false;
  return true;
}

function fromCodes(bytes: Uint8Array): string {
  if (bytes.length <= chunk) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  let text = '';
  for (let i = 0; i < bytes.length; i += chunk) text += String.fromCharCode.apply(null, bytes.subarray(i, i + chunk) as unknown as number[]);
  return text;
}

/** UTF-8 of text without surrogates; null if it has some. */
export function quickEncodeUtf8(text: string): Uint8Array | null {
  return quickEncode(text, 0x7f) ?? (surrogate.test(text) ? null : utf8Encoder.encode(text));
}

/** A byte for each character, null if one is greater than `last`. */
export function quickEncode(text: string, last: number): Uint8Array | null {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > last) return null;
    bytes[i] = code;
  }
  return bytes;
}
