import {
  PyBytes, asIndex, asSsize, bufferBytes, callMethod, callNative, defineType, getAttr, getWritableBuffer, native, newException, exceptionTypes, None, releaseBuffer, reprEnter, reprLeave, reprText,
  memoryError, runtimeError, strFromJS, valueError, typeOf,
} from '@py/vm/native';
import type { NativeDef, PyType, PyValue, VM } from '@py/vm/native';
import { DEFAULT_BUFFER_SIZE, closeBoth, reading, withoutRestart, sizeArgument, unsupported } from './common.ts';
import { PyIOBase, bufferedIOBaseType, cannotPickle, checkAble, finalizingField, isClosed } from './base.ts';
import { PyBuffered, streamName } from './buffered.ts';
import { warnThrough } from './finalize.ts';

/** No buffer can be larger. */
const addressSpace = 2 ** 47;

/* The buffered streams as Python sees them (CPython 3.12: Modules/_io/bufferedio.c). */

function attach(vm: VM, self: PyBuffered, raw: PyValue, size: PyValue | undefined): PyValue {
  self.raw = null;
  self.detached = false;
  const bufferSize = size === undefined ? DEFAULT_BUFFER_SIZE : asSsize(vm, size);
  if (self.canRead && self.canWrite) checkAble(vm, raw, 'seekable');
  if (self.canRead) checkAble(vm, raw, 'readable');
  if (self.canWrite) checkAble(vm, raw, 'writable');
  if (bufferSize <= 0) throw valueError('buffer size must be strictly positive');
  if (bufferSize > addressSpace) throw memoryError();
  self.attach(vm, raw, bufferSize);
  return None;
}

function buffered_read(vm: VM, self: PyBuffered, size: PyValue | undefined): PyValue {
  const count = sizeArgument(vm, size);
  void self.below;
  if (count < -1) throw valueError('read length must be non-negative or -1');
  self.checkOpen(vm, 'read of closed file');
  const bytes = count < 0 ? self.readAll(vm) : self.read(vm, count);
  return bytes === null ? None : new PyBytes(bytes);
}

function buffered_read1(vm: VM, self: PyBuffered, size: PyValue | undefined): PyValue {
  const count = size === undefined ? -1 : asSsize(vm, size);
  void self.below;
  self.checkOpen(vm, 'read of closed file');
  return new PyBytes(self.read1(vm, count));
}

function readinto(once: boolean) {
  return (vm: VM, self: PyBuffered, target: PyValue): PyValue => {
    void self.below;
    const buffer = getWritableBuffer(vm, target, `${once ? 'readinto1' : 'readinto'}() argument`);
    try {
      self.checkOpen(vm, 'readinto of closed file');
      return self.readInto(vm, buffer.memory.subarray(buffer.offset, buffer.offset + buffer.nbytes), once) ?? None;
    } finally {
      releaseBuffer(vm, buffer);
    }
  };
}

function buffered_peek(vm: VM, self: PyBuffered, size: PyValue | undefined): PyValue {
  if (size !== undefined) asIndex(vm, size);
  void self.below;
  self.checkOpen(vm, 'peek of closed file');
  if (self.available === 0) self.fill(vm);
  return new PyBytes(self.lookAhead.slice());
}

function buffered_readline(vm: VM, self: PyBuffered, size: PyValue | undefined): PyValue {
  const limit = sizeArgument(vm, size);
  void self.below;
  self.checkOpen(vm, 'readline of closed file');
  return new PyBytes(self.readLine(vm, limit));
}

function buffered_write(vm: VM, self: PyBuffered, data: PyValue): PyValue {
  void self.below;
  const bytes = bufferBytes(vm, data);
  self.checkOpen(vm, 'write to closed file');
  return self.write(vm, bytes);
}

function buffered_flush(vm: VM, self: PyBuffered): PyValue {
  void self.below;
  self.checkOpen(vm, 'flush of closed file');
  self.flushPending(vm);
  if (self.canRead) self.undoReadAhead(vm);
  return None;
}

function buffered_seek(vm: VM, self: PyBuffered, target: PyValue, whence: PyValue | undefined): PyValue {
  void self.below;
  const from = whence === undefined ? 0 : Number(asIndex(vm, whence));
  if (from < 0 || from > 4) throw valueError(`whence value ${from} unsupported`);
  self.checkOpen(vm, 'seek of closed file');
  if (self.file === null) checkAble(vm, self.below, 'seekable');
  else if (!self.file.seekable(vm)) throw unsupported(vm, 'File or stream is not seekable.');
  return self.seek(vm, asSsize(vm, target), from);
}

function buffered_tell(vm: VM, self: PyBuffered): PyValue {
  void self.below;
  return self.tell(vm);
}

