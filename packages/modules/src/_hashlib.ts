import { hmac } from '@noble/hashes/hmac.js';
import { scrypt } from '@noble/hashes/scrypt.js';
import {
  asIndex, asSsize, bufferBytes, checkBreaker, defineModule, defineType, exceptionTypes, frozensetType, getAttr, isInt, isStr, jsText, native, newException, None, overflowError, type PyBaseException, PyBuiltinFunction, PyBytes, PyDict, PyMappingProxy, PyObject, PySet,
  setAttr, strFromJS, systemError, typeError, TypeFlag, typeOf, valueError,
} from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { compareDigest, compareDigestDoc } from './_operator.ts';
import { algorithms } from './digest-algorithms.ts';
import type { Algorithm } from './digest-algorithms.ts';
import { digestSoFar, hex, hexSoFar, Undecided, updateFrom } from './digest.ts';
import type { Running } from './digest.ts';

/* `_hashlib` (CPython 3.12: Modules/_hashopenssl.c), over @noble/hashes and the host's digests instead of OpenSSL. */

/** What OpenSSL calls some of them. */
const aliases: Readonly<Record<string, string>> = {
  sha2_224: 'sha224', sha2_256: 'sha256', sha2_384: 'sha384', sha2_512: 'sha512', sha2_512_224: 'sha512_224', sha2_512_256: 'sha512_256',
  shake128: 'shake_128', shake256: 'shake_256', blake2b512: 'blake2b', blake2b_512: 'blake2b', blake2s256: 'blake2s', blake2s_256: 'blake2s', ripemd: 'ripemd160', ripemd_160: 'ripemd160', rmd160: 'ripemd160', ssl3_md5: 'md5', ssl3_sha1: 'sha1',
};

const unsupportedType: PyType = defineType('UnsupportedDigestmodError', { module: '_hashlib', bases: [exceptionTypes.ValueError], basetype: true, ownLayout: false });
const unsupported = (): PyBaseException => newException(unsupportedType, '[digital envelope routines] unsupported');

/** The algorithm of a name, and Python's name for it. Raises UnsupportedDigestmodError. */
function algorithmNamed(text: string): { readonly name: string; readonly algorithm: Algorithm } {
  const plain = text.toLowerCase().replaceAll('-', '_');
  const name = Object.hasOwn(aliases, plain) ? aliases[plain] : plain;
  if (!Object.hasOwn(algorithms, name)) throw unsupported();
  return { name, algorithm: algorithms[name] };
}

function start(vm: VM, name: string, algorithm: Algorithm): Running {
  const { create, blockSize, digestSize } = algorithm;
  return algorithm.extensible ? create() : new Undecided(vm, name, create, { blockLen: blockSize, outputLen: digestSize });
}

class OpenHash extends PyObject {
  readonly name: string;
  readonly algorithm: Algorithm;
  readonly running: Running;
  constructor(name: string, algorithm: Algorithm, running: Running) {
    super(algorithm.extensible ? extensibleType : hashType);
    this.name = name;
    this.algorithm = algorithm;
    this.running = running;
  }
}

/** A digest of the length asked for. */
function extended(vm: VM, self: OpenHash, length: PyValue): Uint8Array {
  const size = asSsize(vm, length);
  if (size < 0) throw systemError('Negative size passed to PyBytes_FromStringAndSize');
  if (size >= 2 ** 29) throw valueError('length is too large');
  vm.charge(size >> 3);
  vm.allocate(size);
  return size === 0 ? new Uint8Array(0) : (self.running.clone().xof as (length: number) => Uint8Array)(size);
}

const digestDoc = 'Return the digest value as a bytes object.';
const hexdigestDoc = 'Return the digest value as a string of hexadecimal digits.';
const updateDoc = "Update this hash object's state with the provided string.";
const classDoc = (length: string): string =>
  `A hash is an object used to calculate a checksum of a string of information.\n\nMethods:\n\nupdate() -- updates the current digest with an additional string\ndigest(${length}) -- return the current digest value\nhexdigest(${length}) -- return the current digest as a string of hexadecimal digits\ncopy() -- return a copy of the current hash object\n\nAttributes:\n\nname -- the hash algorithm being used by this object\ndigest_size -- number of bytes in this hashes output`;

