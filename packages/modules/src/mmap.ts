import {
  asIndex, asSsize, BufferFlag, bufferBytes, bufferError, defineModule, defineType, exceptionTypes, hasIndex, indexError, isViewInUse, native, None, overflowError, PyBuffer, PyBytes, PyObject, PySlice,
  sliceRange, strFromJS, TypeFlag, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { intArgument, keywordArguments, sizeArgument } from './arguments.ts';
import { createMapping, type Mapping } from './mmap/mapping.ts';
import { osError } from './os-error.ts';
import { descriptorStat } from './posix/streams.ts';

/* `mmap` (CPython 3.12: Modules/mmapmodule.c) over {@link Mapping}. */

const constants = {
  PROT_EXEC: 4, PROT_READ: 1, PROT_WRITE: 2, MAP_SHARED: 1, MAP_PRIVATE: 2, MAP_DENYWRITE: 2048, MAP_EXECUTABLE: 4096, MAP_ANON: 32, MAP_ANONYMOUS: 32, MAP_POPULATE: 32768,
  MAP_STACK: 131072, PAGESIZE: 4096, ALLOCATIONGRANULARITY: 4096, ACCESS_DEFAULT: 0, ACCESS_READ: 1, ACCESS_WRITE: 2, ACCESS_COPY: 3, MADV_NORMAL: 0, MADV_RANDOM: 1,
  MADV_SEQUENTIAL: 2, MADV_WILLNEED: 3, MADV_DONTNEED: 4, MADV_FREE: 8, MADV_REMOVE: 9, MADV_DONTFORK: 10, MADV_DOFORK: 11, MADV_MERGEABLE: 12, MADV_UNMERGEABLE: 13,
  MADV_HUGEPAGE: 14, MADV_NOHUGEPAGE: 15, MADV_DONTDUMP: 16, MADV_DODUMP: 17, MADV_HWPOISON: 100,
} as const;

const accessNames = ['ACCESS_DEFAULT', 'ACCESS_READ', 'ACCESS_WRITE', 'ACCESS_COPY'] as const;

class PyMmap extends PyObject {
  /** Null once closed. */
  mapping: Mapping | null;
  readonly access: number;
  position: number;
  /** Buffers that show the memory, and those of them that memoryviews hold. */
  exports: number;
  readonly views: Set<PyBuffer>;

  constructor(cls: PyType, mapping: Mapping, access: number) {
    super(cls);
    this.mapping = mapping;
    this.access = access;
    this.position = 0;
    this.exports = 0;
    this.views = new Set();
  }

  get open(): Mapping {
    if (this.mapping === null) throw valueError('mmap closed or invalid');
    return this.mapping;
  }

  get bytes(): Uint8Array {
    return this.open.bytes;
  }

  /** Does anybody look at the memory? Views that nothing uses any more keep it as it is. */
  isShown(vm: VM): boolean {
    if (this.exports > this.views.size || (this.exports > 0 && isViewInUse(vm, this))) return true;
    this.mapping?.flush(vm);
    this.exports = 0;
    this.views.clear();
    return false;
  }

  /** Raises TypeError for a map that must not be changed. */
  checkWritable(): void {
    if (this.access === constants.ACCESS_READ) throw typeError("mmap can't modify a readonly memory map.");
  }

  /** Puts bytes where there is room for them. */
  set(vm: VM, at: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, at);
    this.open.changed(vm, at, at + bytes.length);
  }
}

