import { isCodeObject } from '@py/code';
import type { CodeObject, Complex, SurrogateStr } from '@py/code';
import { messages } from './messages.ts';
import { ReferenceTable } from './reference-table.ts';
import { emptyTuple, Sharing } from './sharing.ts';
import { longText, newEncoder } from './text-codec.ts';
import type { Encoder } from './text-codec.ts';
import * as Type from './types.ts';
import { encodeUtf8 } from './utf8.ts';
import { isTuple } from './values.ts';
import type { MarshalSet, MarshalValue } from './values.ts';

export interface DumpOptions {
  /** Format version: 2 binary floats, 3 references, 4 (default) short ASCII strings and tuples. */
  readonly version?: 0 | 1 | 2 | 3 | 4;
  /**
   * Is this str interned? Names in code objects always are. Default: CPython's compiler's rule for constants, which interns
   * what looks like a name and single Latin-1 characters.
   */
  readonly isInterned?: (text: string) => boolean;
}

/**
 * An object as `marshal.dumps` writes it. An object met again (the same tuple, list, … or an equal number, str or bytes) is
 * written as a reference; CPython leaves the mark for "may be referred to" on more objects, as its reference counts happen to be.
 * Throws PycError (ValueError) for something that marshal cannot hold, or deeper nesting than 2000.
 */
export function dumps(value: MarshalValue, options: DumpOptions = {}): Uint8Array {
  const writer = new Writer(options, value, null);
  try {
    writer.object(value);
  } catch (error) {
    if (error instanceof RangeError) throw messages.tooDeepToWrite();
    throw error;
  }
  return writer.finish();
}

/** In place of a reference's position: the object is to be marked though nothing refers to it. */
const markOnly = -1;

/** CPython 3.12: Objects/codeobject.c, all_name_chars and intern_constants; single Latin-1 characters are always interned. */
function internedAsConstant(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127 || nameCharacters[code] === 0) return text.length === 1 && code < 256;
  }
  return true;
}

/** ASCII code → 1 if it can be in a name. */
const nameCharacters = Uint8Array.from({ length: 128 }, (_, code) => (/\w/.test(String.fromCharCode(code)) ? 1 : 0));

class Writer {
  private readonly version: number;
  private readonly isInterned: (text: string) => boolean;
  /** What the whole call writes; sets are put in order by it. */
  private readonly root: MarshalValue;
  /** While the order of a set is found: which objects CPython would mark. Null in the real run. */
  private readonly marks: Sharing | null;
  /** Made when the first set is met. */
  private sharing: Sharing | null;

  private encoder: Encoder | null;
  private bytes: Uint8Array;
  private view: DataView;
  private length: number;
  private depth: number;
  private readonly table: ReferenceTable;
  /** Pairs: where a reference's index must be filled in, and the number of the object. */
  private readonly references: number[];

  constructor(options: DumpOptions, root: MarshalValue, marks: Sharing | null) {
    this.version = options.version ?? 4;
    this.isInterned = options.isInterned ?? internedAsConstant;
    this.root = root;
    this.marks = marks;
    this.sharing = marks;
    this.encoder = null;
    this.bytes = new Uint8Array(marks ? 64 : 32768);
    this.view = new DataView(this.bytes.buffer);
    this.length = 0;
    this.depth = 0;
    this.table = new ReferenceTable();
    this.references = [];
  }

  /** The bytes, with the marks and indices of references filled in. */
  finish(): Uint8Array {
    const { bytes, references, view } = this;
    if (references.length === 0) return bytes.slice(0, this.length);
    const places = this.table.allPlaces();
    for (let at = 1; at < references.length; at += 2) bytes[places[references[at]]] |= Type.FLAG_REF;
    const indices = new Int32Array(places.length);
    let marked = 0;
    for (let number = 0; number < places.length; number++) {
      indices[number] = marked;
      if (bytes[places[number]] >= Type.FLAG_REF) marked++;
    }
    for (let at = 0; at < references.length; at += 2) {
      if (references[at] !== markOnly) view.setInt32(references[at], indices[references[at + 1]], true);
    }
    return bytes.slice(0, this.length);
  }

