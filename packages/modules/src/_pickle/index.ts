import { badArgument,
  asIndex, attributeError, bufferBytes, defineModule, defineType, isCallable, isInt, intValue, isStr, isTrue, iterate, jsText, lookupAttr, native, newTuple, None, PyDict, PyObject, PyTuple, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { GetSetDef, NativeModule, PyBaseException, PyType, PyValue, VM } from '@py/vm/native';
import { keywordArguments } from '../arguments.ts';
import { docs } from './docs.ts';
import { Memo } from './memo.ts';
import { DEFAULT_PROTOCOL, HIGHEST_PROTOCOL } from './opcodes.ts';
import { pickleBufferType } from './picklebuffer.ts';
import { dump, PyPickler } from './pickler.ts';
import { pickleErrorType, picklingError, picklingErrorType, unpicklingError, unpicklingErrorType } from './support.ts';
import { findClass, load, PyUnpickler } from './unpickler.ts';

/* `_pickle` (CPython 3.12: Modules/_pickle.c). */

// ---- Pickler ----

function setProtocol(vm: VM, self: PyPickler, protocol: PyValue | undefined, fixImports: PyValue | undefined): void {
  let number = DEFAULT_PROTOCOL;
  if (protocol !== undefined && protocol !== None) {
    const given = asIndex(vm, protocol);
    if (given > HIGHEST_PROTOCOL) throw valueError(`pickle protocol must be <= ${HIGHEST_PROTOCOL}`);
    number = given < 0 ? HIGHEST_PROTOCOL : Number(given);
  }
  self.protocol = number;
  self.bin = number > 0;
  self.fixImports = (fixImports === undefined || isTrue(vm, fixImports)) && number < 3;
}

function setBufferCallback(self: PyPickler, callback: PyValue | undefined): void {
  self.bufferCallback = callback === undefined || callback === None ? null : callback;
  if (self.bufferCallback !== null && self.protocol < 5) throw valueError('buffer_callback needs protocol >= 5');
}

function setOutput(vm: VM, self: PyPickler, file: PyValue): void {
  const write = lookupAttr(vm, file, 'write');
  if (write === undefined) throw typeError("file must have a 'write' attribute");
  self.output.write = write;
}

function pickler_init(vm: VM, value: PyValue, args: PyValue[], kwnames: readonly string[] | null): void {
  const self = value as PyPickler; // tp_new made it.
  const [file, protocol, fixImports, callback] = keywordArguments('Pickler()', ['file', 'protocol', 'fix_imports', 'buffer_callback'], args, kwnames, 1);
  self.ready = false;
  setProtocol(vm, self, protocol, fixImports);
  setOutput(vm, self, file as PyValue);
  setBufferCallback(self, callback);
  self.output.clear();
  self.memo.clear();
  self.fast = false;
  self.fastDepth = 0;
  self.fastMemo.clear();
  self.persistentId = lookupAttr(vm, self, 'persistent_id') ?? null;
  self.dispatchTable = lookupAttr(vm, self, 'dispatch_table') ?? null;
  self.ready = true;
}

function pickler_dump(vm: VM, self: PyPickler, obj: PyValue): PyValue {
  if (!self.ready) throw picklingError(`Pickler.__init__() was not called by ${self.cls.tpName}.__init__()`);
  self.output.clear();
  self.reducerOverride = self.cls.isHeapType ? (lookupAttr(vm, self, 'reducer_override') ?? null) : null;
  try {
    dump(vm, self, obj);
  } finally {
    self.reducerOverride = null;
  }
  self.output.flush(vm);
  return None;
}

/** A method that a subclass may give, or that is set on the object. */
function hook(name: string, get: (self: PyObject) => PyValue | null, set: (self: PyObject, value: PyValue) => void): GetSetDef {
  return {
    get(_vm, self) {
      const value = get(self);
      if (value === null) throw noAttribute(name);
      return value;
    },
    set(_vm, self, value) {
      if (value === undefined) throw typeError('attribute deletion is not supported');
      if (!isCallable(value)) throw typeError(`${name} must be a callable taking one argument`);
      set(self, value);
    },
  };
}

function noAttribute(name: string): PyBaseException {
  return attributeError(name);
}

class MemoProxy extends PyObject {
  readonly owner: PyPickler | PyUnpickler;
  constructor(cls: PyType, owner: PyPickler | PyUnpickler) {
    super(cls);
    this.owner = owner;
  }
}

/** The memo as `{id(obj): (number, obj)}`. */
function picklerMemo(vm: VM, self: PyPickler): PyDict {
  const dict = new PyDict();
  for (const [obj, index] of self.memo.entries()) dict.set(vm, typeof obj === 'object' ? vm.idOf(obj) : vm.idOfValue(obj), newTuple([index, obj]));
  return dict;
}

function proxyType(name: string, copy: (vm: VM, proxy: MemoProxy) => PyDict, clear: (proxy: MemoProxy) => void, what: string): PyType {
  return defineType(name, {
    module: '_pickle',
    slots: { tp_hash: null },
    methods: [
      native('clear(self, /)', (_vm: VM, self: MemoProxy) => {
        clear(self);
        return None;
      }, `Remove all items from memo.`),
      native('copy(self, /)', copy, `Copy the memo to a new object.`),
      native('__reduce__(self, /)', (vm: VM, self: MemoProxy) => newTuple([typeOf(new PyDict()), newTuple([copy(vm, self)])]), `Implement pickle support.`),
    ],
    doc: what,
  });
}

const picklerMemoProxyType = proxyType('PicklerMemoProxy', (vm, proxy) => picklerMemo(vm, proxy.owner as PyPickler), (proxy) => (proxy.owner as PyPickler).memo.clear(), 'Pickler memo');

function setPicklerMemo(vm: VM, self: PyPickler, value: PyValue | undefined): void {
  if (value === undefined) throw typeError('attribute deletion is not supported');
  if (value instanceof MemoProxy && value.owner instanceof PyPickler) {
    self.memo = value.owner.memo.copy();
    return;
  }
  if (!(value instanceof PyDict)) throw typeError(`'memo' attribute must be a PicklerMemoProxy object or dict, not ${typeOf(value).tpName}`);
  const memo = new Memo();
  for (const item of value.valueList()) {
    if (!(item instanceof PyTuple) || item.items.length !== 2) throw typeError("'memo' values must be 2-item tuples");
    memo.set(item.items[1], Number(asIndex(vm, item.items[0])));
  }
  self.memo = memo;
}

const flag = (name: 'bin' | 'fast'): GetSetDef => ({
  get: (_vm, self) => ((self as PyPickler)[name] ? 1 : 0),
  set(vm, self, value) {
    if (value === undefined) throw typeError("can't delete numeric/char attribute");
    (self as PyPickler)[name] = asIndex(vm, value) !== 0;
  },
});

const picklerType: PyType = defineType('Pickler', {
  module: '_pickle',
  basetype: true,
  doc: docs.Pickler,
  textSignature: '(file, protocol=None, fix_imports=True, buffer_callback=None)',
  slots: { tp_new: (_vm, type) => new PyPickler(type), tp_init: pickler_init },
  methods: [
    native('dump(self, obj, /)', pickler_dump, docs['Pickler.dump']),
    native('clear_memo(self, /)', (_vm: VM, self: PyPickler) => {
      self.memo.clear();
      return None;
    }, docs['Pickler.clear_memo']),
    native('__sizeof__(self, /)', (_vm: VM, self: PyPickler) => 208 + 16 * self.memo.size, docs['Pickler.__sizeof__']),
  ],
  getset: {
    memo: { get: (_vm, self) => new MemoProxy(picklerMemoProxyType, self as PyPickler), set: (vm, self, value) => setPicklerMemo(vm, self as PyPickler, value) },
    persistent_id: hook('persistent_id', (self) => (self as PyPickler).persistentId, (self, value) => ((self as PyPickler).persistentId = value)),
  },
  fields: {
    bin: flag('bin'),
    fast: flag('fast'),
    dispatch_table: {
      get(_vm, self) {
        const table = (self as PyPickler).dispatchTable;
        if (table === null) throw attributeError(`'${self.cls.tpName}' object has no attribute 'dispatch_table'`);
        return table;
      },
      set(_vm, self, value) {
        if (value === undefined && (self as PyPickler).dispatchTable === null) throw noAttribute('dispatch_table');
        (self as PyPickler).dispatchTable = value ?? null;
      },
    },
  },
});

// ---- Unpickler ----

function setInput(vm: VM, self: PyUnpickler, file: PyValue): void {
  const peek = lookupAttr(vm, file, 'peek') ?? null;
  const readinto = lookupAttr(vm, file, 'readinto') ?? null;
  const read = lookupAttr(vm, file, 'read');
  const readline = lookupAttr(vm, file, 'readline');
  if (read === undefined || readline === undefined) throw typeError("file must have 'read' and 'readline' attributes");
  self.input.file = { peek, readinto, read, readline };
}

function textArgument(value: PyValue | undefined, fallback: string, method: string, name: string): string {
  if (value === undefined) return fallback;
  if (!isStr(value)) throw badArgument(method, `argument '${name}'`, 'str', value);
  return jsText(value);
}

function setReading(vm: VM, self: PyUnpickler, method: string, fixImports: PyValue | undefined, encoding: PyValue | undefined, errors: PyValue | undefined, buffers: PyValue | undefined): void {
  self.fixImports = fixImports === undefined || isTrue(vm, fixImports);
  self.encoding = textArgument(encoding, 'ASCII', method, 'encoding');
  self.errors = textArgument(errors, 'strict', method, 'errors');
  self.buffers = buffers === undefined || buffers === None ? null : iterate(vm, buffers);
}

function unpickler_init(vm: VM, value: PyValue, args: PyValue[], kwnames: readonly string[] | null): void {
  const self = value as PyUnpickler; // tp_new made it.
  const [file, fixImports, encoding, errors, buffers] = keywordArguments('Unpickler()', ['file', 'fix_imports', 'encoding', 'errors', 'buffers'], args, kwnames, 1, { maxPositional: 1 });
  self.ready = false;
  setInput(vm, self, file as PyValue);
  setReading(vm, self, 'Unpickler', fixImports, encoding, errors, buffers);
  self.persistentLoad = lookupAttr(vm, self, 'persistent_load') ?? null;
  self.memo = [];
  self.ready = true;
}

function unpickler_load(vm: VM, self: PyUnpickler): PyValue {
  if (!self.ready) throw unpicklingError(`Unpickler.__init__() was not called by ${self.cls.tpName}.__init__()`);
  return load(vm, self);
}

function unpicklerMemo(vm: VM, self: PyUnpickler): PyDict {
  const dict = new PyDict();
  for (const [index, value] of self.memo.entries()) if (value !== undefined) dict.set(vm, index, value);
  return dict;
}

const unpicklerMemoProxyType = proxyType('UnpicklerMemoProxy', (vm, proxy) => unpicklerMemo(vm, proxy.owner as PyUnpickler), (proxy) => ((proxy.owner as PyUnpickler).memo = []), 'Unpickler memo');

function setUnpicklerMemo(self: PyUnpickler, value: PyValue | undefined): void {
  if (value === undefined) throw typeError('attribute deletion is not supported');
  if (value instanceof MemoProxy && value.owner instanceof PyUnpickler) {
    self.memo = value.owner.memo.slice();
    return;
  }
  if (!(value instanceof PyDict)) throw typeError(`'memo' attribute must be an UnpicklerMemoProxy object or dict, not ${typeOf(value).tpName}`);
  const memo: (PyValue | undefined)[] = [];
  for (let entry = value.nextEntry(0); entry >= 0; entry = value.nextEntry(entry + 1)) {
    const key = value.keyAt(entry);
    if (!isInt(key)) throw typeError('memo key must be integers');
    if (intValue(key) < 0) throw valueError('memo key must be positive integers.');
    memo[Number(intValue(key))] = value.valueAt(entry);
  }
  self.memo = memo;
}

const unpicklerType: PyType = defineType('Unpickler', {
  module: '_pickle',
  basetype: true,
  doc: docs.Unpickler,
  textSignature: "(file, *, fix_imports=True, encoding='ASCII', errors='strict',\n          buffers=())",
  slots: { tp_new: (_vm, type) => new PyUnpickler(type), tp_init: unpickler_init },
  methods: [
    native('load(self, /)', unpickler_load, docs['Unpickler.load']),
    native('find_class(self, module_name, global_name, /)', findClass, docs['Unpickler.find_class']),
    native('__sizeof__(self, /)', (_vm: VM, self: PyUnpickler) => 272 + 8 * self.memo.length, docs['Unpickler.__sizeof__']),
  ],
  getset: {
    memo: { get: (_vm, self) => new MemoProxy(unpicklerMemoProxyType, self as PyUnpickler), set: (_vm, self, value) => setUnpicklerMemo(self as PyUnpickler, value) },
    persistent_load: hook('persistent_load', (self) => (self as PyUnpickler).persistentLoad, (self, value) => ((self as PyUnpickler).persistentLoad = value)),
  },
});

// ---- functions ----

function dumpTo(vm: VM, obj: PyValue, file: PyValue, protocol: PyValue | undefined, fixImports: PyValue | undefined, callback: PyValue | undefined): PyValue {
  const pickler = borrowPickler(vm);
  try {
    setProtocol(vm, pickler, protocol, fixImports);
    setOutput(vm, pickler, file);
    setBufferCallback(pickler, callback);
    dump(vm, pickler, obj);
    pickler.output.flush(vm);
    return None;
  } finally {
    returnPickler(vm, pickler);
  }
}

function dumps(vm: VM, obj: PyValue, protocol: PyValue | undefined, fixImports: PyValue | undefined, callback: PyValue | undefined): PyValue {
  const pickler = borrowPickler(vm);
  try {
    setProtocol(vm, pickler, protocol, fixImports);
    setBufferCallback(pickler, callback);
    dump(vm, pickler, obj);
    return pickler.output.take();
  } finally {
    returnPickler(vm, pickler);
  }
}

/** The pickler of the module's functions, which no program sees. Its memory is ready for use: getting more takes as long as filling it. */
interface Spare {
  /** null while a function is using it, which may come back to these functions. */
  pickler: PyPickler | null;
}
const spare = (vm: VM): Spare => vm.state<Spare>('_pickle.spare', () => ({ pickler: null }));

function borrowPickler(vm: VM): PyPickler {
  const state = spare(vm);
  const pickler = state.pickler ?? new PyPickler(picklerType);
  state.pickler = null;
  return pickler;
}

function returnPickler(vm: VM, pickler: PyPickler): void {
  pickler.output.reset();
  pickler.memo.clear();
  pickler.bufferCallback = null;
  spare(vm).pickler = pickler;
}

function loadFrom(vm: VM, file: PyValue, fixImports: PyValue | undefined, encoding: PyValue | undefined, errors: PyValue | undefined, buffers: PyValue | undefined): PyValue {
  const unpickler = new PyUnpickler(unpicklerType);
  setInput(vm, unpickler, file);
  setReading(vm, unpickler, 'load', fixImports, encoding, errors, buffers);
  return load(vm, unpickler);
}

function loads(vm: VM, data: PyValue, fixImports: PyValue | undefined, encoding: PyValue | undefined, errors: PyValue | undefined, buffers: PyValue | undefined): PyValue {
  const unpickler = new PyUnpickler(unpicklerType);
  unpickler.input.bytes = bufferBytes(vm, data);
  setReading(vm, unpickler, 'loads', fixImports, encoding, errors, buffers);
  return load(vm, unpickler);
}

/** Python's module `_pickle`. CPython 3.12: Modules/_pickle.c. */
export const _pickle: NativeModule = defineModule(
  '_pickle',
  {
    dump: native('dump(obj, file, protocol=None, *, fix_imports=True,\n     buffer_callback=None)', dumpTo, docs.dump),
    dumps: native('dumps(obj, protocol=None, *, fix_imports=True,\n      buffer_callback=None)', dumps, docs.dumps),
    load: native("load(file, *, fix_imports=True, encoding='ASCII',\n     errors='strict', buffers=())", loadFrom, docs.load),
    loads: native("loads(data, /, *, fix_imports=True, encoding='ASCII',\n      errors='strict', buffers=())", loads, docs.loads),
    PickleBuffer: pickleBufferType,
    Pickler: picklerType,
    Unpickler: unpicklerType,
    PickleError: pickleErrorType,
    PicklingError: picklingErrorType,
    UnpicklingError: unpicklingErrorType,
  },
  { doc: 'Optimized C implementation for the Python pickle module.' },
);
