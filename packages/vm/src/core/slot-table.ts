import type { PyValue } from './value.ts';
import type { SlotName, CompareOp } from './slots.ts';
import { Py_EQ, Py_GE, Py_GT, Py_LE, Py_LT, Py_NE } from './slots.ts';
import { PyType, typeOf } from './type.ts';
import type { VM } from './vm.ts';
import { nativeRaw } from './native.ts';
import { checkPositional } from './arguments.ts';
import { overflowError, stopIteration, typeError } from './errors.ts';
import { None } from '../objects/none.ts';
import type { SlotDef, WrapperCall } from '../objects/descriptor.ts';
import { PyBuiltinFunction } from '../objects/builtin_function.ts';
import { asIndexClamped } from '../protocol/number.ts';
import { attributeName } from '../protocol/attribute.ts';
import { releaseView, viewFromSlot } from '../objects/buffer-slots.ts';
import { slotNew } from './slot-functions.ts';

/*
 * Which special method belongs to which slot (CPython 3.12: Objects/typeobject.c, slotdefs). From this table come the
 * `__add__`-like attributes of built-in types; core/slot-functions.ts has the way back, slots that call methods written in Python.
 */

function checkArgs(args: readonly PyValue[], count: number): void {
  if (args.length !== count) throw typeError(`expected ${count} argument${count === 1 ? '' : 's'}, got ${args.length}`);
}

/** As `checkArgs`, in the words of PyArg_UnpackTuple, which is given no name. */
function unpackArgs(args: readonly PyValue[], count: number): void {
  checkPositional('', args, count, count);
}

function optionalArg(args: readonly PyValue[]): PyValue {
  checkPositional('', args, 1, 2);
  return args.length === 2 ? args[1] : None;
}

type Unary = (vm: VM, self: PyValue) => PyValue;
type Binary = (vm: VM, a: PyValue, b: PyValue) => PyValue;

const unary: WrapperCall = (vm, slot: Unary, self, args) => {
  checkArgs(args, 0);
  return slot(vm, self);
};
const binary: WrapperCall = (vm, slot: Binary, self, args) => {
  checkArgs(args, 1);
  return slot(vm, self, args[0]);
};
const reflected: WrapperCall = (vm, slot: Binary, self, args) => {
  checkArgs(args, 1);
  return slot(vm, args[0], self);
};
const power: WrapperCall = (vm, slot: (vm: VM, a: PyValue, b: PyValue, c: PyValue) => PyValue, self, args) =>
  slot(vm, self, args[0], optionalArg(args));
