import { bareType, defineType, exceptionTypes, newException, objectType, PyList, PyObject, typeError, typeType } from '@py/vm/native';
import type { PyDict, PyType, PyValue, VM } from '@py/vm/native';
import {
  ANY_INVALID, CLAMPED, CONVERSION_SYNTAX, DIVISION_BY_ZERO, DIVISION_IMPOSSIBLE, DIVISION_UNDEFINED, FLOAT_OPERATION, INEXACT, INVALID_CONTEXT, INVALID_OPERATION, OVERFLOW, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUNDED, SUBNORMAL, UNDERFLOW,
} from './number.ts';
import type { Context, Dec, Kind, Rounding } from './number.ts';
import { newContextVar, variableValue, setVariable } from '../_contextvars.ts';

/* The objects of the module, its exceptions, and how conditions become exceptions. */

export const decimalType: PyType = bareType('Decimal', objectType, typeType);
export const contextType: PyType = bareType('Context', objectType, typeType);

/** Limits of contexts on 64-bit machines. */
export const MAX_PREC = 999999999999999999n;
export const MAX_EMAX = 999999999999999999n;
export const MIN_EMIN = -999999999999999999n;
export const MIN_ETINY = -1999999999999999997n;

/** decimal.Decimal */
export class PyDecimal implements PyObject, Dec {
  cls: PyType;
  declare dict?: PyDict | null;
  declare idNumber?: number;
  declare weakrefs?: WeakRef<PyObject>[];
  readonly kind: Kind;
  readonly sign: 0 | 1;
  readonly coefficient: bigint;
  readonly exponent: number;
  hashCode: PyValue | undefined = undefined;
  constructor(cls: PyType, value: Dec) {
    this.cls = cls;
    this.kind = value.kind;
    this.sign = value.sign;
    this.coefficient = value.coefficient;
    this.exponent = value.exponent;
  }
}

/** A Decimal of exact type. */
export function wrap(value: Dec): PyDecimal {
  return value instanceof PyDecimal && value.cls === decimalType ? value : new PyDecimal(decimalType, value);
}

/** decimal.Context */
export class PyContext extends PyObject implements Context {
  prec = 28;
  emax = 999999;
  emin = -999999;
  rounding: Rounding = ROUND_HALF_EVEN;
  clamp: 0 | 1 = 0;
  capitals: 0 | 1 = 1;
  status = 0;
  traps: number = ANY_INVALID | DIVISION_BY_ZERO | OVERFLOW;
  /** As given, where JavaScript's numbers are not exact. */
  exactPrec: bigint | null = null;
  exactEmax: bigint | null = null;
  exactEmin: bigint | null = null;

  /** The same settings and traps; flags too if asked for. */
  copy(flags: boolean): PyContext {
    const copy = new PyContext(contextType);
    copy.assign(this);
    copy.status = flags ? this.status : 0;
    return copy;
  }

  /** Takes over the settings and traps. */
  assign(other: PyContext): void {
    this.prec = other.prec;
    this.emax = other.emax;
    this.emin = other.emin;
    this.rounding = other.rounding;
    this.clamp = other.clamp;
    this.capitals = other.capitals;
    this.traps = other.traps;
    this.exactPrec = other.exactPrec;
    this.exactEmax = other.exactEmax;
    this.exactEmin = other.exactEmin;
  }
}

// ---- exceptions ----

const exception = (name: string, ...bases: PyType[]): PyType => defineType(name, { module: 'decimal', bases, basetype: true, ownLayout: false });
export const decimalExceptionType: PyType = exception('DecimalException', exceptionTypes.ArithmeticError);
const plain = (name: string): PyType => exception(name, decimalExceptionType);
const clampedType = plain('Clamped');
const roundedType = plain('Rounded');
const inexactType = plain('Inexact');
const subnormalType = plain('Subnormal');
const underflowType = exception('Underflow', inexactType, roundedType, subnormalType);
const overflowType = exception('Overflow', inexactType, roundedType);
const divisionByZeroType = exception('DivisionByZero', decimalExceptionType, exceptionTypes.ZeroDivisionError);
const floatOperationType = exception('FloatOperation', decimalExceptionType, exceptionTypes.TypeError);
const invalidOperationType = plain('InvalidOperation');
const conversionSyntaxType = exception('ConversionSyntax', invalidOperationType);
const divisionImpossibleType = exception('DivisionImpossible', invalidOperationType);
const divisionUndefinedType = exception('DivisionUndefined', invalidOperationType, exceptionTypes.ZeroDivisionError);
const invalidContextType = exception('InvalidContext', invalidOperationType);

export interface Signal {
  readonly type: PyType;
  /** The conditions that raise it. */
  readonly mask: number;
}

