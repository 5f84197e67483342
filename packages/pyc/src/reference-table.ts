/** Words of a slot, as a power of two: hash, place, number plus one (0 where free), and one unused. */
const slotSize = 4;

/**
 * The marked objects, to which a reference may point, numbered in the order in which they were begun. Strings are found again by
 * their text, numbers and bytes by the bytes they were written as, tuples of names by what is in them, other containers by identity.
 */
export class ReferenceTable {
  /** Marked objects so far: the number of the next. */
  count: number;
  /** How many slots are taken. */
  private taken: number;
  /** Open hash table. A place is where an object begins in the bytes; below zero, the complement of an index in `tuples`. */
  private slots: Int32Array;
  private readonly tuples: (readonly string[])[];
  private readonly containers: Map<object | symbol, number>;
  /** The same text can be two objects, one of them interned. */
  private readonly interned: Map<string, number>;
  private readonly strings: Map<string, number>;

  /** `size`: about how many bytes will be written. */
  constructor(size: number) {
    this.count = 0;
    this.taken = 0;
    // Code has about one object that needs a slot in 150 bytes.
    this.slots = new Int32Array(slotSize << Math.max(4, 32 - Math.clz32(size >> 6)));
    this.tuples = [];
    this.containers = new Map();
    this.interned = new Map();
    this.strings = new Map();
  }

  /** The number of an equal object written before the one in bytes `start` to `end`; or numbers that one and gives -1. */
  findBytes(view: DataView, start: number, end: number): number {
    const { slots } = this;
    const hash = hashBytes(view, start, end);
    const mask = slots.length - 1;
    let at = (hash << 2) & mask;
    for (let entry = slots[at + 2]; entry !== 0; entry = slots[at + 2]) {
      if (slots[at] === hash && slots[at + 1] >= 0 && sameBytes(view, slots[at + 1], start, end)) return entry - 1;
      at = (at + slotSize) & mask;
    }
    this.take(at, hash, start, this.count++);
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

  /** The number of a tuple of the same names; or notes this one, whose number is given, and gives -1. `hash` is made of the numbers of the names. */
  findNames(names: readonly string[], number: number, hash: number): number {
    const { slots, tuples } = this;
    const mask = slots.length - 1;
    let at = (hash << 2) & mask;
    for (let entry = slots[at + 2]; entry !== 0; entry = slots[at + 2]) {
      if (slots[at] === hash && slots[at + 1] < 0 && sameNames(tuples[~slots[at + 1]], names)) return entry - 1;
      at = (at + slotSize) & mask;
    }
    this.take(at, hash, ~tuples.length, number);
    tuples.push(names);
    return -1;
  }

  private take(at: number, hash: number, place: number, number: number): void {
    const { slots } = this;
    slots[at] = hash;
    slots[at + 1] = place;
    slots[at + 2] = number + 1;
    // At most half of the slots are taken.
    if (++this.taken * 2 * slotSize > slots.length) this.growSlots();
  }

  private growSlots(): void {
    const old = this.slots;
    const slots = new Int32Array(old.length * 4);
    const mask = slots.length - 1;
    for (let from = 0; from < old.length; from += slotSize) {
      if (old[from + 2] === 0) continue;
      let at = (old[from] << 2) & mask;
      while (slots[at + 2] !== 0) at = (at + slotSize) & mask;
      for (let word = 0; word < slotSize; word++) slots[at + word] = old[from + word];
    }
    this.slots = slots;
  }
}

/** All bytes count: data often has the same beginnings and ends. */
function hashBytes(view: DataView, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4) hash = Math.imul(hash ^ view.getInt32(at, true), 0x01000193) ^ (hash >>> 15);
  for (; at < end; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x01000193);
  return mixed(hash);
}

/** The bits of a hash mixed, so that the low ones tell as much as the high ones. */
export function mixed(hash: number): number {
  const product = Math.imul(hash, 0x45d9f3b5);
  // Fits the small integers of V8.
  return (product ^ (product >>> 15)) & 0x3fffffff;
}

/** No written object is the beginning of another, so that equal bytes up to `end` are an equal object. */
function sameBytes(view: DataView, other: number, start: number, end: number): boolean {
  const distance = other - start;
  let at = start;
  for (; at + 4 <= end; at += 4) if (view.getInt32(at, true) !== view.getInt32(at + distance, true)) return false;
  for (; at < end; at++) if (view.getUint8(at) !== view.getUint8(at + distance)) return false;
  return true;
}

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false;
  return true;
}
