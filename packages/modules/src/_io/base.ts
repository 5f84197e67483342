import { tailCall,
  PyByteArray, PyBytes, PyList, PyObject, asIndex, callMethod, defineType, dictAttribute, forEach, getAttr, isTrue, iterate, lookupAttr, native, newException, exceptionTypes, None,
  typeError, typeOf, valueError, getWritableBuffer, releaseBuffer, next,
} from '@py/vm/native';
import type { Continuation, NativeDef, PyType, PyValue, VM } from '@py/vm/native';
import { DEFAULT_BUFFER_SIZE, closedFile, sizeArgument, unsupported } from './common.ts';
import { iobase_finalize } from './finalize.ts';
import type { StreamWatch } from './unclosed.ts';

/* The abstract base classes (CPython 3.12: Modules/_io/iobase.c, bufferedio.c, textio.c). */

/** Any stream: an instance of a class derived from `_io._IOBase`. */
export class PyIOBase extends PyObject {
  /** `_IOBase.close()` has run. Classes with something below them tell otherwise. */
  baseClosed: boolean;
  /** It is being closed because it dies. */
  finalizing: boolean;
  /** Waits for the death of the stream while it is open. */
  watch: StreamWatch | null;
  constructor(cls: PyType) {
    super(cls);
    this.baseClosed = false;
    this.finalizing = false;
    this.watch = null;
  }
}

/** `_finalizing` */
export const finalizingField = {
  get: (_vm: VM, self: PyIOBase): PyValue => self.finalizing,
  set: (vm: VM, self: PyIOBase, value?: PyValue): void => void (self.finalizing = value !== undefined && isTrue(vm, value)),
};

/** Is a stream closed, asked as a program would? */
export function isClosed(vm: VM, stream: PyValue): boolean {
  return isTrue(vm, getAttr(vm, stream, 'closed'));
}

export function checkClosed(vm: VM, stream: PyValue): void {
  const closed = lookupAttr(vm, stream, 'closed');
  if (closed !== undefined && isTrue(vm, closed)) throw closedFile();
}

/** `_checkReadable` and its kin: asks the method, which must give True itself. */
export function checkAble(vm: VM, stream: PyValue, method: 'seekable' | 'readable' | 'writable'): true {
  if (callMethod(vm, stream, method) !== true) throw unsupported(vm, `File or stream is not ${method}.`);
  return true;
}

const refuse = (text: string, operation: string, doc: string | null = null): NativeDef =>
  native(text, (vm: VM) => {
    throw unsupported(vm, operation);
  }, doc);

function iobase_flush(vm: VM, self: PyIOBase): PyValue {
  if (self.baseClosed) throw closedFile();
  void vm;
  return None;
}

function iobase_close(vm: VM, self: PyIOBase): PyValue {
  if (self.baseClosed) return None;
  try {
    callMethod(vm, self, 'flush');
  } finally {
    self.baseClosed = true;
  }
  return None;
}

/** A line, byte by byte, or by what `peek` shows (CPython: _io__IOBase_readline_impl). */
function iobase_readline(vm: VM, self: PyValue, size: PyValue | undefined): PyValue {
  const limit = sizeArgument(vm, size);
  const peek = lookupAttr(vm, self, 'peek');
  const line: number[] = [];
  while (limit < 0 || line.length < limit) {
    let wanted = 1;
    if (peek !== undefined) {
      const ahead = callMethod(vm, self, 'peek', [1]);
      if (!(ahead instanceof PyBytes)) throw newException(exceptionTypes.OSError, `peek() should have returned a bytes object, not '${typeOf(ahead).tpName}'`);
      if (ahead.bytes.length > 0) {
        const end = ahead.bytes.indexOf(10);
        wanted = end < 0 ? ahead.bytes.length : end + 1;
        if (limit >= 0) wanted = Math.min(wanted, limit - line.length);
      }
    }
    const bytes = callMethod(vm, self, 'read', [wanted]);
    if (!(bytes instanceof PyBytes)) throw newException(exceptionTypes.OSError, `read() should have returned a bytes object, not '${typeOf(bytes).tpName}'`);
    if (bytes.bytes.length === 0) break;
    for (const byte of bytes.bytes) line.push(byte);
    if (line[line.length - 1] === 10) break;
  }
  return new PyBytes(Uint8Array.from(line));
}

function iobase_readlines(vm: VM, self: PyValue, hint: PyValue | undefined): PyValue {
  const limit = sizeArgument(vm, hint);
  const lines: PyValue[] = [];
  let length = 0;
  const iterator = iterate(vm, self);
  for (let line = next(vm, iterator); line !== undefined; line = next(vm, iterator)) {
    lines.push(line);
    if (limit <= 0) continue;
    length += sizeOf(vm, line);
    if (length > limit) break;
  }
  return new PyList(lines);
}

