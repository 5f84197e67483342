import {
  bytearrayType, bytesType, call, callMethod, codePoints, dictType, Ellipsis, exceptionTypes, floatRepr, floatType, frozensetType, functionType, getAttr, importModule, intText, isCallable, isContiguous, isFortranContiguous, isInt, isStr, isTrue, iterate, jsText, listType, lookupAttr, newTuple, next,
  None, NotImplemented, overflowError, PyBaseException, type PyByteArray, PyBytes, PyDict, type PyFloat, PyList, PyObject, type PySet, PyTuple, PyType, recursionError, reprText, runtimeError, setType, strFromJS, strType, str, toArray, tupleType, typeError, typeOf, typeType, valueError, getItem, hasGenericGetAttr, Instance, objectType, reduceEx,
} from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { longestText, Memo } from './memo.ts';
import * as op from './opcodes.ts';
import { Output } from './output.ts';
import { type PickleBuffer, pickleBufferType } from './picklebuffer.ts';
import { deepAttribute, dottedPath, mappedModule, mappedPair, pickleState, picklingError } from './support.ts';

/* The pickling machine (CPython 3.12: Modules/_pickle.c, save and what it calls). */

const ascii = /^[\0-\x7f]*$/;
/** Containers this deep in fast mode are checked for cycles. */
const fastNestingLimit = 50;

/** `pickle.Pickler`. */
export class PyPickler extends PyObject {
  readonly output = new Output();
  /** Number of each object pickled so far. */
  memo = new Memo();
  protocol: number = op.DEFAULT_PROTOCOL;
  bin = true;
  fast = false;
  fixImports = false;
  ready = false;
  bufferCallback: PyValue | null = null;
  /** What `persistent_id` was when the pickler was made or was set to; null for none. */
  persistentId: PyValue | null = null;
  dispatchTable: PyValue | null = null;
  reducerOverride: PyValue | null = null;
  fastDepth = 0;
  fastMemo = new Set<PyValue>();
}

/** Pickles one object into the output, header and STOP included. */
export function dump(vm: VM, self: PyPickler, obj: PyValue): void {
  const { output } = self;
  if (self.protocol >= 2) {
    output.opByte(op.PROTO, self.protocol);
    if (self.protocol >= 4) output.framing = true;
  }
  try {
    save(vm, self, obj, false);
    output.byte(op.STOP);
    output.closeFrame();
  } finally {
    output.framing = false;
  }
}

function save(vm: VM, self: PyPickler, obj: PyValue, isPersistentId: boolean): void {
  self.output.boundary(vm);
  if (self.persistentId !== null && !isPersistentId && savePersistent(vm, self, obj)) return;
  switch (typeof obj) {
    case 'number':
      return saveInt(vm, self, obj);
    case 'bigint':
      return saveInt(vm, self, obj);
    case 'boolean':
      if (self.protocol >= 2) return self.output.byte(obj ? op.NEWTRUE : op.NEWFALSE);
      return self.output.text(obj ? 'I01\n' : 'I00\n');
    case 'string': {
      if (self.bin && obj.length <= longestText && saveShort(self, obj) !== notShort) return;
      const known = self.memo.get(obj);
      if (known !== undefined) return putGet(self, known);
      return saveText(vm, self, obj);
    }
  }
  if (obj === None) return self.output.byte(op.NONE);
  const type = obj.cls;
  if (type === floatType) return saveFloat(self, (obj as PyFloat).value);
  const known = self.memo.get(obj);
  if (known !== undefined) return putGet(self, known);
  if (type === bytesType) return saveBytes(vm, self, obj as PyBytes);
  if (type === strType) return saveText(vm, self, obj);
  if (++vm.containerDepth > vm.recursionLimit) {
    vm.containerDepth--;
    throw recursionError('maximum recursion depth exceeded while pickling an object');
  }
  try {
    saveContainer(vm, self, obj, type);
  } finally {
    vm.containerDepth--;
  }
}

