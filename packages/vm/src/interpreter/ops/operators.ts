import { TAIL } from '../../core/value.ts';
import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { TypeFlag, floatType, strType, typeOf } from '../../core/type.ts';
import type { PyType } from '../../core/type.ts';
import type { CompareOp, SlotName } from '../../core/slots.ts';
import { Py_EQ, Py_NE } from '../../core/slots.ts';
import { isUnboundMethod, lookupCompare, slotFunctions } from '../../core/slot-functions.ts';
import { PyFunction } from '../../objects/function.ts';
import { None, NotImplemented } from '../../objects/none.ts';
import { numberOp } from '../../objects/number-ops.ts';
import { lookupSpecial } from '../../protocol/attribute.ts';
import { callValue, continueWith } from '../../protocol/call.ts';
import { notComparable, richCompare } from '../../protocol/compare.ts';
import { contains } from '../../protocol/contains.ts';
import { binaryFallback, binaryOp, binarySlots, inplaceSlots, invert, negative } from '../../protocol/number.ts';
import type { Action } from '../action.ts';
import { settle } from '../control.ts';
import type { Continuation, Frame } from '../frame.ts';
import { addContinuation } from '../frame.ts';
import { BINARY_OP_INT, BINARY_OP_MIXED, COMPARE_FLOAT_JUMP, COMPARE_INT_JUMP, COMPARE_NUMBERS, COMPARE_NUMBERS_JUMP } from '../private-ops.ts';
import { adapt, generalize, specialize } from '../specialize.ts';
import { startTruth } from '../truth.ts';
import { pop, push } from './stack.ts';

/*
 * Special methods written in Python are started here and continued when they return, so that operators do not recurse in
 * JavaScript. Operands of built-in types go straight to protocol/.
 */

const isHeap = (type: PyType): boolean => (type.flags & TypeFlag.HEAPTYPE) !== 0;

/** Calls `self.name(*args)` if the type's slot is the one that calls Python, else gives undefined. */
export function startSpecial(vm: VM, self: PyValue, slot: SlotName, name: string, args: PyValue[]): PyValue | undefined {
  const type = typeOf(self);
  if (!isHeap(type) || type[slot] !== slotFunctions[slot]) return undefined;
  const method = lookupSpecial(vm, self, name);
  return method === undefined ? undefined : callValue(vm, method, args, null);
}

export function UNARY_NEGATIVE(vm: VM, frame: Frame): Action {
  const value = pop(frame);
  if (typeof value === 'number') return push(frame, 0 - value);
  return settle(vm, frame, startSpecial(vm, value, 'nb_negative', '__neg__', []) ?? negative(vm, value));
}

export function UNARY_INVERT(vm: VM, frame: Frame): Action {
  const value = pop(frame);
  return settle(vm, frame, startSpecial(vm, value, 'nb_invert', '__invert__', []) ?? invert(vm, value));
}

/** When the truth needs a call of Python code, its result is pushed and the instruction executed again. */
export function UNARY_NOT(vm: VM, frame: Frame): Action {
  const truth = startTruth(vm, pop(frame));
  if (typeof truth === 'boolean') return push(frame, !truth);
  frame.pc = frame.lasti;
  return settle(vm, frame, truth);
}

export function IS_OP(_vm: VM, frame: Frame, arg: number): Action {
  const right = pop(frame);
  return push(frame, (pop(frame) === right) !== (arg === 1));
}

// ---- BINARY_OP ----

const plainNames = ['add', 'and', 'floordiv', 'lshift', 'matmul', 'mul', 'mod', 'or', 'pow', 'rshift', 'sub', 'truediv', 'xor'] as const;

export function BINARY_OP(vm: VM, frame: Frame, arg: number): Action {
  const right = pop(frame);
  const left = pop(frame);
  adaptBinary(frame, arg, left, right);
  const number = numberOp(vm, arg, left, right);
  if (number !== undefined) return push(frame, number);
  const result = isHeap(typeOf(left)) || isHeap(typeOf(right)) ? startBinary(vm, arg, left, right) : binaryOp(vm, arg, left, right);
  return settle(vm, frame, result);
}