/** The signals, in the order in which one is chosen to be raised. */
export const signals: readonly Signal[] = [
  { type: invalidOperationType, mask: ANY_INVALID },
  { type: floatOperationType, mask: FLOAT_OPERATION },
  { type: divisionByZeroType, mask: DIVISION_BY_ZERO },
  { type: overflowType, mask: OVERFLOW },
  { type: underflowType, mask: UNDERFLOW },
  { type: subnormalType, mask: SUBNORMAL },
  { type: inexactType, mask: INEXACT },
  { type: roundedType, mask: ROUNDED },
  { type: clampedType, mask: CLAMPED },
];

/** The conditions behind InvalidOperation. */
const invalidConditions: readonly Signal[] = [
  { type: invalidOperationType, mask: INVALID_OPERATION },
  { type: conversionSyntaxType, mask: CONVERSION_SYNTAX },
  { type: divisionImpossibleType, mask: DIVISION_IMPOSSIBLE },
  { type: divisionUndefinedType, mask: DIVISION_UNDEFINED },
  { type: invalidContextType, mask: INVALID_CONTEXT },
];

/** All exception classes of the module, by name. */
export const exceptions: Readonly<Record<string, PyType>> = Object.fromEntries(
  [
    decimalExceptionType, clampedType, roundedType, inexactType, subnormalType, underflowType, overflowType, divisionByZeroType, floatOperationType, invalidOperationType, conversionSyntaxType, divisionImpossibleType, divisionUndefinedType, invalidContextType,
  ].map((type) => [type.name, type]),
);

/** The classes that conditions stand for, as a trapped operation's exception lists them. */
function conditionList(status: number): PyList {
  return new PyList([...invalidConditions, ...signals.slice(1)].filter(({ mask }) => (status & mask) !== 0).map(({ type }) => type));
}

/** The classes of the signals. */
export function signalList(status: number): PyList {
  return new PyList(signals.filter(({ mask }) => (status & mask) !== 0).map(({ type }) => type));
}

/** Adds conditions to the context; raises the exception of one that is trapped. */
export function addStatus(context: PyContext, status: number): void {
  context.status |= status;
  const trapped = status & context.traps;
  if (trapped === 0) return;
  const signal = signals.find(({ mask }) => (trapped & mask) !== 0) as Signal; // Every bit belongs to a signal.
  throw newException(signal.type, conditionList(trapped));
}

/** Does a calculation in the context, and raises what of its conditions is trapped. */
export function settle<T>(context: PyContext, calculate: (context: PyContext) => T): T {
  const before = context.status;
  context.status = 0;
  let status: number;
  let result: T;
  try {
    result = calculate(context);
  } finally {
    ({ status } = context);
    context.status = before;
  }
  if (status !== 0) addStatus(context, status);
  return result;
}

// ---- the current context ----

interface ModuleState {
  readonly variable: PyObject;
  readonly defaultContext: PyContext;
  readonly basicContext: PyContext;
  readonly extendedContext: PyContext;
}

export function moduleState(vm: VM): ModuleState {
  return vm.state('_decimal', () => {
    const basic = new PyContext(contextType);
    basic.prec = 9;
    basic.rounding = ROUND_HALF_UP;
    basic.traps = ANY_INVALID | DIVISION_BY_ZERO | OVERFLOW | UNDERFLOW | CLAMPED;
    const extended = new PyContext(contextType);
    extended.prec = 9;
    extended.traps = 0;
    return { variable: newContextVar('decimal_context'), defaultContext: new PyContext(contextType), basicContext: basic, extendedContext: extended };
  });
}

/** `getcontext()` */
export function currentContext(vm: VM): PyContext {
  const { variable, defaultContext } = moduleState(vm);
  const found = variableValue(vm, variable);
  if (found !== undefined) return found as PyContext; // Only setCurrentContext sets it.
  const context = defaultContext.copy(false);
  setVariable(vm, variable, context);
  return context;
}

/** `setcontext(context)`; the module's own contexts are copied. */
export function setCurrentContext(vm: VM, context: PyValue): void {
  if (!(context instanceof PyContext)) throw typeError('argument must be a context');
  const { variable, defaultContext, basicContext, extendedContext } = moduleState(vm);
  const own = context === defaultContext || context === basicContext || context === extendedContext;
  setVariable(vm, variable, own ? context.copy(false) : context);
}

/** An optional `context` argument. */
export function contextArgument(vm: VM, value: PyValue | undefined, none: PyValue): PyContext {
  if (value === undefined || value === none) return currentContext(vm);
  if (!(value instanceof PyContext)) throw typeError('optional argument must be a context');
  return value;
}
