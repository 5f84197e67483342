import { CodeFlag, CodeObject, Ellipsis, isCodeObject, LateCode, LocalKind } from '@py/code';
import type { Constant, LateReader, PycError, SurrogateStr } from '@py/code';
import { messages } from './messages.ts';
import { CodeEntry, findEntry, outlineOf } from './outline.ts';
import type { Outline } from './outline.ts';
import { longText, newDecoder, shortLatin1 } from './text-codec.ts';
import type { Decoder } from './text-codec.ts';
import * as Type from './types.ts';
import { decodeUtf8 } from './utf8.ts';
import { isTuple, StopIteration } from './values.ts';
import type { MarshalDict, MarshalList, MarshalSet, MarshalValue } from './values.ts';

/**
 * The object in marshal bytes, as `marshal.loads`; bytes after it are ignored. Any bytes give a value or a PycError (with
 * CPython's exception class and text), in time and memory that their number bounds.
 */
export function loads(bytes: Uint8Array): MarshalValue {
  return loadAt(bytes, 0).value;
}

/** The same for an object that begins at `start`; `end` is the first byte after it. */
export function loadAt(bytes: Uint8Array, start: number): { readonly value: MarshalValue; readonly end: number } {
  const reader = new Reader(bytes, start, null);
  return { value: reader.whole(), end: reader.position };
}

/**
 * As {@link loads}; but where the bytes have an outline behind them (`withOutline`), code objects within others are read when they are
 * first looked at (`LateCode` of @py/code). `bytes` must not change meanwhile. `guard` runs each such reading, which throws PycError
 * where bytes are wrong.
 */
export function loadsLate(bytes: Uint8Array, guard: LateGuard = (read) => read()): MarshalValue {
  const outline = outlineOf(bytes);
  return new Reader(bytes, 0, outline && { outline, guard }).whole();
}

/** Gives what `read` gives, and perhaps throws something else than it does. */
export type LateGuard = (read: () => CodeObject) => CodeObject;

/** What TYPE_NULL reads as: the end of a dict, an error elsewhere. */
const noObject = Symbol('NULL');
type NoObject = typeof noObject;

/** A reference to an object that is still being read and cannot be had before (a frozenset, a code object). */
const unfinished = Symbol('unfinished');

class Reader implements LateReader {
  private bytes!: Uint8Array;
  private view!: DataView;
  /** Objects that carried FLAG_REF, in order; with an outline holes are what has not been read yet. */
  private refs: (MarshalValue | typeof unfinished)[];
  /** The number of the next object with FLAG_REF. */
  private nextRef: number;
  /** Tuples whose items are known to be hashable. */
  private readonly hashable: Set<MarshalValue>;
  private decoder: Decoder | null;
  /** Set if code objects within others are to be read late. */
  private readonly late: { outline: Outline; readonly guard: LateGuard } | null;
  /** Gives the bytes, if they have been released. */
  private again: (() => Uint8Array) | null;
  /** Containers that are open. */
  private depth: number;
  position: number;

  constructor(bytes: Uint8Array, start: number, late: { outline: Outline; readonly guard: LateGuard } | null) {
    this.open(bytes);
    this.refs = [];
    this.nextRef = 0;
    this.hashable = new Set();
    this.decoder = null;
    this.late = late;
    this.again = null;
    this.depth = 0;
    this.position = start;
  }

