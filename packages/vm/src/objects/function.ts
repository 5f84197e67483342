import type { PyType } from '../core/type.ts';
import type { PyObject, PyValue } from '../core/value.ts';
import { bareType, objectType, typeType } from '../core/type.ts';
import type { PyCode } from './code.ts';
import type { PyDict } from './dict.ts';
import type { PyTuple } from './tuple.ts';
import { None } from './none.ts';

/** Filled in objects/function-methods.ts. */
export const functionType = bareType('function', objectType, typeType);

/** A function written in Python. */
export class PyFunction implements PyObject {
  cls: PyType;
  declare dict?: PyDict | null;
  declare idNumber?: number;
  declare weakrefs?: WeakRef<PyObject>[];
  code: PyCode;
  readonly globals: PyDict;
  readonly builtins: PyDict;
  /** `__name__`, `__qualname__` */
  name: PyValue;
  qualname: PyValue;
  /** `__defaults__`; null for None. */
  defaults: PyTuple | null;
  kwdefaults: PyDict | null;
  /** Tuple of cells, or null. */
  readonly closure: PyTuple | null;
  /** `__annotations__`: a dict, or the flat tuple (name, value, …) that MAKE_FUNCTION gets, until asked for. */
  annotations: PyDict | PyTuple | null;
  /** `__doc__`, `__module__`; undefined until set: then they follow from the code and the globals. */
  doc: PyValue | undefined;
  module: PyValue | undefined;
  typeParams: PyTuple | null;

  constructor(code: PyCode, globals: PyDict, builtins: PyDict, closure: PyTuple | null) {
    this.cls = functionType;
    this.code = code;
    this.globals = globals;
    this.builtins = builtins;
    this.name = code.name;
    this.qualname = code.qualname;
    this.defaults = null;
    this.kwdefaults = null;
    this.closure = closure;
    this.annotations = null;
    this.doc = undefined;
    this.module = globals.getStr('__name__') ?? None;
    this.typeParams = null;
  }
}
