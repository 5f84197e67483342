import type { TokenStream, WarningCallback } from '@py/ast';
import { ENDMARKER, DEDENT, NEWLINE, KEYWORD, NAME } from './kinds.ts';

/** Which start rule: a file, an expression, one interactive statement, or a signature type comment. */
export type ParseMode = 'exec' | 'eval' | 'single' | 'func_type';

/** How to parse. */
export interface ParseOptions {
  /** Default `exec`. */
  readonly mode?: ParseMode;
  /** Minor version of `ast.parse(feature_version=(3, n))`: newer syntax is refused. Default 12. */
  readonly featureVersion?: number;
  /** `CO_FUTURE_BARRY_AS_BDFL`: `<>` instead of `!=`. Default false. */
  readonly barryAsFlufl?: boolean;
  /** `PyCF_ALLOW_INCOMPLETE_INPUT`: where only the end of the source is in the way, the error says "incomplete input". Default false. */
  readonly allowIncompleteInput?: boolean;
  /** Most digits of a decimal integer literal (`sys.get_int_max_str_digits()`); 0 for no limit. Default 4300. */
  readonly maxIntDigits?: number;
  /** Code point of a Unicode character name or alias, for `\N{...}`. Without it every name is unknown. */
  readonly unicodeName?: (name: string) => number | undefined;
  /** Told of invalid escape sequences. What it throws, `parse` throws. */
  readonly onWarning?: WarningCallback;
}

/** Thrown where the text is not Python, without saying why: the search for the error comes after. */
export const mismatch = new Error('not Python');

/**
 * Where the parser is in the tokens. The grammar's rules are functions over it, one file a family; each starts at the
 * current token, leaves the first token after what it parsed, and throws {@link mismatch} where nothing fits.
 */
export class ParserState {
  readonly stream: TokenStream;
  readonly options: ParseOptions;
  readonly types: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly lines: Uint32Array;
  readonly endLines: Uint32Array;
  readonly values: Uint32Array;
  readonly strings: readonly string[];
  readonly lineStarts: Uint32Array;
  /** Index of the current token. */
  pos: number;
  /** Kind of the current token: its type, or KEYWORD + n. */
  kind: number;
  /** Nodes of unfinished lists: {@link take} cuts them off in arrays of the exact size. */
  readonly pending: unknown[];
  /** Upper bound of CPython's parser stack depth here; see {@link deepen}. */
  depth: number;
  /** `depth` may not pass this; Infinity once the text is known to be within CPython's limit. */
  maxDepth: number;
  /** The parser gave up because of `maxDepth`, not because of the text. */
  tooDeep: boolean;
  /** Tokens that have been warned of: one that is parsed again does not warn again. */
  readonly warned: Set<number>;
  /** The source as a string if it is ASCII only, so that byte offsets are string offsets. */
  readonly ascii: string | null;

  constructor(stream: TokenStream, options: ParseOptions, ascii: string | null) {
    this.stream = stream;
    this.options = options;
    this.types = stream.types;
    this.starts = stream.starts;
    this.ends = stream.ends;
    this.lines = stream.lines;
    this.endLines = stream.endLines;
    this.values = stream.values;
    this.strings = stream.strings;
    this.lineStarts = stream.lineStarts;
    this.pos = 0;
    this.kind = 0;
    this.pending = [];
    this.depth = 0;
    this.maxDepth = CPYTHON_MAXSTACK;
    this.tooDeep = false;
    this.warned = new Set();
    this.ascii = ascii;
    this.reset(0);
  }

  /** Goes to the next token. */
  advance(): void {
    const pos = ++this.pos;
    const type = this.types[pos]!;
    this.kind = type === NAME ? nameKind(this.values[pos]!) : type;
  }

  /** Goes (back) to a token. */
  reset(pos: number): void {
    this.pos = pos - 1;
    this.advance();
  }

  /** Kind of another token. */
  kindAt(pos: number): number {
    const type = this.types[pos]!;
    return type === NAME ? nameKind(this.values[pos]!) : type;
  }

  /** The current token must be of this kind; goes past it. */
  expect(kind: number): void {
    if (this.kind !== kind) throw mismatch;
    this.advance();
  }

  /** Goes past the current token if it is of this kind. */
  accept(kind: number): boolean {
    if (this.kind !== kind) return false;
    this.advance();
    return true;
  }

  /** The current token must be a name that is no keyword; goes past it and gives its text. */
  identifier(): string {
    if (this.kind !== NAME) throw mismatch;
    const name = this.strings[this.values[this.pos]!]!;
    this.advance();
    return name;
  }

  /** Column of the first byte of a token. */
  column(token: number): number {
    return this.starts[token]! - this.lineStarts[this.lines[token]! - 1]!;
  }

  /** Column after the last byte of a token. */
  endColumn(token: number): number {
    return this.ends[token]! - this.lineStarts[this.endLines[token]! - 1]!;
  }

  /** Index of the last token passed that is text: where a compound statement ends. */
  lastToken(): number {
    let token = this.pos - 1;
    for (;;) {
      const type = this.types[token]!;
      if (type !== ENDMARKER && (type < NEWLINE || type > DEDENT)) return token;
      token--;
    }
  }

  /** The text of a token. */
  text(token: number): string {
    return this.ascii === null ? this.stream.text(token) : this.ascii.slice(this.starts[token], this.ends[token]);
  }

  /** Takes the nodes from `mark` on off the pending ones. */
  take<Node>(mark: number): readonly Node[] {
    // Each caller puts nodes of one type on `pending` after its mark.
    const pending = this.pending as Node[];
    const count = pending.length - mark;
    if (count === 0) return NONE_OF;
    if (count === 1) return [pending.pop()!];
    const nodes = pending.slice(mark);
    pending.length = mark;
    return nodes;
  }

  /**
   * Counts a nesting that costs CPython's parser at most `levels` of its stack. Where that might be too much the exact
   * count decides, in the second pass.
   */
  deepen(levels: number): void {
    this.depth += levels;
    if (this.depth > this.maxDepth) {
      this.tooDeep = true;
      throw mismatch;
    }
  }
}

/** Kind of a NAME token. `async` and `await` are names only for a `featureVersion` below 7; else they have their own types. */
function nameKind(value: number): number {
  return value < 35 && value !== 6 && value !== 7 ? KEYWORD + value : NAME;
}

/** Nested calls that CPython's parser allows (CPython 3.12: Parser/parser.c, MAXSTACK). */
export const CPYTHON_MAXSTACK = 6000;

/** The one empty list of nodes. */
export const NONE_OF: readonly never[] = Object.freeze([]);
