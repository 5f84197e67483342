import type { operator } from '@py/ast';
import { power } from './elementary.ts';

/** Float operators. Undefined where Python raises. */
export function floatBinary(op: operator, left: number, right: number): number | undefined {
  switch (op) {
    case 'Add':
      return left + right;
    case 'Sub':
      return left - right;
    case 'Mult':
      return left * right;
    case 'Div':
      return right === 0 ? undefined : left / right;
    case 'FloorDiv':
      return right === 0 ? undefined : floorDivide(left, right);
    case 'Mod':
      return right === 0 ? undefined : modulo(left, right);
    case 'Pow':
      return floatPower(left, right);
    default:
      return undefined;
  }
}

/** The remainder with the sign of the divisor (CPython 3.12: Objects/floatobject.c, float_rem). */
function modulo(left: number, right: number): number {
  const remainder = left % right;
  if (remainder === 0) return right < 0 ? -0 : 0;
  return remainder < 0 !== right < 0 ? remainder + right : remainder;
}

/** CPython 3.12: Objects/floatobject.c, _float_div_mod. */
function floorDivide(left: number, right: number): number {
  const remainder = left % right;
  let quotient = (left - remainder) / right;
  if (remainder !== 0 && right < 0 !== remainder < 0) quotient -= 1;
  if (quotient === 0) return left / right < 0 || Object.is(left / right, -0) ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

/** `left ** right` for a real result (CPython 3.12: Objects/floatobject.c, float_pow). */
function floatPower(left: number, right: number): number | undefined {
  if (right === 0 || left === 1) return 1;
  if (Number.isNaN(left) || Number.isNaN(right)) return NaN;
  if (!Number.isFinite(right)) {
    const size = Math.abs(left);
    if (size === 1) return 1;
    return right > 0 === size > 1 ? Infinity : 0;
  }
  const isOdd = Math.abs(right % 2) === 1;
  const isNegative = left < 0 || Object.is(left, -0);
  if (left === 0 && right < 0) return undefined;
  if (left === 0 || !Number.isFinite(left)) {
    const size = left === 0 === right > 0 ? 0 : Infinity;
    return isNegative && isOdd ? -size : size;
  }
  const size = power(Math.abs(left), right);
  if (size === Infinity) return undefined;
  return isNegative && isOdd ? -size : size;
}
