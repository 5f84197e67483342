import {
  attributeError, call, defineType, exceptionTypes, genericGetAttr, genericSetAttr, getAttr, importModule, isInt, intValue, isTrue, iterate, keyError, native, newTuple, next, None, NotImplemented, overflowError, Py_EQ, Py_NE, PyBaseException, PyDict, PyFloat, PyList, PyObject, type PyType, reprText, strFromJS, typeError, valueError, typeOf,
} from '@py/vm/native';
import type { CompareOp, NativeDef, PyValue, TypeSpec, VM } from '@py/vm/native';
import { keywordArguments } from '../arguments.ts';
import * as arithmetic from './arithmetic.ts';
import { fromInt, operandArgument, roundedDecimal } from './convert.ts';
import { docs } from './docs.ts';
import * as methods from './methods.ts';
import { etiny, etop, finalize } from './number.ts';
import type { Context, Dec } from './number.ts';
import { numberClass, sameQuantum } from './operations.ts';
import { roundingArgument, roundingNames } from './rounding.ts';
import { fromDouble, toText } from './text.ts';
import { power, powerModulo } from './transcendental.ts';
import { MAX_EMAX, MAX_PREC, MIN_EMIN, moduleState, PyContext, PyDecimal, settle, signalList, signals, wrap } from './types.ts';

/* decimal.Context and the mappings of flags and traps. */

const docOf = (name: string): string | null => (docs as Readonly<Record<string, string>>)[`Context.${name}`] ?? null;

// ---- flags and traps ----

/** A view of a context's flags or traps as a mapping of exception classes to bools. */
export class SignalDict extends PyObject {
  /** null for one that a program made by itself: no use of it is valid. */
  private readonly owner: PyContext | null;
  readonly field: 'status' | 'traps';
  constructor(cls: PyType, owner: PyContext | null, field: 'status' | 'traps') {
    super(cls);
    this.owner = owner;
    this.field = field;
  }

  get context(): PyContext {
    if (this.owner === null) throw valueError('invalid signal dict');
    return this.owner;
  }
}

const validSignals = 'valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]';

function maskOf(key: PyValue): number {
  const signal = signals.find(({ type }) => type === key);
  if (signal === undefined) throw keyError(validSignals);
  return signal.mask;
}

function copyOf(vm: VM, self: SignalDict): PyDict {
  const dict = new PyDict();
  for (const { type, mask } of signals) dict.set(vm, type, (self.context[self.field] & mask) !== 0);
  return dict;
}

/** The bits of a dict of all signals. Raises KeyError for another one. */
function dictFlags(vm: VM, value: PyDict): number {
  if (value.size !== signals.length) throw keyError('invalid signal dict');
  let flags = 0;
  for (const { type, mask } of signals) {
    const found = value.get(vm, type);
    if (found === undefined) throw keyError('invalid signal dict');
    if (isTrue(vm, found)) flags |= mask;
  }
  return flags;
}

function listFlags(vm: VM, value: PyValue): number {
  let flags = 0;
  const iterator = iterate(vm, value);
  for (let item = next(vm, iterator); item !== undefined; item = next(vm, iterator)) {
    const signal = signals.find(({ type }) => type === item);
    if (signal === undefined) throw keyError(validSignals);
    flags |= signal.mask;
  }
  return flags;
}

/** The bits behind a list of signals or a mapping of them. */
function flagsArgument(vm: VM, value: PyValue): number {
  if (value instanceof PyList) return listFlags(vm, value);
  if (value instanceof SignalDict) return value.context[value.field];
  if (value instanceof PyDict) return dictFlags(vm, value);
  throw typeError('argument must be a signal dict');
}

