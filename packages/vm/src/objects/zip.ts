import { newItems } from '../core/items.ts';
import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { typeError, valueError } from '../core/errors.ts';
import { iterate, next } from '../protocol/iterate.ts';
import { isTrue } from '../protocol/truth.ts';
import { selfIter } from './iterator.ts';
import { reduceDoc, setstateDoc } from './iterator-docs.ts';
import { None } from './none.ts';
import { newTuple } from './tuple.ts';
import { genericGetAttr } from '../protocol/attribute.ts';

/** `zip(*iterables, strict=False)` */
export class PyZip extends PyObject {
  readonly iterators: readonly PyValue[];
  strict: boolean;

  constructor(cls: PyType, iterators: readonly PyValue[], strict: boolean) {
    super(cls);
    this.iterators = iterators;
    this.strict = strict;
  }
}

function zip_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const positional = args.slice(0, args.length - (kwnames?.length ?? 0));
  let strict = false;
  for (const [i, name] of (kwnames ?? []).entries()) {
    if (name !== 'strict') throw typeError(`'${name}' is an invalid keyword argument for zip()`);
    strict = isTrue(vm, args[positional.length + i]);
  }
  return new PyZip(type, positional.map((iterable) => iterate(vm, iterable)), strict);
}

function zip_next(vm: VM, self: PyZip): PyValue | undefined {
  const { iterators } = self;
  if (iterators.length === 0) return undefined;
  const items = newItems();
  for (const iterator of iterators) {
    const item = next(vm, iterator);
    if (item === undefined) {
      if (self.strict) checkAllEnd(vm, iterators, items.length);
      return undefined;
    }
    items.push(item);
  }
  return newTuple(items);
}

/** With `strict`: iterator `ended` was the first to end; raises unless all end together. */
function checkAllEnd(vm: VM, iterators: readonly PyValue[], ended: number): void {
  const others = (count: number): string => (count === 1 ? ' 1' : `s 1-${count}`);
  if (ended > 0) throw valueError(`zip() argument ${ended + 1} is shorter than argument${others(ended)}`);
  for (let i = 1; i < iterators.length; i++) {
    if (next(vm, iterators[i]) !== undefined) throw valueError(`zip() argument ${i + 1} is longer than argument${others(i)}`);
  }
}

function zip_reduce(vm: VM, self: PyZip): PyValue {
  const iterators = newTuple(self.iterators);
  return self.strict ? newTuple([self.cls, iterators, true]) : newTuple([self.cls, iterators]);
}

function zip_setstate(vm: VM, self: PyZip, state: PyValue): PyValue {
  self.strict = isTrue(vm, state);
  return None;
}

export const zipType: PyType = defineType('zip', {
  doc: "zip(*iterables, strict=False) --> Yield tuples until an input is exhausted.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]\n\nThe zip object yields n-length tuples, where n is the number of iterables\npassed as positional arguments to zip().  The i-th element in every tuple\ncomes from the i-th iterable argument to zip().  This continues until the\nshortest argument is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.",
  basetype: true,
  slots: { tp_getattro: genericGetAttr, tp_new: zip_new, tp_iter: selfIter, tp_iternext: zip_next },
  methods: [native('__reduce__(self, /)', zip_reduce, reduceDoc).unsigned(), native('__setstate__(self, object, /)', zip_setstate, setstateDoc).unsigned()],
});
