import type { PyObject, PyValue } from './value.ts';
import type { VM } from './vm.ts';
import type { PyType } from './type.ts';

/*
 * What a type can do, as CPython's type slots (Include/cpython/object.h). Built-in types give functions; a class written in
 * Python gets a function that looks the special method up (core/slot-table.ts). A slot returns a value or throws; it never
 * returns EXC, TAIL or SUSPEND, except where said. `undefined` in a type's field means "not supported".
 */

/** A slot of one operand. */
export type UnarySlot = (vm: VM, self: never) => PyValue;
/** Gives NotImplemented when it does not know the other operand. `self` may be either operand, as in CPython. */
export type BinarySlot = (vm: VM, left: PyValue, right: PyValue) => PyValue;
/** `pow(base, exponent, modulus)`: NotImplemented when it does not know. */
export type TernarySlot = (vm: VM, base: PyValue, exponent: PyValue, modulus: PyValue) => PyValue;

/** Comparison operators in CPython's order: `<`, `<=`, `==`, `!=`, `>`, `>=`. */
export const Py_LT = 0, Py_LE = 1, Py_EQ = 2, Py_NE = 3, Py_GT = 4, Py_GE = 5;
/** `<`, `<=`, `==`, `!=`, `>`, `>=`, in this order. */
export type CompareOp = 0 | 1 | 2 | 3 | 4 | 5;

/** Slot functions; a built-in type lists those it has. The methods have bivariant parameters, so `self` may be typed as the type's own class. */
export interface TypeSlots {
  /** `repr(self)`: a str. */
  tp_repr?(vm: VM, self: PyObject): PyValue;
  /** `str(self)`: a str. */
  tp_str?(vm: VM, self: PyObject): PyValue;
  /** A Python int (any size). `null` says unhashable. */
  tp_hash?: ((vm: VM, self: never) => PyValue) | null;
  /** `self(*args, **kwargs)`: the last `kwnames.length` of `args` are named. May return EXC, TAIL or SUSPEND. */
  tp_call?(vm: VM, self: PyObject, args: PyValue[], kwnames: readonly string[] | null): PyValue;
  /** May return TAIL only when called through `loadAttr` by the evaluation loop. */
  tp_getattro?(vm: VM, self: PyValue, name: string): PyValue;
  /** `value` undefined deletes. */
  tp_setattro?(vm: VM, self: PyValue, name: string, value: PyValue | undefined): void;
  /** NotImplemented when it does not know. */
  tp_richcompare?(vm: VM, self: PyValue, other: PyValue, op: CompareOp): PyValue;
  /** `iter(self)`. */
  tp_iter?(vm: VM, self: PyValue): PyValue;
  /** Next item, or undefined at the end (no StopIteration is made). */
  tp_iternext?(vm: VM, self: PyValue): PyValue | undefined;
  /** `obj` undefined when found on the type itself. */
  tp_descr_get?(vm: VM, self: PyValue, obj: PyValue | undefined, type: PyValue | undefined): PyValue;
  /** `value` undefined deletes. */
  tp_descr_set?(vm: VM, self: PyValue, obj: PyValue, value: PyValue | undefined): void;
  /** `self.__init__(*args, **kwargs)`; `args` as for `tp_call`. */
  tp_init?(vm: VM, self: PyValue, args: PyValue[], kwnames: readonly string[] | null): void;
  /** `type.__new__(type, *args, **kwargs)`; `args` as for `tp_call`. */
  tp_new?(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue;
  /** `self.__del__()`. */
  tp_finalize?(vm: VM, self: PyValue): void;

  nb_add?: BinarySlot;
  nb_subtract?: BinarySlot;
  nb_multiply?: BinarySlot;
  nb_remainder?: BinarySlot;
  nb_divmod?: BinarySlot;
  nb_power?: TernarySlot;
  /** `-self`. */
  nb_negative?(vm: VM, self: PyValue): PyValue;
  /** `+self`. */
  nb_positive?(vm: VM, self: PyValue): PyValue;
  /** `abs(self)`. */
  nb_absolute?(vm: VM, self: PyValue): PyValue;
  /** `bool(self)`. */
  nb_bool?(vm: VM, self: PyValue): boolean;
  /** `~self`. */
  nb_invert?(vm: VM, self: PyValue): PyValue;
  nb_lshift?: BinarySlot;
  nb_rshift?: BinarySlot;
  nb_and?: BinarySlot;
  nb_xor?: BinarySlot;
  nb_or?: BinarySlot;
  /** `int(self)`: an int. */
  nb_int?(vm: VM, self: PyValue): PyValue;
  /** `float(self)`: a float. */
  nb_float?(vm: VM, self: PyValue): PyValue;
  nb_inplace_add?: BinarySlot;
  nb_inplace_subtract?: BinarySlot;
  nb_inplace_multiply?: BinarySlot;
  nb_inplace_remainder?: BinarySlot;
  nb_inplace_power?: TernarySlot;
  nb_inplace_lshift?: BinarySlot;
  nb_inplace_rshift?: BinarySlot;
  nb_inplace_and?: BinarySlot;
  nb_inplace_xor?: BinarySlot;
  nb_inplace_or?: BinarySlot;
  nb_floor_divide?: BinarySlot;
  nb_true_divide?: BinarySlot;
  nb_inplace_floor_divide?: BinarySlot;
  nb_inplace_true_divide?: BinarySlot;
  /** `operator.index(self)`: an int. */
  nb_index?(vm: VM, self: PyValue): PyValue;
  nb_matrix_multiply?: BinarySlot;
  nb_inplace_matrix_multiply?: BinarySlot;

  /** `len(self)` of a sequence. */
  sq_length?(vm: VM, self: PyValue): number;
  /** `self + other` of sequences. */
  sq_concat?(vm: VM, self: PyValue, other: PyValue): PyValue;
  /** `self * count`. */
  sq_repeat?(vm: VM, self: PyValue, count: PyValue): PyValue;
  /** `item in self`. */
  sq_contains?(vm: VM, self: PyValue, item: PyValue): boolean;
  /** `self += other` of sequences. */
  sq_inplace_concat?(vm: VM, self: PyValue, other: PyValue): PyValue;
  /** `self *= count`. */
  sq_inplace_repeat?(vm: VM, self: PyValue, count: PyValue): PyValue;
  /** Set for types that are sequences by index (list, tuple, str…), so that `reversed`, `iter` and `in` may index them. */
  sq_item?(vm: VM, self: PyValue, index: number): PyValue;

  /** `len(self)` of a mapping. */
  mp_length?(vm: VM, self: PyValue): number;
  /** `self[key]`. */
  mp_subscript?(vm: VM, self: PyValue, key: PyValue): PyValue;
  /** `value` undefined deletes. */
  mp_ass_subscript?(vm: VM, self: PyValue, key: PyValue, value: PyValue | undefined): void;

  /** `self.__await__()`: an iterator. */
  am_await?(vm: VM, self: PyValue): PyValue;
  /** `aiter(self)`. */
  am_aiter?(vm: VM, self: PyValue): PyValue;
  /** `anext(self)`: an awaitable. */
  am_anext?(vm: VM, self: PyValue): PyValue;

  /** Shows the object's memory: a `PyBuffer` (see protocol/buffer.ts). */
  bf_getbuffer?(vm: VM, self: PyValue, flags: number): PyObject;
  /** Takes back a buffer that `bf_getbuffer` gave. */
  bf_releasebuffer?(vm: VM, self: PyValue, buffer: PyObject): void;
}

/** Name of a slot, as CPython spells it. */
export type SlotName = keyof TypeSlots;
