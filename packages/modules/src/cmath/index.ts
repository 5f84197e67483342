import {
  asDouble, binaryOp, call, defineModule, lookupSpecial, native, NB_TRUE_DIVIDE, newTuple, overflowError, PyComplex, PyFloat, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { NativeDef, NativeModule, PyValue, VM } from '@py/vm/native';
import * as functions from './functions.ts';
import { DomainError, ResultTooLarge, type Complex } from './functions.ts';

/* `cmath` (CPython 3.12: Modules/cmathmodule.c). */

/** Anything that has `__complex__`, `__float__` or `__index__`. Raises TypeError. */
function asComplex(vm: VM, value: PyValue): Complex {
  if (value instanceof PyComplex) return [value.real, value.imag];
  const method = value instanceof PyFloat ? undefined : lookupSpecial(vm, value, '__complex__');
  if (method === undefined) return [asDouble(vm, value), 0];
  const result = call(vm, method, []);
  if (!(result instanceof PyComplex)) throw typeError(`__complex__ returned non-complex (type ${typeOf(result).name})`);
  return [result.real, result.imag];
}

function computed(compute: () => Complex): Complex {
  try {
    return compute();
  } catch (error) {
    if (error instanceof DomainError) throw valueError('math domain error');
    if (error instanceof ResultTooLarge) throw overflowError('math range error');
    throw error;
  }
}

const complexOf = ([real, imag]: Complex): PyValue => new PyComplex(real, imag);

function unary(name: keyof typeof unaryDocs): NativeDef {
  return native(`${name}(z, /)`, (vm: VM, z: PyValue) => {
    const argument = asComplex(vm, z);
    return complexOf(computed(() => functions[name](argument)));
  }, unaryDocs[name]);
}

const unaryDocs = {
  acos: 'Return the arc cosine of z.', acosh: 'Return the inverse hyperbolic cosine of z.', asin: 'Return the arc sine of z.', asinh: 'Return the inverse hyperbolic sine of z.',
  atan: 'Return the arc tangent of z.', atanh: 'Return the inverse hyperbolic tangent of z.', cos: 'Return the cosine of z.', cosh: 'Return the hyperbolic cosine of z.',
  exp: 'Return the exponential value e**z.', log10: 'Return the base-10 logarithm of z.', sin: 'Return the sine of z.', sinh: 'Return the hyperbolic sine of z.',
  sqrt: 'Return the square root of z.', tan: 'Return the tangent of z.', tanh: 'Return the hyperbolic tangent of z.',
} as const;

function cmath_log(vm: VM, z: PyValue, base: PyValue | undefined): PyValue {
  const argument = asComplex(vm, z);
  if (base === undefined) return complexOf(computed(() => functions.log(argument)));
  const below = asComplex(vm, base);
  // Only the base's errors count.
  let above: Complex;
  try {
    above = functions.log(argument);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    above = [-Infinity, 0];
  }
  const divisor = computed(() => functions.log(below));
  if (divisor[0] === 0 && divisor[1] === 0) throw valueError('math domain error');
  return binaryOp(vm, NB_TRUE_DIVIDE, complexOf(above), complexOf(divisor));
}

function size(real: number, imag: number): number {
  const result = Math.hypot(real, imag);
  if (result === Infinity && Number.isFinite(real) && Number.isFinite(imag)) throw overflowError('math range error');
  return result;
}

function cmath_isclose(vm: VM, a: PyValue, b: PyValue, rel_tol: PyValue | undefined, abs_tol: PyValue | undefined): boolean {
  const [left, right] = [asComplex(vm, a), asComplex(vm, b)];
  const relative = rel_tol === undefined ? 1e-9 : asDouble(vm, rel_tol);
  const absolute = abs_tol === undefined ? 0 : asDouble(vm, abs_tol);
  if (relative < 0 || absolute < 0) throw valueError('tolerances must be non-negative');
  if (left[0] === right[0] && left[1] === right[1]) return true;
  if ([...left, ...right].some((part) => Math.abs(part) === Infinity)) return false;
  const difference = Math.hypot(left[0] - right[0], left[1] - right[1]);
  return difference <= relative * Math.hypot(...right) || difference <= relative * Math.hypot(...left) || difference <= absolute;
}

const both = (name: string, doc: string, test: (parts: Complex) => boolean): NativeDef => native(`${name}(z, /)`, (vm: VM, z: PyValue) => test(asComplex(vm, z)), doc);

/** Python's module `cmath`. CPython 3.12: Modules/cmathmodule.c. */
export const cmath: NativeModule = defineModule(
  'cmath',
  {
    ...Object.fromEntries((Object.keys(unaryDocs) as (keyof typeof unaryDocs)[]).map((name) => [name, unary(name)])),
    log: native('log(z, base=<unrepresentable>, /)', cmath_log, 'log(z[, base]) -> the logarithm of z to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of z.'),
    phase: native('phase(z, /)', (vm: VM, z: PyValue) => {
      const [real, imag] = asComplex(vm, z);
      return new PyFloat(Math.atan2(imag, real));
    }, 'Return argument, also known as the phase angle, of a complex.'),
    polar: native('polar(z, /)', (vm: VM, z: PyValue) => {
      const [real, imag] = asComplex(vm, z);
      return newTuple([new PyFloat(size(real, imag)), new PyFloat(Math.atan2(imag, real))]);
    }, 'Convert a complex from rectangular coordinates to polar coordinates.\n\nr is the distance from 0 and phi the phase angle.'),
    rect: native('rect(r, phi, /)', (vm: VM, r: PyValue, phi: PyValue) => {
      const [distance, angle] = [asDouble(vm, r), asDouble(vm, phi)];
      return complexOf(computed(() => functions.rect(distance, angle)));
    }, 'Convert from polar coordinates to rectangular coordinates.'),
    isfinite: both('isfinite', 'Return True if both the real and imaginary parts of z are finite, else False.', (z) => z.every(Number.isFinite)),
    isinf: both('isinf', 'Checks if the real or imaginary part of z is infinite.', (z) => z.some((part) => Math.abs(part) === Infinity)),
    isnan: both('isnan', 'Checks if the real or imaginary part of z not a number (NaN).', (z) => z.some(Number.isNaN)),
    isclose: native('isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)', cmath_isclose, 'Determine whether two complex numbers are close in value.\n\n  rel_tol\n    maximum difference for being considered "close", relative to the\n    magnitude of the input values\n  abs_tol\n    maximum difference for being considered "close", regardless of the\n    magnitude of the input values\n\nReturn True if a is close in value to b, and False otherwise.\n\nFor the values to be considered close, the difference between them must be\nsmaller than at least one of the tolerances.\n\n-inf, inf and NaN behave similarly to the IEEE 754 Standard. That is, NaN is\nnot close to anything, even itself. inf and -inf are only close to themselves.'),
    e: new PyFloat(Math.E),
    inf: new PyFloat(Infinity),
    infj: new PyComplex(0, Infinity),
    nan: new PyFloat(NaN),
    nanj: new PyComplex(0, NaN),
    pi: new PyFloat(Math.PI),
    tau: new PyFloat(2 * Math.PI),
  },
  { doc: 'This module provides access to mathematical functions for complex\nnumbers.' },
);
