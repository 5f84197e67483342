import type { PyValue } from '../../core/value.ts';
import type { PyType } from '../../core/type.ts';
import type { NativeModule } from '../../core/native-module.ts';
import { defineModule } from '../../core/native-module.ts';
import {
  boolType, bytearrayType, bytesType, dictType, floatType, frozensetType, intType, listType, objectType, setType, staticmethodType, strType, tupleType, typeType,
} from '../../core/type.ts';
import { classmethodType } from '../../objects/classmethod.ts';
import { complexType } from '../../objects/complex.ts';
import '../../objects/complex-methods.ts';
import { enumerateType } from '../../objects/enumerate.ts';
import * as exceptions from '../../objects/exception-types.ts';
import { filterType } from '../../objects/filter.ts';
import { mapType } from '../../objects/map.ts';
import { memoryviewType } from '../../objects/memoryview.ts';
import { Ellipsis, None, NotImplemented } from '../../objects/none.ts';
import { propertyType } from '../../objects/property.ts';
import { rangeType } from '../../objects/range.ts';
import { reversedType } from '../../objects/reversed.ts';
import { sliceType } from '../../objects/slice.ts';
import { superType } from '../../objects/super.ts';
import { zipType } from '../../objects/zip.ts';
import { executing } from './execute.ts';
import { functions } from './functions.ts';
import { printing } from './print.ts';

const types: readonly PyType[] = [
  boolType, memoryviewType, bytearrayType, bytesType, classmethodType, complexType, dictType, enumerateType, filterType, floatType, frozensetType, propertyType,
  intType, listType, mapType, objectType, rangeType, reversedType, setType, sliceType, staticmethodType, strType, superType, tupleType, typeType, zipType,
];

const values: Record<string, PyValue> = { None, Ellipsis, NotImplemented, False: false, True: true };

/** `builtins`; `open` comes from `io`, `exit` and its like from `site`. */
export const builtins: NativeModule = defineModule(
  'builtins',
  {
    ...Object.fromEntries([...executing, ...functions, ...printing].map((def) => [def.name, def])),
    ...values,
    ...Object.fromEntries(types.map((type) => [type.name, type])),
    ...Object.fromEntries(Object.values(exceptions).map((type) => [type.name, type])),
    EnvironmentError: exceptions.OSError,
    IOError: exceptions.OSError,
    __debug__: true,
  },
  { doc: "Built-in functions, types, exceptions, and other objects.\n\nThis module provides direct access to all 'built-in'\nidentifiers of Python; for example, builtins.len is\nthe full name for the built-in function len().\n\nThis module is not normally accessed explicitly by most\napplications, but can be useful in modules that provide\nobjects with the same name as a builtin and need to defer to it." },
);
