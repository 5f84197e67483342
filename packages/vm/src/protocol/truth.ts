import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { None } from '../objects/none.ts';

/** `bool(value)` */
export function isTrue(vm: VM, value: PyValue): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'number':
      return value !== 0;
    case 'string':
      return value.length > 0;
    case 'bigint':
      return true; // Zero is a number.
  }
  if (value === None) return false;
  const type = value.cls;
  if (type.nb_bool !== undefined) return type.nb_bool(vm, value);
  if (type.mp_length !== undefined) return type.mp_length(vm, value) > 0;
  if (type.sq_length !== undefined) return type.sq_length(vm, value) > 0;
  return true;
}
