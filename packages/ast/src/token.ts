import type { PySyntaxError } from './syntax-error.ts';
import type { Span } from './span.ts';

/** Token numbers of CPython 3.12 (`Lib/token.py`). */
export const TokenType = {
  ENDMARKER: 0, NAME: 1, NUMBER: 2, STRING: 3, NEWLINE: 4, INDENT: 5, DEDENT: 6,
  LPAR: 7, RPAR: 8, LSQB: 9, RSQB: 10, COLON: 11, COMMA: 12, SEMI: 13, PLUS: 14, MINUS: 15, STAR: 16, SLASH: 17,
  VBAR: 18, AMPER: 19, LESS: 20, GREATER: 21, EQUAL: 22, DOT: 23, PERCENT: 24, LBRACE: 25, RBRACE: 26,
  EQEQUAL: 27, NOTEQUAL: 28, LESSEQUAL: 29, GREATEREQUAL: 30, TILDE: 31, CIRCUMFLEX: 32, LEFTSHIFT: 33, RIGHTSHIFT: 34,
  DOUBLESTAR: 35, PLUSEQUAL: 36, MINEQUAL: 37, STAREQUAL: 38, SLASHEQUAL: 39, PERCENTEQUAL: 40, AMPEREQUAL: 41,
  VBAREQUAL: 42, CIRCUMFLEXEQUAL: 43, LEFTSHIFTEQUAL: 44, RIGHTSHIFTEQUAL: 45, DOUBLESTAREQUAL: 46, DOUBLESLASH: 47,
  DOUBLESLASHEQUAL: 48, AT: 49, ATEQUAL: 50, RARROW: 51, ELLIPSIS: 52, COLONEQUAL: 53, EXCLAMATION: 54,
  OP: 55, AWAIT: 56, ASYNC: 57, TYPE_IGNORE: 58, TYPE_COMMENT: 59, SOFT_KEYWORD: 60,
  FSTRING_START: 61, FSTRING_MIDDLE: 62, FSTRING_END: 63, COMMENT: 64, NL: 65, ERRORTOKEN: 66, ENCODING: 67,
} as const;

/** Name of a token type, as module `token` spells it. */
export type TokenTypeName = keyof typeof TokenType;

/** `tok_name[number]`, as in Python's `token.tok_name`. */
export const tok_name: readonly TokenTypeName[] = /* @__PURE__ */ Object.keys(TokenType) as TokenTypeName[];

/** Keywords of 3.12 in `keyword.kwlist` order. A NAME token whose `TokenStream.values` entry is below 35 is `kwlist[entry]`. */
export const kwlist: readonly string[] = /* @__PURE__ */ (
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda ' +
  'nonlocal not or pass raise return try while with yield'
).split(' ');

/** Soft keywords in `keyword.softkwlist` order; entries 35 to 38 of `TokenStream.strings`. */
export const softkwlist: readonly string[] = ['_', 'case', 'match', 'type'];

/** One token, for people. `type` is the number in {@link TokenType}; operators have their exact type (`PLUS`, not `OP`). */
export interface Token extends Span {
  readonly type: number;
  /** Source text, unchanged; `''` for DEDENT and ENDMARKER. */
  readonly string: string;
}

/**
 * Why the tokenizer stopped (`tok->done` in CPython 3.12: Include/errcode.h). With `E_ERROR`, `E_EOFS`, `E_EOLS` and `E_DECODE` CPython's
 * tokenizer raises the error itself, so that it also replaces an "invalid syntax" that the parser found before (unless the tokens end inside an
 * f-string: more FSTRING_START than FSTRING_END); with the others the parser words the error when it gets there. `E_EOF`, `E_EOFS` and `E_EOLS`: the source ended inside brackets or after a backslash, inside a
 * triple-quoted string, inside a string; more text could make it valid (`PyCF_ALLOW_INCOMPLETE_INPUT`).
 */
export type TokenizerErrorCode = 'E_ERROR' | 'E_EOF' | 'E_EOFS' | 'E_EOLS' | 'E_DECODE' | 'E_DEDENT' | 'E_TABSPACE' | 'E_TOODEEP' | 'E_LINECONT';

/** A bracket that is open. */
export interface OpenBracket {
  readonly bracket: '(' | '[' | '{';
  readonly lineno: number;
  readonly col_offset: number;
}

/**
 * What the tokenizer gives and the parser reads: a struct of arrays, one entry a token, over the UTF-8 bytes of the
 * source. Iterate it to get {@link Token} objects.
 */
export interface TokenStream extends Iterable<Token> {
  readonly filename: string;
  /** Source as UTF-8: no BOM, every line end a single `\n`, and a last `\n` even if the source has none. */
  readonly source: Uint8Array;
  /** Byte offset where each line starts; entry 0 is line 1. One more entry than lines: the last is the end of the source. */
  readonly lineStarts: Uint32Array;
  /** Number of tokens; the typed arrays may be longer. */
  readonly length: number;
  /** {@link TokenType} of each token; operators by exact type. */
  readonly types: Uint8Array;
  /**
   * First byte of each token, as an offset into `source`. INDENT is the white space before the first token of its line;
   * DEDENT, ENDMARKER and the NEWLINE that ends a source without line end in `single` mode are empty. CPython's parser
   * gives these four `col_offset` -1. NEWLINE begins at the comment before the line end, if there is one.
   */
  readonly starts: Uint32Array;
  /** Byte after each token; for NEWLINE the byte after the `\n`. */
  readonly ends: Uint32Array;
  /** Line of the first byte, from 1; for ENDMARKER the last line (0 if the source is empty). */
  readonly lines: Uint32Array;
  /** Line of the last byte, from 1 (differs from `lines` only for strings over several lines). */
  readonly endLines: Uint32Array;
  /**
   * For a NAME: index into `strings` of its NFKC-normalised text; 0 to 34 are the keywords (`kwlist`), 35 to 38 the soft
   * keywords. A name that only normalises to a keyword (full-width `ｉｆ`) has another number. ASYNC and AWAIT have the number
   * of their keyword too; a NAME with one of those two numbers is an identifier of an older `feature_version`.
   * For FSTRING_MIDDLE 1 if the token ends with a doubled brace, of which only the first belongs to its text, else 0.
   * For other tokens 0.
   */
  readonly values: Uint32Array;
  /** Distinct identifiers, each once; begins with `kwlist` and `softkwlist`. */
  readonly strings: readonly string[];
  /** What is wrong after the last token, or null. The parser throws it when it gets there: an earlier syntax error wins. */
  readonly error: PySyntaxError | null;
  /** What state of the tokenizer `error` is, by CPython's name; null without error. */
  readonly errorCode: TokenizerErrorCode | null;
  /** Brackets still open after the last token, outermost first; those of a CPython tokenizer that met `error`. */
  readonly openBrackets: readonly OpenBracket[];
  /** `# type: ignore` comments, only if asked for. `tag` is the text after `ignore`. */
  readonly typeIgnores: readonly { readonly lineno: number; readonly tag: string }[];
  /**
   * True if the source did not end in a line end. In `exec` mode it is read as if it did; in the other modes the last byte of
   * `source`, which is not part of the program then, makes no NEWLINE token.
   */
  readonly implicitNewline: boolean;
  /** Lines that were joined, decoded and shown in error messages. One line without its line end; `lineno` counts from 1. */
  line(lineno: number): string;
  /** The text of token `index`. */
  text(index: number): string;
}
