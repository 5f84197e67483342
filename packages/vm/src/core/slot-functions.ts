import type { PyValue } from './value.ts';
import type { VM } from './vm.ts';
import type { CompareOp, SlotName } from './slots.ts';
import { type PyType, typeOf } from './type.ts';
import { slotDefsByName, slotNames, isNewWrapper } from './slot-table.ts';
import { indexError, overflowError, typeError, valueError } from './errors.ts';
import { slotGetBuffer, slotReleaseBuffer } from '../objects/buffer-slots.ts';
import { PyMethodDescriptor, PyWrapperDescriptor } from '../objects/descriptor.ts';
import { None, NotImplemented } from '../objects/none.ts';
import { PyBaseException } from '../objects/exceptions.ts';
import { AttributeError, StopIteration } from '../objects/exception-types.ts';
import { PyStaticMethod } from '../objects/staticmethod.ts';
import { PyFloat } from '../objects/float.ts';
import { PyFunction } from '../objects/function.ts';
import { call } from '../protocol/call.ts';
import { lookupSpecial, setAttributeContext } from '../protocol/attribute.ts';
import { isTrue } from '../protocol/truth.ts';
import { asIndex, isInt, intValue } from '../protocol/number.ts';
import { strFromJS, isStr } from './text.ts';
import { sequenceIterator } from '../objects/iterator.ts';

/*
 * The slots of classes written in Python: each looks its special method up and calls it (CPython 3.12: Objects/typeobject.c,
 * slot_tp_* and the slot macros). `updateSlots` decides for each slot of a class between the inherited native function and these.
 */

/** Calls `self.name(*args)`, the method being known to exist on the type; undefined if it does not. */
function callMethod(vm: VM, self: PyValue, name: string, args: PyValue[]): PyValue | undefined {
  const found = typeOf(self).lookup(name);
  // Without making a method object first.
  if (found instanceof PyFunction) return call(vm, found, args.length === 1 ? [self, args[0]] : [self, ...args]);
  const method = lookupSpecial(vm, self, name);
  return method === undefined ? undefined : call(vm, method, args);
}

function missing(self: PyValue, name: string): PyBaseException {
  return typeError(`'${typeOf(self).tpName}' object has no attribute '${name}'`);
}

function require(vm: VM, self: PyValue, name: string, args: PyValue[]): PyValue {
  const result = callMethod(vm, self, name, args);
  if (result === undefined) throw missing(self, name);
  return result;
}

const unary = (name: string) => (vm: VM, self: PyValue): PyValue => require(vm, self, name, []);

/**
 * A binary operator: both operands' methods in CPython's order, the right one first where its type is a subclass that overrides it. `installed` gives
 * what stands in the slot of types with such methods, if it is not this function.
 */
function binary(slot: SlotName, name: string, reflectedName: string, installed?: () => unknown): (vm: VM, left: PyValue, right: PyValue) => PyValue {
  const self = (vm: VM, left: PyValue, right: PyValue): PyValue => {
    const leftType = typeOf(left);
    const rightType = typeOf(right);
    const own = installed === undefined ? self : installed();
    const slotOf = (type: PyType): unknown => type[slot];
    let tryRight = leftType !== rightType && slotOf(rightType) === own;
    if (slotOf(leftType) === own) {
      if (tryRight && rightType.isSubtypeOf(leftType) && rightType.lookup(reflectedName) !== leftType.lookup(reflectedName)) {
        const result = callMethod(vm, right, reflectedName, [left]);
        if (result !== undefined && result !== NotImplemented) return result;
        tryRight = false;
      }
      const result = callMethod(vm, left, name, [right]);
      if (result !== undefined && (result !== NotImplemented || rightType === leftType)) return result;
    }
    if (tryRight) return callMethod(vm, right, reflectedName, [left]) ?? NotImplemented;
    return NotImplemented;
  };
  return self;
}

const inplace = (name: string) => (vm: VM, self: PyValue, other: PyValue): PyValue => callMethod(vm, self, name, [other]) ?? NotImplemented;

const compareNames = ['__lt__', '__le__', '__eq__', '__ne__', '__gt__', '__ge__'] as const;

