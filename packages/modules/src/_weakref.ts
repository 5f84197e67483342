import { defineModule, native, None, PyDict, PyList } from '@py/vm/native';
import { callableProxyType, newProxy, proxyType, PyWeakRef, referenceType, weakrefsOf } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';

/** Takes a key away whose weak reference is dead (CPython: _PyDict_DelItemIf). */
function removeDead(vm: VM, dict: PyValue, key: PyValue): PyValue {
  if (!(dict instanceof PyDict)) return None;
  const value = dict.get(vm, key);
  if (value instanceof PyWeakRef && value.object === undefined) dict.delete(vm, key);
  return None;
}

/** Python's module `_weakref`. CPython 3.12: Modules/_weakref.c. */
export const _weakref: NativeModule = defineModule(
  '_weakref',
  {
    ref: referenceType,
    ReferenceType: referenceType,
    ProxyType: proxyType,
    CallableProxyType: callableProxyType,
    getweakrefcount: native('getweakrefcount(object, /)', (_vm: VM, object: PyValue) => weakrefsOf(object).length, "Return the number of weak references to 'object'."),
    getweakrefs: native('getweakrefs(object, /)', (_vm: VM, object: PyValue) => new PyList([...weakrefsOf(object)]), "Return a list of all weak reference objects pointing to 'object'."),
    proxy: native('proxy(object, callback=None, /)', (vm: VM, object: PyValue, callback: PyValue | undefined) => newProxy(vm, object, callback === undefined || callback === None ? null : callback), "Create a proxy object that weakly references 'object'.\n\n'callback', if given, is called with a reference to the\nproxy when 'object' is about to be finalized."),
    _remove_dead_weakref: native('_remove_dead_weakref(dct, key, /)', removeDead, 'Atomically remove key from dict if it points to a dead weakref.'),
  },
  { doc: 'Weak-reference support module.' },
);
