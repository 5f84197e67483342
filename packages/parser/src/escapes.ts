import type { SurrogateStr } from '@py/ast';

/** A str on its way: its code points where it has a surrogate of its own, as two of them may meet when literals are joined. */
export type Text = string | readonly number[];

/** Why a literal cannot be decoded, with the range of the escape as CPython reports it. */
export interface EscapeError {
  readonly reason: 'truncated \\xXX escape' | 'truncated \\uXXXX escape' | 'truncated \\UXXXXXXXX escape' | 'illegal Unicode character'
    | 'malformed \\N character escape' | 'unknown Unicode character name';
  /** Offsets into CPython's intermediate form, where every non-ASCII character takes ten bytes. */
  readonly start: number;
  readonly end: number;
}

/** Code point of a Unicode character name. */
export type UnicodeName = ((name: string) => number | undefined) | undefined;

/** The str value of what stands between the quotes. `warn` gets the first invalid escape, without its backslash. */
export function decodeString(body: string, unicodeName: UnicodeName, warn: (escape: string) => void): Text | EscapeError {
  let text = '';
  // Instead of `text` from the first surrogate on. (The cast keeps the checker from taking null for granted.)
  let points = null as number[] | null;
  let warning: string | null = null;
  const put = (code: number): void => {
    if (points === null && code >= 0xd800 && code < 0xe000) points = codePoints(text);
    if (points === null) text += String.fromCodePoint(code);
    else points.push(code);
  };
  const fail = (reason: EscapeError['reason'], start: number, end: number): EscapeError => ({
    reason, start: intermediateOffset(body, start), end: intermediateOffset(body, end),
  });
  let pos = 0;
  while (pos < body.length) {
    const slash = body.indexOf('\\', pos);
    const stop = slash < 0 ? body.length : slash;
    if (stop > pos) {
      const plain = body.slice(pos, stop);
      if (points === null) text += plain;
      else points.push(...codePoints(plain));
    }
    if (slash < 0) break;
    pos = slash + 2;
    const letter = body.charCodeAt(slash + 1);
    const simple = simpleEscapes.get(letter);
    if (simple !== undefined) {
      if (simple >= 0) put(simple);
      continue;
    }
    if (letter >= 0x30 && letter <= 0x37) {
      const digits = /^[0-7]{1,3}/.exec(body.slice(slash + 1, slash + 4))![0];
      pos = slash + 1 + digits.length;
      const code = parseInt(digits, 8);
      if (code > 0o377) warning ??= digits;
      put(code);
      continue;
    }
    const width = letter === 0x78 ? 2 : letter === 0x75 ? 4 : letter === 0x55 ? 8 : 0;
    if (width > 0) {
      const digits = hexDigits(body, pos, width);
      if (digits < width) return fail(truncated.get(width)!, slash, pos + digits);
      const code = parseInt(body.slice(pos, pos + width), 16);
      pos += width;
      if (code > 0x10ffff) return fail('illegal Unicode character', slash, pos);
      put(code);
      continue;
    }
    if (letter === 0x4e) {
      const close = body.charCodeAt(pos) === 0x7b ? body.indexOf('}', pos) : -1;
      if (close <= pos + 1) {
        // Without braces the escape ends after the N; with an unclosed one, at the end; `{}` has no name.
        const end = body.charCodeAt(pos) !== 0x7b ? pos : close < 0 ? body.length : pos + 1;
        return fail('malformed \\N character escape', slash, end);
      }
      const code = unicodeName?.(body.slice(pos + 1, close));
      pos = close + 1;
      if (code === undefined || code < 0) return fail('unknown Unicode character name', slash, pos);
      put(code);
      continue;
    }
    // An unknown escape stays as it is.
    put(0x5c);
    pos = slash + 1;
    if (pos < body.length && letter < 0x80) warning ??= String.fromCharCode(letter);
  }
  if (warning !== null) warn(warning);
  return points ?? text;
}