const fields = {
  digest_size: { get: (_vm: VM, self: OpenHash) => self.algorithm.digestSize },
  block_size: { get: (_vm: VM, self: OpenHash) => self.algorithm.blockSize },
  name: { get: (_vm: VM, self: OpenHash) => self.name },
};

const hashType: PyType = defineType('HASH', {
  module: '_hashlib',
  basetype: true,
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  doc: classDoc(''),
  slots: { tp_repr: (vm: VM, self: PyObject) => strFromJS(`<${(self as OpenHash).name} _hashlib.HASH object @ 0x${vm.idOf(self).toString(16)}>`) },
  methods: [
    native('update(self, obj, /)', (vm: VM, self: OpenHash, obj: PyValue) => {
      updateFrom(vm, self.running, obj);
      return None;
    }, updateDoc),
    native('digest(self, /)', (_vm: VM, self: OpenHash) => new PyBytes(digestSoFar(self.running)), digestDoc),
    native('hexdigest(self, /)', (_vm: VM, self: OpenHash) => hexSoFar(self.running), hexdigestDoc),
    native('copy(self, /)', (_vm: VM, self: OpenHash) => new OpenHash(self.name, self.algorithm, self.running.clone()), 'Return a copy of the hash object.'),
  ],
  getset: fields,
});

const extensibleType: PyType = defineType('HASHXOF', {
  module: '_hashlib',
  bases: [hashType],
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  doc: classDoc('length'),
  methods: [
    native('digest(self, /, length)', (vm: VM, self: OpenHash, length: PyValue) => new PyBytes(extended(vm, self, length).slice()), digestDoc),
    native('hexdigest(self, /, length)', (vm: VM, self: OpenHash, length: PyValue) => hex(extended(vm, self, length)), hexdigestDoc),
  ],
});

function newHash(vm: VM, name: string, algorithm: Algorithm, string: PyValue | undefined): OpenHash {
  const running = start(vm, name, algorithm);
  if (string !== undefined) updateFrom(vm, running, string);
  return new OpenHash(name, algorithm, running);
}

function hashlib_new(vm: VM, name: PyValue, string: PyValue | undefined): PyValue {
  if (!isStr(name)) throw typeError('name must be a string');
  const found = algorithmNamed(jsText(name));
  return newHash(vm, found.name, found.algorithm, string);
}

// ---- HMAC (RFC 2104) ----

class OpenHmac extends PyObject {
  readonly name: string;
  readonly algorithm: Algorithm;
  readonly inner: Running;
  readonly outer: Running;
  constructor(name: string, algorithm: Algorithm, inner: Running, outer: Running) {
    super(hmacType);
    this.name = name;
    this.algorithm = algorithm;
    this.inner = inner;
    this.outer = outer;
  }
  digest(): Uint8Array {
    const outer = this.outer.clone();
    outer.update(digestSoFar(this.inner), true);
    return digestSoFar(outer);
  }
}

function newHmac(vm: VM, key: Uint8Array, name: string, algorithm: Algorithm): OpenHmac {
  if (algorithm.extensible) throw unsupported();
  const { blockSize } = algorithm;
  let short = key;
  if (key.length > blockSize) {
    const digest = start(vm, name, algorithm);
    digest.update(key);
    short = digest.digest();
  }
  const padded = (mask: number): Running => {
    const block = new Uint8Array(blockSize).fill(mask);
    for (let i = 0; i < short.length; i++) block[i] ^= short[i];
    const running = start(vm, name, algorithm);
    running.update(block, true);
    return running;
  };
  return new OpenHmac(name, algorithm, padded(0x36), padded(0x5c));
}

