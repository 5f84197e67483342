import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { GetSetDef, NativeDef } from '../core/native.ts';
import type { SlotName } from '../core/slots.ts';
import type { PyType } from '../core/type.ts';
import { classMethodDescriptorType, getsetDescriptorType, memberDescriptorType, methodDescriptorType, methodWrapperType, wrapperDescriptorType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';

/** `list.append`: a method of a built-in type. */
export class PyMethodDescriptor extends PyObject {
  readonly objclass: PyType;
  readonly def: NativeDef;
  constructor(objclass: PyType, def: NativeDef) {
    super(methodDescriptorType);
    this.objclass = objclass;
    this.def = def;
  }
}

/** `dict.__dict__['fromkeys']`: a class method of a built-in type. */
export class PyClassMethodDescriptor extends PyObject {
  readonly objclass: PyType;
  readonly def: NativeDef;
  constructor(objclass: PyType, def: NativeDef) {
    super(classMethodDescriptorType);
    this.objclass = objclass;
    this.def = def;
  }
}

/** How a special method of a built-in type calls its slot. */
export type WrapperCall = (vm: VM, slot: never, self: PyValue, args: PyValue[], kwnames: readonly string[] | null) => PyValue;

/** One row of the slot table: a special method and the slot behind it. */
export interface SlotDef {
  /** `__add__` */
  readonly name: string;
  readonly slot: SlotName;
  /** Checks arguments and calls the slot. */
  readonly call: WrapperCall;
  /** `($self, value, /)` */
  readonly textSignature: string | null;
  readonly doc: string | null;
  /** Accepts keyword arguments (`__init__`, `__call__`). */
  readonly keywords: boolean;
}

/** `int.__add__`: a slot of a built-in type seen as a method. */
export class PyWrapperDescriptor extends PyObject {
  readonly objclass: PyType;
  readonly def: SlotDef;
  /** The slot function of `objclass`. */
  readonly target: unknown;
  constructor(objclass: PyType, def: SlotDef, target: unknown) {
    super(wrapperDescriptorType);
    this.objclass = objclass;
    this.def = def;
    this.target = target;
  }
}

/** `(1).__add__` */
export class PyMethodWrapper extends PyObject {
  readonly descriptor: PyWrapperDescriptor;
  readonly self: PyValue;
  constructor(descriptor: PyWrapperDescriptor, self: PyValue) {
    super(methodWrapperType);
    this.descriptor = descriptor;
    this.self = self;
  }
}

/** An attribute that a built-in type computes. */
export class PyGetSetDescriptor extends PyObject {
  readonly objclass: PyType;
  readonly name: string;
  readonly def: GetSetDef;
  constructor(objclass: PyType, name: string, def: GetSetDef) {
    super(getsetDescriptorType);
    this.objclass = objclass;
    this.name = name;
    this.def = def;
  }
}

/** A `__slots__` entry of a class, or a plain data field of a built-in type. */
export class PyMemberDescriptor extends PyObject {
  readonly objclass: PyType;
  readonly name: string;
  /** Index in `Instance.members`; -1 when `def` gives the value instead. */
  readonly index: number;
  readonly def: GetSetDef | null;
  constructor(objclass: PyType, name: string, index: number, def: GetSetDef | null) {
    super(memberDescriptorType);
    this.objclass = objclass;
    this.name = name;
    this.index = index;
    this.def = def;
  }
}
