import type { PyValue } from '../core/value.ts';
import type { CompareOp } from '../core/slots.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { TypeFlag, dictType, frozensetType, setType, typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { native, nativeRaw } from '../core/native.ts';
import { checkPositional } from '../core/arguments.ts';
import { keyError, typeError, valueError } from '../core/errors.ts';
import { jsText, strFromJS } from '../core/text.ts';
import { genericGetAttr, lookupAttr, lookupSpecial } from '../protocol/attribute.ts';
import { call, callMethod } from '../protocol/call.ts';
import { equals } from '../protocol/compare.ts';
import { forEach, iterate, next, toArray } from '../protocol/iterate.ts';
import { repr } from '../protocol/repr.ts';
import { getItem, setItem } from '../protocol/subscript.ts';
import { DictIterator, dictKeyIteratorType, dictReverseKeyIteratorType } from './dict-iterators.ts';
import { DictView, dictItemsType, dictKeysType, dictValuesType } from './dict-views.ts';
import { PyDict } from './dict.ts';
import { TypeError } from './exception-types.ts';
import { PyBaseException } from './exceptions.ts';
import { GenericAlias } from './generic_alias.ts';
import { PyList } from './list.ts';
import { None, NotImplemented } from './none.ts';
import { reprEnter, reprLeave } from './repr-guard.ts';
import { PySet } from './set.ts';
import { newTuple } from './tuple.ts';

function dict_new(vm: VM, type: PyType): PyValue {
  return new PyDict(type);
}

function dict_init(vm: VM, self: PyDict, args: PyValue[], kwnames: readonly string[] | null): void {
  update(vm, self, args, kwnames, 'dict');
}

/** `dict(…)` and `dict.update(…)`: at most one positional argument, then keywords. */
function update(vm: VM, self: PyDict, args: readonly PyValue[], kwnames: readonly string[] | null, name: string): void {
  const positional = kwnames === null ? args.length : args.length - kwnames.length;
  checkPositional(name, args.slice(0, positional), 0, 1);
  if (positional === 1) updateFrom(vm, self, args[0]);
  if (kwnames === null) return;
  for (const [index, keyword] of kwnames.entries()) self.set(vm, strFromJS(keyword), args[positional + index]);
}

/** Takes over the items of a mapping (something with `keys`) or of an iterable of pairs. */
export function updateFrom(vm: VM, self: PyDict, source: PyValue): void {
  if (source instanceof PyDict && source.cls === dictType) self.merge(vm, source);
  else if (lookupAttr(vm, source, 'keys') !== undefined) mergeMapping(vm, self, source);
  else mergePairs(vm, self, source);
}

/** Takes over the items of a mapping; what `{**mapping}` does (CPython: PyDict_Update). */
export function mergeMapping(vm: VM, self: PyDict, mapping: PyValue): void {
  if (mapping instanceof PyDict && mapping.cls.tp_iter === dictType.tp_iter) return self.merge(vm, mapping);
  for (const key of mappingKeys(vm, mapping)) self.set(vm, key, getItem(vm, mapping, key));
}

/** The keys of a mapping, as `mapping.keys()` gives them (CPython: PyMapping_Keys). */
export function mappingKeys(vm: VM, mapping: PyValue): PyValue[] {
  if (mapping instanceof PyDict && mapping.cls === dictType) return mapping.keyList();
  return outputList(vm, mapping, 'keys');
}

function outputList(vm: VM, mapping: PyValue, method: string): PyValue[] {
  const output = callMethod(vm, mapping, method);
  let iterator: PyValue;
  try {
    iterator = iterate(vm, output);
  } catch (error) {
    if (!(error instanceof PyBaseException) || !error.cls.isSubtypeOf(TypeError)) throw error;
    throw typeError(`${typeOf(mapping).tpName}.${method}() returned a non-iterable (type ${typeOf(output).tpName})`);
  }
  return toArray(vm, iterator);
}

function mergePairs(vm: VM, self: PyDict, pairs: PyValue): void {
  const iterator = iterate(vm, pairs);
  let index = 0;
  for (let item = next(vm, iterator); item !== undefined; item = next(vm, iterator), index++) {
    let pair: PyValue[];
    try {
      pair = toArray(vm, item);
    } catch (error) {
      if (!(error instanceof PyBaseException) || !error.cls.isSubtypeOf(TypeError)) throw error;
      throw typeError(`cannot convert dictionary update sequence element #${index} to a sequence`);
    }
    if (pair.length !== 2) throw valueError(`dictionary update sequence element #${index} has length ${pair.length}; 2 is required`);
    self.set(vm, pair[0], pair[1]);
    vm.charge(4);
  }
}

