import { PyObject } from '../core/value.ts';
import { ellipsisType, noneType, notImplementedType } from '../core/type.ts';

/** Python's None. */
export const None: PyObject = new PyObject(noneType);
/** Python's `NotImplemented`. */
export const NotImplemented: PyObject = new PyObject(notImplementedType);
/** Python's `...`. */
export const Ellipsis: PyObject = new PyObject(ellipsisType);