function mmap_new(vm: VM, cls: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const convert = (value: PyValue, index: number): number => (index === 1 || index === 5 ? sizeArgument(vm, value) : intArgument(vm, value));
  const given = keywordArguments(null, ['fileno', 'length', 'flags', 'prot', 'access', 'offset'], args, kwnames, 2, { convert }) as (number | undefined)[]; // As converted.
  const [fd = -1, length = 0, flags = constants.MAP_SHARED, prot = constants.PROT_READ | constants.PROT_WRITE, access = constants.ACCESS_DEFAULT, offset = 0] = given;
  if (length < 0) throw overflowError('memory mapped length must be positive');
  if (offset < 0) throw overflowError('memory mapped offset must be positive');
  if (access !== constants.ACCESS_DEFAULT && (flags !== constants.MAP_SHARED || prot !== (constants.PROT_READ | constants.PROT_WRITE))) {
    throw valueError("mmap can't specify both access and flags, prot.");
  }
  if (access < constants.ACCESS_DEFAULT || access > constants.ACCESS_COPY) throw valueError('mmap invalid access parameter.');
  const kind = access === constants.ACCESS_DEFAULT ? accessOf(prot) : access;
  const shared = kind !== constants.ACCESS_COPY && (flags & constants.MAP_PRIVATE) === 0;
  const request = { fd, length, offset, shared, writable: kind !== constants.ACCESS_READ };
  return new PyMmap(cls, createMapping(vm, request, kind, (size) => mappedLength(size, length, offset)), kind);
}

function accessOf(prot: number): number {
  if ((prot & constants.PROT_WRITE) === 0) return constants.ACCESS_READ;
  return (prot & constants.PROT_READ) === 0 ? constants.ACCESS_WRITE : constants.ACCESS_DEFAULT;
}

/** How much of a file of that size is mapped. */
function mappedLength(size: number, length: number, offset: number): number {
  if (length > 0) {
    if (offset > size || size - offset < length) throw valueError('mmap length is greater than file size');
    return length;
  }
  if (size === 0) throw valueError('cannot mmap an empty file');
  if (offset >= size) throw valueError('mmap offset is greater than file size');
  return size - offset;
}

function mmap_close(vm: VM, self: PyMmap): PyValue {
  if (self.isShown(vm)) throw bufferError('cannot close exported pointers exist');
  const { mapping } = self;
  self.mapping = null;
  mapping?.close(vm);
  return None;
}

/** A place in the map as `find` takes it: from the end if negative, within the map. */
function place(vm: VM, value: PyValue | undefined, otherwise: number, length: number): number {
  const at = value === undefined ? otherwise : sizeArgument(vm, value);
  return Math.min(length, Math.max(0, at < 0 ? at + length : at));
}

function finder(backwards: boolean) {
  return (vm: VM, self: PyMmap, sub: PyValue, start: PyValue | undefined, end: PyValue | undefined): PyValue => {
    const length = self.bytes.length;
    const wanted = bufferBytes(vm, sub);
    const from = place(vm, start, self.position, length);
    const to = place(vm, end, length, length);
    const { bytes } = self;
    const last = Math.min(to, bytes.length) - wanted.length;
    const isAt = (at: number): boolean => wanted.every((byte, i) => bytes[at + i] === byte);
    if (backwards) {
      for (let at = last; at >= from; at--) if (bytes[at] === wanted[0] || wanted.length === 0) if (isAt(at)) return at;
      return -1;
    }
    if (wanted.length === 0) return from <= last ? from : -1;
    for (let at = bytes.indexOf(wanted[0], from); at >= 0 && at <= last; at = bytes.indexOf(wanted[0], at + 1)) if (isAt(at)) return at;
    return -1;
  };
}

function mmap_flush(vm: VM, self: PyMmap, offset: PyValue | undefined, size: PyValue | undefined): PyValue {
  const mapping = self.open;
  const from = offset === undefined ? 0 : sizeArgument(vm, offset);
  const count = size === undefined ? mapping.bytes.length : sizeArgument(vm, size);
  const { length } = self.bytes;
  if (count < 0 || from < 0 || length - from < count) throw valueError('flush values out of range');
  if (self.access === constants.ACCESS_READ || self.access === constants.ACCESS_COPY) return None;
  if (from % constants.PAGESIZE !== 0) throw osError('EINVAL');
  mapping.flush(vm);
  return None;
}

