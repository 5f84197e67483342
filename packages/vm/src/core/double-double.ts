/*
 * Elementary functions in double-double arithmetic: a number is the unevaluated sum of two doubles, about 100 bits. Slow: for what the
 * quicker series of elementary.ts and circular.ts leave open. Rounding the sum then gives the double nearest to the true value, the
 * same on every machine.
 */

/** `hi + lo`, the second at most half a unit of the first's last place. */
export type DD = readonly [hi: number, lo: number];

/** Times this, a double splits into two halves of 26 bits (Veltkamp): `x * SPLIT - (x * SPLIT - x)` is the upper one. */
export const SPLIT = 134217729;

/** Added and subtracted, it rounds a double to a whole number. */
export const ROUND = 6755399441055744;

/** a + b exactly. */
function twoSum(a: number, b: number): DD {
  const sum = a + b;
  const bb = sum - a;
  return [sum, a - (sum - bb) + (b - bb)];
}

/** a + b exactly where |a| >= |b|. */
function quickSum(a: number, b: number): DD {
  const sum = a + b;
  return [sum, b - (sum - a)];
}

/** a * b exactly (Dekker); the product must be neither near overflow nor subnormal. */
function twoProduct(a: number, b: number): DD {
  const product = a * b;
  const scaledA = SPLIT * a;
  const aHigh = scaledA - (scaledA - a);
  const aLow = a - aHigh;
  const scaledB = SPLIT * b;
  const bHigh = scaledB - (scaledB - b);
  const bLow = b - bHigh;
  return [product, aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow];
}

export function addDD(a: DD, b: DD): DD {
  const [sum, rest] = twoSum(a[0], b[0]);
  const [low, lower] = twoSum(a[1], b[1]);
  const [high, next] = quickSum(sum, rest + low);
  return quickSum(high, next + lower);
}

export function addNumber(a: DD, b: number): DD {
  const [sum, rest] = twoSum(a[0], b);
  return quickSum(sum, rest + a[1]);
}

function multiplyDD(a: DD, b: DD): DD {
  const [product, rest] = twoProduct(a[0], b[0]);
  return quickSum(product, rest + (a[0] * b[1] + a[1] * b[0]));
}

export function timesNumber(a: DD, b: number): DD {
  const [product, rest] = twoProduct(a[0], b);
  return quickSum(product, rest + a[1] * b);
}

export function divideDD(a: DD, b: DD): DD {
  const first = a[0] / b[0];
  const rest = subtractDD(a, timesNumber(b, first));
  const second = rest[0] / b[0];
  const rest2 = subtractDD(rest, timesNumber(b, second));
  const [high, low] = quickSum(first, second);
  return quickSum(high, low + rest2[0] / b[0]);
}

export function subtractDD(a: DD, b: DD): DD {
  return addDD(a, [-b[0], -b[1]]);
}

export const scaleDD = (a: DD, power: number): DD => [a[0] * power, a[1] * power]; // `power` is one of two.

// ---- constants: ln 2 and pi / 2 as sums of doubles, 1 / n! ----

const ln2: DD = [0.6931471805599453, 2.3190468138462996e-17];
const ln2Third = 5.707708438416212e-34;
const halfPi: readonly number[] = [1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33, 5.562271104316826e-50];

/** 1 / n! for n from 3. */
const inverseFactorials: readonly DD[] = [
  [0.16666666666666666, 9.25185853854297e-18], [0.041666666666666664, 2.3129646346357427e-18], [0.008333333333333333, 1.1564823173178714e-19], [0.001388888888888889, -5.300543954373577e-20],
  [0.0001984126984126984, 1.7209558293420705e-22], [0.0000248015873015873, 2.1511947866775882e-23], [0.0000027557319223985893, -1.858393274046472e-22], [2.755731922398589e-7, 2.3767714622250297e-23],
  [2.505210838544172e-8, -1.448814070935912e-24], [2.08767569878681e-9, -1.20734505911326e-25], [1.6059043836821613e-10, 1.2585294588752098e-26], [1.1470745597729725e-11, 2.0655512752830745e-28],
  [7.647163731819816e-13, 7.03872877733453e-30], [4.779477332387385e-14, 4.399205485834081e-31], [2.8114572543455206e-15, 1.6508842730861433e-31], [1.5619206968586225e-16, 1.1910679660273754e-32],
  [8.22063524662433e-18, 2.2141894119604265e-34], [4.110317623312165e-19, 1.4412973378659527e-36], [1.9572941063391263e-20, -1.3643503830087908e-36], [8.896791392450574e-22, -7.911402614872376e-38],
  [3.868170170630684e-23, -8.843177655482344e-40], [1.6117375710961184e-24, -3.6846573564509766e-41], [6.446950284384474e-26, -1.9330404233703465e-42], [2.4795962632247976e-27, -1.2953730964765229e-43],
  [9.183689863795546e-29, 1.4303150396787322e-45], [3.279889237069838e-30, 1.5117542744029879e-46],
];
const over = (n: number): DD => inverseFactorials[n - 3];

// ---- exp ----

