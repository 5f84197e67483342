import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { CompareOp } from '../core/slots.ts';
import { Py_EQ, Py_GE, Py_GT, Py_LE, Py_LT, Py_NE } from '../core/slots.ts';
import { typeOf } from '../core/type.ts';
import { recursionError, typeError } from '../core/errors.ts';
import { NotImplemented } from '../objects/none.ts';
import { isTrue } from './truth.ts';

const mirrored: readonly CompareOp[] = [Py_GT, Py_GE, Py_EQ, Py_NE, Py_LT, Py_LE];
const symbols = ['<', '<=', '==', '!=', '>', '>='] as const;

/** `left <op> right`, whatever the operands make of it. */
export function richCompare(vm: VM, left: PyValue, right: PyValue, op: CompareOp): PyValue {
  if (typeof left === 'number' && typeof right === 'number') return compareNumbers(left, right, op);
  if (typeof left === 'string' && typeof right === 'string') {
    if (op === Py_EQ) return left === right;
    if (op === Py_NE) return left !== right;
    return compareOrdered(left, right, op);
  }
  if (++vm.containerDepth > vm.recursionLimit) {
    vm.containerDepth--;
    throw recursionError('maximum recursion depth exceeded in comparison');
  }
  try {
    return compareObjects(vm, left, right, op);
  } finally {
    vm.containerDepth--;
  }
}

function compareObjects(vm: VM, left: PyValue, right: PyValue, op: CompareOp): PyValue {
  const leftType = typeOf(left);
  const rightType = typeOf(right);
  let triedRight = false;
  if (leftType !== rightType && rightType.tp_richcompare !== undefined && rightType.isSubtypeOf(leftType)) {
    triedRight = true;
    const result = rightType.tp_richcompare(vm, right, left, mirrored[op]);
    if (result !== NotImplemented) return result;
  }
  if (leftType.tp_richcompare !== undefined) {
    const result = leftType.tp_richcompare(vm, left, right, op);
    if (result !== NotImplemented) return result;
  }
  return compareFromRight(vm, left, right, op, triedRight);
}

/** The rest of a comparison whose left operand does not know the answer. */
function compareFromRight(vm: VM, left: PyValue, right: PyValue, op: CompareOp, triedRight: boolean): PyValue {
  const { tp_richcompare } = typeOf(right);
  if (!triedRight && tp_richcompare !== undefined) {
    const result = tp_richcompare(vm, right, left, mirrored[op]);
    if (result !== NotImplemented) return result;
  }
  if (op === Py_EQ) return left === right;
  if (op === Py_NE) return left !== right;
  throw notComparable(left, right, op);
}

/** The TypeError when neither operand knows an ordering. */
export function notComparable(left: PyValue, right: PyValue, op: CompareOp): ReturnType<typeof typeError> {
  return typeError(`'${symbols[op]}' not supported between instances of '${typeOf(left).tpName}' and '${typeOf(right).tpName}'`);
}

function compareNumbers(left: number, right: number, op: CompareOp): boolean {
  switch (op) {
    case Py_EQ:
      return left === right;
    case Py_NE:
      return left !== right;
    default:
      return compareOrdered(left, right, op);
  }
}

/** Orders two numbers or two strings of code units. */
export function compareOrdered<T extends number | string>(left: T, right: T, op: CompareOp): boolean {
  switch (op) {
    case Py_LT:
      return left < right;
    case Py_LE:
      return left <= right;
    case Py_GT:
      return left > right;
    case Py_GE:
      return left >= right;
    case Py_EQ:
      return left === right;
    default:
      return left !== right;
  }
}

/** Truth of a comparison; identical objects are equal without asking (CPython: PyObject_RichCompareBool). */
export function compareBool(vm: VM, left: PyValue, right: PyValue, op: CompareOp): boolean {
  if (left === right) {
    if (op === Py_EQ) return true;
    if (op === Py_NE) return false;
  }
  return isTrue(vm, richCompare(vm, left, right, op));
}

/** `left is right or left == right`: how containers compare their items. */
export function equals(vm: VM, left: PyValue, right: PyValue): boolean {
  return left === right || isTrue(vm, richCompare(vm, left, right, Py_EQ));
}

/** `left < right` as a truth value. */
export function lessThan(vm: VM, left: PyValue, right: PyValue): boolean {
  return isTrue(vm, richCompare(vm, left, right, Py_LT));
}

/** `left is right`. Ints, strs and bools are values here: equal ones are one object, as Python allows for immutable types. */
export function isSame(left: PyValue, right: PyValue): boolean {
  return left === right;
}
