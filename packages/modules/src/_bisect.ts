import { asIndex, asSsize, call, callMethod, defineModule, getItem, isTrue, length, native, None, normalizeInt, Py_LT, richCompare, valueError } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';

/* `_bisect` (CPython 3.12: Modules/_bisectmodule.c). */

type Argument = PyValue | undefined;
type Side = 'left' | 'right';

/** Where `x` belongs in the sorted `a`, before (left) or behind (right) what equals it. `key` is applied to the items only. */
function search(vm: VM, side: Side, a: PyValue, x: PyValue, lo: Argument, hi: Argument, key: Argument): number | bigint {
  let low: number | bigint = lo === undefined ? 0 : bound(vm, lo);
  if (low < 0) throw valueError('lo must be non-negative');
  let high: number | bigint = hi === undefined || hi === None ? -1 : bound(vm, hi);
  if (high === -1) high = length(vm, a);
  while (low < high) {
    const middle = halfWay(low, high);
    const found = getItem(vm, a, middle);
    const item = key === undefined || key === None ? found : call(vm, key, [found]);
    const less = isTrue(vm, side === 'left' ? richCompare(vm, item, x, Py_LT) : richCompare(vm, x, item, Py_LT));
    if (less === (side === 'left')) low = typeof middle === 'number' ? middle + 1 : middle + 1n;
    else high = middle;
  }
  return low;
}

function bound(vm: VM, value: PyValue): number | bigint {
  asSsize(vm, value);
  return asIndex(vm, value);
}

/** A range may be longer than any number here is exact. */
function halfWay(low: number | bigint, high: number | bigint): number | bigint {
  if (typeof low === 'number' && typeof high === 'number' && high < 2 ** 52) return (low + high - ((low + high) % 2)) / 2;
  return normalizeInt((BigInt(low) + BigInt(high)) >> 1n);
}

function bisect(side: Side) {
  return (vm: VM, a: PyValue, x: PyValue, lo: Argument, hi: Argument, key: Argument): PyValue => search(vm, side, a, x, lo, hi, key);
}

function insort(side: Side) {
  return (vm: VM, a: PyValue, x: PyValue, lo: Argument, hi: Argument, key: Argument): PyValue => {
    const at = search(vm, side, a, key === undefined || key === None ? x : call(vm, key, [x]), lo, hi, key);
    callMethod(vm, a, 'insert', [at, x]);
    return None;
  };
}

const parameters = '(a, x, lo=0, hi=None, *, key=None)';

/** Python's module `_bisect`. CPython 3.12: Modules/_bisectmodule.c. */
export const _bisect: NativeModule = defineModule(
  '_bisect',
  {
    bisect_left: native(`bisect_left${parameters}`, bisect('left'), 'Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e < x, and all e in\na[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will\ninsert just before the leftmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.'),
    bisect_right: native(`bisect_right${parameters}`, bisect('right'), 'Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e <= x, and all e in\na[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will\ninsert just after the rightmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.'),
    insort_left: native(`insort_left${parameters}`, insort('left'), 'Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the left of the leftmost x.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.'),
    insort_right: native(`insort_right${parameters}`, insort('right'), 'Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the right of the rightmost x.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.'),
  },
  { doc: 'Bisection algorithms.\n\nThis module provides support for maintaining a list in sorted order without\nhaving to sort the list after each insertion. For long lists of items with\nexpensive comparison operations, this can be an improvement over the more\ncommon approach.\n' },
);
