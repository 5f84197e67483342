// The module `marshal`, over @py/pyc. CPython 3.12: Python/marshal.c.
import type { Constant, PycError } from '@py/code';
import { dumps, loadAt, loadsLate, StopIteration, type LateGuard, type MarshalDict, type MarshalList, type MarshalValue } from '@py/pyc';
import {
  asIndex, audit, bufferBytes, call, callMethod, constantValue, defineModule, exceptionTypes, frozensetType, hasBuffer, native, newTuple, PyByteArray, PyBytes, PyDict, PyList, PyMemoryView, PySet, type PyTuple,
  setType, strFromJS, typeError, typeOf, valueError, type NativeModule, type PyBaseException, type PyObject, type PyValue, type VM,
} from '@py/vm/native';
import { debugRanges, withoutColumns } from '../debug-ranges.ts';
import { constantFromValue } from './constants.ts';

const version = 4;

/** dumps(value, version=version, /) */
function marshal_dumps(vm: VM, value: PyValue, format: PyValue | undefined): PyValue {
  audit(vm, 'marshal.dumps', value, format ?? version);
  return new PyBytes(write(vm, value, format));
}

/** dump(value, file, version=version, /) */
function marshal_dump(vm: VM, value: PyValue, file: PyValue, format: PyValue | undefined): PyValue {
  audit(vm, 'marshal.dumps', value, format ?? version);
  return callMethod(vm, file, 'write', [new PyBytes(write(vm, value, format))]);
}

/** loads(bytes, /) */
function marshal_loads(vm: VM, data: PyValue): PyValue {
  const bytes = contents(vm, data);
  audit(vm, 'marshal.loads', data instanceof PyBytes ? data : new PyBytes(bytes));
  return new FromMarshal(vm).convert(translate(vm, () => loadsLate(bytes, guardOf(vm))));
}

/** Made apart: a closure keeps alive all that its neighbours see. */
function guardOf(vm: VM): LateGuard {
  return (read) => translate(vm, read);
}

/** load(file, /): what is after the object goes back, where the file can seek. */
function marshal_load(vm: VM, file: PyValue): PyValue {
  audit(vm, 'marshal.load');
  const data = callMethod(vm, file, 'read');
  if (!(data instanceof PyBytes)) throw typeError(`file.read() returned not bytes but ${typeOf(data).name}`);
  const { value, end } = read(vm, data.bytes);
  if (end < data.bytes.length) callMethod(vm, file, 'seek', [end - data.bytes.length, 1]);
  return value;
}

/** Bytes that nobody will change: code objects are read from them later. */
function contents(vm: VM, value: PyValue): Uint8Array {
  if (!hasBuffer(vm, value)) throw typeError(`a bytes-like object is required, not '${typeOf(value).name}'`);
  const bytes = bufferBytes(vm, value);
  return value instanceof PyBytes || (value instanceof PyMemoryView && value.owner instanceof PyBytes) ? bytes : bytes.slice();
}

function write(vm: VM, value: PyValue, format: PyValue | undefined): Uint8Array {
  const level = format === undefined ? version : Number(asIndex(vm, format));
  return translate(vm, () => dumps(new ToMarshal(vm).convert(value), { version: Math.max(0, Math.min(level, version)) as 0 | 1 | 2 | 3 | 4 }));
}

function read(vm: VM, bytes: Uint8Array): { value: PyValue; end: number } {
  const { value, end } = translate(vm, () => loadAt(bytes, 0));
  return { value: new FromMarshal(vm).convert(value), end };
}

/** A PycError names the exception that CPython raises. */
function translate<T>(vm: VM, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof Error && error.name === 'PycError') throw call(vm, exceptionTypes[(error as PycError).pyClass], [strFromJS(error.message)]) as PyBaseException;
    throw error;
  }
}

/** Keeps identity: what is one object in Python is one object for the writer, which makes references of it. */
class ToMarshal {
  private readonly vm: VM;
  private readonly done = new Map<PyObject, MarshalValue>();

  constructor(vm: VM) {
    this.vm = vm;
  }

