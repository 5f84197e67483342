import {
  callMethod, defineModule, getAttr, isSubclass, isTrue, lookupAttr, native, newTuple, None, NotImplemented, PyObject, PyList, PySet, PyType,
  runtimeError, setAttr, setType, strFromJS, toArray, TypeFlag, typeError, typeOf, defineType, frozensetType, newWeakRef, referenceType,
} from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';

/* Abstract base classes (CPython 3.12: Modules/_abc.c). Registries hold their classes weakly, as there. */

/** What an ABC remembers, in its `_abc_impl`. */
class AbcData extends PyObject {
  registry: WeakRef<PyType>[] = [];
  cache = new WeakSet<PyObject>();
  negativeCache = new WeakSet<PyObject>();
  negativeVersion = 0;
}

const abcDataType = defineType('_abc_data', { module: '_abc', doc: 'Internal state held by ABC machinery.' });

interface AbcState {
  /** Counts registrations: negative caches are good only for the same count. */
  invalidation: number;
}

const state = (vm: VM): AbcState => vm.state('_abc', () => ({ invalidation: 0 }));

function dataOf(vm: VM, cls: PyValue): AbcData {
  const data = getAttr(vm, cls, '_abc_impl');
  if (!(data instanceof AbcData)) throw typeError('_abc_impl is set to a wrong type');
  return data;
}

/** Names of methods that are still abstract, and the flags that pattern matching looks at. */
function abc_init(vm: VM, self: PyValue): PyValue {
  const type = self as PyType;
  const abstracts = new PySet(frozensetType);
  for (const [name, value] of type.ns) if (isAbstract(vm, value)) abstracts.table.add(vm, strFromJS(name));
  for (const base of type.bases) {
    const inherited = lookupAttr(vm, base, '__abstractmethods__');
    if (inherited === undefined) continue;
    for (const name of toArray(vm, inherited)) {
      const value = lookupAttr(vm, self, name as string);
      if (value !== undefined && isAbstract(vm, value)) abstracts.table.add(vm, name);
    }
  }
  setAttr(vm, self, '__abstractmethods__', abstracts);
  setAttr(vm, self, '_abc_impl', new AbcData(abcDataType));
  const flags = type.ns.get('__abc_tpflags__');
  if (typeof flags === 'number') {
    type.flags = (type.flags & ~collectionFlags) | (flags & collectionFlags);
    setAttr(vm, self, '__abc_tpflags__', undefined);
  }
  return None;
}

const collectionFlags = TypeFlag.SEQUENCE | TypeFlag.MAPPING;

function isAbstract(vm: VM, value: PyValue): boolean {
  const flag = lookupAttr(vm, value, '__isabstractmethod__');
  return flag !== undefined && isTrue(vm, flag);
}

function abc_register(vm: VM, self: PyValue, subclass: PyValue): PyValue {
  if (!(subclass instanceof PyType)) throw typeError('Can only register classes');
  if (isSubclass(vm, subclass, self)) return subclass;
  if (isSubclass(vm, self, subclass)) throw runtimeError('Refusing to create an inheritance cycle');
  dataOf(vm, self).registry.push(new WeakRef(subclass));
  state(vm).invalidation++;
  const flags = (self as PyType).flags & collectionFlags;
  if (flags !== 0) setCollectionFlags(subclass, flags);
  return subclass;
}

/** A class registered as a sequence or mapping is one to `match`, and so are its subclasses. */
function setCollectionFlags(type: PyType, flags: number): void {
  if (!type.isHeapType) return;
  type.flags = (type.flags & ~collectionFlags) | flags;
  for (const ref of type.subclasses ?? []) {
    const subclass = ref.deref();
    if (subclass !== undefined) setCollectionFlags(subclass, flags);
  }
}

function abc_instancecheck(vm: VM, self: PyValue, instance: PyValue): PyValue {
  const data = dataOf(vm, self);
  const subclass = getAttr(vm, instance, '__class__');
  if (typeof subclass === 'object' && data.cache.has(subclass)) return true;
  const subtype = typeOf(instance);
  if (subtype === subclass) {
    if (data.negativeVersion === state(vm).invalidation && data.negativeCache.has(subtype)) return false;
    return callMethod(vm, self, '__subclasscheck__', [subclass]);
  }
  const first = callMethod(vm, self, '__subclasscheck__', [subclass]);
  return isTrue(vm, first) ? first : callMethod(vm, self, '__subclasscheck__', [subtype]);
}

