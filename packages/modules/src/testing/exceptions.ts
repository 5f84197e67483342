import { call, exceptionTypes, isStr, native, newException, newTuple, None, PyDict, PyTuple, PyType, reprText, strFromJS, typeError, typeType, asIndex, jsText } from '@py/vm/native';
import type { NativeDef, PyBaseException, PyValue, VM } from '@py/vm/native';

/* `_testcapi`: exceptions raised and made natively (CPython 3.12: Modules/_testcapi/exceptions.c). */

/** Raises `exception(0, 1, …)` with so many arguments. */
function raiseException(vm: VM, exception: PyValue, count: PyValue): never {
  if (!(exception instanceof PyType) || !exception.isSubtypeOf(exceptionTypes.BaseException)) {
    throw newException(exceptionTypes.SystemError, strFromJS(`_PyErr_SetObject: exception ${reprText(vm, exception)} is not a BaseException subclass`));
  }
  throw call(vm, exception, Array.from({ length: Number(asIndex(vm, count)) }, (_, index) => index)) as PyBaseException;
}

/** A new exception class; `name` is `module.name`. */
function makeException(vm: VM, name: PyValue, doc: PyValue | undefined, base: PyValue | undefined, dict: PyValue | undefined): PyValue {
  if (!isStr(name)) throw typeError('name must be a str');
  const full = jsText(name);
  const dot = full.lastIndexOf('.');
  if (dot < 0) throw newException(exceptionTypes.SystemError, 'PyErr_NewException: name must be module.class');
  const namespace = dict instanceof PyDict ? dict.copy() : new PyDict();
  if (namespace.getStr('__module__') === undefined) namespace.setStr('__module__', strFromJS(full.slice(0, dot)));
  if (doc !== undefined && doc !== None) namespace.setStr('__doc__', doc);
  const bases = base === undefined || base === None ? newTuple([exceptionTypes.Exception]) : base instanceof PyTuple ? base : newTuple([base]);
  return call(vm, typeType, [strFromJS(full.slice(dot + 1)), bases, namespace]);
}

export const exceptionFunctions: Readonly<Record<string, NativeDef>> = {
  raise_exception: native('raise_exception(exception, num_args, /)', raiseException).unsigned(),
  raise_memoryerror: native('raise_memoryerror()', () => {
    throw newException(exceptionTypes.MemoryError);
  }).unsigned(),
  make_exception_with_doc: native('make_exception_with_doc(name, doc=None, base=None, dict=None)', makeException).unsigned(),
};
