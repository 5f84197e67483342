import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { isStr, jsText } from '../core/text.ts';
import { lookupAttr } from '../protocol/attribute.ts';
import { strText } from '../protocol/repr.ts';

/** How messages about arguments name a callable: `module.qualname()`, or its str (CPython: _PyObject_FunctionStr). */
export function functionText(vm: VM, callable: PyValue): string {
  const qualname = lookupAttr(vm, callable, '__qualname__');
  if (qualname === undefined || !isStr(qualname)) return strText(vm, callable);
  const module = lookupAttr(vm, callable, '__module__');
  if (module !== undefined && isStr(module) && jsText(module) !== 'builtins') return `${jsText(module)}.${jsText(qualname)}()`;
  return `${jsText(qualname)}()`;
}
