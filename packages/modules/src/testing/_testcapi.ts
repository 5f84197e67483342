import {
  asIndex, bufferError, call, callMethod, codeType, decodeBytes, defineModule, defineType, displayException, emptyTuple, equals, exceptionTypes, getAttr, getItem, hash, importModule, interrupt, isStr, isTrue, jsText, keyError, lookupAttr, native, newException,
  newTuple, None, PyBaseException, PyBuffer, PyBytes, PyDict, PyFloat, PyFrame, PyObject, PyTraceback, reportUnraisable, setItem, strFromJS, tracebackLines, typeError, typeOf,
} from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { fatalError } from '../faulthandler.ts';
import { callingMembers } from './calling-conventions.ts';
import { exceptionFunctions } from './exceptions.ts';
import { newHamt } from './hamt-type.ts';
import { marshalFileFunctions } from './marshal-files.ts';
import { tracerFunctions } from './tracers.ts';
import { incrementalCodecFunctions } from './codecs.ts';

/* `_testcapi` (CPython 3.12: Modules/_testcapimodule.c and Modules/_testcapi/): helpers of CPython's own tests that make sense without a C API. */

/** An awaitable written natively: awaiting it iterates over what it was made of. */
class Await extends PyObject {
  readonly value: PyValue;
  constructor(cls: PyType, value: PyValue) {
    super(cls);
    this.value = value;
  }
}
const awaitType = defineType('awaitType', {
  doc: 'C level type with tp_as_async',
  slots: {
    tp_new: (_vm: VM, type: PyType, args: PyValue[]) => new Await(type, args[0]),
    am_await: (_vm: VM, self: Await) => self.value,
  },
});

/** `Generic[int]` gives an alias whose base is int. */
class Alias extends PyObject {
  readonly item: PyValue;
  constructor(item: PyValue) {
    super(aliasType);
    this.item = item;
  }
}
const aliasType: PyType = defineType('GenericAlias', {
  methods: [native('__mro_entries__(self, bases, /)', (_vm: VM, self: Alias) => newTuple([self.item])).unsigned()],
});
const genericType = defineType('Generic', {
  classMethods: [native('__class_getitem__(cls, item, /)', (_vm: VM, _cls: PyValue, item: PyValue) => new Alias(item)).unsigned()],
});

/** A `__get__` that runs code of the class of its argument before it looks at itself. */
function bad_get(vm: VM, self: PyValue, _obj: PyValue, cls: PyValue): PyValue {
  call(vm, cls);
  return callMethod(vm, self, '__repr__');
}

/** C's `errno`, which nothing here sets. */
const errnoOf = (vm: VM): { value: number | bigint } => vm.state('_testcapi.errno', () => ({ value: 0 }));

/** Asks for a buffer with nowhere to put it, which once locked the object's memory. */
function getbuffer_with_null_view(_vm: VM, obj: PyValue): PyValue {
  const { tpName, bf_getbuffer } = typeOf(obj);
  if (bf_getbuffer === undefined) throw typeError(`a bytes-like object is required, not '${tpName}'`);
  throw bufferError(`${tpName === 'array.array' ? 'array_buffer_getbuf' : 'PyBuffer_FillInfo'}: view==NULL argument is obsolete`);
}

/** An exporter that counts its buffers. */
class TestBuffer extends PyObject {
  references = 0;
  constructor(cls: PyType) {
    super(cls);
  }
}
const testBufferType = defineType('testBufType', {
  slots: {
    tp_new: (_vm: VM, type: PyType) => new TestBuffer(type),
    bf_getbuffer(_vm: VM, self: TestBuffer) {
      self.references++;
      return PyBuffer.ofBytes(self, Uint8Array.of(0x74, 0x65, 0x73, 0x74), true); // test
    },
    bf_releasebuffer(_vm: VM, self: TestBuffer) {
      self.references--;
    },
  },
  fields: { references: { get: (_vm: VM, self: TestBuffer) => self.references } },
});

function latin1Text(value: PyValue): string {
  if (!(value instanceof PyBytes)) throw typeError(`a bytes-like object is required, not '${typeOf(value).tpName}'`);
  return String.fromCharCode(...value.bytes);
}