function saveContainer(vm: VM, self: PyPickler, obj: PyObject, type: PyType): void {
  switch (type) {
    case dictType:
      return inFastMode(vm, self, obj, saveDict);
    case setType:
      return saveSet(vm, self, obj as PySet);
    case frozensetType:
      return saveFrozenset(vm, self, obj as PySet);
    case listType:
      return inFastMode(vm, self, obj, saveList);
    case tupleType:
      return saveTuple(vm, self, obj as PyTuple);
    case bytearrayType:
      return saveBytearray(vm, self, obj as PyByteArray);
    case pickleBufferType:
      return savePickleBuffer(vm, self, obj as PickleBuffer);
  }
  if (self.reducerOverride !== null) {
    const reduced = call(vm, self.reducerOverride, [obj]);
    if (reduced !== NotImplemented) return saveReduced(vm, self, reduced, obj);
  }
  if (type === typeType) return saveType(vm, self, obj as PyType);
  if (type === functionType) return saveGlobal(vm, self, obj, null);
  const reducer = registeredReducer(vm, self, type);
  if (reducer !== undefined) return saveReduced(vm, self, call(vm, reducer, [obj]), obj);
  if (type.isSubtypeOf(typeType)) return saveGlobal(vm, self, obj, null);
  saveReduced(vm, self, reduce(vm, self, obj), obj);
}

function registeredReducer(vm: VM, self: PyPickler, type: PyType): PyValue | undefined {
  if (self.dispatchTable === null) return pickleState(vm).dispatchTable.get(vm, type);
  if (self.dispatchTable instanceof PyDict && self.dispatchTable.cls === dictType) return self.dispatchTable.get(vm, type);
  try {
    return getItem(vm, self.dispatchTable, type);
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.KeyError)) return undefined;
    throw error;
  }
}

/** What `__reduce_ex__` or `__reduce__` gives. */
function reduce(vm: VM, self: PyPickler, obj: PyObject): PyValue {
  // `object.__reduce_ex__` without a detour, for ordinary instances.
  const { cls } = obj;
  if (obj instanceof Instance && hasGenericGetAttr(cls) && cls.lookup('__reduce_ex__') === objectType.lookup('__reduce_ex__') && cls.lookup('__reduce__') === objectType.lookup('__reduce__')) {
    return reduceEx(vm, obj, self.protocol);
  }
  const method = lookupAttr(vm, obj, '__reduce_ex__');
  if (method !== undefined) return call(vm, method, [self.protocol]);
  const plain = lookupAttr(vm, obj, '__reduce__');
  if (plain === undefined) throw picklingError(`can't pickle '${obj.cls.tpName}' object: ${reprText(vm, obj)}`);
  return call(vm, plain);
}

function saveReduced(vm: VM, self: PyPickler, reduced: PyValue, obj: PyValue): void {
  if (isStr(reduced)) return saveGlobal(vm, self, obj, reduced);
  if (!(reduced instanceof PyTuple)) throw picklingError('__reduce__ must return a string or tuple');
  saveReduce(vm, self, reduced.items, obj);
}

// ---- memo ----

function putGet(self: PyPickler, index: number): void {
  const { output } = self;
  if (!self.bin) output.text(`g${index}\n`);
  else if (index < 256) output.opByte(op.BINGET, index);
  else output.opInt32(op.LONG_BINGET, index);
}

/** Remembers the object that the last opcodes made. */
function memoize(self: PyPickler, obj: PyValue): void {
  if (self.fast) return;
  const index = self.memo.size;
  self.memo.set(obj, index);
  putMemo(self, index);
}

/** Says which number the last object has. */
function putMemo(self: PyPickler, index: number): void {
  const { output } = self;
  if (self.protocol >= 4) output.byte(op.MEMOIZE);
  else if (!self.bin) output.text(`p${index}\n`);
  else if (index < 256) output.opByte(op.BINPUT, index);
  else output.opInt32(op.LONG_BINPUT, index);
}

// ---- atoms ----

function saveInt(vm: VM, self: PyPickler, value: number | bigint): void {
  const { output } = self;
  if (typeof value === 'number' && value <= 0x7fff_ffff && value >= -0x8000_0000) {
    if (!self.bin) return output.text(`I${value}\n`);
    if (value < 0 || value > 0xffff) return output.opInt32(op.BININT, value);
    return value > 0xff ? output.opUint16(op.BININT2, value) : output.opByte(op.BININT1, value);
  }
  if (self.protocol < 2) return output.text(`L${intText(vm, value)}L\n`);
  const bytes = twosComplement(BigInt(value));
  if (bytes.length < 256) output.opByte(op.LONG1, bytes.length);
  else output.opInt32(op.LONG4, bytes.length);
  output.raw(bytes);
}