  /** Writes one object of any type. */
  object(value: MarshalValue): void {
    if (this.depth >= Type.maxDepth) throw messages.tooDeepToWrite();
    switch (typeof value) {
      case 'string':
        return this.str(value, this.isInterned(value));
      case 'boolean':
        return this.byte(value ? Type.TRUE : Type.FALSE);
      case 'bigint':
        return this.int(value);
      case 'number':
        return this.float(value);
      case 'object':
        break;
      default:
        throw messages.unmarshallable();
    }
    if (value === null) return this.byte(Type.NONE);
    if (isTuple(value)) return this.tuple(value);
    if (value instanceof Uint8Array) return this.buffer(value);
    if (isCodeObject(value)) return this.code(value);
    switch (value.kind) {
      case 'ellipsis':
        return this.byte(Type.ELLIPSIS);
      case 'stopiteration':
        return this.byte(Type.STOPITER);
      case 'str':
        return this.surrogates(value);
      case 'complex':
        return this.complex(value);
      case 'list':
        if (this.met(value)) return;
        this.byte(Type.LIST);
        this.int32(value.items.length);
        return this.items(value.items);
      case 'dict':
        if (this.met(value)) return;
        this.byte(Type.DICT);
        for (const entry of value.entries) this.items(entry);
        return this.byte(Type.NULL);
      case 'set':
      case 'frozenset':
        if (this.met(value)) return;
        return this.set(value);
      default:
        throw messages.unmarshallable();
    }
  }

  // References

  /** Was the container written before? Then writes a reference to it; else notes that it begins here. */
  private met(container: object): boolean {
    if (this.version < 3 || (this.marks && !this.marks.isShared(container as MarshalValue))) return false;
    const key = Array.isArray(container) && container.length === 0 ? emptyTuple : container;
    const number = this.table.findContainer(key, this.length);
    return this.note(number, this.length);
  }

  /** An object that holds no others is complete from `start` on: puts a reference in its place if it was written before. */
  private complete(start: number, value: MarshalValue): void {
    if (this.version < 3 || (this.marks !== null && !this.marks.isShared(value))) return;
    this.note(this.table.findBytes(this.view, start, this.length), start);
  }

  /** Writes a reference to an object with a number; -1 is a new one, the last in the table. */
  private note(number: number, start: number): boolean {
    if (number < 0) {
      if (this.marks !== null) this.references.push(markOnly, this.table.size - 1);
      return false;
    }
    this.length = start;
    this.reserve(5);
    this.bytes[start] = Type.REF;
    this.references.push(start + 1, number);
    this.length = start + 5;
    return true;
  }