  convert(value: PyValue): MarshalValue {
    if (typeof value !== 'object') return constantFromValue(value) as MarshalValue;
    const known = this.done.get(value);
    if (known !== undefined) return known;
    if (typeOf(value) === typeOf(newTuple([]))) return this.keep(value, (value as PyTuple).items.map((item) => this.convert(item)));
    if (typeOf(value).name === 'list' && value instanceof PyList) return this.list(value);
    if (typeOf(value).name === 'dict' && value instanceof PyDict) return this.dict(value);
    if (value instanceof PySet && (value.cls === setType || value.cls === frozensetType)) {
      const items = value.table.toArray().map((item) => this.convert(item));
      return this.keep(value, { kind: value.cls === setType ? 'set' : 'frozenset', items });
    }
    if (value === exceptionTypes.StopIteration) return StopIteration;
    if (value instanceof PyByteArray) return this.keep(value, value.bytes.slice());
    const constant = constantFromValue(value);
    if (constant !== undefined) return this.keep(value, constant as MarshalValue);
    if (typeOf(value).bf_getbuffer !== undefined) return (callMethod(this.vm, value, 'tobytes') as PyBytes).bytes;
    throw valueError('unmarshallable object');
  }

  private list(value: PyList): MarshalValue {
    const list: MarshalList = { kind: 'list', items: [] };
    this.keep(value, list);
    for (const item of value.items) list.items.push(this.convert(item));
    return list;
  }

  private dict(value: PyDict): MarshalValue {
    const dict: MarshalDict = { kind: 'dict', entries: [] };
    this.keep(value, dict);
    value.keys.forEach((key, index) => {
      // A hole is where an entry was deleted.
      if (key !== undefined) dict.entries.push([this.convert(key), this.convert(value.values[index] as PyValue)]);
    });
    return dict;
  }

  private keep(value: PyObject, result: MarshalValue): MarshalValue {
    this.done.set(value, result);
    return result;
  }
}

class FromMarshal {
  private readonly vm: VM;
  private readonly floats = new Map<number, PyValue>();
  private readonly done = new Map<object, PyValue>();

  constructor(vm: VM) {
    this.vm = vm;
  }

  convert(value: MarshalValue): PyValue {
    if (typeof value === 'number') return this.float(value);
    if (typeof value !== 'object' || value === null) return constantValue(this.vm, value);
    const known = this.done.get(value);
    if (known !== undefined) return known;
    if (value instanceof Uint8Array) return this.keep(value, constantValue(this.vm, value));
    if (!('kind' in value)) return this.keep(value, newTuple(value.map((item) => this.convert(item))));
    switch (value.kind) {
      case 'list': {
        const list = new PyList([]);
        this.keep(value, list);
        for (const item of value.items) list.items.push(this.convert(item));
        return list;
      }
      case 'dict': {
        const dict = new PyDict();
        this.keep(value, dict);
        for (const [key, item] of value.entries) dict.set(this.vm, this.convert(key), this.convert(item));
        return dict;
      }
      case 'set':
      case 'frozenset': {
        const set = new PySet(value.kind === 'set' ? setType : frozensetType);
        for (const item of value.items) set.table.add(this.vm, this.convert(item));
        return this.keep(value, set);
      }
      case 'stopiteration':
        return exceptionTypes.StopIteration;
      case 'code':
        return this.keep(value, constantValue(this.vm, debugRanges(this.vm).kept ? value : withoutColumns(value)));
      default:
        return this.keep(value, constantValue(this.vm, value as Constant));
    }
  }

  /** Marshal data may say that two floats are one object; equal ones are made one, of which only `is` could tell. */
  private float(value: number): PyValue {
    const known = value === 0 ? undefined : this.floats.get(value);
    if (known !== undefined) return known;
    const made = constantValue(this.vm, value);
    this.floats.set(value, made);
    return made;
  }

  private keep(value: object, result: PyValue): PyValue {
    this.done.set(value, result);
    return result;
  }
}

export const marshalModule: NativeModule = defineModule('marshal', {
  dump: native('dump(value, file, version=version, /)', marshal_dump, 'Write the value on the open file.'),
  load: native('load(file, /)', marshal_load, 'Read one value from the open file and return it.'),
  dumps: native('dumps(value, version=version, /)', marshal_dumps, 'Return the bytes object that would be written to a file by dump(value, file).'),
  loads: native('loads(bytes, /)', marshal_loads, 'Convert the bytes-like object to a value.'),
  version,
});

