/* Functions of C's libm whose last bit differs from V8's, as CPython's platform (glibc) computes them. */

/** `pow(x, y)` of C99. */
export function pow(x: number, y: number): number {
  if (x === 1 || y === 0) return 1;
  if (x === -1 && (y === Infinity || y === -Infinity)) return 1;
  return Math.pow(x, y);
}
