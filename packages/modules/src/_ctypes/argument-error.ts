import { defineType, exceptionTypes, type PyType } from '@py/vm/native';

/** `ctypes.ArgumentError` */
export const argumentError: PyType = defineType('ArgumentError', { module: 'ctypes', basetype: true, bases: [exceptionTypes.Exception], ownLayout: false, hasDict: true, hasWeakref: true });