const mixinType: PyType = defineType('SignalDictMixin', {
  module: 'decimal',
  basetype: true,
  slots: {
    tp_new: (_vm, type) => new SignalDict(type, null, 'status'),
    tp_hash: null,
    tp_repr(_vm: VM, self: PyObject) {
      const { context, field } = self as SignalDict;
      return strFromJS(`{${signals.map(({ type, mask }) => `<class 'decimal.${type.name}'>:${(context[field] & mask) !== 0 ? 'True' : 'False'}`).join(', ')}}`);
    },
    tp_richcompare(vm: VM, self: PyValue, other: PyValue, op: CompareOp) {
      if (op !== Py_EQ && op !== Py_NE) return NotImplemented;
      const own = self as SignalDict;
      let flags: number;
      if (other instanceof SignalDict) flags = other.context[other.field];
      else if (other instanceof PyDict) {
        try {
          flags = dictFlags(vm, other);
        } catch (error) {
          if (error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.KeyError)) return NotImplemented;
          throw error;
        }
      } else return NotImplemented;
      const shown = (bits: number): string => signals.map(({ mask }) => ((bits & mask) !== 0 ? '1' : '0')).join('');
      return (shown(own.context[own.field]) === shown(flags)) === (op === Py_EQ);
    },
    tp_iter: (vm: VM, self: PyValue) => iterate(vm, newTuple((self as SignalDict).context === null ? [] : signals.map(({ type }) => type))),
    mp_length: (_vm: VM, self: PyValue) => ((self as SignalDict).context === null ? 0 : signals.length),
    mp_subscript: (_vm: VM, self: PyValue, key: PyValue) => ((self as SignalDict).context[(self as SignalDict).field] & maskOf(key)) !== 0,
    mp_ass_subscript(vm: VM, self: PyValue, key: PyValue, value: PyValue | undefined) {
      const { context, field } = self as SignalDict;
      if (value === undefined) throw valueError('signal keys cannot be deleted');
      const mask = maskOf(key);
      if (isTrue(vm, value)) context[field] |= mask;
      else context[field] &= ~mask;
    },
  },
  methods: [native('copy(self, /)', copyOf).unsigned()],
});

/** The class of the mappings: a MutableMapping too. */
function signalDictClass(vm: VM): PyType {
  return vm.state('_decimal.SignalDict', () => {
    const mutableMapping = getAttr(vm, importModule(vm, 'collections.abc'), 'MutableMapping');
    return call(vm, typeOf(mutableMapping), ['SignalDict', newTuple([mixinType, mutableMapping]), new PyDict()]) as PyType; // A metaclass makes classes.
  });
}

/** The mapping that `context.flags` or `context.traps` gives: always the same one. */
function signalDict(vm: VM, context: PyContext, field: 'status' | 'traps'): PyValue {
  const known = vm.state('_decimal.mappings', () => new WeakMap<PyContext, Map<string, SignalDict>>());
  let mappings = known.get(context);
  if (mappings === undefined) known.set(context, (mappings = new Map()));
  let mapping = mappings.get(field);
  if (mapping === undefined) mappings.set(field, (mapping = new SignalDict(signalDictClass(vm), context, field)));
  return mapping;
}

// ---- settings ----

function integer(value: PyValue): bigint {
  if (!isInt(value)) throw typeError('an integer is required');
  return BigInt(intValue(value));
}

function inRange(value: PyValue, low: bigint, high: bigint, message: string): bigint {
  const given = integer(value);
  if (BigInt.asIntN(64, given) !== given) throw overflowError('Python int too large to convert to C ssize_t');
  if (given < low || given > high) throw valueError(message);
  return given;
}

const exactOrNull = (value: bigint): bigint | null => (BigInt(Number(value)) === value ? null : value);

