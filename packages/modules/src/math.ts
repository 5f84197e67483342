import {
  addInts, asDouble, asIndex, binaryOp, bitLength, call, decompose, defineModule, divideBigints, floatToInt, floatType, floorDivideInts, intValue, isInt, iterate, libm, lookupSpecial, multiplyInts, native, NB_ADD, NB_MULTIPLY, newTuple, next, None, normalizeInt, overflowError, PyFloat, toArray, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';

/* `math` (CPython 3.12: Modules/mathmodule.c). */

const domainError = (): never => {
  throw valueError('math domain error');
};
const rangeError = (): never => {
  throw overflowError('math range error');
};

/** A function of one double: NaN from a number is a domain error, infinity from a finite one too, or a range error if `overflows`. */
function unary(name: string, compute: (x: number) => number, doc: string, overflows = false): ReturnType<typeof native> {
  return native(`${name}(x, /)`, (vm: VM, value: PyValue) => {
    const x = asDouble(vm, value);
    const result = compute(x);
    if (Number.isNaN(result) && !Number.isNaN(x)) domainError();
    if (!Number.isFinite(result) && Number.isFinite(x) && !Number.isNaN(result)) {
      if (overflows) rangeError();
      domainError();
    }
    return new PyFloat(result);
  }, doc);
}

const isExactFloat = (x: PyValue): x is PyFloat => x instanceof PyFloat && x.cls === floatType;

/** `math.floor` and `ceil`: `__floor__` first, else the double's. */
function rounding(name: '__floor__' | '__ceil__', compute: (x: number) => number): (vm: VM, x: PyValue) => PyValue {
  return (vm, x) => {
    if (!isExactFloat(x)) {
      const method = lookupSpecial(vm, x, name);
      if (method !== undefined) return call(vm, method, []);
    }
    return wholeNumber(compute(asDouble(vm, x)));
  };
}

function wholeNumber(value: number): number | bigint {
  if (Number.isNaN(value)) throw valueError('cannot convert float NaN to integer');
  if (!Number.isFinite(value)) throw overflowError('cannot convert float infinity to integer');
  return floatToInt(value);
}

function math_trunc(vm: VM, x: PyValue): PyValue {
  if (isExactFloat(x)) return wholeNumber(Math.trunc(x.value));
  const method = lookupSpecial(vm, x, '__trunc__');
  if (method === undefined) throw typeError(`type ${typeOf(x).tpName} doesn't define __trunc__ method`);
  return call(vm, method, []);
}

/** Logarithm of an int of any size. */
function logOf(vm: VM, value: PyValue, compute: (x: number) => number): number {
  if (isInt(value)) {
    const n = intValue(value);
    if (n <= 0) domainError();
    if (typeof n === 'number') return compute(n);
    const plain = Number(n);
    if (Number.isFinite(plain)) return compute(plain);
    const shift = bitLength(n) - 60;
    return compute(Number(n >> BigInt(shift))) + compute(2) * shift;
  }
  const x = asDouble(vm, value);
  if (x === 0 || x < 0) domainError();
  return x === Infinity || Number.isNaN(x) ? x : compute(x);
}

function math_log(vm: VM, x: PyValue, base: PyValue | undefined): PyValue {
  const numerator = logOf(vm, x, libm.log);
  if (base === undefined) return new PyFloat(numerator);
  const denominator = logOf(vm, base, libm.log);
  return call(vm, vm.builtins.getStr('float') as PyValue, [binaryOp(vm, 11, new PyFloat(numerator), new PyFloat(denominator))]);
}

function math_factorial(vm: VM, value: PyValue): PyValue {
  const n = asIndex(vm, value);
  if (n < 0) throw valueError('factorial() not defined for negative values');
  if (typeof n === 'bigint') throw overflowError('factorial() argument should not exceed 9223372036854775807');
  vm.charge(Math.ceil(n * Math.log2(n + 2) / 30));
  vm.allocate(n * Math.log2(n + 2) / 8);
  return normalizeInt(product(1, n));
}

/** Product of from…to by halves, so that the factors are of like size. */
function product(from: number, to: number): bigint {
  if (from > to) return 1n;
  if (to - from < 8) {
    let result = 1n;
    for (let i = from; i <= to; i++) result *= BigInt(i);
    return result;
  }
  const middle = (from + to) >> 1;
  return product(from, middle) * product(middle + 1, to);
}

/** Largest integer whose square is at most n. */
export function isqrt(n: bigint): bigint {
  if (n < 2n) return n;
  let x = BigInt(Math.floor(Math.sqrt(Number(n) > 1e300 ? 0 : Number(n))));
  if (x === 0n) x = 1n << BigInt((bitLength(n) + 1) >> 1);
  for (;;) {
    const y = (x + n / x) >> 1n;
    if (y === x || (y > x ? y - x : x - y) <= 1n) {
      let r = y < x ? y : x;
      while (r * r > n) r--;
      while ((r + 1n) * (r + 1n) <= n) r++;
      return r;
    }
    x = y;
  }
}

function gcdOf(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === 'number' && typeof b === 'number') {
    let [x, y] = [Math.abs(a), Math.abs(b)];
    while (y !== 0) [x, y] = [y, x % y];
    return x;
  }
  let [x, y] = [BigInt(a), BigInt(b)];
  if (x < 0n) x = -x;
  if (y < 0n) y = -y;
  while (y !== 0n) [x, y] = [y, x % y];
  return normalizeInt(x);
}

