import type { Hash } from 'node:crypto';
import type { HostHash, HostHashes } from '@py/code';

type Crypto = typeof import('node:crypto');

/** Python's names of digests by OpenSSL's. */
const names: Readonly<Record<string, string>> = {
  md5: 'md5', sha1: 'sha1', sha224: 'sha224', sha256: 'sha256', sha384: 'sha384', sha512: 'sha512',
  sha3_224: 'sha3-224', sha3_256: 'sha3-256', sha3_384: 'sha3-384', sha3_512: 'sha3-512', blake2b: 'blake2b512', blake2s: 'blake2s256',
};

/** Digests of OpenSSL, as far as this Node has it. node:crypto is loaded when the first is asked for: it takes longer than most starts. */
export function createHashes(): HostHashes {
  let loaded: Crypto | null = null;
  /** What OpenSSL makes of a digest, by its own name; null where it or Node does not have it. */
  const withDigest = <Result>(name: string, make: (crypto: Crypto, openssl: string) => Result | null): Result | null => {
    const crypto = (loaded ??= load());
    if (!crypto || !Object.hasOwn(names, name)) return null;
    try {
      return make(crypto, names[name]);
    } catch {
      // A build of OpenSSL without it.
      return null;
    }
  };
  /** Node can do so from 20.12 on: of little data in a quarter of the time that an object takes. */
  const digestAtOnce = (name: string, bytes: Uint8Array, encoding: 'hex' | 'latin1'): string | null =>
    withDigest(name, ({ hash }, openssl) => (hash as typeof hash | undefined)?.(openssl, bytes, encoding as 'hex') ?? null); // The types know of fewer encodings than Node.
  return {
    create: (name) => withDigest(name, (crypto, openssl) => new NodeHash(crypto.createHash(openssl))),
    hexDigest: (name, bytes) => digestAtOnce(name, bytes, 'hex'),
    digest(name, bytes) {
      // As text, since a Buffer costs more than its digest.
      const text = digestAtOnce(name, bytes, 'latin1');
      if (text === null) return null;
      const digest = new Uint8Array(text.length);
      for (let i = 0; i < digest.length; i++) digest[i] = text.charCodeAt(i);
      return digest;
    },
    pbkdf2: (name, password, salt, rounds, length) => withDigest(name, (crypto, openssl) => new Uint8Array(crypto.pbkdf2Sync(password, salt, rounds, length, openssl))),
  };
}

const load = (): Crypto | null => (process.getBuiltinModule as typeof process.getBuiltinModule | undefined)?.('node:crypto') ?? null;

class NodeHash implements HostHash {
  private readonly hash: Hash;
  constructor(hash: Hash) {
    this.hash = hash;
  }
  update(bytes: Uint8Array): void {
    this.hash.update(bytes);
  }
  copy(): HostHash {
    return new NodeHash(this.hash.copy());
  }
  digest(): Uint8Array {
    return new Uint8Array(this.hash.digest());
  }
}
