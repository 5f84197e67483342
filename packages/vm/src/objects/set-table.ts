/*
 * The hash table of set and frozenset: CPython 3.12's (Objects/setobject.c), slot for slot, because its order is what
 * iterating over a set shows. Keys are compared by identity, then `==`.
 */
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyObject } from '../core/value.ts';
import { noneType } from '../core/type.ts';
import { equals } from '../protocol/compare.ts';
import { hashLow } from '../protocol/hash-bits.ts';

/** Neighbouring slots that are looked at before jumping on. */
const LINEAR_PROBES = 9;
const PERTURB_SHIFT = 5;
const MIN_SIZE = 8;

/** Key of a slot whose item was removed. Never a Python value. */
const DUMMY: PyObject = new PyObject(noneType);

/** Result of a search during which `__eq__` changed the table. */
const CHANGED = -2;

export class SetTable {
  /** Key by slot; undefined: never used. */
  private keys: (PyValue | undefined)[];
  /** Low and high half of the hash by slot: `hashes[2 * slot]`, `hashes[2 * slot + 1]`. */
  private hashes: Int32Array;
  /** Slots in use, with and without the removed ones. */
  private fill: number;
  /** Number of items. */
  used: number;
  /** Where `pop` looks first. */
  private finger: number;

  constructor() {
    this.keys = emptySlots(MIN_SIZE);
    this.hashes = new Int32Array(2 * MIN_SIZE);
    this.fill = 0;
    this.used = 0;
    this.finger = 0;
  }

  private get mask(): number {
    return this.keys.length - 1;
  }

  /** First slot at or after `from` with an item, or -1. */
  nextSlot(from: number): number {
    const { keys } = this;
    for (let slot = from; slot < keys.length; slot++) {
      const key = keys[slot];
      if (key !== undefined && key !== DUMMY) return slot;
    }
    return -1;
  }

  keyAt(slot: number): PyValue {
    return this.keys[slot] as PyValue; // The caller got the slot from nextSlot.
  }

  lowAt(slot: number): number {
    return this.hashes[2 * slot];
  }

  highAt(slot: number): number {
    return this.hashes[2 * slot + 1];
  }

  /** The items in order. */
  toArray(): PyValue[] {
    return this.keys.filter((key): key is PyValue => key !== undefined && key !== DUMMY);
  }

  has(vm: VM, key: PyValue): boolean {
    const low = hashLow(vm, key);
    return this.find(vm, key, low, vm.hashHigh) >= 0;
  }

  /** With the hash in two halves. */
  hasHashed(vm: VM, key: PyValue, low: number, high: number): boolean {
    return this.find(vm, key, low, high) >= 0;
  }

  add(vm: VM, key: PyValue): void {
    const low = hashLow(vm, key);
    this.addHashed(vm, key, low, vm.hashHigh);
  }

  addHashed(vm: VM, key: PyValue, low: number, high: number): void {
    let slot: number;
    do {
      slot = this.search(vm, key, low, high, true);
    } while (slot === CHANGED);
    if (slot < 0) return;
    const reused = this.keys[slot] === DUMMY;
    this.keys[slot] = key;
    this.hashes[2 * slot] = low;
    this.hashes[2 * slot + 1] = high;
    this.used++;
    if (reused) return;
    this.fill++;
    if (this.fill * 5 < this.mask * 3) return;
    this.resize(this.used > 50_000 ? this.used * 2 : this.used * 4);
    vm.allocate(this.keys.length * 16);
  }

  /** False when it was not there. */
  discard(vm: VM, key: PyValue): boolean {
    const low = hashLow(vm, key);
    return this.discardHashed(vm, key, low, vm.hashHigh);
  }

  discardHashed(vm: VM, key: PyValue, low: number, high: number): boolean {
    const slot = this.find(vm, key, low, high);
    if (slot < 0) return false;
    this.removeAt(slot);
    return true;
  }

  /** Removes an arbitrary item (CPython's choice) and gives it, or undefined when empty. */
  pop(): PyValue | undefined {
    if (this.used === 0) return undefined;
    let slot = this.nextSlot(this.finger & this.mask);
    if (slot < 0) slot = this.nextSlot(0);
    const key = this.keyAt(slot);
    this.removeAt(slot);
    this.finger = slot + 1;
    return key;
  }

  clear(): void {
    this.keys = emptySlots(MIN_SIZE);
    this.hashes = new Int32Array(2 * MIN_SIZE);
    this.fill = 0;
    this.used = 0;
    this.finger = 0;
  }

  /** Takes over the items of another table, which is not used any more. */
  moveFrom(other: SetTable): void {
    this.keys = other.keys;
    this.hashes = other.hashes;
    this.fill = other.fill;
    this.used = other.used;
  }

  /** Exchanges the items of two tables. */
  swap(other: SetTable): void {
    const { keys, hashes, fill, used } = this;
    this.moveFrom(other);
    other.keys = keys;
    other.hashes = hashes;
    other.fill = fill;
    other.used = used;
  }

  /** Adds all items of another table (CPython's set_merge): their order depends on the sizes of both. */
  merge(vm: VM, other: SetTable): void {
    if (other === this || other.used === 0) return;
    this.reserve(other.used);
    if (this.fill === 0 && this.mask === other.mask && other.fill === other.used) {
      this.keys = other.keys.slice();
      this.hashes = other.hashes.slice();
      this.fill = other.fill;
      this.used = other.used;
      return;
    }
    if (this.fill === 0) {
      this.fill = other.used;
      this.used = other.used;
      insertAll(this.keys, this.hashes, other.keys, other.hashes);
      return;
    }
    for (let slot = other.nextSlot(0); slot >= 0; slot = other.nextSlot(slot + 1)) {
      this.addHashed(vm, other.keyAt(slot), other.lowAt(slot), other.highAt(slot));
    }
  }

