import { blake2b, blake2s } from '@noble/hashes/blake2.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { sha3_224, sha3_256, sha3_384, sha3_512, shake128, shake256 } from '@noble/hashes/sha3.js';
import { asSsize, bufferBytes, defineModule, defineType, isTrue, native, None, overflowError, PyBytes, PyObject, typeError, TypeFlag, valueError, asIndex } from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { hashInput, hex, Undecided } from './digest.ts';
import type { Create, Running } from './digest.ts';

/* `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2` over @noble/hashes. */

class PyHash extends PyObject {
  readonly running: Running;
  readonly name: string;
  constructor(cls: PyType, running: Running, name: string) {
    super(cls);
    this.running = running;
    this.name = name;
  }
}

function common(digestSize: number): Parameters<typeof defineType>[1] {
  return {
    methods: [
      native('copy(self, /)', (_vm: VM, self: PyHash) => new PyHash(self.cls, self.running.clone(), self.name), 'Return a copy of the hash object.'),
      native('digest(self, /)', (_vm: VM, self: PyHash) => new PyBytes(self.running.clone().digest().slice()), 'Return the digest value as a bytes object.'),
      native('hexdigest(self, /)', (_vm: VM, self: PyHash) => hex(self.running.clone().digest()), 'Return the digest value as a string of hexadecimal digits.'),
      native('update(self, obj, /)', (vm: VM, self: PyHash, obj: PyValue) => {
        self.running.update(hashInput(vm, obj));
        return None;
      }, "Update this hash object's state with the provided string."),
    ],
    getset: {
      block_size: { get: (_vm: VM, self: PyHash) => self.running.blockLen },
      name: { get: (_vm: VM, self: PyHash) => self.name },
      digest_size: { get: () => digestSize },
    },
  };
}

function shakeMethods(): ReturnType<typeof native>[] {
  const take = (vm: VM, self: PyHash, length: PyValue): Uint8Array => {
    const size = asSsize(vm, length);
    if (size < 0) throw valueError('value must be positive');
    if (size >= 2 ** 29) throw valueError('length is too large');
    vm.allocate(size);
    return size === 0 ? new Uint8Array() : (self.running.clone().xof as (length: number) => Uint8Array)(size);
  };
  return [
    native('digest(self, length, /)', (vm: VM, self: PyHash, length: PyValue) => new PyBytes(take(vm, self, length).slice()), 'Return the digest value as a bytes object.'),
    native('hexdigest(self, length, /)', (vm: VM, self: PyHash, length: PyValue) => hex(take(vm, self, length)), 'Return the digest value as a string of hexadecimal digits.'),
  ];
}

/** A constructor function `sha256(string=b'', *, usedforsecurity=True)` and its type. */
function hashFunction(module: string, typeName: string, name: string, create: Create, digestSize: number, blockSize = 64): { type: PyType; make: ReturnType<typeof native> } {
  const type = defineType(typeName, { module, flags: TypeFlag.DISALLOW_INSTANTIATION, ...common(digestSize) });
  const make = native(`${name}(string=b'', *, usedforsecurity=True)`, (vm: VM, string: PyValue | undefined) => {
    const running = new Undecided(vm, name, create, { blockLen: blockSize, outputLen: digestSize });
    if (string !== undefined) running.update(hashInput(vm, string));
    return new PyHash(type, running, name);
  }, `Return a new ${name.toUpperCase()} hash object; optionally initialized with a string.`);
  return { type, make };
}

const md5Hash = hashFunction('_md5', 'md5', 'md5', () => md5.create() as Running, 16);
const sha1Hash = hashFunction('_sha1', 'sha1', 'sha1', () => sha1.create() as Running, 20);
const sha224Hash = hashFunction('_sha2', 'SHA224Type', 'sha224', () => sha224.create() as Running, 28);
const sha256Hash = hashFunction('_sha2', 'SHA256Type', 'sha256', () => sha256.create() as Running, 32);
const sha384Hash = hashFunction('_sha2', 'SHA384Type', 'sha384', () => sha384.create() as Running, 48, 128);
const sha512Hash = hashFunction('_sha2', 'SHA512Type', 'sha512', () => sha512.create() as Running, 64, 128);

/** Python's module `_md5`. CPython 3.12: Modules/md5module.c. */
export const _md5: NativeModule = defineModule('_md5', { MD5Type: md5Hash.type, md5: md5Hash.make });
/** Python's module `_sha1`. CPython 3.12: Modules/sha1module.c. */
export const _sha1: NativeModule = defineModule('_sha1', { SHA1Type: sha1Hash.type, sha1: sha1Hash.make });
/** Python's module `_sha2`. CPython 3.12: Modules/sha2module.c. */
export const _sha2: NativeModule = defineModule('_sha2', {
  SHA224Type: sha224Hash.type, SHA256Type: sha256Hash.type, SHA384Type: sha384Hash.type, SHA512Type: sha512Hash.type,
  sha224: sha224Hash.make, sha256: sha256Hash.make, sha384: sha384Hash.make, sha512: sha512Hash.make,
});