const reflectedPower: WrapperCall = (vm, slot: (vm: VM, a: PyValue, b: PyValue, c: PyValue) => PyValue, self, args) => {
  const modulus = optionalArg(args);
  return slot(vm, args[0], self, modulus);
};
const truth: WrapperCall = (vm, slot: (vm: VM, self: PyValue) => boolean, self, args) => {
  checkArgs(args, 0);
  return slot(vm, self);
};
const count: WrapperCall = (vm, slot: (vm: VM, self: PyValue) => number, self, args) => {
  checkArgs(args, 0);
  return slot(vm, self);
};
const contains: WrapperCall = (vm, slot: (vm: VM, self: PyValue, item: PyValue) => boolean, self, args) => {
  checkArgs(args, 1);
  return slot(vm, self, args[0]);
};
const iterNext: WrapperCall = (vm, slot: (vm: VM, self: PyValue) => PyValue | undefined, self, args) => {
  checkArgs(args, 0);
  const item = slot(vm, self);
  if (item === undefined) throw stopIteration(returnValue(self));
  return item;
};
/** What a generator returned, for the StopIteration that says so. */
function returnValue(iterator: PyValue): PyValue | undefined {
  const { returned } = iterator as { readonly returned?: PyValue };
  return returned === None ? undefined : returned;
}
const compare = (op: CompareOp): WrapperCall => (vm, slot: (vm: VM, a: PyValue, b: PyValue, op: CompareOp) => PyValue, self, args) => {
  checkArgs(args, 1);
  return slot(vm, self, args[0], op);
};
const getAttribute: WrapperCall = (vm, slot: (vm: VM, self: PyValue, name: string) => PyValue, self, args) => {
  checkArgs(args, 1);
  return slot(vm, self, attributeName(vm, args[0]));
};
type SetSlot = (vm: VM, self: PyValue, name: string, value: PyValue | undefined) => void;
const setAttribute: WrapperCall = (vm, slot: SetSlot, self, args) => {
  unpackArgs(args, 2);
  checkOverride(vm, slot, self, '__setattr__');
  slot(vm, self, attributeName(vm, args[0]), args[1]);
  return None;
};
const deleteAttribute: WrapperCall = (vm, slot: SetSlot, self, args) => {
  checkArgs(args, 1);
  checkOverride(vm, slot, self, '__delattr__');
  slot(vm, self, attributeName(vm, args[0]), undefined);
  return None;
};
/** `object.__setattr__(SomeType, …)` must not get around `type.__setattr__` (CPython: hackcheck). */
function checkOverride(vm: VM, slot: SetSlot, self: PyValue, what: string): void {
  if (!(self instanceof PyType)) return;
  const own = self.cls.mro.find((type) => !type.isHeapType)?.tp_setattro;
  if (own !== undefined && own !== slot) throw typeError(`can't apply this ${what} to ${self.cls.name} object`);
}
const describeGet: WrapperCall = (vm, slot: (vm: VM, self: PyValue, obj: PyValue | undefined, type: PyValue | undefined) => PyValue, self, args) => {
  const type = optionalArg(args);
  if (args[0] === None && type === None) throw typeError('__get__(None, None) is invalid');
  return slot(vm, self, args[0] === None ? undefined : args[0], type === None ? undefined : type);
};
type DescrSet = (vm: VM, self: PyValue, obj: PyValue, value: PyValue | undefined) => void;
const describeSet: WrapperCall = (vm, slot: DescrSet, self, args) => {
  unpackArgs(args, 2);
  slot(vm, self, args[0], args[1]);
  return None;
};
const describeDelete: WrapperCall = (vm, slot: DescrSet, self, args) => {
  checkArgs(args, 1);
  slot(vm, self, args[0], undefined);
  return None;
};
const init: WrapperCall = (vm, slot: (vm: VM, self: PyValue, args: PyValue[], kwnames: readonly string[] | null) => void, self, args, kwnames) => {
  slot(vm, self, args, kwnames);
  return None;
};
const callSelf: WrapperCall = (vm, slot: (vm: VM, self: PyValue, args: PyValue[], kwnames: readonly string[] | null) => PyValue, self, args, kwnames) =>
  slot(vm, self, args, kwnames);
type SetItem = (vm: VM, self: PyValue, key: PyValue, value: PyValue | undefined) => void;
const setItem: WrapperCall = (vm, slot: SetItem, self, args) => {
  unpackArgs(args, 2);
  slot(vm, self, args[0], args[1]);
  return None;
};
const deleteItem: WrapperCall = (vm, slot: SetItem, self, args) => {
  checkArgs(args, 1);
  slot(vm, self, args[0], undefined);
  return None;
};
const finalize: WrapperCall = (vm, slot: (vm: VM, self: PyValue) => void, self, args) => {
  checkArgs(args, 0);
  slot(vm, self);
  return None;
};
const repeat: WrapperCall = (vm, slot: Binary, self, args) => {
  unpackArgs(args, 1);
  const times = asIndexClamped(vm, args[0]);
  if (typeof times !== 'number') throw overflowError("cannot fit 'int' into an index-sized integer");
  return slot(vm, self, times);
};

const getBufferWrapper: WrapperCall = (vm, slot: NonNullable<PyType['bf_getbuffer']>, self, args) => {
  checkArgs(args, 1);
  return viewFromSlot(vm, slot, self, args[0]);
};
const releaseBufferWrapper: WrapperCall = (vm, slot: NonNullable<PyType['bf_releasebuffer']>, self, args) => {
  checkArgs(args, 1);
  releaseView(vm, self, args[0]);
  return None;
};

function row(name: string, slot: SlotName, call: WrapperCall, parameters: string, doc: string, keywords = false): SlotDef {
  return { name, slot, call, textSignature: `($self${parameters ? `, ${parameters}` : ''}, /${keywords ? ', *args, **kwargs' : ''})`, doc, keywords };
}

function operator(name: string, slot: SlotName, symbol: string): SlotDef[] {
  return [
    row(`__${name}__`, slot, binary, 'value', `Return self${symbol}value.`),
    row(`__r${name}__`, slot, reflected, 'value', `Return value${symbol}self.`),
  ];
}

const inplace = (name: string, slot: SlotName, symbol: string): SlotDef => row(`__i${name}__`, slot, binary, 'value', `Return self${symbol}value.`);

