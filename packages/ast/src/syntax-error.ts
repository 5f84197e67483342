/** Where and what; see {@link PySyntaxError} for each field. */
export interface SyntaxErrorDetails {
  readonly pyClass?: PySyntaxErrorClass;
  readonly message: string;
  readonly filename: string;
  readonly lineno: number;
  readonly offset: number;
  readonly end_lineno?: number | null;
  readonly end_offset?: number | null;
  readonly text?: string | null;
  readonly undecodable?: Undecodable | null;
}

/** What a UnicodeDecodeError holds beside its message: `bytes[start..end)` cannot be decoded. */
export interface Undecodable {
  /** As the message calls it. */
  readonly encoding: string;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly reason: string;
}

/** The Python class that `compile()` would raise. `MemoryError` and the two after it come from limits and from bad trees or bytes. */
export type PySyntaxErrorClass =
  | 'SyntaxError'
  | 'IndentationError'
  | 'TabError'
  | 'MemoryError'
  | 'RecursionError'
  | 'ValueError'
  | 'TypeError'
  | 'UnicodeDecodeError'
  | 'UnicodeEncodeError'
  | 'OverflowError'
  | 'RuntimeError'
  | 'SystemError';

/** The program text is not Python (or not within CPython's limits). Test `error.name`, not `instanceof`, across packages. */
export class PySyntaxError extends Error {
  override readonly name: string = 'PySyntaxError';
  /** Which Python class compile() would raise. */
  readonly pyClass: PySyntaxErrorClass;
  readonly filename: string;
  /** Counts from 1; 0 when there is no line (an unknown encoding, for example). */
  readonly lineno: number;
  /**
   * Counts from 1. In characters when the tokenizer or parser reports, in UTF-8 bytes (col_offset + 1) when the
   * symbol table or compiler does: that is what CPython 3.12 gives for `é = "é"; return 1` (12, not 10).
   */
  readonly offset: number;
  /** As `lineno`; null where CPython leaves None. */
  readonly end_lineno: number | null;
  /** As `offset`, first character after the range; CPython's odd values (0, -1) are kept. */
  readonly end_offset: number | null;
  /** The source line as CPython shows it (with its line end where CPython has one), or null where CPython leaves None. */
  readonly text: string | null;
  /** For a UnicodeDecodeError, and for a SyntaxError that the tokenizer made of one. */
  readonly undecodable: Undecodable | null;

  constructor({
    message, pyClass = 'SyntaxError', filename, lineno, offset, end_lineno = lineno, end_offset = offset, text = null, undecodable = null,
  }: SyntaxErrorDetails) {
    super(message);
    this.pyClass = pyClass;
    this.filename = filename;
    this.lineno = lineno;
    this.offset = offset;
    this.end_lineno = end_lineno;
    this.end_offset = end_offset;
    this.text = text;
    this.undecodable = undecodable;
  }
}

/** A SyntaxWarning or DeprecationWarning that CPython issues while it reads or compiles a program. */
export interface PySyntaxWarning {
  readonly category: 'SyntaxWarning' | 'DeprecationWarning';
  readonly message: string;
  readonly filename: string;
  readonly lineno: number;
  /** The rest of the place, as in {@link PySyntaxError}, for a host that turns the warning into an error. */
  readonly offset?: number;
  readonly end_lineno?: number;
  readonly end_offset?: number;
  /** The line as the reader of the source has it; absent where it must be looked up in the file. */
  readonly text?: string;
}

/** A host that turns warnings into errors throws from here; the phase that called it lets the error through. */
export type WarningCallback = (warning: PySyntaxWarning) => void;