function math_lcm(vm: VM, integers: readonly PyValue[]): PyValue {
  let result: number | bigint = 1;
  for (const item of integers) {
    const n = asIndex(vm, item);
    if (n === 0) result = 0;
    else if (result !== 0) result = multiplyInts(vm, floorDivideInts(result, gcdOf(result, n)), n);
  }
  return typeof result === 'number' ? Math.abs(result) : result < 0n ? -result : result;
}

function math_comb(vm: VM, nValue: PyValue, kValue: PyValue): PyValue {
  const n = asIndex(vm, nValue);
  let k = asIndex(vm, kValue);
  if (n < 0) throw valueError('n must be a non-negative integer');
  if (k < 0) throw valueError('k must be a non-negative integer');
  if (k > n) return 0;
  const other = BigInt(n) - BigInt(k);
  if (other < BigInt(k)) k = normalizeInt(other);
  if (typeof k === 'bigint') throw overflowError('min(n - k, k) must not exceed 9223372036854775807');
  vm.charge(k);
  let result = 1n;
  const big = BigInt(n);
  for (let i = 0; i < k; i++) result = (result * (big - BigInt(i))) / BigInt(i + 1);
  return normalizeInt(result);
}

function math_perm(vm: VM, nValue: PyValue, kValue: PyValue | undefined): PyValue {
  if (kValue === undefined || kValue === None) return math_factorial(vm, nValue);
  const n = asIndex(vm, nValue);
  const k = asIndex(vm, kValue);
  if (n < 0) throw valueError('n must be a non-negative integer');
  if (k < 0) throw valueError('k must be a non-negative integer');
  if (k > n) return 0;
  if (typeof k === 'bigint') throw overflowError('k must not exceed 9223372036854775807');
  vm.charge(k);
  let result = 1n;
  for (let i = 0; i < k; i++) result *= BigInt(n) - BigInt(i);
  return normalizeInt(result);
}