/** `digestmod`: a name, or one of this module's constructors. */
function digestmodNamed(digestmod: PyValue): { readonly name: string; readonly algorithm: Algorithm } {
  if (isStr(digestmod)) return algorithmNamed(jsText(digestmod));
  const name = digestmod instanceof PyBuiltinFunction ? constructorNames.get(digestmod.def) : undefined;
  if (name === undefined) throw newException(unsupportedType, 'Unsupported digestmod', digestmod);
  return { name, algorithm: algorithms[name] };
}

function hmac_new(vm: VM, key: PyValue, msg: PyValue | undefined, digestmod: PyValue | undefined): PyValue {
  if (digestmod === undefined || digestmod === None) throw typeError("Missing required parameter 'digestmod'.");
  const keyBytes = bufferBytes(vm, key);
  const { name, algorithm } = digestmodNamed(digestmod);
  const result = newHmac(vm, keyBytes, name, algorithm);
  if (msg !== undefined && msg !== None) updateFrom(vm, result.inner, msg);
  return result;
}

function hmac_digest(vm: VM, key: PyValue, msg: PyValue, digest: PyValue): PyValue {
  const { name, algorithm } = digestmodNamed(digest);
  const result = newHmac(vm, bufferBytes(vm, key), name, algorithm);
  const message = bufferBytes(vm, msg);
  vm.charge(message.length >> 3);
  result.inner.update(message);
  return new PyBytes(result.digest());
}

const hmacType: PyType = defineType('HMAC', {
  module: '_hashlib',
  basetype: true,
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  doc: 'The object used to calculate HMAC of a message.\n\nMethods:\n\nupdate() -- updates the current digest with an additional string\ndigest() -- return the current digest value\nhexdigest() -- return the current digest as a string of hexadecimal digits\ncopy() -- return a copy of the current hash object\n\nAttributes:\n\nname -- the name, including the hash algorithm used by this object\ndigest_size -- number of bytes in digest() output\n',
  slots: { tp_repr: (vm: VM, self: PyObject) => strFromJS(`<${(self as OpenHmac).name} HMAC object @ 0x${vm.idOf(self).toString(16)}>`) },
  methods: [
    native('update(self, /, msg)', (vm: VM, self: OpenHmac, msg: PyValue) => {
      updateFrom(vm, self.inner, msg);
      return None;
    }, 'Update the HMAC object with msg.'),
    native('digest(self, /)', (_vm: VM, self: OpenHmac) => new PyBytes(self.digest()), 'Return the digest of the bytes passed to the update() method so far.'),
    native('hexdigest(self, /)', (_vm: VM, self: OpenHmac) => hex(self.digest()), 'Return hexadecimal digest of the bytes passed to the update() method so far.\n\nThis may be used to exchange the value safely in email or other non-binary\nenvironments.'),
    native('copy(self, /)', (_vm: VM, self: OpenHmac) => new OpenHmac(self.name, self.algorithm, self.inner.clone(), self.outer.clone()), 'Return a copy ("clone") of the HMAC object.'),
  ],
  getset: {
    digest_size: { get: (_vm: VM, self: OpenHmac) => self.algorithm.digestSize },
    block_size: { get: (_vm: VM, self: OpenHmac) => self.algorithm.blockSize },
    name: { get: (_vm: VM, self: OpenHmac) => `hmac-${self.name}` },
  },
});

// ---- keys from passwords ----

function positive(vm: VM, value: PyValue, message: string): number {
  if (!isInt(value)) throw typeError(`'${typeOf(value).tpName}' object cannot be interpreted as an integer`);
  const number = asIndex(vm, value);
  if (number < 1) throw valueError(message);
  if (number > 2 ** 31 - 1) throw overflowError(message.includes('iteration') ? 'iteration value is too great.' : 'key length is too great.');
  return Number(number);
}

