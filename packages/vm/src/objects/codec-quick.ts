// What most texts are, converted by the host's own decoder: everything that is valid and has no need of an error handler.
import type { PyValue } from '../core/value.ts';
import { strFromJS } from '../core/text.ts';

declare const TextDecoder: new (label: string, options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean }) => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** For ASCII: the quickest of the host's decoders. */
const asciiDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
const utf8Encoder = new TextEncoder();

/** Below this many bytes or characters a loop is faster than the call of a decoder. */
const fewBytes = 24;
/** From so many bytes on it pays to look at four at once. */
const manyBytes = 256;
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
  return allAscii(bytes) ? asciiText(bytes) : null;
}

/** Text of what is known to be ASCII. */
export const asciiText = (bytes: Uint8Array): string => (bytes.length < fewBytes ? fromCodes(bytes) : asciiDecoder.decode(bytes));

/** Each byte is the character of that number. */
export function quickLatin1(bytes: Uint8Array): string {
  if (bytes.length >= fewBytes && allAscii(bytes)) return asciiDecoder.decode(bytes);
  return fromCodes(bytes);
}

function allAscii(bytes: Uint8Array): boolean {
  const { length } = bytes;
  let i = 0;
  if (length >= manyBytes) {
    const first = -bytes.byteOffset & 3;
    for (; i < first; i++) if (bytes[i] >= 0x80) return false;
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + first, (length - first) >> 2);
    for (let k = 0; k < words.length; k++) if ((words[k] & 0x80808080) !== 0) return false;
    i += words.length * 4;
  }
  for (; i < length; i++) if (bytes[i] >= 0x80) return false;
  return true;
}

function fromCodes(bytes: Uint8Array): string {
  if (bytes.length <= chunk) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  let text = '';
  for (let i = 0; i < bytes.length; i += chunk) text += String.fromCharCode.apply(null, bytes.subarray(i, i + chunk) as unknown as number[]);
  return text;
}

/** One character for each byte: the right one where it is ASCII, any for the rest. */
export function eachByteText(bytes: Uint8Array): string {
  const ascii = new Uint8Array(bytes);
  const words = new Int32Array(ascii.buffer, 0, ascii.length >> 2);
  for (let i = 0; i < words.length; i++) words[i] &= 0x7f7f7f7f;
  for (let i = words.length * 4; i < ascii.length; i++) ascii[i] &= 0x7f;
  return asciiDecoder.decode(ascii);
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
