/* Roots, by glibc's steps. */
import { highWord, powerOfTwo } from './float-bits.ts';

/** `sqrt(x * x + y * y)` without overflow on the way. */
export function hypot(x: number, y: number): number {
  const larger = Math.max(Math.abs(x), Math.abs(y));
  const smaller = Math.min(Math.abs(x), Math.abs(y));
  if (Math.abs(x) === Infinity || Math.abs(y) === Infinity) return Infinity;
  if (!(smaller > larger * 2 ** -54)) return larger + smaller;
  if (larger > 2 ** 511) return lengthOf(larger * 2 ** -600, smaller * 2 ** -600) / 2 ** -600;
  if (smaller < 2 ** -459) return lengthOf(larger * 2 ** 600, smaller * 2 ** 600) * 2 ** -600;
  return lengthOf(larger, smaller);
}

/** The root of the squares, less what it is too long by (Borges, "An improved algorithm for hypot(a, b)"). */
function lengthOf(larger: number, smaller: number): number {
  const root = Math.sqrt(larger * larger + smaller * smaller);
  let excess: number;
  if (root <= 2 * smaller) {
    const delta = root - smaller;
    excess = larger * (2 * delta - larger) + (delta - 2 * (larger - smaller)) * delta;
  } else {
    const delta = root - larger;
    excess = 2 * delta * (larger - 2 * smaller) + ((4 * delta - smaller) * smaller + delta * delta);
  }
  return root - excess / (2 * root);
}

/** Cube roots of 2 ** -2 … 2 ** 2. */
const factors = [1 / 1.5874010519681994748, 1 / 1.2599210498948731648, 1, 1.2599210498948731648, 1.5874010519681994748];

/** Cube root: a polynomial, one step of Halley's, then the exponent. */
export function cbrt(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const magnitude = Math.abs(x);
  const normal = magnitude < 2 ** -1022 ? magnitude * 2 ** 54 : magnitude;
  const biased = highWord(normal) >> 20;
  // magnitude = m * 2 ** exponent, m from 0.5 to 1
  const m = (normal / 2 ** (biased > 1022 ? 60 : 0)) * powerOfTwo(1022 - biased + (biased > 1022 ? 60 : 0));
  const exponent = biased - 1022 - (normal === magnitude ? 0 : 54);
  const u =
    0.35489576504391986 +
    (1.50819193781584896 + (-2.11499494167371287 + (2.4469312256353443 + (-1.83469277483613086 + (0.784932344976639262 - 0.145263899385486377 * m) * m) * m) * m) * m) * m;
  const cube = u * u * u;
  const root = ((u * (cube + 2 * m)) / (2 * cube + m)) * factors[2 + (exponent % 3)];
  const result = root * powerOfTwo(Math.trunc(exponent / 3));
  return x < 0 ? -result : result;
}