  private open(bytes: Uint8Array): void {
    // A plain view: the slice() of Node's Buffer would not copy.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Reads the one object that there must be. */
  whole(): MarshalValue {
    try {
      const value = this.object();
      if (value === noObject) throw messages.nullObject('object');
      return value;
    } catch (error) {
      // Whoever calls from deep inside its own recursion may have less stack left than the permitted depth takes.
      if (error instanceof RangeError) throw messages.tooDeepToRead();
      throw error;
    }
  }

  /** Reads one object of any type. */
  object(): MarshalValue | NoObject {
    if (this.position >= this.bytes.length) throw messages.endOfObject();
    const code = this.bytes[this.position++];
    if (this.depth >= Type.maxDepth) throw messages.tooDeepToRead();
    const flagged = code >= Type.FLAG_REF;
    let value: MarshalValue;
    switch (code & 0x7f) {
      case Type.NULL:
        return noObject;
      case Type.NONE:
        return null;
      case Type.TRUE:
        return true;
      case Type.FALSE:
        return false;
      case Type.ELLIPSIS:
        return Ellipsis;
      case Type.STOPITER:
        return StopIteration;
      case Type.REF:
        return this.reference();
      case Type.SHORT_ASCII:
      case Type.SHORT_ASCII_INTERNED:
        value = this.latin1(this.byte());
        break;
      case Type.ASCII:
      case Type.ASCII_INTERNED:
        value = this.latin1(this.size('string'));
        break;
      case Type.UNICODE:
      case Type.INTERNED:
        value = this.unicode();
        break;
      case Type.INT:
        value = BigInt(this.int32());
        break;
      case Type.STRING:
        value = this.take(this.size('bytes object')).slice();
        break;
      case Type.SMALL_TUPLE:
        return this.tuple(this.byte(), flagged);
      case Type.TUPLE:
        return this.tuple(this.size('tuple'), flagged);
      case Type.CODE:
        return this.code(flagged);
      case Type.LONG:
        value = this.long();
        break;
      case Type.BINARY_FLOAT:
        value = this.float();
        break;
      case Type.BINARY_COMPLEX:
        value = { kind: 'complex', real: this.float(), imag: this.float() };
        break;
      case Type.FLOAT:
        value = this.floatText();
        break;
      case Type.COMPLEX:
        value = { kind: 'complex', real: this.floatText(), imag: this.floatText() };
        break;
      case Type.INT64:
        value = this.int64();
        break;
      case Type.LIST:
        return this.list(flagged);
      case Type.DICT:
        return this.dict(flagged);
      case Type.SET:
        return this.set('set', flagged);
      case Type.FROZENSET:
        return this.set('frozenset', flagged);
      default:
        throw messages.badData('unknown type code');
    }
    if (flagged) this.refs[this.nextRef++] = value;
    return value;
  }

  private reference(): MarshalValue {
    const index = this.int32();
    let value = index < 0 ? unfinished : this.refs[index];
    if (value === undefined && this.late !== null && index < this.late.outline.refs.length) value = this.passedOver(this.late.outline, index);
    if (value === undefined || value === unfinished) throw messages.badData('invalid reference');
    return value;
  }

  /** A referenced object within a code object that was not read. */
  private passedOver(outline: Outline, index: number): MarshalValue {
    const { position, nextRef } = this;
    const start = outline.refs[index];
    const entry = findEntry(outline, start);
    // What is referred to has ended before, so that nothing contains itself.
    if (start >= position || (entry >= 0 && outline.codes[entry + CodeEntry.END] > position)) throw messages.badData('invalid reference');
    this.position = start;
    this.nextRef = index;
    this.refs[index] = unfinished;
    const value = this.item('code object');
    this.refs[index] = value; // Already there, unless the outline is wrong.
    this.position = position;
    this.nextRef = nextRef;
    return value;
  }

  // Numbers and strings

  private byte(): number {
    if (this.position >= this.bytes.length) throw messages.endOfByte();
    return this.bytes[this.position++];
  }

  private int32(): number {
    const { bytes, position } = this;
    if (position + 4 > bytes.length) throw this.short();
    this.position = position + 4;
    return bytes[position] | (bytes[position + 1] << 8) | (bytes[position + 2] << 16) | (bytes[position + 3] << 24);
  }

  private size(what: string): number {
    const size = this.int32();
    if (size < 0) throw messages.outOfRange(what);
    return size;
  }

  /** A window on the next bytes. */
  private take(count: number): Uint8Array {
    const start = this.position;
    if (start + count > this.bytes.length) throw this.short();
    this.position = start + count;
    return this.bytes.subarray(start, this.position);
  }

  private short(): PycError {
    this.position = this.bytes.length;
    return messages.tooShort();
  }

  private float(): number {
    const at = this.position;
    if (at + 8 > this.bytes.length) throw this.short();
    this.position = at + 8;
    return this.view.getFloat64(at, true);
  }

  private int64(): bigint {
    const at = this.position;
    if (at + 8 > this.bytes.length) throw this.short();
    this.position = at + 8;
    return this.view.getBigInt64(at, true);
  }

  /** CPython 3.12: Python/pystrtod.c, PyOS_string_to_double; no blanks, no underscores. */
  private floatText(): number {
    const text = this.latin1(this.byte());
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
    const special = /^([+-]?)(?:(inf|infinity)|nan)$/i.exec(text);
    if (!special) throw messages.notAFloat(text);
    if (!special[2]) return NaN;
    return special[1] === '-' ? -Infinity : Infinity;
  }

  /** Base 2**15 digits, the lowest first; a negative count is a negative number. */
  private long(): bigint {
    const count = this.int32();
    if (count === -0x80000000) throw messages.badData('long size out of range');
    const length = Math.abs(count);
    const start = this.position;
    for (let index = 0; index < length; index++) {
      if (this.position + 2 > this.bytes.length) throw this.short();
      if (this.bytes[this.position + 1] > 0x7f) throw messages.badData('digit out of range in long');
      this.position += 2;
    }
    if (length === 0) return 0n;
    if (this.view.getInt16(this.position - 2, true) === 0) throw messages.badData('unnormalized long data');
    const magnitude = fromDigits(this.view, start, this.position);
    return count < 0 ? -magnitude : magnitude;
  }

  /** Bytes that are characters: ASCII as it is written, Latin-1 as it is read. */
  private latin1(length: number): string {
    const { bytes, position } = this;
    const end = position + length;
    if (end > bytes.length) throw this.short();
    this.position = end;
    if (length < longText) return shortLatin1(bytes, position, end);
    const decoded = this.decoded(position, end);
    // As many characters as bytes: all were ASCII.
    return decoded?.length === length ? decoded : shortLatin1(bytes, position, end);
  }

  private unicode(): string | SurrogateStr {
    const length = this.size('string');
    const start = this.position;
    this.take(length);
    return this.decoded(start, start + length) ?? decodeUtf8(this.bytes, start, start + length);
  }

  /** UTF-8 without surrogates, or null. */
  private decoded(start: number, end: number): string | null {
    this.decoder ??= newDecoder();
    try {
      return this.decoder.decode(this.bytes.subarray(start, end));
    } catch {
      return null;
    }
  }

  // Containers. What a size promises is not allocated before the items are there.

  private item(container: string): MarshalValue {
    const value = this.object();
    if (value === noObject) throw messages.nullObject(container);
    return value;
  }

  private tuple(size: number, flagged: boolean): MarshalValue {
    const items: MarshalValue[] = [];
    if (flagged) this.refs[this.nextRef++] = items;
    this.depth++;
    for (let index = 0; index < size; index++) items.push(this.item('tuple'));
    this.depth--;
    return items;
  }

  private list(flagged: boolean): MarshalList {
    const size = this.size('list');
    const list: MarshalList = { kind: 'list', items: [] };
    if (flagged) this.refs[this.nextRef++] = list;
    this.depth++;
    for (let index = 0; index < size; index++) list.items.push(this.item('list'));
    this.depth--;
    return list;
  }

  private dict(flagged: boolean): MarshalDict {
    const dict: MarshalDict = { kind: 'dict', entries: [] };
    if (flagged) this.refs[this.nextRef++] = dict;
    this.depth++;
    for (;;) {
      const key = this.object();
      if (key === noObject) break;
      const value = this.object();
      if (value === noObject) break;
      this.checkHashable(key);
      dict.entries.push([key, value]);
    }
    this.depth--;
    return dict;
  }

  private set(kind: 'set' | 'frozenset', flagged: boolean): MarshalSet {
    const size = this.size('set');
    const items: MarshalValue[] = [];
    const set: MarshalSet = { kind, items };
    const index = this.nextRef;
    if (flagged) this.refs[this.nextRef++] = kind === 'set' ? set : unfinished;
    this.depth++;
    for (let count = 0; count < size; count++) {
      const item = this.item('set');
      this.checkHashable(item);
      items.push(item);
    }
    this.depth--;
    if (flagged) this.refs[index] = set;
    return set;
  }

  private checkHashable(value: MarshalValue): void {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
    if (!isTuple(value)) {
      if (value.kind === 'list' || value.kind === 'dict' || value.kind === 'set') throw messages.unhashable(value.kind);
      return;
    }
    if (this.hashable.has(value)) return;
    this.hashable.add(value);
    for (const item of value) this.checkHashable(item);
  }

  private code(flagged: boolean): CodeObject {
    if (this.late !== null && this.depth > 0) {
      const entry = findEntry(this.late.outline, this.position - 1);
      if (entry >= 0) return this.lateCode(this.late.outline, entry, flagged);
    }
    const index = this.nextRef;
    if (flagged) this.refs[this.nextRef++] = unfinished;
    this.depth++;
    const co_argcount = this.int32();
    const co_posonlyargcount = this.int32();
    const co_kwonlyargcount = this.int32();
    const co_stacksize = this.int32();
    const co_flags = this.int32();
    const co_code = this.item('code object');
    const co_consts = this.item('code object');
    const co_names = this.item('code object');
    const co_localsplusnames = this.item('code object');
    const co_localspluskinds = this.item('code object');
    const co_filename = this.item('code object');
    const co_name = this.item('code object');
    const co_qualname = this.item('code object');
    const co_firstlineno = this.int32();
    const co_linetable = this.item('code object');
    const co_exceptiontable = this.item('code object');
    this.depth--;

    if (
      co_argcount < co_posonlyargcount ||
      co_posonlyargcount < 0 ||
      co_kwonlyargcount < 0 ||
      co_stacksize < 0 ||
      co_flags < 0 ||
      !isBytes(co_code) ||
      !isTuple(co_consts) ||
      !isTuple(co_names) ||
      !isTuple(co_localsplusnames) ||
      !isBytes(co_localspluskinds) ||
      co_localsplusnames.length !== co_localspluskinds.length ||
      typeof co_filename !== 'string' ||
      typeof co_name !== 'string' ||
      typeof co_qualname !== 'string' ||
      !isBytes(co_linetable) ||
      !isBytes(co_exceptiontable)
    ) {
      throw messages.badCodeFields();
    }
    if (co_code.length % 2 !== 0) throw messages.oddCode();
    checkArgumentNames(co_argcount + co_kwonlyargcount, co_flags, co_localspluskinds);
    const code = new CodeObject({
      co_argcount,
      co_posonlyargcount,
      co_kwonlyargcount,
      co_stacksize,
      co_flags,
      co_code,
      // A list, dict or set here is as good as any other constant: nothing but LOAD_CONST ever sees it.
      co_consts: co_consts as readonly Constant[],
      co_names: strings(co_names),
      co_localsplusnames: strings(co_localsplusnames),
      co_localspluskinds,
      co_filename,
      co_name,
      co_qualname,
      co_firstlineno,
      co_linetable,
      co_exceptiontable,
    });
    if (flagged) this.refs[index] = code;
    return code;
  }

  /** Passes over the code object here and reads its names only. */
  private lateCode({ codes }: Outline, entry: number, flagged: boolean): CodeObject {
    this.position = codes[entry + CodeEntry.NAME];
    this.nextRef = codes[entry + CodeEntry.NAME_REF];
    this.depth++;
    const name = this.item('code object');
    const qualname = this.item('code object');
    this.depth--;
    if (typeof name !== 'string' || typeof qualname !== 'string') throw messages.badCodeFields();
    this.position = codes[entry + CodeEntry.END];
    this.nextRef = codes[entry + CodeEntry.END_REF];
    const code = LateCode.of(name, qualname, this, entry);
    if (flagged) this.refs[codes[entry + CodeEntry.START_REF]] = code;
    return code;
  }

  /** The code object that was passed over, by where its entry in the outline begins. */
  codeAt(entry: number): CodeObject {
    const { guard } = this.late as NonNullable<typeof this.late>;
    return guard(() => {
      this.reopen();
      const { outline } = this.late as NonNullable<typeof this.late>;
      this.position = outline.codes[entry + CodeEntry.START];
      this.nextRef = outline.codes[entry + CodeEntry.START_REF];
      this.depth = 0; // An error may have left it elsewhere.
      const code = this.whole();
      if (!isCodeObject(code)) throw messages.badCodeFields();
      return code;
    });
  }

  release(again: () => Uint8Array): void {
    if (this.late === null) return;
    this.again = again;
    this.open(nothing);
    this.refs = []; // As long as they are holes they are read when they are first asked for.
    this.late.outline = outlineOfNothing;
  }

  private reopen(): void {
    if (this.again === null || this.late === null) return;
    const bytes = this.again();
    this.again = null;
    this.open(bytes);
    this.late.outline = outlineOf(bytes) ?? outlineOfNothing;
  }
}

const nothing = new Uint8Array(0);
const outlineOfNothing: Outline = { refs: new Uint32Array(0), codes: new Uint32Array(0) };

/** CPython 3.12: Objects/codeobject.c, _PyCode_Validate. */
function checkArgumentNames(positionalAndKeyword: number, flags: number, kinds: Uint8Array): void {
  const starred = (flags & CodeFlag.VARARGS ? 1 : 0) + (flags & CodeFlag.VARKEYWORDS ? 1 : 0);
  let locals = 0;
  for (const kind of kinds) if (kind & LocalKind.LOCAL) locals++;
  if (positionalAndKeyword + starred > locals) throw messages.fewVarnames();
}

function isBytes(value: MarshalValue): value is Uint8Array {
  return value instanceof Uint8Array;
}

/** A name with separate surrogates would need a SurrogateStr, which no field of a code object can hold: refused. */
function strings(items: readonly MarshalValue[]): readonly string[] {
  for (const item of items) if (typeof item !== 'string') throw messages.nonString();
  return items as readonly string[];
}

/** The number whose base 2**15 digits, the lowest first, are the bytes from `start` to `end`. */
function fromDigits(view: DataView, start: number, end: number): bigint {
  const digit = (at: number): number => (at < end ? view.getInt16(at, true) : 0);
  if (end - start <= 6) return BigInt(digit(start) + digit(start + 2) * 0x8000 + digit(start + 4) * 0x40000000);
  // Through text, which is linear: four digits are fifteen hexadecimal ones. Joined piece by piece, since a number may have millions.
  const texts: string[] = [];
  let piece: string[] = [];
  for (let at = start + Math.floor((end - start - 2) / 8) * 8; at >= start; at -= 8) {
    const second = digit(at + 2);
    const low = digit(at) + (second & 0x1ff) * 0x8000;
    const high = (second >> 9) + digit(at + 4) * 0x40 + digit(at + 6) * 0x200000;
    piece.push(high.toString(16).padStart(9, '0') + low.toString(16).padStart(6, '0'));
    if (piece.length < 4096) continue;
    texts.push(piece.join(''));
    piece = [];
  }
  try {
    return BigInt(`0x${texts.join('')}${piece.join('')}`);
  } catch {
    throw messages.outOfMemory();
  }
}