function dict_repr(vm: VM, self: PyDict): PyValue {
  if (!reprEnter(vm, self)) return '{...}';
  try {
    const parts: string[] = [];
    for (let entry = self.nextEntry(0); entry >= 0; entry = self.nextEntry(entry + 1)) {
      const value = self.valueAt(entry);
      const key = jsText(repr(vm, self.keyAt(entry)));
      parts.push(`${key}: ${jsText(repr(vm, value))}`);
      vm.charge(8);
    }
    return strFromJS(`{${parts.join(', ')}}`);
  } finally {
    reprLeave(vm, self);
  }
}

function dict_richcompare(vm: VM, self: PyDict, other: PyValue, op: CompareOp): PyValue {
  if (!(other instanceof PyDict) || (op !== Py_EQ && op !== Py_NE)) return NotImplemented;
  return sameItems(vm, self, other) === (op === Py_EQ);
}

function sameItems(vm: VM, a: PyDict, b: PyDict): boolean {
  if (a.size !== b.size) return false;
  for (let entry = a.nextEntry(0); entry >= 0; entry = a.nextEntry(entry + 1)) {
    const value = a.valueAt(entry);
    const other = b.get(vm, a.keyAt(entry));
    if (other === undefined || !equals(vm, value, other)) return false;
    vm.ticks--;
  }
  return true;
}

function dict_iter(vm: VM, self: PyDict): PyValue {
  return new DictIterator(self, dictKeyIteratorType);
}

function dict_length(vm: VM, self: PyDict): number {
  return self.size;
}

function dict_contains(vm: VM, self: PyDict, key: PyValue): boolean {
  return self.find(vm, key) >= 0;
}

/** `self[key]` for a key that is missing: `__missing__` of a subclass, or KeyError. */
export function missing(vm: VM, self: PyDict, key: PyValue): PyValue {
  if (self.cls !== dictType) {
    const method = lookupSpecial(vm, self, '__missing__');
    if (method !== undefined) return call(vm, method, [key]);
  }
  throw keyError(key);
}

function dict_subscript(vm: VM, self: PyDict, key: PyValue): PyValue {
  const value = self.get(vm, key);
  return value === undefined ? missing(vm, self, key) : value;
}

function dict_ass_subscript(vm: VM, self: PyDict, key: PyValue, value: PyValue | undefined): void {
  if (value !== undefined) self.set(vm, key, value);
  else if (!self.delete(vm, key)) throw keyError(key);
}

function dict_or(vm: VM, left: PyValue, right: PyValue): PyValue {
  if (!(left instanceof PyDict) || !(right instanceof PyDict)) return NotImplemented;
  const result = left.copy();
  updateFrom(vm, result, right);
  return result;
}

function dict_ior(vm: VM, self: PyValue, other: PyValue): PyValue {
  updateFrom(vm, self as PyDict, other); // The slot of dict is called with a dict.
  return self;
}

function dict_getitem(vm: VM, self: PyDict, key: PyValue): PyValue {
  return dict_subscript(vm, self, key);
}

function dict_contains_method(vm: VM, self: PyDict, key: PyValue): PyValue {
  return self.find(vm, key) >= 0;
}

function dict_sizeof(vm: VM, self: PyDict): PyValue {
  return self.byteSize;
}

function dict_get(vm: VM, self: PyDict, key: PyValue, fallback: PyValue | undefined): PyValue {
  const value = self.get(vm, key);
  return value ?? fallback ?? None;
}

function dict_setdefault(vm: VM, self: PyDict, key: PyValue, value: PyValue | undefined): PyValue {
  return self.setDefault(vm, key, value ?? None);
}

function dict_pop(vm: VM, self: PyDict, key: PyValue, fallback: PyValue | undefined): PyValue {
  // An empty dict does not even ask for the hash.
  const value = self.size === 0 ? undefined : self.pop(vm, key);
  return value ?? fallback ?? vm.raise(keyError(key));
}

function dict_popitem(vm: VM, self: PyDict): PyValue {
  const item = self.popLast();
  return item === undefined ? vm.raise(keyError('popitem(): dictionary is empty')) : newTuple(item);
}

function dict_keys(vm: VM, self: PyDict): PyValue {
  return new DictView(self, dictKeysType);
}

function dict_items(vm: VM, self: PyDict): PyValue {
  return new DictView(self, dictItemsType);
}

function dict_values(vm: VM, self: PyDict): PyValue {
  return new DictView(self, dictValuesType);
}

function dict_fromkeys(vm: VM, cls: PyType, iterable: PyValue, given: PyValue | undefined): PyValue {
  const value = given ?? None;
  const dict = call(vm, cls);
  if (dict instanceof PyDict && dict.cls === dictType) {
    if (iterable instanceof PySet && (iterable.cls === setType || iterable.cls === frozensetType)) fillFromSet(vm, dict, iterable, value);
    else forEach(vm, iterable, (key) => dict.set(vm, key, value));
  } else forEach(vm, iterable, (key) => setItem(vm, dict, key, value));
  return dict;
}

