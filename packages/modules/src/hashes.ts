import { blake2b, blake2s } from '@noble/hashes/blake2.js';
import { asSsize, bufferBytes, callNative, defineModule, defineType, intValue, isInt, isTrue, native, None, overflowError, PyBytes, PyObject, typeError, TypeFlag, valueError, asIndex } from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { TreeNode } from './blake2-tree.ts';
import type { TreeParameters } from './blake2-tree.ts';
import { algorithms } from './digest-algorithms.ts';
import { digestSoFar, hex, hexSoFar, Undecided, updateFrom } from './digest.ts';
import type { Running } from './digest.ts';

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
      native('digest(self, /)', (_vm: VM, self: PyHash) => new PyBytes(digestSoFar(self.running)), 'Return the digest value as a bytes object.'),
      native('hexdigest(self, /)', (_vm: VM, self: PyHash) => hexSoFar(self.running), 'Return the digest value as a string of hexadecimal digits.'),
      native('update(self, obj, /)', (vm: VM, self: PyHash, obj: PyValue) => {
        updateFrom(vm, self.running, obj);
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
function hashFunction(module: string, typeName: string, name: string): { type: PyType; make: ReturnType<typeof native> } {
  const { create, digestSize, blockSize } = algorithms[name];
  const type = defineType(typeName, { module, flags: TypeFlag.DISALLOW_INSTANTIATION, ...common(digestSize) });
  const make = native(`${name}(string=b'', *, usedforsecurity=True)`, (vm: VM, string: PyValue | undefined) => {
    const running = new Undecided(vm, name, create, { blockLen: blockSize, outputLen: digestSize });
    if (string !== undefined) updateFrom(vm, running, string);
    return new PyHash(type, running, name);
  }, `Return a new ${name.toUpperCase()} hash object; optionally initialized with a string.`);
  return { type, make };
}

const md5Hash = hashFunction('_md5', 'md5', 'md5');
const sha1Hash = hashFunction('_sha1', 'sha1', 'sha1');
const sha224Hash = hashFunction('_sha2', 'SHA224Type', 'sha224');
const sha256Hash = hashFunction('_sha2', 'SHA256Type', 'sha256');
const sha384Hash = hashFunction('_sha2', 'SHA384Type', 'sha384');
const sha512Hash = hashFunction('_sha2', 'SHA512Type', 'sha512');

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
function sha3Type(name: string): PyType {
  const { create, digestSize, blockSize, extensible } = algorithms[name];
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
        const running = extensible ? create() : new Undecided(vm, name, create, { blockLen: blockSize, outputLen: digestSize });
        if (positional === 1) updateFrom(vm, running, args[0]);
        return new PyHash(type, running, name);
      },
    },
  });
}

/** Python's module `_sha3`. CPython 3.12: Modules/sha3module.c. */
export const _sha3: NativeModule = defineModule('_sha3', {
  sha3_224: sha3Type('sha3_224'),
  sha3_256: sha3Type('sha3_256'),
  sha3_384: sha3Type('sha3_384'),
  sha3_512: sha3Type('sha3_512'),
  shake_128: sha3Type('shake_128'),
  shake_256: sha3Type('shake_256'),
  implementation: 'generic',
});

interface BlakeLimits {
  readonly out: number;
  readonly key: number;
  readonly salt: number;
  readonly person: number;
  /** Of the greatest offset of a node in its tree. */
  readonly offsetBits: number;
}

/** A C int (CPython: PyLong_AsInt). */
function asInt(vm: VM, value: PyValue): number {
  const number = Number(asIndex(vm, value));
  if (number > 0x7fff_ffff || number < -0x8000_0000) throw overflowError('Python int too large to convert to C int');
  return number;
}

/** A C int between two bounds. */
function boundedInt(vm: VM, value: PyValue | undefined, fallback: number, min: number, max: number, message: string): number {
  const number = value === undefined ? fallback : asInt(vm, value);
  if (number < min || number > max) throw valueError(message);
  return number;
}

/** An unsigned C integer (CPython: _PyLong_UnsignedLong_Converter). */
function asUnsigned(value: PyValue | undefined, name: string, most: bigint): bigint {
  if (value === undefined) return 0n;
  if (!isInt(value)) throw typeError('an integer is required');
  const number = BigInt(intValue(value));
  if (number < 0n) throw valueError('value must be positive');
  if (number >= 1n << 64n) throw overflowError('int too big to convert');
  if (number > most) throw overflowError(`${name} is too large`);
  return number;
}

/** Bytes of at most `max`, with zeros up to it. */
function padded(vm: VM, value: PyValue | undefined, max: number, what: string): Uint8Array {
  const full = new Uint8Array(max);
  if (value === undefined) return full;
  const bytes = bufferBytes(vm, value);
  if (bytes.length > max) throw valueError(`maximum ${what} length is ${max} bytes`);
  full.set(bytes);
  return full;
}

