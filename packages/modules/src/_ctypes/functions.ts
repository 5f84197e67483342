import {
  attributeError, audit, call, fillType, getAttr, importModule, isCallable, isInt, isStr, jsText, lookupAttr, newException, newTuple, None, normalizeInt, PyBaseException, PyBytes, PyDict, PyTuple, PyType, reportUnraisable, strFromJS, strText, toArray,
  typeError, typeOf, valueError,
} from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { capsuleRoutines, type Routine } from './capsules.ts';
import { CData, dataAt, isCData, keptObjects, layoutOf, newData, requireLayout, stateOf } from './data.ts';
import { functionType } from './bases.ts';
import { argumentError } from './argument-error.ts';
import { Block, copyMemory } from './memory.ts';
import { type Parameter, parameterOf } from './parameters.ts';
import { bytesAt, placeAt, wideTextAt } from './simple-kinds.ts';
import { isDirectSimple, readValue, storeValue } from './values.ts';

/*
 * Functions behind pointers (CPython 3.12: Modules/_ctypes/_ctypes.c, PyCFuncPtr; callproc.c, callbacks.c). There is no C here: a function is a Python callable that was made into
 * one, or one of the few that `ctypes` itself is made of.
 */

class CFunction extends CData {
  /** What a call runs. */
  target: PyValue | Routine | null = null;
  argtypes: PyValue = None;
  /** Undefined: as the class says. */
  restype: PyValue | undefined = undefined;
  errcheck: PyValue = None;
}

/** Functions by the address of their code: a byte that stands for it. */
const codeOf = (vm: VM): Map<Block, PyValue | Routine> => vm.state('_ctypes functions', () => new Map<Block, PyValue | Routine>());

const addressOfArgument = ({ block }: Parameter): number => Number(block.view.getBigUint64(0, true));
const intOfArgument = ({ block }: Parameter): number => block.view.getInt32(0, true);

const routines: Readonly<Record<string, Routine>> = {
  _memmove_addr(vm, [to, from, count], result) {
    const n = addressOfArgument(count);
    if (n > 0) copyMemory(placeAt(vm, addressOfArgument(to)), placeAt(vm, addressOfArgument(from)), n);
    copyMemory({ block: result, offset: 0 }, { block: to.block, offset: 0 }, 8);
  },
  _memset_addr(vm, [to, byte, count], result) {
    const n = addressOfArgument(count);
    if (n > 0) {
      const { block, offset } = placeAt(vm, addressOfArgument(to));
      block.bytes.fill(intOfArgument(byte) & 255, offset, offset + n);
    }
    copyMemory({ block: result, offset: 0 }, { block: to.block, offset: 0 }, 8);
  },
  _string_at_addr(vm, [at, count], result) {
    audit(vm, 'ctypes.string_at', addressOfArgument(at), intOfArgument(count));
    result.values = new Map([[0, new PyBytes(bytesAt(vm, addressOfArgument(at), intOfArgument(count)))]]);
  },
  _wstring_at_addr(vm, [at, count], result) {
    audit(vm, 'ctypes.wstring_at', addressOfArgument(at), intOfArgument(count));
    result.values = new Map([[0, wideTextAt(vm, addressOfArgument(at), intOfArgument(count))]]);
  },
  _cast_addr(vm, [pointer, source, type], result) {
    result.values = new Map([[0, cast(vm, pointer, source.block.values?.get(0) ?? None, type.block.values?.get(0) ?? None)]]);
  },
};

/** The addresses of the functions that `ctypes` is made of. */
export function routineAddresses(): Readonly<Record<string, (vm: VM) => PyValue>> {
  return Object.fromEntries(Object.entries(routines).map(([name, routine]) => [name, (vm: VM) => codeAddress(vm, routine)]));
}

function codeAddress(vm: VM, code: PyValue | Routine): number {
  const codes = codeOf(vm);
  for (const [block, known] of codes) if (known === code) return stateOf(vm).memory.addressOf({ block, offset: 0 });
  const block = new Block(new Uint8Array(16));
  codes.set(block, code);
  return stateOf(vm).memory.addressOf({ block, offset: 0 });
}