function buffered_truncate(vm: VM, self: PyBuffered, size: PyValue | undefined): PyValue {
  void self.below;
  self.checkOpen(vm, 'truncate of closed file');
  if (!self.canWrite) throw unsupported(vm, 'truncate');
  self.flushPending(vm);
  if (self.canRead) self.undoReadAhead(vm);
  return callMethod(vm, self.below, 'truncate', [size ?? None]);
}

function buffered_close(vm: VM, self: PyBuffered): PyValue {
  const raw = self.below;
  if (self.isClosed(vm)) return None;
  if (self.finalizing) warnThrough(vm, raw, self);
  try {
    closeBoth(
      () => void callMethod(vm, self, 'flush'),
      () => void callMethod(vm, raw, 'close'),
    );
  } finally {
    self.forget(vm);
  }
  return None;
}

function buffered_detach(vm: VM, self: PyBuffered): PyValue {
  const raw = self.below;
  callMethod(vm, self, 'flush');
  self.forget(vm);
  self.raw = null;
  self.file = null;
  self.detached = true;
  return raw;
}

function buffered_repr(vm: VM, self: PyBuffered): PyValue {
  const type = self.cls.tpName;
  const name = streamName(vm, self);
  if (name === undefined) return strFromJS(`<${type}>`);
  if (!reprEnter(vm, self)) throw runtimeError(`reentrant call inside ${type}.__repr__`);
  try {
    return strFromJS(`<${type} name=${reprText(vm, name)}>`);
  } finally {
    reprLeave(vm, self);
  }
}

function buffered_iternext(vm: VM, self: PyBuffered): PyValue | undefined {
  void self.below;
  if (self.cls === bufferedReaderType || self.cls === bufferedRandomType) {
    self.checkOpen(vm, 'readline of closed file');
    const line = self.readLine(vm, -1);
    return line.length === 0 ? undefined : new PyBytes(line);
  }
  const line = callMethod(vm, self, 'readline');
  if (!(line instanceof PyBytes)) throw newException(exceptionTypes.OSError, `readline() should have returned a bytes object, not '${typeOf(line).tpName}'`);
  return line.bytes.length === 0 ? undefined : line;
}

/** A method that the stream below answers. */
const ask = (name: string): NativeDef => native(`${name}(self, /)`, (vm: VM, self: PyBuffered) => callMethod(vm, self.below, name));

const common: readonly NativeDef[] = [
  native('detach(self, /)', buffered_detach, 'Disconnect this buffer from its underlying raw stream and return it.\n\nAfter the raw stream has been detached, the buffer is in an unusable\nstate.'),
  native('close(self, /)', buffered_close),
  ask('seekable'),
  ask('fileno'),
  ask('isatty'),
  native('_dealloc_warn(self, source, /)', (vm: VM, self: PyBuffered, source: PyValue) => {
    if (self.raw !== null) callMethod(vm, self.raw, '_dealloc_warn', [source]);
    return None;
  }),
  native('seek(self, target, whence=0, /)', buffered_seek),
  native('tell(self, /)', buffered_tell),
  native('truncate(self, pos=None, /)', buffered_truncate),
  native('__sizeof__(self, /)', (vm: VM, self: PyBuffered) => 160 + (self.raw === null || self.isClosed(vm) ? 0 : self.bufferSize)),
  ...cannotPickle,
];
const simpleFlush = native('flush(self, /)', (vm: VM, self: PyBuffered) => callMethod(vm, self.below, 'flush'));
const forReading: readonly NativeDef[] = [
  ask('readable'),
  native('read(self, size=-1, /)', reading(buffered_read)),
  native('read1(self, size=-1, /)', reading(buffered_read1)),
  native('peek(self, size=0, /)', reading(buffered_peek)).unsigned(),
  native('readinto(self, buffer, /)', reading(readinto(false))),
  native('readinto1(self, buffer, /)', reading(readinto(true))),
  native('readline(self, size=-1, /)', reading(buffered_readline)),
];
const forWriting: readonly NativeDef[] = [
  ask('writable'),
  native('write(self, buffer, /)', buffered_write, 'Write buffer b to the IO stream.\n\nReturn the number of bytes written, which is always\nthe length of b in bytes.\n\nRaise BlockingIOError if the buffer is full and the\nunderlying raw stream cannot accept more data at the moment.'),
  native('flush(self, /)', buffered_flush),
];

const getset = {
  closed: { get: (vm: VM, self: PyBuffered): PyValue => self.isClosed(vm) },
  name: { get: (vm: VM, self: PyBuffered): PyValue => getAttr(vm, self.below, 'name') },
  mode: { get: (vm: VM, self: PyBuffered): PyValue => getAttr(vm, self.below, 'mode') },
};
const fields = {
  raw: { get: (_vm: VM, self: PyBuffered): PyValue => self.raw ?? None },
  _finalizing: finalizingField,
};

