import { isCodeObject } from '@py/code';
import type { CodeObject, Complex, SurrogateStr } from '@py/code';
import { messages } from './messages.ts';
import { mixed, ReferenceTable } from './reference-table.ts';
import { emptyTuple, Sharing } from './sharing.ts';
import { newEncoder } from './text-codec.ts';
import type { Encoder } from './text-codec.ts';
import * as Type from './types.ts';
import { encodeUtf8 } from './utf8.ts';
import { isTuple } from './values.ts';
import type { MarshalSet, MarshalValue } from './values.ts';

/** Which marshal format. */
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
 * written as a reference. All objects but a few have the mark for "may be referred to"; in CPython those that happen to have
 * more than one reference when they are written. The result may be a view of an `ArrayBuffer` that is up to a third larger.
 * Throws PycError (ValueError) for something that marshal cannot hold, or deeper nesting than 2000.
 */
export function dumps(value: MarshalValue, options: DumpOptions = {}): Uint8Array {
  try {
    const writer = new Writer(options, value, null);
    writer.object(value);
    return writer.finish();
  } catch (error) {
    if (error instanceof RangeError) throw messages.tooDeepToWrite();
    throw error;
  }
}

/** Up to this many characters a loop is faster than a call of the encoder. */
const shortText = 64;

/** CPython 3.12: Objects/codeobject.c, all_name_chars and intern_constants; single Latin-1 characters are always interned. */
function internedAsConstant(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127 || nameCharacters[code] === 0) return text.length === 1 && code < 256;
  }
  return true;
}