function abc_subclasscheck(vm: VM, self: PyValue, subclass: PyValue): PyValue {
  if (!(subclass instanceof PyType)) throw typeError('issubclass() arg 1 must be a class');
  const data = dataOf(vm, self);
  if (data.cache.has(subclass)) return true;
  const { invalidation } = state(vm);
  if (data.negativeVersion < invalidation) {
    data.negativeCache = new WeakSet();
    data.negativeVersion = invalidation;
  } else if (data.negativeCache.has(subclass)) return false;
  const remember = (result: boolean): boolean => {
    (result ? data.cache : data.negativeCache).add(subclass);
    return result;
  };
  const answer = callMethod(vm, self, '__subclasshook__', [subclass]);
  if (answer === true || answer === false) return remember(answer);
  if (answer !== NotImplemented) throw runtimeAssertion();
  if (subclass.mro.includes(self as PyType)) return remember(true);
  for (const ref of [...data.registry]) {
    const registered = ref.deref();
    if (registered !== undefined && isSubclass(vm, subclass, registered)) return remember(true);
  }
  const subclasses = callMethod(vm, self, '__subclasses__');
  if (!(subclasses instanceof PyList)) throw typeError('__subclasses__() must return a list');
  for (const item of [...subclasses.items]) if (isSubclass(vm, subclass, item)) return remember(true);
  return remember(false);
}

function runtimeAssertion(): ReturnType<typeof typeError> {
  return runtimeError('__subclasshook__ must return either False, True, or NotImplemented');
}

function get_dump(vm: VM, self: PyValue): PyValue {
  const data = dataOf(vm, self);
  const registry = new PySet(setType);
  for (const ref of data.registry) {
    const type = ref.deref();
    if (type !== undefined) registry.table.add(vm, newWeakRef(vm, referenceType, type, null));
  }
  return newTuple([registry, new PySet(setType), new PySet(setType), data.negativeVersion]);
}

/** Python's module `_abc`. CPython 3.12: Modules/_abc.c. */
export const _abc: NativeModule = defineModule(
  '_abc',
  {
    _abc_data: abcDataType,
    get_cache_token: native('get_cache_token()', (vm: VM) => state(vm).invalidation, 'Returns the current ABC cache token.\n\nThe token is an opaque object (supporting equality testing) identifying the\ncurrent version of the ABC cache for virtual subclasses. The token changes\nwith every call to register() on any ABC.'),
    _abc_init: native('_abc_init(self, /)', abc_init, 'Internal ABC helper for class set-up. Should be never used outside abc module.'),
    _reset_registry: native('_reset_registry(self, /)', (vm: VM, self: PyValue) => {
      dataOf(vm, self).registry = [];
      return None;
    }, 'Internal ABC helper to reset registry of a given class.\n\nShould be only used by refleak.py'),
    _reset_caches: native('_reset_caches(self, /)', (vm: VM, self: PyValue) => {
      const data = dataOf(vm, self);
      data.cache = new WeakSet();
      data.negativeCache = new WeakSet();
      return None;
    }, 'Internal ABC helper to reset both caches of a given class.\n\nShould be only used by refleak.py'),
    _get_dump: native('_get_dump(self, /)', get_dump, 'Internal ABC helper for cache and registry debugging.\n\nReturn shallow copies of registry, of both caches, and\nnegative cache version. Don\'t call this function directly,\ninstead use ABC._dump_registry() for a nice repr.'),
    _abc_register: native('_abc_register(self, subclass, /)', abc_register, 'Internal ABC helper for subclasss registration. Should be never used outside abc module.'),
    _abc_instancecheck: native('_abc_instancecheck(self, instance, /)', abc_instancecheck, 'Internal ABC helper for instance checks. Should be never used outside abc module.'),
    _abc_subclasscheck: native('_abc_subclasscheck(self, subclass, /)', abc_subclasscheck, 'Internal ABC helper for subclasss checks. Should be never used outside abc module.'),
  },
  { doc: "Module contains faster C implementation of abc.ABCMeta" },
);

