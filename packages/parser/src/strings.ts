import * as ast from '@py/ast';
import type { expr, PySyntaxWarning } from '@py/ast';
import { annotatedRhs, BRACKET_LEVELS } from './expressions.ts';
import { decodeBytes, decodeString, joinTexts } from './escapes.ts';
import type { Text } from './escapes.ts';
import * as K from './kinds.ts';
import { messages } from './messages.ts';
import type { ParserState } from './state.ts';
import { mismatch, NONE_OF } from './state.ts';
import { decodeUtf8, utf8Problem } from './utf8.ts';

/** A piece of a string before adjacent pieces are joined: text, or the node of a replacement field. */
interface Piece {
  /** Null for text. */
  readonly node: expr | null;
  readonly text: Text;
  readonly kind: string | null;
  readonly lineno: number;
  readonly col_offset: number;
  readonly end_lineno: number;
  readonly end_col_offset: number;
}

/** One or more adjacent string literals. */
export function strings(p: ParserState): expr {
  const start = p.pos;
  const next = p.types[start + 1];
  if (next !== K.STRING && next !== K.FSTRING_START && p.kind === K.STRING) {
    const { text, bytes, kind } = literal(p);
    return new ast.Constant(bytes ?? joinTexts([text]), kind, p.lines[start]!, p.column(start), p.endLines[start]!, p.endColumn(start));
  }
  return isBytesLiteral(p, start) ? adjacentBytes(p) : adjacentStrings(p);
}

function isBytesLiteral(p: ParserState, token: number): boolean {
  if (p.types[token] !== K.STRING) return false;
  const { source } = p.stream;
  const first = source[p.starts[token]!]! | 0x20;
  return first === 0x62 || (first === 0x72 && (source[p.starts[token]! + 1]! | 0x20) === 0x62); // b rb
}

