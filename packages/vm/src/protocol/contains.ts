import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { typeError } from '../core/errors.ts';
import { equals } from './compare.ts';
import { iterate, next } from './iterate.ts';

/** `item in container`: by `__contains__`, else by looking at the items one by one. */
export function contains(vm: VM, container: PyValue, item: PyValue): boolean {
  const type = typeOf(container);
  if (type.sq_contains !== undefined) return type.sq_contains(vm, container, item);
  if (type.tp_iter === undefined && type.sq_item === undefined) throw typeError(`argument of type '${type.tpName}' is not iterable`);
  const iterator = iterate(vm, container);
  for (let found = next(vm, iterator); found !== undefined; found = next(vm, iterator)) {
    if (equals(vm, found, item)) return true;
  }
  return false;
}