function richcompare(vm: VM, self: PyValue, other: PyValue, op: CompareOp): PyValue {
  const name = compareNames[op];
  const found = typeOf(self).lookup(name);
  if (isUnboundMethod(found)) return call(vm, found, [self, other]);
  const method = lookupCompare(vm, self, name);
  return method === undefined ? NotImplemented : call(vm, method, [other]);
}

/** Is it called with `self` first, without being bound (CPython: Py_TPFLAGS_METHOD_DESCRIPTOR)? */
export function isUnboundMethod(found: PyValue | undefined): found is PyValue {
  return found instanceof PyFunction || found instanceof PyWrapperDescriptor || found instanceof PyMethodDescriptor;
}

/** The method of a comparison; undefined also where a property or the like raises instead of giving it. */
export function lookupCompare(vm: VM, self: PyValue, name: string): PyValue | undefined {
  try {
    return lookupSpecial(vm, self, name);
  } catch (error) {
    if (error instanceof PyBaseException) return undefined;
    throw error;
  }
}

const plainPower = binary('nb_power', '__pow__', '__rpow__', () => power);

function power(vm: VM, base: PyValue, exponent: PyValue, modulus: PyValue): PyValue {
  if (modulus === None) return plainPower(vm, base, exponent);
  // Three arguments: only the left operand is asked.
  if (typeOf(base).nb_power === power) return require(vm, base, '__pow__', [exponent, modulus]);
  return NotImplemented;
}

function hash(vm: VM, self: PyValue): PyValue {
  const method = lookupSpecial(vm, self, '__hash__');
  if (method === undefined || method === None) throw typeError(`unhashable type: '${typeOf(self).tpName}'`);
  const result = call(vm, method, []);
  if (!isInt(result)) throw typeError('__hash__ method should return an integer');
  const value = intValue(result);
  // Like CPython: too large an int is hashed itself, and -1 becomes -2.
  if (typeof value === 'bigint' && (value > 0x7fffffffffffffffn || value < -0x8000000000000000n)) {
    const inner = (typeOf(0).tp_hash as (vm: VM, self: PyValue) => PyValue)(vm, value);
    return inner;
  }
  return value === -1 ? -2 : value;
}

function bool(vm: VM, self: PyValue): boolean {
  const method = lookupSpecial(vm, self, '__bool__');
  if (method !== undefined) {
    const result = call(vm, method, []);
    if (typeof result !== 'boolean') throw typeError(`__bool__ should return bool, returned ${typeOf(result).tpName}`);
    return result;
  }
  if (typeOf(self).lookup('__len__') === undefined) return true;
  return length(vm, self) > 0;
}

function length(vm: VM, self: PyValue): number {
  return checkLength(vm, require(vm, self, '__len__', []));
}

/** The rules for what `__len__` may return. */
export function checkLength(vm: VM, result: PyValue): number {
  const value = asIndex(vm, result);
  if (value < 0) throw valueError('__len__() should return >= 0');
  if (typeof value === 'bigint') throw overflowError("cannot fit 'int' into an index-sized integer");
  return value;
}

function contains(vm: VM, self: PyValue, item: PyValue): boolean {
  const method = lookupSpecial(vm, self, '__contains__');
  if (method === None) throw typeError(`'${typeOf(self).tpName}' object is not a container`);
  return isTrue(vm, call(vm, method as PyValue, [item]));
}

function getattro(vm: VM, self: PyValue, name: string): PyValue {
  const type = typeOf(self);
  const fallback = type.lookup('__getattr__');
  const own = type.lookup('__getattribute__');
  try {
    if (own instanceof PyWrapperDescriptor) return (own.target as (vm: VM, self: PyValue, name: string) => PyValue)(vm, self, name);
    return require(vm, self, '__getattribute__', [strFromJS(name)]);
  } catch (error) {
    if (fallback === undefined || !(error instanceof PyBaseException) || !error.cls.isSubtypeOf(AttributeError)) {
      setAttributeContext(error, self, name);
      throw error;
    }
  }
  // As it was found: the first attempt may have taken it from the class.
  const get = typeOf(fallback).tp_descr_get;
  try {
    return call(vm, get === undefined ? fallback : get(vm, fallback, self, type), [strFromJS(name)]);
  } catch (error) {
    setAttributeContext(error, self, name);
    throw error;
  }
}

