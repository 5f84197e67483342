import type { PyValue } from '../core/value.ts';
import { Instance } from '../core/instance.ts';
import type { VM } from '../core/vm.ts';
import { BufferWrapper } from './buffer-slots.ts';
import { PyBuiltinFunction } from './builtin_function.ts';
import { PyCell } from './cell.ts';
import { PyMemoryView } from './memoryview.ts';
import { PyMethod } from './method.ts';

/**
 * Is one of the memoryviews of an object (a bytearray, an mmap) in use: in a variable or on the stack of a running function, or global there? Others may
 * be garbage which JavaScript has not collected yet and which CPython would have freed at once, as in `bytes(memoryview(b)[:5])`.
 */
export function isViewInUse(vm: VM, owner: PyValue): boolean {
  const isView = (value: PyValue | null | undefined): boolean => value instanceof PyMemoryView && !value.released && (value.owner === owner || (value.owner instanceof BufferWrapper && isView(value.owner.view)));
  // `with memoryview(owner):` keeps the view's `__exit__`; an object may have the view as an attribute.
  const holdsView = (value: PyValue | undefined): boolean =>
    isView(value) || ((value instanceof PyMethod || value instanceof PyBuiltinFunction) && isView(value.self)) || (value instanceof Instance && hasAttribute(value, isView));
  for (let frame = vm.frame; frame !== null; frame = frame.back) {
    for (let i = 0; i < frame.sp; i++) {
      const value = frame.stack[i];
      if (holdsView(value instanceof PyCell ? value.value : value)) return true;
    }
    if (frame.globals.values.some(holdsView)) return true;
  }
  return false;
}

function hasAttribute(instance: Instance, wanted: (value: PyValue | undefined) => boolean): boolean {
  const { s0, s1, s2, s3, more, dict, members } = instance;
  return [s0, s1, s2, s3, ...(more ?? []), ...(members ?? []), ...(dict?.values ?? [])].some(wanted);
}
