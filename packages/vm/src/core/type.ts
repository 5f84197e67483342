import { PyObject } from './value.ts';
import type { PyValue } from './value.ts';
import { Shape } from './shape.ts';
import type { BinarySlot, CompareOp, TernarySlot, TypeSlots } from './slots.ts';
import type { VM } from './vm.ts';

/** `__flags__` bits that Python code looks at, with CPython's values. */
export const TypeFlag = {
  DISALLOW_INSTANTIATION: 1 << 7,
  IMMUTABLETYPE: 1 << 8,
  HEAPTYPE: 1 << 9,
  BASETYPE: 1 << 10,
  SEQUENCE: 1 << 5,
  MAPPING: 1 << 6,
  READY: 1 << 12,
  HAVE_GC: 1 << 14,
  IS_ABSTRACT: 1 << 20,
  LONG_SUBCLASS: 1 << 24,
  LIST_SUBCLASS: 1 << 25,
  TUPLE_SUBCLASS: 1 << 26,
  BYTES_SUBCLASS: 1 << 27,
  UNICODE_SUBCLASS: 1 << 28,
  DICT_SUBCLASS: 1 << 29,
  BASE_EXC_SUBCLASS: 1 << 30,
  TYPE_SUBCLASS: 1 << 31,
} as const;

// eslint-disable-next-line no-restricted-syntax -- versions are never the same for two classes, of whatever VM
let lastVersion = 0;

/**
 * A Python class. Built-in types are made once, when their module is loaded, and never change: all VMs share them (what
 * differs by VM, such as `__subclasses__`, is kept in the VM). Classes made by a program belong to that program's VM.
 */
export class PyType extends PyObject implements TypeSlots {
  /** `__name__` */
  name: string;
  /** What error messages call it: `list`, `collections.deque`; for a class made by a program, `__name__`. */
  tpName: string;
  /** `__qualname__` */
  qualname: string;
  /** `__module__` of a built-in type; null for a class made by a program, which has it in `ns`. */
  module: string | null;
  doc: string | null;
  /** `__text_signature__`, or null. */
  textSignature: string | null;
  flags: number;
  bases: readonly PyType[];
  /** `__base__`: the base that decides the layout. */
  base: PyType | null;
  mro: readonly PyType[];
  private readonly names: Map<string, PyValue>;
  /** Fills the namespace of a built-in type, when it is first looked at; null when that is done. */
  late: (() => void) | null;
  /**
   * Changes whenever anything that attribute lookup on this class or its instances depends on changes; never the same for two
   * classes. Call sites remember it.
   */
  version: number;
  /** The nearest class of the MRO that is a built-in type with a JavaScript layout of its own (`object`, `list`, `int`…). */
  solid: PyType;
  /** Instances have `__dict__` / can be weakly referenced. */
  hasDict: boolean;
  hasWeakref: boolean;
  /** Names of `__slots__` members, inherited ones first: index in `Instance.members`. */
  memberNames: readonly string[];
  /** Shape of a new instance. */
  rootShape: Shape;
  /** Classes made by programs that have this one among their bases (built-in types: see `VM.subclasses`). */
  subclasses: Set<WeakRef<PyType>> | null;
  /** Built-in types directly below this built-in type, in order of completion. */
  builtinSubclasses: PyType[] | null;
  /** What `lookup` found, undefined where it found nothing. */
  private cache: Map<string, PyValue | undefined>;

