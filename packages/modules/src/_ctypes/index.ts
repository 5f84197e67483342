import { asIndex, audit, call, defineModule, intValue, isInt, isStr, jsText, lookupAttr, native, newException, exceptionTypes, newTuple, None, PyDict, PyType, strFromJS, typeError, typeOf, valueError, systemError } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';
import { argumentError } from './argument-error.ts';
import { arrayType, functionType, pointerMeta, pointerType, simpleType, structureType, unionType } from './bases.ts';
import { isCData, layoutOf, newData, requireLayout, stateOf, type CData } from './data.ts';
import { routineAddresses } from './functions.ts';
import { reference } from './metatypes.ts';
import { pointTo } from './types.ts';

/*
 * `_ctypes` (CPython 3.12: Modules/_ctypes): C's data types over memory of the VM's own, with Python functions behind function pointers. There is no C: no shared library can be
 * loaded (`dlopen` raises OSError), and the program itself, `CDLL(None)`, has no symbols.
 */

/** Of the flags of functions: C's calling convention, holding the interpreter's lock, saving `errno`, and Windows' last error. */
const FUNCFLAG_CDECL = 1;
const FUNCFLAG_PYTHONAPI = 4;
const FUNCFLAG_USE_ERRNO = 8;
const FUNCFLAG_USE_LASTERROR = 16;

function sizeOf(vm: VM, value: PyValue): PyValue {
  if (isCData(value)) return value.size;
  const layout = layoutOf(vm, value);
  if (layout === undefined) throw typeError('this type has no size');
  return layout.size;
}

function alignmentOf(vm: VM, value: PyValue): PyValue {
  const layout = layoutOf(vm, isCData(value) ? value.cls : value);
  if (layout === undefined) throw typeError('no alignment info');
  return layout.align;
}

function asInstance(value: PyValue): CData {
  if (!isCData(value)) throw typeError('invalid type');
  return value;
}

function addressOf(vm: VM, value: PyValue): PyValue {
  const data = asInstance(value);
  audit(vm, 'ctypes.addressof', data);
  return stateOf(vm).memory.addressOf(data);
}

function byReference(vm: VM, value: PyValue, offset: PyValue | undefined): PyValue {
  const n = offset === undefined ? 0 : Number(asIndex(vm, offset));
  if (!isCData(value)) throw typeError(`byref() argument must be a ctypes instance, not '${typeOf(value).tpName}'`);
  return reference(vm, value, n);
}

function resize(vm: VM, value: PyValue, size: PyValue): PyValue {
  if (!isCData(value)) throw typeError('excepted ctypes instance');
  const n = Number(asIndex(vm, size));
  const least = requireLayout(vm, value.cls).size;
  if (n < least) throw valueError(`minimum size is ${least}`);
  if (value.base !== null) throw valueError('Memory cannot be resized because this object doesn\'t own it');
  stateOf(vm).memory.resize(value.block, Math.max(n, value.block.bytes.length));
  value.size = n;
  return None;
}

/** `POINTER(type)`: made once for each type. A str names a type that comes later. */
function pointerTypeOf(vm: VM, target: PyValue): PyValue {
  const { pointerTypes } = stateOf(vm);
  const known = pointerTypes.get(vm, target);
  if (known !== undefined) return known;
  if (isStr(target)) {
    const made = call(vm, pointerMeta, [strFromJS(`LP_${jsText(target)}`), newTuple([pointerType]), new PyDict()]);
    pointerTypes.set(vm, vm.idOf(made as PyType), made);
    return made;
  }
  if (!(target instanceof PyType)) throw typeError('must have a ctypes type');
  const namespace = new PyDict();
  namespace.setStr('_type_', target);
  const made = call(vm, pointerMeta, [strFromJS(`LP_${target.tpName}`), newTuple([pointerType]), namespace]);
  pointerTypes.set(vm, target, made);
  return made;
}

/** `pointer(instance)` */
function pointerTo(vm: VM, value: PyValue): PyValue {
  const pointer = newData(vm, pointerTypeOf(vm, typeOf(value)) as PyType);
  pointTo(vm, pointer, value);
  return pointer;
}

function open(vm: VM, name: PyValue, mode: PyValue | undefined): PyValue {
  void mode;
  audit(vm, 'ctypes.dlopen', name);
  if (name === None) return 1;
  throw newException(exceptionTypes.OSError, strFromJS(`${isStr(name) ? jsText(name) : ''}: cannot open shared object file: No such file or directory`));
}