function setattro(vm: VM, self: PyValue, name: string, value: PyValue | undefined): void {
  if (value === undefined) require(vm, self, '__delattr__', [strFromJS(name)]);
  else require(vm, self, '__setattr__', [strFromJS(name), value]);
}

function iter(vm: VM, self: PyValue): PyValue {
  const method = lookupSpecial(vm, self, '__iter__');
  if (method === None) throw typeError(`'${typeOf(self).tpName}' object is not iterable`);
  if (method !== undefined) return call(vm, method, []);
  if (lookupSpecial(vm, self, '__getitem__') === undefined) throw typeError(`'${typeOf(self).tpName}' object is not iterable`);
  return sequenceIterator(self);
}

function iternext(vm: VM, self: PyValue): PyValue | undefined {
  try {
    return require(vm, self, '__next__', []);
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(StopIteration)) return undefined;
    throw error;
  }
}

function descrGet(vm: VM, self: PyValue, obj: PyValue | undefined, type: PyValue | undefined): PyValue {
  const get = typeOf(self).lookup('__get__');
  if (get === undefined) return self;
  return call(vm, get, [self, obj ?? None, type ?? None]);
}

function descrSet(vm: VM, self: PyValue, obj: PyValue, value: PyValue | undefined): void {
  if (value === undefined) {
    if (typeOf(self).lookup('__delete__') === undefined) throw attributeDelete();
    require(vm, self, '__delete__', [obj]);
  } else {
    if (typeOf(self).lookup('__set__') === undefined) throw attributeSet();
    require(vm, self, '__set__', [obj, value]);
  }
}

function attributeDelete(): PyBaseException {
  return new PyBaseException(AttributeError, ['__delete__']);
}

function attributeSet(): PyBaseException {
  return new PyBaseException(AttributeError, ['__set__']);
}

function init(vm: VM, self: PyValue, args: PyValue[], kwnames: readonly string[] | null): void {
  const method = lookupSpecial(vm, self, '__init__');
  if (method === undefined) return;
  const result = call(vm, method, args, kwnames);
  if (result !== None) throw typeError(`__init__() should return None, not '${typeOf(result).tpName}'`);
}

/** Slot of a class whose `__new__` is written in Python. */
export function slotNew(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  return call(vm, newFunction(vm, type), [type, ...args], kwnames);
}

/** `type.__new__`, unwrapped from its staticmethod. */
export function newFunction(vm: VM, type: PyType): PyValue {
  const found = type.lookup('__new__') as PyValue;
  if (found instanceof PyStaticMethod) return found.callable;
  const get = typeOf(found).tp_descr_get;
  return get === undefined ? found : get(vm, found, undefined, type);
}

/** Slot of a class whose `__init__` is written in Python. */
export const slotInit = init;
/** Slot of a class with `__getattr__` or its own `__getattribute__`. */
export const slotGetAttro = getattro;

function callSelf(vm: VM, self: PyValue, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const method = lookupSpecial(vm, self, '__call__');
  if (method === undefined) throw missing(self, '__call__');
  return (typeOf(method).tp_call ?? notCallable(method))(vm, method, args, kwnames);
}

function notCallable(method: PyValue): never {
  throw typeError(`'${typeOf(method).tpName}' object is not callable`);
}

function text(name: string): (vm: VM, self: PyValue) => PyValue {
  return (vm, self) => {
    const result = require(vm, self, name, []);
    if (!isStr(result)) throw typeError(`${name} returned non-string (type ${typeOf(result).tpName})`);
    return result;
  };
}

function sequenceItem(vm: VM, self: PyValue, index: number): PyValue {
  const result = callMethod(vm, self, '__getitem__', [index]);
  if (result === undefined) throw indexError('index');
  return result;
}

function setSubscript(vm: VM, self: PyValue, key: PyValue, value: PyValue | undefined): void {
  if (value === undefined) require(vm, self, '__delitem__', [key]);
  else require(vm, self, '__setitem__', [key, value]);
}

