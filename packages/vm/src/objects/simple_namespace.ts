import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { CompareOp } from '../core/slots.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { typeError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { instanceDict } from '../protocol/attribute.ts';
import { richCompare } from '../protocol/compare.ts';
import { repr } from '../protocol/repr.ts';
import { PyDict } from './dict.ts';
import { NotImplemented } from './none.ts';
import { reprEnter, reprLeave } from './repr-guard.ts';
import { emptyTuple, newTuple } from './tuple.ts';

/** `types.SimpleNamespace`: its attributes are all in `dict`. */
export class PySimpleNamespace extends PyObject {
  constructor(dict: PyDict, cls: PyType = simpleNamespaceType) {
    super(cls);
    this.dict = dict;
  }
}

function SimpleNamespace_new(vm: VM, type: PyType): PyValue {
  return new PySimpleNamespace(new PyDict(), type);
}

function SimpleNamespace_init(vm: VM, self: PySimpleNamespace, args: PyValue[], kwnames: readonly string[] | null): void {
  const names = kwnames ?? [];
  if (args.length > names.length) throw typeError('no positional arguments expected');
  const dict = instanceDict(vm, self) as PyDict; // The type has one.
  for (const [i, name] of names.entries()) dict.set(vm, strFromJS(name), args[i]);
}

function SimpleNamespace_repr(vm: VM, self: PySimpleNamespace): PyValue {
  const name = self.cls === simpleNamespaceType ? 'namespace' : self.cls.name;
  if (!reprEnter(vm, self)) return `${name}(...)`;
  try {
    const dict = instanceDict(vm, self) as PyDict;
    const parts: string[] = [];
    for (const key of dict.keyList()) {
      if (!isStr(key) || jsText(key) === '') continue;
      const value = dict.get(vm, key);
      if (value !== undefined) parts.push(`${jsText(key)}=${jsText(repr(vm, value))}`);
    }
    return strFromJS(`${name}(${parts.join(', ')})`);
  } finally {
    reprLeave(vm, self);
  }
}

function SimpleNamespace_richcompare(vm: VM, self: PySimpleNamespace, other: PyValue, op: CompareOp): PyValue {
  if (!(other instanceof PySimpleNamespace)) return NotImplemented;
  return richCompare(vm, instanceDict(vm, self) as PyDict, instanceDict(vm, other) as PyDict, op);
}

function SimpleNamespace_reduce(vm: VM, self: PySimpleNamespace): PyValue {
  return newTuple([self.cls, emptyTuple, instanceDict(vm, self) as PyDict]);
}

export const simpleNamespaceType: PyType = defineType('SimpleNamespace', {
  module: 'types',
  doc: 'A simple attribute-based namespace.\n\nSimpleNamespace(**kwargs)',
  basetype: true,
  hasDict: true,
  slots: {
    tp_new: SimpleNamespace_new,
    tp_init: SimpleNamespace_init,
    tp_repr: SimpleNamespace_repr,
    tp_richcompare: SimpleNamespace_richcompare,
    tp_hash: null,
  },
  methods: [native('__reduce__(self, /)', SimpleNamespace_reduce, 'Return state information for pickling').unsigned()],
  fields: { __dict__: { get: (vm, self) => instanceDict(vm, self) as PyDict } },
});