/** `cast(source, type)`: the same address as another type, which keeps what the source keeps (CPython: cast). */
function cast(vm: VM, pointer: Parameter, source: PyValue, type: PyValue): PyValue {
  const layout = layoutOf(vm, type);
  if (!(type instanceof PyType) || layout === undefined || !(layout.kind === 'pointer' || layout.kind === 'function' || (layout.simple !== null && 'sPzUZXO'.includes(layout.simple.code)))) {
    throw typeError(`cast() argument 2 must be a pointer, not ${type instanceof PyType ? type.tpName : typeOf(type).tpName}`);
  }
  const result = call(vm, type, []) as CData;
  copyMemory(result, { block: pointer.block, offset: 0 }, 8);
  if (isCData(source)) {
    const kept = keptObjects(source);
    const objects = kept instanceof PyDict ? kept : new PyDict();
    if (source.objects === null || source.objects === None) source.objects = objects;
    objects.set(vm, vm.idOf(source), source);
    result.objects = objects;
  }
  if (result instanceof CFunction) result.target = codeAt(vm, result);
  return result;
}

function codeAt(vm: VM, data: CData): PyValue | Routine | null {
  const place = stateOf(vm).memory.find(stateOf(vm).memory.load(data));
  return place === undefined ? null : (codeOf(vm).get(place.block) ?? null);
}

/** `prototype()`, `prototype(address)`, `prototype(callable)`, `prototype((name, library))` */
function newFunction(vm: VM, type: PyType, args: PyValue[]): PyValue {
  const layout = requireLayout(vm, type);
  const self = new CFunction(type, layout, new Block(new Uint8Array(8)));
  if (args.length === 0) return self;
  const [first] = args;
  if (first instanceof PyTuple) {
    self.target = fromLibrary(vm, first);
    storeValue(vm, addressType(vm), self, codeAddress(vm, self.target));
    return self;
  }
  if (isInt(first)) {
    storeValue(vm, addressType(vm), self, first);
    self.target = codeAt(vm, self);
    return self;
  }
  if (!isCallable(first)) throw typeError('argument must be callable or integer function address');
  if (argumentTypes(vm, self) === null) throw typeError('cannot construct instance of this class: no argtypes');
  self.target = first;
  const code = new Block(new Uint8Array(16));
  codeOf(vm).set(code, first);
  stateOf(vm).memory.store(self, { block: code, offset: 0 });
  self.objects = first;
  return self;
}

/** The few symbols that the program itself has; no library can be loaded (CPython: PyCFuncPtr_FromDll). */
function fromLibrary(vm: VM, pair: PyTuple): Routine {
  const [name, library] = pair.items;
  const handle = lookupAttr(vm, library ?? None, '_handle');
  if (handle === undefined || !isInt(handle)) throw typeError('the _handle attribute of the second argument must be an integer');
  const text = isStr(name) ? jsText(name) : name instanceof PyBytes ? String.fromCharCode(...name.bytes) : undefined;
  if (text === undefined) throw typeError('function name must be string, bytes object or integer');
  audit(vm, 'ctypes.dlsym', library, name);
  if (!Object.hasOwn(capsuleRoutines, text)) throw attributeError(`py: undefined symbol: ${text}`);
  return capsuleRoutines[text];
}

function resultType(vm: VM, self: CFunction): PyValue {
  return self.restype ?? lookupAttr(vm, self.cls, '_restype_') ?? None;
}

function argumentTypes(vm: VM, self: CFunction): readonly PyValue[] | null {
  const types = self.argtypes === None ? lookupAttr(vm, self.cls, '_argtypes_') : self.argtypes;
  return types === undefined || types === None ? null : toArray(vm, types);
}

function callFunction(vm: VM, value: PyValue, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const self = value as CFunction;
  if (kwnames !== null && kwnames.length > 0) throw typeError('function takes no keyword arguments');
  const types = argumentTypes(vm, self);
  if (types !== null && args.length < types.length) throw typeError(`this function takes at least ${types.length} argument${types.length === 1 ? '' : 's'} (${args.length} given)`);
  const parameters = args.map((arg, i) => convertArgument(vm, arg, types?.[i], i + 1));
  const { target } = self;
  if (target === null) throw valueError('NULL function pointer');
  const restype = resultType(vm, self);
  const result = new Block(new Uint8Array(Math.max(16, layoutOf(vm, restype)?.size ?? 0)));
  if (typeof target === 'function') target(vm, parameters, result);
  else callBack(vm, target, types ?? [], parameters, restype, result);
  const given = resultOf(vm, restype, result);
  return self.errcheck === None ? given : call(vm, self.errcheck, [given, self, newTuple(args)]);
}