/** Which specialised forms the operators have for ints, floats and strs. */
const intForms: Readonly<Record<number, number>> = { 0: 7, 13: 7, 5: 14, 18: 14, 10: 18, 23: 18 };
const floatForms: Readonly<Record<number, number>> = { 0: 6, 13: 6, 5: 13, 18: 13, 10: 16, 23: 16 };
const privateInt = new Set([1, 14, 2, 15, 3, 16, 6, 19, 7, 20, 9, 22, 12, 25]);

const mixable = new Set([0, 13, 5, 18, 10, 23, 11, 24]);
const isNumber = (value: PyValue): boolean => typeof value === 'number' || (typeof value === 'object' && value.cls === floatType);

function adaptBinary(frame: Frame, arg: number, left: PyValue, right: PyValue): void {
  const site = adapt(frame);
  if (site === null) return;
  let form: number | undefined;
  if (mixable.has(arg) && isNumber(left) && isNumber(right) && (arg === 11 || arg === 24 || typeof left !== typeof right)) form = BINARY_OP_MIXED;
  else if (typeof left === 'number' && typeof right === 'number') form = intForms[arg] ?? (privateInt.has(arg) ? BINARY_OP_INT : undefined);
  else if (isExactInt(left) && isExactInt(right)) form = intForms[arg];
  else if (isExactStr(left) && isExactStr(right)) form = arg !== 0 && arg !== 13 ? undefined : storesInto(frame, left) ? 10 : 8;
  else if (typeof left === 'object' && typeof right === 'object' && left.cls === floatType && right.cls === floatType) form = floatForms[arg];
  if (form === undefined) generalize(frame, site);
  else specialize(frame, site, form);
}

const isExactInt = (value: PyValue): boolean => typeof value === 'number' || typeof value === 'bigint';
const isExactStr = (value: PyValue): boolean => typeof value === 'string' || (typeof value === 'object' && value.cls === strType);

/** Whether the BINARY_OP's result goes into the variable from which its left operand comes: CPython adds to such a str in place. */
function storesInto(frame: Frame, left: PyValue): boolean {
  const following = frame.code.plain[frame.lasti + 2];
  return (following & 0xff) === 125 && frame.stack[following >>> 8] === left;
}

/** Steps of a binary operation, in CPython's order: slots of built-in types, methods of Python classes. */
const LEFT_SLOT = 0, RIGHT_SLOT = 1, LEFT_METHOD = 2, RIGHT_METHOD = 3, INPLACE_SLOT = 4, INPLACE_METHOD = 5;

/** `left <op> right` where a class written in Python is involved. */
export function startBinary(vm: VM, op: number, left: PyValue, right: PyValue): PyValue {
  const plain = op >= 13 ? op - 13 : op;
  const leftType = typeOf(left);
  const rightType = typeOf(right);
  const slot = binarySlots[plain];
  const steps: number[] = [];
  if (op >= 13) {
    const inplace = leftType[inplaceSlots[plain]];
    if (inplace !== undefined) steps.push(inplace === slotFunctions[inplaceSlots[plain]] ? INPLACE_METHOD : INPLACE_SLOT);
  }
  const leftSlot = leftType[slot];
  const rightSlot = leftType === rightType || rightType[slot] === leftSlot ? undefined : rightType[slot];
  const calling = slotFunctions[slot];
  const rightFirst = leftSlot !== undefined && rightSlot !== undefined && rightType.isSubtypeOf(leftType);
  const expand = (function_: unknown, isLeft: boolean): void => {
    if (function_ !== calling) {
      steps.push(isLeft ? LEFT_SLOT : RIGHT_SLOT);
      return;
    }
    let tryRight = leftType !== rightType && rightType[slot] === calling;
    if (leftSlot === calling) {
      const reflected = `__r${plainNames[plain]}__`;
      if (tryRight && rightType.isSubtypeOf(leftType) && rightType.lookup(reflected) !== leftType.lookup(reflected)) {
        steps.push(RIGHT_METHOD);
        tryRight = false;
      }
      steps.push(LEFT_METHOD);
    }
    if (tryRight) steps.push(RIGHT_METHOD);
  };
  if (rightFirst) expand(rightSlot, false);
  if (leftSlot !== undefined) expand(leftSlot, true);
  if (!rightFirst && rightSlot !== undefined) expand(rightSlot, false);
  return new BinaryOperation(op, left, right, steps).go(vm);
}

