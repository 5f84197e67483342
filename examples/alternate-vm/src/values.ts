// What Python values are here. Constants of the contract stand for themselves: an int is a bigint, a float a number, a tuple an array.
import { reprConstant, type CodeObject, type Constant } from '@py/code';

export type Value =
  | null | boolean | bigint | number | string | Uint8Array | readonly Value[]
  | PyList | PyDict | PyRange | PySlice | PyIterator | PyFunction | Builtin | PyModule | ExceptionClass | PyException | CodeObject | Exclude<Constant & { readonly kind: string }, CodeObject>;

/** Names of a module, in the order they were set. */
export type Namespace = Map<string, Value>;

export class PyList {
  items: Value[];
  constructor(items: Value[]) {
    this.items = items;
  }
}

export class PyDict {
  readonly entries = new Map<unknown, readonly [Value, Value]>();
  get(key: Value): Value | undefined {
    return this.entries.get(hashKey(key))?.[1];
  }
  /** A key that is there already stays as it is. */
  set(key: Value, value: Value): void {
    const hashed = hashKey(key);
    this.entries.set(hashed, [this.entries.get(hashed)?.[0] ?? key, value]);
  }
}

export class PyRange {
  readonly start: bigint;
  readonly stop: bigint;
  readonly step: bigint;
  constructor(start: bigint, stop: bigint, step: bigint) {
    [this.start, this.stop, this.step] = [start, stop, step];
  }
  get length(): bigint {
    const span = this.step > 0n ? this.stop - this.start + this.step - 1n : this.start - this.stop - this.step - 1n;
    return span < 0n ? 0n : span / (this.step > 0n ? this.step : -this.step);
  }
}

export class PySlice {
  readonly bounds: readonly Value[];
  constructor(bounds: readonly Value[]) {
    this.bounds = bounds;
  }
}

/** Gives undefined at its end. */
export class PyIterator {
  readonly next: () => Value | undefined;
  constructor(next: () => Value | undefined) {
    this.next = next;
  }
}

/** A variable that functions share. */
export class Cell {
  value: Value | undefined;
  constructor(value: Value | undefined) {
    this.value = value;
  }
}

export class PyFunction {
  readonly code: CodeObject;
  readonly globals: Namespace;
  readonly defaults: readonly Value[];
  readonly kwdefaults: ReadonlyMap<string, Value>;
  readonly closure: readonly Cell[];
  constructor(code: CodeObject, globals: Namespace, defaults: readonly Value[], kwdefaults: ReadonlyMap<string, Value>, closure: readonly Cell[]) {
    [this.code, this.globals, this.defaults, this.kwdefaults, this.closure] = [code, globals, defaults, kwdefaults, closure];
  }
}

export class Builtin {
  readonly name: string;
  readonly call: (args: readonly Value[], keywords: ReadonlyMap<string, Value>) => Value;
  constructor(name: string, call: (args: readonly Value[], keywords: ReadonlyMap<string, Value>) => Value) {
    [this.name, this.call] = [name, call];
  }
}

export class PyModule {
  readonly name: string;
  readonly names: Namespace;
  constructor(name: string, names: Namespace) {
    [this.name, this.names] = [name, names];
  }
}

export class ExceptionClass {
  readonly name: string;
  readonly base: ExceptionClass | null;
  constructor(name: string, base: ExceptionClass | null) {
    [this.name, this.base] = [name, base];
  }
  isSubclassOf(other: Value): boolean {
    return this === other || (this.base?.isSubclassOf(other) ?? false);
  }
}

/** Both the Python object and what JavaScript throws while it is on its way. */
export class PyException {
  readonly cls: ExceptionClass;
  readonly args: readonly Value[];
  context: PyException | null = null;
  cause: PyException | null = null;
  /** Lines of the traceback, outermost frame first. */
  readonly frames: string[] = [];
  constructor(cls: ExceptionClass, args: readonly Value[]) {
    [this.cls, this.args] = [cls, args];
  }
  get text(): string {
    if (this.args.length === 1) return this.cls.isSubclassOf(exceptionClasses['KeyError']) ? repr(this.args[0]) : str(this.args[0]);
    return this.args.length === 0 ? '' : repr(this.args);
  }
}