  // Bytes

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  private byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = value;
  }

  private int32(value: number): void {
    this.reserve(4);
    this.view.setInt32(this.length, value, true);
    this.length += 4;
  }

  private raw(source: ArrayLike<number>): void {
    const size = source.length;
    this.reserve(size);
    const { bytes, length } = this;
    if (size > 100) bytes.set(source, length);
    else for (let at = 0; at < size; at++) bytes[length + at] = source[at];
    this.length = length + size;
  }

  // Objects that hold no others

  private int(value: bigint): void {
    const start = this.length;
    if (value >= -0x80000000n && value <= 0x7fffffffn) {
      this.reserve(5);
      this.bytes[start] = Type.INT;
      this.view.setInt32(start + 1, Number(value), true);
      this.length = start + 5;
    } else {
      this.byte(Type.LONG);
      const digits = toDigits(value < 0n ? -value : value);
      this.int32(value < 0n ? -digits.length : digits.length);
      for (const digit of digits) {
        this.byte(digit & 0xff);
        this.byte(digit >> 8);
      }
    }
    this.complete(start, value);
  }

  private float(value: number): void {
    const start = this.length;
    this.byte(this.version > 1 ? Type.BINARY_FLOAT : Type.FLOAT);
    this.float64(value);
    this.complete(start, value);
  }

  private complex(value: Complex): void {
    const start = this.length;
    this.byte(this.version > 1 ? Type.BINARY_COMPLEX : Type.COMPLEX);
    this.float64(value.real);
    this.float64(value.imag);
    this.complete(start, value);
  }

  private float64(value: number): void {
    if (this.version > 1) {
      this.reserve(8);
      this.view.setFloat64(this.length, value, true);
      this.length += 8;
      return;
    }
    const text = format17g(value);
    this.byte(text.length);
    for (let at = 0; at < text.length; at++) this.byte(text.charCodeAt(at));
  }

  private buffer(value: Uint8Array): void {
    const start = this.length;
    const size = value.length;
    this.reserve(size + 5);
    const { bytes } = this;
    bytes[start] = Type.STRING;
    this.view.setInt32(start + 1, size, true);
    // One call costs as much as about 16 single bytes.
    if (size > 16) bytes.set(value, start + 5);
    else for (let at = 0; at < size; at++) bytes[start + 5 + at] = value[at];
    this.length = start + 5 + size;
    this.complete(start, value);
  }

  private str(text: string, interned: boolean): void {
    if (this.version >= 3 && (this.marks === null || interned || this.marks.isShared(text))) {
      if (this.note(this.table.findString(text, interned, this.length), this.length)) return;
    }
    if (this.version < 4 || !this.ascii(text, interned)) this.utf8(encodeUtf8(text), interned);
  }

  /** Writes the str if it is ASCII; if it is not, writes nothing. */
  private ascii(text: string, interned: boolean): boolean {
    const size = text.length;
    this.reserve(size + 5);
    const { bytes } = this;
    let at = this.length;
    if (size < 256) {
      bytes[at++] = interned ? Type.SHORT_ASCII_INTERNED : Type.SHORT_ASCII;
      bytes[at++] = size;
    } else {
      bytes[at++] = interned ? Type.ASCII_INTERNED : Type.ASCII;
      this.view.setInt32(at, size, true);
      at += 4;
    }
    if (size >= longText) {
      this.encoder ??= newEncoder();
      const { read, written } = this.encoder.encodeInto(text, bytes.subarray(at, at + size));
      if (read !== size || written !== size) return false;
      this.length = at + size;
      return true;
    }
    for (let index = 0; index < size; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) return false;
      bytes[at++] = code;
    }
    this.length = at;
    return true;
  }

  private utf8(encoded: readonly number[], interned: boolean): void {
    this.byte(this.version >= 3 && interned ? Type.INTERNED : Type.UNICODE);
    this.int32(encoded.length);
    this.raw(encoded);
  }

  private surrogates(value: SurrogateStr): void {
    const start = this.length;
    this.utf8(encodeUtf8(value), false);
    this.complete(start, value);
  }

  // Containers

  private tuple(value: readonly MarshalValue[]): void {
    if (this.met(value)) return;
    this.tupleHead(value.length);
    this.items(value);
  }

  private tupleHead(size: number): void {
    if (this.version >= 4 && size < 256) {
      this.reserve(2);
      this.bytes[this.length] = Type.SMALL_TUPLE;
      this.bytes[this.length + 1] = size;
      this.length += 2;
    } else {
      this.byte(Type.TUPLE);
      this.int32(size);
    }
  }

  private items(values: readonly MarshalValue[]): void {
    this.depth++;
    for (const value of values) this.object(value);
    this.depth--;
  }

  /** Items go in the order of the bytes that each would have alone. */
  private set(value: MarshalSet): void {
    this.byte(value.kind === 'set' ? Type.SET : Type.FROZENSET);
    this.int32(value.items.length);
    if (value.items.length < 2) return this.items(value.items);
    this.items(this.ordered(value));
  }

  private ordered(set: MarshalSet): readonly MarshalValue[] {
    this.sharing ??= new Sharing(this.root, this.isInterned);
    const known = this.sharing.orders.get(set);
    if (known) return known;
    const keyed = set.items.map((item) => {
      const writer = new Writer({ version: this.version as 4, isInterned: this.isInterned }, item, this.sharing);
      writer.depth = this.depth + 1;
      writer.object(item);
      return { item, key: writer.finish() };
    });
    const items = keyed.sort((a, b) => compareBytes(a.key, b.key)).map(({ item }) => item);
    this.sharing.orders.set(set, items);
    return items;
  }

  private code(code: CodeObject): void {
    if (this.met(code)) return;
    this.reserve(21);
    const { view, length } = this;
    view.setUint8(length, Type.CODE);
    view.setInt32(length + 1, code.co_argcount, true);
    view.setInt32(length + 5, code.co_posonlyargcount, true);
    view.setInt32(length + 9, code.co_kwonlyargcount, true);
    view.setInt32(length + 13, code.co_stacksize, true);
    view.setInt32(length + 17, code.co_flags, true);
    this.length = length + 21;
    this.depth++;
    this.buffer(code.co_code);
    this.object(code.co_consts);
    this.names(code.co_names);
    this.names(code.co_localsplusnames);
    this.buffer(code.co_localspluskinds);
    this.str(code.co_filename, false);
    // The compiler's own names are interned (`<lambda>`), only this one is put together each time.
    const nameInterned = !code.co_name.startsWith('<generic parameters of ');
    this.str(code.co_name, nameInterned);
    this.str(code.co_qualname, nameInterned && code.co_qualname === code.co_name);
    this.int32(code.co_firstlineno);
    this.buffer(code.co_linetable);
    this.buffer(code.co_exceptiontable);
    this.depth--;
  }

  private names(names: readonly string[]): void {
    if (this.met(names)) return;
    this.tupleHead(names.length);
    for (const name of names) this.str(name, true);
  }
}

