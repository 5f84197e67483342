import type { GetSetDef, NativeDef } from './native.ts';
import type { SlotName, TypeSlots } from './slots.ts';
import type { PyValue } from './value.ts';
import { PyType, TypeFlag, objectType, typeType } from './type.ts';
import { PyClassMethodDescriptor, PyGetSetDescriptor, PyMemberDescriptor, PyMethodDescriptor, PyWrapperDescriptor } from '../objects/descriptor.ts';
import { PyBuiltinFunction } from '../objects/builtin_function.ts';
import { PyStaticMethod } from '../objects/staticmethod.ts';
import { slotTable, slotNames, newWrapper } from './slot-table.ts';
import { None } from '../objects/none.ts';

/** What a built-in type is made of. */
export interface TypeSpec {
  /** `__module__`; default `builtins`. */
  readonly module?: string;
  readonly qualname?: string;
  /** May be subclassed by Python classes. */
  readonly basetype?: boolean;
  /** More `TypeFlag` bits (SEQUENCE, MAPPING, DISALLOW_INSTANTIATION…). */
  readonly flags?: number;
  readonly doc?: string;
  /** `__text_signature__` of the constructor. */
  readonly textSignature?: string;
  readonly slots?: TypeSlots;
  readonly methods?: readonly NativeDef[];
  readonly classMethods?: readonly NativeDef[];
  readonly staticMethods?: readonly NativeDef[];
  readonly getset?: Readonly<Record<string, GetSetDef>>;
  /** Like getset, but shown as `member_descriptor`. */
  readonly fields?: Readonly<Record<string, GetSetDef>>;
  /** Plain values in the class namespace. */
  readonly members?: Readonly<Record<string, PyValue>>;
  /** Instances have `__dict__` / `__weakref__` themselves (functions, modules, exceptions…). */
  readonly hasDict?: boolean;
  readonly hasWeakref?: boolean;
  /** False when instances look like the base's (most exceptions, bool): two such bases do not conflict. Default true. */
  readonly ownLayout?: boolean;
}

/** Makes a built-in type. */
export function defineType(name: string, spec: TypeSpec & { readonly bases?: readonly PyType[]; readonly metatype?: PyType }): PyType {
  const bases = spec.bases ?? [objectType];
  const type = new PyType(spec.metatype ?? typeType, name, bases, new Map());
  type.flags = TypeFlag.IMMUTABLETYPE;
  type.mro = mergeSimple(type, bases);
  return fillType(type, spec);
}

/** Types whose base is not complete yet, with their tables: modules of types may load in any order. */
const waiting: [PyType, TypeSpec][] = [];
const complete = new WeakSet<PyType>();

/** Completes a type that core/type.ts declared bare: at once, or as soon as its bases are complete. */
export function fillType(type: PyType, spec: TypeSpec): PyType {
  if (!type.bases.every((base) => complete.has(base))) {
    waiting.push([type, spec]);
    return type;
  }
  fillNow(type, spec);
  complete.add(type);
  const ready = waiting.filter(([other]) => other.bases.every((base) => complete.has(base)));
  for (const entry of ready) waiting.splice(waiting.indexOf(entry), 1);
  for (const [other, otherSpec] of ready) fillType(other, otherSpec);
  return type;
}

function fillNow(type: PyType, spec: TypeSpec): void {
  type.module = spec.module ?? 'builtins';
  type.qualname = spec.qualname ?? type.name;
  type.doc = spec.doc ?? null;
  type.textSignature = spec.textSignature ?? null;
  type.flags |= (spec.flags ?? 0) | (spec.basetype ? TypeFlag.BASETYPE : 0);
  if (type.base !== null) type.flags |= type.base.flags & subclassFlags;
  if (spec.ownLayout !== false) type.solid = type;
  if (spec.hasDict) type.hasDict = true;
  if (spec.hasWeakref) type.hasWeakref = true;
  const slots = spec.slots ?? {};
  inheritSlots(type, slots);
  addSlotWrappers(type, slots);
  for (const def of spec.methods ?? []) type.ns.set(def.name, new PyMethodDescriptor(type, def));
  for (const def of spec.classMethods ?? []) type.ns.set(def.name, new PyClassMethodDescriptor(type, def));
  for (const def of spec.staticMethods ?? []) type.ns.set(def.name, new PyStaticMethod(new PyBuiltinFunction(def, type)));
  for (const [name, def] of Object.entries(spec.getset ?? {})) type.ns.set(name, new PyGetSetDescriptor(type, name, def));
  for (const [name, def] of Object.entries(spec.fields ?? {})) type.ns.set(name, new PyMemberDescriptor(type, name, -1, def));
  for (const [name, value] of Object.entries(spec.members ?? {})) type.ns.set(name, value);
  type.ns.set('__doc__', type.doc ?? None);
  type.modified();
}

const subclassFlags =
  TypeFlag.LONG_SUBCLASS | TypeFlag.LIST_SUBCLASS | TypeFlag.TUPLE_SUBCLASS | TypeFlag.BYTES_SUBCLASS | TypeFlag.UNICODE_SUBCLASS |
  TypeFlag.DICT_SUBCLASS | TypeFlag.BASE_EXC_SUBCLASS | TypeFlag.TYPE_SUBCLASS | TypeFlag.SEQUENCE | TypeFlag.MAPPING;

/** MRO of a built-in type: built-in hierarchies are simple enough that keeping the last occurrence gives C3's answer. */
function mergeSimple(type: PyType, bases: readonly PyType[]): PyType[] {
  const all = bases.flatMap((base) => base.mro);
  return [type, ...all.filter((item, index) => all.indexOf(item, index + 1) < 0)];
}

function inheritSlots(type: PyType, own: TypeSlots): void {
  // PyType has one field per slot name, so both can be read and written by name.
  const target = type as unknown as Record<SlotName, unknown>;
  const hashTied = own.tp_richcompare !== undefined && own.tp_hash === undefined;
  for (const slot of slotNames) {
    let value: unknown = own[slot];
    if (value === undefined && !(hashTied && slot === 'tp_hash')) {
      for (const base of type.mro.slice(1)) {
        value = (base as unknown as Record<SlotName, unknown>)[slot];
        if (value !== undefined) break;
      }
    }
    // Equality without a hash makes instances unhashable, as in CPython's inherit_slots.
    if (slot === 'tp_hash' && hashTied && value === undefined) value = null;
    target[slot] = value;
  }
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
