/**
 * The marked objects, to which a reference may point, numbered in the order in which they were begun. Strings are found again by
 * their text, numbers and bytes by the bytes they were written as, containers by identity.
 */
export class ReferenceTable {
  /** Marked objects so far: the number of the next. */
  count: number;
  /** For each number and bytes object: its number, where it begins, its hash. */
  private readonly numbers: number[];
  private readonly places: number[];
  private readonly hashes: number[];
  /** Open hash table: index in those lists plus one, 0 where free. Its size is a power of two. */
  private slots: Int32Array;
  private readonly containers: Map<object | symbol, number>;
  /** Tuples by a hash of the numbers of their items; of two with one hash the later. */
  private readonly tuples: Map<number, { readonly number: number; readonly members: readonly number[] }>;
  /** The same text can be two objects, one of them interned. */
  private readonly interned: Map<string, number>;
  private readonly strings: Map<string, number>;

  constructor() {
    this.count = 0;
    this.numbers = [];
    this.places = [];
    this.hashes = [];
    this.slots = new Int32Array(256);
    this.containers = new Map();
    this.tuples = new Map();
    this.interned = new Map();
    this.strings = new Map();
  }

  /** The number of an equal object written before the one in bytes `start` to `end`; or numbers that one and gives -1. */
  findBytes(view: DataView, start: number, end: number): number {
    const { hashes, places, slots } = this;
    const hash = hashBytes(view, start, end);
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let entry = slots[slot]; entry !== 0; entry = slots[slot]) {
      if (hashes[entry - 1] === hash && sameBytes(view, places[entry - 1], start, end)) return this.numbers[entry - 1];
      slot = (slot + 1) & mask;
    }
    hashes.push(hash);
    places.push(start);
    slots[slot] = this.numbers.push(this.count++);
    if (hashes.length * 2 > mask) this.growSlots();
    return -1;
  }

  /** The number of an equal str; or numbers this one and gives -1. */
  findString(text: string, interned: boolean): number {
    const table = interned ? this.interned : this.strings;
    const known = table.get(text);
    if (known !== undefined) return known;
    table.set(text, this.count++);
    return -1;
  }

  /** The number of a container met before; or numbers this one and gives -1. */
  findContainer(container: object | symbol): number {
    const known = this.containers.get(container);
    if (known !== undefined) return known;
    this.containers.set(container, this.count++);
    return -1;
  }

  /** The number of a tuple of the same objects; or notes this one, whose number is given, and gives -1. */
  findTuple(members: readonly number[], number: number): number {
    let hash = members.length;
    for (let at = 0; at < members.length; at++) hash = Math.imul(hash ^ members[at], 0x01000193) ^ (hash >>> 15);
    hash &= 0x3fffffff;
    const known = this.tuples.get(hash);
    if (known !== undefined && sameNumbers(known.members, members)) return known.number;
    this.tuples.set(hash, { number, members });
    return -1;
  }

  private growSlots(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 4);
    const mask = this.slots.length - 1;
    for (const entry of old) {
      if (entry === 0) continue;
      let slot = this.hashes[entry - 1] & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = entry;
    }
  }
}

/** Up to 16 bytes from each end count. */
function hashBytes(view: DataView, start: number, end: number): number {
  let hash = end - start;
  if (hash < 4) {
    for (let at = start; at < end; at++) hash = (hash << 8) ^ view.getUint8(at);
  } else {
    const head = Math.min(start + 16, end - 3);
    for (let at = start; at < head; at += 4) hash = Math.imul(hash ^ view.getInt32(at, true), 0x01000193) ^ (hash >>> 15);
    for (let at = Math.max(start, end - 16); at < end - 3; at += 4) hash = Math.imul(hash ^ view.getInt32(at, true), 0x01000193) ^ (hash >>> 15);
    hash ^= view.getInt32(end - 4, true);
  }
  hash = Math.imul(hash, 0x45d9f3b5);
  // Fits the small integers of V8.
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}

/** No written object is the beginning of another, so that equal bytes up to `end` are an equal object. */
function sameBytes(view: DataView, other: number, start: number, end: number): boolean {
  const distance = other - start;
  let at = start;
  for (; at + 4 <= end; at += 4) if (view.getInt32(at, true) !== view.getInt32(at + distance, true)) return false;
  for (; at < end; at++) if (view.getUint8(at) !== view.getUint8(at + distance)) return false;
  return true;
}

function sameNumbers(some: readonly number[], others: readonly number[]): boolean {
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false;
  return true;
}