/** The node of a tree that a call of the constructor describes; most are trees of one node. */
function treeParameters(vm: VM, limits: BlakeLimits, named: readonly (PyValue | undefined)[]): TreeParameters {
  const [digest_size, key, salt, person, fanout, depth, leaf_size, node_offset, node_depth, inner_size, last_node] = named;
  const parameters = {
    digestSize: boundedInt(vm, digest_size, limits.out, 1, limits.out, `digest_size must be between 1 and ${limits.out} bytes`),
    salt: padded(vm, salt, limits.salt, 'salt'),
    person: padded(vm, person, limits.person, 'person'),
    fanout: boundedInt(vm, fanout, 1, 0, 255, 'fanout must be between 0 and 255'),
    depth: boundedInt(vm, depth, 1, 1, 255, 'depth must be between 1 and 255'),
    leafSize: Number(asUnsigned(leaf_size, 'leaf_size', 0xffff_ffffn)),
    nodeOffset: asUnsigned(node_offset, 'node_offset', (1n << BigInt(limits.offsetBits)) - 1n),
    nodeDepth: boundedInt(vm, node_depth, 0, 0, 255, 'node_depth must be between 0 and 255'),
    innerSize: boundedInt(vm, inner_size, 0, 0, limits.out, `inner_size must be between 0 and is ${limits.out}`),
    lastNode: last_node !== undefined && isTrue(vm, last_node),
  };
  padded(vm, key, limits.key, 'key');
  return { ...parameters, key: key === undefined ? new Uint8Array(0) : bufferBytes(vm, key).slice() };
}

function newBlake(vm: VM, name: 'blake2b' | 'blake2s', limits: BlakeLimits, parameters: TreeParameters): Running {
  const { digestSize, key, salt, person, fanout, depth, leafSize, nodeOffset, nodeDepth, innerSize, lastNode } = parameters;
  if (fanout !== 1 || depth !== 1 || leafSize !== 0 || nodeOffset !== 0n || nodeDepth !== 0 || innerSize !== 0 || lastNode) return new TreeNode(name, parameters);
  const plain = digestSize === limits.out && key.length === 0 && [...salt, ...person].every((byte) => byte === 0);
  return plain ? plainBlake(vm, name, limits) : (name === 'blake2b' ? blake2b : blake2s).create({ dkLen: digestSize, key: key.length > 0 ? key : undefined, salt, personalization: person }) as unknown as Running;
}

/** Without any parameter. */
function plainBlake(vm: VM, name: 'blake2b' | 'blake2s', limits: BlakeLimits): Running {
  return new Undecided(vm, name, algorithms[name].create, { blockLen: 2 * limits.out, outputLen: limits.out });
}

function blakeType(name: 'blake2b' | 'blake2s', limits: BlakeLimits): PyType {
  const shared = common(limits.out);
  const signature = `data=b'', /, *, digest_size=_blake2.${name}.MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True`;
  const construct = native(`${name}(cls, ${signature})`, (vm: VM, cls: PyType, data: PyValue | undefined, ...named: (PyValue | undefined)[]) => {
    const running = named.some((value) => value !== undefined) ? newBlake(vm, name, limits, treeParameters(vm, limits, named)) : plainBlake(vm, name, limits);
    if (data !== undefined) updateFrom(vm, running, data);
    return new PyHash(cls, running, name);
  });
  return defineType(name, {
    module: '_blake2',
    doc: `Return a new ${name === 'blake2b' ? 'BLAKE2b' : 'BLAKE2s'} hash object.`,
    textSignature: `(${signature})`,
    ...shared,
    getset: { ...shared.getset, digest_size: { get: (_vm: VM, self: PyHash) => self.running.outputLen } },
    members: { SALT_SIZE: limits.salt, PERSON_SIZE: limits.person, MAX_KEY_SIZE: limits.key, MAX_DIGEST_SIZE: limits.out },
    slots: { tp_new: (vm, cls, args, kwnames) => callNative(vm, construct, cls, args, kwnames, null) },
  });
}

/** Python's module `_blake2`. CPython 3.12: Modules/_blake2/. */
export const _blake2: NativeModule = defineModule('_blake2', {
  blake2b: blakeType('blake2b', { out: 64, key: 64, salt: 16, person: 16, offsetBits: 64 }),
  blake2s: blakeType('blake2s', { out: 32, key: 32, salt: 8, person: 8, offsetBits: 48 }),
  BLAKE2B_SALT_SIZE: 16, BLAKE2B_PERSON_SIZE: 16, BLAKE2B_MAX_KEY_SIZE: 64, BLAKE2B_MAX_DIGEST_SIZE: 64,
  BLAKE2S_SALT_SIZE: 8, BLAKE2S_PERSON_SIZE: 8, BLAKE2S_MAX_KEY_SIZE: 32, BLAKE2S_MAX_DIGEST_SIZE: 32,
});