/** So many rounds pass between two looks at limits and interrupts. */
const roundsAtOnce = 1024;
/** What a round of the host's counts as. */
const hostRoundCharge = 40;

/** PBKDF2 (RFC 8018, 5.2). */
function pbkdf2_hmac(vm: VM, hashName: PyValue, password: PyValue, salt: PyValue, iterations: PyValue, dklen: PyValue | undefined): PyValue {
  if (!isStr(hashName)) throw typeError(`pbkdf2_hmac() argument 'hash_name' must be str, not ${typeOf(hashName).tpName}`);
  const { name, algorithm } = algorithmNamed(jsText(hashName));
  const rounds = positive(vm, iterations, 'iteration value must be greater than 0.');
  const length = dklen === undefined || dklen === None ? algorithm.digestSize : positive(vm, dklen, 'key length must be greater than 0.');
  if (algorithm.extensible) throw unsupported();
  vm.allocate(length);
  const secret = bufferBytes(vm, password);
  const saltBytes = bufferBytes(vm, salt);
  const blocks = Math.ceil(length / algorithm.digestSize);
  if (vm.host.hashes?.pbkdf2 !== undefined) {
    // As with CPython, nothing interrupts it.
    vm.charge(blocks * rounds * hostRoundCharge);
    const key = vm.host.hashes.pbkdf2(name, secret, saltBytes, rounds, length);
    if (key !== null) return new PyBytes(key);
  }
  return new PyBytes(deriveKey(vm, algorithm, secret, saltBytes, rounds, length));
}

function deriveKey(vm: VM, algorithm: Algorithm, secret: Uint8Array, salt: Uint8Array, rounds: number, length: number): Uint8Array {
  const create = algorithm.create as unknown as Parameters<typeof hmac.create>[0]['create'];
  const prf = hmac.create(Object.assign(() => new Uint8Array(0), { blockLen: algorithm.blockSize, outputLen: algorithm.digestSize, create }) as never, secret);
  const key = new Uint8Array(length);
  const counter = new DataView(new ArrayBuffer(4));
  for (let block = 1, at = 0; at < length; block++, at += algorithm.digestSize) {
    counter.setUint32(0, block);
    const round = prf.clone();
    let u = round.update(salt).update(new Uint8Array(counter.buffer)).digest();
    const sum = u.slice();
    for (let i = 1; i < rounds; i++) {
      u = prf._cloneInto(round).update(u).digest();
      for (let j = 0; j < sum.length; j++) sum[j] ^= u[j];
      if (i % roundsAtOnce === 0) {
        vm.charge(roundsAtOnce * 100);
        checkBreaker(vm);
      }
    }
    key.set(sum.subarray(0, length - at), at);
  }
  return key;
}

/** What OpenSSL allows when nothing is said. */
const defaultMaxmem = 32 * 1024 * 1024;

function hashlib_scrypt(vm: VM, password: PyValue, salt: PyValue | undefined, n: PyValue | undefined, r: PyValue | undefined, p: PyValue | undefined, maxmem: PyValue | undefined, dklen: PyValue | undefined): PyValue {
  const secret = bufferBytes(vm, password);
  if (salt === undefined || salt === None) throw typeError('salt is required');
  const saltBytes = bufferBytes(vm, salt);
  const number = (value: PyValue | undefined, name: string): number => {
    if (value === undefined || value === None || !isInt(value)) throw typeError(`${name} is required and must be an unsigned int`);
    const given = asIndex(vm, value);
    if (given < 0) throw overflowError("can't convert negative value to unsigned int");
    return Number(given);
  };
  const N = number(n, 'n');
  if (N < 2 || N > 2 ** 31 || (N & (N - 1)) !== 0) throw valueError('n must be a power of 2.');
  const blocks = number(r, 'r');
  const lanes = number(p, 'p');
  const memory = maxmem === undefined ? 0 : Number(asIndex(vm, maxmem));
  if (memory < 0 || memory > 2 ** 31 - 1) throw valueError(`maxmem must be positive and smaller than ${2 ** 31 - 1}`);
  const length = dklen === undefined ? 64 : Number(asIndex(vm, dklen));
  if (length < 1 || length > 2 ** 31 - 1) throw valueError(`dklen must be greater than 0 and smaller than ${2 ** 31 - 1}`);
  if (blocks < 1 || lanes < 1 || blocks * lanes >= 2 ** 30) throw valueError('Invalid parameter combination for n, r, p, maxmem.');
  const needed = 128 * blocks * (N + lanes + 2);
  if (needed > (memory === 0 ? defaultMaxmem : memory)) throw valueError('[digital envelope routines] memory limit exceeded');
  vm.allocate(needed);
  vm.charge(N * blocks * lanes * 4);
  const key = scrypt(secret, saltBytes, { N, r: blocks, p: lanes, dkLen: length, maxmem: 2 ** 40, onProgress: () => checkBreaker(vm) });
  return new PyBytes(key.slice());
}

