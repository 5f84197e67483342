import {
  attributeError, call, callMethod, decodeBytes, dictType, finish, getAttr, importModule, Instance, instanceDict, isStr, jsText, listType, lookupAttr, newTuple, next, None, normalizeInt, parseInt_, PyBaseException, PyByteArray, PyBytes, PyDict, PyFloat, PyList, memoryviewOf,
  PyObject, PySet, PyTuple, PyType, reprText, setAttr, setItem, setOwn, setType, frozensetType, strFromJS, typeError, typeOf, valueError, exceptionTypes,
} from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { Input, opcode } from './input.ts';
import * as op from './opcodes.ts';
import { deepAttribute, dottedPath, mappedModule, mappedPair, pickleState, unpicklingError } from './support.ts';

/* The unpickling machine (CPython 3.12: Modules/_pickle.c, load and its load_… functions). */

/** `pickle.Unpickler`. */
export class PyUnpickler extends PyObject {
  readonly input = new Input();
  memo: (PyValue | undefined)[] = [];
  protocol = 0;
  fixImports = true;
  encoding = 'ASCII';
  errors = 'strict';
  ready = false;
  /** Iterator over out-of-band buffers, or null. */
  buffers: PyValue | null = null;
  persistentLoad: PyValue | null = null;
  stack: PyValue[] = [];
  marks: number[] = [];
  /** Entries of the stack below this one are out of reach: those before the last mark. */
  fence = 0;
}

function underflow(self: PyUnpickler): PyBaseException {
  return unpicklingError(self.marks.length > 0 ? 'unexpected MARK found' : 'unpickling stack underflow');
}

function pop(self: PyUnpickler): PyValue {
  if (self.stack.length <= self.fence) throw underflow(self);
  return self.stack.pop() as PyValue;
}

function top(self: PyUnpickler): PyValue {
  if (self.stack.length <= self.fence) throw underflow(self);
  return self.stack[self.stack.length - 1];
}

/** Takes the last mark away and gives its place. */
function popMark(self: PyUnpickler): number {
  const mark = self.marks.pop();
  if (mark === undefined) throw unpicklingError('could not find MARK');
  self.fence = self.marks.length > 0 ? self.marks[self.marks.length - 1] : 0;
  return mark;
}

/** Takes away and gives the entries from `start` on. */
function popFrom(self: PyUnpickler, start: number): PyValue[] {
  return self.stack.splice(start);
}

/** Reads one pickle. */
export function load(vm: VM, self: PyUnpickler): PyValue {
  self.stack = [];
  self.marks = [];
  self.fence = 0;
  self.protocol = 0;
  const { input } = self;
  for (let count = 0; ; count++) {
    if ((count & 0x3ff) === 0x3ff) vm.charge(0x1000);
    const code = opcode(vm, input);
    if (code === op.STOP) break;
    execute(vm, self, code);
  }
  input.skipConsumed(vm);
  return pop(self);
}

function execute(vm: VM, self: PyUnpickler, code: number): void {
  const { input, stack } = self;
  switch (code) {
    case op.BINGET:
      return getMemo(self, input.byte(vm));
    case op.MEMOIZE:
      return void self.memo.push(top(self));
    case op.BINPUT:
      return putMemo(self, input.byte(vm));
    case op.SHORT_BINUNICODE:
      return void stack.push(text(vm, self, input.byte(vm)));
    case op.BININT1:
      return void stack.push(input.byte(vm));
    case op.BININT2:
      return void stack.push(unsigned(vm, input, 2));
    case op.BININT:
      return void stack.push(unsigned(vm, input, 4) | 0);
    case op.BINFLOAT:
      return void stack.push(new PyFloat(input.double(vm)));
    case op.NONE:
      return void stack.push(None);
    case op.NEWTRUE:
      return void stack.push(true);
    case op.NEWFALSE:
      return void stack.push(false);
    case op.MARK:
      self.marks.push(stack.length);
      self.fence = stack.length;
      return;
    case op.EMPTY_LIST:
      return void stack.push(new PyList([]));
    case op.EMPTY_DICT:
      return void stack.push(new PyDict());
    case op.EMPTY_TUPLE:
      return void stack.push(newTuple([]));
    case op.EMPTY_SET:
      return void stack.push(new PySet(setType));
    case op.APPEND:
      return append(vm, self, stack.length - 1);
    case op.APPENDS:
      return append(vm, self, popMark(self));
    case op.SETITEM:
      return setItems(vm, self, stack.length - 2);
    case op.SETITEMS:
      return setItems(vm, self, popMark(self));
    case op.ADDITEMS:
      return addItems(vm, self, popMark(self));
    case op.TUPLE:
      return void stack.push(newTuple(popFrom(self, popMark(self))));
    case op.TUPLE1:
    case op.TUPLE2:
    case op.TUPLE3:
      return smallTuple(self, code - op.TUPLE1 + 1);
    case op.BUILD:
      return build(vm, self);
    case op.REDUCE:
      return reduce(vm, self);
    case op.NEWOBJ:
      return newObject(vm, self, 'NEWOBJ', null);
    case op.NEWOBJ_EX:
      return newObject(vm, self, 'NEWOBJ_EX', pop(self));
    case op.STACK_GLOBAL:
      return stackGlobal(vm, self);
    case op.GLOBAL:
      return void stack.push(globalLine(vm, self));
    case op.LONG_BINGET:
      return getMemo(self, unsigned(vm, input, 4));
    case op.LONG_BINPUT:
      return putMemo(self, unsigned(vm, input, 4));
    case op.FRAME:
      return frame(vm, self);
    default:
      return executeRare(vm, self, code);
  }
}