const advices: ReadonlySet<number> = new Set(Object.entries(constants).filter(([name]) => name.startsWith('MADV_') && name !== 'MADV_HWPOISON').map(([, value]) => value));

/** Advice for the system, which has none of this memory: checked only. */
function mmap_madvise(vm: VM, self: PyMmap, option: PyValue, start: PyValue | undefined, size: PyValue | undefined): PyValue {
  const { length } = self.bytes;
  const kind = intArgument(vm, option);
  const from = start === undefined ? 0 : sizeArgument(vm, start);
  const count = size === undefined ? length : sizeArgument(vm, size);
  if (from < 0 || from >= self.bytes.length) throw valueError('madvise start out of bounds');
  if (count < 0) throw valueError('madvise length invalid');
  if (count > Number.MAX_SAFE_INTEGER - from) throw overflowError('madvise length too large');
  if (!advices.has(kind) || from % constants.PAGESIZE !== 0) throw osError('EINVAL');
  return None;
}

function mmap_move(vm: VM, self: PyMmap, dest: PyValue, src: PyValue, count: PyValue): PyValue {
  const [to, from, size] = [dest, src, count].map((value) => sizeArgument(vm, value));
  self.checkWritable();
  const { bytes } = self;
  if (to < 0 || from < 0 || size < 0 || bytes.length - to < size || bytes.length - from < size) throw valueError('source, destination, or count out of range');
  bytes.copyWithin(to, from, from + size);
  self.open.changed(vm, to, to + size);
  return None;
}

/** The next `count` bytes, and the position behind them. */
function take(self: PyMmap, count: number): PyBytes {
  const bytes = self.bytes.slice(self.position, self.position + count);
  self.position += bytes.length;
  return new PyBytes(bytes);
}

const remaining = (self: PyMmap): number => Math.max(0, self.bytes.length - self.position);

function mmap_read(vm: VM, self: PyMmap, n: PyValue | undefined): PyValue {
  void self.open;
  if (n !== undefined && n !== None && !hasIndex(n)) throw typeError(`argument should be integer or None, not '${typeOf(n).tpName}'`);
  const count = n === undefined || n === None ? -1 : sizeArgument(vm, n);
  const left = remaining(self);
  return take(self, count < 0 || count > left ? left : count);
}

function mmap_read_byte(_vm: VM, self: PyMmap): PyValue {
  if (self.position >= self.bytes.length) throw valueError('read byte out of range');
  return self.bytes[self.position++];
}

function mmap_readline(_vm: VM, self: PyMmap): PyValue {
  const end = self.bytes.indexOf(10, self.position);
  return take(self, end < 0 ? remaining(self) : end + 1 - self.position);
}

function mmap_resize(vm: VM, self: PyMmap, newsize: PyValue): PyValue {
  void self.open;
  const length = sizeArgument(vm, newsize);
  if (self.isShown(vm)) throw bufferError("mmap can't resize with extant buffers exported.");
  if (self.access === constants.ACCESS_READ || self.access === constants.ACCESS_COPY) throw typeError("mmap can't resize a readonly or copy-on-write memory map.");
  if (length < 0) throw valueError('new size out of range');
  self.open.resize(vm, length);
  return None;
}

function mmap_seek(vm: VM, self: PyMmap, pos: PyValue, whence: PyValue | undefined): PyValue {
  void self.open;
  const distance = sizeArgument(vm, pos);
  const how = whence === undefined ? 0 : intArgument(vm, whence);
  const { length } = self.bytes;
  if (how < 0 || how > 2) throw valueError('unknown seek type');
  const to = distance + [0, self.position, length][how];
  if (to < 0 || to > length) throw valueError('seek out of range');
  self.position = to;
  return None;
}

function mmap_size(vm: VM, self: PyMmap): PyValue {
  const { fd } = self.open;
  if (fd < 0) throw osError('EBADF');
  return descriptorStat(vm, fd).size;
}