/** `openssl_sha256(string=b'', *, usedforsecurity=True)` and its kin. */
const constructors = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3_224', 'sha3_256', 'sha3_384', 'sha3_512', 'shake_128', 'shake_256'].map((name) => {
  const shown = name.replace('_', '-');
  const make = (vm: VM, string: PyValue | undefined): PyValue => newHash(vm, name, algorithms[name], string);
  const doc = `Returns a ${shown}${name.startsWith('shake') ? ' variable' : ''} hash object; optionally initialized with a string`;
  return { name, def: native(`openssl_${name}(string=b'', *, usedforsecurity=True)`, make, doc) };
});
const constructorNames = new Map(constructors.map(({ name, def }) => [def, name]));

/** Python's module `_hashlib`. */
export const _hashlib: NativeModule = defineModule(
  '_hashlib',
  {
    HASH: hashType,
    HASHXOF: extensibleType,
    HMAC: hmacType,
    UnsupportedDigestmodError: unsupportedType,
    new: native("new(name, string=b'', *, usedforsecurity=True)", hashlib_new, 'Return a new hash object using the named algorithm.\n\nAn optional string argument may be provided and will be\nautomatically hashed.\n\nThe MD5 and SHA1 algorithms are always supported.'),
    ...Object.fromEntries(constructors.map(({ name, def }) => [`openssl_${name}`, def])),
    openssl_md_meth_names: (vm: VM) => {
      const names = new PySet(frozensetType);
      for (const name of Object.keys(algorithms)) names.table.add(vm, name);
      return names;
    },
    hmac_new: native("hmac_new(key, msg=b'', digestmod=None)", hmac_new, 'Return a new hmac object.'),
    hmac_digest: native('hmac_digest(key, msg, digest)', hmac_digest, 'Single-shot HMAC.'),
    pbkdf2_hmac: native('pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None)', pbkdf2_hmac, 'Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function.'),
    scrypt: native('scrypt(password, *, salt=None, n=None, r=None, p=None, maxmem=0, dklen=64)', hashlib_scrypt, 'scrypt password-based key derivation function.'),
    get_fips_mode: native('get_fips_mode()', () => 0, 'Determine the OpenSSL FIPS mode of operation.\n\nFor OpenSSL 3.0.0 and newer it returns the state of the default provider\nin the default OSSL context. It\'s not quite the same as FIPS_mode() but good\nenough for unittests.\n\nEffectively any non-zero return value indicates FIPS mode;\nvalues other than 1 may have additional significance.'),
    compare_digest: native('compare_digest(a, b, /)', compareDigest, compareDigestDoc),
  },
  {
    doc: 'OpenSSL interface for hashlib module',
    exec(vm, module) {
      // `_constructors`: from the functions here to the names of what they make.
      const table = new PyDict();
      for (const { name } of constructors) table.set(vm, getAttr(vm, module, `openssl_${name}`), name);
      setAttr(vm, module, '_constructors', new PyMappingProxy(table));
    },
  },
);