/** Correctly rounded sum (Shewchuk's partials). */
function math_fsum(vm: VM, seq: PyValue): PyValue {
  const partials: number[] = [];
  let special = 0;
  let infinite = 0;
  const iterator = iterate(vm, seq);
  for (let item = next(vm, iterator); item !== undefined; item = next(vm, iterator)) {
    let x = asDouble(vm, item);
    const given = x;
    let kept = 0;
    for (const partial of partials.slice()) {
      let y = partial;
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low !== 0) partials[kept++] = low;
      x = high;
    }
    partials.length = kept;
    if (x !== 0) {
      if (!Number.isFinite(x)) {
        if (Number.isFinite(given)) throw overflowError('intermediate overflow in fsum');
        if (!Number.isNaN(given)) infinite += given;
        special += given;
        partials.length = 0;
      } else partials.push(x);
    }
  }
  if (special !== 0) {
    if (Number.isNaN(infinite)) throw valueError('-inf + inf in fsum');
    return new PyFloat(special);
  }
  let high = partials.pop() ?? 0;
  let low = 0;
  while (partials.length > 0) {
    const x = high;
    const y = partials.pop() as number;
    high = x + y;
    low = y - (high - x);
    if (low !== 0) break;
  }
  // Half-way cases go by the sign of what is left.
  const rest = partials[partials.length - 1];
  if (rest !== undefined && ((low < 0 && rest < 0) || (low > 0 && rest > 0))) {
    const y = low * 2;
    const x = high + y;
    if (y === x - high) high = x;
  }
  return new PyFloat(high);
}

function math_frexp(vm: VM, value: PyValue): PyValue {
  const x = asDouble(vm, value);
  if (x === 0 || !Number.isFinite(x)) return newTuple([new PyFloat(x), 0]);
  const { mantissa, exponent } = decompose(Math.abs(x));
  const bits = mantissa.toString(2).length;
  return newTuple([new PyFloat((x < 0 ? -1 : 1) * (Number(mantissa) / 2 ** bits)), exponent + bits]);
}

/** `x * 2**n`, rounded once. */
function scale(x: number, n: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const { mantissa, exponent } = decompose(Math.abs(x));
  const total = exponent + n;
  const sign = x < 0 ? -1 : 1;
  if (total > 1100) return sign * Infinity;
  if (total < -1200) return sign * 0;
  return sign * (total >= 0 ? Number(mantissa << BigInt(total)) : divideBigints(mantissa, 1n << BigInt(-total)));
}

function math_ldexp(vm: VM, value: PyValue, i: PyValue): PyValue {
  const x = asDouble(vm, value);
  if (!isInt(i)) throw typeError('Expected an int as second argument to ldexp.');
  const n = intValue(i);
  const result = scale(x, typeof n === 'bigint' ? (n > 0n ? 1e9 : -1e9) : n);
  if (!Number.isFinite(result) && Number.isFinite(x)) rangeError();
  return new PyFloat(result);
}

function math_modf(vm: VM, value: PyValue): PyValue {
  const x = asDouble(vm, value);
  if (!Number.isFinite(x)) return newTuple([new PyFloat(Number.isNaN(x) ? x : x > 0 ? 0 : -0), new PyFloat(x)]);
  const whole = Math.trunc(x);
  const fraction = x - whole;
  return newTuple([new PyFloat(fraction === 0 && (x < 0 || Object.is(x, -0)) ? -0 : fraction), new PyFloat(whole)]);
}

function math_fmod(vm: VM, xValue: PyValue, yValue: PyValue): PyValue {
  const x = asDouble(vm, xValue);
  const y = asDouble(vm, yValue);
  if (Number.isNaN(x) || Number.isNaN(y)) return new PyFloat(NaN);
  if (!Number.isFinite(x) || y === 0) domainError();
  return new PyFloat(x % y);
}

function math_remainder(vm: VM, xValue: PyValue, yValue: PyValue): PyValue {
  const x = asDouble(vm, xValue);
  const y = asDouble(vm, yValue);
  if (Number.isNaN(x) || Number.isNaN(y)) return new PyFloat(NaN);
  if (!Number.isFinite(x) || y === 0) domainError();
  if (!Number.isFinite(y)) return new PyFloat(x);
  const absY = Math.abs(y);
  const m = Math.abs(x) % absY;
  const c = absY - m;
  const r = m < c ? m : m > c ? -c : m - 2 * ((0.5 * (Math.abs(x) - m)) % absY);
  return new PyFloat(x < 0 || Object.is(x, -0) ? -r : r);
}

