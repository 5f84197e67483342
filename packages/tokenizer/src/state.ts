import { kwlist, PySyntaxError, softkwlist } from '@py/ast';
import type { OpenBracket, PySyntaxErrorClass, TokenizerErrorCode, WarningCallback } from '@py/ast';
import { messages } from './messages.ts';
import { NameTable } from './names.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';
import type { Utf8Error } from './utf8.ts';

/** Where every table of names begins. Not changed after it is made. */
const keywords = NameTable.of([...kwlist, ...softkwlist]);

/** Limits of CPython 3.12: Parser/tokenizer.h. */
export const MAX_INDENT = 100;
export const MAX_BRACKETS = 200;
export const MAX_FSTRINGS = 150;
export const MAX_NESTED_FIELDS = 3;

/** More than the tokens that come without a step of the main loop: a NEWLINE and the DEDENTs of every open block, twice. */
const ROOM = 256;

const classes: { readonly [code in TokenizerErrorCode]?: PySyntaxErrorClass } = {
  E_DEDENT: 'IndentationError', E_TOODEEP: 'IndentationError', E_TABSPACE: 'TabError',
};

/** An f-string that is being read; the innermost one is last in {@link Scan.fstrings}. */
export interface FString {
  /** Where the prefix starts, and the start and number of its line. */
  readonly start: number;
  readonly lineStart: number;
  readonly line: number;
  /** {@link Scan.bufferStart} then. */
  readonly bufferStart: number;
  readonly quote: number;
  readonly quoteSize: 1 | 3;
  readonly raw: boolean;
  /** Brackets of any kind open inside this f-string. */
  depth: number;
  /** `depth` outside the innermost replacement field; -1 outside any. */
  fieldDepth: number;
  /** True while literal text is read, false within a replacement field. */
  inText: boolean;
  /** The text read is a format specifier. CPython forgets it after a nested field: what follows `{y}` in `f'{x:{y}{{}'` is plain text. */
  inFormatSpec: boolean;
}

/** What a caller of the scanner chooses. */
export interface ScanOptions {
  readonly filename: string;
  readonly typeComments?: boolean;
  readonly onWarning?: WarningCallback;
  /** `single`: the end of the source is also a NEWLINE and, if `implyDedent`, closes blocks. */
  readonly single?: boolean;
  readonly implyDedent?: boolean;
  /** The tokens of the `tokenize` module, which forgives more. */
  readonly extraTokens?: boolean;
  /** The error that stands at the end of the source, if it ends too early. */
  readonly endError?: PySyntaxError | null;
}

/** Everything the scanning functions share. The main loop keeps `pos` in a variable and stores it here before calls that need it. */
export class Scan {
  source: Uint8Array;
  /** The same bytes, and at least `NAME_PADDING` more. */
  view: DataView;
  /** Offset where the input ends; `source` has a `\n` before it, or at it if the input has no last line end. */
  end: number;
  /** There may be more input than is here; {@link starve} says that it is needed. */
  partial = false;
  /** Where to read on when there is more input, or -1. */
  resumeAt = -1;
  /** `resumeAt` is the start of a line, whose indentation has not been read. */
  atLineStart = true;
  /** The line has no token but perhaps a comment. Kept for the `tokenize` module only. */
  blank = false;
  pos = 0;
  /** Line of `pos`, from 1; 0 before the first. */
  line = 0;
  lineStart = 0;
  /**
   * Start of the first line that CPython still has in its buffer: that of the line, or of the line where the token or
   * the backslash-joined line began. Some errors count their columns from here.
   */
  bufferStart = 0;

  length = 0;
  /** The arrays are replaced by larger ones before `length` goes further past this than one call can. */
  limit: number;
  types: Uint8Array;
  starts: Uint32Array;
  ends: Uint32Array;
  lines: Uint32Array;
  endLines: Uint32Array;
  values: Uint32Array;
  lineStarts: Uint32Array;
  readonly names = new NameTable(keywords);

