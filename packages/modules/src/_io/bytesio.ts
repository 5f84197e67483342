import {
  PyBuffer, PyBytes, PyDict, PyList, PyObject, PyTuple, TypeFlag, asIndex, asSsize, bufferBytes, bufferError, call, callNative, defineType, forEach, getWritableBuffer, native,
  newTuple, None, releaseBuffer, typeError, typeOf, valueError, memoryviewType, instanceDict, isInt, overflowError, hasIndex,
} from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { closedFile, sizeArgument } from './common.ts';
import { PyIOBase, bufferedIOBaseType } from './base.ts';

/* `BytesIO`: a file in memory (CPython 3.12: Modules/_io/bytesio.c). */

export class PyBytesIO extends PyIOBase {
  /** The contents and room to grow; null once closed. */
  private store: Uint8Array | null;
  size: number;
  position: number;
  /** Views given out by `getbuffer()`: the size stays while there are any. */
  exports: number;

  constructor(cls: PyType) {
    super(cls);
    this.store = new Uint8Array(0);
    this.size = 0;
    this.position = 0;
    this.exports = 0;
  }

  get closed(): boolean {
    return this.store === null;
  }

  /** All bytes allocated. Raises ValueError once closed. */
  get memory(): Uint8Array {
    if (this.store === null) throw closedFile();
    return this.store;
  }

  get value(): Uint8Array {
    return this.memory.subarray(0, this.size);
  }

  checkExports(): void {
    if (this.exports > 0) throw bufferError('Existing exports of data: object cannot be re-sized');
  }

  replace(bytes: Uint8Array): void {
    this.store = bytes;
    this.size = bytes.length;
    this.position = 0;
  }

  close(): void {
    this.checkExports();
    this.store = null;
  }

  resize(vm: VM, size: number): void {
    const memory = this.memory;
    if (size > memory.length) {
      const room = Math.max(size, memory.length + (memory.length >> 1), 64);
      vm.allocate(room);
      const grown = new Uint8Array(room);
      grown.set(memory.subarray(0, this.size));
      this.store = grown;
    } else if (size < this.size) memory.fill(0, size, this.size);
    this.size = size;
  }

  write(vm: VM, bytes: Uint8Array): void {
    this.checkExports();
    const end = this.position + bytes.length;
    if (bytes.length === 0) return;
    if (end > this.size) {
      // What is written may be this very memory.
      const source = bytes.buffer === this.memory.buffer ? bytes.slice() : bytes;
      this.resize(vm, end);
      this.memory.set(source, this.position);
    } else this.memory.set(bytes, this.position);
    this.position = end;
  }

  /** The next bytes, at most so many (-1: all). */
  read(count: number): Uint8Array {
    const memory = this.memory;
    const end = count < 0 ? this.size : Math.min(this.size, this.position + count);
    if (this.position >= end) return new Uint8Array(0);
    const bytes = memory.slice(this.position, end);
    this.position = end;
    return bytes;
  }

  readLine(limit: number): Uint8Array {
    const memory = this.memory;
    if (this.position >= this.size) return new Uint8Array(0);
    const newline = memory.subarray(0, this.size).indexOf(10, this.position);
    let end = newline < 0 ? this.size : newline + 1;
    if (limit >= 0) end = Math.min(end, this.position + limit);
    const line = memory.slice(this.position, end);
    this.position = end;
    return line;
  }
}

/** The memory of a BytesIO, for its views. */
class BytesIOBuffer extends PyObject {
  readonly owner: PyBytesIO;
  constructor(owner: PyBytesIO) {
    super(bytesIOBufferType);
    this.owner = owner;
  }
}

export const bytesIOBufferType: PyType = defineType('_BytesIOBuffer', {
  module: '_io',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  slots: {
    bf_getbuffer(_vm: VM, self: PyValue) {
      const { owner } = self as BytesIOBuffer;
      owner.exports++;
      return PyBuffer.ofBytes(self, owner.value, false);
    },
    bf_releasebuffer(_vm: VM, self: PyValue) {
      (self as BytesIOBuffer).owner.exports--;
    },
  },
});

const initDef = native("BytesIO(self, /, initial_bytes=b'')", (vm: VM, self: PyBytesIO, initial?: PyValue) => {
  self.checkExports();
  self.replace(initial === undefined || initial === None ? new Uint8Array(0) : bufferBytes(vm, initial).slice());
  return None;
});