/** Name → class, each below the one that is named for it. */
export const exceptionClasses: Readonly<Record<string, ExceptionClass>> = makeClasses({
  BaseException: null, SystemExit: 'BaseException', KeyboardInterrupt: 'BaseException', Exception: 'BaseException', ArithmeticError: 'Exception', ZeroDivisionError: 'ArithmeticError',
  OverflowError: 'ArithmeticError', AssertionError: 'Exception', AttributeError: 'Exception', ImportError: 'Exception', ModuleNotFoundError: 'ImportError', LookupError: 'Exception',
  IndexError: 'LookupError', KeyError: 'LookupError', NameError: 'Exception', UnboundLocalError: 'NameError', RuntimeError: 'Exception', RecursionError: 'RuntimeError',
  NotImplementedError: 'RuntimeError', StopIteration: 'Exception', TypeError: 'Exception', ValueError: 'Exception',
});

function makeClasses(bases: Readonly<Record<string, string | null>>): Record<string, ExceptionClass> {
  const made: Record<string, ExceptionClass> = {};
  for (const [name, base] of Object.entries(bases)) made[name] = new ExceptionClass(name, base === null ? null : made[base]);
  return made;
}

/** An exception to throw. */
export function raised(cls: keyof typeof exceptionClasses, ...args: Value[]): PyException {
  return new PyException(exceptionClasses[cls], args);
}

/** Name of the value's type, for messages and for finding methods. */
export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  switch (typeof value) {
    case 'boolean': return 'bool';
    case 'bigint': return 'int';
    case 'number': return 'float';
    case 'string': return 'str';
  }
  if (value instanceof Uint8Array) return 'bytes';
  if (isTuple(value)) return 'tuple';
  if (value instanceof PyException) return value.cls.name;
  if (value instanceof ExceptionClass) return 'type';
  const names = [[PyList, 'list'], [PyDict, 'dict'], [PyRange, 'range'], [PySlice, 'slice'], [PyIterator, 'iterator'], [PyFunction, 'function'], [Builtin, 'builtin_function_or_method'], [PyModule, 'module']] as const;
  return names.find(([cls]) => value instanceof cls)?.[1] ?? (value as { kind: string }).kind;
}

export function isTuple(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Equal keys, equal result: something that a JavaScript Map tells apart as Python tells keys apart. */
export function hashKey(value: Value): unknown {
  if (typeof value === 'boolean') return BigInt(value);
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (value instanceof PyList || value instanceof PyDict) throw raised('TypeError', `unhashable type: '${typeName(value)}'`);
  if (isTuple(value)) return `(${value.map(hashKey).map((key) => (typeof key === 'string' ? JSON.stringify(key) : String(key))).join()})`;
  return typeof value === 'string' ? `'${value}` : value;
}

export function truth(value: Value): boolean {
  if (value === null || value === false || value === 0n || value === 0 || value === '') return false;
  if (value instanceof PyList) return value.items.length > 0;
  if (value instanceof PyDict) return value.entries.size > 0;
  if (value instanceof PyRange) return value.length > 0n;
  return !(isTuple(value) || value instanceof Uint8Array) || value.length > 0;
}

export function str(value: Value): string {
  if (typeof value === 'string') return value;
  return value instanceof PyException ? value.text : repr(value);
}

export function repr(value: Value): string {
  if (isTuple(value)) return value.length === 1 ? `(${repr(value[0])},)` : `(${value.map(repr).join(', ')})`;
  if (value instanceof PyList) return `[${value.items.map(repr).join(', ')}]`;
  if (value instanceof PyDict) return `{${[...value.entries.values()].map(([key, item]) => `${repr(key)}: ${repr(item)}`).join(', ')}}`;
  if (value instanceof PyRange) return `range(${value.start}, ${value.stop}${value.step === 1n ? '' : `, ${value.step}`})`;
  if (value instanceof PyException) return `${value.cls.name}(${value.args.map(repr).join(', ')})`;
  if (value instanceof ExceptionClass) return `<class '${value.name}'>`;
  if (value instanceof PyFunction) return `<function ${value.code.co_qualname}>`;
  if (value instanceof Builtin) return `<built-in function ${value.name}>`;
  if (value instanceof PyModule) return `<module '${value.name}'>`;
  if (value instanceof PySlice) return `slice(${value.bounds.map(repr).join(', ')})`;
  return value instanceof PyIterator ? '<iterator>' : reprConstant(value);
}