function executeRare(vm: VM, self: PyUnpickler, code: number): void {
  const { input, stack } = self;
  switch (code) {
    case op.PROTO:
      self.protocol = input.byte(vm);
      if (self.protocol > op.HIGHEST_PROTOCOL) throw valueError(`unsupported pickle protocol: ${self.protocol}`);
      return;
    case op.BINUNICODE:
      return void stack.push(text(vm, self, size(vm, self, 4, 'BINUNICODE')));
    case op.BINUNICODE8:
      return void stack.push(text(vm, self, size(vm, self, 8, 'BINUNICODE')));
    case op.SHORT_BINBYTES:
      return void stack.push(new PyBytes(input.copy(vm, input.byte(vm))));
    case op.BINBYTES:
      return void stack.push(new PyBytes(input.copy(vm, size(vm, self, 4, 'BINBYTES'))));
    case op.BINBYTES8:
      return void stack.push(new PyBytes(input.copy(vm, size(vm, self, 8, 'BINBYTES'))));
    case op.BYTEARRAY8:
      return void stack.push(new PyByteArray(input.copy(vm, size(vm, self, 8, 'BYTEARRAY8'))));
    case op.NEXT_BUFFER:
      return nextBuffer(vm, self);
    case op.READONLY_BUFFER:
      return readonlyBuffer(vm, self);
    case op.LONG1:
      return void stack.push(long(vm, input, input.byte(vm)));
    case op.LONG4: {
      const length = unsigned(vm, input, 4) | 0;
      if (length < 0) throw unpicklingError('LONG pickle has negative byte count');
      return void stack.push(long(vm, input, length));
    }
    case op.FROZENSET:
      return void stack.push(call(vm, frozensetType, [new PyList(popFrom(self, popMark(self)))]));
    case op.LIST:
      return void stack.push(new PyList(popFrom(self, popMark(self))));
    case op.DICT:
      return makeDict(vm, self);
    case op.POP:
      if (self.marks.length > 0 && self.marks[self.marks.length - 1] === stack.length) popMark(self);
      else pop(self);
      return;
    case op.POP_MARK:
      stack.length = popMark(self);
      return;
    case op.DUP:
      return void stack.push(top(self));
    case op.BINPERSID:
      if (self.persistentLoad === null) throw noPersistentLoad();
      return persistent(vm, self, pop(self));
    case op.EXT1:
      return extension(vm, self, unsigned(vm, input, 1));
    case op.EXT2:
      return extension(vm, self, unsigned(vm, input, 2));
    case op.EXT4:
      return extension(vm, self, unsigned(vm, input, 4) | 0);
    case op.OBJ:
      return makeObject(vm, self);
    case op.BINSTRING: {
      const length = unsigned(vm, input, 4) | 0;
      if (length < 0) throw unpicklingError('BINSTRING pickle has negative byte count');
      return void stack.push(oldString(vm, self, input.copy(vm, length)));
    }
    case op.SHORT_BINSTRING:
      return void stack.push(oldString(vm, self, input.copy(vm, input.byte(vm))));
    default:
      return executeLine(vm, self, code);
  }
}

