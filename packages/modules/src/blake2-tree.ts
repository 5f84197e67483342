import type { Running } from './digest.ts';

/* BLAKE2 as a node of a hash tree (RFC 7693; the BLAKE2 paper, section 2.8), which @noble/hashes does not do. */

export interface TreeParameters {
  readonly digestSize: number;
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
  readonly person: Uint8Array;
  readonly fanout: number;
  readonly depth: number;
  readonly leafSize: number;
  readonly nodeOffset: bigint;
  readonly nodeDepth: number;
  readonly innerSize: number;
  readonly lastNode: boolean;
}

/** What tells BLAKE2b from BLAKE2s. */
interface Variant {
  /** Bits of a word. */
  readonly bits: number;
  readonly rounds: number;
  readonly rotations: readonly [bigint, bigint, bigint, bigint];
  readonly initial: readonly bigint[];
  /** Bytes of the node's offset in the parameters. */
  readonly offsetBytes: number;
}

const variants: Readonly<Record<'blake2b' | 'blake2s', Variant>> = {
  blake2b: {
    bits: 64, rounds: 12, rotations: [32n, 24n, 16n, 63n], offsetBytes: 8,
    initial: [
      0x6a09e667f3bcc908n, 0xbb67ae8584caa73bn, 0x3c6ef372fe94f82bn, 0xa54ff53a5f1d36f1n, 0x510e527fade682d1n, 0x9b05688c2b3e6c1fn, 0x1f83d9abfb41bd6bn, 0x5be0cd19137e2179n,
    ],
  },
  blake2s: {
    bits: 32, rounds: 10, rotations: [16n, 12n, 8n, 7n], offsetBytes: 6,
    initial: [0x6a09e667n, 0xbb67ae85n, 0x3c6ef372n, 0xa54ff53an, 0x510e527fn, 0x9b05688cn, 0x1f83d9abn, 0x5be0cd19n],
  },
};

/** Which word of the block each step of a round takes. */
const schedule: readonly string[] = [
  '0123456789abcdef', 'ea489fd61c02b753', 'b8c052fdae367194', '7931dcbe265a40f8', '905724afe1bc683d',
  '2c6a0b834d75fe19', 'c51fed4a0763928b', 'db7ec13950f4862a', '6fe9b308c2d714a5', 'a2847615fb9e3cd0',
];

/** The four words that each step mixes: columns, then diagonals. */
const mixes: readonly (readonly [number, number, number, number])[] = [
  [0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15], [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14],
];

/** Bytes as one number, the lowest first. */
function fromBytes(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  return value;
}

function toBytes(value: bigint, size: number): number[] {
  return Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

export class TreeNode implements Running {
  readonly blockLen: number;
  readonly outputLen: number;
  private readonly variant: Variant;
  private readonly lastNode: boolean;
  private state: bigint[];
  private block: Uint8Array;
  private filled = 0;
  private total = 0n;

  constructor(name: 'blake2b' | 'blake2s', parameters: TreeParameters) {
    this.variant = variants[name];
    const wordBytes = this.variant.bits / 8;
    this.blockLen = wordBytes * 16;
    this.outputLen = parameters.digestSize;
    this.lastNode = parameters.lastNode;
    this.block = new Uint8Array(this.blockLen);
    const words = parameterBlock(parameters, wordBytes, this.variant.offsetBytes);
    this.state = this.variant.initial.map((word, i) => word ^ fromBytes(words.subarray(i * wordBytes, (i + 1) * wordBytes)));
    if (parameters.key.length > 0) {
      this.block.set(parameters.key);
      this.filled = this.blockLen;
    }
  }

  update(data: Uint8Array): void {
    for (let at = 0; at < data.length;) {
      // The last block is compressed when it is known to be the last.
      if (this.filled === this.blockLen) this.compress(false);
      const count = Math.min(this.blockLen - this.filled, data.length - at);
      this.block.set(data.subarray(at, at + count), this.filled);
      this.filled += count;
      at += count;
    }
  }

  clone(): TreeNode {
    const copy: TreeNode = Object.assign(Object.create(TreeNode.prototype) as TreeNode, this);
    copy.state = [...this.state];
    copy.block = this.block.slice();
    return copy;
  }

  digest(): Uint8Array {
    const node = this.clone();
    node.block.fill(0, node.filled);
    node.compress(true);
    return Uint8Array.from(node.state.flatMap((word) => toBytes(word, this.variant.bits / 8))).slice(0, this.outputLen);
  }

  private compress(last: boolean): void {
    const { bits, rounds, rotations, initial } = this.variant;
    const wordBytes = bits / 8;
    const wrap = (value: bigint): bigint => BigInt.asUintN(bits, value);
    const rotate = (value: bigint, by: bigint): bigint => (value >> by) | wrap(value << (BigInt(bits) - by));
    this.total += BigInt(this.filled);
    this.filled = 0;
    const m = Array.from({ length: 16 }, (_, i) => fromBytes(this.block.subarray(i * wordBytes, (i + 1) * wordBytes)));
    const v = [...this.state, ...initial];
    v[12] ^= wrap(this.total);
    v[13] ^= wrap(this.total >> BigInt(bits));
    if (last) v[14] = wrap(~v[14]);
    if (last && this.lastNode) v[15] = wrap(~v[15]);
    for (let round = 0; round < rounds; round++) {
      const order = schedule[round % 10];
      for (const [step, [a, b, c, d]] of mixes.entries()) {
        for (const half of [0, 1]) {
          v[a] = wrap(v[a] + v[b] + m[parseInt(order[2 * step + half], 16)]);
          v[d] = rotate(v[d] ^ v[a], rotations[2 * half]);
          v[c] = wrap(v[c] + v[d]);
          v[b] = rotate(v[b] ^ v[c], rotations[2 * half + 1]);
        }
      }
    }
    this.state = this.state.map((word, i) => word ^ v[i] ^ v[i + 8]);
  }
}

/** The parameters as the first state takes them. */
function parameterBlock(parameters: TreeParameters, wordBytes: number, offsetBytes: number): Uint8Array {
  const { digestSize, key, fanout, depth, leafSize, nodeOffset, nodeDepth, innerSize, salt, person } = parameters;
  const bytes = new Uint8Array(wordBytes * 8);
  bytes.set([digestSize, key.length, fanout, depth, ...toBytes(BigInt(leafSize), 4), ...toBytes(nodeOffset, offsetBytes), nodeDepth, innerSize]);
  bytes.set(salt, wordBytes * 4);
  bytes.set(person, wordBytes * 6);
  return bytes;
}
