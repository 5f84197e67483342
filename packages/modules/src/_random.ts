import { asIndex, bitLength, defineModule, defineType, hash, isInt, intValue, native, newTuple, None, normalizeInt, PyFloat, PyObject, PyTuple, typeError, typeOf, valueError } from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';

/* `_random` (CPython 3.12: Modules/_randommodule.c): the Mersenne Twister MT19937. */

const N = 624;
const M = 397;

class PyRandom extends PyObject {
  readonly state = new Uint32Array(N);
  index = N;

  /** Fills the state from one 32-bit number (init_genrand). */
  private initialize(seed: number): void {
    const { state } = this;
    state[0] = seed;
    for (let i = 1; i < N; i++) {
      const previous = state[i - 1] ^ (state[i - 1] >>> 30);
      state[i] = (Math.imul(1812433253, previous) + i) >>> 0;
    }
    this.index = N;
  }

  /** Fills the state from a key of any length (init_by_array). */
  seed(key: readonly number[]): void {
    const { state } = this;
    this.initialize(19650218);
    let i = 1;
    let j = 0;
    for (let k = Math.max(N, key.length); k > 0; k--) {
      state[i] = ((state[i] ^ Math.imul(state[i - 1] ^ (state[i - 1] >>> 30), 1664525)) + key[j] + j) >>> 0;
      if (++i >= N) {
        state[0] = state[N - 1];
        i = 1;
      }
      if (++j >= key.length) j = 0;
    }
    for (let k = N - 1; k > 0; k--) {
      state[i] = ((state[i] ^ Math.imul(state[i - 1] ^ (state[i - 1] >>> 30), 1566083941)) - i) >>> 0;
      if (++i >= N) {
        state[0] = state[N - 1];
        i = 1;
      }
    }
    state[0] = 0x8000_0000;
  }

  /** The next 32 bits. */
  next(): number {
    if (this.index >= N) this.twist();
    let y = this.state[this.index++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c_5680;
    y ^= (y << 15) & 0xefc6_0000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  private twist(): void {
    const { state } = this;
    // Without remainders, which take longer than the rest.
    for (let k = 0; k < N - M; k++) state[k] = state[k + M] ^ twisted(state[k], state[k + 1]);
    for (let k = N - M; k < N - 1; k++) state[k] = state[k + M - N] ^ twisted(state[k], state[k + 1]);
    state[N - 1] = state[M - 1] ^ twisted(state[N - 1], state[0]);
    this.index = 0;
  }
}

function twisted(word: number, next: number): number {
  const y = (word & 0x8000_0000) | (next & 0x7fff_ffff);
  return (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x9908_b0df);
}

/** 32-bit words of a magnitude, lowest first; at least one. */
function words(value: bigint): number[] {
  const key: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 32n) key.push(Number(rest & 0xffff_ffffn));
  return key.length === 0 ? [0] : key;
}

function seed(vm: VM, self: PyRandom, n: PyValue | undefined): PyValue {
  if (n === undefined || n === None) {
    const bytes = new Uint8Array(N * 4);
    if (vm.host.random !== undefined) vm.host.random(bytes);
    self.seed([...new Uint32Array(bytes.buffer)]);
    return None;
  }
  const value = BigInt(isInt(n) ? intValue(n) : hash(vm, n));
  // Ints count by magnitude, hashes as unsigned 64 bits.
  self.seed(words(isInt(n) ? (value < 0n ? -value : value) : BigInt.asUintN(64, value)));
  return None;
}

function random(_vm: VM, self: PyRandom): PyValue {
  const high = self.next() >>> 5;
  const low = self.next() >>> 6;
  return new PyFloat((high * 67108864 + low) * (1 / 9007199254740992));
}

function getrandbits(vm: VM, self: PyRandom, k: PyValue): PyValue {
  const bits = asIndex(vm, k);
  if (bits < 0) throw valueError('number of bits must be non-negative');
  const count = Number(bits);
  if (count === 0) return 0;
  if (count <= 32) return self.next() >>> (32 - count);
  vm.allocate(count / 8);
  let hex = '';
  for (let left = count; left > 0; left -= 32) {
    const word = left < 32 ? self.next() >>> (32 - left) : self.next();
    hex = word.toString(16).padStart(8, '0') + hex;
  }
  return normalizeInt(BigInt(`0x${hex}`));
}

function setstate(vm: VM, self: PyRandom, state: PyValue): PyValue {
  if (!(state instanceof PyTuple)) throw typeError('state vector must be a tuple');
  if (state.items.length !== N + 1) throw valueError('state vector is the wrong size');
  const numbers = state.items.map((item) => {
    if (bitLength(asIndex(vm, item)) > 32 && asIndex(vm, item) !== state.items[N]) throw valueError('invalid state');
    return Number(asIndex(vm, item));
  });
  const index = numbers[N];
  if (index < 0 || index > N) throw valueError('invalid state');
  self.state.set(numbers.slice(0, N));
  self.index = index;
  return None;
}

const randomType: PyType = defineType('Random', {
  module: '_random',
  basetype: true,
  doc: 'Random() -> create a random number generator with its own internal state.',
  slots: {
    tp_new: (_vm, type) => new PyRandom(type),
    tp_init(vm, self, args, kwnames) {
      if (kwnames !== null && typeOf(self) === randomType) throw typeError('Random() takes no keyword arguments');
      if (args.length > 1) throw typeError(`Random() takes at most 1 argument (${args.length} given)`);
      seed(vm, self as PyRandom, args[0]);
    },
  },
  methods: [
    native('random(self, /)', random, 'random() -> x in the interval [0, 1).'),
    native('seed(self, n=None, /)', seed, 'seed([n]) -> None.\n\nDefaults to use urandom and falls back to a combination\nof the current time and the process identifier.'),
    native('getstate(self, /)', (_vm: VM, self: PyRandom) => newTuple([...self.state, self.index]), 'getstate() -> tuple containing the current state.'),
    native('setstate(self, state, /)', setstate, 'setstate(state) -> None.  Restores generator state.'),
    native('getrandbits(self, k, /)', getrandbits, 'getrandbits(k) -> x.  Generates an int with k random bits.'),
  ],
});

/** Python's module `_random`. CPython 3.12: Modules/_randommodule.c. */
export const _random: NativeModule = defineModule('_random', { Random: randomType }, { doc: 'Module implements the Mersenne Twister random number generator.' });
