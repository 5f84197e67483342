/*
 * `__buffer__` and `__release_buffer__` (PEP 688): of built-in types as wrappers of their slots, of Python classes as what the slots call
 * (CPython 3.12: Objects/typeobject.c, wrap_buffer, wrap_releasebuffer, slot_bf_getbuffer, slot_bf_releasebuffer).
 */
import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import { TypeFlag, typeOf } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { defineType } from '../core/define-type.ts';
import { overflowError, typeError, valueError } from '../core/errors.ts';
import { lookupSpecial } from '../protocol/attribute.ts';
import { getBuffer, releaseBuffer } from '../protocol/buffer.ts';
import type { PyBuffer } from '../protocol/buffer.ts';
import { call } from '../protocol/call.ts';
import { sizeIndex } from '../protocol/ssize.ts';
import { reportUnraisable } from '../modules/sys/unraisable.ts';
import { PyMemoryView } from './memoryview.ts';
import { None } from './none.ts';

/** `bytes.__buffer__(self, flags)`: a memoryview of what the slot of that very type gives. */
export function viewFromSlot(vm: VM, slot: NonNullable<PyType['bf_getbuffer']>, self: PyValue, flags: PyValue): PyMemoryView {
  const asked = sizeIndex(vm, flags);
  if (asked > 0x7fffffff) throw overflowError('buffer flags too large');
  if (asked < -0x80000000) throw overflowError('buffer flags too small');
  return PyMemoryView.of(slot(vm, self, asked) as PyBuffer, asked); // That is what the slot gives.
}

/** `bytearray.__release_buffer__(self, view)`: as `view.release()`, if the view is one of this object. */
export function releaseView(vm: VM, self: PyValue, view: PyValue): void {
  if (!(view instanceof PyMemoryView)) throw typeError('expected a memoryview object');
  if (view.released) throw valueError("memoryview's buffer has already been released");
  if (view.owner === None) return; // One that `__release_buffer__` was given.
  if (view.owner !== self) throw valueError("memoryview's buffer is not this object");
  view.release(vm);
}

/** The owner of a buffer that a `__buffer__` written in Python has given as a memoryview. */
export class BufferWrapper extends PyObject {
  /** null once given back. */
  view: PyMemoryView | null;
  readonly exporter: PyValue;

  constructor(view: PyMemoryView, exporter: PyValue) {
    super(bufferWrapperType);
    this.view = view;
    this.exporter = exporter;
  }
}

function wrapper_release(vm: VM, self: BufferWrapper, buffer: PyBuffer): void {
  const { view, exporter } = self;
  if (view === null) return;
  self.view = null;
  releaseBuffer(vm, buffer.ownedBy(view));
  // A view of the exporter itself, from `super().__buffer__()`, has a buffer of its own that goes through the same slot when it is released.
  if (view.owner === exporter) {
    if (view.exports === 0) view.release(vm);
  } else if (typeOf(exporter).bf_releasebuffer === slotReleaseBuffer) {
    callRelease(vm, exporter, view);
  }
}

const bufferWrapperType: PyType = defineType('_buffer_wrapper', {
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  slots: { bf_releasebuffer: wrapper_release },
});

/** Slot of a class whose `__buffer__` is written in Python. */
export function slotGetBuffer(vm: VM, self: PyValue, flags: number): PyBuffer {
  const view = call(vm, lookupSpecial(vm, self, '__buffer__') as PyValue, [flags]);
  if (!(view instanceof PyMemoryView)) throw typeError('__buffer__ returned non-memoryview object');
  return getBuffer(vm, view, flags).ownedBy(new BufferWrapper(view, self));
}

/** Slot of a class whose `__release_buffer__` is written in Python: it is shown the memory, then the built-in base takes the buffer back. */
export function slotReleaseBuffer(vm: VM, self: PyValue, buffer: PyBuffer): void {
  const view = PyMemoryView.of(buffer.ownedBy(None));
  callRelease(vm, self, view);
  view.release(vm);
  const base = typeOf(self).mro.find((type, index) => index > 0 && type.bf_releasebuffer !== undefined && type.bf_releasebuffer !== slotReleaseBuffer);
  base?.bf_releasebuffer?.(vm, self, buffer);
}

/** Nobody waits for what `__release_buffer__` raises. */
function callRelease(vm: VM, self: PyValue, view: PyMemoryView): void {
  view.restricted = true;
  const method = lookupSpecial(vm, self, '__release_buffer__') as PyValue;
  try {
    call(vm, method, [view]);
  } catch (error) {
    reportUnraisable(vm, error, null, self);
  }
}
