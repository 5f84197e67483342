import type { PyObject, PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { jsText, strFromJS } from '../core/text.ts';
import { repr } from '../protocol/repr.ts';

/** Notes that the repr of an object has begun; false when it had already: the object contains itself (CPython: Py_ReprEnter). */
export function reprEnter(vm: VM, object: PyObject): boolean {
  const active = vm.state('repr', () => new Set<PyObject>());
  if (active.has(object)) return false;
  active.add(object);
  return true;
}

/** Ends what `reprEnter` began. */
export function reprLeave(vm: VM, object: PyObject): void {
  vm.state('repr', () => new Set<PyObject>()).delete(object);
}

/** `open item, item… close`, or `recursive` when the object is already being shown. Items may come and go meanwhile. */
export function reprItems(vm: VM, self: PyObject, items: () => readonly PyValue[], open: string, close: string, recursive: string): PyValue {
  if (!reprEnter(vm, self)) return recursive;
  try {
    const parts: string[] = [];
    for (let i = 0; i < items().length; i++) {
      parts.push(jsText(repr(vm, items()[i])));
      vm.charge(4);
    }
    return strFromJS(open + parts.join(', ') + close);
  } finally {
    reprLeave(vm, self);
  }
}
