import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { PyByteArray } from './bytearray.ts';
import { PyCell } from './cell.ts';
import { PyMemoryView } from './memoryview.ts';

/**
 * Is one of the memoryviews of a bytearray in use: in a variable or on the stack of a running function, or global there? Others may
 * be garbage which JavaScript has not collected yet and which CPython would have freed at once, as in `bytes(memoryview(b)[:5])`.
 */
export function isViewInUse(vm: VM, array: PyByteArray): boolean {
  const isView = (value: PyValue | undefined): boolean => value instanceof PyMemoryView && value.owner === array && !value.released;
  for (let frame = vm.frame; frame !== null; frame = frame.back) {
    for (let i = 0; i < frame.sp; i++) {
      const value = frame.stack[i];
      if (isView(value instanceof PyCell ? value.value : value)) return true;
    }
    if (frame.globals.values.some(isView)) return true;
  }
  return false;
}
