import { bareType, typeType, objectType, type PyType } from '@py/vm/native';

/* The types that others are made of, bare: types.ts and metatypes.ts fill them in, which need one another. */

/** Class of `Structure` and the classes derived from it; the next ones likewise. */
export const structureMeta: PyType = bareType('PyCStructType', typeType, typeType);
export const unionMeta: PyType = bareType('UnionType', typeType, typeType);
export const arrayMeta: PyType = bareType('PyCArrayType', typeType, typeType);
export const simpleMeta: PyType = bareType('PyCSimpleType', typeType, typeType);
export const pointerMeta: PyType = bareType('PyCPointerType', typeType, typeType);
export const functionMeta: PyType = bareType('PyCFuncPtrType', typeType, typeType);

/** What is under every instance. */
export const dataType: PyType = bareType('_CData', objectType, typeType);
export const structureType: PyType = bareType('Structure', dataType, structureMeta);
export const unionType: PyType = bareType('Union', dataType, unionMeta);
export const arrayType: PyType = bareType('Array', dataType, arrayMeta);
export const simpleType: PyType = bareType('_SimpleCData', dataType, simpleMeta);
export const pointerType: PyType = bareType('_Pointer', dataType, pointerMeta);
export const functionType: PyType = bareType('CFuncPtr', dataType, functionMeta);
