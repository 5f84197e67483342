import {
  audit,
  PyBytes, asIndex, asSsize, bufferBytes, call, callNative, defineType, exceptionTypes, getWritableBuffer, releaseBuffer, hasIndex, intValue, isInt, isStr, isTrue,
  jsText, lookupAttr, native, None, PyFloat, reprText, setAttr, strFromJS, typeError, valueError, PyBaseException, reportUnraisable, reprEnter, reprLeave, runtimeError, typeOf,
} from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { fromHostError, hostCall, osError } from '../os-error.ts';
import { filesOf, callFiles } from '../posix/host.ts';
import { descriptorFlags } from '../posix/descriptor-flags.ts';
import { isReady, readNow, transferredHere, writing } from '../posix/streams.ts';
import { fsConvert, fsdecode } from '../posix/paths.ts';
import { DEFAULT_BUFFER_SIZE, InputPending, closeBoth, flushAll, pend, reading, sizeArgument, unsupported } from './common.ts';
import { PyIOBase, cannotPickle, finalizingField, joinBytes, rawIOBaseType, ioBaseType } from './base.ts';
import { closeDead, forgetStream, watchStream } from './unclosed.ts';

/* `FileIO`: an open descriptor of the host (CPython 3.12: Modules/_io/fileio.c). */

export class PyFileIO extends PyIOBase {
  fd: number;
  created: boolean;
  isReadable: boolean;
  isWritable: boolean;
  appending: boolean;
  closefd: boolean;
  blockSize: number;
  /** Whether the descriptor has a position; null before anybody asked. */
  canSeek: boolean | null;
  /** Bytes that the host brought after the program had to wait; null for none, empty at the end of input. */
  ahead: Uint8Array | null;

  constructor(cls: PyType) {
    super(cls);
    this.fd = -1;
    this.created = false;
    this.isReadable = false;
    this.isWritable = false;
    this.appending = false;
    this.closefd = true;
    this.blockSize = DEFAULT_BUFFER_SIZE;
    this.canSeek = null;
    this.ahead = null;
  }

  /** `mode` */
  get mode(): string {
    if (this.created) return this.isReadable ? 'xb+' : 'xb';
    if (this.appending) return this.isReadable ? 'ab+' : 'ab';
    return this.isReadable ? (this.isWritable ? 'rb+' : 'rb') : 'wb';
  }

  checkOpen(): void {
    if (this.fd < 0) throw valueError('I/O operation on closed file');
  }

  checkReadable(vm: VM): void {
    this.checkOpen();
    if (!this.isReadable) throw unsupported(vm, 'File not open for reading');
  }

  checkWritable(vm: VM): void {
    this.checkOpen();
    if (!this.isWritable) throw unsupported(vm, 'File not open for writing');
  }

  /** Reads into memory; null when nothing can be had without waiting on a non-blocking descriptor. */
  readInto(vm: VM, into: Uint8Array): number | null {
    this.checkReadable(vm);
    if (this.ahead !== null) {
      const count = Math.min(this.ahead.length, into.length);
      into.set(this.ahead.subarray(0, count));
      this.ahead = count < this.ahead.length ? this.ahead.subarray(count) : null;
      return count;
    }
    let result = hostCall(() => readNow(vm, this.fd, into));
    if (result === null && !descriptorFlags(vm).nonBlocking.has(this.fd)) {
      pend(vm, { kind: 'look', isReady: () => isReady(vm, this.fd, 'read') !== false });
      result = transferredHere(vm, this.fd, 'input', () => readNow(vm, this.fd, into));
    }
    if (typeof result === 'number' || result === null) return result;
    throw new InputPending({ kind: 'promise', ready: this.receive(result, into) });
  }

  private async receive(result: Promise<number>, into: Uint8Array): Promise<void> {
    try {
      this.ahead = into.slice(0, await result);
    } catch (error) {
      throw fromHostError(error);
    }
  }

  /** Writes what the host takes; null when it takes nothing without waiting. */
  writeFrom(vm: VM, bytes: Uint8Array): number | null {
    this.checkWritable(vm);
    const result = transferredHere(vm, this.fd, 'output', writing(vm, this.fd, bytes));
    if (typeof result === 'number' || result === null) return result;
    // A host that writes later has taken the bytes; a failure shows when the program next uses the descriptor.
    result.catch(() => undefined);
    return bytes.length;
  }

