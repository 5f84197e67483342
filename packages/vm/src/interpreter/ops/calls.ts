import { TAIL } from '../../core/value.ts';
import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { PyType, TypeFlag, builtinFunctionType, listType, methodDescriptorType, strType, tupleType, typeOf, typeType } from '../../core/type.ts';
import { isStr, jsText } from '../../core/text.ts';
import { typeError } from '../../core/errors.ts';
import { slotInit } from '../../core/slot-functions.ts';
import { positionalBody } from '../../core/bind-native.ts';
import { type PyBuiltinFunction, isBound } from '../../objects/builtin_function.ts';
import type { PyMethodDescriptor } from '../../objects/descriptor.ts';
import { type PyCode } from '../../objects/code.ts';
import { type PyDict } from '../../objects/dict.ts';
import { PyFunction, functionType } from '../../objects/function.ts';
import { PyMethod, methodType } from '../../objects/method.ts';
import { isPlainNew } from '../../objects/object.ts';
import { PyTuple } from '../../objects/tuple.ts';
import { callValue } from '../../protocol/call.ts';
import { toArray } from '../../protocol/iterate.ts';
import { BREAK, OK, RETURN } from '../action.ts';
import type { Action } from '../action.ts';
import { settle } from '../control.ts';
import { KeywordPlan } from '../bind-arguments.ts';
import { functionText } from '../function-text.ts';
import type { Frame } from '../frame.ts';
import { CALL_BOUND_BUILTIN, CALL_CLASS_INIT, CALL_OTHER_BUILTIN, CALL_OTHER_BUILTIN_CLASS, CALL_OTHER_METHOD_DESCRIPTOR } from '../private-ops.ts';
import { pushPlannedCall } from '../push-call.ts';
import type { Site } from '../site.ts';
import { adapt, generalize, specialize } from '../specialize.ts';
import { pop, push } from './stack.ts';

const CALL_PY_EXACT_ARGS = 23, CALL_PY_WITH_DEFAULTS = 24, CALL_BOUND_METHOD_EXACT_ARGS = 28, CALL_BUILTIN_CLASS = 29;
const CALL_BUILTIN_FAST_WITH_KEYWORDS = 34, CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS = 38, CALL_NO_KW_BUILTIN_FAST = 39, CALL_NO_KW_BUILTIN_O = 40;
const CALL_NO_KW_ISINSTANCE = 41, CALL_NO_KW_LEN = 42, CALL_NO_KW_LIST_APPEND = 43, CALL_NO_KW_METHOD_DESCRIPTOR_FAST = 44;
const CALL_NO_KW_METHOD_DESCRIPTOR_NOARGS = 45, CALL_NO_KW_METHOD_DESCRIPTOR_O = 46, CALL_NO_KW_TYPE_1 = 56, CALL_NO_KW_STR_1 = 47, CALL_NO_KW_TUPLE_1 = 48;

/** Calls with `arg` positional arguments; below them `callable, self` or `NULL, callable`. */
export function CALL(vm: VM, frame: Frame, arg: number): Action {
  const site = adapt(frame);
  const { stack } = frame;
  const base = frame.sp - arg - 2;
  if (site !== null) adaptCall(vm, frame, site, base, arg);
  const method = stack[base];
  const callable = (method === undefined ? stack[base + 1] : method) as PyValue;
  const args = stack.slice(method === undefined ? base + 2 : base + 1, frame.sp) as PyValue[];
  frame.sp = base;
  return afterCall(vm, frame, callable, callValue(vm, callable, args, null));
}

/** A call after KW_NAMES: the last arguments have the names that the site holds. */
export function CALL_KW(vm: VM, frame: Frame, arg: number): Action {
  const { stack } = frame;
  const base = frame.sp - arg - 2;
  const method = stack[base];
  const callable = (method === undefined ? stack[base + 1] : method) as PyValue;
  const first = method === undefined ? base + 2 : base + 1;
  const site = frame.code.sites[frame.lasti] as Site;
  const end = frame.sp;
  const plan = callable instanceof PyFunction ? keywordPlan(site, callable.code, end - first) : null;
  frame.sp = base;
  const result = plan === null ? callValue(vm, callable, stack.slice(first, end) as PyValue[], site.kwnames) : pushPlannedCall(vm, callable as PyFunction, plan, stack, first);
  return afterCall(vm, frame, callable, result);
}

