import { bufferError, defineType, getBuffer, BufferFlag, isContiguous, isFortranContiguous, native, None, PyBuffer, PyMemoryView, PyObject, releaseBuffer, typeError, valueError } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { docs } from './docs.ts';

/* pickle.PickleBuffer (CPython 3.12: Objects/picklebufobject.c). */

export class PickleBuffer extends PyObject {
  /** null once released. */
  buffer: PyBuffer | null;
  constructor(cls: PyType, buffer: PyBuffer) {
    super(cls);
    this.buffer = buffer;
  }

  checked(): PyBuffer {
    if (this.buffer === null) throw valueError('operation forbidden on released PickleBuffer object');
    return this.buffer;
  }
}

/** One dimension of bytes over the same memory. */
function raw(vm: VM, self: PickleBuffer): PyValue {
  const buffer = self.checked();
  if (!isContiguous(buffer) && !isFortranContiguous(buffer)) throw bufferError('cannot extract raw buffer from non-contiguous buffer');
  const bytes = buffer.memory.subarray(buffer.offset, buffer.offset + buffer.nbytes);
  const held = getBuffer(vm, buffer.owner, BufferFlag.FULL_RO);
  return new PyMemoryView(PyBuffer.ofBytes(buffer.owner, bytes, buffer.readonly), buffer.owner, held);
}

export const pickleBufferType: PyType = defineType('PickleBuffer', {
  module: 'pickle',
  basetype: false,
  hasWeakref: true,
  doc: docs.PickleBuffer,
  slots: {
    tp_new(vm, type, args, kwnames) {
      if (kwnames !== null && kwnames.length > 0) throw typeError('PickleBuffer() takes no keyword arguments');
      if (args.length !== 1) throw typeError(`PickleBuffer() takes exactly 1 positional argument (${args.length} given)`);
      return new PickleBuffer(type, getBuffer(vm, args[0], BufferFlag.FULL_RO));
    },
    bf_getbuffer: (vm: VM, self: PyValue, flags: number) => getBuffer(vm, (self as PickleBuffer).checked().owner, flags),
    bf_releasebuffer: () => undefined, // Buffers belong to the object behind.
  },
  methods: [
    native('raw(self, /)', raw, docs['PickleBuffer.raw']),
    native('release(self, /)', (vm: VM, self: PickleBuffer) => {
      const { buffer } = self;
      self.buffer = null;
      if (buffer !== null) releaseBuffer(vm, buffer);
      return None;
    }, docs['PickleBuffer.release']),
  ],
});
