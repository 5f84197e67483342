import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { PyType } from '../core/type.ts';
import { boolType, typeOf } from '../core/type.ts';
import { overflowError, typeError } from '../core/errors.ts';
import { PyInt, normalizeInt } from '../objects/int-storage.ts';
import { None, NotImplemented } from '../objects/none.ts';

/** Slots of the operators, in the order of BINARY_OP's argument (NB_ADD…); the in-place ones follow 13 later. */
export const binarySlots = [
  'nb_add', 'nb_and', 'nb_floor_divide', 'nb_lshift', 'nb_matrix_multiply', 'nb_multiply', 'nb_remainder', 'nb_or', 'nb_power', 'nb_rshift',
  'nb_subtract', 'nb_true_divide', 'nb_xor',
] as const;
/** Slots of the in-place operators, by the operand of BINARY_OP for the plain ones. */
export const inplaceSlots = [
  'nb_inplace_add', 'nb_inplace_and', 'nb_inplace_floor_divide', 'nb_inplace_lshift', 'nb_inplace_matrix_multiply', 'nb_inplace_multiply',
  'nb_inplace_remainder', 'nb_inplace_or', 'nb_inplace_power', 'nb_inplace_rshift', 'nb_inplace_subtract', 'nb_inplace_true_divide', 'nb_inplace_xor',
] as const;
const symbols = ['+', '&', '//', '<<', '@', '*', '%', '|', '** or pow()', '>>', '-', '/', '^'] as const;

/** Operand of BINARY_OP for each operator: 13 more is its in-place form (CPython 3.12: Include/opcode.h). */
export const NB_ADD = 0, NB_AND = 1, NB_FLOOR_DIVIDE = 2, NB_LSHIFT = 3, NB_MATRIX_MULTIPLY = 4, NB_MULTIPLY = 5, NB_REMAINDER = 6, NB_OR = 7;
/** The rest of the operands of BINARY_OP. */
export const NB_POWER = 8, NB_RSHIFT = 9, NB_SUBTRACT = 10, NB_TRUE_DIVIDE = 11, NB_XOR = 12;

type Slot = (vm: VM, a: PyValue, b: PyValue, c?: PyValue) => PyValue;
type SlotKey = (typeof binarySlots)[number] | (typeof inplaceSlots)[number] | 'nb_divmod';

function slotOf(type: PyType, key: SlotKey): Slot | undefined {
  return type[key] as Slot | undefined;
}

/** `left <op> right`; `op` as BINARY_OP's argument, 13 to 25 being in place. */
export function binaryOp(vm: VM, op: number, left: PyValue, right: PyValue): PyValue {
  const plain = op >= 13 ? op - 13 : op;
  if (op >= 13) {
    const slot = slotOf(typeOf(left), inplaceSlots[plain]);
    if (slot !== undefined) {
      const result = slot(vm, left, right, None);
      if (result !== NotImplemented) return result;
    }
  }
  const result = tryBinary(vm, binarySlots[plain], left, right);
  return result === NotImplemented ? binaryFallback(vm, op, left, right) : result;
}

/** What is left when no number slot knows the operands: sequences' `+` and `*`, else the TypeError. */
export function binaryFallback(vm: VM, op: number, left: PyValue, right: PyValue): PyValue {
  const plain = op >= 13 ? op - 13 : op;
  const other = sequenceOp(vm, plain, op >= 13, left, right);
  if (other !== undefined) return other;
  throw unsupported(op >= 13 ? `${symbols[plain] === '** or pow()' ? '**' : symbols[plain]}=` : symbols[plain], left, right, plain);
}

/** Both operands' slots in CPython's order (binary_op1); NotImplemented if neither knows. */
function tryBinary(vm: VM, key: SlotKey, left: PyValue, right: PyValue): PyValue {
  const leftType = typeOf(left);
  const rightType = typeOf(right);
  const leftSlot = slotOf(leftType, key);
  let rightSlot = leftType === rightType ? undefined : slotOf(rightType, key);
  if (rightSlot === leftSlot) rightSlot = undefined;
  if (leftSlot !== undefined) {
    if (rightSlot !== undefined && rightType.isSubtypeOf(leftType)) {
      const result = rightSlot(vm, left, right, None);
      if (result !== NotImplemented) return result;
      rightSlot = undefined;
    }
    const result = leftSlot(vm, left, right, None);
    if (result !== NotImplemented) return result;
  }
  return rightSlot === undefined ? NotImplemented : rightSlot(vm, left, right, None);
}