function convertArgument(vm: VM, value: PyValue, type: PyValue | undefined, position: number): Parameter {
  try {
    return parameterOf(vm, type === undefined ? value : call(vm, getAttr(vm, type, 'from_param'), [value]), position);
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    throw newException(argumentError, strFromJS(`argument ${position}: ${typeOf(error).tpName}: ${strText(vm, error)}`));
  }
}

/** Calls Python as C would: arguments arrive as their types say, an exception is reported and forgotten (CPython: _CallPythonObject). */
function callBack(vm: VM, target: PyValue, types: readonly PyValue[], parameters: readonly Parameter[], restype: PyValue, result: Block): void {
  try {
    const args = types.map((type, i) => argumentFor(vm, type as PyType, parameters[i]));
    const value = call(vm, target, args);
    if (!(restype instanceof PyType)) return;
    const kept = storeValue(vm, restype, { block: result, offset: 0 }, value);
    if (kept !== None && layoutOf(vm, restype)?.simple?.code !== 'O') vm.warn('RuntimeWarning', 'memory leak in callback function.', 1);
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    reportUnraisable(vm, error, 'on calling ctypes callback function', target);
  }
}

function argumentFor(vm: VM, type: PyType, { block }: Parameter): PyValue {
  const layout = requireLayout(vm, type);
  if (isDirectSimple(layout, type)) return readValue(vm, type, { block, offset: 0 }, null, 0);
  const data = newData(vm, type);
  copyMemory(data, { block, offset: 0 }, layout.size);
  return data;
}

function resultOf(vm: VM, restype: PyValue, result: Block): PyValue {
  if (restype === None) return None;
  const layout = layoutOf(vm, restype);
  if (layout === undefined || !(restype instanceof PyType)) return call(vm, restype, [normalizeInt(BigInt(result.view.getInt32(0, true)))]);
  const value = isDirectSimple(layout, restype) ? readValue(vm, restype, { block: result, offset: 0 }, null, 0) : dataAt(vm, restype, { block: result, offset: 0 });
  const check = lookupAttr(vm, restype, '_check_retval_');
  return check === undefined ? value : call(vm, check, [value]);
}

function addressType(vm: VM): PyType {
  return getAttr(vm, importModule(vm, 'ctypes'), 'c_void_p') as PyType;
}

fillType(functionType, {
  module: '_ctypes', basetype: true, doc: 'Function Pointer', hasDict: true,
  slots: {
    tp_new: newFunction,
    tp_init() {},
    tp_call: callFunction,
    tp_repr: (vm, self) => strFromJS(`<${typeOf(self).tpName} object at 0x${vm.idOf(self).toString(16)}>`),
    nb_bool: (vm, self) => stateOf(vm).memory.load(self as CFunction) !== 0,
  },
  getset: {
    restype: {
      get: (vm, self) => resultType(vm, self as CFunction),
      set(vm, self, value) {
        if (value !== undefined && value !== None && layoutOf(vm, value) === undefined && !isCallable(value)) throw typeError('restype must be a type, a callable, or None');
        (self as CFunction).restype = value;
      },
      doc: 'specify the result type',
    },
    argtypes: {
      get: (vm, self) => newArguments(argumentTypes(vm, self as CFunction)),
      set(vm, self, value) {
        if (value !== undefined && value !== None) checkArgumentTypes(vm, toArray(vm, value));
        (self as CFunction).argtypes = value === undefined || value === None ? None : newTuple(toArray(vm, value));
      },
      doc: 'specify the argument types',
    },
    errcheck: {
      get: (_vm, self) => (self as CFunction).errcheck,
      set(_vm, self, value) {
        if (value !== undefined && value !== None && !isCallable(value)) throw typeError('the errcheck attribute must be callable');
        (self as CFunction).errcheck = value ?? None;
      },
      doc: 'a function to check for errors',
    },
  },
});

function newArguments(types: readonly PyValue[] | null): PyValue {
  return types === null ? None : newTuple(types);
}

function checkArgumentTypes(vm: VM, types: readonly PyValue[]): void {
  for (const [i, type] of types.entries()) if (lookupAttr(vm, type, 'from_param') === undefined) throw typeError(`item ${i + 1} in _argtypes_ has no from_param method`);
}
