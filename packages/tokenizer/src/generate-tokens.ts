import { PySyntaxError } from '@py/ast';
import { bomSize, decodeBasic, normalName } from './encoding.ts';
import type { SourceDecoder } from './encoding.ts';
import { ENCODING } from './kinds.ts';
import * as messages from './messages.ts';
import { TokenizerIter } from './tokenizer-iter.ts';
import type { Readline, TokenInfo } from './tokenizer-iter.ts';
import { decodeUtf8, isUtf8 } from './utf8.ts';

/**
 * The tokens of Python's `tokenize` module, comments and blank lines included: those of `tokenize.generate_tokens` for text or a
 * function that gives lines, those of `tokenize.tokenize` (an ENCODING token first) for bytes. Lazy. Throws {@link PySyntaxError}
 * where Python raises TokenError or SyntaxError; `decode` as for `tokenize`.
 */
export function* generateTokens(source: string | Uint8Array | Readline, decode: SourceDecoder = decodeBasic): Generator<TokenInfo, void, undefined> {
  let readline: Readline;
  if (source instanceof Uint8Array) {
    const { encoding, start } = detectEncoding(source, decode);
    yield { type: ENCODING, string: encoding, start: [0, 0], end: [0, 0], line: '' };
    const bytes = source.subarray(start);
    const text = encoding === 'utf-8' ? decodeUtf8(bytes) : decode(bytes, encoding);
    if (typeof text !== 'string') throw failure(text.error);
    readline = linesOf(text);
  } else {
    readline = typeof source === 'string' ? linesOf(source) : source;
  }
  yield* new TokenizerIter(readline, { extraTokens: true });
}

/**
 * What `tokenize.detect_encoding` says of bytes: the encoding (`utf-8` also with a BOM) and where the text starts after a BOM.
 * Throws {@link PySyntaxError} with Python's message.
 */
export function detectEncoding(source: Uint8Array, decode: SourceDecoder = decodeBasic): { readonly encoding: string; readonly start: number } {
  const start = bomSize(source);
  let pos: number = start;
  for (let line = 0; line < 2 && pos < source.length; line++) {
    const next = source.indexOf(10, pos) + 1 || source.length;
    const bytes = source.subarray(pos, next);
    if (!isUtf8(bytes)) throw failure(messages.missingDeclaration);
    const text = decodeUtf8(bytes);
    const cookie = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(text);
    if (cookie) return { encoding: knownEncoding(normalName(cookie[1]), start > 0, decode), start };
    if (!/^[ \t\f]*(?:[#\r\n]|$)/.test(text)) break;
    pos = next;
  }
  return { encoding: 'utf-8', start };
}

function knownEncoding(encoding: string, bom: boolean, decode: SourceDecoder): string {
  if (encoding !== 'utf-8') {
    const empty = decode(new Uint8Array(0), encoding);
    if (typeof empty !== 'string' && empty.error === messages.unknownEncoding(encoding)) throw failure(empty.error);
    if (bom) throw failure(messages.encodingProblem('utf-8'));
  }
  return encoding;
}

/** Lines end at `\n` only, as for `io.StringIO`. */
function linesOf(text: string): Readline {
  let pos = 0;
  return () => {
    const next = text.indexOf('\n', pos) + 1 || text.length;
    const line = text.slice(pos, next);
    pos = next;
    return line;
  };
}

function failure(message: string): PySyntaxError {
  return new PySyntaxError({ message, filename: '<string>', lineno: 0, offset: 0, end_lineno: null, end_offset: null, text: null });
}
