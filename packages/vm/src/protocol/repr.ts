import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { strType, typeOf } from '../core/type.ts';
import { isStr, jsText } from '../core/text.ts';
import { recursionError, typeError } from '../core/errors.ts';

function guarded(vm: VM, what: string, run: () => PyValue): PyValue {
  if (++vm.containerDepth > vm.recursionLimit) {
    vm.containerDepth--;
    throw recursionError(`maximum recursion depth exceeded while getting the ${what} of an object`);
  }
  try {
    return run();
  } finally {
    vm.containerDepth--;
  }
}

/** `repr(value)`: a str (or an instance of a subclass). */
export function repr(vm: VM, value: PyValue): PyValue {
  const type = typeOf(value);
  const slot = type.tp_repr;
  if (slot === undefined) return `<${type.tpName} object>`;
  const result = guarded(vm, 'repr', () => slot(vm, value));
  if (!isStr(result)) throw typeError(`__repr__ returned non-string (type ${typeOf(result).tpName})`);
  return result;
}

/** `str(value)` */
export function str(vm: VM, value: PyValue): PyValue {
  if (typeof value === 'string') return value;
  const type = typeOf(value);
  if (type === strType) return value;
  const slot = type.tp_str;
  if (slot === undefined) return repr(vm, value);
  const result = guarded(vm, 'str', () => slot(vm, value));
  if (!isStr(result)) throw typeError(`__str__ returned non-string (type ${typeOf(result).tpName})`);
  return result;
}

/** `repr(value)` as JavaScript text, for messages. */
export function reprText(vm: VM, value: PyValue): string {
  return jsText(repr(vm, value));
}

/** `str(value)` as JavaScript text. */
export function strText(vm: VM, value: PyValue): string {
  return jsText(str(vm, value));
}
