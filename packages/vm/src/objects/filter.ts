import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { boolType } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { checkNoKeywords, checkPositional } from '../core/arguments.ts';
import { iterate, next } from '../protocol/iterate.ts';
import { isTrue } from '../protocol/truth.ts';
import { callPlainForItem, selfIter } from './iterator.ts';
import { reduceDoc } from './iterator-docs.ts';
import { None } from './none.ts';
import { newTuple } from './tuple.ts';
import { genericGetAttr } from '../protocol/attribute.ts';

/** `filter(func, iterable)` */
export class PyFilter extends PyObject {
  /** None: the items' own truth decides. */
  readonly func: PyValue;
  readonly iterator: PyValue;

  constructor(cls: PyType, func: PyValue, iterator: PyValue) {
    super(cls);
    this.func = func;
    this.iterator = iterator;
  }
}

function filter_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  if (type.tp_init === filterType.tp_init) checkNoKeywords('filter', kwnames);
  checkPositional('filter', args.slice(0, args.length - (kwnames?.length ?? 0)), 2, 2);
  return new PyFilter(type, args[0], iterate(vm, args[1]));
}

function filter_next(vm: VM, self: PyFilter): PyValue | undefined {
  const { func, iterator } = self;
  const plain = func === None || func === boolType;
  for (let item = next(vm, iterator); item !== undefined; item = next(vm, iterator)) {
    const good = plain ? item : callPlainForItem(vm, func, item);
    if (good === undefined) return undefined;
    if (isTrue(vm, good)) return item;
    vm.ticks--;
  }
  return undefined;
}

function filter_reduce(vm: VM, self: PyFilter): PyValue {
  return newTuple([self.cls, newTuple([self.func, self.iterator])]);
}

export const filterType: PyType = defineType('filter', {
  doc: 'filter(function or None, iterable) --> filter object\n\nReturn an iterator yielding those items of iterable for which function(item)\nis true. If function is None, return the items that are true.',
  basetype: true,
  slots: { tp_getattro: genericGetAttr, tp_new: filter_new, tp_iter: selfIter, tp_iternext: filter_next },
  methods: [native('__reduce__(self, /)', filter_reduce, reduceDoc).unsigned()],
});