function math_pow(vm: VM, xValue: PyValue, yValue: PyValue): PyValue {
  const x = asDouble(vm, xValue);
  const y = asDouble(vm, yValue);
  const result = libm.pow(x, y);
  if (Number.isFinite(x) && Number.isFinite(y)) {
    if (Number.isNaN(result)) domainError();
    if (!Number.isFinite(result)) {
      if (x === 0) domainError();
      rangeError();
    }
  }
  return new PyFloat(result);
}

function math_hypot(vm: VM, coordinates: readonly PyValue[]): PyValue {
  return new PyFloat(vectorNorm(coordinates.map((item) => Math.abs(asDouble(vm, item)))));
}

/** Euclidean length, scaled by a power of two, with compensated summing. */
function vectorNorm(values: readonly number[]): number {
  let max = 0;
  let nan = false;
  for (const value of values) {
    nan ||= Number.isNaN(value);
    if (value > max) max = value;
  }
  if (max === Infinity) return Infinity;
  if (nan) return NaN;
  if (max === 0 || values.length <= 1) return max;
  const exponent = Math.floor(Math.log2(max));
  const down = 2 ** Math.max(-1022, Math.min(1023, -exponent));
  let sum = 0;
  let compensation = 0;
  for (const value of values) {
    const x = value * down;
    const [high, low] = square(x);
    const t = sum + high;
    compensation += (Math.abs(sum) >= high ? sum - t + high : high - t + sum) + low;
    sum = t;
  }
  const h = Math.sqrt(sum + compensation);
  // One Newton step on the exact residue.
  const [hh, hl] = square(h);
  const residue = sum - hh - hl + compensation;
  return (h + residue / (2 * h)) / down;
}

/** x² as an unevaluated sum of two doubles. */
function square(x: number): [number, number] {
  const t = x * 134217729;
  const high = t - (t - x);
  const low = x - high;
  const p = x * x;
  return [p, high * high - p + 2 * high * low + low * low];
}

function math_dist(vm: VM, p: PyValue, q: PyValue): PyValue {
  const [a, b] = [toArray(vm, p), toArray(vm, q)];
  if (a.length !== b.length) throw valueError('both points must have the same number of dimensions');
  return new PyFloat(vectorNorm(a.map((item, i) => Math.abs(asDouble(vm, item) - asDouble(vm, b[i])))));
}

function math_prod(vm: VM, iterable: PyValue, start: PyValue | undefined): PyValue {
  let result: PyValue = start ?? 1;
  const iterator = iterate(vm, iterable);
  for (let item = next(vm, iterator); item !== undefined; item = next(vm, iterator)) result = binaryOp(vm, NB_MULTIPLY, result, item);
  return result;
}

/**
 * Products of ints and of floats are summed apart for as long as all pairs are of that kind (CPython: Modules/mathmodule.c,
 * math_sumprod); after that as Python multiplies and adds.
 */
function math_sumprod(vm: VM, p: PyValue, q: PyValue): PyValue {
  const left = iterate(vm, p);
  const right = iterate(vm, q);
  let total: PyValue = 0;
  let kind: 'int' | 'float' | 'any' = 'int';
  const floats = new ProductSum();
  for (;;) {
    const a = next(vm, left);
    const b = next(vm, right);
    if ((a === undefined) !== (b === undefined)) throw valueError('Inputs are not the same length');
    if (a === undefined || b === undefined) return floats.used ? binaryOp(vm, NB_ADD, total, new PyFloat(floats.value())) : total;
    if (kind === 'int') {
      if (isLong(a) && isLong(b)) {
        const sum = addInts(total as number, multiplyInts(vm, a, b));
        if (isLong(sum)) {
          total = sum;
          continue;
        }
      }
      kind = 'float';
    }
    if (kind === 'float') {
      if (floats.add(a, b)) continue;
      kind = 'any';
      if (floats.used) total = binaryOp(vm, NB_ADD, total, new PyFloat(floats.value()));
      floats.used = false;
    }
    total = binaryOp(vm, NB_ADD, total, binaryOp(vm, NB_MULTIPLY, a, b));
  }
}