function bytesio_seek(vm: VM, self: PyBytesIO, position: PyValue, whence: PyValue | undefined): PyValue {
  void self.memory;
  const offset = asSsize(vm, position);
  const from = whence === undefined ? 0 : Number(asIndex(vm, whence));
  if (offset < 0 && from === 0) throw valueError(`negative seek value ${offset}`);
  if (from !== 0 && from !== 1 && from !== 2) throw valueError(`invalid whence (${from}, should be 0, 1 or 2)`);
  const base = from === 0 ? 0 : from === 1 ? self.position : self.size;
  if (!Number.isSafeInteger(base + offset)) throw overflowError('new position too large');
  self.position = Math.max(0, base + offset);
  return self.position;
}

function bytesio_truncate(vm: VM, self: PyBytesIO, size: PyValue | undefined): PyValue {
  void self.memory;
  self.checkExports();
  if (size !== undefined && size !== None && !hasIndex(size)) throw typeError(`argument should be integer or None, not '${typeOf(size).tpName}'`);
  const length = size === undefined || size === None ? self.position : asSsize(vm, size);
  if (length < 0) throw valueError(`negative size value ${length}`);
  if (length < self.size) self.resize(vm, length);
  return length;
}

function bytesio_write(vm: VM, self: PyBytesIO, data: PyValue): PyValue {
  void self.memory;
  self.checkExports();
  const bytes = bufferBytes(vm, data);
  self.write(vm, bytes);
  return bytes.length;
}

function bytesio_readinto(vm: VM, self: PyBytesIO, target: PyValue): PyValue {
  const buffer = getWritableBuffer(vm, target, 'readinto() argument');
  try {
    const bytes = self.read(buffer.nbytes);
    buffer.memory.set(bytes, buffer.offset);
    return bytes.length;
  } finally {
    releaseBuffer(vm, buffer);
  }
}

function bytesio_readlines(vm: VM, self: PyBytesIO, hint: PyValue | undefined): PyValue {
  if (hint !== undefined && hint !== None && !isInt(hint)) throw typeError(`integer argument expected, got '${typeOf(hint).tpName}'`);
  const limit = sizeArgument(vm, hint);
  const lines: PyValue[] = [];
  let total = 0;
  for (let line = self.readLine(-1); line.length > 0; line = self.readLine(-1)) {
    lines.push(new PyBytes(line));
    total += line.length;
    if (limit > 0 && total >= limit) break;
  }
  return new PyList(lines);
}

/** `__setstate__((value, position, dict))` */
function bytesio_setstate(vm: VM, self: PyBytesIO, state: PyValue): PyValue {
  void self.memory;
  if (!(state instanceof PyTuple) || state.items.length < 3) throw typeError(`${self.cls.tpName}.__setstate__ argument should be 3-tuple, got ${typeOf(state).tpName}`);
  self.checkExports();
  const [value, position, dict] = state.items;
  self.replace(bufferBytes(vm, value).slice());
  if (!hasIndex(position)) throw typeError(`second item of state must be an integer, not ${typeOf(position).tpName}`);
  const at = asSsize(vm, position);
  if (at < 0) throw valueError('position value cannot be negative');
  self.position = at;
  if (dict === None) return None;
  if (!(dict instanceof PyDict)) throw typeError(`third item of state should be a dict, got a ${typeOf(dict).tpName}`);
  call(vm, typeOf(dict).lookup('update') as PyValue, [instanceDict(vm, self) as PyDict, dict]);
  return None;
}

const open = (self: PyBytesIO): PyBytesIO => (void self.memory, self);

