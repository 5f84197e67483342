/*
 * dict's storage. `new PyDict()` makes an empty dict; `PyDict.of([[key, value], …])`, `PyDict.fromStrings(map)` filled ones.
 * Methods and slots are in dict-methods.ts, views in dict-views.ts.
 */
import { newItems } from '../core/items.ts';
import type { PyObject, PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { dictType } from '../core/type.ts';
import { runtimeError } from '../core/errors.ts';
import { equals } from '../protocol/compare.ts';
import { hashLow } from '../protocol/hash-bits.ts';
import { foldHash, isWholeHash, keyHash, mayEqualStr } from './dict-key.ts';
import './dict-methods.ts';

/** Up to this many entries are searched one by one: no index, no Map. */
const maxUnindexed = 8;
/** `index` entry of a slot never used, and of one whose entry was taken back by popitem. */
const FREE = -1, DUMMY = -2;
/** Slots are visited in CPython's order: neighbouring ints get neighbouring slots, then all bits of the hash come into play. */
const PERTURB_SHIFT = 5;
/** `hashes` entry of a string that is found by its text. */
const NOT_HASHED = -1;

/** Shared by all empty dicts; never written to (the first insertion makes own arrays). */
const noKeys: (PyValue | undefined)[] = newItems();
const noValues: (PyValue | undefined)[] = newItems();

// eslint-disable-next-line no-restricted-syntax -- versions are never the same for two dicts, of whatever VM
let lastVersion = 0;

/** What an entry counts for in the limit of memory. */
const bytesOfEntry = 50;

/**
 * A dict: entries in insertion order in parallel arrays. An ordinary str is found through a `Map` from its text, any other
 * key through an open-addressing index over `hashes`. Deleted entries are holes (key undefined) until the arrays are
 * rebuilt, which happens at the insertions at which CPython resizes its table, so that iterators over a dict that changes
 * see what they see in CPython.
 *
 * Methods without a `vm` are for str keys and run no Python code; the others may call `__hash__` and `__eq__` and throw
 * what those raise.
 */
export class PyDict implements PyObject {
  cls: PyType;
  declare dict?: PyDict | null;
  declare idNumber?: number;
  declare weakrefs?: WeakRef<PyObject>[];
  /** Keys by entry; undefined in a hole. */
  keys: (PyValue | undefined)[];
  values: (PyValue | undefined)[];
  /** Number of items: `len(self)`. */
  size: number;
  /** What {@link version} gives, or 0 until somebody asks: call sites compare with it. */
  keysVersion: number;
  /** Folded hashes by entry; null while all keys are ordinary strings. */
  private hashes: number[] | null;
  /** Entry of every ordinary str; null while there are few entries. */
  private texts: Map<string, number> | null;
  /** Open addressing: entry by hash; null while there are few entries or only strings. */
  private index: Int32Array | null;
  /** Some key is not a str, or is one that its text does not find. */
  private general: boolean;
  /** Strings are hashed and in `index` too, since a key was seen that may equal a str. */
  private hashesStrings: boolean;
  /** log2 of the size that CPython's hash table would have; 0: the shared empty table. */
  private log2Size: number;
  /** Insertions until CPython would resize its table. */
  private usable: number;

  constructor(cls: PyType = dictType) {
    this.cls = cls;
    this.keys = noKeys;
    this.values = noValues;
    this.size = 0;
    this.keysVersion = 0;
    this.hashes = null;
    this.texts = null;
    this.index = null;
    this.general = false;
    this.hashesStrings = false;
    this.log2Size = 0;
    this.usable = 0;
  }

  /** A dict of these items, later ones winning. Hashing them may raise. */
  static of(vm: VM, items: Iterable<readonly [PyValue, PyValue]>): PyDict {
    const dict = new PyDict();
    for (const [key, value] of items) dict.set(vm, key, value);
    return dict;
  }

  /** A dict whose keys are plain strings. */
  static fromStrings(items: Iterable<readonly [string, PyValue]>): PyDict {
    const dict = new PyDict();
    for (const [key, value] of items) dict.setStr(key, value);
    return dict;
  }

  /**
   * Changes whenever the entry of a key may have changed (something inserted, deleted, moved), and is never the same for
   * two dicts: a call site that finds the version it remembers may use the entry number it remembers.
   */
  get version(): number {
    if (this.keysVersion === 0) this.keysVersion = ++lastVersion;
    return this.keysVersion;
  }

  // ---- str keys ----

  /** Entry of an ordinary str, or -1. */
  findStr(key: string): number {
    if (this.texts !== null) {
      const entry = this.texts.get(key);
      return entry === undefined ? -1 : entry;
    }
    const { keys } = this;
    for (let entry = 0; entry < keys.length; entry++) {
      if (keys[entry] === key) return entry;
    }
    return -1;
  }

  /** The value of a str key, or undefined. */
  getStr(key: string): PyValue | undefined {
    const entry = this.findStr(key);
    return entry < 0 ? undefined : this.values[entry];
  }

  /** Sets the value of a str key. */
  setStr(key: string, value: PyValue): void {
    const entry = this.findStr(key);
    if (entry >= 0) this.values[entry] = value;
    else this.insertStr(key, value);
  }

  /** False when there was no such key. */
  deleteStr(key: string): boolean {
    const entry = this.findStr(key);
    if (entry < 0) return false;
    this.removeEntry(entry);
    return true;
  }

  // ---- any key ----

  /** Entry of a key, or -1. */
  find(vm: VM, key: PyValue): number {
    if (typeof key === 'string') {
      const entry = this.findStr(key);
      return entry >= 0 || !this.hashesStrings ? entry : this.findHashed(vm, key, keyHash(vm, key));
    }
    return this.findHashed(vm, key, keyHash(vm, key));
  }

  /** The value of any key, or undefined. Hashing and comparing may raise. */
  get(vm: VM, key: PyValue): PyValue | undefined {
    const entry = this.find(vm, key);
    return entry < 0 ? undefined : this.values[entry];
  }

  /** Is the key there? Hashing and comparing may raise. */
  has(vm: VM, key: PyValue): boolean {
    return this.find(vm, key) >= 0;
  }

  /** The same for a key whose hash is known, in halves. */
  hasHashed(vm: VM, key: PyValue, low: number, high: number): boolean {
    if (typeof key === 'string' && !this.hashesStrings) return this.findStr(key) >= 0;
    return this.findHashed(vm, key, foldHash(low, high)) >= 0;
  }

  /** Sets a key whose hash is known, in halves. */
  setWithHash(vm: VM, key: PyValue, low: number, high: number, value: PyValue): void {
    if (typeof key === 'string' && !this.hashesStrings) this.setStr(key, value);
    else this.setHashed(vm, key, foldHash(low, high), value);
  }

  /** Hash of the key of an entry: low half; the high half is in `vm.hashHigh`. Computed only if the dict does not know it. */
  hashLowAt(vm: VM, entry: number): number {
    const known = this.hashes === null ? NOT_HASHED : this.hashes[entry];
    if (!isWholeHash(known)) return hashLow(vm, this.keyAt(entry));
    vm.hashHigh = 0;
    return known;
  }

  /** Sets the value of any key; an equal key that is there stays. Hashing and comparing may raise. */
  set(vm: VM, key: PyValue, value: PyValue): void {
    if (typeof key === 'string' && !this.hashesStrings) {
      const { usable } = this;
      this.setStr(key, value);
      if (this.usable > usable) vm.allocated += this.usable * bytesOfEntry;
      return;
    }
    const h = keyHash(vm, key);
    const entry = this.findHashed(vm, key, h);
    if (entry >= 0) this.values[entry] = value;
    else this.insertHashed(vm, key, h, value);
  }

  /** The value of the key, which gets `value` first if it is not there: `dict.setdefault`. Hashes once. */
  setDefault(vm: VM, key: PyValue, value: PyValue): PyValue {
    if (typeof key === 'string' && !this.hashesStrings) {
      const entry = this.findStr(key);
      if (entry >= 0) return this.values[entry] as PyValue;
      this.insertStr(key, value);
      vm.allocated += bytesOfEntry;
      return value;
    }
    const h = keyHash(vm, key);
    const entry = this.findHashed(vm, key, h);
    if (entry >= 0) return this.values[entry] as PyValue;
    this.insertHashed(vm, key, h, value);
    return value;
  }

  /** False when there was no such key. */
  delete(vm: VM, key: PyValue): boolean {
    return this.pop(vm, key) !== undefined;
  }

  /** Removes the key and gives its value, or undefined when there was none. */
  pop(vm: VM, key: PyValue): PyValue | undefined {
    const entry = this.find(vm, key);
    if (entry < 0) return undefined;
    const value = this.values[entry];
    this.removeEntry(entry);
    return value;
  }

  // ---- entries ----

  /** First entry at or after `from` that holds an item, or -1: `for (let e = d.nextEntry(0); e >= 0; e = d.nextEntry(e + 1))`. */
  nextEntry(from: number): number {
    const { keys } = this;
    for (let entry = from; entry < keys.length; entry++) {
      if (keys[entry] !== undefined) return entry;
    }
    return -1;
  }

  /** Last entry at or before `from` that holds an item, or -1. */
  previousEntry(from: number): number {
    const { keys } = this;
    for (let entry = Math.min(from, keys.length - 1); entry >= 0; entry--) {
      if (keys[entry] !== undefined) return entry;
    }
    return -1;
  }

  /** Key of an entry by its number, counted from 0 with the removed ones. */
  keyAt(entry: number): PyValue {
    return this.keys[entry] as PyValue; // The caller got the entry from a search.
  }

  /** Value of an entry by its number, counted from 0 with the removed ones. */
  valueAt(entry: number): PyValue {
    return this.values[entry] as PyValue; // Likewise.
  }

  /** A new array of the keys. */
  keyList(): PyValue[] {
    return (this.size === this.keys.length ? this.keys.slice() : this.keys.filter((key) => key !== undefined)) as PyValue[];
  }

  /** A new array of the values, in order. */
  valueList(): PyValue[] {
    return (this.size === this.keys.length ? this.values.slice() : this.values.filter((_, entry) => this.keys[entry] !== undefined)) as PyValue[];
  }

  /** Removes the last item and gives it, or undefined when empty. Its entry can be used again, as in CPython. */
  popLast(): [PyValue, PyValue] | undefined {
    const entry = this.previousEntry(this.keys.length - 1);
    if (entry < 0) return undefined;
    const item: [PyValue, PyValue] = [this.keyAt(entry), this.valueAt(entry)];
    this.removeEntry(entry);
    if (this.index !== null) {
      for (let freed = entry; freed < this.keys.length; freed++) this.releaseSlot(freed);
    }
    this.keys.length = entry;
    this.values.length = entry;
    if (this.hashes !== null) this.hashes.length = entry;
    return item;
  }

  /** Removes all entries. */
  clear(): void {
    this.keys = noKeys;
    this.values = noValues;
    this.size = 0;
    this.keysVersion = 0;
    this.hashes = null;
    this.texts = null;
    this.index = null;
    this.general = false;
    this.hashesStrings = false;
    this.log2Size = 0;
    this.usable = 0;
  }

  /** A dict (of class dict) with the same items. Calls no Python code. */
  copy(): PyDict {
    const copy = new PyDict();
    copy.assign(this);
    return copy;
  }

  /** Makes this empty dict equal to another one, calling no Python code. */
  private assign(other: PyDict): void {
    if (other.size === 0) return;
    this.keys = other.keys.slice();
    this.values = other.values.slice();
    this.hashes = other.hashes === null ? null : other.hashes.slice();
    this.size = other.size;
    this.keysVersion = 0;
    this.general = other.general;
    this.hashesStrings = other.hashesStrings;
    this.log2Size = other.log2Size;
    this.usable = other.usable;
    // CPython copies the table as it is while at most a third of it are holes, else inserts the items into a new one.
    if (other.size < Math.floor((other.keys.length * 2) / 3)) this.resize(presizedLog2(other.size));
    else this.reindex();
  }

  /** Adds the items of another dict, as `dict.update` does. */
  merge(vm: VM, other: PyDict): void {
    if (other === this || other.size === 0) return;
    if (this.size === 0 && other.size === other.keys.length && (other.log2Size === 3 || usableOf(other.log2Size - 1) < other.size)) {
      this.clear();
      this.assign(other);
      return;
    }
    if (usableOf(this.log2Size) < other.size) this.resize(presizedLog2(this.size + other.size));
    const { keys } = other;
    const { size } = other;
    for (let entry = other.nextEntry(0); entry >= 0; entry = other.nextEntry(entry + 1)) {
      const key = other.keyAt(entry);
      const value = other.valueAt(entry);
      const known = other.hashes === null ? NOT_HASHED : other.hashes[entry];
      if (known === NOT_HASHED) this.set(vm, key, value);
      else this.setHashed(vm, key, known, value);
      if (other.keys !== keys || other.size !== size) throw runtimeError('dict mutated during update');
    }
  }

  /** Are the hashes still those of the keys? */
  hashesHold(vm: VM): boolean {
    return this.hashes?.every((known, entry) => known === NOT_HASHED || this.keys[entry] === undefined || keyHash(vm, this.keyAt(entry)) === known) ?? true;
  }

  /** Hashes all keys again: the VM's secret has changed. */
  rehash(vm: VM): void {
    if (this.hashes === null) return;
    this.hashes = this.hashes.map((known, entry) => (known === NOT_HASHED || this.keys[entry] === undefined ? known : keyHash(vm, this.keyAt(entry))));
    this.reindex();
  }

  /** Room for `count` items, as CPython's `_PyDict_NewPresized` for dict displays. */
  reserve(count: number): void {
    if (count > 5) this.resize(presizedLog2(count));
  }

  /** `sys.getsizeof` without the header of the garbage collector, by CPython's layout. */
  get byteSize(): number {
    if (this.log2Size === 0) return 48;
    const indexBytes = this.log2Size < 8 ? 1 : this.log2Size < 16 ? 2 : 4;
    return 48 + 32 + (indexBytes << this.log2Size) + usableOf(this.log2Size) * (this.general ? 24 : 16);
  }

  // ---- search by hash ----

  /** Entry of a key whose hash is known, or -1. The key is not an ordinary str, or strings are hashed. */
  private findHashed(vm: VM, key: PyValue, h: number): number {
    if (!this.hashesStrings && this.size > 0 && mayEqualStr(key)) this.hashStrings(vm);
    while (this.hashes !== null) {
      const entry = this.index === null ? this.scan(vm, key, h) : this.probe(vm, key, h, this.index);
      if (entry >= -1) return entry;
      // An `__eq__` changed the dict: search again, as CPython does.
    }
    return -1;
  }

  /** Looks at all entries. Gives -1 when there is none, -2 when a comparison changed the dict. */
  private scan(vm: VM, key: PyValue, h: number): number {
    const { keys } = this;
    const hashes = this.hashes as number[];
    for (let entry = 0; entry < hashes.length; entry++) {
      if (hashes[entry] !== h) continue;
      const candidate = keys[entry];
      if (candidate === key) return entry;
      if (candidate === undefined || (typeof candidate === 'number' && typeof key === 'number')) continue;
      const same = equals(vm, candidate, key);
      if (this.keys !== keys || keys[entry] !== candidate) return -2;
      if (same) return entry;
    }
    return -1;
  }

  /** The same through the index. */
  private probe(vm: VM, key: PyValue, h: number, index: Int32Array): number {
    const { keys } = this;
    const hashes = this.hashes as number[];
    const mask = index.length - 1;
    let perturb = h;
    for (let slot = h & mask; ; slot = (slot * 5 + 1 + (perturb >>>= PERTURB_SHIFT)) & mask) {
      const entry = index[slot];
      if (entry === FREE) return -1;
      if (entry === DUMMY || hashes[entry] !== h) continue;
      const candidate = keys[entry];
      if (candidate === key) return entry;
      if (candidate === undefined || (typeof candidate === 'number' && typeof key === 'number')) continue;
      const same = equals(vm, candidate, key);
      if (this.keys !== keys || keys[entry] !== candidate) return -2;
      if (same) return entry;
    }
  }

  private setHashed(vm: VM, key: PyValue, h: number, value: PyValue): void {
    const entry = this.findHashed(vm, key, h);
    if (entry >= 0) this.values[entry] = value;
    else if (typeof key === 'string' && !this.hashesStrings) this.setStr(key, value);
    else this.insertHashed(vm, key, h, value);
  }

  // ---- changes ----

  private insertStr(key: string, value: PyValue): void {
    const entry = this.append(key, value);
    if (this.hashes !== null) this.hashes[entry] = NOT_HASHED;
  }

  private insertHashed(vm: VM, key: PyValue, h: number, value: PyValue): void {
    if (!this.hashesStrings && mayEqualStr(key)) this.hashStrings(vm);
    if (typeof key !== 'string') this.general = true;
    if (this.hashes === null) this.hashes = new Array<number>(this.keys.length).fill(NOT_HASHED);
    const entry = this.append(key, value);
    vm.allocated += bytesOfEntry;
    this.hashes[entry] = h;
    if (this.index !== null) this.occupySlot(entry, h);
    else if (this.texts !== null || entry >= maxUnindexed) this.reindex();
  }

  /** Adds an entry that is known to be missing. Its hash, if it has one, is the caller's. */
  private append(key: PyValue, value: PyValue): number {
    if (this.usable <= 0) this.resize(log2For(this.size * 3));
    const entry = this.keys.length;
    this.keys.push(key);
    this.values.push(value);
    this.size++;
    this.usable--;
    this.keysVersion = 0;
    if (this.texts !== null) {
      if (typeof key === 'string') this.texts.set(key, entry);
    } else if (entry >= maxUnindexed) this.indexTexts();
    return entry;
  }

  private removeEntry(entry: number): void {
    const key = this.keys[entry];
    if (this.texts !== null && typeof key === 'string') this.texts.delete(key);
    this.keys[entry] = undefined;
    this.values[entry] = undefined;
    this.size--;
    this.keysVersion = 0;
  }

  /** New arrays without holes, for a table of CPython's of the given size. */
  private resize(log2Size: number): void {
    const { keys, values, hashes } = this;
    if (this.size === keys.length) {
      // A search that is comparing keys notices by the new array that the dict was rebuilt; strings need no comparing.
      if (keys === noKeys || this.general) this.keys = keys.slice();
      if (values === noValues) this.values = newItems();
    } else {
      this.keys = newItems();
      this.values = newItems();
      const kept: number[] = [];
      for (let entry = 0; entry < keys.length; entry++) {
        if (keys[entry] === undefined) continue;
        this.keys.push(keys[entry]);
        this.values.push(values[entry]);
        if (hashes !== null) kept.push(hashes[entry]);
      }
      if (hashes !== null) this.hashes = kept;
      this.reindex();
    }
    this.keysVersion = 0;
    this.log2Size = log2Size;
    this.usable = usableOf(log2Size) - this.size;
  }

  /** Makes the index and the Map of texts anew, or drops them when the dict is small. */
  private reindex(): void {
    this.texts = null;
    this.index = null;
    if (this.keys.length <= maxUnindexed) return;
    this.indexTexts();
    if (this.hashes === null) return;
    this.index = new Int32Array(indexSize(this.keys.length)).fill(FREE);
    for (let entry = 0; entry < this.hashes.length; entry++) {
      if (this.hashes[entry] !== NOT_HASHED && this.keys[entry] !== undefined) this.occupySlot(entry, this.hashes[entry]);
    }
  }

  private indexTexts(): void {
    this.texts = new Map();
    for (let entry = 0; entry < this.keys.length; entry++) {
      const key = this.keys[entry];
      if (typeof key === 'string') this.texts.set(key, entry);
    }
  }

  /** From now on strings are hashed and in the index. */
  private hashStrings(vm: VM): void {
    const { hashes } = this;
    this.hashes = this.keys.map((key, entry) => (typeof key === 'string' ? keyHash(vm, key) : hashes === null ? NOT_HASHED : hashes[entry]));
    this.hashesStrings = true;
    if (this.index !== null || this.keys.length > maxUnindexed) this.reindex();
  }

  private occupySlot(entry: number, h: number): void {
    let index = this.index as Int32Array;
    // At most half full, counting the slots of deleted entries.
    if (entry * 2 >= index.length) {
      const grown = new Int32Array(indexSize(entry + 1)).fill(FREE);
      this.index = index = grown;
      const hashes = this.hashes as number[];
      for (let e = 0; e < entry; e++) {
        if (hashes[e] !== NOT_HASHED && this.keys[e] !== undefined) fillSlot(grown, e, hashes[e]);
      }
    }
    fillSlot(index, entry, h);
  }

  /** Frees the slot of an entry whose number will be used again. */
  private releaseSlot(entry: number): void {
    const index = this.index as Int32Array;
    const h = (this.hashes as number[])[entry];
    if (h === NOT_HASHED) return;
    const mask = index.length - 1;
    let slot = h & mask;
    let perturb = h;
    while (index[slot] !== entry) slot = (slot * 5 + 1 + (perturb >>>= PERTURB_SHIFT)) & mask;
    index[slot] = DUMMY;
  }
}

function fillSlot(index: Int32Array, entry: number, h: number): void {
  const mask = index.length - 1;
  let slot = h & mask;
  let perturb = h;
  while (index[slot] >= 0) slot = (slot * 5 + 1 + (perturb >>>= PERTURB_SHIFT)) & mask;
  index[slot] = entry;
}

/** Slots of our index for so many entries: a power of 2, at least four times the entries. */
function indexSize(entries: number): number {
  return 1 << (32 - Math.clz32(Math.max(entries, 8) * 4 - 1));
}

/** CPython's USABLE_FRACTION: entries that a table of 2 ** log2Size slots takes. */
function usableOf(log2Size: number): number {
  return log2Size === 0 ? 0 : ((2 << log2Size) / 3) | 0; // `**` is slow in V8.
}

/** CPython's calculate_log2_keysize: at least 8 slots. */
function log2For(minSlots: number): number {
  return minSlots <= 8 ? 3 : 32 - Math.clz32(minSlots - 1);
}

/** CPython's estimate_log2_keysize: the table for so many entries. */
function presizedLog2(entries: number): number {
  return log2For(Math.floor((entries * 3 + 1) / 2));
}