/** `dict[key]`, the hash of the key being given. */
function dict_getitem_knownhash(vm: VM, dict: PyValue, key: PyValue, known: PyValue): PyValue {
  if (!(dict instanceof PyDict)) throw newException(exceptionTypes.SystemError, 'bad argument to internal function');
  const value = equals(vm, known, hash(vm, key)) ? dict.get(vm, key) : undefined;
  if (value === undefined) throw keyError(key);
  return value;
}

/** A code object without instructions of its own: running it raises AssertionError. */
function code_newempty(vm: VM, filename: PyValue, name: PyValue, line: PyValue): PyValue {
  const bytecode = new PyBytes(Uint8Array.of(0x97, 0, 0x4a, 0, 0x82, 1)); // RESUME, LOAD_ASSERTION_ERROR, RAISE_VARARGS 1
  const linetable = new PyBytes(Uint8Array.of(0xea, 0));
  const none = emptyTuple;
  return call(vm, codeType, [0, 0, 0, 0, 1, 0, bytecode, none, none, none, filename, name, name, line, linetable, new PyBytes(new Uint8Array(0)), none, none]);
}

function frameField(name: string): (vm: VM, frame: PyValue) => PyValue {
  return (vm, frame) => {
    if (!(frame instanceof PyFrame)) throw typeError('argument must be a frame');
    return getAttr(vm, frame, name);
  };
}

function frame_getgenerator(_vm: VM, frame: PyValue): PyValue {
  if (!(frame instanceof PyFrame)) throw typeError('argument must be a frame');
  return frame.frame.generator ?? None;
}

function frame_getvar(vm: VM, frame: PyValue, name: PyValue): PyValue {
  if (!isStr(name)) throw typeError(`name must be str, not ${typeOf(name).tpName}`);
  const locals = frameField('f_locals')(vm, frame);
  const value = locals instanceof PyDict ? locals.get(vm, name) : undefined;
  if (value === undefined) throw newException(exceptionTypes.NameError, `variable '${jsText(name)}' does not exist`);
  return value;
}

function frame_getvarstring(vm: VM, frame: PyValue, name: PyValue): PyValue {
  if (!(name instanceof PyBytes)) throw typeError(`a bytes-like object is required, not '${typeOf(name).tpName}'`);
  return frame_getvar(vm, frame, decodeBytes(vm, name.bytes, 'utf-8', 'strict'));
}

/** Reports an exception as the interpreter does where nobody can catch it. */
function write_unraisable_exc(vm: VM, exception: PyValue, message: PyValue, object: PyValue): PyValue {
  reportUnraisable(vm, exception, message === None ? null : jsText(message as string), object);
  return None;
}

/** The next instruction of the generator meets the signal. */
function raise_SIGINT_then_send_None(vm: VM, generator: PyValue): PyValue {
  interrupt(vm);
  return callMethod(vm, generator, 'send', [None]);
}

function exception_print(vm: VM, exception: PyValue, legacy: PyValue | undefined): PyValue {
  if (legacy !== undefined && isTrue(vm, legacy)) call(vm, vm.sysDict.getStr('__excepthook__') as PyValue, [typeOf(exception), exception, None]);
  else displayException(vm, exception, exception instanceof PyBaseException ? (exception.traceback ?? None) : None);
  return None;
}

function traceback_print(vm: VM, traceback: PyValue, file: PyValue): PyValue {
  if (!(traceback instanceof PyTraceback)) throw newException(exceptionTypes.SystemError, 'bad argument to internal function');
  const lines = ['Traceback (most recent call last):', ...tracebackLines(vm, traceback)];
  callMethod(vm, file, 'write', [strFromJS(lines.map((line) => `${line}\n`).join(''))]);
  return None;
}

const limits: Readonly<Record<string, PyValue>> = {
  CHAR_MAX: 127, CHAR_MIN: -128, UCHAR_MAX: 255, SHRT_MAX: 32767, SHRT_MIN: -32768, USHRT_MAX: 65535, INT_MAX: 2147483647, INT_MIN: -2147483648, UINT_MAX: 4294967295,
  LONG_MAX: 9223372036854775807n, LONG_MIN: -9223372036854775808n, ULONG_MAX: 18446744073709551615n,
  LLONG_MAX: 9223372036854775807n, LLONG_MIN: -9223372036854775808n, ULLONG_MAX: 18446744073709551615n,
  PY_SSIZE_T_MAX: 9223372036854775807n, PY_SSIZE_T_MIN: -9223372036854775808n, SIZE_MAX: 18446744073709551615n,
  SIZEOF_TIME_T: 8, SIZEOF_VOID_P: 8, SIZEOF_WCHAR_T: 4,
};

