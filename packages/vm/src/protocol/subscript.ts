import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyType, typeOf, typeType } from '../core/type.ts';
import { typeError } from '../core/errors.ts';
import { asSsize } from './number.ts';
import { call } from './call.ts';
import { lookupAttr } from './attribute.ts';
import { PyDict } from '../objects/dict.ts';
import { GenericAlias } from '../objects/generic_alias.ts';
import { None } from '../objects/none.ts';

/** Has items by number, as a dict has not (CPython: Objects/abstract.c, PySequence_Check). */
export function isSequence(value: PyValue): boolean {
  return typeOf(value).sq_item !== undefined && !(value instanceof PyDict);
}

/** `obj[key]` */
export function getItem(vm: VM, obj: PyValue, key: PyValue): PyValue {
  const type = typeOf(obj);
  if (type.mp_subscript !== undefined) return type.mp_subscript(vm, obj, key);
  if (type.sq_item !== undefined) return type.sq_item(vm, obj, asSsize(vm, key));
  if (obj instanceof PyType) return classGetItem(vm, obj, key);
  throw typeError(`'${type.tpName}' object is not subscriptable`);
}

/** `list[int]`, `C[int]` */
function classGetItem(vm: VM, cls: PyType, key: PyValue): PyValue {
  if (cls === typeType) return new GenericAlias(cls, key);
  const method = lookupAttr(vm, cls, '__class_getitem__');
  if (method !== undefined && method !== None) return call(vm, method, [key]);
  throw typeError(`type '${cls.tpName}' is not subscriptable`);
}

/** `obj[key] = value`; `value` undefined deletes. */
export function setItem(vm: VM, obj: PyValue, key: PyValue, value: PyValue | undefined): void {
  const type = typeOf(obj);
  if (type.mp_ass_subscript === undefined) {
    throw typeError(`'${type.tpName}' object does${value === undefined ? "n't" : ' not'} support item ${value === undefined ? 'deletion' : 'assignment'}`);
  }
  type.mp_ass_subscript(vm, obj, key, value);
}

/** `len(obj)` */
export function length(vm: VM, obj: PyValue): number {
  const type = typeOf(obj);
  const slot = type.sq_length ?? type.mp_length;
  if (slot === undefined) throw typeError(`object of type '${type.tpName}' has no len()`);
  return slot(vm, obj);
}
