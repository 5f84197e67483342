import type { PyDict } from './dict.ts';
import type { PyObject, PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { PyTraceback } from './traceback.ts';

/**
 * An exception object. Thrown as it is (`throw typeError('…')`) between natives; it is not a JavaScript Error, since making
 * one costs four times a plain throw. Fields of the subclasses (errno, value, name…) are in objects/exception-fields.ts.
 */
export class PyBaseException implements PyObject {
  cls: PyType;
  declare dict?: PyDict | null;
  declare idNumber?: number;
  declare weakrefs?: WeakRef<PyObject>[];
  args: PyValue[];
  /** `__traceback__` */
  traceback: PyTraceback | null;
  /** `__context__` */
  context: PyBaseException | null;
  /** `__cause__` */
  cause: PyBaseException | null;
  /** `__suppress_context__` */
  suppressContext: boolean;
  /** What exceptions of this class have beside `args`, by attribute name (`errno`, `value`, `name`, `obj`…). */
  fields: Record<string, PyValue | undefined> | null;

  constructor(cls: PyType, args: PyValue[]) {
    this.cls = cls;
    this.args = args;
    this.traceback = null;
    this.context = null;
    this.cause = null;
    this.suppressContext = false;
    this.fields = null;
  }
}