/** The fewest bytes of a two's complement, lowest first. */
function twosComplement(value: bigint): Uint8Array {
  const magnitude = value < 0n ? -value - 1n : value;
  const hex = magnitude.toString(16);
  // One bit more for the sign.
  const bits = (hex.length - 1) * 4 + (32 - Math.clz32(parseInt(hex[0], 16))) + 1;
  const length = Math.ceil(bits / 8);
  const bytes = new Uint8Array(length);
  const padded = hex.padStart(length * 2, '0');
  for (let i = 0; i < length; i++) {
    const byte = parseInt(padded.slice(padded.length - 2 * i - 2, padded.length - 2 * i), 16);
    bytes[i] = value < 0n ? ~byte : byte;
  }
  return bytes;
}

function saveFloat(self: PyPickler, value: number): void {
  if (self.bin) self.output.opDouble(op.BINFLOAT, value);
  else self.output.text(`F${floatRepr(value)}\n`);
}

/** UTF-8, in which lone surrogates are three bytes like other characters. */
function utf8(text: PyValue): Uint8Array {
  const points = codePoints(text);
  const bytes = new Uint8Array(points.length * 4);
  let at = 0;
  for (let i = 0; i < points.length; i++) {
    const point = points[i];
    if (point < 0x80) bytes[at++] = point;
    else if (point < 0x800) {
      bytes[at++] = 0xc0 | (point >> 6);
      bytes[at++] = 0x80 | (point & 0x3f);
    } else {
      if (point < 0x10000) bytes[at++] = 0xe0 | (point >> 12);
      else {
        bytes[at++] = 0xf0 | (point >> 18);
        bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
      }
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[at++] = 0x80 | (point & 0x3f);
    }
  }
  return bytes.subarray(0, at);
}

/** Characters that a line of protocol 0 cannot hold. */
function rawEscape(text: PyValue): Uint8Array {
  const bytes: number[] = [];
  const points = codePoints(text);
  for (let i = 0; i < points.length; i++) {
    const point = points[i];
    const special = point === 0x5c || point === 0 || point === 10 || point === 13 || point === 0x1a;
    const escaped = point >= 0x10000 ? `\\U${point.toString(16).padStart(8, '0')}` : point >= 0x100 || special ? `\\u${point.toString(16).padStart(4, '0')}` : null;
    if (escaped === null) bytes.push(point);
    else for (const ch of escaped) bytes.push(ch.charCodeAt(0));
  }
  return Uint8Array.from(bytes);
}

/** Instead of a text's number: nothing was written; the text has no number. */
const notShort = -1, unnumbered = -2;

/**
 * A short text in a binary protocol, if it is ASCII: most texts are. It is written at once, and taken back if it is known already: so its
 * characters need be looked at only once. Gives its number, or else one of the values above.
 */
function saveShort(self: PyPickler, text: string): number {
  const { output, memo } = self;
  const start = output.position;
  const hash = output.asciiText(text, self.protocol >= 4 ? op.SHORT_BINUNICODE : null, op.BINUNICODE);
  if (hash < 0) return notShort;
  const place = memo.findText(text, hash);
  if (place >= 0) {
    const known = memo.indices[place];
    output.takeBack(start);
    putGet(self, known);
    return known;
  }
  if (self.fast) return unnumbered;
  const index = memo.size;
  memo.addText(text, hash, index);
  putMemo(self, index);
  return index;
}

function saveText(vm: VM, self: PyPickler, text: PyValue): void {
  const { output } = self;
  if (!self.bin) {
    output.byte(op.UNICODE);
    output.raw(rawEscape(text));
    output.text('\n');
  } else if (typeof text !== 'string' || text.length >= 0x10000 || output.asciiText(text, self.protocol >= 4 ? op.SHORT_BINUNICODE : null, op.BINUNICODE) < 0) {
    const bytes = utf8(text);
    output.large(vm, () => {
      if (bytes.length <= 0xff && self.protocol >= 4) output.opByte(op.SHORT_BINUNICODE, bytes.length);
      else if (bytes.length <= 0xffff_ffff) output.opInt32(op.BINUNICODE, bytes.length);
      else if (self.protocol >= 4) output.opSize8(op.BINUNICODE8, bytes.length);
      else throw overflowError('serializing a string larger than 4 GiB requires pickle protocol 4 or higher');
    }, bytes, null);
  }
  memoize(self, text);
}