  seek(vm: VM, offset: number, whence: number): number {
    this.checkOpen();
    return hostCall(() => filesOf(vm).lseek(this.fd, offset, whence));
  }

  seekable(vm: VM): boolean {
    this.checkOpen();
    if (this.canSeek === null) {
      try {
        filesOf(vm).lseek(this.fd, 0, 1);
        this.canSeek = true;
      } catch (error) {
        if (fromHostError(error) === error) throw error;
        this.canSeek = false;
      }
    }
    return this.canSeek;
  }

  /** Everything to the end. Null when nothing can be had without waiting. */
  readAll(vm: VM): Uint8Array | null {
    this.checkReadable(vm);
    let size = DEFAULT_BUFFER_SIZE;
    if (this.seekable(vm)) {
      const rest = hostCall(() => filesOf(vm).fstat(this.fd)).size - this.seek(vm, 0, 1);
      if (rest >= 0) size = rest + 1;
    }
    const chunks: Uint8Array[] = [];
    for (;;) {
      vm.allocate(size);
      const chunk = new Uint8Array(size);
      let count: number | null;
      try {
        count = this.readInto(vm, chunk);
      } catch (error) {
        if (error instanceof InputPending && chunks.length > 0) throw this.keepFor(error, joinBytes(chunks));
        throw error;
      }
      if (count === null) {
        if (chunks.length === 0) return null;
        break;
      }
      if (count === 0) break;
      chunks.push(count === size ? chunk : chunk.subarray(0, count));
      size = Math.max(DEFAULT_BUFFER_SIZE, Math.min(size * 2, 0x40_0000));
    }
    const whole = joinBytes(chunks);
    return chunks.length === 1 ? whole.slice() : whole;
  }

  /** What a read that starts again has read already comes first then. */
  private keepFor(pending: InputPending, bytes: Uint8Array): InputPending {
    const { wait } = pending;
    if (wait.kind === 'promise') return new InputPending({ kind: 'promise', ready: wait.ready.then(() => this.pushBack(bytes)) });
    this.pushBack(bytes);
    return pending;
  }

  private pushBack(bytes: Uint8Array): void {
    // At the end of input the bytes alone are there, and the next read finds the end again.
    this.ahead = this.ahead === null || this.ahead.length === 0 ? bytes : joinBytes([bytes, this.ahead]);
  }
}

const O_CREAT = 0o100, O_EXCL = 0o200, O_TRUNC = 0o1000, O_APPEND = 0o2000, O_CLOEXEC = 0o2000000;

const initDef = native("FileIO(self, /, file, mode='r', closefd=True, opener=None)", fileio_init);

function fileio_init(vm: VM, self: PyFileIO, file: PyValue, mode: PyValue | undefined, closefd: PyValue | undefined, opener: PyValue | undefined): PyValue {
  if (self.fd >= 0) {
    if (self.closefd) hostCall(() => filesOf(vm).close(self.fd));
    self.fd = -1;
  }
  if (mode !== undefined && !isStr(mode)) throw typeError(`FileIO() argument 'mode' must be str, not ${typeOf(mode).tpName}`);
  openFile(vm, self, file, mode === undefined ? 'r' : jsText(mode), closefd === undefined || isTrue(vm, closefd), opener ?? None);
  return None;
}