/** Opcodes of protocol 0, whose argument is a line. */
function executeLine(vm: VM, self: PyUnpickler, code: number): void {
  const { input, stack } = self;
  switch (code) {
    case op.INT:
      return void stack.push(lineInt(vm, line(vm, input)));
    case op.LONG:
      return void stack.push(parsed(vm, line(vm, input).replace(/L$/, ''), 0));
    case op.FLOAT:
      return void stack.push(new PyFloat(lineFloat(line(vm, input))));
    case op.STRING:
      return quotedString(vm, self);
    case op.UNICODE: {
      const bytes = input.line(vm);
      return void stack.push(decodeBytes(vm, bytes.slice(0, -1), 'raw-unicode-escape', 'strict'));
    }
    case op.GET: {
      const index = parsed(vm, line(vm, input));
      return getMemo(self, Number(index));
    }
    case op.PUT: {
      const index = Number(parsed(vm, line(vm, input)));
      if (index < 0) throw valueError('negative PUT argument');
      return putMemo(self, index);
    }
    case op.PERSID: {
      if (self.persistentLoad === null) throw noPersistentLoad();
      const id = line(vm, input, 0);
      if (!/^[\0-\x7f]*$/.test(id)) throw unpicklingError('persistent IDs in protocol 0 must be ASCII strings');
      return persistent(vm, self, id);
    }
    case op.INST: {
      const cls = globalLine(vm, self);
      const args = popFrom(self, popMark(self));
      return void stack.push(instantiate(vm, cls, args));
    }
    default: {
      const shown = code >= 0x20 && code <= 0x7e && code !== 0x27 && code !== 0x5c ? String.fromCharCode(code) : `\\x${code.toString(16).padStart(2, '0')}`;
      throw unpicklingError(`invalid load key, '${shown}'.`);
    }
  }
}

// ---- arguments ----

function unsigned(vm: VM, input: Input, count: number): number {
  const at = input.take(vm, count);
  const { bytes } = input;
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + bytes[at + i];
  return value;
}

/** A length; one that no memory holds is refused. */
function size(vm: VM, self: PyUnpickler, count: number, what: string): number {
  const value = unsigned(vm, self.input, count);
  if (value > 0x7fff_ffff_ffff_ffff) {
    const message = `${what} exceeds system's maximum size of 9223372036854775807 bytes`;
    throw what === 'BINUNICODE' || what === 'BINBYTES' || what === 'BYTEARRAY8' ? overflow(message) : unpicklingError(message);
  }
  return value;
}

const overflow = (message: string): PyBaseException => new PyBaseException(exceptionTypes.OverflowError, [strFromJS(message)]);

/** Texts up to this many bytes are looked at one by one. */
const longestPlain = 200;
/** And up to this many they are cut out of a longer one: V8 copies such short parts, and does not keep the whole. */
const longestCut = 12;

/** UTF-8 with lone surrogates. */
function text(vm: VM, self: PyUnpickler, length: number): PyValue {
  const { input } = self;
  const at = input.take(vm, length);
  const { bytes } = input;
  const end = at + length;
  if (length <= longestPlain) {
    let i = at;
    while (i < end && bytes[i] < 0x80) i++;
    if (i === end && length <= longestCut) return input.cut(at, end);
    // An array of numbers is what apply() takes; typed arrays do as well.
    if (i === end) return String.fromCharCode.apply(null, bytes.subarray(at, end) as unknown as number[]);
  }
  return decodeBytes(vm, bytes.slice(at, end), 'utf-8', 'surrogatepass');
}

function long(vm: VM, input: Input, length: number): PyValue {
  if (length === 0) return 0;
  const at = input.take(vm, length);
  const { bytes } = input;
  let hex = '0x';
  for (let i = length - 1; i >= 0; i--) hex += bytes[at + i].toString(16).padStart(2, '0');
  return normalizeInt(BigInt.asIntN(length * 8, BigInt(hex)));
}

/** A line without its end, its bytes as characters. */
function line(vm: VM, input: Input, least = 1): string {
  const bytes = input.line(vm);
  if (bytes.length <= least) throw unpicklingError('pickle data was truncated');
  let result = '';
  for (let i = 0; i < bytes.length - 1; i++) result += String.fromCharCode(bytes[i]);
  return result;
}

function parsed(vm: VM, source: string, base: 0 | 10 = 10): number | bigint {
  const value = parseInt_(vm, source, base);
  if (value === undefined) throw valueError(`invalid literal for int() with base ${base}: ${reprText(vm, base === 0 ? source : `${source}\n`)}`);
  return value;
}

