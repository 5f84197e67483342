import { call, None, PyBaseException, PyTuple, type PyType, exceptionTypes, newException, newTuple, strFromJS, toArray, typeError, typeOf, strText } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { simpleType } from './bases.ts';
import { type CData, dataAt, incompatible, isCData, keepReference, keptObjects, layoutOf, requireLayout, stateOf, type Layout } from './data.ts';
import { copyMemory, type Place } from './memory.ts';
import type { SimpleKind } from './simple-kinds.ts';

/* Python values in C's memory and back (CPython 3.12: Modules/_ctypes/_ctypes.c, PyCData_get and PyCData_set). */

/** A class made from one of C's own types by `_type_`, not a class derived from such a one: its values are Python's. */
export function isDirectSimple(layout: Layout, type: PyType): boolean {
  return layout.simple !== null && type.base === simpleType;
}

/** How a simple type is stored. */
export function simpleOf(vm: VM, type: PyType): { readonly kind: SimpleKind; readonly little: boolean } {
  const { simple, little } = requireLayout(vm, type);
  return { kind: simple as SimpleKind, little };
}

/** The value of this type that is at a place, which is part `index` of `base`. */
export function readValue(vm: VM, type: PyType, place: Place, base: CData | null, index: number): PyValue {
  const layout = requireLayout(vm, type);
  return isDirectSimple(layout, type) ? (layout.simple as SimpleKind).get(vm, place, layout.little) : dataAt(vm, type, place, base, index);
}

/** Stores a value as this type at a place, which is part `index` of `owner`; that one then keeps what the value needs. */
export function writeValue(vm: VM, type: PyType, place: Place, value: PyValue, owner: CData, index: number): void {
  keepReference(owner, index, storeValue(vm, type, place, value));
}

/** Stores a value; gives what must live as long as it is there, or None. */
export function storeValue(vm: VM, type: PyType, place: Place, value: PyValue): PyValue {
  const layout = requireLayout(vm, type);
  if (layout.simple !== null && !(isCData(value) && typeOf(value).isSubtypeOf(type))) return layout.simple.set(vm, place, value, layout.little);
  if (!isCData(value)) return storeOther(vm, type, layout, place, value);
  if (value.cls.isSubtypeOf(type)) {
    copyMemory(place, value, layout.size);
    return keptObjects(value);
  }
  const given = layoutOf(vm, value.cls);
  if (layout.kind !== 'pointer' || given?.kind !== 'array' || given.proto !== layout.proto) throw incompatible(value, type);
  stateOf(vm).memory.store(place, value);
  return newTuple([keptObjects(value), value]);
}

/** A tuple makes a structure or an array; None is a NULL pointer. */
function storeOther(vm: VM, type: PyType, layout: Layout, place: Place, value: PyValue): PyValue {
  if (value instanceof PyTuple) return storeValue(vm, type, place, construct(vm, type, value));
  if (layout.kind === 'pointer' && value === None) {
    stateOf(vm).memory.store(place, null);
    return None;
  }
  throw typeError(`expected ${type.tpName} instance, got ${typeOf(value).tpName}`);
}

function construct(vm: VM, type: PyType, args: PyTuple): PyValue {
  try {
    return call(vm, type, toArray(vm, args));
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    // The message tells of the type and of what went wrong (CPython: _ctypes_extend_error).
    throw newException(exceptionTypes.RuntimeError, strFromJS(`(${type.tpName}) ${typeOf(error).tpName}: ${strText(vm, error)}`));
  }
}
