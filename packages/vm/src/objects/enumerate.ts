import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { typeError } from '../core/errors.ts';
import { iterate, next } from '../protocol/iterate.ts';
import { asIndex, normalizeInt } from '../protocol/number.ts';
import { GenericAlias } from './generic_alias.ts';
import { selfIter } from './iterator.ts';
import { reduceDoc } from './iterator-docs.ts';
import { newTuple } from './tuple.ts';
import { genericGetAttr } from '../protocol/attribute.ts';

/** `enumerate(iterable, start)` */
export class PyEnumerate extends PyObject {
  readonly iterator: PyValue;
  /** Number of the next item. */
  index: number | bigint;

  constructor(cls: PyType, iterator: PyValue, index: number | bigint) {
    super(cls);
    this.iterator = iterator;
    this.index = index;
  }
}

function enumerate_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const [iterable, start] = enumerateArguments(args, kwnames ?? []);
  const index = start === undefined ? 0 : asIndex(vm, start);
  return new PyEnumerate(type, iterate(vm, iterable), index);
}

/** Keyword errors as CPython's enumerate_vectorcall words them. */
function enumerateArguments(args: readonly PyValue[], kwnames: readonly string[]): readonly [iterable: PyValue, start: PyValue | undefined] {
  if (args.length === 0) throw typeError("enumerate() missing required argument 'iterable'");
  if (args.length > 2) throw typeError(`enumerate() takes at most 2 arguments (${args.length} given)`);
  const names = ['iterable', 'start'];
  const positional = args.length - kwnames.length;
  const found: (PyValue | undefined)[] = args.slice(0, positional);
  for (const [i, name] of kwnames.entries()) {
    const place = names.indexOf(name);
    if (place < positional || (place === 1 && args.length === 1)) throw typeError(`'${name}' is an invalid keyword argument for enumerate()`);
    found[place] = args[positional + i];
  }
  return [found[0] as PyValue, found[1]];
}

function enumerate_next(vm: VM, self: PyEnumerate): PyValue | undefined {
  const item = next(vm, self.iterator);
  if (item === undefined) return undefined;
  const { index } = self;
  self.index = typeof index === 'number' && index < Number.MAX_SAFE_INTEGER ? index + 1 : normalizeInt(BigInt(index) + 1n);
  return newTuple([index, item]);
}

function enumerate_reduce(vm: VM, self: PyEnumerate): PyValue {
  return newTuple([self.cls, newTuple([self.iterator, self.index])]);
}

function enumerate_class_getitem(vm: VM, cls: PyType, item: PyValue): PyValue {
  return new GenericAlias(cls, item);
}

export const enumerateType: PyType = defineType('enumerate', {
  doc: 'Return an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe enumerate object yields pairs containing a count (from start, which\ndefaults to zero) and a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...',
  textSignature: '(iterable, start=0)',
  basetype: true,
  slots: { tp_getattro: genericGetAttr, tp_new: enumerate_new, tp_iter: selfIter, tp_iternext: enumerate_next },
  methods: [native('__reduce__(self, /)', enumerate_reduce, reduceDoc).unsigned()],
  classMethods: [native('__class_getitem__(cls, item, /)', enumerate_class_getitem, 'See PEP 585').unsigned()],
});