/** Special methods in CPython's order; of two rows for one name the first that applies wins. */
export const slotTable: readonly SlotDef[] = [
  row('__getattribute__', 'tp_getattro', getAttribute, 'name', 'Return getattr(self, name).'),
  row('__setattr__', 'tp_setattro', setAttribute, 'name, value', 'Implement setattr(self, name, value).'),
  row('__delattr__', 'tp_setattro', deleteAttribute, 'name', 'Implement delattr(self, name).'),
  row('__repr__', 'tp_repr', unary, '', 'Return repr(self).'),
  row('__hash__', 'tp_hash', unary, '', 'Return hash(self).'),
  row('__call__', 'tp_call', callSelf, '', 'Call self as a function.', true),
  row('__str__', 'tp_str', unary, '', 'Return str(self).'),
  row('__lt__', 'tp_richcompare', compare(Py_LT), 'value', 'Return self<value.'),
  row('__le__', 'tp_richcompare', compare(Py_LE), 'value', 'Return self<=value.'),
  row('__eq__', 'tp_richcompare', compare(Py_EQ), 'value', 'Return self==value.'),
  row('__ne__', 'tp_richcompare', compare(Py_NE), 'value', 'Return self!=value.'),
  row('__gt__', 'tp_richcompare', compare(Py_GT), 'value', 'Return self>value.'),
  row('__ge__', 'tp_richcompare', compare(Py_GE), 'value', 'Return self>=value.'),
  row('__iter__', 'tp_iter', unary, '', 'Implement iter(self).'),
  row('__next__', 'tp_iternext', iterNext, '', 'Implement next(self).'),
  row('__get__', 'tp_descr_get', describeGet, 'instance, owner=None', 'Return an attribute of instance, which is of type owner.'),
  row('__set__', 'tp_descr_set', describeSet, 'instance, value', 'Set an attribute of instance to value.'),
  row('__delete__', 'tp_descr_set', describeDelete, 'instance', 'Delete an attribute of instance.'),
  row('__init__', 'tp_init', init, '', 'Initialize self.  See help(type(self)) for accurate signature.', true),
  { name: '__del__', slot: 'tp_finalize', call: finalize, textSignature: null, doc: null, keywords: false },
  row('__buffer__', 'bf_getbuffer', getBufferWrapper, 'flags', 'Return a buffer object that exposes the underlying memory of the object.'),
  row('__release_buffer__', 'bf_releasebuffer', releaseBufferWrapper, 'buffer', 'Release the buffer object that exposes the underlying memory of the object.'),
  row('__await__', 'am_await', unary, '', 'Return an iterator to be used in await expression.'),
  row('__aiter__', 'am_aiter', unary, '', 'Return an awaitable, that resolves in asynchronous iterator.'),
  row('__anext__', 'am_anext', unary, '', 'Return a value or raise StopAsyncIteration.'),
  ...operator('add', 'nb_add', '+'),
  ...operator('sub', 'nb_subtract', '-'),
  ...operator('mul', 'nb_multiply', '*'),
  ...operator('mod', 'nb_remainder', '%'),
  row('__divmod__', 'nb_divmod', binary, 'value', 'Return divmod(self, value).'),
  row('__rdivmod__', 'nb_divmod', reflected, 'value', 'Return divmod(value, self).'),
  row('__pow__', 'nb_power', power, 'value, mod=None', 'Return pow(self, value, mod).'),
  row('__rpow__', 'nb_power', reflectedPower, 'value, mod=None', 'Return pow(value, self, mod).'),
  row('__neg__', 'nb_negative', unary, '', '-self'),
  row('__pos__', 'nb_positive', unary, '', '+self'),
  row('__abs__', 'nb_absolute', unary, '', 'abs(self)'),
  row('__bool__', 'nb_bool', truth, '', 'True if self else False'),
  row('__invert__', 'nb_invert', unary, '', '~self'),
  ...operator('lshift', 'nb_lshift', '<<'),
  ...operator('rshift', 'nb_rshift', '>>'),
  ...operator('and', 'nb_and', '&'),
  ...operator('xor', 'nb_xor', '^'),
  ...operator('or', 'nb_or', '|'),
  row('__int__', 'nb_int', unary, '', 'int(self)'),
  row('__float__', 'nb_float', unary, '', 'float(self)'),
  inplace('add', 'nb_inplace_add', '+='),
  inplace('sub', 'nb_inplace_subtract', '-='),
  inplace('mul', 'nb_inplace_multiply', '*='),
  inplace('mod', 'nb_inplace_remainder', '%='),
  inplace('pow', 'nb_inplace_power', '**='),
  inplace('lshift', 'nb_inplace_lshift', '<<='),
  inplace('rshift', 'nb_inplace_rshift', '>>='),
  inplace('and', 'nb_inplace_and', '&='),
  inplace('xor', 'nb_inplace_xor', '^='),
  inplace('or', 'nb_inplace_or', '|='),
  ...operator('floordiv', 'nb_floor_divide', '//'),
  ...operator('truediv', 'nb_true_divide', '/'),
  inplace('floordiv', 'nb_inplace_floor_divide', '//='),
  inplace('truediv', 'nb_inplace_true_divide', '/='),
  row('__index__', 'nb_index', unary, '', 'Return self converted to an integer, if self is suitable for use as an index into a list.'),
  ...operator('matmul', 'nb_matrix_multiply', '@'),
  inplace('matmul', 'nb_inplace_matrix_multiply', '@='),
  row('__len__', 'mp_length', count, '', 'Return len(self).'),
  row('__getitem__', 'mp_subscript', binary, 'key', 'Return self[key].'),
  row('__setitem__', 'mp_ass_subscript', setItem, 'key, value', 'Set self[key] to value.'),
  row('__delitem__', 'mp_ass_subscript', deleteItem, 'key', 'Delete self[key].'),
  row('__len__', 'sq_length', count, '', 'Return len(self).'),
  row('__add__', 'sq_concat', binary, 'value', 'Return self+value.'),
  row('__mul__', 'sq_repeat', repeat, 'value', 'Return self*value.'),
  row('__rmul__', 'sq_repeat', repeat, 'value', 'Return value*self.'),
  row('__contains__', 'sq_contains', contains, 'key', 'Return bool(key in self).'),
  row('__iadd__', 'sq_inplace_concat', binary, 'value', 'Implement self+=value.'),
  row('__imul__', 'sq_inplace_repeat', repeat, 'value', 'Implement self*=value.'),
];