/** The site's plan for calls of a function with this code, or null if it can have none. */
function keywordPlan(site: Site, code: PyCode, given: number): KeywordPlan | null {
  const kwnames = site.kwnames as readonly string[];
  let plan = site.plan as KeywordPlan | null;
  if (plan === null || plan.code !== code || plan.positional !== given - kwnames.length) site.plan = plan = new KeywordPlan(code, given - kwnames.length, kwnames);
  return plan.targets === null ? null : plan;
}

/** While a Python function runs that CALL called, its caller's `f_lasti` is the last cache entry of the CALL, as in CPython. */
function afterCall(vm: VM, frame: Frame, callable: PyValue, result: PyValue): Action {
  if (result === TAIL && (callable instanceof PyFunction || callable instanceof PyMethod)) frame.lasti += 3;
  return finishCall(vm, frame, result);
}

/** Pushes the result; looks up at the breaker, since a native may have used much or asked for it. */
function finishCall(vm: VM, frame: Frame, result: PyValue): Action {
  const action = settle(vm, frame, result);
  return action === OK && vm.ticks < 0 ? BREAK : action;
}

/** `f(*args, **kwargs)`; `arg & 1` tells whether there are keywords. */
export function CALL_FUNCTION_EX(vm: VM, frame: Frame, arg: number): Action {
  const keywords = arg & 1 ? pop(frame) : null;
  const positional = pop(frame);
  const callable = pop(frame);
  frame.sp--; // NULL
  const args = positionalArguments(vm, callable, positional);
  if (keywords === null || (keywords as PyDict).size === 0) return finishCall(vm, frame, callValue(vm, callable, args, null));
  const dict = keywords as PyDict; // The compiler built it.
  const names: string[] = [];
  for (let entry = dict.nextEntry(0); entry >= 0; entry = dict.nextEntry(entry + 1)) {
    const key = dict.keyAt(entry);
    if (!isStr(key)) throw typeError('keywords must be strings');
    names.push(jsText(key));
    args.push(dict.valueAt(entry));
  }
  return finishCall(vm, frame, callValue(vm, callable, args, names));
}

function positionalArguments(vm: VM, callable: PyValue, positional: PyValue): PyValue[] {
  if (positional instanceof PyTuple) return positional.items.slice();
  const type = typeOf(positional);
  if (type.tp_iter === undefined && type.sq_item === undefined) {
    throw typeError(`${functionText(vm, callable)} argument after * must be an iterable, not ${type.tpName}`);
  }
  return toArray(vm, positional);
}

// ---- specialisation ----

function adaptCall(vm: VM, frame: Frame, site: Site, base: number, arg: number): void {
  const { stack } = frame;
  const method = stack[base];
  const callable = (method === undefined ? stack[base + 1] : method) as PyValue;
  const form = callForm(vm, site, callable, method !== undefined, arg, stack, base);
  if (form === 0) generalize(frame, site);
  else specialize(frame, site, form);
}

/** Which form of CALL suits the callable, or 0 (CPython: _Py_Specialize_Call). */
function callForm(vm: VM, site: Site, callable: PyValue, isMethod: boolean, arg: number, stack: readonly (PyValue | undefined)[], base: number): number {
  const given = arg + (isMethod ? 1 : 0);
  const type = typeOf(callable);
  switch (type) {
    case functionType:
      return functionForm(callable as PyFunction, given);
    case methodType: {
      const { func } = callable as PyMethod;
      return !isMethod && func instanceof PyFunction && func.code.exactArgs === arg + 1 ? CALL_BOUND_METHOD_EXACT_ARGS : 0;
    }
    case methodDescriptorType:
      return isMethod ? descriptorForm(site, callable as PyMethodDescriptor, arg, stack[base + 1] as PyValue) : 0;
    case builtinFunctionType:
      return isMethod ? 0 : builtinForm(vm, site, callable as PyBuiltinFunction, arg);
    default:
      return callable instanceof PyType && !isMethod ? classForm(site, callable, arg) : 0;
  }
}

function functionForm(func: PyFunction, given: number): number {
  const { exactArgs } = func.code;
  if (exactArgs === given) return CALL_PY_EXACT_ARGS;
  const missing = exactArgs - given;
  return func.defaults !== null && missing > 0 && missing <= func.defaults.items.length ? CALL_PY_WITH_DEFAULTS : 0;
}