  declare tp_repr?: (vm: VM, self: PyValue) => PyValue;
  declare tp_str?: (vm: VM, self: PyValue) => PyValue;
  declare tp_hash?: ((vm: VM, self: PyValue) => PyValue) | null;
  declare tp_call?: (vm: VM, self: PyValue, args: PyValue[], kwnames: readonly string[] | null) => PyValue;
  declare tp_getattro?: (vm: VM, self: PyValue, name: string) => PyValue;
  declare tp_setattro?: (vm: VM, self: PyValue, name: string, value: PyValue | undefined) => void;
  declare tp_richcompare?: (vm: VM, self: PyValue, other: PyValue, op: CompareOp) => PyValue;
  declare tp_iter?: (vm: VM, self: PyValue) => PyValue;
  declare tp_iternext?: (vm: VM, self: PyValue) => PyValue | undefined;
  declare tp_descr_get?: (vm: VM, self: PyValue, obj: PyValue | undefined, type: PyValue | undefined) => PyValue;
  declare tp_descr_set?: (vm: VM, self: PyValue, obj: PyValue, value: PyValue | undefined) => void;
  declare tp_init?: (vm: VM, self: PyValue, args: PyValue[], kwnames: readonly string[] | null) => void;
  declare tp_new?: (vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null) => PyValue;
  declare tp_finalize?: (vm: VM, self: PyValue) => void;
  declare nb_add?: BinarySlot;
  declare nb_subtract?: BinarySlot;
  declare nb_multiply?: BinarySlot;
  declare nb_remainder?: BinarySlot;
  declare nb_divmod?: BinarySlot;
  declare nb_power?: TernarySlot;
  declare nb_negative?: (vm: VM, self: PyValue) => PyValue;
  declare nb_positive?: (vm: VM, self: PyValue) => PyValue;
  declare nb_absolute?: (vm: VM, self: PyValue) => PyValue;
  declare nb_bool?: (vm: VM, self: PyValue) => boolean;
  declare nb_invert?: (vm: VM, self: PyValue) => PyValue;
  declare nb_lshift?: BinarySlot;
  declare nb_rshift?: BinarySlot;
  declare nb_and?: BinarySlot;
  declare nb_xor?: BinarySlot;
  declare nb_or?: BinarySlot;
  declare nb_int?: (vm: VM, self: PyValue) => PyValue;
  declare nb_float?: (vm: VM, self: PyValue) => PyValue;
  declare nb_inplace_add?: BinarySlot;
  declare nb_inplace_subtract?: BinarySlot;
  declare nb_inplace_multiply?: BinarySlot;
  declare nb_inplace_remainder?: BinarySlot;
  declare nb_inplace_power?: TernarySlot;
  declare nb_inplace_lshift?: BinarySlot;
  declare nb_inplace_rshift?: BinarySlot;
  declare nb_inplace_and?: BinarySlot;
  declare nb_inplace_xor?: BinarySlot;
  declare nb_inplace_or?: BinarySlot;
  declare nb_floor_divide?: BinarySlot;
  declare nb_true_divide?: BinarySlot;
  declare nb_inplace_floor_divide?: BinarySlot;
  declare nb_inplace_true_divide?: BinarySlot;
  declare nb_index?: (vm: VM, self: PyValue) => PyValue;
  declare nb_matrix_multiply?: BinarySlot;
  declare nb_inplace_matrix_multiply?: BinarySlot;
  declare sq_length?: (vm: VM, self: PyValue) => number;
  declare sq_concat?: (vm: VM, self: PyValue, other: PyValue) => PyValue;
  declare sq_repeat?: (vm: VM, self: PyValue, count: PyValue) => PyValue;
  declare sq_contains?: (vm: VM, self: PyValue, item: PyValue) => boolean;
  declare sq_inplace_concat?: (vm: VM, self: PyValue, other: PyValue) => PyValue;
  declare sq_inplace_repeat?: (vm: VM, self: PyValue, count: PyValue) => PyValue;
  declare sq_item?: (vm: VM, self: PyValue, index: number) => PyValue;
  declare mp_length?: (vm: VM, self: PyValue) => number;
  declare mp_subscript?: (vm: VM, self: PyValue, key: PyValue) => PyValue;
  declare mp_ass_subscript?: (vm: VM, self: PyValue, key: PyValue, value: PyValue | undefined) => void;
  declare am_await?: (vm: VM, self: PyValue) => PyValue;
  declare am_aiter?: (vm: VM, self: PyValue) => PyValue;
  declare am_anext?: (vm: VM, self: PyValue) => PyValue;
  declare bf_getbuffer?: (vm: VM, self: PyValue, flags: number) => PyObject;
  declare bf_releasebuffer?: (vm: VM, self: PyValue, buffer: PyObject) => void;