/** Python's module `_testcapi`. CPython 3.12: Modules/_testcapimodule.c. */
export const _testcapi: NativeModule = defineModule('_testcapi', {
  ...limits,
  LIMITED_API_AVAILABLE: true,
  WITH_PYMALLOC: false,
  DBL_MAX: () => new PyFloat(Number.MAX_VALUE),
  DBL_MIN: () => new PyFloat(2.2250738585072014e-308),
  FLT_MAX: () => new PyFloat(3.4028234663852886e38),
  FLT_MIN: () => new PyFloat(1.1754943508222875e-38),
  ...callingMembers,
  ...marshalFileFunctions,
  ...tracerFunctions,
  ...exceptionFunctions,
  ...incrementalCodecFunctions,
  hamt: newHamt,
  awaitType,
  Generic: genericType,
  GenericAlias: aliasType,
  bad_get: native('bad_get(self, obj, cls, /)', bad_get).unsigned(),
  test_with_docstring: native('test_with_docstring()', () => None, 'This is a pretty normal docstring.').unsigned(),
  dict_getitem_knownhash: native('dict_getitem_knownhash(dict, key, hash, /)', dict_getitem_knownhash).unsigned(),
  code_newempty: native('code_newempty(filename, name, line, /)', code_newempty).unsigned(),
  frame_getlocals: native('frame_getlocals(frame, /)', frameField('f_locals')).unsigned(),
  frame_getglobals: native('frame_getglobals(frame, /)', frameField('f_globals')).unsigned(),
  frame_getbuiltins: native('frame_getbuiltins(frame, /)', frameField('f_builtins')).unsigned(),
  frame_getlasti: native('frame_getlasti(frame, /)', frameField('f_lasti')).unsigned(),
  frame_getgenerator: native('frame_getgenerator(frame, /)', frame_getgenerator).unsigned(),
  frame_getvar: native('frame_getvar(frame, name, /)', frame_getvar).unsigned(),
  frame_getvarstring: native('frame_getvarstring(frame, name, /)', frame_getvarstring).unsigned(),
  write_unraisable_exc: native('write_unraisable_exc(exc, err_msg, obj, /)', write_unraisable_exc).unsigned(),
  exception_print: native('exception_print(exc, legacy=False, /)', exception_print).unsigned(),
  traceback_print: native('traceback_print(traceback, file, /)', traceback_print).unsigned(),
  getbuffer_with_null_view: native('getbuffer_with_null_view(obj, /)', getbuffer_with_null_view).unsigned(),
  testBuf: testBufferType,
  sequence_getitem: native('sequence_getitem(seq, index, /)', getItem).unsigned(),
  sequence_setitem: native('sequence_setitem(seq, index, value, /)', (vm: VM, seq: PyValue, index: PyValue, value: PyValue) => (setItem(vm, seq, index, value), None)).unsigned(),
  sequence_delitem: native('sequence_delitem(seq, index, /)', (vm: VM, seq: PyValue, index: PyValue) => (setItem(vm, seq, index, undefined), None)).unsigned(),
  object_hasattrstring: native('object_hasattrstring(obj, name, /)', (vm: VM, obj: PyValue, name: PyValue) => (lookupAttr(vm, obj, latin1Text(name)) === undefined ? 0 : 1)).unsigned(),
  fatal_error: native('fatal_error(message, release_gil=False, /)', (vm: VM, message: PyValue) => {
    fatalError(vm, '_testcapi_fatal_error_impl', latin1Text(message));
    return None;
  }).unsigned(),
  PyBuffer_SizeFromFormat: native('PyBuffer_SizeFromFormat(format, /)', (vm: VM, format: PyValue) => callMethod(vm, importModule(vm, 'struct'), 'calcsize', [format])).unsigned(),
  set_errno: native('set_errno(new_errno, /)', (vm: VM, value: PyValue) => {
    errnoOf(vm).value = asIndex(vm, value);
    return None;
  }).unsigned(),
  get_errno: native('get_errno()', (vm: VM) => errnoOf(vm).value).unsigned(),
  raise_SIGINT_then_send_None: native('raise_SIGINT_then_send_None(gen, /)', raise_SIGINT_then_send_None).unsigned(),
});