function openFile(vm: VM, self: PyFileIO, file: PyValue, mode: string, closefd: boolean, opener: PyValue): void {
  let fd = -1;
  let path: string | null = null;
  const number = file instanceof PyFloat || !hasIndex(file) ? null : asIndex(vm, file);
  // An int that is none of C's is not a descriptor, and no path either.
  if (number === null || number > 0x7fff_ffff || number < -0x8000_0000) path = jsText(fsdecode(vm, fsConvert(vm, file).bytes));
  else {
    if (number < 0) throw valueError('negative file descriptor');
    fd = Number(number);
  }
  const flags = setMode(self, mode) | O_CLOEXEC;
  self.canSeek = null;
  self.ahead = null;
  self.baseClosed = false;
  let own = false;
  audit(vm, 'open', file, mode, flags);
  if (path === null) {
    self.fd = fd;
    self.closefd = closefd;
  } else {
    if (!closefd) throw valueError('Cannot use closefd=False with file name');
    self.closefd = true;
    flushAll(vm, false);
    self.fd = opener === None ? openPath(vm, path, flags, file) : openBy(vm, opener, file, flags);
    own = true;
  }
  try {
    examine(vm, self, file);
    setAttr(vm, self, 'name', file);
    if (self.appending) appendPosition(vm, self, own);
    watchStream(vm, self);
  } catch (error) {
    // A descriptor that the caller gave stays the caller's.
    const { fd } = self;
    self.fd = -1;
    if (!own) throw error;
    closeBoth(
      () => {
        throw error;
      },
      () => hostCall(() => filesOf(vm).close(fd)),
    );
  }
}

/** EMFILE */
const tooManyOpen = 24;

/** A program that leaves the closing of files to their deaths may have too many open: then the dead ones are looked for. */
function openPath(vm: VM, path: string, flags: number, file: PyValue): number {
  const open = (): number => hostCall(() => filesOf(vm).open(path, flags, 0o666), file);
  try {
    return open();
  } catch (error) {
    if (!(error instanceof PyBaseException) || lookupAttr(vm, error, 'errno') !== tooManyOpen) throw error;
    closeDead(vm);
    return open();
  }
}

function appendPosition(vm: VM, self: PyFileIO, own: boolean): void {
  try {
    self.seek(vm, 0, 2);
  } catch (error) {
    if (own || !(error instanceof PyBaseException)) throw error;
  }
}

function openBy(vm: VM, opener: PyValue, file: PyValue, flags: number): number {
  const result = call(vm, opener, [file, flags]);
  if (!isInt(result)) throw typeError('expected integer from opener');
  const fd = Number(intValue(result));
  if (fd < 0) throw valueError(`opener returned ${fd}`);
  return fd;
}

/** Sets what the mode allows; gives the O_* bits. */
function setMode(self: PyFileIO, mode: string): number {
  self.created = self.isReadable = self.isWritable = self.appending = false;
  let flags = 0;
  let chosen = false;
  let plus = false;
  const wrong = (): never => {
    throw valueError('Must have exactly one of create/read/write/append mode and at most one plus');
  };
  for (const letter of mode) {
    if ('xrwa'.includes(letter)) {
      if (chosen) wrong();
      chosen = true;
      if (letter === 'r') self.isReadable = true;
      else self.isWritable = true;
      if (letter === 'x') {
        self.created = true;
        flags |= O_EXCL | O_CREAT;
      } else if (letter === 'w') flags |= O_CREAT | O_TRUNC;
      else if (letter === 'a') {
        self.appending = true;
        flags |= O_APPEND | O_CREAT;
      }
    } else if (letter === '+') {
      if (plus) wrong();
      plus = true;
      self.isReadable = self.isWritable = true;
    } else if (letter !== 'b') throw valueError(`invalid mode: ${mode}`);
  }
  if (!chosen) wrong();
  return flags | (self.isReadable && self.isWritable ? 2 : self.isReadable ? 0 : 1);
}

/** Folders cannot be opened; others tell their block size. */
function examine(vm: VM, self: PyFileIO, file: PyValue): void {
  let stat;
  try {
    stat = filesOf(vm).fstat(self.fd);
  } catch (error) {
    const wrapped = fromHostError(error);
    if (wrapped === error) throw error;
    if ((error as { code?: unknown }).code === 'EBADF') throw wrapped;
    return;
  }
  if ((stat.mode & 0o170000) === 0o040000) throw osError('EISDIR', file);
  if (stat.blksize !== undefined && stat.blksize > 1) self.blockSize = stat.blksize;
}

