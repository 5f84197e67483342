import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { CompareOp } from '../core/slots.ts';
import type { VM } from '../core/vm.ts';
import { PyType, TypeFlag, dictType, listType, tupleType, typeOf } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { callNative } from '../core/bind-native.ts';
import { native } from '../core/native.ts';
import { typeError } from '../core/errors.ts';
import { jsText, strFromJS } from '../core/text.ts';
import { callMethod } from '../protocol/call.ts';
import { richCompare } from '../protocol/compare.ts';
import { contains } from '../protocol/contains.ts';
import { hash } from '../protocol/hash.ts';
import { iterate } from '../protocol/iterate.ts';
import { NB_OR, binaryOp } from '../protocol/number.ts';
import { repr, str } from '../protocol/repr.ts';
import { getItem, length } from '../protocol/subscript.ts';
import { PyDict } from './dict.ts';
import { GenericAlias } from './generic_alias.ts';
import { None } from './none.ts';

/**
 * A read-only view of a mapping. `cls.__dict__` is one over the class itself, which stands for its namespace: what it shows is read
 * into a dict when more than one item is asked for.
 */
export class PyMappingProxy extends PyObject {
  readonly mapping: PyValue;

  constructor(mapping: PyValue) {
    super(mappingProxyType);
    this.mapping = mapping;
  }

  /** The mapping, or a dict with the namespace as it is now. */
  get target(): PyValue {
    const { mapping } = this;
    if (!(mapping instanceof PyType)) return mapping;
    const dict = new PyDict();
    for (const [name, value] of mapping.ns) dict.setStr(name, value);
    return dict;
  }
}

const newDef = native('mappingproxy(type, mapping)', (vm: VM, type: PyType, mapping: PyValue) => {
  const mappingType = typeOf(mapping);
  const sequence = mappingType.isSubtypeOf(listType) || mappingType.isSubtypeOf(tupleType);
  if (mappingType.mp_subscript === undefined || sequence) throw typeError(`mappingproxy() argument must be a mapping, not ${mappingType.tpName}`);
  return new PyMappingProxy(mapping);
});

function mappingproxy_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  return callNative(vm, newDef, type, args, kwnames, null);
}

function mappingproxy_repr(vm: VM, self: PyMappingProxy): PyValue {
  return strFromJS(`mappingproxy(${jsText(repr(vm, self.target))})`);
}

function mappingproxy_str(vm: VM, self: PyMappingProxy): PyValue {
  return str(vm, self.target);
}

function mappingproxy_hash(vm: VM, self: PyMappingProxy): PyValue {
  return hash(vm, self.target);
}

function mappingproxy_richcompare(vm: VM, self: PyMappingProxy, other: PyValue, op: CompareOp): PyValue {
  return richCompare(vm, self.target, other instanceof PyMappingProxy && other.mapping instanceof PyType ? other.target : other, op);
}

function mappingproxy_or(vm: VM, left: PyValue, right: PyValue): PyValue {
  const unwrap = (value: PyValue): PyValue => (value instanceof PyMappingProxy ? value.target : value);
  return binaryOp(vm, NB_OR, unwrap(left), unwrap(right));
}

function mappingproxy_ior(vm: VM, self: PyValue): PyValue {
  throw typeError(`'|=' is not supported by ${typeOf(self).tpName}; use '|' instead`);
}

function mappingproxy_iter(vm: VM, self: PyMappingProxy): PyValue {
  return iterate(vm, self.target);
}

function mappingproxy_length(vm: VM, self: PyMappingProxy): number {
  return self.mapping instanceof PyType ? self.mapping.ns.size : length(vm, self.mapping);
}

function mappingproxy_contains(vm: VM, self: PyMappingProxy, key: PyValue): boolean {
  const { mapping } = self;
  if (mapping instanceof PyType && typeof key === 'string') return mapping.ns.has(key);
  const { target } = self;
  return target instanceof PyDict && target.cls === dictType ? target.has(vm, key) : contains(vm, target, key);
}

function mappingproxy_subscript(vm: VM, self: PyMappingProxy, key: PyValue): PyValue {
  const { mapping } = self;
  if (mapping instanceof PyType && typeof key === 'string') {
    const value = mapping.ns.get(key);
    if (value !== undefined) return value;
  }
  return getItem(vm, self.target, key);
}

function mappingproxy_get(vm: VM, self: PyMappingProxy, key: PyValue, fallback: PyValue | undefined): PyValue {
  return callMethod(vm, self.target, 'get', [key, fallback ?? None]);
}

/** A method that passes on to the mapping's. */
const forward = (name: string) => (vm: VM, self: PyMappingProxy): PyValue => callMethod(vm, self.target, name);

function mappingproxy_class_getitem(vm: VM, cls: PyType, item: PyValue): PyValue {
  return new GenericAlias(cls, item);
}

export const mappingProxyType: PyType = defineType('mappingproxy', {
  flags: TypeFlag.MAPPING,
  slots: {
    tp_new: mappingproxy_new,
    tp_repr: mappingproxy_repr,
    tp_str: mappingproxy_str,
    tp_hash: mappingproxy_hash,
    tp_richcompare: mappingproxy_richcompare,
    tp_iter: mappingproxy_iter,
    nb_or: mappingproxy_or,
    nb_inplace_or: mappingproxy_ior,
    sq_contains: mappingproxy_contains,
    mp_length: mappingproxy_length,
    mp_subscript: mappingproxy_subscript,
  },
  methods: [
    native('get(self, key, default=None, /)', mappingproxy_get, 'D.get(k[,d]) -> D[k] if k in D, else d.  d defaults to None.').unsignedArray(),
    native('keys(self, /)', forward('keys'), "D.keys() -> a set-like object providing a view on D's keys").unsigned(),
    native('values(self, /)', forward('values'), "D.values() -> an object providing a view on D's values").unsigned(),
    native('items(self, /)', forward('items'), "D.items() -> a set-like object providing a view on D's items").unsigned(),
    native('copy(self, /)', forward('copy'), 'D.copy() -> a shallow copy of D').unsigned(),
    native('__reversed__(self, /)', forward('__reversed__'), 'D.__reversed__() -> reverse iterator').unsigned(),
  ],
  classMethods: [native('__class_getitem__(cls, item, /)', mappingproxy_class_getitem, 'See PEP 585').unsigned()],
});