/** A plain int of 64 bits. */
const isLong = (value: PyValue): value is number | bigint => typeof value === 'number' || (typeof value === 'bigint' && BigInt.asIntN(64, value) === value);

/** A sum of products, with what each rounding loses in two further doubles. */
class ProductSum {
  used = false;
  private high = 0;
  private low = 0;
  private tiny = 0;

  /** Adds the product of two floats, or of a float and an int; false if they are something else or too large. */
  add(a: PyValue, b: PyValue): boolean {
    const x = factor(a);
    const y = factor(b);
    if (x === undefined || y === undefined || !(isExactFloat(a) || isExactFloat(b))) return false;
    const [product, rest] = twoProduct(x, y);
    const [sum, lost] = twoSum(this.high, product);
    if (!Number.isFinite(sum) || Number.isNaN(rest)) return false;
    const [lows, lowsLost] = twoSum(this.low, rest);
    const [middle, middleLost] = twoSum(lows, lost);
    this.high = sum;
    this.low = middle;
    this.tiny += lowsLost + middleLost;
    this.used = true;
    return true;
  }

  value(): number {
    return this.high + (this.low + this.tiny);
  }
}

/** A float, or an int or bool as one. */
function factor(value: PyValue): number | undefined {
  if (isExactFloat(value)) return value.value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') return value;
  if (typeof value !== 'bigint') return undefined;
  const plain = Number(value);
  return Number.isFinite(plain) ? plain : undefined;
}

function twoSum(x: number, y: number): [number, number] {
  const sum = x + y;
  const back = sum - x;
  return [sum, x - (sum - back) + (y - back)];
}

function twoProduct(x: number, y: number): [number, number] {
  const split = (v: number): [number, number] => {
    const t = v * 134217729;
    const high = t - (t - v);
    return [high, v - high];
  };
  const p = x * y;
  const [xh, xl] = split(x);
  const [yh, yl] = split(y);
  return [p, xh * yh - p + xh * yl + xl * yh + xl * yl];
}

function math_isclose(vm: VM, a: PyValue, b: PyValue, relTol: PyValue | undefined, absTol: PyValue | undefined): PyValue {
  const [x, y] = [asDouble(vm, a), asDouble(vm, b)];
  const rel = relTol === undefined ? 1e-9 : asDouble(vm, relTol);
  const abs = absTol === undefined ? 0 : asDouble(vm, absTol);
  if (rel < 0 || abs < 0) throw valueError('tolerances must be non-negative');
  if (x === y) return true;
  if (!Number.isFinite(x) || !Number.isFinite(y)) return false;
  const diff = Math.abs(y - x);
  return diff <= Math.abs(rel * y) || diff <= Math.abs(rel * x) || diff <= abs;
}

const view = new DataView(new ArrayBuffer(8));

/** The next double from x towards y, `steps` times. */
function math_nextafter(vm: VM, xValue: PyValue, yValue: PyValue, steps: PyValue | undefined): PyValue {
  const x = asDouble(vm, xValue);
  const y = asDouble(vm, yValue);
  const count = steps === undefined || steps === None ? 1n : BigInt(asIndex(vm, steps));
  if (count < 0n) throw valueError('steps must be a non-negative integer');
  if (count === 0n) return new PyFloat(x);
  if (Number.isNaN(x)) return new PyFloat(x);
  if (Number.isNaN(y)) return new PyFloat(y);
  if (x === y) return new PyFloat(y);
  const [from, to] = [ordinal(x), ordinal(y)];
  const distance = to > from ? to - from : from - to;
  // One step from below zero to zero is -0.0 (libm's nextafter); several end at y itself.
  if (count >= distance) {
    const oneStep = steps === undefined || steps === None;
    return new PyFloat(oneStep && y === 0 ? (x < 0 ? -0 : 0) : y);
  }
  const at = to > from ? from + count : from - count;
  return new PyFloat(at === 0n && x < 0 ? -0 : fromOrdinal(at));
}

/** Has x a minus sign? NaN may have one. */
function isNegative(x: number): boolean {
  view.setFloat64(0, x);
  return view.getInt32(0) < 0;
}

