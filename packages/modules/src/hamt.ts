import { equals, hash } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';

/** Bits of the hash that one level of the tree goes by. */
const levelBits = 5;

/** A key, its value, and 32 bits of the key's hash. */
class Leaf {
  readonly hash: number;
  readonly key: PyValue;
  readonly value: PyValue;
  constructor(hash32: number, key: PyValue, value: PyValue) {
    this.hash = hash32;
    this.key = key;
    this.value = value;
  }
}

/** Keys whose hashes are the same. */
class Collision {
  readonly hash: number;
  readonly leaves: readonly Leaf[];
  constructor(hash32: number, leaves: readonly Leaf[]) {
    this.hash = hash32;
    this.leaves = leaves;
  }
}

/** Up to 32 nodes below: bit n of the bitmap is set where there is one for the level's value n. */
class Branch {
  readonly bitmap: number;
  readonly nodes: readonly Node[];
  constructor(bitmap: number, nodes: readonly Node[]) {
    this.bitmap = bitmap;
    this.nodes = nodes;
  }
}

type Node = Leaf | Collision | Branch;

/**
 * A mapping that never changes: setting and deleting give another one, which shares most of its tree with this one. What contexts keep
 * their variables in. CPython 3.12: Python/hamt.c.
 */
export class Hamt {
  readonly size: number;
  private readonly root: Node | null;

  constructor(root: Node | null = null, size = 0) {
    this.root = root;
    this.size = size;
  }

  /** The value of a key, or undefined. */
  get(vm: VM, key: PyValue): PyValue | undefined {
    return this.root === null ? undefined : find(vm, this.root, 0, hash32(vm, key), key)?.value;
  }

  /** This mapping with a value for a key; itself when it has that very value already. */
  set(vm: VM, key: PyValue, value: PyValue): Hamt {
    const leaf = new Leaf(hash32(vm, key), key, value);
    if (this.root === null) return new Hamt(leaf, 1);
    const old = find(vm, this.root, 0, leaf.hash, key);
    if (old !== undefined && old.value === value) return this;
    const put = old === undefined ? leaf : new Leaf(old.hash, old.key, value);
    return new Hamt(insert(this.root, 0, put, old), old === undefined ? this.size + 1 : this.size);
  }

  /** This mapping without a key; itself when there is none. */
  delete(vm: VM, key: PyValue): Hamt {
    if (this.root === null) return this;
    const old = find(vm, this.root, 0, hash32(vm, key), key);
    return old === undefined ? this : new Hamt(remove(this.root, 0, old), this.size - 1);
  }

  /** Keys and values, in the order of the tree. */
  entries(): (readonly [key: PyValue, value: PyValue])[] {
    const leaves: Leaf[] = [];
    if (this.root !== null) collect(this.root, leaves);
    return leaves.map(({ key, value }) => [key, value] as const);
  }
}

/** Both halves of a 64-bit hash. */
function hash32(vm: VM, key: PyValue): number {
  const value = hash(vm, key);
  if (typeof value === 'number') return (value | 0) ^ (Math.floor(value / 0x1_0000_0000) | 0);
  const bits = BigInt.asUintN(64, value);
  return Number(bits & 0xffff_ffffn) ^ Number(bits >> 32n);
}

function find(vm: VM, node: Node, shift: number, hash: number, key: PyValue): Leaf | undefined {
  if (node instanceof Branch) {
    const bit = bitAt(hash, shift);
    return (node.bitmap & bit) === 0 ? undefined : find(vm, node.nodes[below(node.bitmap, bit)], shift + levelBits, hash, key);
  }
  if (node.hash !== hash) return undefined;
  const leaves = node instanceof Leaf ? [node] : node.leaves;
  return leaves.find((leaf) => leaf.key === key || equals(vm, leaf.key, key));
}

/** Puts `leaf` in, in the place of `old` if that is there. */
function insert(node: Node, shift: number, leaf: Leaf, old: Leaf | undefined): Node {
  if (node instanceof Branch) {
    const bit = bitAt(leaf.hash, shift);
    const at = below(node.bitmap, bit);
    if ((node.bitmap & bit) === 0) return new Branch(node.bitmap | bit, [...node.nodes.slice(0, at), leaf, ...node.nodes.slice(at)]);
    return new Branch(node.bitmap, replaced(node.nodes, at, insert(node.nodes[at], shift + levelBits, leaf, old)));
  }
  if (node === old) return leaf;
  if (node.hash !== leaf.hash) return join(node, leaf, shift);
  if (node instanceof Leaf) return new Collision(node.hash, [node, leaf]);
  const at = old === undefined ? node.leaves.length : node.leaves.indexOf(old);
  return new Collision(node.hash, replaced(node.leaves, at, leaf));
}

/** A branch with two nodes whose hashes differ. */
function join(a: Leaf | Collision, b: Leaf, shift: number): Branch {
  const first = bitAt(a.hash, shift);
  const second = bitAt(b.hash, shift);
  if (first === second) return new Branch(first, [join(a, b, shift + levelBits)]);
  return new Branch(first | second, first >>> 0 < second >>> 0 ? [a, b] : [b, a]);
}

/** Takes a leaf out that is there; null when nothing is left. */
function remove(node: Node, shift: number, leaf: Leaf): Node | null {
  if (node instanceof Leaf) return null;
  if (node instanceof Collision) {
    const rest = node.leaves.filter((item) => item !== leaf);
    return rest.length === 1 ? rest[0] : new Collision(node.hash, rest);
  }
  const bit = bitAt(leaf.hash, shift);
  const at = below(node.bitmap, bit);
  const left = remove(node.nodes[at], shift + levelBits, leaf);
  const nodes = left === null ? node.nodes.filter((_, index) => index !== at) : replaced(node.nodes, at, left);
  if (nodes.length === 0) return null;
  // What is alone needs no branch: its own hash tells where it belongs.
  if (nodes.length === 1 && !(nodes[0] instanceof Branch)) return nodes[0];
  return new Branch(left === null ? node.bitmap & ~bit : node.bitmap, nodes);
}

function collect(node: Node, leaves: Leaf[]): void {
  if (node instanceof Leaf) leaves.push(node);
  else if (node instanceof Collision) leaves.push(...node.leaves);
  else for (const below of node.nodes) collect(below, leaves);
}

function bitAt(hash: number, shift: number): number {
  return 1 << ((hash >>> shift) & 31);
}

/** How many bits of the bitmap are below `bit`. */
function below(bitmap: number, bit: number): number {
  let count = 0;
  for (let rest = bitmap & (bit - 1); rest !== 0; rest &= rest - 1) count++;
  return count;
}

function replaced<T>(items: readonly T[], at: number, item: T): T[] {
  const copy = items.slice();
  copy[at] = item;
  return copy;
}
