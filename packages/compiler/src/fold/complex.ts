import type { Complex, operator } from '@py/ast';
import { atan2, cos, exp, hypot, log, power, sin } from './elementary.ts';

/** Complex operators. Undefined where Python raises. */
export function complexBinary(op: operator, left: Complex, right: Complex): Complex | undefined {
  switch (op) {
    case 'Add':
      return complex(left.real + right.real, left.imag + right.imag);
    case 'Sub':
      return complex(left.real - right.real, left.imag - right.imag);
    case 'Mult':
      return multiply(left, right);
    case 'Div':
      return divide(left, right);
    case 'Pow':
      return complexPower(left, right);
    default:
      return undefined;
  }
}

function complex(real: number, imag: number): Complex {
  return { kind: 'complex', real, imag };
}

function multiply(a: Complex, b: Complex): Complex {
  return complex(a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real);
}

/** Smith's way, which overflows less (CPython 3.12: Objects/complexobject.c, _Py_c_quot). */
function divide(a: Complex, b: Complex): Complex | undefined {
  const real = Math.abs(b.real);
  const imag = Math.abs(b.imag);
  if (real >= imag) {
    if (real === 0) return undefined;
    const ratio = b.imag / b.real;
    const denominator = b.real + b.imag * ratio;
    return complex((a.real + a.imag * ratio) / denominator, (a.imag - a.real * ratio) / denominator);
  }
  if (imag < real || Number.isNaN(real) || Number.isNaN(imag)) return complex(NaN, NaN);
  const ratio = b.real / b.imag;
  const denominator = b.real * ratio + b.imag;
  return complex((a.real * ratio + a.imag) / denominator, (a.imag * ratio - a.real) / denominator);
}

/** `a ** b` (CPython 3.12: Objects/complexobject.c, complex_pow). Whole exponents up to 100 multiply. */
export function complexPower(a: Complex, b: Complex): Complex | undefined {
  const isSmall = b.imag === 0 && Number.isInteger(b.real) && Math.abs(b.real) <= 100;
  const result = isSmall ? wholePower(a, b.real) : generalPower(a, b);
  const overflows = result && (Math.abs(result.real) === Infinity || Math.abs(result.imag) === Infinity);
  return overflows ? undefined : result;
}

function wholePower(base: Complex, exponent: number): Complex | undefined {
  const one = complex(1, 0);
  let result = one;
  let square = base;
  for (let left = Math.abs(exponent), bit = 1; left >= bit; bit *= 2) {
    if ((left & bit) !== 0) result = multiply(result, square);
    square = multiply(square, square);
  }
  return exponent > 0 ? result : divide(one, result);
}

function generalPower(a: Complex, b: Complex): Complex | undefined {
  if (b.real === 0 && b.imag === 0) return complex(1, 0);
  if (a.real === 0 && a.imag === 0) return b.imag !== 0 || b.real < 0 ? undefined : complex(0, 0);
  const size = hypot(a.real, a.imag);
  const angle = atan2(a.imag, a.real);
  let length = power(size, b.real);
  let phase = angle * b.real;
  if (b.imag !== 0) {
    length /= exp(angle * b.imag);
    phase += b.imag * log(size);
  }
  // C's sin and cos report an error here
  if (phase === Infinity || phase === -Infinity) return undefined;
  return complex(length * cos(phase), length * sin(phase));
}