/** How each setting is read and written. */
const settings: Readonly<Record<string, { get(context: PyContext): PyValue; set(vm: VM, context: PyContext, value: PyValue): void }>> = {
  prec: {
    get: (context) => shown(context.prec, context.exactPrec),
    set(_vm, context, value) {
      const given = inRange(value, 1n, MAX_PREC, 'valid range for prec is [1, MAX_PREC]');
      context.prec = Number(given);
      context.exactPrec = exactOrNull(given);
    },
  },
  Emax: {
    get: (context) => shown(context.emax, context.exactEmax),
    set(_vm, context, value) {
      const given = inRange(value, 0n, MAX_EMAX, 'valid range for Emax is [0, MAX_EMAX]');
      context.emax = Number(given);
      context.exactEmax = exactOrNull(given);
    },
  },
  Emin: {
    get: (context) => shown(context.emin, context.exactEmin),
    set(_vm, context, value) {
      const given = inRange(value, MIN_EMIN, 0n, 'valid range for Emin is [MIN_EMIN, 0]');
      context.emin = Number(given);
      context.exactEmin = exactOrNull(given);
    },
  },
  rounding: {
    get: (context) => roundingNames[context.rounding],
    set(_vm, context, value) {
      context.rounding = roundingArgument(value);
    },
  },
  capitals: {
    get: (context) => context.capitals,
    set(_vm, context, value) {
      context.capitals = Number(inRange(value, 0n, 1n, 'valid values for capitals are 0 or 1')) as 0 | 1;
    },
  },
  clamp: {
    get: (context) => context.clamp,
    set(_vm, context, value) {
      context.clamp = Number(inRange(value, 0n, 1n, 'valid values for clamp are 0 or 1')) as 0 | 1;
    },
  },
  flags: {
    get: () => None,
    set(vm, context, value) {
      context.status = flagsArgument(vm, value);
    },
  },
  traps: {
    get: () => None,
    set(vm, context, value) {
      context.traps = flagsArgument(vm, value);
    },
  },
};

function shown(value: number, exact: bigint | null): PyValue {
  if (exact !== null) return exact;
  return Number.isSafeInteger(value) ? value : BigInt(value);
}

export const settingNames = ['prec', 'rounding', 'Emin', 'Emax', 'capitals', 'clamp', 'flags', 'traps'];

/** Sets one setting from Python. */
export function setSetting(vm: VM, context: PyContext, name: string, value: PyValue): void {
  settings[name].set(vm, context, value);
}

function context_init(vm: VM, self: PyValue, args: PyValue[], kwnames: readonly string[] | null): void {
  const given = keywordArguments(null, settingNames, args, kwnames, 0);
  for (const [i, name] of settingNames.entries()) {
    const value = given[i];
    if (value !== undefined && value !== None) setSetting(vm, self as PyContext, name, value);
  }
}

/** Signals as a context's repr names them. */
const shownOrder = ['Clamped', 'InvalidOperation', 'DivisionByZero', 'Inexact', 'FloatOperation', 'Overflow', 'Rounded', 'Subnormal', 'Underflow'];

function context_repr(vm: VM, self: PyObject): PyValue {
  const context = self as PyContext;
  const list = (status: number): string => `[${shownOrder.filter((name) => signalList(status).items.some((type) => (type as PyType).name === name)).join(', ')}]`;
  const value = (name: string): string => reprText(vm, settings[name].get(context)).replaceAll("'", '');
  return strFromJS(`Context(prec=${value('prec')}, rounding=${value('rounding')}, Emin=${value('Emin')}, Emax=${value('Emax')}, capitals=${context.capitals}, clamp=${context.clamp}, flags=${list(context.status)}, traps=${list(context.traps)})`);
}

// ---- methods ----

const unaryMethod = (name: string, calculate: methods.Unary): NativeDef =>
  native(`${name}(self, x, /)`, (_vm: VM, self: PyContext, x: PyValue) => {
    const a = operandArgument(x);
    return wrap(settle(self, (ctx) => calculate(a, ctx)));
  }, docOf(name));

const binaryMethod = (name: string, calculate: methods.Binary): NativeDef =>
  native(`${name}(self, x, y, /)`, (_vm: VM, self: PyContext, x: PyValue, y: PyValue) => {
    const [a, b] = [operandArgument(x), operandArgument(y)];
    return wrap(settle(self, (ctx) => calculate(a, b, ctx)));
  }, docOf(name));

