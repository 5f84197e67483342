import { takesText } from './count-text.ts';
import type { NativeArg, NativeDef, NativeFunction, NativeSignature, RawFunction } from './native.ts';
import type { PyValue } from './value.ts';
import type { VM } from './vm.ts';
import { typeError } from './errors.ts';

/**
 * Calls a native: `self` (undefined for a plain function) is its first argument, `args` are positional arguments followed by the
 * values of `kwnames`. `owner` is put before the function's name in messages (`list.append() takes …`), where CPython does so.
 */
export function callNative(vm: VM, def: NativeDef, self: PyValue | undefined, args: PyValue[], kwnames: readonly string[] | null, owner: string | null): PyValue {
  if (def.raw !== null) return def.raw(vm, self ?? null, args, kwnames);
  const signature = def.signature;
  const offset = self === undefined ? 0 : 1;
  const given = args.length + offset;
  if (kwnames === null && signature.simple) {
    if (given < signature.min || given > signature.max) throw wrongCount(def, signature, args.length, offset, owner);
    return self === undefined ? passPlain(vm, def, args) : passBound(vm, def, self, args);
  }
  const bound = bind(def, signature, self, args, kwnames ?? [], owner);
  return def.body(vm, ...bound);
}

/**
 * The native as a function of `count` positional arguments, one by one; if it is `bound`, `self` is the first of them. Null if so many
 * cannot be given to it, or if it must have keywords as well.
 */
export function positionalBody(def: NativeDef, count: number, bound: boolean): NativeFunction | null {
  const { raw, body, signature } = def;
  if (raw !== null) return bound ? boundRaw(raw) : unboundRaw(raw);
  const { params, min, max, simple } = signature;
  if (count < min || count > max) return null;
  if (simple) return body;
  if (params.some(({ kind, optional }) => kind === 'kwargs' || (kind === 'kwonly' && !optional))) return null;
  const before = params.findIndex(({ kind }) => kind === 'varargs');
  return before < 0 ? body : collecting(body, before);
}

function boundRaw(raw: RawFunction): NativeFunction {
  return (vm: VM, self: PyValue, ...args: PyValue[]) => raw(vm, self, args, null);
}

function unboundRaw(raw: RawFunction): NativeFunction {
  return (vm: VM, ...args: PyValue[]) => raw(vm, null, args, null);
}

/** The arguments behind the first `before` ones in an array, for `*args`. */
function collecting(body: NativeFunction, before: number): NativeFunction | null {
  switch (before) {
    case 0:
      return (vm: VM, ...rest: PyValue[]) => body(vm, rest);
    case 1:
      return (vm: VM, first: NativeArg, ...rest: PyValue[]) => body(vm, first, rest);
    case 2:
      return (vm: VM, first: NativeArg, second: NativeArg, ...rest: PyValue[]) => body(vm, first, second, rest);
    default:
      return null;
  }
}

/** Can so many arguments be given to the native as they are? */
export function takesPlain(def: NativeDef, count: number): boolean {
  if (def.raw !== null) return false;
  const { simple, min, max } = def.signature;
  return simple && count >= min && count <= max;
}

function passPlain(vm: VM, def: NativeDef, args: PyValue[]): PyValue {
  switch (args.length) {
    case 0:
      return def.body(vm);
    case 1:
      return def.body(vm, args[0]);
    case 2:
      return def.body(vm, args[0], args[1]);
    case 3:
      return def.body(vm, args[0], args[1], args[2]);
    default:
      return def.body(vm, ...args);
  }
}

function passBound(vm: VM, def: NativeDef, self: PyValue, args: PyValue[]): PyValue {
  switch (args.length) {
    case 0:
      return def.body(vm, self);
    case 1:
      return def.body(vm, self, args[0]);
    case 2:
      return def.body(vm, self, args[0], args[1]);
    default:
      return def.body(vm, self, ...args);
  }
}

function qualified(def: NativeDef, owner: string | null): string {
  return owner === null ? def.name : `${owner}.${def.name}`;
}

