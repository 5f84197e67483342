import type { PyType } from './type.ts';
import type { PyDict } from '../objects/dict.ts';

/**
 * Any Python value.
 *
 * - int: a JavaScript `number` while it is a safe integer, else a `bigint` (never a bigint that would fit a safe integer);
 * - bool: a JavaScript boolean;
 * - str: a JavaScript string in which every UTF-16 unit is one code point; a str with characters above U+FFFF is a `PyStr`;
 * - everything else, float included: a {@link PyObject}.
 *
 * An instance of a subclass of int or str is a `PyInt` or `PyStr`.
 */
export type PyValue = number | bigint | string | boolean | PyObject;

/**
 * What is not a JavaScript primitive. Python's view of it is decided by `cls` alone. Classes of which programs make very many
 * (`PyFloat`, `PyTuple`, `Instance`…) implement this without extending it: a constructor that calls `super` costs 20 ns more.
 */
export class PyObject {
  /** `type(self)`. */
  cls: PyType;
  /**
   * `__dict__` of an instance of a Python-defined subclass of a built-in type (list, int, Exception…), and of the built-in
   * types that have one (function, module). Instances of plain classes keep attributes in slots instead (`Instance`).
   */
  declare dict?: PyDict | null;
  /** Identity number, given when `id()` or an identity hash first asks. */
  declare idNumber?: number;
  /** Weak references to this object, if any, as long as the program keeps them (see objects/weakref.ts). */
  declare weakrefs?: WeakRef<PyObject>[];

  constructor(cls: PyType) {
    this.cls = cls;
  }
}

/**
 * Three results that are not values. A function called by the CALL family may return them; protocol functions (getAttr,
 * call, iterate…) never do: they return a value or throw.
 */
class Signal extends PyObject {
  readonly label: string;
  constructor(label: string) {
    super(undefined as unknown as PyType); // Never a Python value, so no Python type.
    this.label = label;
  }
}
/** An exception was raised; it is in `vm.raised`. */
export const EXC: PyValue = new Signal('EXC');
/** A frame was pushed (`vm.frame`); its result is the result of the call. */
export const TAIL: PyValue = new Signal('TAIL');
/** The call must wait; what for is in `vm.suspension`. */
export const SUSPEND: PyValue = new Signal('SUSPEND');
/** A continuation (interpreter/frame.ts) has arranged the caller's stack itself: nothing is pushed. */
export const DROP: PyValue = new Signal('DROP');
/** A generator that a native iterates over (see ResumedBy.NATIVE) has ended. */
export const END: PyValue = new Signal('END');
