/**
 * The objects that a reference may point to, in the order in which they were begun. Strings are found again by their text,
 * numbers and bytes by the bytes they were written as, containers by identity.
 */
export class ReferenceTable {
  /** Number of an object → where its type code is. */
  private places: Int32Array;
  private hashes: Int32Array;
  private count: number;
  /** Open hash table: number of an object plus one, 0 where free. Its size is a power of two. */
  private slots: Int32Array;
  private used: number;
  private readonly containers: Map<object | symbol, number>;
  /** The same text can be two objects, one of them interned. */
  private readonly interned: Map<string, number>;
  private readonly strings: Map<string, number>;

  constructor() {
    this.places = new Int32Array(512);
    this.hashes = new Int32Array(512);
    this.count = 0;
    this.slots = new Int32Array(512);
    this.used = 0;
    this.containers = new Map();
    this.interned = new Map();
    this.strings = new Map();
  }

  get size(): number {
    return this.count;
  }

  /** Where each object begins, by its number. */
  allPlaces(): Int32Array {
    return this.places.subarray(0, this.count);
  }

  /** The number of an equal object written before the one in bytes `start` to `end`; or notes that one and gives -1. */
  findBytes(view: DataView, start: number, end: number): number {
    const hash = hashBytes(view, start, end);
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (let entry = this.slots[slot]; entry !== 0; entry = this.slots[slot]) {
      if (this.hashes[entry - 1] === hash && sameBytes(view, this.places[entry - 1], start, end)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    this.slots[slot] = this.add(start, hash) + 1;
    if (++this.used * 2 > mask) this.growSlots();
    return -1;
  }

  /** The number of an equal str written before; or notes that it begins at `place` and gives -1. */
  findString(text: string, interned: boolean, place: number): number {
    const table = interned ? this.interned : this.strings;
    const known = table.get(text);
    if (known !== undefined) return known;
    table.set(text, this.add(place, 0));
    return -1;
  }

  /** The number of a container written before; or notes that it begins at `place` and gives -1. */
  findContainer(container: object | symbol, place: number): number {
    const known = this.containers.get(container);
    if (known !== undefined) return known;
    this.containers.set(container, this.add(place, 0));
    return -1;
  }

  private add(place: number, hash: number): number {
    if (this.count === this.places.length) {
      this.places = doubled(this.places);
      this.hashes = doubled(this.hashes);
    }
    this.places[this.count] = place;
    this.hashes[this.count] = hash;
    return this.count++;
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

function doubled(array: Int32Array): Int32Array {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
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
  return hash ^ (hash >>> 15);
}

/** No written object is the beginning of another, so that equal bytes up to `end` are an equal object. */
function sameBytes(view: DataView, other: number, start: number, end: number): boolean {
  const distance = other - start;
  let at = start;
  for (; at + 4 <= end; at += 4) if (view.getInt32(at, true) !== view.getInt32(at + distance, true)) return false;
  for (; at < end; at++) if (view.getUint8(at) !== view.getUint8(at + distance)) return false;
  return true;
}