/** The TypeError for a wrong number of positional arguments, worded by the way CPython would have defined the function. */
function wrongCount(def: NativeDef, signature: NativeSignature, given: number, offset: number, owner: string | null, keywords = 0): PyValue {
  const min = signature.min - offset;
  const max = signature.max - offset;
  const s = (n: number): string => (n === 1 ? '' : 's');
  if (signature.positionalOnly) {
    if (max === 0) return typeError(`${qualified(def, owner)}() takes no arguments (${given} given)`);
    if (max === 1 && min === 1) return typeError(`${qualified(def, owner)}() takes exactly one argument (${given} given)`);
    if (def.countsAsParsed) return typeError(`${def.name}() ${takesText(min, max, given)}`);
    if (min === max) return typeError(`${def.name} expected ${min} argument${s(min)}, got ${given}`);
    if (given < min) return typeError(`${def.name} expected at least ${min} argument${s(min)}, got ${given}`);
    return typeError(`${def.name} expected at most ${max} argument${s(max)}, got ${given}`);
  }
  if (given < min) {
    const missing = signature.params[given + offset];
    if (missing.kind === 'posonly') {
      const posonly = signature.params.filter((param) => param.kind === 'posonly' && !param.optional).length - offset;
      const exact = posonly === max ? 'exactly' : 'at least';
      return typeError(`${def.name}() takes ${exact} ${posonly} positional argument${s(posonly)} (${given} given)`);
    }
    return typeError(`${def.name}() missing required argument '${missing.name}' (pos ${given + 1})`);
  }
  const total = signature.params.length - offset;
  if (given + keywords > total) return typeError(`${def.name}() takes at most ${total} ${given === 0 ? 'keyword ' : ''}argument${s(total)} (${given + keywords} given)`);
  if (max === 0) return typeError(`${def.name}() takes no positional arguments`);
  return typeError(`${def.name}() takes ${min === max ? 'exactly' : 'at most'} ${max} positional argument${s(max)} (${given} given)`);
}

function bind(def: NativeDef, signature: NativeSignature, self: PyValue | undefined, args: readonly PyValue[], kwnames: readonly string[], owner: string | null): NativeArg[] {
  const offset = self === undefined ? 0 : 1;
  const positionalCount = args.length - kwnames.length;
  const hasKwargs = signature.params.some((param) => param.kind === 'kwargs');
  if (kwnames.length > 0 && signature.positionalOnly) throw typeError(`${qualified(def, owner)}() takes no keyword arguments`);
  const named = !hasKwargs && signature.max !== Infinity && args.length + offset > signature.params.length;
  if (named || positionalCount + offset > signature.max) throw wrongCount(def, signature, positionalCount, offset, owner, kwnames.length);
  const bound: NativeArg[] = new Array<NativeArg>(signature.params.length).fill(undefined);
  const extra: PyValue[] = [];
  const keywords = new Map<string, PyValue>();
  const positional = signature.params.filter((param) => param.kind === 'posonly' || param.kind === 'normal').length;
  // Reported only when nothing is missing.
  let twice: number | null = null;
  let unknown: string | null = null;
  if (self !== undefined) bound[0] = self;
  for (let i = 0; i < positionalCount; i++) {
    if (i + offset < positional) bound[i + offset] = args[i];
    else extra.push(args[i]);
  }
  for (const [i, name] of kwnames.entries()) {
    const value = args[positionalCount + i];
    const index = signature.params.findIndex((param) => param.name === name && (param.kind === 'normal' || param.kind === 'kwonly'));
    if (index < 0) {
      if (hasKwargs) keywords.set(name, value);
      else unknown ??= name;
    } else {
      if (bound[index] !== undefined) twice ??= index;
      else bound[index] = value;
    }
  }
  for (const [index, param] of signature.params.entries()) {
    if (param.kind === 'varargs') bound[index] = extra;
    else if (param.kind === 'kwargs') bound[index] = keywords;
    else if (!param.optional && bound[index] === undefined) {
      if (param.kind === 'kwonly') throw typeError(`${def.name}() missing required keyword-only argument '${param.name}'`);
      if (param.kind === 'posonly') throw wrongCount(def, signature, positionalCount, offset, owner);
      throw typeError(`${def.name}() missing required argument '${param.name}' (pos ${index + 1 - offset})`);
    }
  }
  if (twice !== null) throw typeError(`argument for ${def.name}() given by name ('${signature.params[twice].name}') and position (${twice + 1 - offset})`);
  if (unknown !== null) throw typeError(`'${unknown}' is an invalid keyword argument for ${def.name}()`);
  return bound;
}