const testMethod = (name: string, test: (a: Dec, ctx: Context) => boolean): NativeDef =>
  native(`${name}(self, x, /)`, (_vm: VM, self: PyContext, x: PyValue) => {
    if (name === 'is_canonical' && !(x instanceof PyDecimal)) throw typeError('argument must be a Decimal');
    return test(operandArgument(x), self);
  }, docOf(name));

const textMethod = (name: string, engineering: boolean): NativeDef =>
  native(`${name}(self, x, /)`, (_vm: VM, self: PyContext, x: PyValue) => toText(operandArgument(x), engineering, self.capitals === 1 ? 'E' : 'e'), docOf(name));

function context_power(_vm: VM, self: PyContext, base: PyValue, exponent: PyValue, modulo: PyValue | undefined): PyValue {
  const [a, b] = [operandArgument(base), operandArgument(exponent)];
  const m = modulo === undefined || modulo === None ? null : operandArgument(modulo);
  return wrap(settle(self, (ctx) => (m === null ? power(a, b, ctx) : powerModulo(a, b, m, ctx))));
}

function context_copy(_vm: VM, self: PyContext): PyValue {
  return self.copy(true);
}

export const contextSpec: TypeSpec = {
  module: 'decimal',
  basetype: true,
  doc: docs.Context,
  textSignature: '(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)',
  slots: {
    tp_new(vm, type) {
      const context = new PyContext(type);
      context.assign(moduleState(vm).defaultContext);
      return context;
    },
    tp_init: context_init,
    tp_repr: context_repr,
    tp_setattro(vm: VM, self: PyValue, name: string, value: PyValue | undefined) {
      if (value === undefined) throw attributeError('context attributes cannot be deleted');
      if (name === 'flags' || name === 'traps') return setSetting(vm, self as PyContext, name, mappingOnly(value));
      genericSetAttr(vm, self, name, value);
    },
    tp_getattro(vm: VM, self: PyValue, name: string) {
      if (name === 'flags') return signalDict(vm, self as PyContext, 'status');
      if (name === 'traps') return signalDict(vm, self as PyContext, 'traps');
      return genericGetAttr(vm, self, name);
    },
  },
  methods: [
    ...Object.entries({ ...methods.unary, ...methods.contextUnary, ...methods.logical }).map(([name, calculate]) => unaryMethod(name, calculate)),
    ...Object.entries({ ...methods.binary, ...methods.contextBinary }).map(([name, calculate]) => binaryMethod(name, calculate)),
    ...Object.entries({ ...methods.tests, ...methods.rangeTests }).map(([name, test]) => testMethod(name, test)),
    native('divmod(self, x, y, /)', (_vm: VM, self: PyContext, x: PyValue, y: PyValue) => {
      const [a, b] = [operandArgument(x), operandArgument(y)];
      return newTuple(settle(self, (ctx) => arithmetic.divmod(a, b, ctx)).map(wrap));
    }, docs['Context.divmod']),
    native('power(self, /, a, b, modulo=None)', context_power, docs['Context.power']),
    native('fma(self, x, y, z, /)', (_vm: VM, self: PyContext, x: PyValue, y: PyValue, z: PyValue) => {
      const [a, b, c] = [operandArgument(x), operandArgument(y), operandArgument(z)];
      return wrap(settle(self, (ctx) => arithmetic.fma(a, b, c, ctx)));
    }, docs['Context.fma']),
    native('Etiny(self, /)', (_vm: VM, self: PyContext) => exponentSum(self, etiny(self), self.exactEmin ?? BigInt(self.emin)), docs['Context.Etiny']),
    native('Etop(self, /)', (_vm: VM, self: PyContext) => exponentSum(self, etop(self), self.exactEmax ?? BigInt(self.emax)), docs['Context.Etop']),
    native('radix(self, /)', () => wrap(fromInt(10)), docs['Context.radix']),
    native('_apply(self, x, /)', (_vm: VM, self: PyContext, x: PyValue) => {
      const a = operandArgument(x);
      return wrap(settle(self, (ctx) => finalize(a, ctx)));
    }).unsigned(),
    native('canonical(self, x, /)', (_vm: VM, _self: PyContext, x: PyValue) => {
      if (!(x instanceof PyDecimal)) throw typeError('argument must be a Decimal');
      return x;
    }, docs['Context.canonical']),
    native('copy_abs(self, x, /)', (_vm: VM, _self: PyContext, x: PyValue) => wrap(methods.copyAbs(operandArgument(x))), docs['Context.copy_abs']),
    native('copy_decimal(self, x, /)', (_vm: VM, _self: PyContext, x: PyValue) => (x instanceof PyDecimal ? x : wrap(operandArgument(x))), docs['Context.copy_decimal']),
    native('copy_negate(self, x, /)', (_vm: VM, _self: PyContext, x: PyValue) => wrap(methods.copyNegate(operandArgument(x))), docs['Context.copy_negate']),
    native('number_class(self, x, /)', (_vm: VM, self: PyContext, x: PyValue) => numberClass(operandArgument(x), self), docs['Context.number_class']),
    native('same_quantum(self, x, y, /)', (_vm: VM, _self: PyContext, x: PyValue, y: PyValue) => sameQuantum(operandArgument(x), operandArgument(y)), docs['Context.same_quantum']),
    textMethod('to_sci_string', false),
    textMethod('to_eng_string', true),
    native('clear_flags(self, /)', (_vm: VM, self: PyContext) => {
      self.status = 0;
      return None;
    }, docs['Context.clear_flags']),
    native('clear_traps(self, /)', (_vm: VM, self: PyContext) => {
      self.traps = 0;
      return None;
    }, docs['Context.clear_traps']),
    native('__copy__(self, /)', context_copy).unsigned(),
    native('__reduce__(self, /)', (_vm: VM, self: PyContext) => {
      const values = ['prec', 'rounding', 'Emin', 'Emax', 'capitals', 'clamp'].map((name) => settings[name].get(self));
      return newTuple([self.cls, newTuple([...values, signalList(self.status), signalList(self.traps)])]);
    }).unsigned(),
    native('copy(self, /)', context_copy, docs['Context.copy']),
    native('create_decimal(self, num="0", /)', (vm: VM, self: PyContext, num: PyValue | undefined) => wrap(roundedDecimal(vm, num ?? 0, self, finalize)), docs['Context.create_decimal']),
    native('create_decimal_from_float(self, f, /)', (_vm: VM, self: PyContext, f: PyValue) => {
      if (!isInt(f) && !(f instanceof PyFloat)) throw typeError('argument must be int or float');
      const exact = f instanceof PyFloat ? fromDouble(f.value) : fromInt(intValue(f));
      return wrap(settle(self, (ctx) => finalize(exact, ctx)));
    }, docs['Context.create_decimal_from_float']),
  ],
  getset: Object.fromEntries(
    ['prec', 'Emax', 'Emin', 'rounding', 'capitals', 'clamp'].map((name) => [
      name,
      {
        get: (_vm: VM, self: PyObject) => settings[name].get(self as PyContext),
        set: (vm: VM, self: PyObject, value: PyValue | undefined) => setSetting(vm, self as PyContext, name, value as PyValue), // tp_setattro has refused deletion.
      },
    ]),
  ),
};

function exponentSum(context: PyContext, value: number, limit: bigint): PyValue {
  if (Number.isSafeInteger(value)) return value;
  return limit - ((context.exactPrec ?? BigInt(context.prec)) - 1n);
}

/** What may be assigned to `flags` and `traps`. */
function mappingOnly(value: PyValue): PyValue {
  if (value instanceof SignalDict || value instanceof PyDict) return value;
  throw typeError('argument must be a signal dict');
}
