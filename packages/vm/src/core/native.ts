import type { PyObject, PyValue } from './value.ts';
import type { VM } from './vm.ts';

/** What the body of a native function receives: a value, undefined for an argument not given, an array for `*args`, a map for `**kwargs`. */
export type NativeArg = PyValue | undefined | readonly PyValue[] | ReadonlyMap<string, PyValue>;

/**
 * The body of a built-in function: the VM, then one argument for each parameter of its signature. May return EXC, TAIL or
 * SUSPEND as well as a value, and may throw a Python exception. (Written as a method so that a body may name narrower
 * types than NativeArg, such as its own class for `self`, which the descriptor has checked.)
 */
export type NativeFunction = {
  /** Takes the VM and the arguments. */
  body(vm: VM, ...args: NativeArg[]): PyValue;
}['body'];

/** One parameter of a built-in function. */
export interface NativeParam {
  readonly name: string;
  readonly kind: 'posonly' | 'normal' | 'varargs' | 'kwonly' | 'kwargs';
  readonly optional: boolean;
}

/** How a built-in function may be called, from its signature text. */
export interface NativeSignature {
  readonly params: readonly NativeParam[];
  /** Positional arguments it must get and can get (Infinity with `*args`), `self` included. */
  readonly min: number;
  readonly max: number;
  /** No `*args`, `**kwargs` or required keyword-only parameters: positional arguments without keywords can be passed straight on. */
  readonly simple: boolean;
  /** First parameter is `self` (or `cls`): it is bound by a method, and does not count in error messages. */
  readonly bound: boolean;
  /** Takes no keyword at all. */
  readonly positionalOnly: boolean;
}

/** A built-in function before it belongs to a module or type. */
export class NativeDef {
  readonly name: string;
  /** Parameters as in Python's help: `name(self, index=-1, /)`. */
  readonly text: string;
  /** What the function does. */
  readonly body: NativeFunction;
  readonly doc: string | null;
  /** Takes the arguments of a call as they come, unchecked (positional ones, then those named by `kwnames`); `body` is then unused. */
  raw: RawFunction | null;
  /** Has a `__text_signature__`. */
  private signed: boolean;
  /** Has no `__text_signature__` and gets its arguments in a tuple (METH_VARARGS): messages about keywords name it without its owner. */
  takesTuple: boolean;
  /** A wrong number of arguments is worded as by PyArg_ParseTuple: `find() takes at least 1 argument (0 given)`. */
  countsAsParsed: boolean;
  private parsed: NativeSignature | null;
  /** The method as the loop calls it when it is bound, once a site has looked (see `positionalBody`). */
  boundBody: NativeFunction | null;

  constructor(text: string, body: NativeFunction, doc: string | null) {
    this.name = text.slice(0, text.indexOf('('));
    this.text = text;
    this.body = body;
    this.doc = doc;
    this.raw = null;
    this.signed = true;
    this.takesTuple = false;
    this.countsAsParsed = false;
    this.parsed = null;
    this.boundBody = null;
  }

  /** Parsed when first asked for: most functions of a program's types are never called. */
  get signature(): NativeSignature {
    return (this.parsed ??= parseSignature(this.text));
  }

  /** Without `__text_signature__`, as CPython's older functions are: they describe themselves in their docstrings. */
  unsigned(): this {
    this.signed = false;
    this.takesTuple = true;
    return this;
  }

  /** Unsigned, with the arguments in an array (METH_FASTCALL). */
  unsignedArray(): this {
    this.signed = false;
    return this;
  }

  /** Unsigned, and read by PyArg_ParseTuple. */
  parsedTuple(): this {
    this.countsAsParsed = true;
    return this.unsigned();
  }

  /** `__text_signature__`: `($self, index=-1, /)`; null for none. */
  get textSignature(): string | null {
    if (!this.signed) return null;
    const inside = this.text.slice(this.text.indexOf('('));
    return inside.replace(/^\((self|cls|type|module)\b/, '($$$1').replace('($cls', '($type');
  }
}

/**
 * A built-in function: `native('pop(self, index=-1, /)', list_pop, 'Remove and return item at index…')`. The signature
 * checks the arguments, with CPython's messages, and answers `help()`; the text of a default is for people only: the body
 * gets undefined for an argument that was not given.
 */
export function native(text: string, body: NativeFunction, doc: string | null = null): NativeDef {
  return new NativeDef(text, body, doc);
}

/** The body of a native that checks its arguments itself. `self` as PyBuiltinFunction or method has it, null for none. */
export type RawFunction = (vm: VM, self: PyValue | null, args: PyValue[], kwnames: readonly string[] | null) => PyValue;

/** Like {@link native}, for the few functions whose argument rules no signature expresses (`dict.update`, `type.__new__`). */
export function nativeRaw(text: string, raw: RawFunction, doc: string | null = null): NativeDef {
  const def = new NativeDef(text, unusedBody, doc);
  def.raw = raw;
  return def;
}

function unusedBody(): PyValue {
  throw new Error('a raw native has no body');
}

function parseSignature(text: string): NativeSignature {
  const inside = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  const parts = splitTopLevel(inside);
  const params: NativeParam[] = [];
  const posonlyEnd = parts.indexOf('/');
  let kwonly = false;
  for (const [index, part] of parts.entries()) {
    if (part === '/') continue;
    if (part === '*') {
      kwonly = true;
      continue;
    }
    if (part.startsWith('**')) {
      params.push({ name: part.slice(2), kind: 'kwargs', optional: true });
      continue;
    }
    if (part.startsWith('*')) {
      params.push({ name: part.slice(1), kind: 'varargs', optional: true });
      kwonly = true;
      continue;
    }
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim();
    params.push({ name, kind: kwonly ? 'kwonly' : index < posonlyEnd ? 'posonly' : 'normal', optional: equals >= 0 });
  }
  const positional = params.filter((param) => param.kind === 'posonly' || param.kind === 'normal');
  const varargs = params.some((param) => param.kind === 'varargs');
  return {
    params,
    min: positional.filter((param) => !param.optional).length,
    max: varargs ? Infinity : positional.length,
    simple: params.every(({ kind, optional }) => kind === 'posonly' || kind === 'normal' || (kind === 'kwonly' && optional)),
    bound: params.length > 0 && /^(self|cls|type)$/.test(params[0].name) && params[0].kind === 'posonly',
    positionalOnly: params.every((param) => param.kind === 'posonly' || param.kind === 'varargs'),
  };
}

/** Splits at commas that are in no bracket or quote. */
function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const ch = text[i];
    if (quote) {
      if (ch === quote) quote = '';
    } else if (ch === "'" || ch === '"') quote = ch;
    else if (ch === '(' || ch === '[' || ch === '{') depth++;
    else if (ch === ')' || ch === ']' || ch === '}') depth--;
    else if (ch === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  const last = text.slice(start).trim();
  if (last) parts.push(last);
  return parts;
}

/** An attribute that a built-in type computes. */
export interface GetSetDef {
  /** The attribute of `self`. */
  get(vm: VM, self: PyObject): PyValue;
  /** `value` undefined deletes. Left out: read-only. */
  set?(vm: VM, self: PyObject, value: PyValue | undefined): void;
  readonly doc?: string;
}