function noSymbol(_vm: VM, _handle: PyValue, name: PyValue): PyValue {
  throw newException(exceptionTypes.OSError, strFromJS(`py: undefined symbol: ${isStr(name) ? jsText(name) : ''}`));
}

function unpickle(vm: VM, type: PyValue, state: PyValue): PyValue {
  const data = newData(vm, type as PyType);
  const set = lookupAttr(vm, data, '__setstate__');
  if (set === undefined) throw systemError('no __setstate__');
  call(vm, set, [state]);
  return data;
}

function setErrno(vm: VM, value: PyValue): PyValue {
  if (!isInt(value)) throw typeError(`an integer is required (got type ${typeOf(value).tpName})`);
  const state = stateOf(vm);
  const before = state.errno;
  state.errno = Number(BigInt.asIntN(32, BigInt(intValue(value))));
  return before;
}

/** `buffer_info(type)`: format, dimensions and shape. */
function bufferInfo(vm: VM, value: PyValue): PyValue {
  const layout = layoutOf(vm, isCData(value) ? value.cls : value);
  if (layout === undefined) throw typeError('not a ctypes type or object');
  return newTuple([strFromJS(layout.format), layout.shape.length, newTuple([...layout.shape])]);
}

/** Python's module `_ctypes`: C's data types over memory of the VM's own; no library can be loaded. CPython 3.12: Modules/_ctypes. */
export const _ctypes: NativeModule = defineModule('_ctypes', {
  __version__: '1.1.0',
  Structure: structureType, Union: unionType, Array: arrayType, _Pointer: pointerType, _SimpleCData: simpleType, CFuncPtr: functionType, ArgumentError: argumentError,
  FUNCFLAG_CDECL, FUNCFLAG_PYTHONAPI, FUNCFLAG_USE_ERRNO, FUNCFLAG_USE_LASTERROR, RTLD_LOCAL: 0, RTLD_GLOBAL: 256, CTYPES_MAX_ARGCOUNT: 1024, SIZEOF_TIME_T: 8,
  _pointer_type_cache: (vm) => stateOf(vm).pointerTypes,
  ...routineAddresses(),
  sizeof: native('sizeof(obj, /)', sizeOf, 'sizeof(C type) -> integer\nsizeof(C instance) -> integer\nReturn the size in bytes of a C instance').unsigned(),
  alignment: native('alignment(obj, /)', alignmentOf, 'alignment(C type) -> integer\nalignment(C instance) -> integer\nReturn the alignment requirements of a C instance').unsigned(),
  addressof: native('addressof(obj, /)', addressOf, 'addressof(C instance) -> integer\nReturn the address of the C instance internal buffer').unsigned(),
  byref: native('byref(obj, offset=0, /)', byReference, "byref(C instance[, offset=0]) -> byref-object\nReturn a pointer lookalike to a C instance, only usable\nas function argument").unsigned(),
  resize: native('resize(obj, size, /)', resize, 'Resize the memory buffer of a ctypes instance').unsigned(),
  POINTER: native('POINTER(type, /)', pointerTypeOf, 'Create and return a new ctypes pointer type.\n\n  type\n    A ctypes type.\n\nPointer types are cached and reused internally,\nso calling this function repeatedly is cheap.').unsigned(),
  pointer: native('pointer(obj, /)', pointerTo, 'Create a new pointer instance, pointing to \'obj\'.\n\nThe returned object is of the type POINTER(type(obj)). Note that if you\njust want to pass a pointer to an object to a foreign function call, you\nshould use byref(obj) which is much faster.').unsigned(),
  dlopen: native('dlopen(name, mode=0, /)', open, 'dlopen(name, flag={RTLD_GLOBAL|RTLD_LOCAL}) open a shared library').unsigned(),
  dlclose: native('dlclose(handle, /)', () => None, 'dlclose a library').unsigned(),
  dlsym: native('dlsym(handle, name, /)', noSymbol, 'find symbol in shared library').unsigned(),
  get_errno: native('get_errno()', (vm: VM) => stateOf(vm).errno).unsigned(),
  set_errno: native('set_errno(value, /)', setErrno).unsigned(),
  buffer_info: native('buffer_info(obj, /)', bufferInfo, 'Return buffer interface information').unsigned(),
  _unpickle: native('_unpickle(type, state, /)', unpickle).unsigned(),
});
