import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { checkNoKeywords } from '../core/arguments.ts';
import { typeError } from '../core/errors.ts';
import { iterate, next } from '../protocol/iterate.ts';
import { callForItem, callPlainForItem, selfIter } from './iterator.ts';
import { reduceDoc } from './iterator-docs.ts';
import { newTuple } from './tuple.ts';
import { genericGetAttr } from '../protocol/attribute.ts';

/** `map(func, *iterables)` */
export class PyMap extends PyObject {
  readonly func: PyValue;
  readonly iterators: readonly PyValue[];

  constructor(cls: PyType, func: PyValue, iterators: readonly PyValue[]) {
    super(cls);
    this.func = func;
    this.iterators = iterators;
  }
}

function map_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  if (type.tp_init === mapType.tp_init) checkNoKeywords('map', kwnames);
  const positional = args.slice(0, args.length - (kwnames?.length ?? 0));
  if (positional.length < 2) throw typeError('map() must have at least two arguments.');
  return new PyMap(type, positional[0], positional.slice(1).map((iterable) => iterate(vm, iterable)));
}

function map_next(vm: VM, self: PyMap): PyValue | undefined {
  if (self.iterators.length === 1) {
    const item = next(vm, self.iterators[0]);
    return item === undefined ? undefined : callPlainForItem(vm, self.func, item);
  }
  const args: PyValue[] = [];
  for (const iterator of self.iterators) {
    const item = next(vm, iterator);
    if (item === undefined) return undefined;
    args.push(item);
  }
  return callForItem(vm, self.func, args);
}

function map_reduce(vm: VM, self: PyMap): PyValue {
  return newTuple([self.cls, newTuple([self.func, ...self.iterators])]);
}

export const mapType: PyType = defineType('map', {
  doc: 'map(func, *iterables) --> map object\n\nMake an iterator that computes the function using arguments from\neach of the iterables.  Stops when the shortest iterable is exhausted.',
  basetype: true,
  slots: { tp_getattro: genericGetAttr, tp_new: map_new, tp_iter: selfIter, tp_iternext: map_next },
  methods: [native('__reduce__(self, /)', map_reduce, reduceDoc).unsigned()],
});