  /** One big resize before so many additions, rather than several on the way. */
  reserve(count: number): void {
    if ((this.fill + count) * 5 >= this.mask * 3) this.resize((this.used + count) * 2);
  }

  /** A new table without removed slots, if those are more than a quarter. */
  shedRemoved(): void {
    if (this.fill - this.used > Math.floor(this.mask / 4)) this.resize(this.used > 50_000 ? this.used * 2 : this.used * 4);
  }

  /** Are the hashes still those of the items? */
  hashesHold(vm: VM): boolean {
    for (let slot = this.nextSlot(0); slot >= 0; slot = this.nextSlot(slot + 1)) {
      if (hashLow(vm, this.keyAt(slot)) !== this.lowAt(slot) || vm.hashHigh !== this.highAt(slot)) return false;
    }
    return true;
  }

  /** Hashes all items again: the VM's secret has changed. */
  rehash(vm: VM): void {
    const items = this.toArray();
    const size = this.keys.length;
    this.keys = emptySlots(size);
    this.hashes = new Int32Array(2 * size);
    this.fill = items.length;
    for (const item of items) {
      const low = hashLow(vm, item);
      const at = freeSlot(this.keys, low, vm.hashHigh);
      this.keys[at] = item;
      this.hashes[2 * at] = low;
      this.hashes[2 * at + 1] = vm.hashHigh;
    }
  }

  /** `sys.getsizeof` by CPython's layout. */
  get byteSize(): number {
    return 200 + (this.keys.length > MIN_SIZE ? this.keys.length * 16 : 0);
  }

  private find(vm: VM, key: PyValue, low: number, high: number): number {
    let slot: number;
    do {
      slot = this.search(vm, key, low, high, false);
    } while (slot === CHANGED);
    return slot;
  }

  /**
   * For a lookup the slot of the key, or -1. For an addition the slot to put it in, which is the last slot of a removed item on
   * the way if there is one, or -1 when the key is there already. CHANGED when a comparison changed the table.
   */
  private search(vm: VM, key: PyValue, low: number, high: number, adding: boolean): number {
    const { keys, hashes, mask } = this;
    let slot = low & mask;
    let perturbLow = low >>> 0;
    let perturbHigh = high >>> 0;
    let removed = -1;
    for (;;) {
      const last = slot + LINEAR_PROBES <= mask ? slot + LINEAR_PROBES : slot;
      for (let at = slot; at <= last; at++) {
        const candidate = keys[at];
        if (candidate === undefined) return !adding ? -1 : removed < 0 ? at : removed;
        if (candidate === DUMMY) {
          removed = at;
          continue;
        }
        if (hashes[2 * at] !== low || hashes[2 * at + 1] !== high) continue;
        if (candidate === key) return adding ? -1 : at;
        const same = equals(vm, candidate, key);
        if (this.keys !== keys || keys[at] !== candidate) return CHANGED;
        if (same) return adding ? -1 : at;
      }
      perturbLow = ((perturbLow >>> PERTURB_SHIFT) | (perturbHigh << (32 - PERTURB_SHIFT))) >>> 0;
      perturbHigh >>>= PERTURB_SHIFT;
      slot = (Math.imul(slot, 5) + 1 + perturbLow) & mask;
    }
  }

  private removeAt(slot: number): void {
    this.keys[slot] = DUMMY;
    this.hashes[2 * slot] = -1;
    this.hashes[2 * slot + 1] = -1;
    this.used--;
  }

  /** A new table with more than `minUsed` slots. */
  private resize(minUsed: number): void {
    let size = MIN_SIZE;
    while (size <= minUsed) size *= 2;
    const { keys, hashes } = this;
    this.keys = emptySlots(size);
    this.hashes = new Int32Array(2 * size);
    this.fill = this.used;
    insertAll(this.keys, this.hashes, keys, hashes);
  }
}

function emptySlots(size: number): (PyValue | undefined)[] {
  return new Array<PyValue | undefined>(size).fill(undefined);
}

/** Puts the items of one table, which are all different, into an empty one that has room. */
function insertAll(keys: (PyValue | undefined)[], hashes: Int32Array, fromKeys: readonly (PyValue | undefined)[], fromHashes: Int32Array): void {
  for (let slot = 0; slot < fromKeys.length; slot++) {
    const key = fromKeys[slot];
    if (key === undefined || key === DUMMY) continue;
    const low = fromHashes[2 * slot];
    const high = fromHashes[2 * slot + 1];
    const at = freeSlot(keys, low, high);
    keys[at] = key;
    hashes[2 * at] = low;
    hashes[2 * at + 1] = high;
  }
}

/** CPython's set_insert_clean: first never used slot on the way of a hash. */
function freeSlot(keys: readonly (PyValue | undefined)[], low: number, high: number): number {
  const mask = keys.length - 1;
  let slot = low & mask;
  let perturbLow = low >>> 0;
  let perturbHigh = high >>> 0;
  for (;;) {
    const last = slot + LINEAR_PROBES <= mask ? slot + LINEAR_PROBES : slot;
    for (let at = slot; at <= last; at++) {
      if (keys[at] === undefined) return at;
    }
    perturbLow = ((perturbLow >>> PERTURB_SHIFT) | (perturbHigh << (32 - PERTURB_SHIFT))) >>> 0;
    perturbHigh >>>= PERTURB_SHIFT;
    slot = (Math.imul(slot, 5) + 1 + perturbLow) & mask;
  }
}
