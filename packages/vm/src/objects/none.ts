import { PyObject } from '../core/value.ts';
import { ellipsisType, noneType, notImplementedType } from '../core/type.ts';

/** Python's None. */
export const None: PyObject = new PyObject(noneType);
export const NotImplemented: PyObject = new PyObject(notImplementedType);
export const Ellipsis: PyObject = new PyObject(ellipsisType);
