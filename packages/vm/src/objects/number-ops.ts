import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { floatType } from '../core/type.ts';
import {
  NB_ADD, NB_AND, NB_FLOOR_DIVIDE, NB_LSHIFT, NB_MULTIPLY, NB_OR, NB_POWER, NB_REMAINDER, NB_RSHIFT, NB_SUBTRACT, NB_TRUE_DIVIDE, NB_XOR,
} from '../protocol/number.ts';
import { PyFloat } from './float.ts';
import { divideFloats, floorDivideFloats, moduloFloats, powerFloats } from './float-methods.ts';
import { addInts, bitwise, floorDivideInts, moduloInts, multiplyInts, powerInts, shiftLeft, shiftRight, subtractInts, trueDivideInts } from './int-arithmetic.ts';
import type { Int } from './int-arithmetic.ts';

/* BINARY_OP of plain ints and floats, without the way through their types' slots. */

/** `left <op> right` (`op` as BINARY_OP's argument, in place or not) of two plain ints or of floats and small ints; undefined for anything else. */
export function numberOp(vm: VM, op: number, left: PyValue, right: PyValue): PyValue | undefined {
  const plain = op >= 13 ? op - 13 : op;
  if (typeof left === 'number' || typeof left === 'bigint') {
    if (typeof right === 'number' || typeof right === 'bigint') return intOp(vm, plain, left, right);
    if (typeof left === 'number' && typeof right === 'object' && right.cls === floatType) return floatOp(vm, plain, left, (right as PyFloat).value);
    return undefined;
  }
  if (typeof left !== 'object' || left.cls !== floatType) return undefined;
  if (typeof right === 'number') return floatOp(vm, plain, (left as PyFloat).value, right);
  if (typeof right === 'object' && right.cls === floatType) return floatOp(vm, plain, (left as PyFloat).value, (right as PyFloat).value);
  return undefined;
}

function intOp(vm: VM, op: number, a: Int, b: Int): PyValue | undefined {
  switch (op) {
    case NB_ADD:
      return addInts(a, b);
    case NB_SUBTRACT:
      return subtractInts(a, b);
    case NB_MULTIPLY:
      return multiplyInts(vm, a, b);
    case NB_FLOOR_DIVIDE:
      return floorDivideInts(a, b);
    case NB_REMAINDER:
      return moduloInts(a, b);
    case NB_TRUE_DIVIDE:
      return new PyFloat(trueDivideInts(a, b));
    case NB_AND:
      return bitwise('&', a, b);
    case NB_OR:
      return bitwise('|', a, b);
    case NB_XOR:
      return bitwise('^', a, b);
    case NB_LSHIFT:
      return shiftLeft(vm, a, b);
    case NB_RSHIFT:
      return shiftRight(a, b);
    case NB_POWER:
      return b < 0 ? undefined : powerInts(vm, a, b);
    default:
      return undefined;
  }
}

function floatOp(vm: VM, op: number, a: number, b: number): PyValue | undefined {
  switch (op) {
    case NB_ADD:
      return new PyFloat(a + b);
    case NB_SUBTRACT:
      return new PyFloat(a - b);
    case NB_MULTIPLY:
      return new PyFloat(a * b);
    case NB_TRUE_DIVIDE:
      return new PyFloat(divideFloats(a, b));
    case NB_FLOOR_DIVIDE:
      return new PyFloat(floorDivideFloats(a, b));
    case NB_REMAINDER:
      return new PyFloat(moduloFloats(a, b));
    case NB_POWER:
      return powerFloats(vm, a, b);
    default:
      return undefined;
  }
}
