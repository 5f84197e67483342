import { PySyntaxError } from '@py/ast';
import type { PySyntaxErrorClass, TokenStream, Undecodable } from '@py/ast';
import * as K from '../kinds.ts';
import { messages } from '../messages.ts';
import { decodeUtf8 } from '../utf8.ts';
import type { Machine, Part } from './machine.ts';

/** A place as CPython's parser holds it: columns from 0 in bytes, -1 where a token has none. */
interface Place {
  readonly lineno: number;
  readonly column: number;
}

/** Makes errors with the positions that CPython gives them. CPython 3.12: Parser/pegen_errors.c. */
export class Locator {
  private readonly machine: Machine;
  private readonly stream: TokenStream;

  constructor(machine: Machine) {
    this.machine = machine;
    this.stream = machine.stream;
  }

  /** From the start of `first` to the end of `last` (RAISE_SYNTAX_ERROR_KNOWN_RANGE). */
  range(first: Part, last: Part, message: string): PySyntaxError {
    const start = this.start(first.start);
    const end = this.end(last.end);
    return this.error('SyntaxError', message, start.lineno, start.column + 1, end.lineno, end.column + 1);
  }

  /** From the start of `first` to where the tokenizer is (RAISE_SYNTAX_ERROR_STARTING_FROM). */
  from(first: Part, message: string): PySyntaxError {
    const start = this.start(first.start);
    const now = this.current();
    return this.error('SyntaxError', message, start.lineno, start.column + 1, now.lineno, now.column);
  }

  /** At the last token that was fetched, or at another (RAISE_SYNTAX_ERROR, RAISE_INDENTATION_ERROR). */
  atToken(message: string, pyClass: PySyntaxErrorClass = 'SyntaxError', token = this.machine.fill - 1): PySyntaxError {
    const start = this.start(token);
    const end = this.end(token);
    const column = start.column < 0 ? this.current().column : start.column + 1;
    return this.error(pyClass, message, start.lineno, column, end.lineno, end.column < 0 ? -1 : end.column + 1);
  }

  /** Where the tokenizer stands that found the end of the source: in a string that has begun, or in the last line. */
  atTokenizer(message: string): PySyntaxError {
    const { error, errorCode, filename, lineStarts, endLines, length } = this.stream;
    const source = this.ownSource();
    if (errorCode !== 'E_EOF') {
      const { lineno, offset } = error!;
      const text = decodeUtf8(source, lineStarts[lineno - 1]!, source.length);
      return new PySyntaxError({ pyClass: 'SyntaxError', message, filename, lineno, offset, end_lineno: lineno, end_offset: -1, text });
    }
    let lineno = length === 0 ? 1 : endLines[length - 1]!;
    while (lineno < lineStarts.length && lineStarts[lineno]! > lineStarts[lineno - 1]! && lineStarts[lineno]! < source.length) lineno++;
    const text = decodeUtf8(source, lineStarts[lineno - 1]!, source.length);
    return new PySyntaxError({ pyClass: 'SyntaxError', message, filename, lineno, offset: [...text].length, end_lineno: lineno, end_offset: -1, text });
  }

  /** At the next token, which is fetched (RAISE_SYNTAX_ERROR_ON_NEXT_TOKEN). */
  atNext(message: string): PySyntaxError {
    this.machine.fetch(this.machine.mark);
    return this.atToken(message, 'SyntaxError', this.machine.mark);
  }

  /** At the end of an expression, which is all that CPython marks here. */
  atEndOf(part: Part, message: string): PySyntaxError {
    const start = this.start(part.start);
    const end = this.end(part.end);
    return this.error('SyntaxError', message, start.lineno, end.column, end.lineno, 0);
  }

  /** In the line of a token, without columns. */
  inLineOf(token: number, message: string): PySyntaxError {
    return this.error('SyntaxError', message, this.stream.lines[token]!, 0, this.stream.endLines[token]!, 0);
  }

  /** A token had to follow (`&&` in the grammar). */
  expected(token: number, text: string): PySyntaxError {
    const part: Part = { kind: 'token', start: token, end: token, parts: [] };
    return this.range(part, part, messages.expectedToken(text));
  }

  /** The innermost bracket that is open at the end. */
  neverClosed(): PySyntaxError {
    const { bracket, lineno, col_offset } = this.stream.openBrackets[this.stream.openBrackets.length - 1]!;
    return this.error('SyntaxError', messages.neverClosed(bracket), lineno, col_offset + 1, lineno, 0);
  }