function mmap_write(vm: VM, self: PyMmap, data: PyValue): PyValue {
  void self.open;
  const bytes = bufferBytes(vm, data);
  self.checkWritable();
  if (self.position > self.bytes.length || remaining(self) < bytes.length) throw valueError('data out of range');
  self.set(vm, self.position, bytes);
  self.position += bytes.length;
  return bytes.length;
}

function mmap_write_byte(vm: VM, self: PyMmap, byte: PyValue): PyValue {
  void self.open;
  const value = intArgument(vm, byte);
  if (value < 0) throw overflowError('unsigned byte integer is less than minimum');
  if (value > 255) throw overflowError('unsigned byte integer is greater than maximum');
  self.checkWritable();
  if (self.position >= self.bytes.length) throw valueError('write byte out of range');
  self.set(vm, self.position, Uint8Array.of(value));
  self.position++;
  return None;
}

/** The number of a byte. */
function index(vm: VM, self: PyMmap, key: PyValue): number {
  const at = asSsize(vm, key, () => indexError(`cannot fit '${typeOf(key).tpName}' into an index-sized integer`));
  const { length } = self.bytes;
  const from = at < 0 ? at + length : at;
  if (from < 0 || from >= length) throw indexError('mmap index out of range');
  return from;
}

function mmap_subscript(vm: VM, self: PyMmap, key: PyValue): PyValue {
  void self.open;
  if (hasIndex(key)) {
    const at = index(vm, self, key);
    return self.bytes[at];
  }
  if (!(key instanceof PySlice)) throw typeError('mmap indices must be integers');
  const { start, step, count } = sliceRange(vm, key, self.bytes.length);
  const { bytes } = self;
  return new PyBytes(step === 1 ? bytes.slice(start, start + count) : Uint8Array.from({ length: count }, (_byte, i) => bytes[start + i * step]));
}

function mmap_ass_subscript(vm: VM, self: PyMmap, key: PyValue, value: PyValue | undefined): void {
  void self.open;
  self.checkWritable();
  if (hasIndex(key)) {
    const at = index(vm, self, key);
    if (value === undefined) throw typeError("mmap doesn't support item deletion");
    if (!hasIndex(value)) throw typeError('mmap item value must be an int');
    const byte = asIndex(vm, value);
    if (byte < 0 || byte > 255) throw valueError('mmap item value must be in range(0, 256)');
    void self.open;
    return self.set(vm, at, Uint8Array.of(Number(byte)));
  }
  if (!(key instanceof PySlice)) throw typeError('mmap indices must be integer');
  const { start, step, count } = sliceRange(vm, key, self.bytes.length);
  if (value === undefined) throw typeError("mmap object doesn't support slice deletion");
  const given = bufferBytes(vm, value);
  if (given.length !== count) throw indexError('mmap slice assignment is wrong size');
  if (step === 1) return self.set(vm, start, given.slice());
  const { bytes } = self;
  given.slice().forEach((byte, i) => (bytes[start + i * step] = byte));
  if (count > 0) self.open.changed(vm, Math.min(start, start + (count - 1) * step), Math.max(start, start + (count - 1) * step) + 1);
}

function mmap_getbuffer(_vm: VM, self: PyMmap, flags: number): PyBuffer {
  const { bytes, open } = self;
  const buffer = PyBuffer.ofBytes(self, bytes, self.access === constants.ACCESS_READ).asAsked(flags | BufferFlag.ND);
  self.exports++;
  if (flags === BufferFlag.FULL_RO) self.views.add(buffer);
  // Who asks for plain bytes reads them now and here.
  if (!buffer.readonly && flags !== BufferFlag.SIMPLE) open.shown(buffer);
  return buffer;
}

function mmap_releasebuffer(vm: VM, self: PyMmap, buffer: PyBuffer): void {
  if (self.exports > 0) self.exports--;
  self.views.delete(buffer);
  self.mapping?.hidden(vm, buffer);
}