/** 1 for the ASCII characters of names. */
const nameCharacters = Uint8Array.from({ length: 128 }, (_, code) => Number(/\w/.test(String.fromCharCode(code))));

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
  /** The file name written last, by which nearly all code objects of a module are called, and its number. */
  private filename: string | null;
  private filenameNumber: number;

  constructor(options: DumpOptions, root: MarshalValue, marks: Sharing | null) {
    this.version = options.version ?? 4;
    this.isInterned = options.isInterned ?? internedAsConstant;
    this.root = root;
    this.marks = marks;
    this.sharing = marks;
    this.encoder = null;
    this.bytes = new Uint8Array(isCodeObject(root) ? withSizeOf(root, 0) : 64);
    this.view = new DataView(this.bytes.buffer);
    this.length = 0;
    this.depth = 0;
    this.table = new ReferenceTable(this.bytes.length);
    this.filename = null;
    this.filenameNumber = -1;
  }

  finish(): Uint8Array {
    const { bytes, length } = this;
    return length * 4 >= bytes.length * 3 ? bytes.subarray(0, length) : bytes.slice(0, length);
  }

  /** Writes one object of any type. */
  object(value: MarshalValue): void {
    if (this.depth >= Type.maxDepth) throw messages.tooDeepToWrite();
    if (typeof value === 'string') {
      this.str(value, this.isInterned(value));
      return;
    }
    if (value === null) return this.byte(Type.NONE);
    if (typeof value === 'bigint') return this.int(value);
    if (typeof value === 'boolean') return this.byte(value ? Type.TRUE : Type.FALSE);
    if (typeof value === 'number') return this.float(value);
    if (typeof value !== 'object') throw messages.unmarshallable();
    if (isTuple(value)) return this.tuple(value);
    if (value instanceof Uint8Array) return this.buffer(value);
    switch (value.kind) {
      case 'code':
        return this.code(value);
      case 'ellipsis':
        return this.byte(Type.ELLIPSIS);
      case 'stopiteration':
        return this.byte(Type.STOPITER);
      case 'str':
        return this.surrogates(value);
      case 'complex':
        return this.complex(value);
      case 'list':
        if (this.begin(value, Type.LIST)) return;
        this.int32(value.items.length);
        return this.items(value.items);
      case 'dict':
        if (this.begin(value, Type.DICT)) return;
        for (const entry of value.entries) this.items(entry);
        return this.byte(Type.NULL);
      case 'set':
      case 'frozenset':
        if (this.begin(value, value.kind === 'set' ? Type.SET : Type.FROZENSET)) return;
        return this.set(value);
      default:
        throw messages.unmarshallable();
    }
  }

  // References

  /** Is the object marked, so that references to it can follow? */
  private isMarked(value: MarshalValue): boolean {
    return this.version >= 3 && (this.marks === null || this.marks.isShared(value));
  }

  /** Writes a reference if the container was written before; else numbers it. */
  private met(container: object | symbol): boolean {
    const number = this.table.findContainer(container);
    if (number >= 0) this.reference(number);
    return number >= 0;
  }

  /** Writes the type code of a container; or, if it was written before, a reference to it, and gives true. */
  private begin(container: MarshalValue & object, type: number): boolean {
    const marked = this.isMarked(container);
    if (marked && this.met(container)) return true;
    this.byte(marked ? type | Type.FLAG_REF : type);
    return false;
  }

  /** An object that holds no others is complete from `start` on: marks it, or puts a reference in its place if it was written before. */
  private complete(start: number, value: MarshalValue): void {
    if (!this.isMarked(value)) return;
    this.bytes[start] |= Type.FLAG_REF;
    this.replace(start, this.table.findBytes(this.view, start, this.length));
  }

  private reference(number: number): void {
    this.reserve(5);
    this.bytes[this.length] = Type.REF;
    this.view.setInt32(this.length + 1, number, true);
    this.length += 5;
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

  // Objects that hold no others

  private int(value: bigint): void {
    const start = this.length;
    const number = Number(value);
    if (number >= -0x80000000 && number <= 0x7fffffff) {
      this.reserve(5);
      this.bytes[start] = Type.INT;
      this.view.setInt32(start + 1, number, true);
      this.length = start + 5;
    } else {
      this.byte(Type.LONG);
      this.int32(0);
      const size = this.digits((value < 0n ? -value : value).toString(16));
      this.view.setInt32(start + 1, value < 0n ? -size : size, true);
    }
    this.complete(start, value);
  }

  /** Base 2**15 digits, the lowest first, of a number in hexadecimal, without zeros at its end. Gives how many. */
  private digits(hex: string): number {
    const start = this.length;
    this.reserve(2 * Math.ceil(hex.length / 15) * 4);
    // Fifteen hexadecimal digits are four of these.
    for (let end = hex.length; end > 0; end -= 15) {
      const low = parseInt(hex.slice(Math.max(0, end - 6), end), 16);
      const high = end > 6 ? parseInt(hex.slice(Math.max(0, end - 15), end - 6), 16) : 0;
      const { view, length } = this;
      view.setInt16(length, low & 0x7fff, true);
      view.setInt16(length + 2, (low >> 15) | ((high & 0x3f) << 9), true);
      view.setInt16(length + 4, Math.floor(high / 0x40) & 0x7fff, true);
      view.setInt16(length + 6, Math.floor(high / 0x200000), true);
      this.length = length + 8;
    }
    while (this.view.getInt16(this.length - 2, true) === 0) this.length -= 2;
    return (this.length - start) / 2;
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
    this.unmarkedBuffer(value);
    this.complete(start, value);
  }

  private unmarkedBuffer(value: Uint8Array): void {
    const start = this.length;
    const size = value.length;
    this.reserve(size + 5);
    const { bytes } = this;
    bytes[start] = Type.STRING;
    this.view.setInt32(start + 1, size, true);
    // One call costs as much as about 32 single bytes.
    if (size > 32) bytes.set(value, start + 5);
    else for (let at = 0; at < size; at++) bytes[start + 5 + at] = value[at];
    this.length = start + 5 + size;
  }

  /** Gives the number of the str; -1 if it is not marked. */
  private str(text: string, interned: boolean): number {
    let flag = 0;
    let number = -1;
    if (this.version >= 3 && (this.marks === null || interned || this.marks.isShared(text))) {
      const known = this.table.findString(text, interned);
      if (known >= 0) {
        this.reference(known);
        return known;
      }
      flag = Type.FLAG_REF;
      number = this.table.count - 1;
    }
    if (this.version < 4 || !this.ascii(text, interned, flag)) this.utf8(text, interned, flag);
    return number;
  }

  /** Writes the str if it is ASCII; if it is not, writes nothing. */
  private ascii(text: string, interned: boolean, flag: number): boolean {
    const size = text.length;
    this.reserve(size + 5);
    const { bytes } = this;
    let at = this.length;
    if (size < 256) {
      bytes[at++] = flag | (interned ? Type.SHORT_ASCII_INTERNED : Type.SHORT_ASCII);
      bytes[at++] = size;
    } else {
      bytes[at++] = flag | (interned ? Type.ASCII_INTERNED : Type.ASCII);
      this.view.setInt32(at, size, true);
      at += 4;
    }
    if (size > shortText) {
      this.encoder ??= newEncoder();
      const { read, written } = this.encoder.encodeInto(text, bytes.subarray(at, at + size));
      if (read !== size || written !== size) return false;
      this.length = at + size;
      return true;
    }
    for (let index = 0; index < size; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) return false;
      bytes[at + index] = code;
    }
    this.length = at + size;
    return true;
  }

  private utf8(text: string | SurrogateStr, interned: boolean, flag: number): void {
    this.byte(flag | (this.version >= 3 && interned ? Type.INTERNED : Type.UNICODE));
    this.reserve(4 + (typeof text === 'string' ? 3 * text.length : 4 * text.codePoints.length));
    const start = this.length + 4;
    this.length = encodeUtf8(text, this.bytes, start);
    this.view.setInt32(start - 4, this.length - start, true);
  }

  private surrogates(value: SurrogateStr): void {
    const start = this.length;
    this.utf8(value, false, 0);
    this.complete(start, value);
  }

  // Containers

  private tuple(value: readonly MarshalValue[]): void {
    const marked = this.isMarked(value);
    if (marked && this.met(value.length === 0 ? emptyTuple : value)) return;
    this.tupleHead(value.length, marked ? Type.FLAG_REF : 0);
    this.items(value);
  }

  private tupleHead(size: number, flag: number): void {
    if (this.version >= 4 && size < 256) {
      this.reserve(2);
      this.bytes[this.length] = flag | Type.SMALL_TUPLE;
      this.bytes[this.length + 1] = size;
      this.length += 2;
    } else {
      this.byte(flag | Type.TUPLE);
      this.int32(size);
    }
  }

  private items(values: readonly MarshalValue[]): void {
    this.depth++;
    for (let at = 0; at < values.length; at++) this.object(values[at]);
    this.depth--;
  }

  /** Items go in the order of the bytes that each would have alone. */
  private set(value: MarshalSet): void {
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
    if (this.begin(code, Type.CODE)) return;
    this.reserve(20);
    const { view, length } = this;
    view.setInt32(length, code.co_argcount, true);
    view.setInt32(length + 4, code.co_posonlyargcount, true);
    view.setInt32(length + 8, code.co_kwonlyargcount, true);
    view.setInt32(length + 12, code.co_stacksize, true);
    view.setInt32(length + 16, code.co_flags, true);
    this.length = length + 20;
    this.depth++;
    // CPython makes it anew each time: nothing else refers to it.
    this.unmarkedBuffer(code.co_code);
    this.consts(code.co_consts);
    this.names(code.co_names);
    this.names(code.co_localsplusnames);
    // Also made anew, but of the empty bytes and those of one byte there is only one each.
    if (code.co_localspluskinds.length > 1) this.unmarkedBuffer(code.co_localspluskinds);
    else this.buffer(code.co_localspluskinds);
    this.fileName(code.co_filename);
    // The compiler's own names are interned (`<lambda>`), only this one is put together each time.
    const nameInterned = !code.co_name.startsWith('<generic parameters of ');
    this.str(code.co_name, nameInterned);
    this.str(code.co_qualname, nameInterned && code.co_qualname === code.co_name);
    this.int32(code.co_firstlineno);
    this.buffer(code.co_linetable);
    this.buffer(code.co_exceptiontable);
    this.depth--;
  }

  /** `co_consts`. If all in a short one was written before, it may have been too: then its bytes, which are only references, were. */
  private consts(values: readonly MarshalValue[]): void {
    if (values.length === 0) return this.tuple(values);
    const marked = this.isMarked(values);
    const short = marked && values.length <= 8;
    if (marked && !short && this.met(values)) return;
    const { table, length: start } = this;
    const number = table.count;
    if (short) table.count++;
    this.tupleHead(values.length, marked ? Type.FLAG_REF : 0);
    // As `items` does, but that one meets all of V8's kinds of arrays, for which it has no fast path.
    this.depth++;
    for (let at = 0; at < values.length; at++) this.object(values[at]);
    this.depth--;
    if (!short || table.count > number + 1) return;
    table.count = number;
    this.replace(start, table.findBytes(this.view, start, this.length));
  }

  /** A tuple of interned strs; equal ones are one object. */
  private names(names: readonly string[]): void {
    if (names.length === 0) return this.tuple(names);
    const { table, length: start } = this;
    const marked = this.isMarked(names);
    const number = table.count;
    if (marked) table.count++;
    this.tupleHead(names.length, marked ? Type.FLAG_REF : 0);
    let hash = names.length;
    for (let at = 0; at < names.length; at++) hash = (Math.imul(hash, 31) + this.str(names[at], true)) | 0;
    if (!marked) return;
    const known = table.findNames(names, number, mixed(hash));
    // Nothing in it was new.
    if (known >= 0) table.count = number;
    this.replace(start, known);
  }

  private fileName(name: string): void {
    if (name === this.filename && this.filenameNumber >= 0) return this.reference(this.filenameNumber);
    this.filename = name;
    this.filenameNumber = this.str(name, false);
  }

  /** Puts a reference in the place of what was written from `start` on; not for -1. */
  private replace(start: number, number: number): void {
    if (number < 0) return;
    this.length = start;
    this.reference(number);
  }
}

/**
 * Adds to `size` about the bytes that a code object takes; the writer makes more room when it must. Nothing is counted beyond a megabyte: code
 * made by hand may hold the same code again and again.
 */
function withSizeOf(code: CodeObject, size: number): number {
  const { co_consts, co_names } = code;
  let sum = size + 128 + code.co_code.length + code.co_linetable.length + 8 * code.co_localsplusnames.length;
  // Strings met here in quick succession are in the processor's cache when they are written.
  for (let at = 0; at < co_names.length; at++) sum += Math.min(co_names[at].length, 8);
  for (let at = 0; at < co_consts.length && sum <= 0x100000; at++) {
    const constant = co_consts[at];
    sum = typeof constant === 'string' ? sum + constant.length : isCodeObject(constant) ? withSizeOf(constant, sum) : sum + 5;
  }
  return sum;
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
