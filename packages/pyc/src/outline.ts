// An outline tells where in marshalled bytes code objects and referenced objects begin, so that a reader may come back for what it
// needs. It stands behind the object, where marshal does not look:
//
//   4 bytes each   offsets of the objects with FLAG_REF, in order
//   24 bytes each  code objects, in order: see CodeEntry
//   4 + 4 bytes    number of the ones and the others
//   8 bytes        'OUTLINE1'
//
// Numbers are little-endian.
import * as Type from './types.ts';

/** Where things are; see the file's head. */
export interface Outline {
  readonly refs: Uint32Array;
  readonly codes: Uint32Array;
}

/** What stands of a code object in {@link Outline.codes}, by position; `…Ref`: number of the next FLAG_REF there. */
export const CodeEntry = { START: 0, NAME: 1, END: 2, START_REF: 3, NAME_REF: 4, END_REF: 5, SIZE: 6 } as const;

const magic = 0x31454e494c54554fn; // 'OUTLINE1'
const footer = 16;

/** Marshalled bytes, which must be well-formed, with their outline behind them. */
export function withOutline(bytes: Uint8Array): Uint8Array {
  const outliner = new Outliner(bytes);
  outliner.object();
  const { refs, codes } = outliner;
  const numbers = [...refs, ...codes.flat(), refs.length, codes.length];
  const result = new Uint8Array(bytes.length + 4 * numbers.length + 8);
  const view = new DataView(result.buffer);
  result.set(bytes);
  for (const [index, number] of numbers.entries()) view.setUint32(bytes.length + 4 * index, number, true);
  view.setBigUint64(result.length - 8, magic, true);
  return result;
}

/** The outline behind marshalled bytes; null if there is none or it cannot be right. */
export function outlineOf(bytes: Uint8Array): Outline | null {
  if (bytes.length < footer) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getBigUint64(bytes.length - 8, true) !== magic) return null;
  const refCount = view.getUint32(bytes.length - 16, true);
  const codeCount = view.getUint32(bytes.length - 12, true);
  const start = bytes.length - footer - 4 * (refCount + CodeEntry.SIZE * codeCount);
  if (start < 0) return null;
  // Where a machine has its numbers the other way round, they are unlikely to be sound, and everything is read at once.
  const numbers = new Uint32Array(refCount + CodeEntry.SIZE * codeCount);
  new Uint8Array(numbers.buffer).set(bytes.subarray(start, bytes.length - footer));
  const outline = { refs: numbers.subarray(0, refCount), codes: numbers.subarray(refCount) };
  return isSound(outline, start) ? outline : null;
}

/** Code objects one after the other or within one another, so that reading them goes forward. */
function isSound({ refs, codes }: Outline, length: number): boolean {
  let last = -1;
  for (let at = 0; at < codes.length; at += CodeEntry.SIZE) {
    const start = codes[at + CodeEntry.START];
    const name = codes[at + CodeEntry.NAME];
    const end = codes[at + CodeEntry.END];
    if (start <= last || name <= start || end <= name || end > length) return false;
    const nameRef = codes[at + CodeEntry.NAME_REF];
    const endRef = codes[at + CodeEntry.END_REF];
    if (nameRef < codes[at + CodeEntry.START_REF] || endRef < nameRef || endRef > refs.length) return false;
    last = start;
  }
  return true;
}

/** Where the entry of the code object at this offset begins in `codes`, or -1. */
export function findEntry({ codes }: Outline, offset: number): number {
  let low = 0;
  let high = codes.length / CodeEntry.SIZE;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (codes[middle * CodeEntry.SIZE] < offset) low = middle + 1;
    else high = middle;
  }
  return codes[low * CodeEntry.SIZE] === offset ? low * CodeEntry.SIZE : -1;
}

/** Goes over marshalled bytes without making anything of them. */
class Outliner {
  readonly refs: number[] = [];
  readonly codes: number[][] = [];
  private readonly view: DataView;
  private position = 0;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  object(): void {
    const start = this.position;
    const startRef = this.refs.length;
    const type = this.byte();
    if (type >= Type.FLAG_REF) this.refs.push(start);
    switch (type & 0x7f) {
      case Type.NULL:
      case Type.NONE:
      case Type.TRUE:
      case Type.FALSE:
      case Type.ELLIPSIS:
      case Type.STOPITER:
        return;
      case Type.REF:
      case Type.INT:
        this.skip(4);
        return;
      case Type.INT64:
      case Type.BINARY_FLOAT:
        this.skip(8);
        return;
      case Type.BINARY_COMPLEX:
        this.skip(16);
        return;
      case Type.SHORT_ASCII:
      case Type.SHORT_ASCII_INTERNED:
        this.skip(this.byte());
        return;
      case Type.ASCII:
      case Type.ASCII_INTERNED:
      case Type.UNICODE:
      case Type.INTERNED:
      case Type.STRING:
        this.skip(this.int());
        return;
      case Type.LONG:
        this.skip(2 * Math.abs(this.int()));
        return;
      case Type.SMALL_TUPLE:
        this.objects(this.byte());
        return;
      case Type.TUPLE:
      case Type.FROZENSET:
        this.objects(this.int());
        return;
      case Type.CODE:
        this.code(start, startRef);
        return;
      default:
        throw new RangeError(`no outline of type ${type & 0x7f}`);
    }
  }

  private code(start: number, startRef: number): void {
    const entry: number[] = [];
    this.codes.push(entry);
    this.skip(20); // From co_argcount to co_flags.
    this.objects(6); // From co_code to co_filename.
    const name = this.position;
    const nameRef = this.refs.length;
    this.objects(2); // co_name, co_qualname
    this.skip(4); // co_firstlineno
    this.objects(2);
    entry.push(start, name, this.position, startRef, nameRef, this.refs.length);
  }

  private objects(count: number): void {
    for (let index = 0; index < count; index++) this.object();
  }

  private skip(bytes: number): void {
    this.position += bytes;
  }

  private byte(): number {
    return this.view.getUint8(this.position++);
  }

  private int(): number {
    this.position += 4;
    return this.view.getInt32(this.position - 4, true);
  }
}