function toFloat(vm: VM, self: PyValue): PyValue {
  const result = require(vm, self, '__float__', []);
  if (!(result instanceof PyFloat)) throw typeError(`${typeOf(self).tpName}.__float__ returned non-float (type ${typeOf(result).tpName})`);
  return result;
}

const subscript = (vm: VM, self: PyValue, key: PyValue): PyValue => require(vm, self, '__getitem__', [key]);

/** The slot functions of Python classes, by slot. */
export const slotFunctions: Readonly<Partial<Record<SlotName, unknown>>> = {
  tp_repr: text('__repr__'),
  tp_str: text('__str__'),
  tp_hash: hash,
  tp_call: callSelf,
  tp_getattro: getattro,
  tp_setattro: setattro,
  tp_richcompare: richcompare,
  tp_iter: iter,
  tp_iternext: iternext,
  tp_descr_get: descrGet,
  tp_descr_set: descrSet,
  tp_init: init,
  tp_finalize: (vm: VM, self: PyValue): void => void require(vm, self, '__del__', []),
  am_await: unary('__await__'),
  am_aiter: unary('__aiter__'),
  am_anext: unary('__anext__'),
  nb_add: binary('nb_add', '__add__', '__radd__'),
  nb_subtract: binary('nb_subtract', '__sub__', '__rsub__'),
  nb_multiply: binary('nb_multiply', '__mul__', '__rmul__'),
  nb_remainder: binary('nb_remainder', '__mod__', '__rmod__'),
  nb_divmod: binary('nb_divmod', '__divmod__', '__rdivmod__'),
  nb_power: power,
  nb_negative: unary('__neg__'),
  nb_positive: unary('__pos__'),
  nb_absolute: unary('__abs__'),
  nb_bool: bool,
  nb_invert: unary('__invert__'),
  nb_lshift: binary('nb_lshift', '__lshift__', '__rlshift__'),
  nb_rshift: binary('nb_rshift', '__rshift__', '__rrshift__'),
  nb_and: binary('nb_and', '__and__', '__rand__'),
  nb_xor: binary('nb_xor', '__xor__', '__rxor__'),
  nb_or: binary('nb_or', '__or__', '__ror__'),
  nb_int: unary('__int__'),
  nb_float: toFloat,
  nb_index: unary('__index__'),
  nb_floor_divide: binary('nb_floor_divide', '__floordiv__', '__rfloordiv__'),
  nb_true_divide: binary('nb_true_divide', '__truediv__', '__rtruediv__'),
  nb_matrix_multiply: binary('nb_matrix_multiply', '__matmul__', '__rmatmul__'),
  nb_inplace_add: inplace('__iadd__'),
  nb_inplace_subtract: inplace('__isub__'),
  nb_inplace_multiply: inplace('__imul__'),
  nb_inplace_remainder: inplace('__imod__'),
  nb_inplace_power: inplace('__ipow__'),
  nb_inplace_lshift: inplace('__ilshift__'),
  nb_inplace_rshift: inplace('__irshift__'),
  nb_inplace_and: inplace('__iand__'),
  nb_inplace_xor: inplace('__ixor__'),
  nb_inplace_or: inplace('__ior__'),
  nb_inplace_floor_divide: inplace('__ifloordiv__'),
  nb_inplace_true_divide: inplace('__itruediv__'),
  nb_inplace_matrix_multiply: inplace('__imatmul__'),
  mp_length: length,
  mp_subscript: subscript,
  mp_ass_subscript: setSubscript,
  sq_length: length,
  sq_contains: contains,
  sq_item: sequenceItem,
  bf_getbuffer: slotGetBuffer,
  bf_releasebuffer: slotReleaseBuffer,
};

/** Special methods by the slot they fill (`tp_getattro` also answers `__getattr__`). */
// eslint-disable-next-line no-restricted-syntax -- a table made once
let namesBySlot: ReadonlyMap<SlotName, readonly string[]> | null = null;

function groupBySlot(): Map<SlotName, string[]> {
  const map = new Map<SlotName, string[]>();
  for (const [name, defs] of slotDefsByName) {
    for (const def of defs) map.set(def.slot, [...(map.get(def.slot) ?? []), name]);
  }
  map.set('sq_item', ['__getitem__']);
  return map;
}

