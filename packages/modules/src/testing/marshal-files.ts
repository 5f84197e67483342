import { asIndex, call, callMethod, importModule, native, newException, newTuple, None, PyBytes, exceptionTypes } from '@py/vm/native';
import type { NativeDef, PyValue, VM } from '@py/vm/native';

/* `_testcapi`: marshalling to and from files by name (CPython 3.12: Modules/_testcapimodule.c, pymarshal_*). */

function withFile<T>(vm: VM, filename: PyValue, mode: string, use: (file: PyValue) => T): T {
  const file = call(vm, vm.builtins.getStr('open') as PyValue, [filename, mode]);
  try {
    return use(file);
  } finally {
    callMethod(vm, file, 'close');
  }
}

/** Little-endian, as marshal writes its ints. */
function writeLong(vm: VM, value: PyValue, filename: PyValue): PyValue {
  const number = Number(asIndex(vm, value));
  const bytes = Uint8Array.from([0, 8, 16, 24], (shift) => (number >>> shift) & 0xff);
  withFile(vm, filename, 'wb', (file) => callMethod(vm, file, 'write', [new PyBytes(bytes)]));
  return None;
}

function writeObject(vm: VM, value: PyValue, filename: PyValue, version: PyValue): PyValue {
  withFile(vm, filename, 'wb', (file) => callMethod(vm, importModule(vm, 'marshal'), 'dump', [value, file, version]));
  return None;
}

/** A signed int of so many bytes at the start of a file, and how far the file was read. */
function readInt(size: 2 | 4): (vm: VM, filename: PyValue) => PyValue {
  return (vm, filename) =>
    withFile(vm, filename, 'rb', (file) => {
      const { bytes } = callMethod(vm, file, 'read', [size]) as PyBytes;
      if (bytes.length < size) throw newException(exceptionTypes.EOFError, 'EOF read where data expected');
      const view = new DataView(bytes.buffer, bytes.byteOffset, size);
      return newTuple([size === 2 ? view.getInt16(0, true) : view.getInt32(0, true), callMethod(vm, file, 'tell')]);
    });
}

function readObject(vm: VM, filename: PyValue): PyValue {
  return withFile(vm, filename, 'rb', (file) => newTuple([callMethod(vm, importModule(vm, 'marshal'), 'load', [file]), callMethod(vm, file, 'tell')]));
}

export const marshalFileFunctions: Readonly<Record<string, NativeDef>> = {
  pymarshal_write_long_to_file: native('pymarshal_write_long_to_file(value, filename, version, /)', writeLong).unsigned(),
  pymarshal_write_object_to_file: native('pymarshal_write_object_to_file(obj, filename, version, /)', writeObject).unsigned(),
  pymarshal_read_short_from_file: native('pymarshal_read_short_from_file(filename, /)', readInt(2)).unsigned(),
  pymarshal_read_long_from_file: native('pymarshal_read_long_from_file(filename, /)', readInt(4)).unsigned(),
  pymarshal_read_object_from_file: native('pymarshal_read_object_from_file(filename, /)', readObject).unsigned(),
  pymarshal_read_last_object_from_file: native('pymarshal_read_last_object_from_file(filename, /)', readObject).unsigned(),
};
