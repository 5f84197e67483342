import { bomSize, decodeBasic } from './encoding.ts';
import type { DecodingFailure } from './encoding.ts';
import { characterTables, codecAliases, notTextCodecs } from './generated/codecs.ts';
import * as messages from './messages.ts';

/** What every JavaScript host has; declared here because no DOM or Node types are in scope. */
interface Decoder {
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
}
declare const TextDecoder: new (label: string, options?: { fatal?: boolean; ignoreBOM?: boolean }) => Decoder;

/** Codecs of several bytes a character that a host's TextDecoder knows, by Python's name. */
const hostLabels: Readonly<Record<string, string>> = {
  big5: 'big5', big5hkscs: 'big5', cp932: 'shift_jis', cp949: 'euc-kr', cp950: 'big5', euc_jp: 'euc-jp', euc_kr: 'euc-kr', gb18030: 'gb18030',
  gb2312: 'gbk', gbk: 'gbk', iso2022_jp: 'iso-2022-jp', shift_jis: 'shift_jis', utf_16: 'utf-16le', utf_16_be: 'utf-16be', utf_16_le: 'utf-16le',
};

/**
 * Decodes `bytes` with the codec that Python calls `encoding`, by any of its aliases: UTF-8, ASCII, Latin-1, all codecs of one byte a
 * character, and the Asian ones that the host's `TextDecoder` has. Give it to `tokenize` as `decode`.
 */
export function decodeSource(bytes: Uint8Array, encoding: string): string | DecodingFailure {
  const codec = codecName(encoding);
  switch (codec) {
    case 'utf_8':
      return decodeBasic(bytes, 'utf8');
    case 'utf_8_sig':
      return decodeBasic(bytes.subarray(bomSize(bytes)), 'utf8');
    case 'ascii':
      return decodeBasic(bytes, 'ascii');
    case 'latin_1':
      return decodeBasic(bytes, 'iso-8859-1');
    case 'undefined':
      return { error: 'undefined encoding' };
    case null:
      return { error: messages.unknownEncoding(encoding) };
  }
  if (notTextCodecs.includes(codec)) return { error: messages.notTextEncoding(encoding) };
  if (Object.hasOwn(characterTables, codec)) return decodeTable(bytes, characterTables[codec]);
  return decodeByHost(bytes, encoding, codec);
}

/** The name of Python's codec module for any name of it; null if there is none. CPython 3.12: Lib/encodings/__init__.py, search_function. */
function codecName(encoding: string): string | null {
  const name = encoding.toLowerCase().replace(/[^a-z0-9.]+/g, '_').replace(/^_|_$/g, '');
  if (name === 'undefined') return name;
  const dotless = name.replace(/\./g, '_');
  for (const [codec, aliases] of Object.entries(codecAliases)) {
    const all = aliases.split(' ');
    if (all.includes(name) || all.includes(dotless)) return codec;
  }
  return Object.hasOwn(codecAliases, name) ? name : null;
}

function decodeTable(bytes: Uint8Array, table: string): string | DecodingFailure {
  const first = 256 - table.length;
  const characters: string[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    const character = byte < first ? String.fromCharCode(byte) : table[byte - first];
    if (character === '\ufffe') return { error: messages.undecodable({ encoding: 'charmap', bytes, start: i, end: i + 1, reason: 'character maps to <undefined>' }) };
    characters.push(character);
  }
  return characters.join('');
}

function decodeByHost(bytes: Uint8Array, encoding: string, codec: string): string | DecodingFailure {
  // A codec that only Python has.
  if (!Object.hasOwn(hostLabels, codec)) return { error: messages.unknownEncoding(encoding) };
  const label = hostLabels[codec];
  let decoder: Decoder;
  try {
    decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  } catch {
    // A host built without the codec.
    return { error: messages.unknownEncoding(encoding) };
  }
  try {
    return decoder.decode(bytes);
  } catch {
    return { error: messages.undecodable({ encoding: codec, bytes, ...firstUndecodable(bytes, label) }) };
  }
}

/** The start of the first character that `label` cannot decode. */
function firstUndecodable(bytes: Uint8Array, label: string): { readonly start: number; readonly end: number; readonly reason: string } {
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  let start = 0;
  for (let i = 0; i < bytes.length; i++) {
    try {
      if (decoder.decode(bytes.subarray(i, i + 1), { stream: true }) !== '') start = i + 1;
    } catch {
      return { start, end: start + 1, reason: 'illegal multibyte sequence' };
    }
  }
  return { start, end: start + 1, reason: 'incomplete multibyte sequence' };
}