  constructor(metatype: PyType | null, name: string, bases: readonly PyType[], ns: Map<string, PyValue>) {
    super(metatype as PyType); // Null only for `type` itself, which sets its own class.
    this.name = name;
    this.tpName = name;
    this.qualname = name;
    this.module = null;
    this.doc = null;
    this.textSignature = null;
    this.flags = 0;
    this.bases = bases;
    this.base = bases.length > 0 ? bases[0] : null;
    this.mro = [this];
    this.names = ns;
    this.late = null;
    this.version = ++lastVersion;
    this.solid = this.base === null ? this : this.base.solid;
    this.hasDict = this.base !== null && this.base.hasDict;
    this.hasWeakref = this.base !== null && this.base.hasWeakref;
    this.memberNames = this.base === null ? [] : this.base.memberNames;
    this.rootShape = Shape.root(this);
    this.subclasses = null;
    this.builtinSubclasses = null;
    this.cache = new Map();

    // Every slot is set here, so that all types have one hidden class.
    this.tp_repr = undefined;
    this.tp_str = undefined;
    this.tp_hash = undefined;
    this.tp_call = undefined;
    this.tp_getattro = undefined;
    this.tp_setattro = undefined;
    this.tp_richcompare = undefined;
    this.tp_iter = undefined;
    this.tp_iternext = undefined;
    this.tp_descr_get = undefined;
    this.tp_descr_set = undefined;
    this.tp_init = undefined;
    this.tp_new = undefined;
    this.tp_finalize = undefined;
    this.nb_add = undefined;
    this.nb_subtract = undefined;
    this.nb_multiply = undefined;
    this.nb_remainder = undefined;
    this.nb_divmod = undefined;
    this.nb_power = undefined;
    this.nb_negative = undefined;
    this.nb_positive = undefined;
    this.nb_absolute = undefined;
    this.nb_bool = undefined;
    this.nb_invert = undefined;
    this.nb_lshift = undefined;
    this.nb_rshift = undefined;
    this.nb_and = undefined;
    this.nb_xor = undefined;
    this.nb_or = undefined;
    this.nb_int = undefined;
    this.nb_float = undefined;
    this.nb_inplace_add = undefined;
    this.nb_inplace_subtract = undefined;
    this.nb_inplace_multiply = undefined;
    this.nb_inplace_remainder = undefined;
    this.nb_inplace_power = undefined;
    this.nb_inplace_lshift = undefined;
    this.nb_inplace_rshift = undefined;
    this.nb_inplace_and = undefined;
    this.nb_inplace_xor = undefined;
    this.nb_inplace_or = undefined;
    this.nb_floor_divide = undefined;
    this.nb_true_divide = undefined;
    this.nb_inplace_floor_divide = undefined;
    this.nb_inplace_true_divide = undefined;
    this.nb_index = undefined;
    this.nb_matrix_multiply = undefined;
    this.nb_inplace_matrix_multiply = undefined;
    this.sq_length = undefined;
    this.sq_concat = undefined;
    this.sq_repeat = undefined;
    this.sq_contains = undefined;
    this.sq_inplace_concat = undefined;
    this.sq_inplace_repeat = undefined;
    this.sq_item = undefined;
    this.mp_length = undefined;
    this.mp_subscript = undefined;
    this.mp_ass_subscript = undefined;
    this.am_await = undefined;
    this.am_aiter = undefined;
    this.am_anext = undefined;
    this.bf_getbuffer = undefined;
    this.bf_releasebuffer = undefined;
  }

