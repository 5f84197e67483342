import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyType, typeOf } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { runtimeError, typeError } from '../core/errors.ts';
import { strFromJS } from '../core/text.ts';
import { None } from './none.ts';
import { PyCell } from './cell.ts';
import { genericGetAttr, lookupAttr, noAttribute } from '../protocol/attribute.ts';
import { LocalKind } from '@py/code';

/** `super(type, object)` */
export class PySuper extends PyObject {
  /** Attributes are looked up after this class in the MRO; null before `__init__`. */
  type: PyType | null;
  /** What methods are bound to; null for an unbound super. */
  obj: PyValue | null;
  /** Class whose MRO is searched. */
  objType: PyType | null;
  constructor(cls: PyType = superType) {
    super(cls);
    this.type = null;
    this.obj = null;
    this.objType = null;
  }
}

/** The class whose MRO `super(type, obj)` searches (CPython: supercheck). */
export function superCheck(vm: VM, type: PyType, obj: PyValue): PyType {
  if (obj instanceof PyType && obj.isSubtypeOf(type)) return obj;
  if (typeOf(obj).isSubtypeOf(type)) return typeOf(obj);
  const claimed = lookupAttr(vm, obj, '__class__');
  if (claimed instanceof PyType && claimed !== typeOf(obj) && claimed.isSubtypeOf(type)) return claimed;
  throw typeError('super(type, obj): obj must be an instance or subtype of type');
}

/** Attribute after `type` in the MRO of `objType`, bound to `obj`; undefined if there is none. */
export function superLookup(vm: VM, type: PyType, obj: PyValue, objType: PyType, name: string): PyValue | undefined {
  const mro = objType.mro;
  for (let i = mro.indexOf(type) + 1; i > 0 && i < mro.length; i++) {
    const found = mro[i].ns.get(name);
    if (found === undefined) continue;
    const get = typeOf(found).tp_descr_get;
    return get === undefined ? found : get(vm, found, obj === objType ? undefined : obj, objType);
  }
  return undefined;
}

function super_getattro(vm: VM, self: PySuper, name: string): PyValue {
  // `__class__` is super's own, so that isinstance(super(), C) does not lie.
  if (self.objType !== null && self.type !== null && self.obj !== null && name !== '__class__') {
    const found = superLookup(vm, self.type, self.obj, self.objType, name);
    if (found !== undefined) return found;
    const own = self.cls.lookup(name);
    if (own === undefined) throw noAttribute(self, name);
  }
  return genericGetAttr(vm, self, name);
}

function super_init(vm: VM, self: PySuper, args: PyValue[], kwnames: readonly string[] | null): void {
  if (kwnames !== null) throw typeError('super() takes no keyword arguments');
  if (args.length > 2) throw typeError(`super() expected at most 2 arguments, got ${args.length}`);
  let type: PyValue;
  let obj: PyValue | null = null;
  if (args.length === 0) ({ type, obj } = fromFrame(vm));
  else {
    type = args[0];
    if (args.length === 2 && args[1] !== None) obj = args[1];
  }
  if (!(type instanceof PyType)) throw typeError(`super() argument 1 must be a type, not ${typeOf(type).tpName}`);
  self.type = type;
  self.obj = obj;
  self.objType = obj === null ? null : superCheck(vm, type, obj);
}

/** What `super()` without arguments means: the `__class__` cell and the first argument of the running function. */
function fromFrame(vm: VM): { type: PyType; obj: PyValue } {
  const frame = vm.frame;
  if (frame === null) throw runtimeError('super(): no current frame');
  const code = frame.code.code;
  if (code.co_argcount === 0) throw runtimeError('super(): no arguments');
  let first = frame.stack[0];
  // The first argument may live in a cell, once MAKE_CELL has run.
  if ((code.co_localspluskinds[0] & LocalKind.CELL) !== 0 && first instanceof PyCell) first = first.value ?? undefined;
  if (first === undefined) throw runtimeError('super(): arg[0] deleted');
  const index = code.co_localsplusnames.indexOf('__class__');
  if (index < 0 || (code.co_localspluskinds[index] & LocalKind.FREE) === 0) throw runtimeError('super(): __class__ cell not found');
  const cell = frame.stack[index];
  if (!(cell instanceof PyCell)) throw runtimeError('super(): bad __class__ cell');
  const type = cell.value;
  if (type === null || type === undefined) throw runtimeError('super(): empty __class__ cell');
  if (!(type instanceof PyType)) throw runtimeError(`super(): __class__ is not a type (${typeOf(type).tpName})`);
  return { type, obj: first };
}

function super_get(vm: VM, self: PySuper, obj: PyValue | undefined): PyValue {
  if (obj === undefined || obj === None || self.obj !== null || self.type === null) return self;
  const bound = new PySuper(self.cls);
  bound.type = self.type;
  bound.obj = obj;
  bound.objType = superCheck(vm, self.type, obj);
  return bound;
}

function super_repr(_vm: VM, self: PySuper): PyValue {
  const type = self.type === null ? 'NULL' : self.type.name;
  return strFromJS(`<super: <class '${type}'>, ${self.objType === null ? 'NULL' : `<${self.objType.name} object>`}>`);
}

export const superType: PyType = defineType('super', {
  basetype: true,
  doc: 'super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\nsuper(type, type2) -> bound super object; requires issubclass(type2, type)\nTypical use to call a cooperative superclass method:\nclass C(B):\n    def meth(self, arg):\n        super().meth(arg)\nThis works for class methods too:\nclass C(B):\n    @classmethod\n    def cmeth(cls, arg):\n        super().cmeth(arg)\n',
  slots: {
    tp_new: (_vm, type) => new PySuper(type),
    tp_init: super_init,
    tp_getattro: super_getattro as (vm: VM, self: PyValue, name: string) => PyValue,
    tp_descr_get: super_get,
    tp_repr: super_repr,
  },
  fields: {
    __thisclass__: { get: (_vm: VM, self: PySuper) => self.type ?? None, doc: 'the class invoking super()' },
    __self__: { get: (_vm: VM, self: PySuper) => self.obj ?? None, doc: 'the instance invoking super(); may be None' },
    __self_class__: { get: (_vm: VM, self: PySuper) => self.objType ?? None, doc: 'the type of the instance invoking super(); may be None' },
  },
});
