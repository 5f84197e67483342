import type { SlotName, TypeSlots } from './slots.ts';
import { type PyType, TypeFlag, objectType } from './type.ts';
import { pending } from './define-type.ts';
import type { TypeSpec } from './define-type.ts';
import { PyClassMethodDescriptor, PyGetSetDescriptor, PyMemberDescriptor, PyMethodDescriptor, PyWrapperDescriptor } from '../objects/descriptor.ts';
import { PyBuiltinFunction } from '../objects/builtin_function.ts';
import { PyStaticMethod } from '../objects/staticmethod.ts';
import { slotTable, slotNames, newWrapper } from './slot-table.ts';
import { None } from '../objects/none.ts';

/** Completes every declared type, bases first. Cheap when there is nothing to do; called when a VM or a native module is made. */
export function completeTypes(): void {
  const declared = pending.splice(0);
  const depth = (type: PyType): number => type.mro.length;
  declared.sort((a, b) => depth(a.type) - depth(b.type));
  for (const { type, spec } of declared) fill(type, spec);
}

function fill(type: PyType, spec: TypeSpec): void {
  type.module = spec.module ?? 'builtins';
  for (const base of type.bases) (base.builtinSubclasses ??= []).push(type);
  type.tpName = type.module === 'builtins' ? type.name : `${type.module}.${type.name}`;
  type.qualname = spec.qualname ?? type.name;
  type.doc = spec.doc ?? null;
  type.textSignature = spec.textSignature ?? null;
  type.flags |= (spec.flags ?? 0) | (spec.basetype ? TypeFlag.BASETYPE : 0);
  if (spec.untracked) type.flags &= ~TypeFlag.HAVE_GC;
  if (type.base !== null) type.flags |= type.base.flags & subclassFlags;
  type.solid = spec.ownLayout === false && type.base !== null ? type.base.solid : type;
  type.hasDict = spec.hasDict === true || (type.base !== null && type.base.hasDict);
  type.hasWeakref = spec.hasWeakref === true || (type.base !== null && type.base.hasWeakref);
  const slots = spec.slots ?? {};
  inheritSlots(type, slots);
  type.late = () => fillNamespace(type, spec, slots);
  type.modified();
}

/** CPython's types of other modules are made at run time and have `__module__` in their namespaces. */
const staticModules: ReadonlySet<string> = new Set(['builtins', '_contextvars', 'datetime', 'sys', 'types', 'weakref']);

/** What `__dict__` shows: special methods for the slots, and all that the table names. */
function fillNamespace(type: PyType, spec: TypeSpec, slots: TypeSlots): void {
  addSlotWrappers(type, slots);
  for (const def of spec.methods ?? []) type.ns.set(def.name, new PyMethodDescriptor(type, def));
  for (const def of spec.classMethods ?? []) type.ns.set(def.name, new PyClassMethodDescriptor(type, def));
  for (const def of spec.staticMethods ?? []) type.ns.set(def.name, new PyStaticMethod(new PyBuiltinFunction(def, type)));
  for (const [name, def] of Object.entries(spec.getset ?? {})) type.ns.set(name, new PyGetSetDescriptor(type, name, def));
  for (const [name, def] of Object.entries(spec.fields ?? {})) type.ns.set(name, new PyMemberDescriptor(type, name, -1, def));
  for (const [name, value] of Object.entries(spec.members ?? {})) type.ns.set(name, value);
  if (!type.ns.has('__doc__')) type.ns.set('__doc__', type.doc ?? None);
  const { module = 'builtins' } = spec;
  if (!staticModules.has(module) && !type.ns.has('__module__')) type.ns.set('__module__', module);
}

const subclassFlags =
  TypeFlag.LONG_SUBCLASS | TypeFlag.LIST_SUBCLASS | TypeFlag.TUPLE_SUBCLASS | TypeFlag.BYTES_SUBCLASS | TypeFlag.UNICODE_SUBCLASS |
  TypeFlag.DICT_SUBCLASS | TypeFlag.BASE_EXC_SUBCLASS | TypeFlag.TYPE_SUBCLASS | TypeFlag.SEQUENCE | TypeFlag.MAPPING;

function inheritSlots(type: PyType, own: TypeSlots): void {
  // PyType has one field per slot name, so both can be read and written by name.
  const target = type as unknown as Record<SlotName, unknown>;
  const [first, ...others] = type.bases;
  if (first !== undefined) type.takeSlots(first);
  for (const base of others) {
    for (const slot of slotNames) if (target[slot] === undefined) target[slot] = (base as unknown as Record<SlotName, unknown>)[slot];
  }
  for (const slot of Object.keys(own) as SlotName[]) if (own[slot] !== undefined) target[slot] = own[slot];
  // Equality without a hash makes instances unhashable, as in CPython's inherit_slots.
  if (own.tp_richcompare !== undefined && own.tp_hash === undefined) type.tp_hash = null;
  // A type that says nothing of its construction has a layout of its own, which `object.__new__` could not make.
  if (own.tp_new === undefined && type.base === objectType && (type.flags & TypeFlag.BASETYPE) === 0) type.flags |= TypeFlag.DISALLOW_INSTANTIATION;
  if ((type.flags & TypeFlag.DISALLOW_INSTANTIATION) !== 0) type.tp_new = undefined;
  else type.tp_new ??= type.mro.find((base) => base.tp_new !== undefined)?.tp_new;
}

function addSlotWrappers(type: PyType, slots: TypeSlots): void {
  for (const def of slotTable) {
    const target = slots[def.slot];
    if (target === undefined || type.ns.has(def.name)) continue;
    if (def.name === '__hash__' && target === null) type.ns.set('__hash__', None);
    else type.ns.set(def.name, new PyWrapperDescriptor(type, def, target));
  }
  if (slots.tp_new !== undefined && type.tp_new !== undefined) type.ns.set('__new__', newWrapper(type));
  if (slots.tp_richcompare !== undefined && slots.tp_hash === undefined && type.tp_hash === null) type.ns.set('__hash__', None);
}