/** What follows a backslash and the character meant; -1 for a line end, which vanishes. */
const simpleEscapes: ReadonlyMap<number, number> = new Map([
  [0x0a, -1], [0x5c, 0x5c], [0x27, 0x27], [0x22, 0x22], [0x61, 7], [0x62, 8], [0x66, 12], [0x6e, 10], [0x72, 13], [0x74, 9], [0x76, 11],
]);

const truncated: ReadonlyMap<number, EscapeError['reason']> = new Map([
  [2, 'truncated \\xXX escape' as const], [4, 'truncated \\uXXXX escape' as const], [8, 'truncated \\UXXXXXXXX escape' as const],
]);

function hexDigits(text: string, pos: number, most: number): number {
  let count = 0;
  while (count < most && /[0-9a-fA-F]/.test(text.charAt(pos + count))) count++;
  return count;
}

/** Offset in the form that CPython decodes, where a non-ASCII character is `\UXXXXXXXX` and a backslash before one is `\u005c`. */
function intermediateOffset(body: string, end: number): number {
  let offset = 0;
  for (let i = 0; i < end; i++) {
    const unit = body.charCodeAt(i);
    if (unit === 0x5c) {
      const next = body.charCodeAt(i + 1);
      if (next >= 0x80 || i + 1 === body.length) {
        offset += 6;
        continue;
      }
      // The escaped character is copied along, so that it cannot begin an escape itself.
      offset++;
      if (i + 1 < end) {
        offset++;
        i++;
      }
    } else if (unit < 0x80) offset++;
    else if (unit < 0xdc00 || unit > 0xdfff) offset += 10;
  }
  return offset;
}

/** Why a bytes literal cannot be decoded. */
export type BytesError = 'ascii' | { readonly badHexAt: number };

/** The bytes value of what stands between the quotes; or why there is none. */
export function decodeBytes(body: string, raw: boolean, warn: (escape: string) => void): Uint8Array | BytesError {
  const bytes = new Uint8Array(body.length);
  let size = 0;
  let warning: string | null = null;
  for (let i = 0; i < body.length; i++) if (body.charCodeAt(i) > 0x7f) return 'ascii';
  for (let pos = 0; pos < body.length; pos++) {
    const letter = body.charCodeAt(pos);
    if (letter !== 0x5c || raw) {
      bytes[size++] = letter;
      continue;
    }
    const escape = body.charCodeAt(++pos);
    const simple = simpleEscapes.get(escape);
    if (simple !== undefined) {
      if (simple >= 0) bytes[size++] = simple;
    } else if (escape >= 0x30 && escape <= 0x37) {
      const digits = /^[0-7]{1,3}/.exec(body.slice(pos, pos + 3))![0];
      pos += digits.length - 1;
      const code = parseInt(digits, 8);
      if (code > 0o377) warning ??= digits;
      bytes[size++] = code;
    } else if (escape === 0x78) {
      if (hexDigits(body, pos + 1, 2) < 2) return { badHexAt: pos - 1 };
      bytes[size++] = parseInt(body.slice(pos + 1, pos + 3), 16);
      pos += 2;
    } else {
      warning ??= String.fromCharCode(escape);
      bytes[size++] = 0x5c;
      pos--;
    }
  }
  if (warning !== null) warn(warning);
  return bytes.slice(0, size);
}

/** One str from the pieces of adjacent literals. */
export function joinTexts(texts: readonly Text[]): string | SurrogateStr {
  if (texts.every((text) => typeof text === 'string')) return texts.length === 1 ? texts[0]! as string : texts.join('');
  const points = texts.flatMap((text) => (typeof text === 'string' ? codePoints(text) : text));
  const meets = points.some((code, i) => code >= 0xd800 && code < 0xdc00 && points[i + 1]! >= 0xdc00 && points[i + 1]! < 0xe000);
  if (meets) return { kind: 'str', codePoints: points };
  return points.map((code) => String.fromCodePoint(code)).join('');
}

function codePoints(text: string): number[] {
  return Array.from(text, (char) => char.codePointAt(0)!);
}
