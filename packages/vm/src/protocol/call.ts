import { EXC, SUSPEND, TAIL } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { Continuation } from '../interpreter/frame.ts';
import { typeOf } from '../core/type.ts';
import { recursionError, typeError } from '../core/errors.ts';
import { type PyBaseException } from '../objects/exceptions.ts';
import { PyBuiltinFunction } from '../objects/builtin_function.ts';
import { PyFunction } from '../objects/function.ts';
import { addContinuation } from '../interpreter/frame.ts';
import { takesPlain } from '../core/bind-native.ts';
import { checkBreaker } from '../interpreter/breaker.ts';
import { runNested } from '../interpreter/evaluate.ts';
import { pushPlainCall } from '../interpreter/push-call.ts';
import { waitFor } from '../interpreter/schedule.ts';
import { isStr, jsText } from '../core/text.ts';
import { PyModule } from '../objects/module.ts';
import { attributeName, getAttr, lookupAttr, lookupSpecial } from './attribute.ts';

const noKeywords: null = null;

/**
 * Starts a call: `args` are the positional arguments followed by the values of the keywords `kwnames`. The result may be a value,
 * EXC, TAIL (a frame was pushed) or SUSPEND. For the loop and for natives that end in a call; others use {@link call}.
 */
export function callValue(vm: VM, callable: PyValue, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const tp_call = typeOf(callable).tp_call;
  if (tp_call === undefined) throw notCallable(vm, callable);
  return tp_call(vm, callable, args, kwnames);
}

/** A module is often taken for the function in it. CPython 3.12: Objects/call.c, object_is_not_callable. */
function notCallable(vm: VM, value: PyValue): PyBaseException {
  const plain = typeError(`'${typeOf(value).tpName}' object is not callable`);
  if (!(value instanceof PyModule)) return plain;
  const name = value.dict.getStr('__name__');
  const found = name === undefined || !isStr(name) ? undefined : lookupAttr(vm, value, attributeName(vm, name));
  if (found === undefined || !isCallable(found)) return plain;
  const shown = jsText(name as string);
  return typeError(`'${typeOf(value).tpName}' object is not callable. Did you mean: '${shown}.${shown}(...)'?`);
}

/** Calls and waits for the result in JavaScript. Throws what the callable raises. */
export function call(vm: VM, callable: PyValue, args: PyValue[] = [], kwnames: readonly string[] | null = noKeywords): PyValue {
  if (++vm.nativeDepth > vm.nativeDepthLimit) {
    vm.nativeDepth--;
    throw recursionError('maximum recursion depth exceeded');
  }
  try {
    // A native that calls other natives for ever is stopped here.
    if (--vm.ticks < 0) checkBreaker(vm);
    return settled(vm, callValue(vm, callable, args, kwnames));
  } finally {
    vm.nativeDepth--;
  }
}

/**
 * `callable(first)`, or `callable(first, second)`: {@link call} for natives that call the same thing for every item (`sorted`, `map`,
 * `re.sub`…). Plain functions and natives are started without an array of arguments and without a look at their slots.
 */
export function callPlain(vm: VM, callable: PyValue, first: PyValue, second?: PyValue): PyValue {
  if (++vm.nativeDepth > vm.nativeDepthLimit) {
    vm.nativeDepth--;
    throw recursionError('maximum recursion depth exceeded');
  }
  try {
    if (--vm.ticks < 0) checkBreaker(vm);
    return settled(vm, startPlain(vm, callable, first, second));
  } finally {
    vm.nativeDepth--;
  }
}

function startPlain(vm: VM, callable: PyValue, first: PyValue, second: PyValue | undefined): PyValue {
  const count = second === undefined ? 1 : 2;
  if (callable instanceof PyFunction && callable.code.exactArgs === count) return pushPlainCall(vm, callable, first, second);
  if (callable instanceof PyBuiltinFunction && (callable.self === null || callable.module !== null) && takesPlain(callable.def, count)) {
    const { def } = callable; // `len`: no method
    return second === undefined ? def.body(vm, first) : def.body(vm, first, second);
  }
  return callValue(vm, callable, second === undefined ? [first] : [first, second], null);
}

/** Turns what a starting call gave into a value: runs a pushed frame to its end, waits while other threads run. */
export function finish(vm: VM, result: PyValue): PyValue {
  vm.nativeDepth++;
  try {
    return settled(vm, result);
  } finally {
    vm.nativeDepth--;
  }
}

/** The same, `vm.nativeDepth` counting this loop already. */
export function settled(vm: VM, result: PyValue): PyValue {
  let value = result;
  if (value === TAIL) value = runNested(vm);
  if (value === SUSPEND) {
    const suspension = vm.suspension as NonNullable<VM['suspension']>;
    vm.suspension = null;
    const got = waitFor(vm, suspension);
    return suspension.then === undefined ? got : settled(vm, suspension.then(got));
  }
  if (value === EXC) throw takeRaised(vm);
  return value;
}

/** The exception in flight, which the caller now owns. */
export function takeRaised(vm: VM): PyBaseException {
  const exception = vm.raised as PyBaseException;
  vm.raised = null;
  return exception;
}

/**
 * A call in tail position of a native: its result becomes the native's, through `continuation` if given. Return what this gives.
 * No JavaScript recursion when the callable is written in Python.
 */
export function tailCall(vm: VM, callable: PyValue, args: PyValue[], kwnames: readonly string[] | null = noKeywords, continuation: Continuation | null = null): PyValue {
  const result = callValue(vm, callable, args, kwnames);
  return continuation === null ? result : continueWith(vm, result, continuation);
}

/** Lets `continuation` see a call's result: now if it is a value, else when the pushed frame ends. */
export function continueWith(vm: VM, result: PyValue, continuation: Continuation): PyValue {
  if (result === TAIL) {
    addContinuation(vm.frame as NonNullable<VM['frame']>, continuation);
    return TAIL;
  }
  if (result === SUSPEND) {
    const value = finish(vm, result); // A native that waits inside a native with more to do: only where the host can block.
    return continuation.resumed(vm, value);
  }
  if (result === EXC) {
    if (continuation.failed === undefined) return EXC;
    return continuation.failed(vm, takeRaised(vm));
  }
  return continuation.resumed(vm, result);
}

/** `obj.name(*args)` */
export function callMethod(vm: VM, obj: PyValue, name: string, args: PyValue[] = []): PyValue {
  return call(vm, getAttr(vm, obj, name), args);
}

/** Calls a special method found on the type, or gives undefined if there is none. */
export function callSpecial(vm: VM, obj: PyValue, name: string, args: PyValue[] = []): PyValue | undefined {
  const method = lookupSpecial(vm, obj, name);
  return method === undefined ? undefined : call(vm, method, args);
}

/** `callable(value)` */
export function isCallable(value: PyValue): boolean {
  return typeOf(value).tp_call !== undefined;
}