function lineInt(vm: VM, source: string): PyValue {
  if (source === '00' || source === '01') return source === '01';
  const value = parseInt_(vm, source.trim(), /^[+-]?0[0-9]/.test(source.trim()) ? 8 : 0);
  if (value === undefined) throw valueError('could not convert string to int');
  return value;
}

function lineFloat(source: string): number {
  const trimmed = source.toLowerCase();
  const special = /^([+-]?)(inf|infinity|nan)$/.exec(trimmed);
  if (special !== null) return (special[1] === '-' ? -1 : 1) * (special[2] === 'nan' ? NaN : Infinity);
  if (!/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/.test(trimmed)) throw valueError(`could not convert string to float${/^[+-]?\.?[0-9]/.test(source) ? '' : `: '${source}\n'`}`);
  return Number(trimmed);
}

/** The whole frame is read, so that its opcodes need no more reading. */
function frame(vm: VM, self: PyUnpickler): void {
  const length = unsigned(vm, self.input, 8);
  if (length > 0x7fff_ffff_ffff_ffff) throw overflow("FRAME length exceeds system's maximum of 9223372036854775807 bytes");
  self.input.take(vm, length);
  self.input.at -= length;
}

// ---- memo ----

function getMemo(self: PyUnpickler, index: number): void {
  const value = self.memo[index];
  if (value === undefined) throw unpicklingError(`Memo value not found at index ${index}`);
  self.stack.push(value);
}

function putMemo(self: PyUnpickler, index: number): void {
  const value = top(self);
  // An array is dense; a pickle that counts in leaps gets what it asks for all the same.
  self.memo[index] = value;
}

// ---- strings of Python 2 ----

function oldString(vm: VM, self: PyUnpickler, bytes: Uint8Array): PyValue {
  if (self.encoding === 'bytes') return new PyBytes(bytes);
  return decodeBytes(vm, bytes, self.encoding, self.errors);
}

function quotedString(vm: VM, self: PyUnpickler): void {
  const source = line(vm, self.input);
  const quote = source[0];
  if (source.length < 2 || source[source.length - 1] !== quote || (quote !== "'" && quote !== '"')) throw unpicklingError('the STRING opcode argument must be quoted');
  const inside = Uint8Array.from(source.slice(1, -1), (ch) => ch.charCodeAt(0));
  const decoded = callMethod(vm, importModule(vm, '_codecs'), 'escape_decode', [new PyBytes(inside)]);
  const bytes = (decoded as PyTuple).items[0] as PyBytes; // escape_decode gives (bytes, length).
  self.stack.push(oldString(vm, self, bytes.bytes));
}

// ---- containers ----

function smallTuple(self: PyUnpickler, length: number): void {
  const { stack } = self;
  if (stack.length - length < self.fence) throw underflow(self);
  const items = stack.splice(stack.length - length, length);
  stack.push(newTuple(items));
}

function append(vm: VM, self: PyUnpickler, start: number): void {
  const { stack } = self;
  if (start > stack.length || start <= self.fence) throw underflow(self);
  if (start === stack.length) return;
  const list = stack[start - 1];
  if (list instanceof PyList && list.cls === listType) {
    const { items } = list;
    for (let i = start; i < stack.length; i++) items.push(stack[i]);
    stack.length = start;
    return;
  }
  const items = popFrom(self, start);
  const extend = lookupAttr(vm, list, 'extend');
  if (extend !== undefined) {
    call(vm, extend, [new PyList(items)]);
    return;
  }
  const appendOne = getAttr(vm, list, 'append');
  for (const item of items) call(vm, appendOne, [item]);
}

function setItems(vm: VM, self: PyUnpickler, start: number): void {
  const { stack } = self;
  if (start > stack.length || start <= self.fence) throw underflow(self);
  if (start === stack.length) return;
  if ((stack.length - start) % 2 !== 0) throw unpicklingError('odd number of items for SETITEMS');
  const dict = stack[start - 1];
  const exact = dict instanceof PyDict && dict.cls === dictType;
  const items = stack.length - start === 2 ? [stack[start], stack[start + 1]] : stack.slice(start);
  stack.length = start;
  for (let i = 0; i < items.length; i += 2) {
    if (!exact) setItem(vm, dict, items[i], items[i + 1]);
    else (dict as PyDict).set(vm, items[i], items[i + 1]);
  }
}

