import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyType, objectType, typeOf } from '../core/type.ts';
import { attributeError, typeError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { Instance } from '../core/instance.ts';
import { getAttr, lookupAttr, lookupSpecial } from '../protocol/attribute.ts';
import { call, callMethod } from '../protocol/call.ts';
import { toArray } from '../protocol/iterate.ts';
import { None } from './none.ts';
import { PyDict } from './dict.ts';
import { PyList } from './list.ts';
import { newTuple } from './tuple.ts';
import type { PyBaseException } from './exceptions.ts';

/** `__module__` of a class as text, or null where it is not a str. */
export function moduleName(_vm: VM, type: PyType): string | null {
  if (!type.isHeapType) return type.module;
  const module = type.ns.get('__module__');
  return module !== undefined && isStr(module) ? jsText(module) : null;
}

/** The TypeError for instantiating an abstract class. */
export function abstractMethodsError(vm: VM, type: PyType): PyBaseException {
  const names = toArray(vm, type.ns.get('__abstractmethods__') as PyValue).map((name) => jsText(name)).sort();
  const methods = names.map((name) => `'${name}'`).join(', ');
  return typeError(`Can't instantiate abstract class ${type.name} without an implementation for abstract method${names.length > 1 ? 's' : ''} ${methods}`);
}

/** Throws unless `self.__class__` may become `type` (CPython: compatible_for_assignment). */
export function compatibleForAssignment(self: PyValue, type: PyType): void {
  const old = typeOf(self);
  const module = old.solid.name === 'module';
  if (!(module && type.solid === old.solid) && (!old.isHeapType || !type.isHeapType)) {
    throw typeError('__class__ assignment only supported for mutable types or ModuleType subclasses');
  }
  if (!sameLayout(layoutMaker(old), layoutMaker(type))) {
    throw typeError(`__class__ assignment: '${type.name}' object layout differs from '${old.name}'`);
  }
}

/** The class that added the last thing to the layout. */
function layoutMaker(type: PyType): PyType {
  let maker = type;
  for (let { base } = maker; base !== null && base.solid === maker.solid && sameAdditions(base, maker); { base } = maker) maker = base;
  return maker;
}

function sameAdditions(a: PyType, b: PyType): boolean {
  return a.hasDict === b.hasDict && a.hasWeakref === b.hasWeakref && a.memberNames.length === b.memberNames.length;
}

/** One class, or two that add the same to one base. */
function sameLayout(a: PyType, b: PyType): boolean {
  if (a === b) return true;
  return a.base === b.base && a.solid === b.solid && sameAdditions(a, b) && a.memberNames.every((name, index) => name === b.memberNames[index]);
}

/** What `object.__dir__` gives: names of the instance, its class and the bases. */
export function directoryOf(vm: VM, self: PyValue): PyValue {
  const names = new Set<string>();
  const dict = lookupAttr(vm, self, '__dict__');
  if (dict instanceof PyDict) {
    for (const key of dict.keyList()) if (isStr(key)) names.add(jsText(key));
  }
  const cls = lookupAttr(vm, self, '__class__');
  if (cls instanceof PyType) addClassNames(cls, names);
  return new PyList([...names].map(strFromJS));
}

/** Adds the names of a class and its bases. */
export function addClassNames(cls: PyType, names: Set<string>): void {
  for (const type of cls.mro) for (const name of type.ns.keys()) names.add(name);
}

/** `object.__reduce_ex__` (CPython: Objects/typeobject.c, reduce_newobj and copyreg for protocols 0 and 1). */
export function reduceEx(vm: VM, self: PyValue, protocol: PyValue): PyValue {
  const copyreg = vm.modules.getStr('copyreg') ?? call(vm, vm.builtins.getStr('__import__') as PyValue, ['copyreg']);
  if (typeof protocol === 'number' && protocol < 2) return call(vm, getAttr(vm, copyreg, '_reduce_ex'), [self, protocol]);
  const type = typeOf(self);
  if (type.tp_new === undefined) throw typeError(`cannot pickle '${type.tpName}' object`);
  const { args, kwargs } = newArguments(vm, self);
  const state = getState(vm, self, args === null && kwargs === null);
  let result: PyValue[];
  if (kwargs === null || kwargs.size === 0) result = [getAttr(vm, copyreg, '__newobj__'), newTuple([type, ...(args ?? [])])];
  else result = [getAttr(vm, copyreg, '__newobj_ex__'), newTuple([type, newTuple(args ?? []), kwargs])];
  const listItems = self instanceof PyList ? callBuiltin(vm, 'iter', self) : None;
  const dictItems = self instanceof PyDict ? callBuiltin(vm, 'iter', callMethod(vm, self, 'items')) : None;
  return newTuple([...result, state, listItems, dictItems]);
}

function callBuiltin(vm: VM, name: string, ...args: PyValue[]): PyValue {
  return call(vm, vm.builtins.getStr(name) as PyValue, args);
}

function newArguments(vm: VM, self: PyValue): { args: PyValue[] | null; kwargs: PyDict | null } {
  const ex = lookupSpecial(vm, self, '__getnewargs_ex__');
  if (ex !== undefined) {
    const pair = call(vm, ex, []);
    const items = tupleItems(pair, '__getnewargs_ex__ should return a tuple');
    if (items.length !== 2) throw typeError(`__getnewargs_ex__ should return a tuple of length 2, not ${items.length}`);
    const args = tupleItems(items[0], 'first item of the tuple returned by __getnewargs_ex__ must be a tuple');
    if (!(items[1] instanceof PyDict)) {
      throw typeError(`second item of the tuple returned by __getnewargs_ex__ must be a dict, not '${typeOf(items[1]).tpName}'`);
    }
    return { args: [...args], kwargs: items[1] };
  }
  const plain = lookupSpecial(vm, self, '__getnewargs__');
  if (plain === undefined) return { args: null, kwargs: null };
  return { args: [...tupleItems(call(vm, plain, []), '__getnewargs__ should return a tuple')], kwargs: null };
}

function tupleItems(value: PyValue, message: string): readonly PyValue[] {
  const items = (value as { items?: unknown }).items;
  if (typeof value === 'object' && typeOf(value).mro.some((type) => type.name === 'tuple') && Array.isArray(items)) return items as PyValue[];
  throw typeError(`${message}, not '${typeOf(value).tpName}'`);
}

function getState(vm: VM, self: PyValue, required: boolean): PyValue {
  // A class with a __getstate__ of its own knows what to keep.
  if (typeOf(self).lookup('__getstate__') !== objectType.lookup('__getstate__')) return callMethod(vm, self, '__getstate__');
  // Without __getnewargs__ an object of a built-in layout of its own cannot be made again from its attributes alone.
  if (required && typeof self === 'object' && !(self instanceof Instance) && !copyable(self.cls)) {
    throw typeError(`cannot pickle '${typeOf(self).tpName}' object`);
  }
  return callMethod(vm, self, '__getstate__');
}

/** Built-in layouts whose contents `reduce` carries in another way. */
function copyable(type: PyType): boolean {
  return ['list', 'dict', 'set', 'frozenset', 'BaseException'].some((name) => type.mro.some((base) => base.name === name && base.module === 'builtins')) || type.solid.name === 'object';
}

/** Checks that an attribute of a class may be assigned. */
export function checkMutable(type: PyType, name: string): void {
  if (!type.isHeapType) throw typeError(`cannot set '${name}' attribute of immutable type '${type.tpName}'`);
}

/** The AttributeError of a class attribute that is not there. */
export function noClassAttribute(type: PyType, name: string): PyBaseException {
  return attributeError(`type object '${type.tpName}' has no attribute '${name}'`, type, name);
}

/** `__doc__` of a class, through a descriptor if it is one. */
export function typeDoc(vm: VM, type: PyType): PyValue {
  if (!type.isHeapType && type.doc !== null) return strFromJS(type.doc);
  const doc = type.ns.get('__doc__');
  if (doc === undefined) return None;
  const get = typeOf(doc).tp_descr_get;
  return get === undefined ? doc : get(vm, doc, undefined, type);
}
