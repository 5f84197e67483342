import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyType, typeOf } from '../core/type.ts';
import { attributeError, typeError } from '../core/errors.ts';
import { instanceDict, setInstanceDict } from '../protocol/attribute.ts';
import { PyDict } from './dict.ts';
import { PyMappingProxy } from './mappingproxy.ts';
import { moduleType } from './module.ts';
import { changeRemains } from './lifetime-finalizers.ts';

/** `__dict__` of instances. */
export const dictAttribute = {
  /** The object's `__dict__`. */
  get(vm: VM, self: PyValue): PyValue {
    if (self instanceof PyType) return new PyMappingProxy(self);
    const dict = typeof self === 'object' ? instanceDict(vm, self) : null;
    if (dict === null) throw attributeError(`'${typeOf(self).tpName}' object has no attribute '__dict__'`, self, '__dict__');
    return dict;
  },
  /** Replaces the object's `__dict__`; undefined deletes. Raises TypeError for what is no dict. */
  set(vm: VM, self: PyValue, value: PyValue | undefined): void {
    if (typeof self !== 'object') throw typeError('cannot set __dict__');
    if (self instanceof PyType) throw attributeError("attribute '__dict__' of 'type' objects is not writable");
    if (self.cls.isSubtypeOf(moduleType)) throw attributeError('readonly attribute');
    if (value !== undefined && !(value instanceof PyDict)) throw typeError(`__dict__ must be set to a dictionary, not a '${typeOf(value).tpName}'`);
    if (value === undefined && self.cls.solid.hasDict) throw typeError('cannot delete __dict__');
    setInstanceDict(self, value ?? new PyDict());
    if (self.cls.tp_finalize !== undefined) changeRemains(vm, self);
  },
  doc: 'dictionary for instance variables',
};

/** `__dict__` of built-in objects that have one: it may be replaced, not deleted (CPython: PyObject_GenericSetDict). */
export const builtinDictAttribute = {
  ...dictAttribute,
  /** Replaces the object's `__dict__`; undefined deletes. Raises TypeError for what is no dict. */
  set(vm: VM, self: PyValue, value: PyValue | undefined): void {
    if (value === undefined) throw typeError('cannot delete __dict__');
    dictAttribute.set(vm, self, value);
  },
};