/** `+` and `*` of sequences. */
function sequenceOp(vm: VM, op: number, inPlace: boolean, left: PyValue, right: PyValue): PyValue | undefined {
  const leftType = typeOf(left);
  if (op === NB_ADD) {
    const concat = (inPlace ? leftType.sq_inplace_concat : undefined) ?? leftType.sq_concat;
    return concat === undefined ? undefined : concat(vm, left, right);
  }
  if (op !== NB_MULTIPLY) return undefined;
  const repeat = (inPlace ? leftType.sq_inplace_repeat : undefined) ?? leftType.sq_repeat;
  if (repeat !== undefined) return repeat(vm, left, repeatCount(vm, right));
  if (inPlace && isSequenceLike(leftType)) return undefined;
  const rightRepeat = typeOf(right).sq_repeat;
  return rightRepeat === undefined ? undefined : rightRepeat(vm, right, repeatCount(vm, left));
}

/** Has CPython's type a table of sequence functions? In place, the right operand's is then not asked. */
function isSequenceLike(type: PyType): boolean {
  return type.isHeapType || type.sq_length !== undefined || type.sq_contains !== undefined || type.sq_item !== undefined;
}

function repeatCount(vm: VM, count: PyValue): number {
  if (typeOf(count).nb_index === undefined) throw typeError(`can't multiply sequence by non-int of type '${typeOf(count).tpName}'`);
  const value = asIndex(vm, count);
  if (typeof value === 'number') return value;
  if (value < -0x8000_0000_0000_0000n || value >= 0x8000_0000_0000_0000n) throw overflowError(`cannot fit '${typeOf(count).tpName}' into an index-sized integer`);
  return value > 0n ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER; // No sequence is that long.
}

function unsupported(symbol: string, left: PyValue, right: PyValue, op: number): ReturnType<typeof typeError> {
  if (op === NB_RSHIFT && symbol === '>>' && typeof left === 'object' && isPrint(left)) {
    return typeError(
      `unsupported operand type(s) for ${symbol}: '${typeOf(left).tpName}' and '${typeOf(right).tpName}'. Did you mean "print(<message>, file=<output_stream>)"?`,
    );
  }
  return typeError(`unsupported operand type(s) for ${symbol}: '${typeOf(left).tpName}' and '${typeOf(right).tpName}'`);
}

function isPrint(value: PyValue): boolean {
  return (value as { def?: { name?: unknown } }).def?.name === 'print';
}

/** `divmod(left, right)` */
export function divmod(vm: VM, left: PyValue, right: PyValue): PyValue {
  const result = tryBinary(vm, 'nb_divmod', left, right);
  if (result === NotImplemented) throw typeError(`unsupported operand type(s) for divmod(): '${typeOf(left).tpName}' and '${typeOf(right).tpName}'`);
  return result;
}

/** `pow(base, exponent, modulus)`; `modulus` None for two arguments. */
export function power(vm: VM, base: PyValue, exponent: PyValue, modulus: PyValue): PyValue {
  if (modulus === None) {
    const result = tryBinary(vm, 'nb_power', base, exponent);
    if (result !== NotImplemented) return result;
    throw typeError(`unsupported operand type(s) for ** or pow(): '${typeOf(base).tpName}' and '${typeOf(exponent).tpName}'`);
  }
  const tried = new Set<unknown>();
  const order = [base, exponent, modulus];
  if (typeOf(exponent) !== typeOf(base) && typeOf(exponent).isSubtypeOf(typeOf(base))) order.splice(0, 2, exponent, base);
  for (const operand of order) {
    const slot = typeOf(operand).nb_power;
    if (slot === undefined || tried.has(slot)) continue;
    tried.add(slot);
    const result = slot(vm, base, exponent, modulus);
    if (result !== NotImplemented) return result;
  }
  throw typeError(
    `unsupported operand type(s) for ** or pow(): '${typeOf(base).tpName}', '${typeOf(exponent).tpName}', '${typeOf(modulus).tpName}'`,
  );
}

