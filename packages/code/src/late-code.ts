import type { Constant } from './constants.ts';
import { isCodeObject } from './code-object.ts';
import type { CodeFields, CodeObject } from './code-object.ts';

/** Reads code objects that were passed over, by what it has called their places. */
export interface LateReader {
  /** The code object at a place, which is asked for once. */
  codeAt(place: number): CodeObject;
  /** Gives up what it reads from until it is asked again: `again` gives the same bytes. */
  release?(again: () => Uint8Array): void;
}

/**
 * A code object that is read when more of it is asked for than its names, since programs import far more functions than they call.
 * Who holds one as a {@link CodeObject} need not know; what its reader throws, the first look at it throws.
 */
export class LateCode implements CodeFields {
  readonly kind: 'code';
  readonly co_name: string;
  readonly co_qualname: string;
  private reader: LateReader | null;
  private readonly place: number;
  private code: CodeObject | null;

  private constructor(co_name: string, co_qualname: string, reader: LateReader, place: number) {
    this.kind = 'code';
    this.co_name = co_name;
    this.co_qualname = co_qualname;
    this.reader = reader;
    this.place = place;
    this.code = null;
  }

  /** The code object of these names that the reader has at this place; it is asked once, if at all. A reader serves many, so that each takes little memory. */
  static of(co_name: string, co_qualname: string, reader: LateReader, place: number): CodeObject {
    return new LateCode(co_name, co_qualname, reader, place) as unknown as CodeObject;
  }

  /** The code object behind it, if it is late, else itself. */
  static whole(code: CodeObject): CodeObject {
    return (code as object) instanceof LateCode ? (code as unknown as LateCode).whole() : code;
  }

  /** Who is to read it; null if it is not late, or has been read. */
  static readerOf(code: CodeObject): LateReader | null {
    return (code as object) instanceof LateCode ? (code as unknown as LateCode).reader : null;
  }

  /** What its reader calls its place. */
  static placeOf(code: CodeObject): number {
    return (code as unknown as LateCode).place;
  }

  private whole(): CodeObject {
    if (this.code === null) {
      this.code = (this.reader as LateReader).codeAt(this.place);
      this.reader = null; // And the bytes that it held.
    }
    return this.code;
  }

  /** A copy with some fields changed. */
  replace(changes: Partial<CodeFields>): CodeObject {
    return this.whole().replace(changes);
  }

  get co_argcount(): number {
    return this.whole().co_argcount;
  }
  get co_posonlyargcount(): number {
    return this.whole().co_posonlyargcount;
  }
  get co_kwonlyargcount(): number {
    return this.whole().co_kwonlyargcount;
  }
  get co_stacksize(): number {
    return this.whole().co_stacksize;
  }
  get co_flags(): number {
    return this.whole().co_flags;
  }
  get co_code(): Uint8Array {
    return this.whole().co_code;
  }
  get co_consts(): readonly Constant[] {
    return this.whole().co_consts;
  }
  get co_names(): readonly string[] {
    return this.whole().co_names;
  }
  get co_localsplusnames(): readonly string[] {
    return this.whole().co_localsplusnames;
  }
  get co_localspluskinds(): Uint8Array {
    return this.whole().co_localspluskinds;
  }
  get co_filename(): string {
    return this.whole().co_filename;
  }
  get co_firstlineno(): number {
    return this.whole().co_firstlineno;
  }
  get co_linetable(): Uint8Array {
    return this.whole().co_linetable;
  }
  get co_exceptiontable(): Uint8Array {
    return this.whole().co_exceptiontable;
  }
  get co_varnames(): readonly string[] {
    return this.whole().co_varnames;
  }
  get co_cellvars(): readonly string[] {
    return this.whole().co_cellvars;
  }
  get co_freevars(): readonly string[] {
    return this.whole().co_freevars;
  }
  get co_nlocals(): number {
    return this.whole().co_nlocals;
  }
}

/**
 * The code object as if compiled from another file, and all code in it that was compiled from the same; what is late stays so.
 * CPython 3.12: Python/import.c, update_code_filenames.
 */
export function withFilename(code: CodeObject, filename: string): CodeObject {
  return new Renaming(code.co_filename, filename).of(code);
}

/** Changes the file of code objects; of those that are late, when they are read. One serves all of one reader. */
class Renaming implements LateReader {
  private readonly from: string;
  private readonly to: string;
  /** The first that it came upon. */
  private reader: LateReader | null;

  constructor(from: string, to: string) {
    this.from = from;
    this.to = to;
    this.reader = null;
  }

  codeAt(place: number): CodeObject {
    return this.of((this.reader as LateReader).codeAt(place));
  }

  release(again: () => Uint8Array): void {
    this.reader?.release?.(again);
  }

  of(code: CodeObject): CodeObject {
    const reader = LateCode.readerOf(code);
    if (reader !== null) return this.reading(reader).late(code);
    const whole = LateCode.whole(code);
    if (whole.co_filename !== this.from) return whole;
    return whole.replace({ co_filename: this.to, co_consts: whole.co_consts.map((constant) => (isCodeObject(constant) ? this.of(constant) : constant)) });
  }

  private late(code: CodeObject): CodeObject {
    return LateCode.of(code.co_name, code.co_qualname, this, LateCode.placeOf(code));
  }

  private reading(reader: LateReader): Renaming {
    this.reader ??= reader;
    if (this.reader === reader) return this;
    const other = new Renaming(this.from, this.to);
    other.reader = reader;
    return other;
  }
}

/** Has the readers of what is late in this code object give up what they can get again from `again`. */
export function releaseReaders(code: CodeObject, again: () => Uint8Array): void {
  const reader = LateCode.readerOf(code);
  if (reader !== null) reader.release?.(again);
  else for (const constant of LateCode.whole(code).co_consts) if (isCodeObject(constant)) releaseReaders(constant, again);
}

/** Whether it is a {@link LateCode}. */
export function isLate(code: CodeObject): boolean {
  return (code as object) instanceof LateCode;
}