/** exp(x) as `value * 2 ** scale`. |x| must be below 1000. */
export function expDD(x: DD): { value: DD; scale: number } {
  const scale = Math.round(x[0] / ln2[0]);
  let r = subtractDD(x, twoProduct(scale, ln2[0]));
  r = subtractDD(r, addNumber(twoProduct(scale, ln2[1]), scale * ln2Third));
  r = scaleDD(r, 1 / 64);
  const h = r[0];
  // The last terms need no more than double precision.
  const tail = h ** 6 * sumOf(h, 6, 11, 1);
  const square = multiplyDD(r, r);
  const cube = multiplyDD(square, r);
  const fourth = multiplyDD(square, square);
  let sum = addNumber(multiplyDD(multiplyDD(fourth, r), over(5)), tail);
  sum = addDD(sum, multiplyDD(fourth, over(4)));
  sum = addDD(sum, multiplyDD(cube, over(3)));
  sum = addDD(sum, scaleDD(square, 0.5));
  // exp(r) - 1, doubled six times: (1 + m) ** 2 - 1 = 2 m + m ** 2.
  let m = addDD(sum, r);
  for (let i = 0; i < 6; i++) m = addDD(scaleDD(m, 2), multiplyDD(m, m));
  return { value: addNumber(m, 1), scale };
}

/** `value * 2 ** scale` rounded once, into the subnormal numbers too. */
export function roundScaled(value: DD, scale: number): number {
  const [hi, lo] = value;
  if (scale > 1022) return hi * 2 ** 1000 * 2 ** (scale - 1000);
  if (scale > -1000) return hi * 2 ** scale;
  const exponent = Math.floor(Math.log2(Math.abs(hi))) + scale;
  if (exponent >= -1020) return hi * 2 ** -900 * 2 ** (scale + 900);
  if (exponent < -1080) return hi * 0;
  // To a multiple of 2 ** -1074.
  const units = hi * 2 ** (scale + 1074);
  const unitsLow = lo * 2 ** (scale + 1074);
  const floor = Math.floor(units);
  const rest = units - floor;
  const up = rest > 0.5 || (rest === 0.5 && (unitsLow > 0 || (unitsLow === 0 && floor % 2 === 1)));
  const low = rest === 0 && unitsLow < 0 ? 0 : up ? 1 : 0;
  return (floor + low) * 5e-324;
}

// ---- log ----

/** ln(x) of a positive, finite double. */
export function logDD(x: number): DD {
  const f = x - 1;
  if (Math.abs(f) < 0.02) return logNear1(f);
  // A logarithm that is right to its last places, and what it lacks: ln(x) = y + ln(x / exp(y)).
  let exponent = Math.floor(Math.log2(x));
  if (exponent > 1023) exponent = 1023;
  const mantissa = exponent < -1000 ? x * 2 ** 600 * 2 ** (-exponent - 600) : x * 2 ** -exponent;
  const y = Math.log(mantissa);
  const { value, scale } = expDD([-y, 0]);
  const ratio = timesNumber(scaleDD(value, 2 ** scale), mantissa);
  const delta = addNumber(ratio, -1);
  const d = delta[0];
  const log = addDD([y, 0], addNumber(delta, -d * d * (0.5 - d / 3)));
  if (exponent === 0) return log;
  const whole = addNumber(addDD(twoProduct(exponent, ln2[0]), twoProduct(exponent, ln2[1])), exponent * ln2Third);
  return addDD(whole, log);
}

/** ln(1 + f), |f| < 0.02: 2 atanh(f / (2 + f)). */
function logNear1(f: number): DD {
  const s = divideDD([f, 0], twoSum(2, f));
  const z = multiplyDD(s, s);
  const h = z[0];
  const tail = h * h * h * h * h * (1 / 11 + h * (1 / 13 + h * (1 / 15 + h / 17)));
  const square = multiplyDD(z, z);
  let sum = addNumber(divideDD(multiplyDD(square, square), [9, 0]), tail);
  sum = addDD(sum, divideDD(multiplyDD(square, z), [7, 0]));
  sum = addDD(sum, divideDD(square, [5, 0]));
  sum = addDD(sum, divideDD(z, [3, 0]));
  return scaleDD(addDD(s, multiplyDD(s, sum)), 2);
}

// ---- sine and cosine ----

/** x less the nearest multiple of pi / 2, and which multiple that is (modulo 4). */
function reduceAngle(x: number): { rest: DD; quarter: number } {
  if (Math.abs(x) <= 0.78) return { rest: [x, 0], quarter: 0 };
  if (Math.abs(x) > 1e5) return reduceLarge(x);
  const k = Math.round(x / halfPi[0]);
  let rest: DD = [x, 0];
  for (let i = 0; i < 3; i++) rest = subtractDD(rest, twoProduct(k, halfPi[i]));
  return { rest: addNumber(rest, -k * halfPi[3]), quarter: ((k % 4) + 4) % 4 };
}