function descriptorForm(site: Site, descriptor: PyMethodDescriptor, arg: number, self: PyValue): number {
  const { def } = descriptor;
  const body = positionalBody(def, arg + 1, true);
  if (body === null) return 0;
  site.value = descriptor;
  site.plan = body;
  if (def.raw !== null) return CALL_OTHER_METHOD_DESCRIPTOR;
  const { signature } = def;
  if (descriptor.objclass === listType && def.name === 'append' && typeOf(self) === listType) return CALL_NO_KW_LIST_APPEND;
  if (def.countsAsParsed || !signature.simple) return CALL_OTHER_METHOD_DESCRIPTOR;
  if (!signature.positionalOnly) return CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS;
  if (signature.max === 1) return CALL_NO_KW_METHOD_DESCRIPTOR_NOARGS;
  return signature.max === 2 && signature.min === 2 ? CALL_NO_KW_METHOD_DESCRIPTOR_O : CALL_NO_KW_METHOD_DESCRIPTOR_FAST;
}

function builtinForm(vm: VM, site: Site, callable: PyBuiltinFunction, arg: number): number {
  const { def } = callable;
  if (isBound(callable)) {
    const body = positionalBody(def, arg + 1, true);
    if (body === null) return 0;
    def.boundBody = body;
    site.plan = def;
    return CALL_BOUND_BUILTIN;
  }
  const body = positionalBody(def, arg, false);
  if (body === null) return 0;
  site.value = callable;
  site.plan = body;
  if (def.raw !== null) return CALL_OTHER_BUILTIN;
  const { signature } = def;
  if (arg === 1 && callable === vm.builtins.getStr('len')) return CALL_NO_KW_LEN;
  if (arg === 2 && callable === vm.builtins.getStr('isinstance')) return CALL_NO_KW_ISINSTANCE;
  if (!signature.simple) return CALL_OTHER_BUILTIN;
  if (!signature.positionalOnly) return CALL_BUILTIN_FAST_WITH_KEYWORDS;
  return signature.min === 1 && signature.max === 1 ? CALL_NO_KW_BUILTIN_O : CALL_NO_KW_BUILTIN_FAST;
}

/** Built-in classes that CPython calls by a function of their own. */
const withVectorcall: ReadonlySet<string> = new Set(['bool', 'dict', 'enumerate', 'filter', 'float', 'frozenset', 'list', 'map', 'range', 'reversed', 'set', 'super', 'tuple']);

function classForm(site: Site, cls: PyType, arg: number): number {
  if (cls === typeType) return arg === 1 ? CALL_NO_KW_TYPE_1 : 0;
  if (!cls.isHeapType) {
    site.type = cls;
    if (arg === 1 && cls === strType) return CALL_NO_KW_STR_1;
    if (arg === 1 && cls === tupleType) return CALL_NO_KW_TUPLE_1;
    return withVectorcall.has(cls.name) ? CALL_BUILTIN_CLASS : CALL_OTHER_BUILTIN_CLASS;
  }
  if (cls.cls.tp_call !== typeType.tp_call) return 0;
  if (!isPlainNew(cls) || (cls.flags & TypeFlag.IS_ABSTRACT) !== 0 || cls.tp_init !== slotInit) return 0;
  const init = cls.lookup('__init__');
  if (!(init instanceof PyFunction) || init.code.exactArgs !== arg + 1) return 0;
  site.type = cls;
  site.version = cls.version;
  site.value = init;
  return CALL_CLASS_INIT;
}

// ---- functions ----

/** `arg` bits: 1 defaults, 2 keyword defaults, 4 annotations, 8 closure are on the stack, the code on top. */
export function MAKE_FUNCTION(_vm: VM, frame: Frame, arg: number): Action {
  const code = pop(frame) as PyCode;
  const closure = arg & 8 ? (pop(frame) as PyTuple) : null;
  const func = new PyFunction(code, frame.globals, frame.builtins, closure);
  if (arg & 4) func.annotations = pop(frame) as PyTuple;
  if (arg & 2) func.kwdefaults = pop(frame) as PyDict;
  if (arg & 1) func.defaults = pop(frame) as PyTuple;
  return push(frame, func);
}

export function RETURN_VALUE(vm: VM, frame: Frame): Action {
  vm.result = pop(frame);
  return RETURN;
}

export function RETURN_CONST(vm: VM, frame: Frame, arg: number): Action {
  vm.result = frame.code.consts[arg];
  return RETURN;
}

export function RESUME(vm: VM, frame: Frame): Action {
  vm.ticks -= frame.code.ticks;
  return vm.ticks < 0 ? BREAK : OK;
}