function saveBytes(vm: VM, self: PyPickler, obj: PyBytes): void {
  if (self.protocol < 3) {
    // Older Pythons have no bytes: a text, to be encoded.
    const { codecsEncode } = pickleState(vm);
    if (obj.bytes.length === 0) return saveReduce(vm, self, [bytesType, newTuple([])], obj);
    return saveReduce(vm, self, [codecsEncode, newTuple([latin1Text(obj.bytes), 'latin1'])], obj);
  }
  saveBytesData(vm, self, obj, obj.bytes, obj);
}

function latin1Text(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text;
}

function saveBytesData(vm: VM, self: PyPickler, obj: PyValue, bytes: Uint8Array, payload: PyValue): void {
  const { output } = self;
  output.large(vm, () => {
    if (bytes.length <= 0xff) output.opByte(op.SHORT_BINBYTES, bytes.length);
    else if (bytes.length <= 0xffff_ffff) output.opInt32(op.BINBYTES, bytes.length);
    else if (self.protocol >= 4) output.opSize8(op.BINBYTES8, bytes.length);
    else throw overflowError('serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher');
  }, bytes, payload);
  memoize(self, obj);
}

function saveBytearrayData(vm: VM, self: PyPickler, obj: PyValue, bytes: Uint8Array, payload: PyValue): void {
  self.output.large(vm, () => self.output.opSize8(op.BYTEARRAY8, bytes.length), bytes, payload);
  memoize(self, obj);
}

function saveBytearray(vm: VM, self: PyPickler, obj: PyByteArray): void {
  if (self.protocol >= 5) return saveBytearrayData(vm, self, obj, obj.bytes, obj);
  const args = obj.bytes.length === 0 ? [] : [new PyBytes(obj.bytes.slice())];
  saveReduce(vm, self, [bytearrayType, newTuple(args)], obj);
}

function savePickleBuffer(vm: VM, self: PyPickler, obj: PickleBuffer): void {
  if (self.protocol < 5) throw picklingError('PickleBuffer can only pickled with protocol >= 5');
  const buffer = obj.checked();
  if (!isContiguous(buffer) && !isFortranContiguous(buffer)) throw picklingError('PickleBuffer can not be pickled when pointing to a non-contiguous buffer');
  const inBand = self.bufferCallback === null || isTrue(vm, call(vm, self.bufferCallback, [obj]));
  const { output } = self;
  if (!inBand) {
    output.byte(op.NEXT_BUFFER);
    if (buffer.readonly) output.byte(op.READONLY_BUFFER);
    return;
  }
  const bytes = buffer.memory.subarray(buffer.offset, buffer.offset + buffer.nbytes);
  if (buffer.readonly) saveBytesData(vm, self, obj, bytes, obj);
  else saveBytearrayData(vm, self, obj, bytes, obj);
}

// ---- containers ----

/** In fast mode nothing is remembered: what is nested too deeply must not contain itself. */
function inFastMode(vm: VM, self: PyPickler, obj: PyObject, saveIt: (vm: VM, self: PyPickler, obj: never) => void): void {
  if (!self.fast) return saveIt(vm, self, obj as never);
  const watched = ++self.fastDepth >= fastNestingLimit;
  if (watched) {
    if (self.fastMemo.has(obj)) {
      self.fastDepth = -1;
      throw valueError(`fast mode: can't pickle cyclic objects including object type ${obj.cls.tpName} at 0x${vm.idOf(obj).toString(16)}`);
    }
    self.fastMemo.add(obj);
  }
  saveIt(vm, self, obj as never);
  if (watched) self.fastMemo.delete(obj);
  self.fastDepth--;
}