/** The stream dies and was not closed. A warning that is an error cannot be raised then. */
function fileio_dealloc_warn(vm: VM, self: PyFileIO, source: PyValue): PyValue {
  if (self.fd < 0 || !self.closefd) return None;
  try {
    vm.warn('ResourceWarning', `unclosed file ${reprText(vm, source)}`, 1, source);
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.Warning)) reportUnraisable(vm, error, null, self);
    else if (!(error instanceof PyBaseException)) throw error;
  }
  return None;
}

function fileio_close(vm: VM, self: PyFileIO): PyValue {
  if (self.finalizing) fileio_dealloc_warn(vm, self, self);
  forgetStream(vm, self);
  closeBoth(
    () => call(vm, ioBaseType.lookup('close') as PyValue, [self]),
    () => {
      const { fd } = self;
      self.fd = -1;
      if (self.closefd && fd >= 0) hostCall(() => filesOf(vm).close(fd));
    },
  );
  return None;
}

function fileio_read(vm: VM, self: PyFileIO, size: PyValue | undefined): PyValue {
  self.checkReadable(vm);
  const count = sizeArgument(vm, size);
  if (count < 0) return fileio_readall(vm, self);
  vm.allocate(count);
  const into = new Uint8Array(count);
  const got = self.readInto(vm, into);
  return got === null ? None : new PyBytes(got === count ? into : into.slice(0, got));
}

function fileio_readall(vm: VM, self: PyFileIO): PyValue {
  const bytes = self.readAll(vm);
  return bytes === null ? None : new PyBytes(bytes);
}

function fileio_readinto(vm: VM, self: PyFileIO, target: PyValue): PyValue {
  self.checkReadable(vm);
  const buffer = getWritableBuffer(vm, target, 'readinto() argument 1');
  try {
    const got = self.readInto(vm, buffer.memory.subarray(buffer.offset, buffer.offset + buffer.nbytes));
    return got ?? None;
  } finally {
    releaseBuffer(vm, buffer);
  }
}

function fileio_write(vm: VM, self: PyFileIO, data: PyValue): PyValue {
  self.checkWritable(vm);
  return self.writeFrom(vm, bufferBytes(vm, data)) ?? None;
}

function fileio_seek(vm: VM, self: PyFileIO, position: PyValue, whence: PyValue | undefined): PyValue {
  self.checkOpen();
  if (position instanceof PyFloat) throw typeError("'float' object cannot be interpreted as an integer");
  return self.seek(vm, asSsize(vm, position), whence === undefined ? 0 : Number(asIndex(vm, whence)));
}

function fileio_truncate(vm: VM, self: PyFileIO, size: PyValue | undefined): PyValue {
  self.checkWritable(vm);
  const length = size === undefined || size === None ? self.seek(vm, 0, 1) : asSsize(vm, size);
  callFiles(vm, 'ftruncate', [self.fd, length]);
  return size === undefined || size === None ? length : size;
}

function fileio_repr(vm: VM, self: PyFileIO): PyValue {
  const type = self.cls.tpName.includes('.') ? self.cls.tpName : self.cls.name;
  if (self.fd < 0) return strFromJS(`<${type} [closed]>`);
  const closefd = self.closefd ? 'True' : 'False';
  const name = lookupAttr(vm, self, 'name');
  if (name === undefined) return strFromJS(`<${type} fd=${self.fd} mode='${self.mode}' closefd=${closefd}>`);
  if (!reprEnter(vm, self)) throw runtimeError(`reentrant call inside ${type}.__repr__`);
  try {
    return strFromJS(`<${type} name=${reprText(vm, name)} mode='${self.mode}' closefd=${closefd}>`);
  } finally {
    reprLeave(vm, self);
  }
}