  /** Open brackets, innermost last. */
  level = 0;
  readonly brackets = new Uint8Array(MAX_BRACKETS);
  readonly bracketLines = new Uint32Array(MAX_BRACKETS);
  readonly bracketColumns = new Uint32Array(MAX_BRACKETS);

  /** Open blocks: their width with tabs to the next multiple of 8, and with tabs as one column. */
  indent = 0;
  readonly indents = new Uint32Array(MAX_INDENT);
  readonly alternateIndents = new Uint32Array(MAX_INDENT);

  readonly fstrings: FString[] = [];
  fstring: FString | null = null;

  /** Second results of functions that give an offset: the number of a name, the widths of an indentation. */
  value = 0;
  column = 0;
  alternate = 0;

  error: PySyntaxError | null = null;
  errorCode: TokenizerErrorCode | null = null;
  readonly typeIgnores: { readonly lineno: number; readonly tag: string }[] = [];

  readonly filename: string;
  readonly options: ScanOptions;
  readonly typeComments: boolean;
  readonly extraTokens: boolean;
  endError: PySyntaxError | null;
  /** The last line ends with a backslash and the source with it. */
  afterBackslash = false;

  constructor(source: Uint8Array, end: number, options: ScanOptions) {
    this.source = source;
    this.view = new DataView(source.buffer, source.byteOffset);
    this.end = end;
    this.filename = options.filename;
    this.options = options;
    this.typeComments = options.typeComments ?? false;
    this.extraTokens = options.extraTokens ?? false;
    this.endError = options.endError ?? null;
    const capacity = ((end * 3) >> 4) + ROOM;
    this.limit = capacity - ROOM;
    this.types = new Uint8Array(capacity);
    this.starts = new Uint32Array(capacity);
    this.ends = new Uint32Array(capacity);
    this.lines = new Uint32Array(capacity);
    this.endLines = new Uint32Array(capacity);
    this.values = new Uint32Array(capacity);
    this.lineStarts = new Uint32Array((end >> 5) + 64);
  }

  /** Makes room for more tokens if there is little. */
  makeRoom(): void {
    if (this.length < this.limit) return;
    const capacity = this.types.length * 2;
    this.limit = capacity - ROOM;
    const types = new Uint8Array(capacity);
    types.set(this.types);
    this.types = types;
    this.starts = grown(this.starts, capacity);
    this.ends = grown(this.ends, capacity);
    this.lines = grown(this.lines, capacity);
    this.endLines = grown(this.endLines, capacity);
    this.values = grown(this.values, capacity);
  }

  /** Adds a token that lies in the current line and ends at `pos`. */
  emit(type: number, start: number): void {
    const index = this.length++;
    this.types[index] = type;
    this.starts[index] = start;
    this.ends[index] = this.pos;
    this.lines[index] = this.line;
    this.endLines[index] = this.line;
  }

  /**
   * Goes back to `pos`, in the line that starts at `lineStart` and has the number `line`, to read on from there when there is more input.
   */
  starve(pos: number, line = this.line, lineStart = this.lineStart, atLineStart = false): false {
    this.resumeAt = pos;
    this.line = line;
    this.lineStart = lineStart;
    this.atLineStart = atLineStart;
    return false;
  }

  /** There is nothing more to read. */
  stop(): void {
    this.pos = -1;
  }

  /** Enters the line that starts at `pos`, outside any token; at the end of the source the line stays the last one. */
  startLine(pos: number): void {
    const { line } = this;
    if (line + 1 >= this.lineStarts.length) this.lineStarts = grown(this.lineStarts, this.lineStarts.length * 2);
    this.lineStarts[line] = pos;
    if (pos >= this.end) return;
    this.line = line + 1;
    this.lineStart = pos;
    this.bufferStart = pos;
  }

  /** Enters the line that starts at `pos`, inside a token or after a backslash. */
  continueAt(pos: number): void {
    const { bufferStart } = this;
    this.startLine(pos);
    this.bufferStart = bufferStart;
  }