function saveTuple(vm: VM, self: PyPickler, obj: PyTuple): void {
  const { output } = self;
  const { items } = obj;
  const { length } = items;
  if (length === 0) {
    if (self.protocol > 0) return output.byte(op.EMPTY_TUPLE);
    output.byte(op.MARK);
    return output.byte(op.TUPLE);
  }
  const small = length <= 3 && self.protocol >= 2;
  if (!small) output.byte(op.MARK);
  let containers = self.persistentId !== null;
  for (let i = 0; i < length; i++) {
    const item = items[i];
    containers ||= typeof item === 'object' && item !== None && item.cls !== floatType;
    save(vm, self, item, false);
  }
  // An item may have led back to the tuple, which is then made already.
  const known = containers ? self.memo.get(obj) : undefined;
  if (known !== undefined) {
    if (!small && self.bin) output.byte(op.POP_MARK);
    else for (let i = 0; i < length + (small ? 0 : 1); i++) output.byte(op.POP);
    return putGet(self, known);
  }
  output.byte(small ? op.TUPLE1 + length - 1 : op.TUPLE);
  memoize(self, obj);
}

function saveList(vm: VM, self: PyPickler, obj: PyList): void {
  const { output } = self;
  if (self.bin) output.byte(op.EMPTY_LIST);
  else {
    output.byte(op.MARK);
    output.byte(op.LIST);
  }
  memoize(self, obj);
  if (obj.items.length === 0) return;
  if (self.protocol === 0) return batchList(vm, self, iterate(vm, obj));
  if (obj.items.length === 1) {
    save(vm, self, obj.items[0], false);
    return output.byte(op.APPEND);
  }
  for (let i = 0; i < obj.items.length; ) {
    output.byte(op.MARK);
    for (const end = i + op.BATCHSIZE; i < end && i < obj.items.length; i++) save(vm, self, obj.items[i], false);
    output.byte(op.APPENDS);
  }
}

/** Items of an iterator, appended to the list on the stack. */
function batchList(vm: VM, self: PyPickler, iterator: PyValue): void {
  const { output } = self;
  if (self.protocol === 0) {
    for (let item = next(vm, iterator); item !== undefined; item = next(vm, iterator)) {
      save(vm, self, item, false);
      output.byte(op.APPEND);
    }
    return;
  }
  let count: number;
  do {
    const first = next(vm, iterator);
    if (first === undefined) return;
    let item = next(vm, iterator);
    if (item === undefined) {
      save(vm, self, first, false);
      return output.byte(op.APPEND);
    }
    output.byte(op.MARK);
    save(vm, self, first, false);
    count = 1;
    while (item !== undefined) {
      save(vm, self, item, false);
      if (++count === op.BATCHSIZE) break;
      item = next(vm, iterator);
    }
    output.byte(op.APPENDS);
  } while (count === op.BATCHSIZE);
}

function saveDict(vm: VM, self: PyPickler, obj: PyDict): void {
  const { output } = self;
  if (self.bin) output.byte(op.EMPTY_DICT);
  else {
    output.byte(op.MARK);
    output.byte(op.DICT);
  }
  memoize(self, obj);
  if (obj.size === 0) return;
  if (self.protocol === 0) return batchDict(vm, self, iterate(vm, callMethod(vm, obj, 'items')));
  const { size } = obj;
  let entry = obj.nextEntry(0);
  if (size === 1) {
    saveItem(vm, self, obj.keyAt(entry), obj.valueAt(entry), 0);
    return output.byte(op.SETITEM);
  }
  while (entry >= 0) {
    output.byte(op.MARK);
    for (let count = 0; entry >= 0 && count < op.BATCHSIZE; count++) {
      saveItem(vm, self, obj.keyAt(entry), obj.valueAt(entry), count);
      if (obj.size !== size) throw runtimeError('dictionary changed size during iteration');
      entry = obj.nextEntry(entry + 1);
    }
    output.byte(op.SETITEMS);
  }
}

/** So many of a dict's keys are looked for among those of the dicts before it. */
const keyPlaces = 32;

/** A pair, at a place of a dict. */
function saveItem(vm: VM, self: PyPickler, key: PyValue, value: PyValue, place: number): void {
  saveKey(vm, self, key, place);
  save(vm, self, value, false);
}

