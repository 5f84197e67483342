import type { PyDict } from '../objects/dict.ts';
import type { PyObject, PyValue } from './value.ts';
import type { Shape } from './shape.ts';
import type { PyType } from './type.ts';

/**
 * An instance of a class whose built-in base is `object`. Attributes are in slots that the shape names: the first four
 * in fields of their own (one allocation for the usual object), the rest in `more`.
 *
 * When Python asks for `__dict__`, deletes an attribute or adds very many, the instance changes to dict mode: `shape` is
 * null and `dict` holds the attributes. Classes without `__dict__` (all bases have `__slots__`) keep the root shape.
 * `__slots__` members live in `members`.
 */
export class Instance implements PyObject {
  cls: PyType;
  declare dict?: PyDict | null;
  declare idNumber?: number;
  declare weakrefs?: WeakRef<PyObject>[];
  shape: Shape | null;
  s0: PyValue | undefined;
  s1: PyValue | undefined;
  s2: PyValue | undefined;
  s3: PyValue | undefined;
  more: (PyValue | undefined)[] | null;
  /** Values of `__slots__`, by index in the class's member layout. Only instances of classes with slots have it. */
  declare members?: (PyValue | undefined)[];

  constructor(cls: PyType, shape: Shape) {
    this.cls = cls;
    this.shape = shape;
    this.s0 = undefined;
    this.s1 = undefined;
    this.s2 = undefined;
    this.s3 = undefined;
    this.more = null;
  }
}

/** Reads a slot. The caller has checked the shape. */
export function getSlot(instance: Instance, slot: number): PyValue | undefined {
  switch (slot) {
    case 0:
      return instance.s0;
    case 1:
      return instance.s1;
    case 2:
      return instance.s2;
    case 3:
      return instance.s3;
    default:
      return (instance.more as (PyValue | undefined)[])[slot - 4];
  }
}

/** Writes a slot that the (already changed) shape has. */
export function setSlot(instance: Instance, slot: number, value: PyValue): void {
  switch (slot) {
    case 0:
      instance.s0 = value;
      return;
    case 1:
      instance.s1 = value;
      return;
    case 2:
      instance.s2 = value;
      return;
    case 3:
      instance.s3 = value;
      return;
    default:
      (instance.more ??= [])[slot - 4] = value;
  }
}
