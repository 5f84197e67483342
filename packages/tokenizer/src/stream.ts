import type { OpenBracket, PySyntaxError, Token, TokenizerErrorCode, TokenStream } from '@py/ast';
import { FSTRING_MIDDLE } from './kinds.ts';
import type { NameTable } from './names.ts';
import type { Scan } from './state.ts';
import { decodeUtf8 } from './utf8.ts';

/** The result of the scanner, as the contract wants it. */
export class ScannedTokens implements TokenStream {
  readonly filename: string;
  readonly source: Uint8Array;
  readonly lineStarts: Uint32Array;
  readonly lineCount: number;
  readonly length: number;
  readonly types: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly lines: Uint32Array;
  readonly endLines: Uint32Array;
  readonly values: Uint32Array;
  readonly error: PySyntaxError | null;
  readonly errorCode: TokenizerErrorCode | null;
  readonly openBrackets: readonly OpenBracket[];
  readonly typeIgnores: readonly { readonly lineno: number; readonly tag: string }[];
  readonly implicitNewline: boolean;
  private readonly names: NameTable;
  private strings_: readonly string[] | null = null;

  constructor(s: Scan, implicitNewline: boolean) {
    this.filename = s.filename;
    this.source = s.source;
    this.lineStarts = s.lineStarts;
    this.lineCount = s.line;
    this.length = s.length;
    this.types = s.types;
    this.starts = s.starts;
    this.ends = s.ends;
    this.lines = s.lines;
    this.endLines = s.endLines;
    this.values = s.values;
    this.names = s.names;
    this.error = s.error;
    this.errorCode = s.errorCode;
    this.openBrackets = s.openBrackets();
    this.typeIgnores = s.typeIgnores;
    this.implicitNewline = implicitNewline;
  }

  /** Made when it is asked for first. */
  get strings(): readonly string[] {
    return (this.strings_ ??= this.names.toStrings());
  }

  line(lineno: number): string {
    const start = this.lineStarts[lineno - 1];
    const end = this.source.indexOf(10, start);
    return decodeUtf8(this.source, start, end < 0 ? this.source.length : end);
  }

  text(index: number): string {
    const doubled = this.types[index] === FSTRING_MIDDLE ? this.values[index] : 0;
    return decodeUtf8(this.source, this.starts[index], this.ends[index] - doubled);
  }

  *[Symbol.iterator](): Generator<Token> {
    const { lineStarts, lines, endLines, starts, ends } = this;
    for (let i = 0; i < this.length; i++) {
      yield {
        type: this.types[i],
        string: this.text(i),
        lineno: lines[i],
        col_offset: starts[i] - lineStarts[lines[i] - 1],
        end_lineno: endLines[i],
        end_col_offset: ends[i] - lineStarts[endLines[i] - 1],
      };
    }
  }
}