/** Is this a name from which slots follow when a class defines it? */
export function isSlotMethod(name: string): boolean {
  return slotDefsByName.has(name) || name === '__new__' || name === '__getattr__';
}

/** Sets every slot of a class made by a program, from its MRO. Call it when the class is made. */
export function initSlots(vm: VM, type: PyType): void {
  const target = type as unknown as Record<SlotName, unknown>;
  const base = type.base as unknown as Record<SlotName, unknown>;
  for (const slot of slotNames) target[slot] = base[slot];
  const names = new Set<string>();
  const chain = baseChain(type);
  for (const cls of type.mro) {
    // What the base chain defines is in the base's slots already, unless another class comes before it.
    if (cls !== type && chain.includes(cls) && type.bases.length === 1) continue;
    for (const name of cls.ns.keys()) if (isSlotMethod(name)) names.add(name);
  }
  for (const name of names) updateSlot(vm, type, name);
}

function baseChain(type: PyType): PyType[] {
  const chain: PyType[] = [];
  for (let cls = type.base; cls !== null; cls = cls.base) chain.push(cls);
  return chain;
}

/** A special method of a class changed: recomputes its slots, in subclasses too. */
export function updateSlots(vm: VM, type: PyType, name: string): void {
  if (!isSlotMethod(name)) return;
  updateSlot(vm, type, name);
  for (const ref of type.subclasses ?? []) {
    const subclass = ref.deref();
    if (subclass !== undefined && !subclass.ns.has(name)) updateSlots(vm, subclass, name);
  }
}

function updateSlot(vm: VM, type: PyType, name: string): void {
  const target = type as unknown as Record<SlotName, unknown>;
  if (name === '__new__') {
    const found = type.lookup('__new__');
    target.tp_new = found !== undefined && isNewWrapper(found) ? (found.self as PyType).tp_new : slotNew;
    return;
  }
  if (name === '__getattr__') return resolve(type, 'tp_getattro');
  for (const def of slotDefsByName.get(name) ?? []) resolve(type, def.slot);
  if (name === '__getitem__') resolve(type, 'sq_item');
  void vm;
}

/**
 * `__add__` of a sequence is sq_concat's and says nothing of nb_add, `__len__` of a mapping nothing of sq_length: of the slots with one
 * special method, the base has filled just another one (CPython: resolve_slotdups).
 */
function belongsElsewhere(type: PyType, name: string, slot: SlotName): boolean {
  const base = type.base as unknown as Record<SlotName, unknown>;
  const filled = (slotDefsByName.get(name) ?? []).filter((def) => base[def.slot] !== undefined);
  return filled.length === 1 && filled[0].slot !== slot;
}

/** One slot: the native function if all its methods are that function's own wrappers, else the calling one, else nothing. */
function resolve(type: PyType, slot: SlotName): void {
  const target = type as unknown as Record<SlotName, unknown>;
  const generic = slotFunctions[slot];
  let specific: unknown;
  let useGeneric = false;
  let found = false;
  for (const name of (namesBySlot ??= groupBySlot()).get(slot) ?? []) {
    const descr = type.lookup(name);
    if (descr === undefined) continue;
    if (slot === 'tp_iternext' && descr === None) continue;
    found = true;
    if (descr instanceof PyWrapperDescriptor && descr.def.slot === slot && type.isSubtypeOf(descr.objclass)) {
      if (specific === undefined || specific === descr.target) specific = descr.target;
      else useGeneric = true;
    } else if (descr instanceof PyWrapperDescriptor && descr.def.name === name && !useGeneric && belongsElsewhere(type, name, slot)) {
      found = specific !== undefined;
    } else if (descr === None && name === '__hash__') {
      target[slot] = null;
      return;
    } else useGeneric = true;
  }
  if (slot === 'tp_getattro' && type.lookup('__getattr__') !== undefined) useGeneric = true;
  if (useGeneric) target[slot] = generic;
  else if (specific !== undefined) target[slot] = specific;
  else if (slot === 'sq_item') target[slot] = found ? (type.base as unknown as Record<SlotName, unknown>)[slot] : undefined;
  else target[slot] = found ? generic : undefined;
}

