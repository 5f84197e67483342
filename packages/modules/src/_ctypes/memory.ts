import type { PyValue } from '@py/vm/native';

/*
 * The memory that C data types lie in. JavaScript has no addresses, so a block gets one when it is first asked for; a pointer is that number, written into a block as C writes
 * it, and finds its block again as long as somebody holds that: an object, or the block that the pointer was stored in.
 */

/** A stretch of memory. Others may share its bytes (`from_buffer`). */
export class Block {
  bytes: Uint8Array;
  /** Of the first byte; 0 as long as nobody has asked. */
  address = 0;
  /** Blocks that pointers stored here lead to, by the place of the pointer. */
  links: Map<number, Block> | null = null;
  /** Python objects whose references are stored here (`py_object`), by place. */
  values: Map<number, PyValue> | null = null;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
  get view(): DataView {
    const { bytes } = this;
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

/** A byte of a block. */
export interface Place {
  readonly block: Block;
  readonly offset: number;
}

/** Copies bytes as `memmove` does, with what the pointers and references among them lead to. */
export function copyMemory(to: Place, from: Place, count: number): void {
  const links = heldWithin(from.block.links, from.offset, count);
  const values = heldWithin(from.block.values, from.offset, count);
  to.block.bytes.set(from.block.bytes.subarray(from.offset, from.offset + count), to.offset);
  for (const [at, link] of links) (to.block.links ??= new Map()).set(to.offset + at, link);
  for (const [at, value] of values) (to.block.values ??= new Map()).set(to.offset + at, value);
}

function heldWithin<T>(held: ReadonlyMap<number, T> | null, offset: number, count: number): (readonly [number, T])[] {
  if (held === null) return [];
  return [...held].filter(([at]) => at >= offset && at < offset + count).map(([at, item]) => [at - offset, item]);
}

/** The addresses that a VM's blocks have. */
export class AddressSpace {
  private next = 0x7f3a_0000_1000;
  /** In the order of their addresses. */
  private blocks: { readonly address: number; readonly block: WeakRef<Block> }[] = [];
  private checked = 64;

  addressOf({ block, offset }: Place): number {
    if (block.address === 0) {
      block.address = this.next;
      // A byte behind the end may be pointed at, too.
      this.next += (block.bytes.length & ~15) + 32;
      this.blocks.push({ address: block.address, block: new WeakRef(block) });
      if (this.blocks.length > this.checked) {
        this.blocks = this.blocks.filter((entry) => entry.block.deref() !== undefined);
        this.checked = 2 * this.blocks.length + 64;
      }
    }
    return block.address + offset;
  }

  /** The block at an address, or undefined where nothing is (any more). */
  find(address: number): Place | undefined {
    let low = 0;
    let high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.blocks[middle].address <= address) low = middle + 1;
      else high = middle;
    }
    const block = low === 0 ? undefined : this.blocks[low - 1].block.deref();
    return block === undefined || address > block.address + block.bytes.length ? undefined : { block, offset: address - block.address };
  }

  /** Gives a block a new size; it moves, as `realloc` may. */
  resize(block: Block, size: number): void {
    const bytes = new Uint8Array(size);
    bytes.set(block.bytes.subarray(0, size));
    block.bytes = bytes;
    block.address = 0;
  }

  /** Stores a pointer; null is NULL. */
  store({ block, offset }: Place, target: Place | null): void {
    block.view.setBigUint64(offset, target === null ? 0n : BigInt(this.addressOf(target)), true);
    if (target !== null) (block.links ??= new Map()).set(offset, target.block);
    else block.links?.delete(offset);
  }

  /** The pointer stored at a place. */
  load({ block, offset }: Place): number {
    return Number(block.view.getBigUint64(offset, true));
  }
}
