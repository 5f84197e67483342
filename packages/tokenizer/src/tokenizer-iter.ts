import { PySyntaxError } from '@py/ast';
import { ASYNC, AWAIT, DEDENT, ENDMARKER, FSTRING_MIDDLE, INDENT, NAME, NEWLINE, NL, OP } from './kinds.ts';
import { NAME_PADDING } from './limits.ts';
import * as messages from './messages.ts';
import { scanTokens } from './scanner.ts';
import { Scan } from './state.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** A token as the `tokenize` module shows it. Lines count from 1, columns from 0 in characters. */
export interface TokenInfo {
  /** Number in `TokenType`; every operator is `OP` (unless the iterator was made without `extraTokens`). */
  readonly type: number;
  readonly string: string;
  readonly start: readonly [lineno: number, column: number];
  readonly end: readonly [lineno: number, column: number];
  /** The lines that the token is in, with their line ends. */
  readonly line: string;
}

/** Gives the next line with its line end; `''` or null at the end. */
export type Readline = () => string | null;

/** How lines are decoded and which tokens are given. */
export interface TokenizerIterOptions {
  /** COMMENT and NL tokens, `OP` for operators, and no objection to names, numbers and brackets that the parser would refuse. */
  readonly extraTokens: boolean;
}

/**
 * Reads lines one by one and gives their tokens, a line never being read before it is needed. CPython 3.12:
 * Python/Python-tokenize.c, TokenizerIter.
 */
export class TokenizerIter implements IterableIterator<TokenInfo> {
  private readonly scan: Scan;
  private readonly readline: Readline;
  private readonly extraTokens: boolean;
  /** Token of `scan` to give next. */
  private index = 0;
  private finished = false;
  /** Lines read in vain since the last token: a long string is read in growing steps. */
  private starved = 0;
  /** Lines that were given without line end; one was added. */
  private readonly unended = new Set<number>();
  private linesRead = 0;
  private counted = { line: 0, pos: 0, column: 0 };
  /** The text of {@link TokenInfo.line} made last, and the lines it is of. */
  private line = { first: 0, last: 0, text: '' };

  constructor(readline: Readline, options: TokenizerIterOptions) {
    this.readline = readline;
    this.extraTokens = options.extraTokens;
    const empty = new Uint8Array(new ArrayBuffer(1024), 0, 1024 - NAME_PADDING);
    this.scan = new Scan(empty, 0, { filename: '<string>', extraTokens: options.extraTokens });
    this.scan.partial = true;
    this.scan.lineByLine = true;
    this.scan.resumeAt = 0;
  }

  /** Itself: it can be iterated over once. */
  [Symbol.iterator](): this {
    return this;
  }

  /** Throws a {@link PySyntaxError} where CPython raises SyntaxError (which `tokenize.py` turns into TokenError), and what `readline` throws. */
  next(): IteratorResult<TokenInfo, undefined> {
    const { scan } = this;
    while (this.index === scan.length) {
      if (this.finished) {
        if (scan.error !== null) throw this.located(scan.error);
        return { done: true, value: undefined };
      }
      for (let lines = Math.max(1, this.starved >> 4); lines > 0 && scan.partial; lines--) this.readLine();
      this.starved++;
      scan.length = this.index = 0;
      scanTokens(scan, scan.resumeAt);
      this.finished = scan.resumeAt < 0;
    }
    this.starved = 0;
    return { done: false, value: this.info(this.index++) };
  }

  private readLine(): void {
    const { scan } = this;
    const text = this.readline();
    if (text === null || text === '') {
      scan.partial = false;
      return;
    }
    this.linesRead++;
    const bytes = encodeUtf8(text);
    if (bytes.indexOf(0) >= 0) {
      scan.partial = false;
      const details = { message: messages.nullBytesInFile, filename: scan.filename, lineno: this.linesRead, offset: 0, text };
      scan.endError = new PySyntaxError(details);
      return;
    }
    const ended = bytes[bytes.length - 1] === 10;
    if (!ended) this.unended.add(this.linesRead);
    const end = scan.end + bytes.length + (ended ? 0 : 1);
    if (end > scan.source.length) {
      const size = end * 2;
      const source = new Uint8Array(new ArrayBuffer(size + NAME_PADDING), 0, size);
      source.set(scan.source.subarray(0, scan.end));
      scan.source = source;
      scan.view = new DataView(source.buffer);
    }
    scan.source.set(bytes, scan.end);
    scan.source[end - 1] = 10;
    scan.end = end;
  }

