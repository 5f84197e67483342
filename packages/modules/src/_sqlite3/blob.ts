import { asIndex, asSsize, bufferBytes, defineType, hasIndex, indexError, isInt, isTrue, native, None, overflowError, PyBytes, PyObject, PySlice, sliceRange, TypeFlag, typeError, valueError, watchDeath } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { intArgument } from '../posix/paths.ts';
import { BlobHandle } from './connection.ts';
import type { Connection } from './connection.ts';
import { textArgument } from './connection-methods.ts';
import { checkLast, codeError, ProgrammingError, sqliteError } from './errors.ts';
import { SQLITE_OK } from './sqlite.ts';
import { halves } from './values.ts';

/* `sqlite3.Blob`: a value that is read and written in pieces (CPython 3.12: Modules/_sqlite/blob.c). */

const SEEK_SET = 0, SEEK_CUR = 1, SEEK_END = 2;

class Blob extends PyObject {
  readonly connection: Connection;
  readonly handle: BlobHandle;
  /** Where reading and writing go on. */
  offset = 0;

  constructor(connection: Connection, handle: BlobHandle) {
    super(blobType);
    this.connection = connection;
    this.handle = handle;
  }

  /** Throws unless it is open. */
  check(vm: VM): void {
    this.connection.checked(vm);
    if (this.handle.pointer === 0) throw sqliteError(ProgrammingError, 'Cannot operate on a closed blob.');
  }

  get length(): number {
    return this.handle.owner.sqlite.c.sqlite3_blob_bytes(this.handle.pointer);
  }

  read(offset: number, count: number): Uint8Array {
    const { owner: { sqlite }, pointer } = this.handle;
    const bytes = new Uint8Array(count);
    return sqlite.with(bytes, (at) => {
      this.done(sqlite.c.sqlite3_blob_read(pointer, at, count, offset));
      return sqlite.slice(at, count);
    });
  }

  write(offset: number, bytes: Uint8Array): void {
    const { owner: { sqlite }, pointer } = this.handle;
    sqlite.with(bytes, (at) => this.done(sqlite.c.sqlite3_blob_write(pointer, at, bytes.length, offset)));
  }

  private done(result: number): void {
    const { sqlite } = this.handle.owner;
    sqlite.resume();
    if (result !== SQLITE_OK) throw codeError(sqlite, result);
  }
}

/** `Connection.blobopen()` */
export function openBlob(vm: VM, self: Connection, tableValue: PyValue, columnValue: PyValue, row: PyValue, readonly: PyValue | undefined, nameValue: PyValue | undefined): PyValue {
  const table = textArgument(vm, 'blobopen', 'argument 1', tableValue);
  const column = textArgument(vm, 'blobopen', 'argument 2', columnValue);
  if (!isInt(row)) throw typeError("expected 'int'");
  const [low, high] = halves(row);
  const writable = readonly === undefined || !isTrue(vm, readonly);
  const name = textArgument(vm, 'blobopen', "argument 'name'", nameValue ?? 'main');
  const owner = self.checked(vm);
  const { sqlite, db } = owner;
  const result = sqlite.with(name, (database) => sqlite.with(table, (from) => sqlite.with(column, (of) => sqlite.c.sqlite3_blob_open(db, database, from, of, low, high, writable ? 1 : 0, sqlite.results))));
  if (result !== SQLITE_OK) checkLast(sqlite, db);
  const handle = new BlobHandle(owner, sqlite.result());
  const blob = new Blob(self, handle);
  watchDeath(vm, blob, { target: new WeakRef(blob), finalizer: true, died: () => owner.abandon(handle) });
  return blob;
}

function close(vm: VM, self: Blob): PyValue {
  self.connection.checked(vm);
  self.handle.close();
  return None;
}

function enter(vm: VM, self: Blob): PyValue {
  self.check(vm);
  return self;
}

function exit(vm: VM, self: Blob): PyValue {
  self.check(vm);
  self.handle.close();
  return false;
}

function read(vm: VM, self: Blob, lengthValue: PyValue | undefined): PyValue {
  const wanted = lengthValue === undefined ? -1 : intArgument(vm, lengthValue);
  self.check(vm);
  const left = self.length - self.offset;
  const count = wanted < 0 || wanted > left ? left : wanted;
  if (count === 0) return new PyBytes(new Uint8Array(0));
  const bytes = self.read(self.offset, count);
  self.offset += count;
  return new PyBytes(bytes);
}

function write(vm: VM, self: Blob, data: PyValue): PyValue {
  const bytes = bufferBytes(vm, data);
  self.check(vm);
  if (bytes.length > self.length - self.offset) throw valueError('data longer than blob length');
  self.write(self.offset, bytes);
  self.offset += bytes.length;
  return None;
}

