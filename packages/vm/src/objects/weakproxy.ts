import type { PyValue } from '../core/value.ts';
import type { BinarySlot, CompareOp, TypeSlots } from '../core/slots.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { TypeFlag, typeOf } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import type { NativeDef } from '../core/native.ts';
import { referenceError, typeError } from '../core/errors.ts';
import { getAttr, setAttr } from '../protocol/attribute.ts';
import { call, callMethod, isCallable } from '../protocol/call.ts';
import { richCompare } from '../protocol/compare.ts';
import { contains } from '../protocol/contains.ts';
import { iterate } from '../protocol/iterate.ts';
import {
  NB_ADD, NB_AND, NB_FLOOR_DIVIDE, NB_LSHIFT, NB_MATRIX_MULTIPLY, NB_MULTIPLY, NB_OR, NB_REMAINDER, NB_RSHIFT, NB_SUBTRACT, NB_TRUE_DIVIDE, NB_XOR,
  NB_POWER, absolute, asIndex, binaryOp, divmod, invert, negative, positive, power,
} from '../protocol/number.ts';
import { str } from '../protocol/repr.ts';
import { getItem, length, setItem } from '../protocol/subscript.ts';
import { isTrue } from '../protocol/truth.ts';
import { toFloat } from './float-methods.ts';
import { PyFloat } from './float.ts';
import { toInt } from './int.ts';
import { None } from './none.ts';
import { PyWeakRef, addressOf, newWeakRef } from './weakref.ts';

/** `weakref.proxy(object, callback)` */
export function newProxy(vm: VM, object: PyValue, callback: PyValue | null): PyValue {
  return newWeakRef(vm, isCallable(object) ? callableProxyType : proxyType, object, callback);
}

/** What a proxy stands for; any other value itself. */
function unwrap(value: PyValue): PyValue {
  if (!(value instanceof PyWeakRef) || (value.cls !== proxyType && value.cls !== callableProxyType)) return value;
  const { object } = value;
  if (object === undefined) throw referenceError('weakly-referenced object no longer exists');
  return object;
}

const unary = (operation: (vm: VM, value: PyValue) => PyValue) => (vm: VM, self: PyValue): PyValue => operation(vm, unwrap(self));
const binary = (op: number): BinarySlot => (vm, left, right) => binaryOp(vm, op, unwrap(left), unwrap(right));
/** In-place operators follow the plain ones by 13. */
const inPlace = (op: number): BinarySlot => binary(op + 13);

function proxy_repr(vm: VM, self: PyWeakRef): PyValue {
  const object = self.object ?? None;
  return `<weakproxy at ${addressOf(vm, self)} to ${typeOf(object).tpName} at ${addressOf(vm, object)}>`;
}

function proxy_iternext(vm: VM, self: PyValue): PyValue | undefined {
  const object = unwrap(self);
  const next = typeOf(object).tp_iternext;
  if (next === undefined) throw typeError(`Weakref proxy referenced a non-iterator '${typeOf(object).tpName}' object`);
  return next(vm, object);
}

const proxySlots: TypeSlots = {
  tp_repr: proxy_repr,
  tp_str: unary(str),
  tp_hash: null,
  tp_getattro: (vm, self, name) => getAttr(vm, unwrap(self), name),
  tp_setattro: (vm, self, name, value) => setAttr(vm, unwrap(self), name, value),
  tp_richcompare: (vm, self, other, op: CompareOp) => richCompare(vm, unwrap(self), unwrap(other), op),
  tp_iter: unary(iterate),
  tp_iternext: proxy_iternext,
  nb_add: binary(NB_ADD),
  nb_subtract: binary(NB_SUBTRACT),
  nb_multiply: binary(NB_MULTIPLY),
  nb_remainder: binary(NB_REMAINDER),
  nb_divmod: (vm, left, right) => divmod(vm, unwrap(left), unwrap(right)),
  nb_power: (vm, base, exponent, modulus) => power(vm, unwrap(base), unwrap(exponent), unwrap(modulus)),
  nb_negative: unary(negative),
  nb_positive: unary(positive),
  nb_absolute: unary(absolute),
  nb_bool: (vm, self) => isTrue(vm, unwrap(self)),
  nb_invert: unary(invert),
  nb_lshift: binary(NB_LSHIFT),
  nb_rshift: binary(NB_RSHIFT),
  nb_and: binary(NB_AND),
  nb_xor: binary(NB_XOR),
  nb_or: binary(NB_OR),
  nb_int: unary(toInt),
  nb_float: (vm, self) => new PyFloat(toFloat(vm, unwrap(self))),
  nb_inplace_add: inPlace(NB_ADD),
  nb_inplace_subtract: inPlace(NB_SUBTRACT),
  nb_inplace_multiply: inPlace(NB_MULTIPLY),
  nb_inplace_remainder: inPlace(NB_REMAINDER),
  nb_inplace_power: (vm, base, exponent) => binaryOp(vm, NB_POWER + 13, unwrap(base), unwrap(exponent)),
  nb_inplace_lshift: inPlace(NB_LSHIFT),
  nb_inplace_rshift: inPlace(NB_RSHIFT),
  nb_inplace_and: inPlace(NB_AND),
  nb_inplace_xor: inPlace(NB_XOR),
  nb_inplace_or: inPlace(NB_OR),
  nb_floor_divide: binary(NB_FLOOR_DIVIDE),
  nb_true_divide: binary(NB_TRUE_DIVIDE),
  nb_inplace_floor_divide: inPlace(NB_FLOOR_DIVIDE),
  nb_inplace_true_divide: inPlace(NB_TRUE_DIVIDE),
  nb_index: unary(asIndex),
  nb_matrix_multiply: binary(NB_MATRIX_MULTIPLY),
  nb_inplace_matrix_multiply: inPlace(NB_MATRIX_MULTIPLY),
  sq_contains: (vm, self, item) => contains(vm, unwrap(self), item),
  mp_length: (vm, self) => length(vm, unwrap(self)),
  mp_subscript: (vm, self, key) => getItem(vm, unwrap(self), unwrap(key)),
  mp_ass_subscript: (vm, self, key, value) => setItem(vm, unwrap(self), unwrap(key), value === undefined ? undefined : unwrap(value)),
};

const proxyMethods: readonly NativeDef[] = [
  native('__bytes__(self, /)', (vm: VM, self: PyWeakRef) => callMethod(vm, unwrap(self), '__bytes__')).unsigned(),
  native('__reversed__(self, /)', (vm: VM, self: PyWeakRef) => callMethod(vm, unwrap(self), '__reversed__')).unsigned(),
];

/** Python's type `weakref.ProxyType`. */
export const proxyType: PyType = defineType('ProxyType', {
  module: 'weakref',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  slots: proxySlots,
  methods: proxyMethods,
});

/** Python's type `weakref.CallableProxyType`. */
export const callableProxyType: PyType = defineType('CallableProxyType', {
  module: 'weakref',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  slots: { ...proxySlots, tp_call: (vm, self, args, kwnames) => call(vm, unwrap(self), args, kwnames) },
});