function bufferedType(name: string, canRead: boolean, canWrite: boolean, doc: string, methods: readonly NativeDef[]): PyType {
  const init = native(`${name}(self, /, raw, buffer_size=DEFAULT_BUFFER_SIZE)`, attach);
  return defineType(name, {
    module: '_io',
    basetype: true,
    bases: [bufferedIOBaseType],
    textSignature: '(raw, buffer_size=DEFAULT_BUFFER_SIZE)',
    doc,
    slots: {
      tp_new: (_vm, cls) => new PyBuffered(cls, canRead, canWrite),
      tp_init: (vm: VM, self: PyValue, args: PyValue[], kwnames) => void callNative(vm, init, self, args, kwnames, null),
      tp_repr: buffered_repr,
      ...(canRead ? { tp_iternext: (vm: VM, self: PyValue) => withoutRestart(vm, () => buffered_iternext(vm, self as never)) } : {}),
    },
    methods: [...common, ...methods],
    getset,
    fields,
  });
}

export const bufferedReaderType = bufferedType('BufferedReader', true, false, 'Create a new buffered reader using the given readable raw IO object.', [simpleFlush, ...forReading]);
export const bufferedWriterType = bufferedType('BufferedWriter', false, true, 'A buffer for a writeable sequential RawIO object.\n\nThe constructor creates a BufferedWriter for the given writeable raw\nstream. If the buffer_size is not given, it defaults to\nDEFAULT_BUFFER_SIZE.', forWriting);
export const bufferedRandomType = bufferedType('BufferedRandom', true, true, 'A buffered interface to random access streams.\n\nThe constructor creates a reader and writer for a seekable stream,\nraw, given in the first argument. If the buffer_size is omitted it\ndefaults to DEFAULT_BUFFER_SIZE.', [...forReading, ...forWriting]);

/** BufferedRWPair: a reader and a writer over two streams. */
class PyBufferedRWPair extends PyIOBase {
  reader: PyBuffered | null = null;
  writer: PyBuffered | null = null;
  get source(): PyBuffered {
    if (this.reader === null) throw valueError('I/O operation on uninitialized object');
    return this.reader;
  }
  get target(): PyBuffered {
    if (this.writer === null) throw valueError('I/O operation on uninitialized object');
    return this.writer;
  }
}

const initPair = native('BufferedRWPair(self, reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)', (vm: VM, self: PyBufferedRWPair, reader: PyValue, writer: PyValue, size?: PyValue) => {
  checkAble(vm, reader, 'readable');
  checkAble(vm, writer, 'writable');
  const source = new PyBuffered(bufferedReaderType, true, false);
  attach(vm, source, reader, size);
  const target = new PyBuffered(bufferedWriterType, false, true);
  attach(vm, target, writer, size);
  self.reader = source;
  self.writer = target;
  return None;
});

function pairMethod(text: string, side: 'source' | 'target'): NativeDef {
  const name = text.slice(0, text.indexOf('('));
  return native(text, (vm: VM, self: PyBufferedRWPair, ...args: PyValue[]) => callMethod(vm, self[side], name, args.filter((arg) => arg !== undefined)));
}

function pair_close(vm: VM, self: PyBufferedRWPair): PyValue {
  closeBoth(
    () => void callMethod(vm, self.target, 'close'),
    () => void callMethod(vm, self.source, 'close'),
  );
  return None;
}

export const bufferedRWPairType: PyType = defineType('BufferedRWPair', {
  module: '_io',
  basetype: true,
  bases: [bufferedIOBaseType],
  textSignature: '(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)',
  doc: 'A buffered reader and writer object together.\n\nA buffered reader object and buffered writer object put together to\nform a sequential IO object that can read and write. This is typically\nused with a socket or two-way pipe.\n\nreader and writer are RawIOBase objects that are readable and\nwriteable respectively. If the buffer_size is omitted it defaults to\nDEFAULT_BUFFER_SIZE.',
  slots: {
    tp_new: (_vm, cls) => new PyBufferedRWPair(cls),
    tp_init: (vm: VM, self: PyValue, args: PyValue[], kwnames) => void callNative(vm, initPair, self, args, kwnames, null),
  },
  methods: [
    pairMethod('read(self, size=-1, /)', 'source'),
    pairMethod('peek(self, size=0, /)', 'source'),
    pairMethod('read1(self, size=-1, /)', 'source'),
    pairMethod('readinto(self, buffer, /)', 'source'),
    pairMethod('readinto1(self, buffer, /)', 'source'),
    pairMethod('write(self, buffer, /)', 'target'),
    pairMethod('flush(self, /)', 'target'),
    pairMethod('readable(self, /)', 'source'),
    pairMethod('writable(self, /)', 'target'),
    native('close(self, /)', pair_close).unsigned(),
    native('isatty(self, /)', (vm: VM, self: PyBufferedRWPair) => {
      const written = callMethod(vm, self.target, 'isatty');
      return written === false ? callMethod(vm, self.source, 'isatty') : written;
    }).unsigned(),
  ],
  getset: { closed: { get: (vm: VM, self: PyBufferedRWPair) => isClosed(vm, self.target) } },
});
