import { isCodeObject, type CodeObject, type Constant } from '@py/code';

/**
 * The constants of one code object in order of first use, each value once. Values are told apart as CPython tells them apart:
 * by type (`1`, `1.0` and `True` are three constants), by the sign of zero, and item by item within tuples and frozensets
 * (CPython 3.12: Objects/codeobject.c, _PyCode_ConstantKey).
 */
export class ConstantTable {
  readonly values: Constant[] = [];
  /** The module's constants that are objects: equal ones in several code objects are one object, as in CPython. */
  private readonly shared: SharedConstants;
  private readonly simple = new Map<string | bigint | boolean | number | null, number>();
  private composed: Map<string, number[]> | null = null;

  constructor(shared: SharedConstants) {
    this.shared = shared;
  }

  /** The index of a constant, which is added if it is new. */
  add(value: Constant): number {
    if (typeof value === 'object' && value !== null) return this.addComposed(value);
    if (typeof value === 'number' && (value === 0 || value !== value)) return this.addFloat(value);
    const index = this.simple.get(value);
    if (index !== undefined) return index;
    this.simple.set(value, this.values.length);
    return this.values.push(value) - 1;
  }

  /** 0.0 and -0.0 differ; a NaN equals nothing, itself included. */
  private addFloat(value: number): number {
    return value === 0 ? this.addByKey(constantKey(value), value) : this.values.push(value) - 1;
  }

  private addComposed(value: Constant): number {
    return this.addByKey(constantKey(value), value);
  }

  private addByKey(key: string, value: Constant): number {
    this.composed ??= new Map();
    let candidates = this.composed.get(key);
    if (candidates === undefined) this.composed.set(key, (candidates = []));
    for (const index of candidates) {
      if (sameConstant(this.values[index], value)) return index;
    }
    candidates.push(this.values.length);
    return this.values.push(isCodeObject(value) ? value : this.shared.merge(key, value)) - 1;
  }
}

/** Tuples, frozensets, bytes and the like of a whole module (CPython 3.12: Python/compile.c, merge_const_one and `c_const_cache`). */
export class SharedConstants {
  private readonly byKey = new Map<string, Constant[]>();

  /** The first constant that equals `value`, whose key is `key`; or `value`, its items merged too. */
  merge(key: string, value: Constant): Constant {
    const known = this.byKey.get(key);
    const same = known?.find((other) => sameConstant(other, value));
    if (same !== undefined) return same;
    const merged = isTuple(value) ? value.map((item) => this.mergeItem(item)) : value;
    if (known === undefined) this.byKey.set(key, [merged]);
    else known.push(merged);
    return merged;
  }

  private mergeItem(item: Constant): Constant {
    return typeof item !== 'object' || item === null || isCodeObject(item) ? item : this.merge(constantKey(item), item);
  }
}

/**
 * A text that equal constants share. Different constants nearly always have different texts, but only {@link sameConstant}
 * decides: of a code object the text holds no more than the name and the line.
 */
function constantKey(value: Constant): string {
  switch (typeof value) {
    case 'string':
      return `s${value.length}:${value}`;
    case 'bigint':
      return `i${value}`;
    case 'boolean':
      return value ? 'T' : 'F';
    case 'number':
      return floatKey(value);
  }
  if (value === null) return 'N';
  if (value instanceof Uint8Array) return `b${value.join()}`;
  if (isTuple(value)) return `(${value.map(constantKey).join()})`;
  switch (value.kind) {
    case 'ellipsis':
      return '.';
    case 'complex':
      return `c${floatKey(value.real)},${floatKey(value.imag)}`;
    case 'str':
      return `u${value.codePoints.join()}`;
    case 'frozenset':
      return `{${value.items.map(constantKey).sort().join()}}`;
    case 'code':
      return `code ${value.co_firstlineno} ${value.co_name}`;
  }
}

/** Are these one constant for the compiler? Code objects are, if they were compiled from the same text at the same place. */
function sameConstant(left: Constant, right: Constant): boolean {
  if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null) {
    return left === right && (left !== 0 || Object.is(left, right));
  }
  if (isCodeObject(left)) return isCodeObject(right) && sameCode(left, right);
  if (isTuple(left)) return isTuple(right) && sameItems(left, right);
  return constantKey(left) === constantKey(right) && !holdsNaN(left);
}

/** CPython 3.12: Objects/codeobject.c, code_richcompare (which looks at neither the file nor the qualified name). */
function sameCode(left: CodeObject, right: CodeObject): boolean {
  return (
    left === right ||
    (left.co_name === right.co_name &&
      left.co_argcount === right.co_argcount &&
      left.co_posonlyargcount === right.co_posonlyargcount &&
      left.co_kwonlyargcount === right.co_kwonlyargcount &&
      left.co_flags === right.co_flags &&
      left.co_firstlineno === right.co_firstlineno &&
      sameItems(left.co_code, right.co_code) &&
      sameItems(left.co_consts, right.co_consts) &&
      sameItems(left.co_names, right.co_names) &&
      sameItems(left.co_localsplusnames, right.co_localsplusnames) &&
      sameItems(left.co_linetable, right.co_linetable) &&
      sameItems(left.co_exceptiontable, right.co_exceptiontable))
  );
}

function sameItems(left: ArrayLike<Constant>, right: ArrayLike<Constant>): boolean {
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) {
    if (!sameConstant(left[i], right[i])) return false;
  }
  return true;
}

function holdsNaN(value: Constant): boolean {
  if (typeof value === 'number') return value !== value;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false;
  if (isTuple(value)) return value.some(holdsNaN);
  if (value.kind === 'complex') return holdsNaN(value.real) || holdsNaN(value.imag);
  return value.kind === 'frozenset' && value.items.some(holdsNaN);
}

function floatKey(value: number): string {
  return Object.is(value, -0) ? 'f-0' : `f${value}`;
}

/** `bool(constant)`. */
export function isTrue(constant: Constant): boolean {
  switch (typeof constant) {
    case 'boolean':
      return constant;
    case 'number':
      return constant !== 0;
    case 'bigint':
      return constant !== 0n;
    case 'string':
      return constant !== '';
  }
  if (constant === null) return false;
  if (constant instanceof Uint8Array || isTuple(constant)) return constant.length > 0;
  if (constant.kind === 'complex') return constant.real !== 0 || constant.imag !== 0;
  return constant.kind !== 'frozenset' || constant.items.length > 0;
}

/** Tuples are arrays. */
export function isTuple<T>(value: T): value is Extract<T, readonly unknown[]> {
  return Array.isArray(value);
}