function addItems(vm: VM, self: PyUnpickler, start: number): void {
  const { stack } = self;
  if (start > stack.length || start <= self.fence) throw underflow(self);
  if (start === stack.length) return;
  const set = stack[start - 1];
  const items = popFrom(self, start);
  if (set instanceof PySet && set.cls === setType) {
    callMethod(vm, set, 'update', [new PyList(items)]);
    return;
  }
  const add = getAttr(vm, set, 'add');
  for (const item of items) call(vm, add, [item]);
}

function makeDict(vm: VM, self: PyUnpickler): void {
  const items = popFrom(self, popMark(self));
  if (items.length % 2 !== 0) throw unpicklingError('odd number of items for DICT');
  const dict = new PyDict();
  for (let i = 0; i < items.length; i += 2) dict.set(vm, items[i], items[i + 1]);
  self.stack.push(dict);
}

// ---- objects ----

function instantiate(vm: VM, cls: PyValue, args: readonly PyValue[]): PyValue {
  if (args.length === 0 && cls instanceof PyType && lookupAttr(vm, cls, '__getinitargs__') === undefined) return callMethod(vm, cls, '__new__', [cls]);
  return call(vm, cls, [...args]);
}

function makeObject(vm: VM, self: PyUnpickler): void {
  const start = popMark(self);
  if (self.stack.length - start < 1) throw underflow(self);
  const [cls, ...args] = popFrom(self, start);
  self.stack.push(instantiate(vm, cls, args));
}

function reduce(vm: VM, self: PyUnpickler): void {
  const args = pop(self);
  const callable = pop(self);
  if (!(args instanceof PyTuple)) throw typeError('argument list must be a tuple');
  self.stack.push(call(vm, callable, args.items.slice()));
}

function newObject(vm: VM, self: PyUnpickler, what: string, kwargs: PyValue | null): void {
  const args = pop(self);
  const cls = pop(self);
  if (!(cls instanceof PyType)) throw unpicklingError(`${what} class argument must be a type, not ${typeOf(cls).tpName}`);
  const { tp_new } = cls;
  if (tp_new === undefined) throw unpicklingError(`${what} class argument '${cls.tpName}' doesn't have __new__`);
  if (!(args instanceof PyTuple)) throw unpicklingError(`${what} args argument must be a tuple, not ${typeOf(args).tpName}`);
  const values = args.items.slice();
  let kwnames: string[] | null = null;
  if (kwargs !== null) {
    if (!(kwargs instanceof PyDict)) throw unpicklingError(`${what} kwargs argument must be a dict, not ${typeOf(kwargs).tpName}`);
    if (kwargs.size > 0) {
      kwnames = kwargs.keyList().map((key) => jsText(key));
      values.push(...kwargs.valueList());
    }
  }
  self.stack.push(finish(vm, tp_new(vm, cls, values, kwnames)));
}

function build(vm: VM, self: PyUnpickler): void {
  const { stack } = self;
  if (stack.length - 2 < self.fence) throw underflow(self);
  let state = stack.pop() as PyValue;
  const instance = stack[stack.length - 1];
  const setstate = lookupAttr(vm, instance, '__setstate__');
  if (setstate !== undefined) {
    call(vm, setstate, [state]);
    return;
  }
  let slots: PyValue | null = null;
  if (state instanceof PyTuple && state.items.length === 2) [state, slots] = state.items;
  if (state !== None) setState(vm, instance, state);
  if (slots === null || slots === None) return;
  if (!(slots instanceof PyDict)) throw unpicklingError('slot state is not a dictionary');
  for (let entry = slots.nextEntry(0); entry >= 0; entry = slots.nextEntry(entry + 1)) setAttr(vm, instance, attributeKey(slots.keyAt(entry)), slots.valueAt(entry));
}

function attributeKey(key: PyValue): string {
  if (!isStr(key)) throw typeError(`attribute name must be string, not '${typeOf(key).tpName}'`);
  return jsText(key);
}