export const bytesIOType: PyType = defineType('BytesIO', {
  module: '_io',
  basetype: true,
  bases: [bufferedIOBaseType],
  textSignature: "(initial_bytes=b'')",
  doc: 'Buffered I/O implementation using an in-memory bytes buffer.',
  slots: {
    tp_new: (_vm, cls) => new PyBytesIO(cls),
    tp_init: (vm: VM, self: PyValue, args: PyValue[], kwnames) => void callNative(vm, initDef, self, args, kwnames, null),
    tp_iter: (_vm: VM, self: PyBytesIO) => open(self),
    tp_iternext(_vm: VM, self: PyBytesIO) {
      const line = self.readLine(-1);
      return line.length === 0 ? undefined : new PyBytes(line);
    },
  },
  methods: [
    native('readable(self, /)', (_vm: VM, self: PyBytesIO) => (open(self), true), 'Returns True if the IO object can be read.'),
    native('seekable(self, /)', (_vm: VM, self: PyBytesIO) => (open(self), true), 'Returns True if the IO object can be seeked.'),
    native('writable(self, /)', (_vm: VM, self: PyBytesIO) => (open(self), true), 'Returns True if the IO object can be written.'),
    native('close(self, /)', (_vm: VM, self: PyBytesIO) => (self.close(), None), 'Disable all I/O operations.'),
    native('flush(self, /)', (_vm: VM, self: PyBytesIO) => (open(self), None), 'Does nothing.'),
    native('isatty(self, /)', (_vm: VM, self: PyBytesIO) => (open(self), false), 'Always returns False.\n\nBytesIO objects are not connected to a TTY-like device.'),
    native('tell(self, /)', (_vm: VM, self: PyBytesIO) => open(self).position, 'Current file position, an integer.'),
    native('write(self, b, /)', bytesio_write, 'Write bytes to file.\n\nReturn the number of bytes written.'),
    native('writelines(self, lines, /)', (vm: VM, self: PyBytesIO, lines: PyValue) => {
      open(self);
      forEach(vm, lines, (line) => void bytesio_write(vm, self, line));
      return None;
    }, 'Write lines to the file.\n\nNote that newlines are not added.  lines can be any iterable object\nproducing bytes-like objects. This is equivalent to calling write() for\neach element.'),
    native('read1(self, size=-1, /)', (vm: VM, self: PyBytesIO, size?: PyValue) => new PyBytes(open(self).read(sizeArgument(vm, size))), 'Read at most size bytes, returned as a bytes object.\n\nIf the size argument is negative or omitted, read until EOF is reached.\nReturn an empty bytes object at EOF.'),
    native('readinto(self, buffer, /)', bytesio_readinto, 'Read bytes into buffer.\n\nReturns number of bytes read (0 for EOF), or None if the object\nis set not to block and has no data to read.'),
    native('readline(self, size=-1, /)', (vm: VM, self: PyBytesIO, size?: PyValue) => new PyBytes(open(self).readLine(sizeArgument(vm, size))), 'Next line from the file, as a bytes object.\n\nRetain newline.  A non-negative size argument limits the maximum\nnumber of bytes to return (an incomplete line may be returned then).\nReturn an empty bytes object at EOF.'),
    native('readlines(self, size=None, /)', bytesio_readlines, 'List of bytes objects, each a line from the file.\n\nCall readline() repeatedly and return a list of the lines so read.\nThe optional size argument, if given, is an approximate bound on the\ntotal number of bytes in the lines returned.'),
    native('read(self, size=-1, /)', (vm: VM, self: PyBytesIO, size?: PyValue) => new PyBytes(open(self).read(sizeArgument(vm, size))), 'Read at most size bytes, returned as a bytes object.\n\nIf the size argument is negative, read until EOF is reached.\nReturn an empty bytes object at EOF.'),
    native('getbuffer(self, /)', (vm: VM, self: PyBytesIO) => call(vm, memoryviewType, [new BytesIOBuffer(open(self))]), 'Get a read-write view over the contents of the BytesIO object.'),
    native('getvalue(self, /)', (_vm: VM, self: PyBytesIO) => new PyBytes(self.value.slice()), 'Retrieve the entire contents of the BytesIO object.'),
    native('seek(self, pos, whence=0, /)', bytesio_seek, 'Change stream position.\n\nSeek to byte offset pos relative to position indicated by whence:\n     0  Start of stream (the default).  pos should be >= 0;\n     1  Current position - pos may be negative;\n     2  End of stream - pos usually negative.\nReturns the new absolute position.'),
    native('truncate(self, size=None, /)', bytesio_truncate, 'Truncate the file to at most size bytes.\n\nSize defaults to the current file position, as returned by tell().\nThe current file position is unchanged.  Returns the new size.'),
    native('__getstate__(self, /)', (vm: VM, self: PyBytesIO) => {
      void vm;
      return newTuple([new PyBytes(self.value.slice()), self.position, self.dict ? self.dict.copy() : None]);
    }).unsigned(),
    native('__setstate__(self, state, /)', bytesio_setstate).unsigned(),
    native('__sizeof__(self, /)', (_vm: VM, self: PyBytesIO) => 112 + (self.closed ? 0 : self.memory.length)).unsigned(),
  ],
  getset: { closed: { get: (_vm: VM, self: PyBytesIO) => self.closed, doc: 'True if the file is closed.' } },
});
