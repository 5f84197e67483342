import type { PySyntaxError, PySyntaxWarning } from '@py/ast';
import { ROOM } from './limits.ts';
import { grown } from './names.ts';
import { Tokens } from './stream.ts';
import { characterCount, decodeUtf8 } from './utf8.ts';

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
  /** In `single` mode the end of the source is also a NEWLINE and, unless `dontImplyDedent`, closes blocks. */
  readonly mode?: string;
  readonly dontImplyDedent?: boolean;
  /** The tokens of the `tokenize` module, which forgives more. */
  readonly extraTokens?: boolean;
}

/** Everything the scanning functions share. They take an offset into `source` and give the next, or -1 where the scanner has to stop. */
export class Scan extends Tokens {
  readonly options: ScanOptions;
  readonly extraTokens: boolean;
  /** The bytes of `source`, and at least `NAME_PADDING` more. */
  view: DataView;
  /** Offset where the input ends; `source` has a `\n` before it, or at it if the input has no last line end. */
  end: number;
  /** The error that stands at the end of the source, if it ends too early. */
  endError: PySyntaxError | null = null;

  /** There may be more input than is here; {@link starve} says that it is needed. */
  partial = false;
  /** Where to read on when there is more input, or -1. */
  resumeAt = -1;
  /** `resumeAt` is the start of a line, whose indentation has not been read. */
  atLineStart = true;
  /** The line has no token but perhaps a comment. Kept for the `tokenize` module only. */
  blank = false;
  /** The input comes line by line, its line ends as they are: CPython does not translate them then. */
  lineByLine = false;
  /** The last line ends with a backslash and the source with it. */
  afterBackslash = false;

  /** Line that is read, from 1; 0 before the first. */
  lineno = 0;
  lineStart = 0;
  /**
   * Start of the first line that CPython still has in its buffer: that of the line, or of the line where the token or
   * the backslash-joined line began. Some errors count their columns from here.
   */
  bufferStart = 0;

  /** `length` from which on there is little room in the arrays. */
  limit = -1;

  /** Open blocks: their width with tabs to the next multiple of 8, and with tabs as one column. */
  indent = 0;
  readonly indents = [0];
  readonly alternateIndents = [0];

  readonly fstrings: FString[] = [];
  fstring: FString | null = null;

  readonly warnings: PySyntaxWarning[] = [];

  /** Second results: the number of a name, the widths of an indentation. */
  value = 0;
  column = 0;
  alternate = 0;

  constructor(source: Uint8Array, end: number, options: ScanOptions) {
    super(source, options.filename);
    this.options = options;
    this.extraTokens = options.extraTokens ?? false;
    this.view = new DataView(source.buffer, source.byteOffset);
    this.end = end;
    this.lineStarts = new Uint32Array((end >> 5) + 64);
    this.makeRoom((end * 3) >> 4);
  }

  /** Makes room for `more` tokens if there is little. */
  makeRoom(more = this.length + 64): void {
    if (this.length < this.limit) return;
    this.limit = this.length + more;
    const capacity = this.limit + ROOM;
    this.types = grown(this.types, capacity);
    this.starts = grown(this.starts, capacity);
    this.ends = grown(this.ends, capacity);
    this.lines = grown(this.lines, capacity);
    this.endLines = grown(this.endLines, capacity);
    this.values = grown(this.values, capacity);
  }

  /** Adds the token `start` to `end`, which ends in the current line, and gives `end`. */
  emit(type: number, start: number, end: number, firstLine = this.lineno, value = 0): number {
    const index = this.length++;
    this.types[index] = type;
    this.starts[index] = start;
    this.ends[index] = end;
    this.values[index] = value;
    this.lines[index] = firstLine;
    this.endLines[index] = this.lineno;
    return end;
  }

  /** Enters the line that starts at `pos`, outside any token; at the end of the source the line stays the last one. */
  startLine(pos: number): void {
    const { lineno } = this;
    if (lineno + 1 >= this.lineStarts.length) this.lineStarts = grown(this.lineStarts, lineno * 2);
    this.lineStarts[lineno] = pos;
    if (pos >= this.end) return;
    this.lineno = lineno + 1;
    this.lineStart = pos;
    this.bufferStart = pos;
  }

  /** Enters the line that starts at `pos`, inside a token or after a backslash. */
  continueAt(pos: number): number {
    const { bufferStart } = this;
    this.startLine(pos);
    this.bufferStart = bufferStart;
    return pos;
  }

  /** Goes back to `pos`, in the line `lineno` that starts at `lineStart`, to read on from there when there is more input. */
  starve(pos: number, lineno = this.lineno, lineStart = this.lineStart, atLineStart = false): -1 {
    this.resumeAt = pos;
    this.lineno = lineno;
    this.lineStart = lineStart;
    this.atLineStart = atLineStart;
    return -1;
  }

  /** Warns in the current line; `pos` is how far it has been read. */
  warn(message: string, pos: number): void {
    const offset = characterCount(decodeUtf8(this.source, this.lineStart, pos));
    const { filename, lineno } = this;
    this.warnings.push({ category: 'SyntaxWarning', message, filename, lineno, offset, end_lineno: lineno, end_offset: offset, text: this.line(lineno) });
  }
}