/** Takes over the keys with the hashes that the set knows. */
function fillFromSet(vm: VM, dict: PyDict, keys: PySet, value: PyValue): void {
  const { table } = keys;
  for (let slot = table.nextSlot(0); slot >= 0; slot = table.nextSlot(slot + 1)) {
    dict.setWithHash(vm, table.keyAt(slot), table.lowAt(slot), table.highAt(slot), value);
  }
}

function dict_clear(vm: VM, self: PyDict): PyValue {
  self.clear();
  return None;
}

function dict_copy(vm: VM, self: PyDict): PyValue {
  vm.charge(self.size >> 2);
  vm.allocate(self.size * 24);
  return self.copy();
}

function dict_reversed(vm: VM, self: PyDict): PyValue {
  return new DictIterator(self, dictReverseKeyIteratorType);
}

function dict_class_getitem(vm: VM, cls: PyType, item: PyValue): PyValue {
  return new GenericAlias(cls, item);
}

/** The values of a mapping as a list, for `dict.values`-like uses (CPython: PyMapping_Values). */
export function mappingValues(vm: VM, mapping: PyValue): PyList {
  if (mapping instanceof PyDict && mapping.cls === dictType) return new PyList(mapping.valueList());
  return new PyList(outputList(vm, mapping, 'values'));
}

fillType(dictType, {
  doc: 'dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object\'s\n    (key, value) pairs\ndict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\ndict(**kwargs) -> new dictionary initialized with the name=value pairs\n    in the keyword argument list.  For example:  dict(one=1, two=2)',
  basetype: true,
  flags: TypeFlag.DICT_SUBCLASS | TypeFlag.MAPPING,
  slots: {
    tp_getattro: genericGetAttr,
    tp_new: dict_new,
    tp_init: dict_init,
    tp_repr: dict_repr,
    tp_hash: null,
    tp_richcompare: dict_richcompare,
    tp_iter: dict_iter,
    nb_or: dict_or,
    nb_inplace_or: dict_ior,
    sq_contains: dict_contains,
    mp_length: dict_length,
    mp_subscript: dict_subscript,
    mp_ass_subscript: dict_ass_subscript,
  },
  methods: [
    native('__contains__(self, key, /)', dict_contains_method, 'True if the dictionary has the specified key, else False.'),
    native('__getitem__(self, key, /)', dict_getitem, 'Return self[key].'),
    native('__sizeof__(self, /)', dict_sizeof, 'D.__sizeof__() -> size of D in memory, in bytes').unsigned(),
    native('get(self, key, default=None, /)', dict_get, 'Return the value for key if key is in the dictionary, else default.'),
    native(
      'setdefault(self, key, default=None, /)',
      dict_setdefault,
      'Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default.',
    ),
    native(
      'pop(self, key, default=<unrepresentable>, /)',
      dict_pop,
      'D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.',
    ),
    native(
      'popitem(self, /)',
      dict_popitem,
      'Remove and return a (key, value) pair as a 2-tuple.\n\nPairs are returned in LIFO (last-in, first-out) order.\nRaises KeyError if the dict is empty.',
    ),
    native('keys(self, /)', dict_keys, "D.keys() -> a set-like object providing a view on D's keys").unsigned(),
    native('items(self, /)', dict_items, "D.items() -> a set-like object providing a view on D's items").unsigned(),
    native('values(self, /)', dict_values, "D.values() -> an object providing a view on D's values").unsigned(),
    nativeRaw(
      'update(self, /, *args, **kwargs)',
      (vm, self, args, kwnames) => {
        update(vm, self as PyDict, args, kwnames, 'update'); // The descriptor has checked self.
        return None;
      },
      'D.update([E, ]**F) -> None.  Update D from dict/iterable E and F.\nIf E is present and has a .keys() method, then does:  for k in E: D[k] = E[k]\nIf E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\nIn either case, this is followed by: for k in F:  D[k] = F[k]',
    ).unsigned(),
    native('clear(self, /)', dict_clear, 'D.clear() -> None.  Remove all items from D.').unsigned(),
    native('copy(self, /)', dict_copy, 'D.copy() -> a shallow copy of D').unsigned(),
    native('__reversed__(self, /)', dict_reversed, 'Return a reverse iterator over the dict keys.'),
  ],
  classMethods: [
    native('fromkeys(type, iterable, value=None, /)', dict_fromkeys, 'Create a new dictionary with keys from iterable and values set to value.'),
    native('__class_getitem__(cls, item, /)', dict_class_getitem, 'See PEP 585').unsigned(),
  ],
});