/** A binary operation under way. */
class BinaryOperation implements Continuation {
  next: Continuation | null;
  readonly op: number;
  readonly left: PyValue;
  readonly right: PyValue;
  readonly steps: readonly number[];
  at: number;

  constructor(op: number, left: PyValue, right: PyValue, steps: readonly number[]) {
    this.next = null;
    this.op = op;
    this.left = left;
    this.right = right;
    this.steps = steps;
    this.at = 0;
  }

  resumed(vm: VM, value: PyValue): PyValue {
    return value === NotImplemented ? this.go(vm) : value;
  }

  go(vm: VM): PyValue {
    while (this.at < this.steps.length) {
      const result = this.step(vm, this.steps[this.at++]);
      if (result === TAIL) {
        addContinuation(vm.frame as Frame, this);
        return TAIL;
      }
      if (result !== NotImplemented) return result;
    }
    return binaryFallback(vm, this.op, this.left, this.right);
  }

  private step(vm: VM, step: number): PyValue {
    const { left, right } = this;
    const plain = this.op >= 13 ? this.op - 13 : this.op;
    type Slot = (vm: VM, left: PyValue, right: PyValue, modulus?: PyValue) => PyValue;
    switch (step) {
      case LEFT_SLOT:
        return (typeOf(left)[binarySlots[plain]] as Slot)(vm, left, right, None);
      case RIGHT_SLOT:
        return (typeOf(right)[binarySlots[plain]] as Slot)(vm, left, right, None);
      case INPLACE_SLOT:
        return (typeOf(left)[inplaceSlots[plain]] as Slot)(vm, left, right, None);
      case LEFT_METHOD:
        return callIfThere(vm, left, `__${plainNames[plain]}__`, right);
      case RIGHT_METHOD:
        return callIfThere(vm, right, `__r${plainNames[plain]}__`, left);
      default:
        return callIfThere(vm, left, `__i${plainNames[plain]}__`, right);
    }
  }
}

function callIfThere(vm: VM, self: PyValue, name: string, other: PyValue): PyValue {
  const found = typeOf(self).lookup(name);
  if (found instanceof PyFunction) return callValue(vm, found, [self, other], null);
  const method = lookupSpecial(vm, self, name);
  return method === undefined ? NotImplemented : callValue(vm, method, [other], null);
}

// ---- COMPARE_OP, CONTAINS_OP ----

const compareNames = ['__lt__', '__le__', '__eq__', '__ne__', '__gt__', '__ge__'] as const;
const mirrored: readonly CompareOp[] = [4, 5, 2, 3, 0, 1];

export function COMPARE_OP(vm: VM, frame: Frame, arg: number): Action {
  const right = pop(frame);
  const left = pop(frame);
  const op = (arg >> 4) as CompareOp;
  adaptCompare(frame, op, left, right);
  const result = isHeap(typeOf(left)) || isHeap(typeOf(right)) ? startCompare(vm, left, right, op) : richCompare(vm, left, right, op);
  return settle(vm, frame, result);
}

/** An int of one digit in CPython: only for these has it a form of COMPARE_OP. */
const isCompact = (value: PyValue): boolean => typeof value === 'number' && Math.abs(value) < 0x4000_0000;