  private info(index: number): TokenInfo {
    const { scan, extraTokens } = this;
    const type = scan.types[index];
    const start = scan.starts[index];
    const first = scan.lines[index];
    const last = scan.endLines[index];
    if (type === ENDMARKER || (type === DEDENT && start >= scan.end)) {
      if (extraTokens) return { type, string: '', start: [first + 1, 0], end: [first + 1, 0], line: '' };
    }
    const line = this.linesText(first, last);
    if (!extraTokens && (type === ENDMARKER || type === INDENT || type === DEDENT)) {
      return { type, string: '', start: [first, -1], end: [first, -1], line };
    }
    const lineEnds = type === NEWLINE || type === NL;
    let end = scan.ends[index];
    if (type === FSTRING_MIDDLE) end -= scan.values[index];
    if (type === NEWLINE && !extraTokens) end--;
    const string = lineEnds && extraTokens && this.unended.has(last) ? '' : decodeUtf8(scan.source, start, end);
    return { type: extraTokens ? shownType(type) : type, string, start: [first, this.column(first, start)], end: [last, this.column(last, end)], line };
  }

  /** Characters before `pos` in `line`. Tokens come in order, so that counting goes on from the last. */
  private column(line: number, pos: number): number {
    const { source, lineStarts } = this.scan;
    if (this.counted.line !== line || this.counted.pos > pos) this.counted = { line, pos: lineStarts[line - 1], column: 0 };
    const { counted } = this;
    for (; counted.pos < pos; counted.pos++) if ((source[counted.pos] & 0xc0) !== 0x80) counted.column++;
    return counted.column;
  }

  /** Lines `first` to `last`, without a line end that was added. */
  private linesText(first: number, last: number): string {
    if (this.line.first !== first || this.line.last !== last) {
      const { scan } = this;
      const end = scan.source.indexOf(10, scan.lineStarts[last - 1]) + (this.unended.has(last) ? 0 : 1);
      this.line = { first, last, text: last === 0 ? '' : decodeUtf8(scan.source, scan.lineStarts[first - 1], end) };
    }
    return this.line.text;
  }

  /** Words and places an error as CPython's iterator does: for some states other than its parser. CPython 3.12: Python/Python-tokenize.c, _tokenizer_error. */
  private located(error: PySyntaxError): PySyntaxError {
    const { scan } = this;
    if (scan.errorCode === 'E_ERROR' || scan.errorCode === 'E_EOFS' || scan.errorCode === 'E_EOLS' || scan.errorCode === 'E_DECODE') return error;
    const { pyClass, filename } = error;
    const inside = scan.fstrings.length > 0;
    // At the end of the source CPython's buffer is empty, unless a token or an f-string has begun in it.
    const bufferStart = inside ? scan.fstrings[0].bufferStart : scan.bufferStart;
    const bufferEnd = scan.lineEnd(scan.lineStart) + 1;
    const text = decodeUtf8(scan.source, bufferStart, bufferEnd - 1);
    const { lineno } = scan;
    if (scan.errorCode === 'E_EOF') {
      const offset = inside || scan.afterBackslash ? bufferEnd - bufferStart : 0;
      return new PySyntaxError({ pyClass, message: messages.unexpectedEndOfLines, filename, lineno, offset, end_lineno: null, end_offset: null, text });
    }
    const offset = Math.min([...decodeUtf8(scan.source, bufferStart, bufferEnd)].length, [...text].length + 1);
    return new PySyntaxError({ pyClass, message: error.message, filename, lineno, offset, end_lineno: null, end_offset: null, text });
  }
}

function shownType(type: number): number {
  if (type > DEDENT && type < OP) return OP;
  return type === ASYNC || type === AWAIT ? NAME : type;
}