export const fileIOType: PyType = defineType('FileIO', {
  module: '_io',
  basetype: true,
  bases: [rawIOBaseType],
  textSignature: "(file, mode='r', closefd=True, opener=None)",
  doc: "Open a file.\n\nThe mode can be 'r' (default), 'w', 'x' or 'a' for reading,\nwriting, exclusive creation or appending.  The file will be created if it\ndoesn't exist when opened for writing or appending; it will be truncated\nwhen opened for writing.  A FileExistsError will be raised if it already\nexists when opened for creating. Opening a file for creating implies\nwriting so this mode behaves in a similar way to 'w'.Add a '+' to the mode\nto allow simultaneous reading and writing. A custom opener can be used by\npassing a callable as *opener*. The underlying file descriptor for the file\nobject is then obtained by calling opener with (*name*, *flags*).\n*opener* must return an open file descriptor (passing os.open as *opener*\nresults in functionality similar to passing None).",
  slots: {
    tp_new: (_vm, cls) => new PyFileIO(cls),
    tp_init: (vm: VM, self: PyValue, args: PyValue[], kwnames) => void callNative(vm, initDef, self, args, kwnames, null),
    tp_repr: fileio_repr,
  },
  methods: [
    native('read(self, size=-1, /)', reading(fileio_read), 'Read at most size bytes, returned as bytes.\n\nOnly makes one system call, so less data may be returned than requested.\nIn non-blocking mode, returns None if no data is available.\nReturn an empty bytes object at EOF.'),
    native('readall(self, /)', reading(fileio_readall), 'Read all data from the file, returned as bytes.\n\nIn non-blocking mode, returns as much as is immediately available,\nor None if no data is available.  Return an empty bytes object at EOF.'),
    native('readinto(self, buffer, /)', reading(fileio_readinto), 'Same as RawIOBase.readinto().'),
    native('write(self, b, /)', fileio_write, 'Write buffer b to file, return number of bytes written.\n\nOnly makes one system call, so not all of the data may be written.\nThe number of bytes actually written is returned.  In non-blocking mode,\nreturns None if the write would block.'),
    native('seek(self, pos, whence=0, /)', fileio_seek, 'Move to new file position and return the file position.\n\nArgument offset is a byte count.  Optional argument whence defaults to\nSEEK_SET or 0 (offset from start of file, offset should be >= 0); other values\nare SEEK_CUR or 1 (move relative to current position, positive or negative),\nand SEEK_END or 2 (move relative to end of file, usually negative, although\nmany platforms allow seeking beyond the end of a file).\n\nNote that not all file objects are seekable.'),
    native('tell(self, /)', (vm: VM, self: PyFileIO) => self.seek(vm, 0, 1), 'Current file position.\n\nCan raise OSError for non seekable files.'),
    native('truncate(self, size=None, /)', fileio_truncate, 'Truncate the file to at most size bytes and return the truncated size.\n\nSize defaults to the current file position, as returned by tell().\nThe current file position is changed to the value of size.'),
    native('close(self, /)', fileio_close, 'Close the file.\n\nA closed file cannot be used for further I/O operations.  close() may be\ncalled more than once without error.'),
    native('seekable(self, /)', (vm: VM, self: PyFileIO) => self.seekable(vm), 'True if file supports random-access.'),
    native('readable(self, /)', (_vm: VM, self: PyFileIO) => (self.checkOpen(), self.isReadable), 'True if file was opened in a read mode.'),
    native('writable(self, /)', (_vm: VM, self: PyFileIO) => (self.checkOpen(), self.isWritable), 'True if file was opened in a write mode.'),
    native('fileno(self, /)', (_vm: VM, self: PyFileIO) => (self.checkOpen(), self.fd), 'Return the underlying file descriptor (an integer).'),
    native('isatty(self, /)', (vm: VM, self: PyFileIO) => (self.checkOpen(), vm.host.files?.isatty?.(self.fd) ?? false), 'True if the file is connected to a TTY device.'),
    native('_dealloc_warn(self, source, /)', fileio_dealloc_warn).unsigned(),
    ...cannotPickle,
  ],
  getset: {
    closed: { get: (_vm: VM, self: PyFileIO) => self.fd < 0, doc: 'True if the file is closed' },
    closefd: { get: (_vm: VM, self: PyFileIO) => self.closefd, doc: 'True if the file descriptor will be closed by close().' },
    mode: { get: (_vm: VM, self: PyFileIO) => self.mode, doc: 'String giving the file mode' },
  },
  fields: {
    _blksize: { get: (_vm: VM, self: PyFileIO) => self.blockSize, set: (vm: VM, self: PyFileIO, value?: PyValue) => void (self.blockSize = value === undefined ? 0 : Number(asIndex(vm, value))) },
    _finalizing: finalizingField,
  },
});