function saveKey(vm: VM, self: PyPickler, key: PyValue, place: number): void {
  if (typeof key !== 'string' || place >= keyPlaces || !self.bin || self.persistentId !== null || key.length > longestText) return save(vm, self, key, false);
  self.output.boundary(vm);
  const { keys, keyIndices } = self.memo;
  if (keys[place] === key) return putGet(self, keyIndices[place]);
  const index = saveShort(self, key);
  if (index === notShort) return save(vm, self, key, false);
  if (index === unnumbered) return;
  keys[place] = key;
  keyIndices[place] = index;
}

/** Pairs of an iterator, set in the mapping on the stack. */
function batchDict(vm: VM, self: PyPickler, iterator: PyValue): void {
  const { output } = self;
  const savePair = (pair: PyValue): void => {
    if (!(pair instanceof PyTuple) || pair.items.length !== 2) throw typeError('dict items iterator must return 2-tuples');
    save(vm, self, pair.items[0], false);
    save(vm, self, pair.items[1], false);
  };
  if (self.protocol === 0) {
    for (let pair = next(vm, iterator); pair !== undefined; pair = next(vm, iterator)) {
      savePair(pair);
      output.byte(op.SETITEM);
    }
    return;
  }
  let count: number;
  do {
    const first = next(vm, iterator);
    if (first === undefined) return;
    let pair = next(vm, iterator);
    if (pair === undefined) {
      savePair(first);
      return output.byte(op.SETITEM);
    }
    output.byte(op.MARK);
    savePair(first);
    count = 1;
    while (pair !== undefined) {
      savePair(pair);
      if (++count === op.BATCHSIZE) break;
      pair = next(vm, iterator);
    }
    output.byte(op.SETITEMS);
  } while (count === op.BATCHSIZE);
}

function saveSet(vm: VM, self: PyPickler, obj: PySet): void {
  const { output } = self;
  if (self.protocol < 4) return saveReduce(vm, self, [setType, newTuple([new PyList(toArray(vm, obj))])], obj);
  output.byte(op.EMPTY_SET);
  memoize(self, obj);
  const items = toArray(vm, obj);
  const size = obj.table.used;
  for (let i = 0; i < items.length; ) {
    output.byte(op.MARK);
    for (const end = i + op.BATCHSIZE; i < end && i < items.length; i++) {
      save(vm, self, items[i], false);
      if (obj.table.used !== size) throw runtimeError('set changed size during iteration');
    }
    output.byte(op.ADDITEMS);
  }
}

function saveFrozenset(vm: VM, self: PyPickler, obj: PySet): void {
  const { output } = self;
  if (self.protocol < 4) return saveReduce(vm, self, [frozensetType, newTuple([new PyList(toArray(vm, obj))])], obj);
  output.byte(op.MARK);
  for (const item of toArray(vm, obj)) save(vm, self, item, false);
  const known = self.memo.get(obj);
  if (known !== undefined) {
    output.byte(op.POP_MARK);
    return putGet(self, known);
  }
  output.byte(op.FROZENSET);
  memoize(self, obj);
}

// ---- globals ----

function saveType(vm: VM, self: PyPickler, type: PyType): void {
  for (const value of [None, NotImplemented, Ellipsis]) {
    if (type === typeOf(value)) return saveReduce(vm, self, [typeType, newTuple([value])], type);
  }
  saveGlobal(vm, self, type, null);
}

/** The module in which an object is found under its name (CPython: whichmodule). */
function moduleOf(vm: VM, obj: PyValue, path: readonly string[]): PyValue {
  const own = lookupAttr(vm, obj, '__module__');
  if (own !== undefined && own !== None) return own;
  for (const name of vm.modules.keyList()) {
    const module = vm.modules.get(vm, name);
    if (module === undefined || module === None || name === '__main__' || name === '__mp_main__') continue;
    if (deepAttribute(vm, module, path)?.value === obj) return name;
  }
  return '__main__';
}