/** SHA-3's are types themselves. */
function sha3Type(name: string, create: Create, digestSize: number, extensible: boolean): PyType {
  const shared = common(digestSize);
  return defineType(name, {
    module: '_sha3',
    doc: `${name}([data], *, usedforsecurity=True) -> ${extensible ? 'SHAKE' : 'SHA3'} object`,
    ...shared,
    getset: {
      ...shared.getset,
      _capacity_bits: { get: (_vm: VM, self: PyHash) => 1600 - 8 * self.running.blockLen },
      _rate_bits: { get: (_vm: VM, self: PyHash) => 8 * self.running.blockLen },
      _suffix: { get: () => new PyBytes(Uint8Array.of(extensible ? 0x1f : 0x06)) },
    },
    methods: extensible ? [...(shared.methods ?? []).filter((def) => !def.name.includes('digest')), ...shakeMethods()] : shared.methods,
    slots: {
      tp_new(vm, type, args, kwnames) {
        const names = kwnames ?? [];
        const positional = args.length - names.length;
        if (positional > 1) throw typeError(`${name}() takes at most 1 positional argument (${positional} given)`);
        for (const key of names) if (key !== 'usedforsecurity') throw typeError(`${name}() got an unexpected keyword argument '${key}'`);
        const running = extensible ? create() : new Undecided(vm, name, create, { blockLen: 200 - 2 * digestSize, outputLen: digestSize });
        if (positional === 1) running.update(hashInput(vm, args[0]));
        return new PyHash(type, running, name);
      },
    },
  });
}

/** Python's module `_sha3`. CPython 3.12: Modules/sha3module.c. */
export const _sha3: NativeModule = defineModule('_sha3', {
  sha3_224: sha3Type('sha3_224', () => sha3_224.create() as Running, 28, false),
  sha3_256: sha3Type('sha3_256', () => sha3_256.create() as Running, 32, false),
  sha3_384: sha3Type('sha3_384', () => sha3_384.create() as Running, 48, false),
  sha3_512: sha3Type('sha3_512', () => sha3_512.create() as Running, 64, false),
  shake_128: sha3Type('shake_128', () => shake128.create({}) as unknown as Running, 0, true),
  shake_256: sha3Type('shake_256', () => shake256.create({}) as unknown as Running, 0, true),
  implementation: 'generic',
});

interface BlakeLimits {
  readonly out: number;
  readonly key: number;
  readonly salt: number;
  readonly person: number;
}

function blakeType(name: 'blake2b' | 'blake2s', limits: BlakeLimits): PyType {
  const shared = common(limits.out);
  const size = (vm: VM, value: PyValue): number => Number(asIndex(vm, value));
  const type: PyType = defineType(name, {
    module: '_blake2',
    doc: `Return a new ${name === 'blake2b' ? 'BLAKE2b' : 'BLAKE2s'} hash object.`,
    ...shared,
    getset: { ...shared.getset, digest_size: { get: (_vm: VM, self: PyHash) => self.running.outputLen } },
    members: { SALT_SIZE: limits.salt, PERSON_SIZE: limits.person, MAX_KEY_SIZE: limits.key, MAX_DIGEST_SIZE: limits.out },
    slots: {
      tp_new(vm, cls, args, kwnames) {
        const names = kwnames ?? [];
        const positional = args.slice(0, args.length - names.length);
        const given = new Map(names.map((key, i) => [key, args[positional.length + i]]));
        const dkLen = given.has('digest_size') ? size(vm, given.get('digest_size') as PyValue) : limits.out;
        if (dkLen <= 0 || dkLen > limits.out) throw valueError(`digest_size for ${name === 'blake2b' ? 'BLAKE2b' : 'BLAKE2s'} must be between 1 and ${limits.out} bytes, here it is ${dkLen}`);
        const bytes = (key: string, max: number, what: string): Uint8Array | undefined => {
          const value = given.get(key);
          if (value === undefined) return undefined;
          const buffer = bufferBytes(vm, value);
          if (buffer.length > max) throw valueError(`maximum ${what} length is ${max} bytes`);
          return buffer.slice();
        };
        const padded = (value: Uint8Array | undefined, length: number): Uint8Array | undefined => {
          if (value === undefined) return undefined;
          const full = new Uint8Array(length);
          full.set(value);
          return full;
        };
        for (const key of ['fanout', 'depth', 'leaf_size', 'node_offset', 'node_depth', 'inner_size', 'last_node']) {
          const value = given.get(key);
          if (value === undefined) continue;
          const number = key === 'last_node' ? (isTrue(vm, value) ? 1 : 0) : size(vm, value);
          if (number !== (key === 'fanout' || key === 'depth' ? 1 : 0)) throw overflowError(`${key} of tree hashing is not supported`);
        }
        const key = bytes('key', limits.key, 'key');
        const options = {
          dkLen,
          key: key !== undefined && key.length > 0 ? key : undefined,
          salt: padded(bytes('salt', limits.salt, 'salt'), limits.salt),
          personalization: padded(bytes('person', limits.person, 'person'), limits.person),
        };
        const make = (): Running => (name === 'blake2b' ? blake2b : blake2s).create(options) as unknown as Running;
        const plain = dkLen === limits.out && options.key === undefined && options.salt === undefined && options.personalization === undefined;
        const running = plain ? new Undecided(vm, name, make, { blockLen: 2 * limits.out, outputLen: limits.out }) : make();
        if (positional.length > 0) running.update(hashInput(vm, positional[0]));
        return new PyHash(cls, running, name);
      },
    },
  });
  return type;
}

/** Python's module `_blake2`. CPython 3.12: Modules/_blake2/. */
export const _blake2: NativeModule = defineModule('_blake2', {
  blake2b: blakeType('blake2b', { out: 64, key: 64, salt: 16, person: 16 }),
  blake2s: blakeType('blake2s', { out: 32, key: 32, salt: 8, person: 8 }),
  BLAKE2B_SALT_SIZE: 16, BLAKE2B_PERSON_SIZE: 16, BLAKE2B_MAX_KEY_SIZE: 64, BLAKE2B_MAX_DIGEST_SIZE: 64,
  BLAKE2S_SALT_SIZE: 8, BLAKE2S_PERSON_SIZE: 8, BLAKE2S_MAX_KEY_SIZE: 32, BLAKE2S_MAX_DIGEST_SIZE: 32,
});
