import { memoryError } from './errors.ts';
import type { VM } from './vm.ts';

/** Most items of a list or tuple: more would leave V8's fast arrays. */
const maxItems = 0x7ff_ffe0;
/** Most bytes of a bytes object: what a typed array can have everywhere. */
const maxBytes = 0x7fff_ffff;

/** Announces an array of so many items, to be called before it is made. Raises MemoryError when it cannot be. */
export function allocateItems(vm: VM, count: number): void {
  if (count > maxItems) throw memoryError();
  vm.charge(count >> 3);
  vm.allocate(count * 8);
}

/** A zeroed array of bytes. Raises MemoryError when it cannot be made. */
export function allocateBytes(vm: VM, count: number): Uint8Array {
  if (count > maxBytes) throw memoryError();
  vm.charge(count >> 6);
  vm.allocate(count);
  if (count < 0x1000_0000) return new Uint8Array(count);
  try {
    return new Uint8Array(count);
  } catch {
    throw memoryError(); // The engine could not get the memory.
  }
}