/** All slots, each once. `tp_new` and `sq_item` have no row: they are not called through a wrapper. */
export const slotNames: readonly SlotName[] = [...new Set<SlotName>([...slotTable.map((def) => def.slot), 'tp_new', 'sq_item'])];

/** Rows by special method name. */
export const slotDefsByName: ReadonlyMap<string, readonly SlotDef[]> = groupByName();

function groupByName(): Map<string, SlotDef[]> {
  const map = new Map<string, SlotDef[]>();
  for (const def of slotTable) {
    const list = map.get(def.name);
    if (list) list.push(def);
    else map.set(def.name, [def]);
  }
  return map;
}

/** CPython 3.12: Objects/typeobject.c, tp_new_wrapper. */
function callNew(vm: VM, owner: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const positional = args.length - (kwnames === null ? 0 : kwnames.length);
  if (positional < 1) throw typeError(`${owner.tpName}.__new__(): not enough arguments`);
  const type = args[0];
  if (!(type instanceof PyType)) throw typeError(`${owner.tpName}.__new__(X): X is not a type object (${typeOf(type).tpName})`);
  if (!type.isSubtypeOf(owner)) throw typeError(`${owner.tpName}.__new__(${type.tpName}): ${type.tpName} is not a subtype of ${owner.tpName}`);
  // The nearest class whose `__new__` is native must have the same: `object.__new__(list)` would make half a list.
  let nearest = type;
  while (nearest.tp_new === slotNew && nearest.base !== null) nearest = nearest.base;
  if (nearest.tp_new !== owner.tp_new) throw typeError(`${owner.tpName}.__new__(${type.tpName}) is not safe, use ${nearest.tpName}.__new__()`);
  return (owner.tp_new as NonNullable<PyType['tp_new']>)(vm, type, args.slice(1), kwnames);
}

const newDef = nativeRaw(
  '__new__(type, *args, **kwargs)',
  (vm, self, args, kwnames) => callNew(vm, self as PyType, args, kwnames),
  'Create and return a new object.  See help(type) for accurate signature.',
);

/** `int.__new__`: a built-in function whose `__self__` is the type. */
export function newWrapper(type: PyType): PyBuiltinFunction {
  return new PyBuiltinFunction(newDef, type);
}

/** Is this `X.__new__` of a built-in type? Its `self` is then the type. */
export function isNewWrapper(value: PyValue): value is PyBuiltinFunction {
  return value instanceof PyBuiltinFunction && value.def === newDef;
}
