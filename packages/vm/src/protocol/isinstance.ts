import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyType, typeOf, typeType } from '../core/type.ts';
import { recursionError, typeError } from '../core/errors.ts';
import { PyTuple } from '../objects/tuple.ts';
import { PyUnion } from '../objects/union.ts';
import { lookupAttr, lookupSpecial } from './attribute.ts';
import { call } from './call.ts';
import { isTrue } from './truth.ts';

/** `isinstance(value, cls)`; `cls` may be a tuple or union. */
export function isInstance(vm: VM, value: PyValue, cls: PyValue): boolean {
  if (typeOf(value) === cls) return true;
  if (isPlainClass(cls)) return isInstance.real(vm, value, cls);
  if (cls instanceof PyTuple && cls.items.every(isPlainClass)) return isInstanceOfAny(vm, value, cls.items);
  return guarded(vm, '__instancecheck__', () => {
    if (cls instanceof PyUnion) return cls.args.items.some((item) => isInstance(vm, value, item));
    if (cls instanceof PyTuple) return cls.items.some((item) => isInstance(vm, value, item));
    const check = lookupSpecial(vm, cls, '__instancecheck__');
    if (check !== undefined) return isTrue(vm, call(vm, check, [value]));
    return isInstance.real(vm, value, cls);
  });
}

/** A class that does not decide itself what its instances are. */
const isPlainClass = (cls: PyValue): boolean => cls instanceof PyType && cls.cls === typeType;

function isInstanceOfAny(vm: VM, value: PyValue, classes: readonly PyValue[]): boolean {
  for (let i = 0; i < classes.length; i++) if (isInstance.real(vm, value, classes[i])) return true;
  return false;
}

/** `issubclass(sub, cls)` */
export function isSubclass(vm: VM, sub: PyValue, cls: PyValue): boolean {
  if (cls instanceof PyType && cls.cls === typeType) return sub === cls || isInstance.realSubclass(vm, sub, cls);
  return guarded(vm, '__subclasscheck__', () => {
    if (cls instanceof PyUnion) return cls.args.items.some((item) => isSubclass(vm, sub, item));
    if (cls instanceof PyTuple) return cls.items.some((item) => isSubclass(vm, sub, item));
    const check = lookupSpecial(vm, cls, '__subclasscheck__');
    if (check !== undefined) return isTrue(vm, call(vm, check, [sub]));
    return isInstance.realSubclass(vm, sub, cls);
  });
}

function guarded(vm: VM, what: string, run: () => boolean): boolean {
  if (++vm.nativeDepth > vm.nativeDepthLimit) {
    vm.nativeDepth--;
    throw recursionError(`maximum recursion depth exceeded in ${what}`);
  }
  try {
    return run();
  } finally {
    vm.nativeDepth--;
  }
}

/** The checks themselves, without asking the class (CPython: object_isinstance, recursive_issubclass). */
isInstance.real = (vm: VM, value: PyValue, cls: PyValue): boolean => {
  if (cls instanceof PyType) {
    if (typeOf(value).isSubtypeOf(cls)) return true;
    if (typeof value !== 'object' || plainClass(value.cls)) return false;
    const claimed = lookupAttr(vm, value, '__class__');
    return claimed instanceof PyType && claimed !== value.cls && claimed.isSubtypeOf(cls);
  }
  checkClass(vm, cls, 'isinstance() arg 2 must be a type, a tuple of types, or a union');
  const claimed = lookupAttr(vm, value, '__class__');
  return claimed !== undefined && abstractSubclass(vm, claimed, cls);
};

/** Is `sub` below `cls`, whatever `__subclasscheck__` says? Raises TypeError for what is no class. */
isInstance.realSubclass = (vm: VM, sub: PyValue, cls: PyValue): boolean => {
  if (sub instanceof PyType && cls instanceof PyType) return sub.isSubtypeOf(cls);
  checkClass(vm, sub, 'issubclass() arg 1 must be a class');
  checkClass(vm, cls, 'issubclass() arg 2 must be a class, a tuple of classes, or a union');
  return abstractSubclass(vm, sub, cls);
};

/** The class's instances cannot claim another `__class__`. */
function plainClass(type: PyType): boolean {
  const found = type.lookup('__class__');
  return !type.isHeapType && found !== undefined && type.tp_getattro === typeType.base?.tp_getattro;
}

function basesOf(vm: VM, cls: PyValue): readonly PyValue[] | null {
  const bases = lookupAttr(vm, cls, '__bases__');
  return bases instanceof PyTuple ? bases.items : null;
}

function checkClass(vm: VM, cls: PyValue, message: string): void {
  if (basesOf(vm, cls) === null) throw typeError(message);
}

function abstractSubclass(vm: VM, sub: PyValue, cls: PyValue): boolean {
  if (sub === cls) return true;
  const bases = basesOf(vm, sub);
  if (bases === null) return false;
  return guarded(vm, '__issubclass__', () => bases.some((base) => abstractSubclass(vm, base, cls)));
}
