import { blake2b, blake2s } from '@noble/hashes/blake2.js';
import { md5, ripemd160, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512, sha512_224, sha512_256 } from '@noble/hashes/sha2.js';
import { sha3_224, sha3_256, sha3_384, sha3_512, shake128, shake256 } from '@noble/hashes/sha3.js';
import type { Create } from './digest.ts';

/** One of the algorithms that we know. */
export interface Algorithm {
  readonly create: Create;
  readonly digestSize: number;
  readonly blockSize: number;
  /** Gives digests of any length. */
  readonly extensible: boolean;
}

const fixed = (create: () => unknown, digestSize: number, blockSize: number): Algorithm => ({ create: create as Create, digestSize, blockSize, extensible: false });
const extensible = (create: () => unknown, blockSize: number): Algorithm => ({ create: create as Create, digestSize: 0, blockSize, extensible: true });

/** By Python's names. */
export const algorithms: Readonly<Record<string, Algorithm>> = {
  md5: fixed(() => md5.create(), 16, 64),
  sha1: fixed(() => sha1.create(), 20, 64),
  sha224: fixed(() => sha224.create(), 28, 64),
  sha256: fixed(() => sha256.create(), 32, 64),
  sha384: fixed(() => sha384.create(), 48, 128),
  sha512: fixed(() => sha512.create(), 64, 128),
  sha512_224: fixed(() => sha512_224.create(), 28, 128),
  sha512_256: fixed(() => sha512_256.create(), 32, 128),
  sha3_224: fixed(() => sha3_224.create(), 28, 144),
  sha3_256: fixed(() => sha3_256.create(), 32, 136),
  sha3_384: fixed(() => sha3_384.create(), 48, 104),
  sha3_512: fixed(() => sha3_512.create(), 64, 72),
  shake_128: extensible(() => shake128.create({}), 168),
  shake_256: extensible(() => shake256.create({}), 136),
  blake2b: fixed(() => blake2b.create({}), 64, 128),
  blake2s: fixed(() => blake2s.create({}), 32, 64),
  ripemd160: fixed(() => ripemd160.create(), 20, 64),
};