/** `b'a' b'b'` */
function adjacentBytes(p: ParserState): expr {
  const start = p.pos;
  const parts: Uint8Array[] = [];
  while (p.kind === K.STRING || p.kind === K.FSTRING_START) {
    if (!isBytesLiteral(p, p.pos)) throw mismatch;
    parts.push(literal(p).bytes!);
  }
  const value = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let size = 0;
  for (const part of parts) {
    value.set(part, size);
    size += part.length;
  }
  const last = p.pos - 1;
  return new ast.Constant(value, null, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `'a' f'{b}'` */
function adjacentStrings(p: ParserState): expr {
  const start = p.pos;
  const pieces: Piece[] = [];
  let formatted = false;
  while (p.kind === K.STRING || p.kind === K.FSTRING_START) {
    if (p.kind === K.FSTRING_START) {
      formatted = true;
      fstring(p, pieces);
      continue;
    }
    if (isBytesLiteral(p, p.pos)) throw mismatch;
    const token = p.pos;
    const { text, kind } = literal(p);
    pieces.push(textPiece(p, token, text, kind));
  }
  const last = p.pos - 1;
  return joinPieces(pieces, formatted, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/**
 * Joins adjacent texts into one Constant each and drops empty ones; without a replacement field or f-string, one Constant.
 * CPython 3.12: Parser/action_helpers.c, _PyPegen_concatenate_strings.
 */
function joinPieces(pieces: readonly Piece[], formatted: boolean, line: number, column: number, endLine: number, endColumn: number): expr {
  const values: expr[] = [];
  for (let i = 0; i < pieces.length; i++) {
    const first = pieces[i]!;
    if (first.node !== null) {
      values.push(first.node);
      continue;
    }
    const texts = [first.text];
    while (i + 1 < pieces.length && pieces[i + 1]!.node === null) texts.push(pieces[++i]!.text);
    const value = joinTexts(texts);
    if (formatted && value === '') continue;
    const last = pieces[i]!;
    values.push(new ast.Constant(value, first.kind, first.lineno, first.col_offset, last.end_lineno, last.end_col_offset));
  }
  if (!formatted) return values[0]!;
  return new ast.JoinedStr(values.length === 0 ? NONE_OF : values.slice(), line, column, endLine, endColumn);
}

function textPiece(p: ParserState, token: number, text: Text, kind: string | null): Piece {
  return {
    node: null, text, kind,
    lineno: p.lines[token]!, col_offset: p.column(token), end_lineno: p.endLines[token]!, end_col_offset: p.endColumn(token),
  };
}

function nodePiece(node: expr): Piece {
  return { node, text: '', kind: null, lineno: 0, col_offset: 0, end_lineno: 0, end_col_offset: 0 };
}

/** A STRING token's value: `bytes` is null for a str. */
interface Literal {
  readonly text: Text;
  readonly bytes: Uint8Array | null;
  readonly kind: string | null;
}

function literal(p: ParserState): Literal {
  const token = p.pos;
  const { source } = p.stream;
  p.advance();
  let start = p.starts[token]!;
  let end = p.ends[token]!;
  const kind = source[start] === 0x75 ? 'u' : null;
  let raw = false;
  let isBytes = false;
  for (let letter = source[start]!; letter !== 0x27 && letter !== 0x22; letter = source[++start]!) {
    if ((letter | 0x20) === 0x72) raw = true;
    else if ((letter | 0x20) === 0x62) isBytes = true;
  }
  const quote = source[start]!;
  const width = end - start >= 6 && source[start + 1] === quote && source[start + 2] === quote ? 3 : 1;
  start += width;
  end -= width;
  // A slice of the whole source would keep all of it in memory; short ones are copies anyway.
  const body = p.ascii !== null && end - start < 13 ? p.ascii.slice(start, end) : decodeUtf8(source, start, end);
  if (isDamaged(p, body, start, end)) throw mismatch;
  raw ||= !body.includes('\\');
  if (isBytes) {
    const bytes = decodeBytes(body, raw, warner(p, token));
    if (!(bytes instanceof Uint8Array)) throw mismatch;
    return { text: '', bytes, kind: null };
  }
  return { text: raw ? body : decoded(p, body, token), bytes: null, kind };
}

function decoded(p: ParserState, body: string, token: number, shownAt = token): Text {
  const result = decodeString(body, p.options.unicodeName, warner(p, token, shownAt));
  if (typeof result === 'object' && 'reason' in result) throw mismatch;
  return result;
}

/** Warns once for a token, however often the parser comes past it; the line is that of the token `shownAt`. */
function warner(p: ParserState, token: number, shownAt = token): (escape: string) => void {
  return (escape) => {
    if (p.warned.has(token)) return;
    p.warned.add(token);
    warnInvalidEscape(p, escape, token, shownAt);
  };
}

/** Warns of an escape in a token; `escape` is what follows the backslash: a character, or three octal digits. */
export function warnInvalidEscape(p: ParserState, escape: string, token: number, shownAt: number): void {
  // Of `\{` in an f-string the tokenizer has warned.
  if (p.types[token] === K.FSTRING_MIDDLE && (escape === '{' || escape === '}')) return;
  p.options.onWarning?.({
    category: (p.options.featureVersion ?? 12) >= 12 ? 'SyntaxWarning' : 'DeprecationWarning',
    message: messages.invalidEscape(escape),
    filename: p.stream.filename,
    ...placeOf(p, shownAt),
  });
}

/** Where a token stands, in characters of its first line. */
function placeOf(p: ParserState, token: number): Pick<PySyntaxWarning, 'lineno' | 'offset' | 'end_lineno' | 'end_offset' | 'text'> {
  const lineno = p.lines[token]!;
  const end_lineno = p.endLines[token]!;
  const { source } = p.stream;
  const characters = (line: number, end: number): number => [...decodeUtf8(source, p.lineStarts[line - 1]!, end)].length + 1;
  const text = p.stream.line(lineno);
  const offset = characters(lineno, p.starts[token]!);
  const end_offset = characters(end_lineno, p.ends[token]!);
  if (end_lineno === lineno) return { lineno, offset, end_lineno, end_offset, text: `${text}\n` };
  // The end column is of another line than the one shown.
  return { lineno, offset, end_lineno, end_offset: Math.min(end_offset, [...text].length + 1), text };
}

/** `f'...'`, from FSTRING_START to FSTRING_END, as pieces. Its text is decoded last, as CPython does. */
function fstring(p: ParserState, pieces: Piece[]): void {
  const raw = /r/i.test(p.text(p.pos));
  p.advance();
  p.deepen(BRACKET_LEVELS);
  const own: (Piece | number)[] = []; // a number is the token of a text
  while (p.kind !== K.FSTRING_END) {
    if (p.kind === K.LBRACE) {
      replacementField(p, own);
    } else {
      if (p.kind !== K.FSTRING_MIDDLE) throw mismatch;
      own.push(p.pos);
      p.advance();
    }
  }
  p.depth -= BRACKET_LEVELS;
  for (const piece of own) {
    if (typeof piece !== 'number') pieces.push(piece);
    else {
      const text = middleText(p, piece, raw, p.pos);
      if (text.length > 0) pieces.push(textPiece(p, piece, text, null));
    }
  }
  p.advance();
}

/** Only sources given as bytes without a cookie can have what is no UTF-8 in their strings. */
function isDamaged(p: ParserState, body: string, start: number, end: number): boolean {
  return p.ascii === null && body.includes('\ufffd') && utf8Problem(p.stream.source, start, end) !== null;
}

function middleText(p: ParserState, token: number, raw: boolean, shownAt: number): Text {
  const body = p.stream.text(token);
  if (isDamaged(p, body, p.starts[token]!, p.ends[token]!)) throw mismatch;
  return raw || !body.includes('\\') ? body : decoded(p, body, token, shownAt);
}

/** `{value!r:spec}`: with `=` the text of the expression comes first. */
function replacementField(p: ParserState, pieces: (Piece | number)[]): void {
  const open = p.pos;
  p.advance();
  p.deepen(BRACKET_LEVELS);
  const value = annotatedRhs(p);
  const debug = p.accept(K.EQUAL);
  const textEnd = p.pos; // the token after the text that `=` shows
  let conversion = -1;
  if (p.kind === K.EXCLAMATION) {
    const mark = p.pos;
    p.advance();
    const code = p.kind === K.NAME && p.starts[p.pos] === p.ends[mark] ? p.identifier() : '';
    if (code !== 's' && code !== 'r' && code !== 'a') throw mismatch;
    conversion = code.charCodeAt(0);
  }
  const spec = p.kind === K.COLON ? formatSpec(p) : null;
  if (debug && conversion === -1 && spec === null) conversion = 0x72; // !r
  p.depth -= BRACKET_LEVELS;
  p.expect(K.RBRACE);
  const close = p.pos - 1;
  const line = p.lines[open]!;
  const column = p.column(open);
  const node = new ast.FormattedValue(value, conversion, spec, line, column, p.endLines[close]!, p.endColumn(close));
  if (debug) pieces.push(debugPiece(p, open, textEnd));
  pieces.push(nodePiece(node));
}

/** The text between `{` and the conversion, format or closing brace. */
function debugPiece(p: ParserState, open: number, end: number): Piece {
  return {
    node: null, text: debugText(p, open, end), kind: null,
    lineno: p.lines[open]!, col_offset: p.column(open) + 1, end_lineno: p.lines[end]!, end_col_offset: p.column(end),
  };
}

function debugText(p: ParserState, open: number, end: number): string {
  const from = p.ends[open]!;
  const to = p.starts[end]!;
  const text = p.ascii !== null && to - from < 13 ? p.ascii.slice(from, to) : decodeUtf8(p.stream.source, from, to);
  return text.replace(/#[^\n]*/g, '');
}

/** `:...` up to the closing brace. CPython 3.12: Parser/action_helpers.c, _PyPegen_setup_full_format_spec. */
function formatSpec(p: ParserState): expr {
  const colon = p.pos;
  p.advance();
  const pieces: Piece[] = [];
  while (p.kind !== K.RBRACE) {
    if (p.kind === K.LBRACE) {
      replacementField(p, pieces);
      continue;
    }
    if (p.kind !== K.FSTRING_MIDDLE) throw mismatch;
    // Escapes count even in a raw f-string.
    const text = middleText(p, p.pos, false, p.pos);
    if (text.length > 0) pieces.push(textPiece(p, p.pos, text, null));
    p.advance();
  }
  const last = p.pos - 1;
  const formatted = pieces.length < 2 || pieces.some((piece) => piece.node !== null);
  return joinPieces(pieces, formatted, p.lines[colon]!, p.column(colon), p.endLines[last]!, p.endColumn(last));
}