  /** The class's own namespace. Keys are strings as {@link attributeName} gives them. */
  get ns(): Map<string, PyValue> {
    const { late } = this;
    if (late !== null) {
      this.late = null;
      late();
    }
    return this.names;
  }

  /** Takes the slots of a base, all of them. Written out: hundreds of types do this while a VM starts, and access by name is slow then. */
  takeSlots(base: PyType): void {
    this.tp_repr = base.tp_repr;
    this.tp_str = base.tp_str;
    this.tp_hash = base.tp_hash;
    this.tp_call = base.tp_call;
    this.tp_getattro = base.tp_getattro;
    this.tp_setattro = base.tp_setattro;
    this.tp_richcompare = base.tp_richcompare;
    this.tp_iter = base.tp_iter;
    this.tp_iternext = base.tp_iternext;
    this.tp_descr_get = base.tp_descr_get;
    this.tp_descr_set = base.tp_descr_set;
    this.tp_init = base.tp_init;
    this.tp_new = base.tp_new;
    this.tp_finalize = base.tp_finalize;
    this.nb_add = base.nb_add;
    this.nb_subtract = base.nb_subtract;
    this.nb_multiply = base.nb_multiply;
    this.nb_remainder = base.nb_remainder;
    this.nb_divmod = base.nb_divmod;
    this.nb_power = base.nb_power;
    this.nb_negative = base.nb_negative;
    this.nb_positive = base.nb_positive;
    this.nb_absolute = base.nb_absolute;
    this.nb_bool = base.nb_bool;
    this.nb_invert = base.nb_invert;
    this.nb_lshift = base.nb_lshift;
    this.nb_rshift = base.nb_rshift;
    this.nb_and = base.nb_and;
    this.nb_xor = base.nb_xor;
    this.nb_or = base.nb_or;
    this.nb_int = base.nb_int;
    this.nb_float = base.nb_float;
    this.nb_inplace_add = base.nb_inplace_add;
    this.nb_inplace_subtract = base.nb_inplace_subtract;
    this.nb_inplace_multiply = base.nb_inplace_multiply;
    this.nb_inplace_remainder = base.nb_inplace_remainder;
    this.nb_inplace_power = base.nb_inplace_power;
    this.nb_inplace_lshift = base.nb_inplace_lshift;
    this.nb_inplace_rshift = base.nb_inplace_rshift;
    this.nb_inplace_and = base.nb_inplace_and;
    this.nb_inplace_xor = base.nb_inplace_xor;
    this.nb_inplace_or = base.nb_inplace_or;
    this.nb_floor_divide = base.nb_floor_divide;
    this.nb_true_divide = base.nb_true_divide;
    this.nb_inplace_floor_divide = base.nb_inplace_floor_divide;
    this.nb_inplace_true_divide = base.nb_inplace_true_divide;
    this.nb_index = base.nb_index;
    this.nb_matrix_multiply = base.nb_matrix_multiply;
    this.nb_inplace_matrix_multiply = base.nb_inplace_matrix_multiply;
    this.sq_length = base.sq_length;
    this.sq_concat = base.sq_concat;
    this.sq_repeat = base.sq_repeat;
    this.sq_contains = base.sq_contains;
    this.sq_inplace_concat = base.sq_inplace_concat;
    this.sq_inplace_repeat = base.sq_inplace_repeat;
    this.sq_item = base.sq_item;
    this.mp_length = base.mp_length;
    this.mp_subscript = base.mp_subscript;
    this.mp_ass_subscript = base.mp_ass_subscript;
    this.am_await = base.am_await;
    this.am_aiter = base.am_aiter;
    this.am_anext = base.am_anext;
    this.bf_getbuffer = base.bf_getbuffer;
    this.bf_releasebuffer = base.bf_releasebuffer;
  }

  get isHeapType(): boolean {
    return (this.flags & TypeFlag.HEAPTYPE) !== 0;
  }