  /** What is raised as another class than SyntaxError has no place. */
  nowhere(pyClass: PySyntaxErrorClass, message: string, undecodable: Undecodable | null = null): PySyntaxError {
    return new PySyntaxError({ pyClass, message, filename: this.stream.filename, lineno: 0, offset: 0, end_lineno: null, end_offset: null, undecodable });
  }

  /** The source without a line end that was put at its end; only in mode `exec` CPython shows that one. */
  private ownSource(): Uint8Array {
    const { source, implicitNewline } = this.stream;
    return implicitNewline && (this.machine.state.options.mode ?? 'exec') !== 'exec' ? source.subarray(0, -1) : source;
  }

  private start(token: number): Place {
    const { stream } = this;
    const lineno = stream.lines[token]!;
    return { lineno, column: hasPlace(stream, token) ? stream.starts[token]! - stream.lineStarts[lineno - 1]! : -1 };
  }

  private end(token: number): Place {
    const { stream } = this;
    const lineno = stream.endLines[token]!;
    return { lineno, column: hasPlace(stream, token) ? stream.ends[token]! - stream.lineStarts[lineno - 1]! : -1 };
  }

  /** Where CPython's tokenizer stands: after the last token that was fetched. */
  private current(): Place {
    const { stream } = this;
    const last = this.machine.fill - 1;
    const lineno = stream.endLines[last]!;
    return { lineno, column: stream.ends[last]! - stream.lineStarts[lineno - 1]! };
  }

  /**
   * Columns count from 1 in bytes and become characters of the line shown, the end column too, even if it belongs to another
   * line. CPython 3.12: Parser/pegen_errors.c, _PyPegen_raise_error_known_location.
   */
  private error(pyClass: PySyntaxErrorClass, message: string, lineno: number, column: number, end_lineno: number, endColumn: number): PySyntaxError {
    const source = this.ownSource();
    const [start, end] = this.shownLine(lineno);
    const text = decodeUtf8(source, start, Math.min(end, source.length));
    const characters = (count: number): number => {
      let bytes = 0;
      let found = 0;
      for (const char of text) {
        if (bytes >= count) return found;
        const code = char.codePointAt(0)!;
        bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        found++;
      }
      return count > bytes ? found + 1 : found; // the byte after the text counts
    };
    return new PySyntaxError({
      pyClass, message, filename: this.stream.filename, lineno, offset: characters(column), end_lineno,
      end_offset: endColumn > 0 ? characters(endColumn) : endColumn, text,
    });
  }

  /** Start and end of the text that CPython shows with an error: what is in its buffer if that is the line, else the line. */
  private shownLine(lineno: number): readonly [number, number] {
    const { source, lineStarts } = this.stream;
    const current = this.current().lineno;
    if (current <= lineno) return [lineStarts[this.bufferLine(current) - 1]!, lineEnd(source, lineStarts[current - 1]!) + 1];
    const start = lineStarts[lineno - 1]!;
    return [start, lineEnd(source, start)];
  }

  /** Where the buffer that ends with a line begins: lines joined by a backslash or in one string stay together. */
  private bufferLine(lineno: number): number {
    const { lines, endLines, types } = this.stream;
    let line = lineno;
    let token = this.machine.fill - 1;
    for (;;) {
      while (token >= 0 && lines[token]! >= line) token--;
      if (token >= 0 && endLines[token]! >= line) line = lines[token]!;
      else if (line > 1 && this.isJoined(line, token)) line--;
      else break;
    }
    // But not if only white space comes before the backslash and a logical line starts here.
    if (token >= 0 && (types[token]! < K.NEWLINE || types[token]! > K.DEDENT)) return line;
    while (line < lineno && this.isJoined(line + 1, -1)) line++;
    return line;
  }

  /** Only white space and a backslash stand between the token before a line, or the start of the line above it, and the line. */
  private isJoined(lineno: number, before: number): boolean {
    const { source, lineStarts, endLines, ends } = this.stream;
    const start = lineStarts[lineno - 2]!;
    let pos = before >= 0 && endLines[before] === lineno - 1 ? ends[before]! : start;
    while (source[pos] === 0x20 || source[pos] === 0x09 || source[pos] === 0x0c) pos++;
    return source[pos] === 0x5c && pos === lineStarts[lineno - 1]! - 2;
  }
}

function lineEnd(source: Uint8Array, start: number): number {
  const end = source.indexOf(10, start);
  return end < 0 ? source.length : end;
}

/** Tokens without text have no columns in CPython; nor has the NEWLINE that stands for the end of interactive input. */
function hasPlace({ types, starts, ends }: TokenStream, token: number): boolean {
  const type = types[token]!;
  if (type === K.NEWLINE) return starts[token]! < ends[token]!;
  return type !== K.INDENT && type !== K.DEDENT && type !== K.ENDMARKER;
}