function iobase_writelines(vm: VM, self: PyValue, lines: PyValue): PyValue {
  checkClosed(vm, self);
  forEach(vm, lines, (line) => {
    callMethod(vm, self, 'write', [line]);
  });
  return None;
}

function iobase_iternext(vm: VM, self: PyValue): PyValue | undefined {
  const line = callMethod(vm, self, 'readline');
  return sizeOf(vm, line) === 0 ? undefined : line;
}

/** `len(line)` */
function sizeOf(vm: VM, line: PyValue): number {
  if (line instanceof PyBytes) return line.bytes.length;
  const length = typeOf(line).sq_length ?? typeOf(line).mp_length;
  if (length === undefined) throw typeError(`object of type '${typeOf(line).tpName}' has no len()`);
  return length(vm, line);
}

function newStream(make: (cls: PyType) => PyIOBase): (vm: VM, cls: PyType) => PyValue {
  return (_vm, cls) => make(cls);
}

export const ioBaseType: PyType = defineType('_IOBase', {
  module: '_io',
  basetype: true,
  hasDict: true,
  hasWeakref: true,
  doc: 'The abstract base class for all I/O classes.\n\nThis class provides dummy implementations for many methods that\nderived classes can override selectively; the default implementations\nrepresent a file that cannot be read, written or seeked.\n\nEven though IOBase does not declare read, readinto, or write because\ntheir signatures will vary, implementations and clients should\nconsider those methods part of the interface. Also, implementations\nmay raise UnsupportedOperation when operations they do not support are\ncalled.\n\nThe basic type used for binary data read from or written to a file is\nbytes. Other bytes-like objects are accepted as method arguments too.\nIn some cases (such as readinto), a writable object is required. Text\nI/O classes work with str data.\n\nNote that calling any method (except additional calls to close(),\nwhich are ignored) on a closed stream should raise a ValueError.\n\nIOBase (and its subclasses) support the iterator protocol, meaning\nthat an IOBase object can be iterated over yielding the lines in a\nstream.\n\nIOBase also supports the :keyword:`with` statement. In this example,\nfp is closed after the suite of the with statement is complete:\n\nwith open(\'spam.txt\', \'r\') as fp:\n    fp.write(\'Spam and eggs!\')\n',
  slots: {
    tp_new: newStream((cls) => new PyIOBase(cls)),
    tp_init(vm: VM, self: PyValue, args: PyValue[]) {
      void vm;
      const type = typeOf(self);
      if (args.length > 0 && type.lookup('__init__') === ioBaseType.lookup('__init__')) throw typeError(`${type.tpName}() takes no arguments`);
    },
    tp_iter(vm: VM, self: PyValue) {
      checkClosed(vm, self);
      return self;
    },
    tp_iternext: iobase_iternext,
  },
  methods: [
    refuse('seek(self, offset, whence=0, /)', 'seek', 'Change the stream position to the given byte offset.\n\n  offset\n    The stream position, relative to \'whence\'.\n  whence\n    The relative position to seek from.\n\nThe offset is interpreted relative to the position indicated by whence.\nValues for whence are:\n\n* os.SEEK_SET or 0 -- start of stream (the default); offset should be zero or positive\n* os.SEEK_CUR or 1 -- current stream position; offset may be negative\n* os.SEEK_END or 2 -- end of stream; offset is usually negative\n\nReturn the new absolute position.'),
    native('tell(self, /)', (vm: VM, self: PyValue) => callMethod(vm, self, 'seek', [0, 1]), 'Return current stream position.'),
    refuse('truncate(self, size=None, /)', 'truncate', 'Truncate file to size bytes.\n\nFile pointer is left unchanged. Size defaults to the current IO position\nas reported by tell(). Return the new size.'),
    native('flush(self, /)', iobase_flush, 'Flush write buffers, if applicable.\n\nThis is not implemented for read-only and non-blocking streams.'),
    native('close(self, /)', iobase_close, 'Flush and close the IO object.\n\nThis method has no effect if the file is already closed.'),
    native('seekable(self, /)', () => false, 'Return whether object supports random access.\n\nIf False, seek(), tell() and truncate() will raise OSError.\nThis method may need to do a test seek().'),
    native('readable(self, /)', () => false, 'Return whether object was opened for reading.\n\nIf False, read() will raise OSError.'),
    native('writable(self, /)', () => false, 'Return whether object was opened for writing.\n\nIf False, write() will raise OSError.'),
    native('_checkClosed(self, /)', (vm: VM, self: PyValue) => (checkClosed(vm, self), None)).unsigned(),
    native('_checkSeekable(self, /)', (vm: VM, self: PyValue) => checkAble(vm, self, 'seekable')).unsigned(),
    native('_checkReadable(self, /)', (vm: VM, self: PyValue) => checkAble(vm, self, 'readable')).unsigned(),
    native('_checkWritable(self, /)', (vm: VM, self: PyValue) => checkAble(vm, self, 'writable')).unsigned(),
    refuse('fileno(self, /)', 'fileno', 'Return underlying file descriptor if one exists.\n\nRaise OSError if the IO object does not use a file descriptor.'),
    native('isatty(self, /)', (vm: VM, self: PyValue) => (checkClosed(vm, self), false), "Return whether this is an 'interactive' stream.\n\nReturn False if it can't be determined."),
    native('__enter__(self, /)', (vm: VM, self: PyValue) => (checkClosed(vm, self), self)).unsigned(),
    native('__exit__(self, /, *args)', (vm: VM, self: PyValue) => callMethod(vm, self, 'close')).unsigned(),
    native('readline(self, size=-1, /)', iobase_readline, 'Read and return a line from the stream.\n\nIf size is specified, at most size bytes will be read.\n\nThe line terminator is always b\'\\n\' for binary files; for text\nfiles, the newlines argument to open can be used to select the line\nterminator(s) recognized.'),
    native('readlines(self, hint=-1, /)', iobase_readlines, 'Return a list of lines from the stream.\n\nhint can be specified to control the number of lines read: no more\nlines will be read if the total size (in bytes/characters) of all\nlines so far exceeds hint.'),
    native('writelines(self, lines, /)', iobase_writelines, 'Write a list of lines to stream.\n\nLine separators are not added, so it is usual for each of the\nlines provided to have a line separator at the end.'),
    native('__del__(self, /)', iobase_finalize).unsigned(),
  ],
  getset: { closed: { get: (_vm: VM, self: PyIOBase) => self.baseClosed }, __dict__: { get: dictAttribute.get } },
});

