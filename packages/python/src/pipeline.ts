// The one place where the phases of the front end meet: source → tokens → tree → symbol table → code.
import type { mod, SymbolTable, TokenStream, WarningCallback } from '@py/ast';
import { CodeFlag, type CodeObject, type CompileRequest } from '@py/code';
import { compile } from '@py/compiler';
import { parse, type ParseMode } from '@py/parser';
import { unicodeName } from '@py/parser/unicode-names';
import { buildSymbolTable } from '@py/symtable';
import { decodeSource, readProgramFile, tokenize, type SourceDecoder } from '@py/tokenizer';

/** `PyCF_*` flags of `compile()` that are not futures (CPython 3.12: Include/cpython/compile.h). */
export const CompileFlag = {
  DONT_IMPLY_DEDENT: 0x0200,
  ONLY_AST: 0x0400,
  IGNORE_COOKIE: 0x0800,
  TYPE_COMMENTS: 0x1000,
  ALLOW_TOP_LEVEL_AWAIT: 0x2000,
  ALLOW_INCOMPLETE_INPUT: 0x4000,
} as const;

/** Source as text, or as the bytes of a file (decoded by its BOM, its coding cookie, or as UTF-8). */
export type Source = string | Uint8Array;

/** How source is read. */
export interface SourceOptions {
  /** Shown in errors and in `co_filename`. Default `<string>`. */
  readonly filename?: string;
  /** Start rule. Default `exec`. */
  readonly mode?: ParseMode;
  /** Keep `# type:` comments. Default: as `flags` say. */
  readonly typeComments?: boolean;
  /** Minor version of `ast.parse(feature_version=(3, n))`. Default 12. */
  readonly featureVersion?: number;
  /** `co_flags` bits of futures that are in force already, plus `PyCF_*` flags. Default 0. */
  readonly flags?: number;
  /** The bytes are a file's: encoding errors are worded as for `python FILE`, not as for `compile(bytes)`. Default false. */
  readonly fromFile?: boolean;
  /** Decodes bytes whose cookie names something other than UTF-8. Default: what the tokenizer and the host know. */
  readonly decode?: SourceDecoder;
  /** Most digits of a decimal integer literal (`sys.get_int_max_str_digits()`); 0 for no limit. Default 4300. */
  readonly maxIntDigits?: number;
  /** Told of each SyntaxWarning and DeprecationWarning; what it throws is thrown. */
  readonly onWarning?: WarningCallback;
}

/** How source is compiled. */
export interface CompileOptions extends SourceOptions {
  readonly mode?: 'exec' | 'eval' | 'single';
  /** 0, 1 (drop asserts) or 2 (drop docstrings too). Default 0. */
  readonly optimize?: 0 | 1 | 2;
}

/** What each phase made of one source. */
export interface Stages {
  readonly tokens: TokenStream;
  readonly tree: mod;
  readonly symbols: SymbolTable;
  readonly code: CodeObject;
}

/** The parser's tokens. A lexical error is in the stream's `error`, not thrown. */
export function readTokens(source: Source, options: SourceOptions = {}): TokenStream {
  const { filename = '<string>', decode = decodeSource } = options;
  const flags = options.flags ?? 0;
  return tokenize(options.fromFile && typeof source !== 'string' ? readProgramFile(source, filename, decode) : source, {
    filename,
    mode: options.mode,
    typeComments: options.typeComments ?? (flags & CompileFlag.TYPE_COMMENTS) !== 0,
    dontImplyDedent: (flags & CompileFlag.DONT_IMPLY_DEDENT) !== 0,
    featureVersion: options.featureVersion,
    decode,
    onWarning: options.onWarning,
  });
}

/** The syntax tree. Throws PySyntaxError. */
export function readTree(source: Source, options: SourceOptions = {}): mod {
  return treeOf(readTokens(source, options), options);
}

/** The scopes. Throws PySyntaxError. */
export function readSymbols(source: Source, options: SourceOptions = {}): SymbolTable {
  return symbolsOf(readTree(source, options), options);
}

/** The code object: what `compile(source, filename, mode, flags, dont_inherit=True, optimize=…)` gives. Throws PySyntaxError. */
export function compileSource(source: Source, options: CompileOptions = {}): CodeObject {
  return compileTree(readTree(source, options), options);
}

/** The same from a tree (which a program may have built or changed). */
export function compileTree(tree: mod, options: CompileOptions = {}): CodeObject {
  return codeOf(tree, symbolsOf(tree, options), options);
}

/** Everything at once, for tools that show or time the phases. Throws PySyntaxError. */
export function runStages(source: Source, options: CompileOptions = {}): Stages {
  const tokens = readTokens(source, options);
  const tree = treeOf(tokens, options);
  const symbols = symbolsOf(tree, options);
  return { tokens, tree, symbols, code: codeOf(tree, symbols, options) };
}

/** The front end as the VM and the importer ask for it. */
export function compileRequest(source: Source, request: CompileRequest): CodeObject {
  return compileSource(source, request);
}

function treeOf(tokens: TokenStream, options: SourceOptions): mod {
  return parse(tokens, {
    maxIntDigits: options.maxIntDigits,
    mode: options.mode ?? 'exec',
    featureVersion: options.featureVersion,
    barryAsFlufl: ((options.flags ?? 0) & CodeFlag.FUTURE_BARRY_AS_BDFL) !== 0,
    allowIncompleteInput: ((options.flags ?? 0) & CompileFlag.ALLOW_INCOMPLETE_INPUT) !== 0,
    unicodeName,
    onWarning: options.onWarning,
  });
}

/** The scopes of a tree. Throws PySyntaxError. */
export function symbolsOf(tree: mod, options: SourceOptions): SymbolTable {
  return buildSymbolTable(tree, { filename: options.filename ?? '<string>', future: futureFlags(options) });
}

/** The code object of a tree and its scopes. Throws PySyntaxError. */
export function codeOf(tree: mod, symbols: SymbolTable, options: CompileOptions): CodeObject {
  return compile(tree, symbols, { filename: options.filename ?? '<string>', optimize: options.optimize ?? 0, flags: options.flags, onWarning: options.onWarning });
}

/** The futures that code was compiled with: what code compiled after it at the same prompt inherits. */
export function futureFlagsOf(code: CodeObject): number {
  return code.co_flags & futureMask;
}

/** The futures among the flags; the others belong to `compile()` itself. */
function futureFlags(options: SourceOptions): number {
  return (options.flags ?? 0) & futureMask;
}

const futureMask =
  CodeFlag.FUTURE_DIVISION | CodeFlag.FUTURE_ABSOLUTE_IMPORT | CodeFlag.FUTURE_WITH_STATEMENT | CodeFlag.FUTURE_PRINT_FUNCTION |
  CodeFlag.FUTURE_UNICODE_LITERALS | CodeFlag.FUTURE_BARRY_AS_BDFL | CodeFlag.FUTURE_GENERATOR_STOP | CodeFlag.FUTURE_ANNOTATIONS;
