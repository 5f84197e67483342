import type { OpenBracket, PySyntaxError, Token, TokenizerErrorCode, TokenStream } from '@py/ast';
import { FSTRING_MIDDLE } from './kinds.ts';
import { NameTable } from './names.ts';
import { decodeUtf8 } from './utf8.ts';

/** What the scanner fills and the parser reads. The arrays are replaced by larger ones while they are filled. */
export class Tokens implements TokenStream {
  readonly filename: string;
  source: Uint8Array;
  length = 0;
  types = new Uint8Array(0);
  starts = new Uint32Array(0);
  lineStarts = this.starts;
  ends = this.starts;
  lines = this.starts;
  endLines = this.starts;
  values = this.starts;
  readonly names = new NameTable();
  error: PySyntaxError | null = null;
  errorCode: TokenizerErrorCode | null = null;
  /** Open brackets, innermost last: byte, line and column. */
  level = 0;
  readonly brackets: number[] = [];
  readonly bracketLines: number[] = [];
  readonly bracketColumns: number[] = [];
  readonly typeIgnores: { readonly lineno: number; readonly tag: string }[] = [];
  implicitNewline = false;
  private strings_: readonly string[] | null = null;

  constructor(source: Uint8Array, filename: string) {
    this.source = source;
    this.filename = filename;
  }

  /** Made when it is asked for first. */
  get strings(): readonly string[] {
    return (this.strings_ ??= this.names.toStrings());
  }

  get openBrackets(): readonly OpenBracket[] {
    return this.brackets.slice(0, this.level).map((byte, i) => {
      const bracket = String.fromCharCode(byte) as OpenBracket['bracket'];
      return { bracket, lineno: this.bracketLines[i], col_offset: this.bracketColumns[i] };
    });
  }

  line(lineno: number): string {
    const start = this.lineStarts[lineno - 1];
    return decodeUtf8(this.source, start, this.lineEnd(start));
  }

  text(index: number): string {
    const doubled = this.types[index] === FSTRING_MIDDLE ? this.values[index] : 0;
    return decodeUtf8(this.source, this.starts[index], this.ends[index] - doubled);
  }

  *[Symbol.iterator](): Generator<Token> {
    // Only in an empty source is there no line.
    const column = (offset: number, lineno: number): number => offset - (this.lineStarts[lineno - 1] | 0);
    for (let i = 0; i < this.length; i++) {
      const lineno = this.lines[i];
      const end_lineno = this.endLines[i];
      const col_offset = column(this.starts[i], lineno);
      yield { type: this.types[i], string: this.text(i), lineno, col_offset, end_lineno, end_col_offset: column(this.ends[i], end_lineno) };
    }
  }

  /** Offset of the line end of the line that starts at `start`. */
  lineEnd(start: number): number {
    const end = this.source.indexOf(10, start);
    return end < 0 ? this.source.length : end;
  }
}