/** pi / 2 * 2 ** 1280 */
const quarterTurn = BigInt(
  '0x3243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89452821e638d01377be5466cf34e90c6cc0ac29b7c97c50dd3f84d5b5b54709179216d5d98979fb1bd1310ba698dfb5ac' +
    '2ffd72dbd01adfb7b8e1afed6a267e96ba7c9045f12c7f9924a19947b3916cf70801f2e2858efc16636920d871574e69a458fea3f4933d7e0d95748f728eb658718bcd5882154aee7b54a41dc25a59b5',
) >> 1n;

/** The same with whole numbers, for angles of any size. */
function reduceLarge(x: number): { rest: DD; quarter: number } {
  const bits = 1280n;
  const exponent = Math.max(0, Math.floor(Math.log2(Math.abs(x))) - 52);
  const angle = BigInt((Math.abs(x) / 2 ** exponent) * 2 ** 40) << (bits + BigInt(exponent) - 40n);
  let k = angle / quarterTurn;
  let rest = angle - k * quarterTurn;
  if (2n * rest > quarterTurn) {
    rest -= quarterTurn;
    k += 1n;
  }
  const quarter = Number(k % 4n);
  const value = fixedToDD(rest, bits);
  return x < 0 ? { rest: [-value[0], -value[1]], quarter: (4 - quarter) % 4 } : { rest: value, quarter };
}

function fixedToDD(value: bigint, bits: bigint): DD {
  const magnitude = value < 0n ? -value : value;
  const length = magnitude.toString(2).length;
  const shift = length > 150 ? BigInt(length - 150) : 0n;
  const top = magnitude >> shift;
  const scale = 2 ** Number(shift - bits);
  const hi = Number(top);
  const lo = Number(top - BigInt(hi));
  const sign = value < 0n ? -1 : 1;
  return [sign * hi * scale, sign * lo * scale];
}

/** Sine of |x| <= pi / 4. */
function sinSeries(x: DD): DD {
  const z = multiplyDD(x, x);
  const sum = alternating(z, [sumOf(-z[0], 15, 27, 2), 0], 13, 3);
  return addDD(x, multiplyDD(multiplyDD(x, z), sum));
}

function cosSeries(x: DD): DD {
  const z = multiplyDD(x, x);
  const sum = addNumber(multiplyDD(alternating(z, [sumOf(-z[0], 16, 28, 2), 0], 14, 4), z), -0.5);
  return addNumber(multiplyDD(sum, z), 1);
}

/** A series of sine or cosine: from the sum of its later terms through those of 1 / from! down to 1 / to!, the last with a minus sign if it is of sine. */
function alternating(z: DD, later: DD, from: number, to: number): DD {
  let sum = later;
  for (let n = from; n >= to; n -= 2) sum = subtractDD(over(n), multiplyDD(sum, z));
  return to === 3 ? negative(sum) : sum;
}

/** 1 / from! + h / (from + step)! + h² / (from + 2 step)! + … + 1 / to!, as doubles. */
function sumOf(h: number, from: number, to: number, step: number): number {
  let sum = 0;
  for (let n = to; n >= from; n -= step) sum = over(n)[0] + h * sum;
  return sum;
}

const negative = (x: DD): DD => [-x[0], -x[1]];

/** Sine and cosine of a finite double. */
export function sinCosDD(x: number): { sin: DD; cos: DD } {
  const { rest, quarter } = reduceAngle(x);
  const s = sinSeries(rest);
  const c = cosSeries(rest);
  switch (quarter) {
    case 0:
      return { sin: s, cos: c };
    case 1:
      return { sin: c, cos: negative(s) };
    case 2:
      return { sin: negative(s), cos: negative(c) };
    default:
      return { sin: negative(c), cos: s };
  }
}

export function sinDD(x: number): DD {
  const { rest, quarter } = reduceAngle(x);
  const value = quarter % 2 === 0 ? sinSeries(rest) : cosSeries(rest);
  return quarter < 2 ? value : negative(value);
}

export function cosDD(x: number): DD {
  const { rest, quarter } = reduceAngle(x);
  const value = quarter % 2 === 0 ? cosSeries(rest) : sinSeries(rest);
  return quarter === 0 || quarter === 3 ? value : negative(value);
}

// ---- arc sine ----

/** Arc sine of 0 < x < 0.75: a first answer, and what it lacks by one step of Newton's. */
export function asinDD(x: DD): DD {
  const y = Math.asin(x[0]);
  const { sin: s, cos: c } = sinCosDD(y);
  const delta = divideDD(subtractDD(x, s), c);
  return addNumber(addDD([y, 0], delta), (s[0] * delta[0] * delta[0]) / (2 * c[0]));
}

/** Square root of a positive number. */
export function rootDD(x: number): DD {
  const root = Math.sqrt(x);
  return quickSum(root, subtractDD([x, 0], twoProduct(root, root))[0] / (2 * root));
}

/** The angle of (x, y) from one that is nearly right. */
export function angleDD(y: number, x: number, near: number): DD {
  const { sin: s, cos: c } = sinCosDD(near);
  const across = subtractDD(timesNumber(c, y), timesNumber(s, x));
  const along = addDD(timesNumber(c, x), timesNumber(s, y));
  return addDD([near, 0], divideDD(across, along));
}