  /** Records an error at the last character before `pos`, or at the byte columns given. CPython 3.12: Parser/tokenizer.c, _syntaxerror_range. */
  fail(message: string, offset = -1, end_offset = -1): false {
    const { lineStart } = this;
    const column = offset >= 0 ? offset : characterCount(decodeUtf8(this.source, lineStart, this.pos));
    const text = decodeUtf8(this.source, lineStart, this.lineEnd(lineStart, false));
    return this.record('E_ERROR', message, this.line, column, end_offset >= 0 ? end_offset : column, text);
  }

  /** Records an error at the character before `pos`, for functions that give an offset. */
  failAfter(pos: number, message: string, offset = -1, end_offset = -1): -1 {
    this.pos = pos;
    this.fail(message, offset, end_offset);
    return -1;
  }

  /** Records that the token from `start` to `pos` is not UTF-8. CPython 3.12: Parser/pegen_errors.c, _Pypegen_raise_decode_problem. */
  failDecoding(damage: Utf8Error, start: number): false {
    const message = messages.undecodable('utf-8', this.source, damage, start);
    return this.failBuffer('E_DECODE', `(unicode error) ${message}`, this.pos - this.lineStart, -1);
  }

  /**
   * Records an error of the current line for which the tokenizer of CPython only has a code, and its parser a text.
   * `offset` counts bytes from `bufferStart`. CPython 3.12: Parser/pegen_errors.c, _Pypegen_tokenizer_error.
   */
  failBuffer(code: TokenizerErrorCode, message: string, offset: number, end_offset: number): false {
    const { bufferStart } = this;
    const text = decodeUtf8(this.source, bufferStart, this.lineEnd());
    return this.record(code, message, this.line, charactersBefore(text, offset), end_offset, text);
  }

  /** Records that the source ended inside a statement or, before that, cannot be read any further. */
  failEnd(): false {
    if (this.endError !== null) {
      this.error = this.endError;
      this.errorCode = 'E_DECODE';
      return false;
    }
    const top = this.level - 1;
    if (top < 0) return this.failBuffer('E_EOF', messages.unexpectedEnd, this.end - this.lineStart, -1);
    const message = messages.neverClosed(this.brackets[top]);
    const column = this.bracketColumns[top] + 1;
    const line = this.bracketLines[top];
    if (line === this.line) return this.failBuffer('E_EOF', message, column, 0);
    const start = this.lineStarts[line - 1];
    const text = decodeUtf8(this.source, start, this.lineEnd(start, false));
    return this.record('E_EOF', message, line, charactersBefore(text, column), 0, text);
  }

  private record(code: TokenizerErrorCode, message: string, lineno: number, offset: number, end_offset: number, text: string): false {
    const pyClass = classes[code] ?? 'SyntaxError';
    this.error = new PySyntaxError({ pyClass, message, filename: this.filename, lineno, offset, end_lineno: lineno, end_offset, text });
    this.errorCode = code;
    return false;
  }

  /** Offset after the line that starts at `start`, with or without its line end. */
  lineEnd(start = this.lineStart, withEnd = true): number {
    const end = this.source.indexOf(10, start);
    return withEnd ? Math.min(end + 1, this.end) : end;
  }

  openBrackets(): OpenBracket[] {
    const open: OpenBracket[] = [];
    for (let i = 0; i < this.level; i++) {
      const bracket = String.fromCharCode(this.brackets[i]) as OpenBracket['bracket'];
      open.push({ bracket, lineno: this.bracketLines[i], col_offset: this.bracketColumns[i] });
    }
    return open;
  }

  /** Warns of `\{` or `\}` in an f-string. */
  warnEscape(character: number): void {
    this.options.onWarning?.({ category: 'SyntaxWarning', message: messages.invalidEscape(character), filename: this.filename, lineno: this.line });
  }
}

function characterCount(text: string): number {
  return [...text].length;
}

/** How many characters of `text` the first `offset` bytes of its UTF-8 are or touch. */
function charactersBefore(text: string, offset: number): number {
  const bytes = encodeUtf8(text);
  return characterCount(decodeUtf8(bytes, 0, Math.min(offset, bytes.length)));
}

function grown(old: Uint32Array, capacity: number): Uint32Array {
  const array = new Uint32Array(capacity);
  array.set(old);
  return array;
}
