import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { NativeDef } from '../core/native.ts';
import { builtinFunctionType } from '../core/type.ts';

/** `len`, `[].append`, `dict.fromkeys`: a native function, bound or not. */
export class PyBuiltinFunction extends PyObject {
  readonly def: NativeDef;
  /** Passed as the first argument if the signature begins with `self`/`cls`/`type`; for module functions `__self__` is the module. */
  readonly self: PyValue | null;
  /** `__module__`, or null. */
  module: PyValue | null;
  constructor(def: NativeDef, self: PyValue | null, module: PyValue | null = null) {
    super(builtinFunctionType);
    this.def = def;
    this.self = self;
    this.module = module;
  }
}

/** Is `self` the function's first argument? Static methods have their type as `__self__`, which is none. */
export function isBound({ def, self, module }: PyBuiltinFunction): boolean {
  return module === null && self !== null && (def.raw !== null || def.signature.bound);
}