/** Puts the items of the state into the object's `__dict__`. */
function setState(vm: VM, instance: PyValue, state: PyValue): void {
  if (!(state instanceof PyDict)) throw unpicklingError('state is not a dictionary');
  const plain = instance instanceof Instance && instance.shape !== null && instance.cls.hasDict && state.keyList().every((key) => typeof key === 'string');
  if (plain) {
    for (let entry = state.nextEntry(0); entry >= 0; entry = state.nextEntry(entry + 1)) setOwn(vm, instance, state.keyAt(entry) as string, state.valueAt(entry));
    return;
  }
  const own = typeof instance === 'object' && instance.cls.hasDict ? instanceDict(vm, instance) : null;
  const dict = own ?? getAttr(vm, instance, '__dict__');
  for (let entry = state.nextEntry(0); entry >= 0; entry = state.nextEntry(entry + 1)) setItem(vm, dict, state.keyAt(entry), state.valueAt(entry));
}

// ---- globals ----

function globalLine(vm: VM, self: PyUnpickler): PyValue {
  const names = [self.input.line(vm), self.input.line(vm)].map((bytes) => {
    if (bytes.length < 2) throw unpicklingError('pickle data was truncated');
    return decodeBytes(vm, bytes.slice(0, -1), 'utf-8', 'strict');
  });
  return lookUp(vm, self, names[0], names[1]);
}

function stackGlobal(vm: VM, self: PyUnpickler): void {
  const name = pop(self);
  const module = pop(self);
  if (!isStr(name) || !isStr(module)) throw unpicklingError('STACK_GLOBAL requires str');
  self.stack.push(lookUp(vm, self, module, name));
}

/** `self.find_class(module, name)` */
function lookUp(vm: VM, self: PyUnpickler, module: PyValue, name: PyValue): PyValue {
  return self.cls.isHeapType ? callMethod(vm, self, 'find_class', [module, name]) : findClass(vm, self, module, name);
}

/** `Unpickler.find_class` */
export function findClass(vm: VM, self: PyUnpickler, moduleName: PyValue, globalName: PyValue): PyValue {
  let module = moduleName;
  let name = globalName;
  if (self.protocol < 3 && self.fixImports) {
    const state = pickleState(vm);
    const pair = mappedPair(vm, state.nameMapping, 'NAME_MAPPING', module, name);
    if (pair !== undefined) [module, name] = pair;
    else module = mappedModule(vm, state.importMapping, 'IMPORT_MAPPING', module) ?? module;
  }
  const loaded = typeof module === 'string' ? vm.modules.getStr(module) : undefined;
  const found = loaded !== undefined && loaded !== None ? loaded : importModule(vm, jsText(module));
  const target = deepAttribute(vm, found, self.protocol < 4 ? [jsText(name)] : dottedPath(vm, name, found));
  if (target === null) throw attributeError(`Can't get attribute ${reprText(vm, name)} on ${reprText(vm, found)}`);
  return target.value;
}

function extension(vm: VM, self: PyUnpickler, code: number): void {
  if (code <= 0) throw unpicklingError('EXT specifies code <= 0');
  const state = pickleState(vm);
  const cached = state.extensionCache.get(vm, code);
  if (cached !== undefined) return void self.stack.push(cached);
  const pair = state.invertedRegistry.get(vm, code);
  if (pair === undefined) throw valueError(`unregistered extension code ${code}`);
  if (!(pair instanceof PyTuple) || pair.items.length !== 2 || !isStr(pair.items[0]) || !isStr(pair.items[1])) throw valueError(`_inverted_registry[${code}] isn't a 2-tuple of strings`);
  const found = lookUp(vm, self, pair.items[0], pair.items[1]);
  state.extensionCache.set(vm, code, found);
  self.stack.push(found);
}

// ---- persistent ids and buffers ----

function noPersistentLoad(): PyBaseException {
  return unpicklingError('A load persistent id instruction was encountered, but no persistent_load function was specified.');
}

function persistent(vm: VM, self: PyUnpickler, id: PyValue): void {
  if (self.persistentLoad === null) throw noPersistentLoad();
  self.stack.push(call(vm, self.persistentLoad, [id]));
}

function nextBuffer(vm: VM, self: PyUnpickler): void {
  if (self.buffers === null) throw unpicklingError('pickle stream refers to out-of-band data but no *buffers* argument was given');
  const buffer = next(vm, self.buffers);
  if (buffer === undefined) throw unpicklingError('not enough out-of-band buffers');
  self.stack.push(buffer);
}

function readonlyBuffer(vm: VM, self: PyUnpickler): void {
  const view = memoryviewOf(vm, top(self));
  if (!view.checkReleased().readonly) self.stack[self.stack.length - 1] = callMethod(vm, view, 'toreadonly');
}
