import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { PyType, typeOf } from '../../core/type.ts';
import { runtimeError, typeError } from '../../core/errors.ts';
import { BaseException, BaseExceptionGroup } from '../../objects/exception-types.ts';
import { PyBaseException } from '../../objects/exceptions.ts';
import { None } from '../../objects/none.ts';
import { PyTuple } from '../../objects/tuple.ts';
import { isSubclass } from '../../protocol/isinstance.ts';
import { callValue, continueWith } from '../../protocol/call.ts';
import * as action from '../action.ts';
import { OK, RAISE } from '../action.ts';
import type { Action } from '../action.ts';
import { chainContext, currentException, settle } from '../control.ts';
import { splitGroup } from '../exception-groups.ts';
import type { Continuation, Frame } from '../frame.ts';
import { pop, push } from './stack.ts';

const isExceptionClass = (value: PyValue): value is PyType => value instanceof PyType && value.isSubtypeOf(BaseException);

/** `raise`, `raise exc`, `raise exc from cause` */
export function RAISE_VARARGS(vm: VM, frame: Frame, arg: number): Action {
  if (arg === 0) {
    const current = currentException(vm);
    if (current === null) throw runtimeError('No active exception to reraise');
    vm.raised = current;
    return action.RERAISE;
  }
  const cause = arg === 2 ? pop(frame) : undefined;
  const exception = pop(frame);
  if (exception instanceof PyBaseException) return raiseInstance(vm, exception, cause);
  if (!isExceptionClass(exception)) throw typeError('exceptions must derive from BaseException');
  const made = continueWith(vm, callValue(vm, exception, [], null), new RaiseResult(exception, cause));
  return settle(vm, frame, made);
}

/** After the call of an exception class: raises the instance. */
class RaiseResult implements Continuation {
  next: Continuation | null = null;
  readonly cls: PyType;
  readonly cause: PyValue | undefined;
  constructor(cls: PyType, cause: PyValue | undefined) {
    this.cls = cls;
    this.cause = cause;
  }
  resumed(vm: VM, value: PyValue): PyValue {
    if (!(value instanceof PyBaseException)) {
      throw typeError(`calling ${typeName(this.cls)} should have returned an instance of BaseException, not ${typeName(typeOf(value))}`);
    }
    if (this.cause === undefined) return raiseNow(vm, value);
    return continueWith(vm, startCause(vm, this.cause), new RaiseFrom(value));
  }
}

function typeName(type: PyType): string {
  return `<class '${type.isHeapType ? `${String(type.ns.get('__module__'))}.` : ''}${type.qualname}'>`;
}

/** The exception that a cause is, None for none: classes are instantiated. */
function startCause(vm: VM, cause: PyValue): PyValue {
  if (cause === None || cause instanceof PyBaseException) return cause;
  if (isExceptionClass(cause)) return continueWith(vm, callValue(vm, cause, [], null), new CheckCause(cause));
  throw typeError('exception causes must derive from BaseException');
}

class CheckCause implements Continuation {
  next: Continuation | null = null;
  readonly cls: PyType;
  constructor(cls: PyType) {
    this.cls = cls;
  }
  resumed(_vm: VM, value: PyValue): PyValue {
    if (value instanceof PyBaseException) return value;
    throw typeError(`calling ${typeName(this.cls)} should have returned an instance of BaseException, not ${typeName(typeOf(value))}`);
  }
}

class RaiseFrom implements Continuation {
  next: Continuation | null = null;
  readonly exception: PyBaseException;
  constructor(exception: PyBaseException) {
    this.exception = exception;
  }
  resumed(vm: VM, cause: PyValue): PyValue {
    setCause(this.exception, cause);
    return raiseNow(vm, this.exception);
  }
}

function setCause(exception: PyBaseException, cause: PyValue): void {
  exception.cause = cause === None ? null : (cause as PyBaseException);
  exception.suppressContext = true;
}

function raiseNow(vm: VM, exception: PyBaseException): PyValue {
  chainContext(vm, exception);
  return vm.raise(exception);
}

function raiseInstance(vm: VM, exception: PyBaseException, cause: PyValue | undefined): Action {
  if (cause !== undefined) {
    const made = startCause(vm, cause);
    if (made !== None && !(made instanceof PyBaseException)) return settle(vm, vm.frame as Frame, continueWith(vm, made, new RaiseFrom(exception)));
    setCause(exception, made);
  }
  chainContext(vm, exception);
  vm.raised = exception;
  return RAISE;
}

/**
 * Raises the exception on top again; `arg` > 0: the instruction that raised it first is `arg` below, and is what the frame shows,
 * while handlers are looked for here.
 */
export function RERAISE(vm: VM, frame: Frame, arg: number): Action {
  const exception = pop(frame) as PyBaseException;
  if (arg > 0) {
    vm.reraiseAt = frame.lasti;
    frame.lasti = frame.stack[frame.sp - arg] as number;
  }
  vm.raised = exception;
  return action.RERAISE;
}

/** exception → the exception handled so far, exception: this one is handled from now on. */
export function PUSH_EXC_INFO(vm: VM, frame: Frame): Action {
  const { stack } = frame;
  const exception = stack[frame.sp - 1] as PyBaseException;
  const info = vm.excInfo;
  stack[frame.sp - 1] = info.value === null ? None : info.value;
  stack[frame.sp++] = exception;
  info.value = exception;
  return OK;
}

export function POP_EXCEPT(vm: VM, frame: Frame): Action {
  const previous = pop(frame);
  vm.excInfo.value = previous === None ? null : (previous as PyBaseException);
  return OK;
}

export function CHECK_EXC_MATCH(vm: VM, frame: Frame): Action {
  const wanted = pop(frame);
  const exception = frame.stack[frame.sp - 1] as PyBaseException;
  checkCatchable(wanted, 'catching classes that do not inherit from BaseException is not allowed');
  return push(frame, matches(exception, wanted));
}

/** CPython: PyErr_GivenExceptionMatches. */
export function matches(exception: PyBaseException, wanted: PyValue): boolean {
  if (wanted instanceof PyTuple) return wanted.items.some((item) => matches(exception, item));
  return wanted instanceof PyType && exception.cls.isSubtypeOf(wanted);
}

function checkCatchable(wanted: PyValue, message: string): void {
  const all = wanted instanceof PyTuple ? wanted.items : [wanted];
  for (const item of all) if (!isExceptionClass(item)) throw typeError(message);
}

/** `except*`: splits the group into what matches and the rest. */
export function CHECK_EG_MATCH(vm: VM, frame: Frame): Action {
  const wanted = pop(frame);
  const exception = pop(frame) as PyBaseException;
  checkCatchable(wanted, 'catching classes that do not inherit from BaseException is not allowed');
  const all = wanted instanceof PyTuple ? wanted.items : [wanted];
  for (const item of all) {
    if (isSubclass(vm, item, BaseExceptionGroup)) throw typeError('catching ExceptionGroup with except* is not allowed. Use except instead.');
  }
  const { match, rest } = splitGroup(vm, exception, wanted);
  push(frame, rest);
  if (match !== None) vm.excInfo.value = match as PyBaseException;
  return push(frame, match);
}

/** Calls the exit method of a `with` whose body raised. */
export function WITH_EXCEPT_START(vm: VM, frame: Frame): Action {
  const { stack, sp } = frame;
  const exception = stack[sp - 1] as PyBaseException;
  const exit = stack[sp - 4] as PyValue;
  return settle(vm, frame, callValue(vm, exit, [exception.cls, exception, exception.traceback ?? None], null));
}