const notImplemented = (): PyValue => {
  throw newException(exceptionTypes.NotImplementedError);
};

/** `_RawIOBase.read(n)`: through `readinto`. */
function rawiobase_read(vm: VM, self: PyValue, size: PyValue | undefined): PyValue {
  const count = size === undefined ? -1 : Number(asIndex(vm, size));
  if (count < 0) return tailCall(vm, getAttr(vm, self, 'readall'), []);
  const into = new PyByteArray(new Uint8Array(count));
  return tailCall(vm, getAttr(vm, self, 'readinto'), [into], null, new AfterReadinto(into));
}

/** What `readinto` has left in the array is what `read` gives. */
class AfterReadinto implements Continuation {
  next: Continuation | null = null;
  private readonly into: PyByteArray;
  constructor(into: PyByteArray) {
    this.into = into;
  }
  resumed(vm: VM, result: PyValue): PyValue {
    if (result === None) return None;
    const got = Number(asIndex(vm, result));
    if (got < 0 || got > this.into.length) throw valueError(`readinto returned ${got} outside buffer size ${this.into.length}`);
    return new PyBytes(this.into.bytes.slice(0, got));
  }
}

function rawiobase_readall(vm: VM, self: PyValue): PyValue {
  return new ReadAll(self).more(vm);
}

/** Calls `read` until it gives nothing more. */
class ReadAll implements Continuation {
  next: Continuation | null = null;
  private readonly stream: PyValue;
  private readonly chunks: Uint8Array[] = [];
  constructor(stream: PyValue) {
    this.stream = stream;
  }
  more(vm: VM): PyValue {
    return tailCall(vm, getAttr(vm, this.stream, 'read'), [DEFAULT_BUFFER_SIZE], null, this);
  }
  resumed(vm: VM, data: PyValue): PyValue {
    if (data === None) return this.chunks.length === 0 ? None : new PyBytes(joinBytes(this.chunks));
    if (!(data instanceof PyBytes)) throw typeError('read() should return bytes');
    if (data.bytes.length === 0) return new PyBytes(joinBytes(this.chunks));
    this.chunks.push(data.bytes);
    return this.more(vm);
  }
}

