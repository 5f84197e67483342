import { defineModule, genericType, native, paramSpecArgsType, paramSpecKwargsType, paramSpecType, typeAliasType, typeVarTupleType, typeVarType } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';

/** `_typing` (CPython 3.12: Modules/_typingmodule.c). */
export const _typing: NativeModule = defineModule(
  '_typing',
  {
    TypeVar: typeVarType,
    TypeVarTuple: typeVarTupleType,
    ParamSpec: paramSpecType,
    ParamSpecArgs: paramSpecArgsType,
    ParamSpecKwargs: paramSpecKwargsType,
    Generic: genericType,
    TypeAliasType: typeAliasType,
    _idfunc: native('_idfunc(x, /)', (_vm: VM, x: PyValue) => x),
  },
  { doc: 'Primitives and accelerators for the typing module.\n' },
);