function mmap_repr(_vm: VM, self: PyMmap): PyValue {
  const { mapping } = self;
  if (mapping === null) return strFromJS(`<${self.cls.tpName} closed=True>`);
  return strFromJS(`<${self.cls.tpName} closed=False, access=${accessNames[self.access]}, length=${mapping.bytes.length}, pos=${self.position}, offset=${mapping.offset}>`);
}

const mmapType: PyType = defineType('mmap', {
  module: 'mmap',
  basetype: true,
  hasWeakref: true,
  flags: TypeFlag.IMMUTABLETYPE,
  doc: "Windows: mmap(fileno, length[, tagname[, access[, offset]]])\n\nMaps length bytes from the file specified by the file handle fileno,\nand returns a mmap object.  If length is larger than the current size\nof the file, the file is extended to contain length bytes.  If length\nis 0, the maximum length of the map is the current size of the file,\nexcept that if the file is empty Windows raises an exception (you cannot\ncreate an empty mapping on Windows).\n\nUnix: mmap(fileno, length[, flags[, prot[, access[, offset]]]])\n\nMaps length bytes from the file specified by the file descriptor fileno,\nand returns a mmap object.  If length is 0, the maximum length of the map\nwill be the current size of the file when mmap is called.\nflags specifies the nature of the mapping. MAP_PRIVATE creates a\nprivate copy-on-write mapping, so changes to the contents of the mmap\nobject will be private to this process, and MAP_SHARED creates a mapping\nthat's shared with all other processes mapping the same areas of the file.\nThe default value is MAP_SHARED.\n\nTo map anonymous memory, pass -1 as the fileno (both versions).",
  slots: {
    tp_new: mmap_new,
    tp_repr: mmap_repr,
    sq_length: (_vm: VM, self: PyMmap) => self.bytes.length,
    sq_item(vm: VM, self: PyMmap, at: number) {
      if (at < 0 || at >= self.bytes.length) throw indexError('mmap index out of range');
      return new PyBytes(self.bytes.slice(at, at + 1));
    },
    mp_length: (_vm: VM, self: PyMmap) => self.bytes.length,
    mp_subscript: mmap_subscript,
    mp_ass_subscript: mmap_ass_subscript,
    bf_getbuffer: mmap_getbuffer,
    bf_releasebuffer: mmap_releasebuffer,
  },
  methods: [
    native('close(self, /)', mmap_close),
    native('find(self, sub, start=None, end=None, /)', finder(false)),
    native('rfind(self, sub, start=None, end=None, /)', finder(true)),
    native('flush(self, offset=0, size=None, /)', mmap_flush),
    native('madvise(self, option, start=0, length=None, /)', mmap_madvise),
    native('move(self, dest, src, count, /)', mmap_move),
    native('read(self, n=None, /)', mmap_read),
    native('read_byte(self, /)', mmap_read_byte),
    native('readline(self, /)', mmap_readline),
    native('resize(self, newsize, /)', mmap_resize),
    native('seek(self, pos, whence=0, /)', mmap_seek),
    native('size(self, /)', mmap_size),
    native('tell(self, /)', (_vm: VM, self: PyMmap) => (void self.open, self.position)),
    native('write(self, bytes, /)', mmap_write),
    native('write_byte(self, byte, /)', mmap_write_byte),
    native('__enter__(self, /)', (_vm: VM, self: PyMmap) => (void self.open, self)),
    native('__exit__(self, /, *args)', (vm: VM, self: PyMmap) => mmap_close(vm, self)),
    native('__sizeof__(self, /)', (_vm: VM, self: PyMmap) => 88 + (self.mapping?.bytes.length ?? 0)),
  ].map((def) => def.unsigned()),
  getset: { closed: { get: (_vm: VM, self: PyMmap) => self.mapping === null, doc: undefined } },
});

/** Python's module `mmap`. CPython 3.12: Modules/mmapmodule.c. */
export const mmap: NativeModule = defineModule('mmap', { ...constants, error: exceptionTypes.OSError, mmap: mmapType });