function saveGlobal(vm: VM, self: PyPickler, obj: PyValue, name: PyValue | null): void {
  const globalName = name ?? lookupAttr(vm, obj, '__qualname__') ?? getAttr(vm, obj, '__name__');
  const path = dottedPath(vm, globalName, null);
  const moduleName = moduleOf(vm, obj, path);
  let module: PyValue;
  try {
    module = importModule(vm, jsText(moduleName));
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    throw picklingError(`Can't pickle ${reprText(vm, obj)}: import of module ${reprText(vm, moduleName)} failed`);
  }
  const found = deepAttribute(vm, module, path);
  const names = `${jsText(str(vm, globalName))}`;
  const modules = `${jsText(str(vm, moduleName))}`;
  if (found === null) throw picklingError(`Can't pickle ${reprText(vm, obj)}: attribute lookup ${names} on ${modules} failed`);
  if (found.value !== obj) throw picklingError(`Can't pickle ${reprText(vm, obj)}: it's not the same object as ${modules}.${names}`);
  const { output } = self;
  if (self.protocol >= 2) {
    const extension = pickleState(vm).extensionRegistry.get(vm, newTuple([moduleName, globalName]));
    if (extension !== undefined) return saveExtension(vm, self, obj, extension);
  }
  // Found in the module itself, though by a long way: the last name is enough.
  const shortName = found.parent === module ? strFromJS(path[path.length - 1]) : globalName;
  if (self.protocol >= 4) {
    save(vm, self, moduleName, false);
    save(vm, self, shortName, false);
    output.byte(op.STACK_GLOBAL);
  } else if (found.parent !== module) {
    return saveReduce(vm, self, [pickleState(vm).getattr, newTuple([found.parent, strFromJS(path[path.length - 1])])], obj);
  } else saveGlobalLine(vm, self, moduleName, shortName);
  memoize(self, obj);
}

function saveExtension(vm: VM, self: PyPickler, obj: PyValue, extension: PyValue): void {
  if (!isInt(extension)) throw picklingError(`Can't pickle ${reprText(vm, obj)}: extension code ${reprText(vm, extension)} isn't an integer`);
  const code = Number(extension);
  if (code <= 0 || code > 0x7fff_ffff) throw picklingError(`Can't pickle ${reprText(vm, obj)}: extension code ${code} is out of range`);
  if (code <= 0xff) self.output.opByte(op.EXT1, code);
  else if (code <= 0xffff) self.output.opUint16(op.EXT2, code);
  else self.output.opInt32(op.EXT4, code);
}

/** `cmodule\nname\n`, with Python 2's names where those are asked for. */
function saveGlobalLine(vm: VM, self: PyPickler, moduleName: PyValue, globalName: PyValue): void {
  let module = moduleName;
  let name = globalName;
  if (self.fixImports && self.protocol < 3) {
    const state = pickleState(vm);
    const pair = mappedPair(vm, state.reverseNameMapping, 'REVERSE_NAME_MAPPING', module, name);
    if (pair !== undefined) [module, name] = pair;
    else module = mappedModule(vm, state.reverseImportMapping, 'REVERSE_IMPORT_MAPPING', module) ?? module;
  }
  const { output } = self;
  output.byte(op.GLOBAL);
  for (const [text, what] of [[module, 'module'], [name, 'global']] as const) {
    const encodable = self.protocol >= 3 ? !/[\ud800-\udfff]/u.test(jsText(text)) : ascii.test(jsText(text));
    if (!encodable) throw picklingError(`can't pickle ${what} identifier '${jsText(text)}' using pickle protocol ${self.protocol}`);
    output.raw(utf8(text));
    output.text('\n');
  }
}

// ---- persistent ids ----

function savePersistent(vm: VM, self: PyPickler, obj: PyValue): boolean {
  const id = call(vm, self.persistentId as PyValue, [obj]);
  if (id === None) return false;
  if (self.bin) {
    save(vm, self, id, true);
    self.output.byte(op.BINPERSID);
    return true;
  }
  const text = jsText(str(vm, id));
  if (!ascii.test(text)) throw picklingError('persistent IDs in protocol 0 must be ASCII strings');
  self.output.text(`P${text}\n`);
  return true;
}

// ---- reduce values ----

