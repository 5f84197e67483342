import { type PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyType, TypeFlag, typeOf } from '../core/type.ts';
import { Instance, getSlot, setSlot } from '../core/instance.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { attributeError, typeError } from '../core/errors.ts';
import { AttributeError } from '../objects/exception-types.ts';
import { PyBaseException } from '../objects/exceptions.ts';
import { PyDict } from '../objects/dict.ts';

/** An attribute name given as a value. */
export function attributeName(vm: VM, value: PyValue): string {
  void vm;
  if (isStr(value)) return jsText(value);
  throw typeError(`attribute name must be string, not '${typeOf(value).tpName}'`);
}

/** `obj.name` */
export function getAttr(vm: VM, obj: PyValue, name: string): PyValue {
  const get = typeOf(obj).tp_getattro;
  if (get === undefined) throw attributeError(`'${typeOf(obj).tpName}' object has no attribute '${name}'`, obj, name);
  return get(vm, obj, name);
}

/** An AttributeError that says nothing of it gets the attribute's name and owner. CPython 3.12: Objects/object.c, _PyObject_SetAttributeErrorContext. */
export function setAttributeContext(error: unknown, obj: PyValue, name: string): void {
  if (!(error instanceof PyBaseException) || !error.cls.isSubtypeOf(AttributeError)) return;
  if (error.fields?.name === undefined && error.fields?.obj === undefined) error.fields = { ...error.fields, name: strFromJS(name), obj };
}

/** `obj.name`, or undefined where that raises AttributeError. */
export function lookupAttr(vm: VM, obj: PyValue, name: string): PyValue | undefined {
  try {
    return typeOf(obj).tp_getattro === genericGetAttr ? genericLookupAttr(vm, obj, name) : getAttr(vm, obj, name);
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(AttributeError)) return undefined;
    throw error;
  }
}

/** `obj.name = value`; `value` undefined deletes. */
export function setAttr(vm: VM, obj: PyValue, name: string, value: PyValue | undefined): void {
  const type = typeOf(obj);
  const set = type.tp_setattro;
  if (set === undefined) {
    const verb = value === undefined ? 'del' : 'assign to';
    throw typeError(`'${type.tpName}' object has ${type.tp_getattro === undefined ? 'no' : 'only read-only'} attributes (${verb} .${name})`);
  }
  set(vm, obj, name, value);
}

/** A special method, looked up on the type only and bound, or undefined: what syntax and built-ins use. */
export function lookupSpecial(vm: VM, obj: PyValue, name: string): PyValue | undefined {
  const type = typeOf(obj);
  const found = type.lookup(name);
  if (found === undefined) return undefined;
  const get = typeOf(found).tp_descr_get;
  return get === undefined ? found : get(vm, found, obj, type);
}

/** `object.__getattribute__` (CPython: PyObject_GenericGetAttr). */
export function genericGetAttr(vm: VM, obj: PyValue, name: string): PyValue {
  const found = genericLookupAttr(vm, obj, name);
  if (found === undefined) throw noAttribute(obj, name);
  return found;
}

/** The AttributeError that attribute access raises. */
export function noAttribute(obj: PyValue, name: string): PyBaseException {
  if (obj instanceof PyType) return attributeError(`type object '${obj.tpName}' has no attribute '${name}'`, obj, name);
  return attributeError(`'${typeOf(obj).tpName}' object has no attribute '${name}'`, obj, name);
}

function genericLookupAttr(vm: VM, obj: PyValue, name: string): PyValue | undefined {
  const type = typeOf(obj);
  const descr = type.lookup(name);
  if (descr !== undefined) {
    const descrType = typeOf(descr);
    const get = descrType.tp_descr_get;
    if (get !== undefined && descrType.tp_descr_set !== undefined) return get(vm, descr, obj, type);
    const own = getOwn(obj, name);
    if (own !== undefined) return own;
    return get === undefined ? descr : get(vm, descr, obj, type);
  }
  return getOwn(obj, name);
}

/** What the object itself holds under this name, classes aside. */
export function getOwn(obj: PyValue, name: string): PyValue | undefined {
  if (typeof obj !== 'object') return undefined;
  if (obj instanceof Instance && obj.shape !== null) {
    const slot = obj.shape.slots.get(name);
    return slot === undefined ? undefined : getSlot(obj, slot);
  }
  const dict = obj.dict;
  return dict === undefined || dict === null ? undefined : dict.getStr(name);
}

/** `object.__setattr__` and `__delattr__` (CPython: PyObject_GenericSetAttr). */
export function genericSetAttr(vm: VM, obj: PyValue, name: string, value: PyValue | undefined): void {
  const type = typeOf(obj);
  const descr = type.lookup(name);
  if (descr !== undefined) {
    const set = typeOf(descr).tp_descr_set;
    if (set !== undefined) return set(vm, descr, obj, value);
  }
  if (typeof obj !== 'object' || !type.hasDict) {
    if (descr === undefined) throw attributeError(`'${type.tpName}' object has no attribute '${name}'`, obj, name);
    throw attributeError(`'${type.tpName}' object attribute '${name}' is read-only`, obj, name);
  }
  if (value === undefined) {
    if (!deleteOwn(vm, obj, name)) throw noAttribute(obj, name);
  } else setOwn(vm, obj, name, value);
}

/** Sets in the object's own attributes. The type has `hasDict`. */
export function setOwn(vm: VM, obj: PyObject, name: string, value: PyValue): void {
  if (obj instanceof Instance && obj.shape !== null) {
    const slot = obj.shape.slots.get(name);
    if (slot !== undefined) return setSlot(obj, slot, value);
    const next = obj.shape.with(name);
    if (next !== null) {
      obj.shape = next;
      return setSlot(obj, next.names.length - 1, value);
    }
  }
  (instanceDict(vm, obj) as PyDict).setStr(name, value);
}

function deleteOwn(vm: VM, obj: PyObject, name: string): boolean {
  if (getOwn(obj, name) === undefined) return false;
  return (instanceDict(vm, obj) as PyDict).deleteStr(name);
}

/**
 * The object's `__dict__`, made now if it does not exist yet; null if its type has none. An instance with slots changes to
 * dict mode.
 */
export function instanceDict(vm: VM, obj: PyObject): PyDict | null {
  void vm;
  if (obj instanceof Instance) {
    if (obj.shape !== null) {
      if (!obj.cls.hasDict) return null;
      const dict = new PyDict();
      for (const [name, slot] of obj.shape.slots) dict.setStr(name, getSlot(obj, slot) as PyValue);
      toDictMode(obj, dict);
    }
    return obj.dict as PyDict;
  }
  if (!obj.cls.hasDict) return null;
  return (obj.dict ??= new PyDict());
}

/** `obj.__dict__ = dict` */
export function setInstanceDict(obj: PyObject, dict: PyDict): void {
  if (obj instanceof Instance) toDictMode(obj, dict);
  else obj.dict = dict;
}

function toDictMode(obj: Instance, dict: PyDict): void {
  obj.shape = null;
  obj.dict = dict;
  obj.s0 = obj.s1 = obj.s2 = obj.s3 = undefined;
  obj.more = null;
}

/** Is this type's attribute access the plain one, so that a call site may remember what it found? */
export function hasGenericGetAttr(type: PyType): boolean {
  return type.tp_getattro === genericGetAttr;
}

/** Cannot be changed by Python code: a built-in type. */
export function isImmutable(type: PyType): boolean {
  return (type.flags & TypeFlag.IMMUTABLETYPE) !== 0;
}