function adaptCompare(frame: Frame, op: CompareOp, left: PyValue, right: PyValue): void {
  const site = adapt(frame);
  if (site === null) return;
  const following = frame.code.fast[frame.lasti + 2] & 0xff;
  const jumps = following === 114 || following === 115;
  if (isCompact(left) && isCompact(right)) specialize(frame, site, jumps ? COMPARE_INT_JUMP : 58);
  else if (typeof left === 'string' && typeof right === 'string' && (op === Py_EQ || op === Py_NE)) specialize(frame, site, 59);
  else if (typeof left === 'object' && typeof right === 'object' && left.cls === floatType && right.cls === floatType) specialize(frame, site, jumps ? COMPARE_FLOAT_JUMP : 57);
  else if (isNumber(left) && isNumber(right)) specialize(frame, site, jumps ? COMPARE_NUMBERS_JUMP : COMPARE_NUMBERS);
  else generalize(frame, site);
}

/** `left <op> right` where a class written in Python is involved: value or TAIL. */
export function startCompare(vm: VM, left: PyValue, right: PyValue, op: CompareOp): PyValue {
  const leftType = typeOf(left);
  const rightType = typeOf(right);
  const rightFirst = leftType !== rightType && rightType.tp_richcompare !== undefined && rightType.isSubtypeOf(leftType);
  return new Comparison(left, right, op, rightFirst).go(vm);
}

/** A comparison under way: at most the left and the right operand's method, in the order decided. */
class Comparison implements Continuation {
  next: Continuation | null;
  readonly left: PyValue;
  readonly right: PyValue;
  readonly op: CompareOp;
  readonly rightFirst: boolean;
  at: number;

  constructor(left: PyValue, right: PyValue, op: CompareOp, rightFirst: boolean) {
    this.next = null;
    this.left = left;
    this.right = right;
    this.op = op;
    this.rightFirst = rightFirst;
    this.at = 0;
  }

  resumed(vm: VM, value: PyValue): PyValue {
    return value === NotImplemented ? this.go(vm) : value;
  }

  go(vm: VM): PyValue {
    while (this.at < 2) {
      const isLeft = (this.at === 0) !== this.rightFirst;
      this.at++;
      const result = isLeft ? ask(vm, this.left, this.right, this.op) : ask(vm, this.right, this.left, mirrored[this.op]);
      if (result === TAIL) {
        addContinuation(vm.frame as Frame, this);
        return TAIL;
      }
      if (result !== NotImplemented) return result;
    }
    if (this.op === Py_EQ) return this.left === this.right;
    if (this.op === Py_NE) return this.left !== this.right;
    throw notComparable(this.left, this.right, this.op);
  }
}

function ask(vm: VM, self: PyValue, other: PyValue, op: CompareOp): PyValue {
  const type = typeOf(self);
  const compare = type.tp_richcompare;
  if (compare === undefined) return NotImplemented;
  if (compare !== slotFunctions.tp_richcompare) return compare(vm, self, other, op);
  const found = type.lookup(compareNames[op]);
  if (isUnboundMethod(found)) return callValue(vm, found, [self, other], null);
  const method = lookupCompare(vm, self, compareNames[op]);
  return method === undefined ? NotImplemented : callValue(vm, method, [other], null);
}

export function CONTAINS_OP(vm: VM, frame: Frame, arg: number): Action {
  const container = pop(frame);
  const item = pop(frame);
  const negate = arg === 1;
  const method = isHeap(typeOf(container)) && typeOf(container).sq_contains === slotFunctions.sq_contains ? lookupSpecial(vm, container, '__contains__') : undefined;
  if (method === undefined || method === None) return push(frame, contains(vm, container, item) !== negate);
  return settle(vm, frame, continueWith(vm, callValue(vm, method, [item], null), new Truth(negate)));
}

/** Turns a result into True or False. */
class Truth implements Continuation {
  next: Continuation | null = null;
  readonly negate: boolean;
  constructor(negate: boolean) {
    this.negate = negate;
  }
  resumed(vm: VM, value: PyValue): PyValue {
    const truth = startTruth(vm, value);
    if (typeof truth === 'boolean') return truth !== this.negate;
    return continueWith(vm, truth, this);
  }
}