  /** The attribute of this class or of a base, raw (no descriptor is called), or undefined: CPython's `_PyType_Lookup`. */
  lookup(name: string): PyValue | undefined {
    const cached = this.cache.get(name);
    if (cached !== undefined) return cached;
    if (this.cache.has(name)) return undefined;
    let found: PyValue | undefined;
    for (const type of this.mro) {
      found = type.ns.get(name);
      if (found !== undefined) break;
    }
    this.cache.set(name, found);
    return found;
  }

  /** Forgets what lookups found and makes every call site that knows this class or a subclass look again. */
  modified(): void {
    this.version = ++lastVersion;
    this.cache.clear();
    if (this.subclasses === null) return;
    for (const ref of this.subclasses) ref.deref()?.modified();
  }

  /** Is `other` in the MRO of this type? */
  isSubtypeOf(other: PyType): boolean {
    return this === other || this.mro.includes(other);
  }
}

/** A type under construction: known to the types that need it, its contents filled in later by `fillType`. */
export function bareType(name: string, base: PyType | null, metatype: PyType | null): PyType {
  const type = new PyType(metatype, name, base === null ? [] : [base], new Map());
  type.module = 'builtins';
  type.flags = TypeFlag.IMMUTABLETYPE | TypeFlag.READY | TypeFlag.HAVE_GC;
  type.mro = base === null ? [type] : [type, ...base.mro];
  return type;
}

/** Python's type `object`. */
export const objectType = bareType('object', null, null);
/** Python's type `type`. */
export const typeType = bareType('type', objectType, null);
objectType.cls = typeType;
typeType.cls = typeType;
const bare = (name: string): PyType => bareType(name, objectType, typeType);
/** Python's type `method_descriptor`. */
export const methodDescriptorType = bare('method_descriptor');
/** Python's type `classmethod_descriptor`. */
export const classMethodDescriptorType = bare('classmethod_descriptor');
/** Python's type `wrapper_descriptor`. */
export const wrapperDescriptorType = bare('wrapper_descriptor');
/** Python's type `method-wrapper`. */
export const methodWrapperType = bare('method-wrapper');
/** Python's type `getset_descriptor`. */
export const getsetDescriptorType = bare('getset_descriptor');
/** Python's type `member_descriptor`. */
export const memberDescriptorType = bare('member_descriptor');
/** Python's type `builtin_function_or_method`. */
export const builtinFunctionType = bare('builtin_function_or_method');
/** Python's type `staticmethod`. */
export const staticmethodType = bare('staticmethod');
/** Python's type `NoneType`. */
export const noneType = bare('NoneType');
/** Python's type `NotImplementedType`. */
export const notImplementedType = bare('NotImplementedType');
/** Python's type `ellipsis`. */
export const ellipsisType = bare('ellipsis');
/** Python's type `int`. */
export const intType = bare('int');
/** Python's type `bool`. */
export const boolType = bareType('bool', intType, typeType);
/** Python's type `str`. */
export const strType = bare('str');
/** Python's type `float`. */
export const floatType = bare('float');
/** Python's type `tuple`. */
export const tupleType = bare('tuple');
/** Python's type `dict`. */
export const dictType = bare('dict');
/** Python's type `list`. */
export const listType = bare('list');
/** Python's type `set`. */
export const setType = bare('set');
/** Python's type `frozenset`. */
export const frozensetType = bare('frozenset');
/** Python's type `bytes`. */
export const bytesType = bare('bytes');
/** Python's type `bytearray`. */
export const bytearrayType = bare('bytearray');
/** Python's type `memoryview`. */
export const memoryviewType = bare('memoryview');

/** `type(value)`. */
export function typeOf(value: PyValue): PyType {
  switch (typeof value) {
    case 'object':
      return value.cls;
    case 'number':
    case 'bigint':
      return intType;
    case 'string':
      return strType;
    default:
      return boolType;
  }
}
