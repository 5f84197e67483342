// What authors of native modules write with: values, types, protocols, errors. Everything else of the VM is its own.
export { PyObject, EXC, SUSPEND, TAIL, type PyValue } from './core/value.ts';
export { VM, type CompileHook, type CompileValueRequest, type Suspension, type VMOptions, type WarningCategory } from './core/vm.ts';
export { native, nativeRaw, NativeDef, type GetSetDef, type NativeArg, type NativeFunction, type RawFunction } from './core/native.ts';
export { defineModule, type ModuleMember, type NativeModule } from './core/native-module.ts';
export { defineType, type TypeSpec } from './core/define-type.ts';
export { type CompareOp, type TypeSlots } from './core/slots.ts';
export * from './core/errors.ts';
export * from './core/arguments.ts';
export * from './core/limits.ts';
export * from './core/text.ts';
export {
  PyType, TypeFlag, typeOf, boolType, bytearrayType, bytesType, dictType, floatType, frozensetType, intType, listType, noneType, objectType, setType, strType, tupleType, typeType,
} from './core/type.ts';

export { None, NotImplemented, Ellipsis } from './objects/none.ts';
export { PyBaseException } from './objects/exceptions.ts';
export * as exceptionTypes from './objects/exception-types.ts';
export { normalizeInt, PyInt } from './objects/int-storage.ts';
export { PyFloat } from './objects/float.ts';
export { complexType, PyComplex } from './objects/complex.ts';
export { PyStr } from './objects/str-storage.ts';
export { emptyBytes, PyBytes } from './objects/bytes.ts';
export { PyByteArray } from './objects/bytearray.ts';
export { PyList } from './objects/list.ts';
export { emptyTuple, newTuple, PyTuple } from './objects/tuple.ts';
export { PyDict } from './objects/dict.ts';
export { PySet } from './objects/set.ts';
export { codeType, constantValue, PyCode } from './objects/code.ts';
export { PyFunction } from './objects/function.ts';
export { moduleType, PyModule } from './objects/module.ts';
export { callType, setClassAttribute } from './objects/type.ts';
export { newType } from './objects/type-new.ts';

export {
  attributeName, genericGetAttr, genericSetAttr, getAttr, instanceDict, lookupAttr, lookupSpecial, setAttr,
} from './protocol/attribute.ts';
export { call, callMethod, callSpecial, isCallable, tailCall } from './protocol/call.ts';
export { compareBool, equals, isSame, lessThan, richCompare } from './protocol/compare.ts';
export { contains } from './protocol/contains.ts';
export { format } from './protocol/format.ts';
export { hash, identityHash } from './protocol/hash.ts';
export { isInstance, isSubclass } from './protocol/isinstance.ts';
export { forEach, iterate, next, toArray } from './protocol/iterate.ts';
export { lengthHint } from './protocol/length-hint.ts';
export { absolute, asIndex, asIndexClamped, asSsize, binaryOp, divmod, hasIndex, intValue, isInt, negative, power } from './protocol/number.ts';
export { repr, reprText, str, strText } from './protocol/repr.ts';
export { getItem, length, setItem } from './protocol/subscript.ts';
export { isTrue } from './protocol/truth.ts';
export { createNative } from './interpreter/native-modules.ts';
export { runCode } from './interpreter/run-code.ts';