/** Base 2**15 digits, the lowest first. */
function toDigits(value: bigint): number[] {
  // Through text, which is linear: fifteen hexadecimal digits are four of ours.
  const hex = value.toString(16);
  const digits: number[] = [];
  for (let end = hex.length; end > 0; end -= 15) {
    const part = hex.slice(Math.max(0, end - 15), end).padStart(15, '0');
    const low = parseInt(part.slice(9), 16);
    const high = parseInt(part.slice(0, 9), 16);
    digits.push(low & 0x7fff, (low >> 15) | ((high & 0x3f) << 9), Math.floor(high / 0x40) & 0x7fff, Math.floor(high / 0x200000));
  }
  while (digits[digits.length - 1] === 0) digits.pop();
  return digits;
}

/** C's `%.17g`: 17 digits, a tie to the even one. */
function format17g(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [, sign, first, rest, exponentText] = /^(-?)(\d)\.(\d+)e(.*)$/.exec(value.toExponential(60)) as RegExpExecArray;
  const kept = BigInt(first + rest.slice(0, 16));
  const dropped = rest.slice(16);
  const half = `5${'0'.repeat(dropped.length - 1)}`;
  const up = dropped > half || (dropped === half && kept % 2n === 1n);
  const rounded = String(up ? kept + 1n : kept);
  const digits = rounded.slice(0, 17);
  const exponent = Number(exponentText) + rounded.length - 17;
  if (exponent >= -4 && exponent < 17) {
    const text = exponent < 0 ? `0.${'0'.repeat(-exponent - 1)}${digits}` : `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
    return sign + withoutZeros(text);
  }
  const size = Math.abs(exponent);
  return `${sign}${withoutZeros(`${digits[0]}.${digits.slice(1)}`)}e${exponent < 0 ? '-' : '+'}${size < 10 ? '0' : ''}${size}`;
}

/** `1.50` → `1.5`, `1.` → `1`; the text has a point. */
function withoutZeros(text: string): string {
  return text.replace(/\.?0*$/, '');
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) if (a[at] !== b[at]) return a[at] - b[at];
  return a.length - b.length;
}