/** `-value` */
export function negative(vm: VM, value: PyValue): PyValue {
  const slot = typeOf(value).nb_negative;
  if (slot === undefined) throw typeError(`bad operand type for unary -: '${typeOf(value).tpName}'`);
  return slot(vm, value);
}

/** `+value` */
export function positive(vm: VM, value: PyValue): PyValue {
  const slot = typeOf(value).nb_positive;
  if (slot === undefined) throw typeError(`bad operand type for unary +: '${typeOf(value).tpName}'`);
  return slot(vm, value);
}

/** `~value` */
export function invert(vm: VM, value: PyValue): PyValue {
  const slot = typeOf(value).nb_invert;
  if (slot === undefined) throw typeError(`bad operand type for unary ~: '${typeOf(value).tpName}'`);
  return slot(vm, value);
}

/** `abs(value)` */
export function absolute(vm: VM, value: PyValue): PyValue {
  const slot = typeOf(value).nb_absolute;
  if (slot === undefined) throw typeError(`bad operand type for abs(): '${typeOf(value).tpName}'`);
  return slot(vm, value);
}

/** An int or an instance of a subclass (bool included). */
export function isInt(value: PyValue): value is number | bigint | boolean | PyInt {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' || value instanceof PyInt;
}

/** The number behind an int, bool or instance of a subclass. */
export function intValue(value: number | bigint | boolean | PyInt): number | bigint {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'object' ? value.value : value;
}

/** `operator.index(value)`, as a plain int. */
export function asIndex(vm: VM, value: PyValue): number | bigint {
  if (typeof value === 'number') return value;
  if (isInt(value)) return intValue(value);
  const slot = typeOf(value).nb_index;
  if (slot === undefined) throw typeError(`'${typeOf(value).tpName}' object cannot be interpreted as an integer`);
  const result = slot(vm, value);
  if (typeof result === 'number') return result;
  if (!isInt(result)) throw typeError(`__index__ returned non-int (type ${typeOf(result).tpName})`);
  if (typeof result !== 'bigint') warnIntSubclass(vm, '__index__', result);
  return intValue(result);
}

const ssizeMax = 2n ** 63n - 1n;

/**
 * `value.__index__()` as an index (CPython: PyNumber_AsSsize_t): an int that 64 bits do not hold raises `tooLarge`. No
 * container has 2**53 items: greater indices are cut to the safe range.
 */
export function asSsize(vm: VM, value: PyValue, tooLarge: (message: string) => PyValue = overflowError): number {
  const index = asIndex(vm, value);
  if (typeof index === 'number') return index;
  if (index > ssizeMax || index < -ssizeMax - 1n) throw tooLarge(`cannot fit '${typeOf(value).tpName}' into an index-sized integer`);
  return index > 0n ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
}

/** As {@link asIndex}, with an int of any size cut to the safe range: for slices. */
/** `__index__` or `__int__` gave an int that is not exactly one. */
export function warnIntSubclass(vm: VM, method: string, result: PyValue): void {
  vm.warn('DeprecationWarning', `${method} returned non-int (type ${typeOf(result).tpName}).  The ability to return an instance of a strict subclass of int is deprecated, and may not be supported in a future version of Python.`, 1);
}

/** `__index__` as a number; what is out of range becomes the nearest index. Raises TypeError. */
export function asIndexClamped(vm: VM, value: PyValue): number {
  const index = asIndex(vm, value);
  if (typeof index === 'number') return index;
  return index > 0n ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
}

/** Has `__index__`. */
export function hasIndex(value: PyValue): boolean {
  return typeOf(value).nb_index !== undefined;
}

/** `True` and `False` are ints; is this one of them? */
export function isBool(value: PyValue): value is boolean {
  return typeOf(value) === boolType;
}

export { normalizeInt };