function seek(vm: VM, self: Blob, offsetValue: PyValue, originValue: PyValue | undefined): PyValue {
  const offset = intArgument(vm, offsetValue);
  const origin = originValue === undefined ? SEEK_SET : intArgument(vm, originValue);
  self.check(vm);
  const { length } = self;
  if (origin !== SEEK_SET && origin !== SEEK_CUR && origin !== SEEK_END) throw valueError("'origin' should be os.SEEK_SET, os.SEEK_CUR, or os.SEEK_END");
  const place = offset + (origin === SEEK_SET ? 0 : origin === SEEK_CUR ? self.offset : length);
  if (place > 0x7fff_ffff) throw overflowError('seek offset results in overflow');
  if (place < 0 || place > length) throw valueError('offset out of blob range');
  self.offset = place;
  return None;
}

function tell(vm: VM, self: Blob): PyValue {
  self.check(vm);
  return self.offset;
}

// ---- as a sequence of bytes ----

function getItem(vm: VM, self: Blob, key: PyValue): PyValue {
  self.check(vm);
  if (hasIndex(key)) return self.read(indexOf(vm, self, key), 1)[0];
  if (!(key instanceof PySlice)) throw typeError('Blob indices must be integers');
  const { start, stop, step, count } = sliceRange(vm, key, self.length);
  if (count === 0) return new PyBytes(new Uint8Array(0));
  if (step === 1) return new PyBytes(self.read(start, count));
  const [first, end] = step > 0 ? [start, stop] : [stop + 1, start + 1];
  const span = self.read(first, end - first);
  return new PyBytes(Uint8Array.from({ length: count }, (_, index) => span[start + index * step - first]));
}

function setItem(vm: VM, self: Blob, key: PyValue, value: PyValue | undefined): void {
  self.check(vm);
  if (hasIndex(key)) {
    if (value === undefined) throw typeError("Blob doesn't support item deletion");
    const index = indexOf(vm, self, key);
    const byte = asIndex(vm, value);
    if (byte < 0 || byte > 255) throw valueError('byte must be in range(0, 256)');
    self.write(index, Uint8Array.of(Number(byte)));
  } else if (key instanceof PySlice) {
    if (value === undefined) throw typeError("Blob doesn't support slice deletion");
    setSlice(vm, self, key, value);
  } else throw typeError('Blob indices must be integers');
}

function setSlice(vm: VM, self: Blob, key: PySlice, value: PyValue): void {
  const { start, stop, step, count } = sliceRange(vm, key, self.length);
  if (count === 0) return;
  const bytes = bufferBytes(vm, value);
  if (bytes.length !== count) throw indexError('Blob slice assignment is wrong size');
  if (step === 1) return self.write(start, bytes);
  const [first, end] = step > 0 ? [start, stop] : [stop + 1, start + 1];
  const span = self.read(first, end - first);
  bytes.forEach((byte, index) => {
    span[start + index * step - first] = byte;
  });
  return self.write(first, span);
}

function indexOf(vm: VM, self: Blob, key: PyValue): number {
  const index = asSsize(vm, key, indexError);
  const { length } = self;
  const place = index < 0 ? index + length : index;
  if (place < 0 || place >= length) throw indexError('Blob index out of range');
  return place;
}

export const blobType: PyType = defineType('Blob', {
  module: 'sqlite3',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  hasWeakref: true,
  slots: {
    mp_length(vm, self) {
      (self as Blob).check(vm);
      return (self as Blob).length;
    },
    mp_subscript: (vm, self, key) => getItem(vm, self as Blob, key),
    mp_ass_subscript: (vm, self, key, value) => setItem(vm, self as Blob, key, value),
  },
  methods: [
    native('__enter__(self, /)', enter, 'Blob context manager enter.'),
    native('__exit__(self, type, val, tb, /)', exit, 'Blob context manager exit.'),
    native('close(self, /)', close, 'Close the blob.'),
    native('read(self, length=-1, /)', read, 'Read data at the current offset position.\n\n  length\n    Read length in bytes.\n\nIf the end of the blob is reached, the data up to end of file will be returned.\nWhen length is not specified, or is negative, Blob.read() will read until the\nend of the blob.'),
    native('seek(self, offset, origin=0, /)', seek, "Set the current access position to offset.\n\nThe origin argument defaults to os.SEEK_SET (absolute blob positioning).\nOther values for origin are os.SEEK_CUR (seek relative to the current position)\nand os.SEEK_END (seek relative to the blob's end)."),
    native('tell(self, /)', tell, 'Return the current access position for the blob.'),
    native('write(self, data, /)', write, 'Write data at the current offset.\n\nThis function cannot change the blob length.  Writing beyond the end of the\nblob will result in an exception being raised.'),
  ],
});