/** All of them, one after the other. */
export function joinBytes(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

export const rawIOBaseType: PyType = defineType('_RawIOBase', {
  module: '_io',
  basetype: true,
  bases: [ioBaseType],
  ownLayout: false,
  doc: 'Base class for raw binary I/O.',
  methods: [
    native('read(self, size=-1, /)', rawiobase_read),
    native('readall(self, /)', rawiobase_readall, 'Read until EOF, using multiple read() call.'),
    native('readinto(self, buffer, /)', notImplemented).unsigned(),
    native('write(self, b, /)', notImplemented).unsigned(),
  ],
});

/** `readinto` by `read` or `read1`. */
function intoBy(method: 'read' | 'read1') {
  return (vm: VM, self: PyValue, target: PyValue): PyValue => {
    const buffer = getWritableBuffer(vm, target, `${method === 'read' ? 'readinto' : 'readinto1'}() argument`);
    try {
      const data = callMethod(vm, self, method, [buffer.nbytes]);
      if (!(data instanceof PyBytes)) throw typeError('read() should return bytes');
      const { bytes } = data;
      if (bytes.length > buffer.nbytes) throw valueError(`read() returned too much data: ${buffer.nbytes} bytes requested, ${bytes.length} returned`);
      buffer.memory.set(bytes, buffer.offset);
      return bytes.length;
    } finally {
      releaseBuffer(vm, buffer);
    }
  };
}

export const bufferedIOBaseType: PyType = defineType('_BufferedIOBase', {
  module: '_io',
  basetype: true,
  bases: [ioBaseType],
  ownLayout: false,
  doc: 'Base class for buffered IO objects.\n\nThe main difference with RawIOBase is that the read() method\nsupports omitting the size argument, and does not have a default\nimplementation that defers to readinto().\n\nIn addition, read(), readinto() and write() may raise\nBlockingIOError if the underlying raw stream is in non-blocking\nmode and not ready; unlike their raw counterparts, they will never\nreturn None.\n\nA typical implementation should not inherit from a RawIOBase\nimplementation, but wrap one.',
  methods: [
    refuse('detach(self, /)', 'detach', 'Disconnect this buffer from its underlying raw stream and return it.\n\nAfter the raw stream has been detached, the buffer is in an unusable\nstate.'),
    refuse('read(self, size=-1, /)', 'read', "Read and return up to n bytes.\n\nIf the size argument is omitted, None, or negative, read and\nreturn all data until EOF.\n\nIf the size argument is positive, and the underlying raw stream is\nnot 'interactive', multiple raw reads may be issued to satisfy\nthe byte count (unless EOF is reached first).\nHowever, for interactive raw streams (as well as sockets and pipes),\nat most one raw read will be issued, and a short result does not\nimply that EOF is imminent.\n\nReturn an empty bytes object on EOF.\n\nReturn None if the underlying raw stream was open in non-blocking\nmode and no data is available at the moment."),
    refuse('read1(self, size=-1, /)', 'read1', 'Read and return up to size bytes, with at most one read() call to the underlying raw stream.\n\nReturn an empty bytes object on EOF.\nA short result does not imply that EOF is imminent.'),
    native('readinto(self, buffer, /)', intoBy('read')),
    native('readinto1(self, buffer, /)', intoBy('read1')),
    refuse('write(self, b, /)', 'write', "Write buffer b to the IO stream.\n\nReturn the number of bytes written, which is always\nthe length of b in bytes.\n\nRaise BlockingIOError if the buffer is full and the\nunderlying raw stream cannot accept more data at the moment."),
  ],
});

const none = { get: (): PyValue => None };

export const textIOBaseType: PyType = defineType('_TextIOBase', {
  module: '_io',
  basetype: true,
  bases: [ioBaseType],
  ownLayout: false,
  doc: 'Base class for text I/O.\n\nThis class provides a character and line based interface to stream\nI/O. There is no readinto method because Python\'s character strings\nare immutable.',
  methods: [
    refuse('detach(self, /)', 'detach', 'Separate the underlying buffer from the TextIOBase and return it.\n\nAfter the underlying buffer has been detached, the TextIO is in an unusable state.'),
    refuse('read(self, size=-1, /)', 'read', 'Read at most size characters from stream.\n\nRead from underlying buffer until we have size characters or we hit EOF.\nIf size is negative or omitted, read until EOF.'),
    refuse('readline(self, size=-1, /)', 'readline', 'Read until newline or EOF.\n\nReturn an empty string if EOF is hit immediately.\nIf size is specified, at most size characters will be read.'),
    refuse('write(self, s, /)', 'write', 'Write string s to stream.\n\nReturn the number of characters written\n(which is always equal to the length of the string).'),
  ],
  getset: { encoding: { ...none, doc: 'Encoding of the text stream.\n\nSubclasses should override.\n' }, newlines: { ...none, doc: 'Line endings translated so far.\n\nOnly line endings translated during reading are considered.\n\nSubclasses should override.\n' }, errors: { ...none, doc: 'The error setting of the decoder or encoder.\n\nSubclasses should override.\n' } },
});

/** `__reduce__` and `__reduce_ex__` of streams that stand for something outside. */
export const cannotPickle: readonly NativeDef[] = ['__reduce__(self, /)', '__reduce_ex__(self, protocol, /)'].map((text) =>
  native(text, (_vm: VM, self: PyObject) => {
    throw typeError(`cannot pickle '${self.cls.name}' instances`);
  }),
);