function checkReduced(vm: VM, items: readonly PyValue[]): void {
  if (items.length < 2 || items.length > 6) throw picklingError('tuple returned by __reduce__ must contain 2 through 6 elements');
  if (!isCallable(items[0])) throw picklingError('first item of the tuple returned by __reduce__ must be callable');
  if (!(items[1] instanceof PyTuple)) throw picklingError('second item of the tuple returned by __reduce__ must be a tuple');
  for (const [index, ordinal] of [[3, 'fourth'], [4, 'fifth']] as const) {
    const items_ = items[index];
    if (items_ !== undefined && items_ !== None && typeOf(items_).tp_iternext === undefined) {
      throw picklingError(`${ordinal} element of the tuple returned by __reduce__ must be an iterator, not ${typeOf(items_).tpName}`);
    }
  }
  const setter = items[5];
  if (setter !== undefined && setter !== None && !isCallable(setter)) throw picklingError(`sixth element of the tuple returned by __reduce__ must be a function, not ${typeOf(setter).tpName}`);
  void vm;
}

/** Writes what `__reduce__` gave; `obj` is what it makes. */
function saveReduce(vm: VM, self: PyPickler, items: readonly PyValue[], obj: PyValue): void {
  checkReduced(vm, items);
  const { output } = self;
  const callable = items[0];
  const args = items[1] as PyTuple; // checkReduced has looked.
  const name = self.protocol >= 2 ? lookupAttr(vm, callable, '__name__') : undefined;
  if (name === '__newobj_ex__') saveNewobjEx(vm, self, args);
  else if (name === '__newobj__') saveNewobj(vm, self, args, obj);
  else {
    save(vm, self, callable, false);
    save(vm, self, args, false);
    output.byte(op.REDUCE);
  }
  // The arguments may have led back to the object, which is then made already.
  const known = self.memo.get(obj);
  if (known !== undefined) {
    output.byte(op.POP);
    putGet(self, known);
  } else memoize(self, obj);
  const [, , state, listItems, dictItems, setter] = items;
  if (listItems !== undefined && listItems !== None) batchList(vm, self, listItems);
  if (dictItems !== undefined && dictItems !== None) batchDict(vm, self, dictItems);
  if (state === undefined || state === None) return;
  if (setter === undefined || setter === None) {
    save(vm, self, state, false);
    return output.byte(op.BUILD);
  }
  save(vm, self, setter, false);
  save(vm, self, obj, false);
  save(vm, self, state, false);
  output.byte(op.TUPLE2);
  output.byte(op.REDUCE);
  output.byte(op.POP);
}

function saveNewobjEx(vm: VM, self: PyPickler, args: PyTuple): void {
  if (args.items.length !== 3) throw picklingError(`length of the NEWOBJ_EX argument tuple must be exactly 3, not ${args.items.length}`);
  const [cls, positional, keywords] = args.items;
  if (!(cls instanceof PyType)) throw picklingError(`first item from NEWOBJ_EX argument tuple must be a class, not ${typeOf(cls).tpName}`);
  if (!(positional instanceof PyTuple)) throw picklingError(`second item from NEWOBJ_EX argument tuple must be a tuple, not ${typeOf(positional).tpName}`);
  if (!(keywords instanceof PyDict)) throw picklingError(`third item from NEWOBJ_EX argument tuple must be a dict, not ${typeOf(keywords).tpName}`);
  const { output } = self;
  if (self.protocol >= 4) {
    save(vm, self, cls, false);
    save(vm, self, positional, false);
    save(vm, self, keywords, false);
    return output.byte(op.NEWOBJ_EX);
  }
  const kwnames = keywords.keyList().map((key) => jsText(key));
  const partial = call(vm, pickleState(vm).partial, [getAttr(vm, cls, '__new__'), cls, ...positional.items, ...keywords.valueList()], kwnames.length === 0 ? null : kwnames);
  save(vm, self, partial, false);
  save(vm, self, newTuple([]), false);
  output.byte(op.REDUCE);
}

function saveNewobj(vm: VM, self: PyPickler, args: PyTuple, obj: PyValue): void {
  if (args.items.length < 1) throw picklingError('__newobj__ arglist is empty');
  const cls = args.items[0];
  if (!(cls instanceof PyType)) throw picklingError('args[0] from __newobj__ args is not a type');
  if (obj !== undefined) {
    const own = lookupAttr(vm, obj, '__class__') ?? typeOf(obj);
    if (own !== cls) throw picklingError('args[0] from __newobj__ args has the wrong class');
  }
  save(vm, self, cls, false);
  save(vm, self, newTuple(args.items.slice(1)), false);
  self.output.byte(op.NEWOBJ);
}
