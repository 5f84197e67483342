import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyType, TypeFlag, dictType, objectType, typeOf, typeType } from '../core/type.ts';
import { Shape } from '../core/shape.ts';
import { initSlots } from '../core/slot-functions.ts';
import { typeError, valueError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { checkText } from './c-text.ts';
import type { PyStr } from './str-storage.ts';
import { PyCell } from './cell.ts';
import { dictAttribute } from './dict-attribute.ts';
import { PyClassMethod } from './classmethod.ts';
import { PyDict } from './dict.ts';
import { mergeMapping } from './dict-methods.ts';
import { PyFunction } from './function.ts';
import { PyGetSetDescriptor, PyMemberDescriptor } from './descriptor.ts';
import { PyMappingProxy } from './mappingproxy.ts';
import { PyStaticMethod } from './staticmethod.ts';
import { newTuple } from './tuple.ts';
import { None } from './none.ts';
import { lookupAttr, lookupSpecial } from '../protocol/attribute.ts';
import { call } from '../protocol/call.ts';
import { toArray } from '../protocol/iterate.ts';
import { firstWeakref } from './weakref.ts';
import { PyBaseException } from './exceptions.ts';
import { addNote } from './exception-notes.ts';
import { reprText } from '../protocol/repr.ts';

/** The most derived metaclass of the bases and `metatype` (CPython: _PyType_CalculateMetaclass). */
export function calculateMetaclass(metatype: PyType, bases: readonly PyValue[]): PyType {
  let winner = metatype;
  for (const base of bases) {
    const other = typeOf(base);
    if (winner.isSubtypeOf(other)) continue;
    if (other.isSubtypeOf(winner)) {
      winner = other;
      continue;
    }
    throw typeError('metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases');
  }
  return winner;
}

/** `type.__new__(metatype, name, bases, namespace, **kwargs)` */
export function newType(vm: VM, metatype: PyType, name: string, baseValues: readonly PyValue[], namespace: PyDict, kwargs: readonly (readonly [string, PyValue])[]): PyValue {
  for (const base of baseValues) {
    if (base instanceof PyType) continue;
    if (lookupAttr(vm, base, '__mro_entries__') !== undefined) {
      throw typeError("type() doesn't support MRO entry resolution; use types.new_class()");
    }
  }
  const winner = calculateMetaclass(metatype, baseValues);
  if (winner !== metatype && winner.tp_new !== metatype.tp_new && winner.tp_new !== undefined) {
    const keywords = kwargs.map(([key]) => key);
    return winner.tp_new(vm, winner, [strFromJS(name), newTuple(baseValues), namespace, ...kwargs.map(([, value]) => value)], keywords.length > 0 ? keywords : null);
  }
  if (name.includes('\0')) throw valueError('type name must not contain null characters');
  checkText(strFromJS(name) as string | PyStr);
  const bases = baseValues.length === 0 ? [objectType] : baseValues.map(checkBase);
  const base = bestBase(bases);
  const type = new PyType(winner, name, bases, copyNamespace(vm, namespace));
  type.base = base;
  type.solid = base.solid;
  type.flags = TypeFlag.HEAPTYPE | TypeFlag.BASETYPE | TypeFlag.READY | (base.flags & inheritedFlags);
  type.hasDict = bases.some((item) => item.hasDict);
  type.hasWeakref = bases.some((item) => item.hasWeakref);
  type.memberNames = base.memberNames;
  if (type.cls.hasDict) type.dict = null;
  prepareNamespace(vm, type);
  const classCell = takeCell(type, '__classcell__');
  if (classCell !== undefined) classCell.value = type;
  // Annotation scopes of the class see its names as they are when they run.
  const namespaceCell = takeCell(type, '__classdictcell__');
  if (namespaceCell !== undefined) namespaceCell.value = new PyMappingProxy(type);
  addSlots(vm, type, bases);
  // Only now: `__doc__` may be a slot.
  const doc = type.ns.get('__doc__');
  if (doc === undefined) type.ns.set('__doc__', None);
  else if (isStr(doc)) checkText(doc);
  completeNamespace(type);
  type.mro = []; // What a `mro()` of the metaclass sees.
  type.mro = computeMro(vm, type);
  type.flags |= collectionKind(type.mro) | trackedKind(type, bases);
  type.rootShape = Shape.root(type);
  initSlots(vm, type);
  registerSubclass(vm, type);
  setNames(vm, type);
  initSubclass(vm, type, kwargs);
  return type;
}

/** HAVE_GC, if instances can hold anything that leads back to them. */
function trackedKind(type: PyType, bases: readonly PyType[]): number {
  const holding = type.hasDict || type.memberNames !== type.base?.memberNames;
  return holding || bases.some((base) => (base.flags & TypeFlag.HAVE_GC) !== 0) ? TypeFlag.HAVE_GC : 0;
}

/** The cell in which the class body's functions will find the class (`__classcell__`) or its namespace (`__classdictcell__`). */
function takeCell(type: PyType, name: string): PyCell | undefined {
  const cell = type.ns.get(name);
  type.ns.delete(name);
  if (cell !== undefined && !(cell instanceof PyCell)) throw typeError(`${name} must be a nonlocal cell, not <class '${typeOf(cell).tpName}'>`);
  return cell;
}

/** SEQUENCE or MAPPING, as the first of the bases says that is either: what `match` goes by (CPython: inherit_patma_flags). */
function collectionKind(mro: readonly PyType[]): number {
  const both = TypeFlag.SEQUENCE | TypeFlag.MAPPING;
  for (const type of mro) if ((type.flags & both) !== 0) return type.flags & both;
  return 0;
}

const inheritedFlags =
  TypeFlag.LONG_SUBCLASS | TypeFlag.LIST_SUBCLASS | TypeFlag.TUPLE_SUBCLASS | TypeFlag.BYTES_SUBCLASS | TypeFlag.UNICODE_SUBCLASS |
  TypeFlag.DICT_SUBCLASS | TypeFlag.BASE_EXC_SUBCLASS | TypeFlag.TYPE_SUBCLASS;

function checkBase(base: PyValue): PyType {
  if (!(base instanceof PyType)) throw typeError('bases must be types');
  if ((base.flags & TypeFlag.BASETYPE) === 0) throw typeError(`type '${base.tpName}' is not an acceptable base type`);
  return base;
}

/** The base whose layout contains all others' (CPython: best_base). */
export function bestBase(bases: readonly PyType[]): PyType {
  let winner: PyType | null = null;
  let base: PyType = bases[0];
  for (const candidate of bases) {
    const layout = layoutOf(candidate);
    if (winner === null || (layout !== winner && layout.isSubtypeOf(winner))) {
      winner = layout;
      base = candidate;
    } else if (!winner.isSubtypeOf(layout)) {
      throw typeError('multiple bases have instance lay-out conflict');
    }
  }
  return base;
}

/** The class that added the last thing to the layout: a built-in one, or one with `__slots__`. */
function layoutOf(type: PyType): PyType {
  let current = type;
  while (current.base !== null && current.solid !== current && current.memberNames.length === current.base.memberNames.length) current = current.base;
  return current;
}

function copyNamespace(vm: VM, given: PyDict): Map<string, PyValue> {
  const ns = new Map<string, PyValue>();
  let namespace = given;
  if (given.cls !== dictType) mergeMapping(vm, (namespace = new PyDict()), given);
  for (let entry = namespace.nextEntry(0); entry >= 0; entry = namespace.nextEntry(entry + 1)) {
    const key = namespace.keyAt(entry);
    if (isStr(key)) ns.set(jsText(key), namespace.valueAt(entry));
  }
  return ns;
}

function prepareNamespace(vm: VM, type: PyType): void {
  const { ns } = type;
  const qualname = ns.get('__qualname__');
  if (qualname !== undefined) {
    if (!isStr(qualname)) throw typeError(`type __qualname__ must be a str, not ${typeOf(qualname).tpName}`);
    type.qualname = jsText(qualname);
    ns.delete('__qualname__');
  }
  if (!ns.has('__module__')) {
    const module = vm.frame?.globals.getStr('__name__');
    if (module !== undefined) ns.set('__module__', module);
  }
  const created = ns.get('__new__');
  if (created instanceof PyFunction) ns.set('__new__', new PyStaticMethod(created));
  for (const name of ['__init_subclass__', '__class_getitem__']) {
    const found = ns.get(name);
    if (found instanceof PyFunction) ns.set(name, new PyClassMethod(found));
  }
}

/** What every class has, last: `__doc__` may be among its slots. */
function completeNamespace({ ns }: PyType): void {
  if (ns.has('__eq__') && !ns.has('__hash__')) ns.set('__hash__', None);
}

/** Works `__slots__` in: members, `__dict__`, `__weakref__`. */
function addSlots(vm: VM, type: PyType, bases: readonly PyType[]): void {
  const { ns } = type;
  const mayAddDict = !bases.some((base) => base.hasDict);
  const mayAddWeakref = !bases.some((base) => base.hasWeakref);
  const slots = ns.get('__slots__');
  let addDict = slots === undefined;
  let addWeakref = slots === undefined;
  const names: string[] = [];
  if (slots !== undefined) {
    for (const item of isStr(slots) ? [slots] : toArray(vm, slots)) {
      const slot = slotName(item);
      if (type.base?.solid !== objectType && hasVariableSize(type.base as PyType)) {
        if (slot !== '__dict__') throw typeError(`nonempty __slots__ not supported for subtype of '${(type.base as PyType).tpName}'`);
      }
      if (slot === '__dict__') {
        if (!mayAddDict || addDict) throw typeError('__dict__ slot disallowed: we already got one');
        addDict = true;
      } else if (slot === '__weakref__') {
        if (!mayAddWeakref || addWeakref) throw typeError('__weakref__ slot disallowed: we already got one');
        addWeakref = true;
      } else {
        const mangled = mangle(type.name, slot);
        if (ns.has(mangled) && mangled !== '__qualname__' && mangled !== '__classcell__') {
          throw valueError(`${reprText(vm, strFromJS(mangled))} in __slots__ conflicts with class variable`);
        }
        names.push(mangled);
      }
    }
    names.sort();
  }
  const first = type.memberNames.length;
  type.memberNames = [...type.memberNames, ...names];
  for (const [index, name] of names.entries()) ns.set(name, new PyMemberDescriptor(type, name, first + index, null));
  if (addDict && mayAddDict) {
    type.hasDict = true;
    if (!ns.has('__dict__')) ns.set('__dict__', new PyGetSetDescriptor(type, '__dict__', dictAttribute));
  }
  if (addWeakref && mayAddWeakref) {
    type.hasWeakref = true;
    if (!ns.has('__weakref__')) ns.set('__weakref__', new PyGetSetDescriptor(type, '__weakref__', weakrefAttribute));
  }
}

/** Built-in layouts of variable size cannot be followed by slots. */
function hasVariableSize(type: PyType): boolean {
  return ['int', 'tuple', 'bytes', 'type'].includes(type.solid.name) && type.solid.module === 'builtins';
}

function slotName(item: PyValue): string {
  if (!isStr(item)) throw typeError(`__slots__ items must be strings, not '${typeOf(item).tpName}'`);
  const text = jsText(item);
  if (!/^[\p{XID_Start}_][\p{XID_Continue}]*$/u.test(text)) throw typeError('__slots__ must be identifiers');
  return text;
}

/** Private names get the class's name: `__x` in class `C` is `_C__x`. */
export function mangle(className: string, name: string): string {
  if (!name.startsWith('__') || name.endsWith('__') || name.includes('.')) return name;
  const stripped = className.replace(/^_+/, '');
  return stripped === '' ? name : `_${stripped}${name}`;
}

const weakrefAttribute = {
  get(vm: VM, self: PyValue): PyValue {
    return firstWeakref(vm, self) ?? None;
  },
  doc: 'list of weak references to the object',
};

/** The MRO: the metaclass's `mro()` if it has its own, else C3. */
export function computeMro(vm: VM, type: PyType): readonly PyType[] {
  const method = type.cls.lookup('mro');
  if (type.cls === typeType || method === typeType.ns.get('mro')) return c3(type);
  const items = toArray(vm, call(vm, lookupSpecial(vm, type, 'mro') as PyValue, []));
  for (const item of items) {
    if (!(item instanceof PyType)) throw typeError(`mro() returned a non-class ('${typeOf(item).tpName}')`);
    if (!type.solid.isSubtypeOf(item.solid)) throw typeError(`mro() returned base with unsuitable layout ('${item.tpName}')`);
  }
  return items as PyType[];
}

/** C3 linearisation of a class and its bases. */
export function c3(type: PyType): PyType[] {
  const seen = new Set<PyType>();
  for (const base of type.bases) {
    if (base.mro.length === 0) throw typeError(`Cannot extend an incomplete type '${base.tpName}'`);
    if (seen.has(base)) throw typeError(`duplicate base class ${base.name}`);
    seen.add(base);
  }
  const lists = [...type.bases.map((base) => [...base.mro]), [...type.bases]];
  const result: PyType[] = [type];
  for (;;) {
    const rest = lists.filter((list) => list.length > 0);
    if (rest.length === 0) return result;
    const next = rest.map((list) => list[0]).find((head) => !rest.some((list) => list.indexOf(head) > 0));
    if (next === undefined) {
      const heads = [...new Set(rest.map((list) => list[0]))].map((head) => head.name).join(', ');
      throw typeError(`Cannot create a consistent method resolution\norder (MRO) for bases ${heads}`);
    }
    result.push(next);
    for (const list of lists) if (list[0] === next) list.shift();
  }
}

/** Makes the bases know their new subclass. */
export function registerSubclass(vm: VM, type: PyType): void {
  for (const base of type.bases) {
    let set: Set<WeakRef<PyType>> | undefined;
    if (base.isHeapType) set = base.subclasses ??= new Set();
    else {
      set = vm.subclassesOfBuiltins.get(base);
      if (set === undefined) vm.subclassesOfBuiltins.set(base, (set = new Set()));
    }
    set.add(new WeakRef(type));
  }
}

/** The opposite, when `__bases__` changes. */
export function unregisterSubclass(vm: VM, type: PyType, bases: readonly PyType[]): void {
  for (const base of bases) {
    const set = base.isHeapType ? base.subclasses : vm.subclassesOfBuiltins.get(base);
    for (const ref of set ?? []) if (ref.deref() === type) set?.delete(ref);
  }
}

function setNames(vm: VM, type: PyType): void {
  for (const [name, value] of [...type.ns]) {
    const method = typeOf(value).lookup('__set_name__');
    if (method === undefined) continue;
    try {
      call(vm, lookupSpecial(vm, value, '__set_name__') as PyValue, [type, strFromJS(name)]);
    } catch (error) {
      if (error instanceof PyBaseException) {
        addNote(vm, error, `Error calling __set_name__ on '${typeOf(value).tpName}' instance ${reprText(vm, strFromJS(name))} in '${type.name}'`);
      }
      throw error;
    }
  }
}

function initSubclass(vm: VM, type: PyType, kwargs: readonly (readonly [string, PyValue])[]): void {
  const start = type.mro.indexOf(type) + 1;
  for (const base of type.mro.slice(start)) {
    const found = base.ns.get('__init_subclass__');
    if (found === undefined) continue;
    if (base === objectType && kwargs.length === 0) return;
    const get = typeOf(found).tp_descr_get;
    const method = get === undefined ? found : get(vm, found, undefined, type);
    call(vm, method, kwargs.map(([, value]) => value), kwargs.length > 0 ? kwargs.map(([key]) => key) : null);
    return;
  }
}