/** Doubles counted in order: 0 for zero, negative below. */
function ordinal(x: number): bigint {
  view.setFloat64(0, x);
  const bits = view.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fff_ffff_ffff_ffffn) : bits;
}

function fromOrdinal(n: bigint): number {
  view.setBigInt64(0, n < 0n ? -n : n);
  const value = view.getFloat64(0);
  return n < 0n ? -value : value;
}

function math_ulp(vm: VM, value: PyValue): PyValue {
  const x = Math.abs(asDouble(vm, value));
  if (!Number.isFinite(x)) return new PyFloat(x);
  const above = fromOrdinal(ordinal(x) + 1n);
  return new PyFloat(Number.isFinite(above) ? above - x : x - fromOrdinal(ordinal(x) - 1n));
}

const isPole = (x: number): boolean => x <= 0 && Number.isInteger(x);
const sqrt = (x: number): number => Math.sqrt(x);

/** Python's module `math`. CPython 3.12: Modules/mathmodule.c. */
export const math: NativeModule = defineModule(
  'math',
  {
    pi: new PyFloat(Math.PI), e: new PyFloat(Math.E), tau: new PyFloat(2 * Math.PI), inf: new PyFloat(Infinity), nan: new PyFloat(NaN),
    acos: unary('acos', libm.acos, 'Return the arc cosine (measured in radians) of x.\n\nThe result is between 0 and pi.'),
    acosh: unary('acosh', libm.acosh, 'Return the inverse hyperbolic cosine of x.'),
    asin: unary('asin', libm.asin, 'Return the arc sine (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2.'),
    asinh: unary('asinh', libm.asinh, 'Return the inverse hyperbolic sine of x.'),
    atan: unary('atan', libm.atan, 'Return the arc tangent (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2.'),
    atan2: native('atan2(y, x, /)', (vm: VM, y: PyValue, x: PyValue) => new PyFloat(libm.atan2(asDouble(vm, y), asDouble(vm, x))), 'Return the arc tangent (measured in radians) of y/x.\n\nUnlike atan(y/x), the signs of both x and y are considered.'),
    atanh: unary('atanh', libm.atanh, 'Return the inverse hyperbolic tangent of x.'),
    cbrt: unary('cbrt', libm.cbrt, 'Return the cube root of x.'),
    ceil: native('ceil(x, /)', rounding('__ceil__', Math.ceil), 'Return the ceiling of x as an Integral.\n\nThis is the smallest integer >= x.'),
    comb: native('comb(n, k, /)', math_comb, "Number of ways to choose k items from n items without repetition and without order.\n\nEvaluates to n! / (k! * (n - k)!) when k <= n and evaluates\nto zero when k > n.\n\nAlso called the binomial coefficient because it is equivalent\nto the coefficient of k-th term in polynomial expansion of the\nexpression (1 + x)**n.\n\nRaises TypeError if either of the arguments are not integers.\nRaises ValueError if either of the arguments are negative."),
    copysign: native('copysign(x, y, /)', (vm: VM, x: PyValue, y: PyValue) => {
      const magnitude = Math.abs(asDouble(vm, x));
      return new PyFloat(isNegative(asDouble(vm, y)) ? -magnitude : magnitude);
    }, 'Return a float with the magnitude (absolute value) of x but the sign of y.\n\nOn platforms that support signed zeros, copysign(1.0, -0.0)\nreturns -1.0.\n'),
    cos: unary('cos', libm.cos, 'Return the cosine of x (measured in radians).'),
    cosh: unary('cosh', libm.cosh, 'Return the hyperbolic cosine of x.', true),
    degrees: native('degrees(x, /)', (vm: VM, x: PyValue) => new PyFloat(asDouble(vm, x) * (180 / Math.PI)), 'Convert angle x from radians to degrees.'),
    dist: native('dist(p, q, /)', math_dist, 'Return the Euclidean distance between two points p and q.\n\nThe points should be specified as sequences (or iterables) of\ncoordinates.  Both inputs must have the same dimension.\n\nRoughly equivalent to:\n    sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))'),
    erf: unary('erf', libm.erf, 'Error function at x.'),
    erfc: unary('erfc', libm.erfc, 'Complementary error function at x.'),
    exp: unary('exp', libm.exp, 'Return e raised to the power of x.', true),
    exp2: unary('exp2', (x) => libm.pow(2, x), 'Return 2 raised to the power of x.', true),
    expm1: unary('expm1', libm.expm1, 'Return exp(x)-1.\n\nThis function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x.', true),
    fabs: native('fabs(x, /)', (vm: VM, x: PyValue) => new PyFloat(Math.abs(asDouble(vm, x))), 'Return the absolute value of the float x.'),
    factorial: native('factorial(n, /)', math_factorial, 'Find n!.\n\nRaise a ValueError if x is negative or non-integral.'),
    floor: native('floor(x, /)', rounding('__floor__', Math.floor), 'Return the floor of x as an Integral.\n\nThis is the largest integer <= x.'),
    fmod: native('fmod(x, y, /)', math_fmod, 'Return fmod(x, y), according to platform C.\n\nx % y may differ.'),
    frexp: native('frexp(x, /)', math_frexp, 'Return the mantissa and exponent of x, as pair (m, e).\n\nm is a float and e is an int, such that x = m * 2.**e.\nIf x is 0, m and e are both 0.  Else 0.5 <= abs(m) < 1.0.'),
    fsum: native('fsum(seq, /)', math_fsum, 'Return an accurate floating-point sum of values in the iterable seq.\n\nAssumes IEEE-754 floating-point arithmetic.'),
    gamma: unary('gamma', (x) => (isPole(x) ? NaN : libm.gamma(x)), 'Gamma function at x.', true),
    gcd: native('gcd(*integers)', (vm: VM, integers: readonly PyValue[]) => integers.reduce<number | bigint>((a, b) => gcdOf(a, asIndex(vm, b)), 0), 'Greatest Common Divisor.'),
    hypot: native('hypot(*coordinates)', math_hypot, 'hypot(*coordinates) -> value\n\nMultidimensional Euclidean distance from the origin to a point.\n\nRoughly equivalent to:\n    sqrt(sum(x**2 for x in coordinates))\n\nFor a two dimensional point (x, y), gives the hypotenuse\nusing the Pythagorean theorem:  sqrt(x*x + y*y).\n\nFor example, the hypotenuse of a 3/4/5 right triangle is:\n\n    >>> hypot(3.0, 4.0)\n    5.0\n'),
    isclose: native('isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)', math_isclose, 'Determine whether two floating-point numbers are close in value.\n\n  rel_tol\n    maximum difference for being considered "close", relative to the\n    magnitude of the input values\n  abs_tol\n    maximum difference for being considered "close", regardless of the\n    magnitude of the input values\n\nReturn True if a is close in value to b, and False otherwise.\n\nFor the values to be considered close, the difference between them\nmust be smaller than at least one of the tolerances.\n\n-inf, inf and NaN behave similarly to the IEEE 754 Standard.  That\nis, NaN is not close to anything, even itself.  inf and -inf are\nonly close to themselves.'),
    isfinite: native('isfinite(x, /)', (vm: VM, x: PyValue) => Number.isFinite(asDouble(vm, x)), 'Return True if x is neither an infinity nor a NaN, and False otherwise.'),
    isinf: native('isinf(x, /)', (vm: VM, x: PyValue) => Math.abs(asDouble(vm, x)) === Infinity, 'Return True if x is a positive or negative infinity, and False otherwise.'),
    isnan: native('isnan(x, /)', (vm: VM, x: PyValue) => Number.isNaN(asDouble(vm, x)), 'Return True if x is a NaN (not a number), and False otherwise.'),
    isqrt: native('isqrt(n, /)', (vm: VM, value: PyValue) => {
      const n = asIndex(vm, value);
      if (n < 0) throw valueError('isqrt() argument must be nonnegative');
      return normalizeInt(isqrt(BigInt(n)));
    }, 'Return the integer part of the square root of the input.'),
    lcm: native('lcm(*integers)', math_lcm, 'Least Common Multiple.'),
    ldexp: native('ldexp(x, i, /)', math_ldexp, 'Return x * (2**i).\n\nThis is essentially the inverse of frexp().'),
    lgamma: unary('lgamma', (x) => (isPole(x) ? NaN : libm.lgamma(x)), 'Natural logarithm of absolute value of Gamma function at x.', true),
    log: native('log(x, base=<unrepresentable>, /)', math_log, 'log(x, [base=math.e])\nReturn the logarithm of x to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of x.'),
    log10: native('log10(x, /)', (vm: VM, x: PyValue) => new PyFloat(logOf(vm, x, libm.log10)), 'Return the base 10 logarithm of x.'),
    log1p: unary('log1p', libm.log1p, 'Return the natural logarithm of 1+x (base e).\n\nThe result is computed in a way which is accurate for x near zero.'),
    log2: native('log2(x, /)', (vm: VM, x: PyValue) => new PyFloat(logOf(vm, x, libm.log2)), 'Return the base 2 logarithm of x.'),
    modf: native('modf(x, /)', math_modf, 'Return the fractional and integer parts of x.\n\nBoth results carry the sign of x and are floats.'),
    nextafter: native('nextafter(x, y, /, *, steps=None)', math_nextafter, 'Return the floating-point value the given number of steps after x towards y.\n\nIf steps is not specified or is None, it defaults to 1.\n\nRaises a TypeError, if x or y is not a double, or if steps is not an integer.\nRaises ValueError if steps is negative.'),
    perm: native('perm(n, k=None, /)', math_perm, 'Number of ways to choose k items from n items without repetition and with order.\n\nEvaluates to n! / (n - k)! when k <= n and evaluates\nto zero when k > n.\n\nIf k is not specified or is None, then k defaults to n\nand the function returns n!.\n\nRaises TypeError if either of the arguments are not integers.\nRaises ValueError if either of the arguments are negative.'),
    pow: native('pow(x, y, /)', math_pow, 'Return x**y (x to the power of y).'),
    prod: native('prod(iterable, /, *, start=1)', math_prod, 'Calculate the product of all the elements in the input iterable.\n\nThe default start value for the product is 1.\n\nWhen the iterable is empty, return the start value.  This function is\nintended specifically for use with numeric values and may reject\nnon-numeric types.'),
    radians: native('radians(x, /)', (vm: VM, x: PyValue) => new PyFloat(asDouble(vm, x) * (Math.PI / 180)), 'Convert angle x from degrees to radians.'),
    remainder: native('remainder(x, y, /)', math_remainder, 'Difference between x and the closest integer multiple of y.\n\nReturn x - n*y where n*y is the closest integer multiple of y.\nIn the case where x is exactly halfway between two multiples of\ny, the nearest even value of n is used. The result is always exact.'),
    sin: unary('sin', libm.sin, 'Return the sine of x (measured in radians).'),
    sinh: unary('sinh', libm.sinh, 'Return the hyperbolic sine of x.', true),
    sqrt: unary('sqrt', sqrt, 'Return the square root of x.'),
    sumprod: native('sumprod(p, q, /)', math_sumprod, 'Return the sum of products of values from two iterables p and q.\n\nRoughly equivalent to:\n\n    sum(itertools.starmap(operator.mul, zip(p, q, strict=True)))\n\nFor float and mixed int/float inputs, the intermediate products\nand sums are computed with extended precision.'),
    tan: unary('tan', libm.tan, 'Return the tangent of x (measured in radians).'),
    tanh: unary('tanh', libm.tanh, 'Return the hyperbolic tangent of x.'),
    trunc: native('trunc(x, /)', math_trunc, 'Truncates the Real x to the nearest Integral toward 0.\n\nUses the __trunc__ magic method.'),
    ulp: native('ulp(x, /)', math_ulp, 'Return the value of the least significant bit of the float x.'),
  },
  { doc: 'This module provides access to the mathematical functions\ndefined by the C standard.' },
);
