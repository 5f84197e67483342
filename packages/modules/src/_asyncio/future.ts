import {
  bareType, call, equals, exceptionTypes, GenericAlias, getAttr, isTrue, native, newException, newTuple, None, objectType, PyBaseException, PyDict, PyList, PyObject, PyTraceback, PyTuple, PyType, reportUnraisable, runtimeError, stopIteration, typeError, typeOf, typeType, valueError, defineType, watchDeath, strFromJS,
} from '@py/vm/native';
import type { PyValue, TypeSpec, VM } from '@py/vm/native';
import { keywordArguments } from '../arguments.ts';
import { copyCurrentContext } from '../_contextvars.ts';
import { docs } from './docs.ts';
import { callSoon, cancelledErrorType, eventLoop, imported, invalidState } from './state.ts';

/* asyncio.Future (CPython 3.12: Modules/_asynciomodule.c). */

export const futureType: PyType = bareType('Future', objectType, typeType);

export type State = 'PENDING' | 'CANCELLED' | 'FINISHED';

interface Callback {
  readonly fn: PyValue;
  readonly context: PyValue;
}

/** What would be lost with a future or task. */
export interface Log {
  /** An exception that nobody has seen. */
  traceback: boolean;
  /** A task that is not done. */
  pending: boolean;
}

export class PyFuture extends PyObject {
  /** null before `__init__`. */
  loop: PyValue | null = null;
  state: State = 'PENDING';
  callbacks: Callback[] = [];
  result: PyValue | null = null;
  exception: PyBaseException | null = null;
  exceptionTraceback: PyValue = None;
  sourceTraceback: PyValue | null = null;
  cancelMessage: PyValue = None;
  /** What cancelled the task, given out once. */
  cancelledError: PyBaseException | null = null;
  /** What is to be reported when the object dies; shared with the watcher of its death. */
  readonly log: Log = { traceback: false, pending: false };
  /** Set between `yield` of the future and the task's look at it. */
  blocking = false;
}

/** What `__init__` does for futures and tasks. */
export function initFuture(vm: VM, self: PyFuture, loop: PyValue | undefined): void {
  self.loop = loop === undefined || loop === None ? eventLoop(vm) : loop;
  self.state = 'PENDING';
  self.callbacks = [];
  self.result = null;
  self.exception = null;
  self.sourceTraceback = null;
  self.cancelledError = null;
  self.cancelMessage = None;
  self.log.traceback = false;
  self.blocking = false;
  if (isTrue(vm, call(vm, getAttr(vm, self.loop, 'get_debug')))) self.sourceTraceback = call(vm, imported(vm, 'asyncio.format_helpers', 'extract_stack'));
}

/** The loop. Raises RuntimeError before `__init__`. */
export function loopOf(self: PyFuture): PyValue {
  if (self.loop === null) throw runtimeError('Future object is not initialized.');
  return self.loop;
}

export function scheduleCallbacks(vm: VM, self: PyFuture): void {
  const { callbacks } = self;
  self.callbacks = [];
  for (const { fn, context } of callbacks) callSoon(vm, loopOf(self), fn, self, context);
}

export function setResult(vm: VM, self: PyFuture, result: PyValue): void {
  if (self.state !== 'PENDING') throw invalidState(vm, 'invalid state');
  self.result = result;
  self.log.pending = false;
  self.state = 'FINISHED';
  scheduleCallbacks(vm, self);
}

export function setException(vm: VM, self: PyFuture, given: PyValue): void {
  if (self.state !== 'PENDING') throw invalidState(vm, 'invalid state');
  const made = given instanceof PyType && given.isSubtypeOf(exceptionTypes.BaseException) ? call(vm, given) : given;
  if (!(made instanceof PyBaseException)) throw typeError('invalid exception object');
  let exception = made;
  if (exception.cls.isSubtypeOf(exceptionTypes.StopIteration)) {
    exception = runtimeError('StopIteration interacts badly with generators and cannot be raised into a Future');
    exception.cause = made;
    exception.context = made;
  }
  self.exception = exception;
  self.exceptionTraceback = exception.traceback ?? None;
  self.log.pending = false;
  self.state = 'FINISHED';
  scheduleCallbacks(vm, self);
  self.log.traceback = true;
  watchDeath(vm, self, new Unretrieved(self));
}

/** Reports an exception that nobody has asked for when its future dies. */
class Unretrieved {
  readonly target: WeakRef<PyObject>;
  readonly finalizer = true;
  private readonly log: Log;
  private readonly remains: PyFuture;
  constructor(future: PyFuture) {
    this.target = new WeakRef<PyObject>(future);
    this.log = future.log;
    // The same to look at, for the handler.
    this.remains = new PyFuture(future.cls);
    this.remains.loop = future.loop;
    this.remains.state = future.state;
    this.remains.exception = future.exception;
    this.remains.sourceTraceback = future.sourceTraceback;
  }
  died(vm: VM): void {
    if (!this.log.traceback) return;
    this.log.traceback = false;
    const { remains } = this;
    const context = new PyDict();
    context.setStr('message', strFromJS(`${remains.cls.name} exception was never retrieved`));
    context.setStr('exception', remains.exception as PyBaseException); // It was set before this was made.
    context.setStr('future', remains);
    if (remains.sourceTraceback !== null) context.setStr('source_traceback', remains.sourceTraceback);
    try {
      call(vm, getAttr(vm, remains.loop as PyValue, 'call_exception_handler'), [context]);
    } catch (error) {
      reportUnraisable(vm, error, null, remains);
    }
  }
}

/** The CancelledError for those who ask for the result. */
export function makeCancelledError(vm: VM, self: PyFuture): PyBaseException {
  const { cancelledError } = self;
  if (cancelledError !== null) {
    self.cancelledError = null;
    return cancelledError;
  }
  const type = cancelledErrorType(vm);
  return (self.cancelMessage === None ? call(vm, type) : call(vm, type, [self.cancelMessage])) as PyBaseException; // An exception class makes exceptions.
}

/** The result, or the exception that `result()` raises. */
export function resultOrError(vm: VM, self: PyFuture): { value: PyValue } | { error: PyBaseException } {
  if (self.loop === null) return { error: invalidState(vm, 'Future object is not initialized.') };
  if (self.state === 'CANCELLED') return { error: makeCancelledError(vm, self) };
  if (self.state !== 'FINISHED') return { error: invalidState(vm, 'Result is not set.') };
  self.log.traceback = false;
  if (self.exception === null) return { value: self.result as PyValue };
  self.exception.traceback = self.exceptionTraceback instanceof PyTraceback ? self.exceptionTraceback : null;
  self.exceptionTraceback = None;
  return { error: self.exception };
}

function future_result(vm: VM, self: PyFuture): PyValue {
  const found = resultOrError(vm, self);
  if ('error' in found) throw found.error;
  return found.value;
}

function future_exception(vm: VM, self: PyFuture): PyValue {
  loopOf(self);
  if (self.state === 'CANCELLED') throw makeCancelledError(vm, self);
  if (self.state !== 'FINISHED') throw invalidState(vm, 'Exception is not set.');
  if (self.exception === null) return None;
  self.log.traceback = false;
  return self.exception;
}

export function addDoneCallback(vm: VM, self: PyFuture, fn: PyValue, context: PyValue): void {
  if (self.state === 'PENDING') self.callbacks.push({ fn, context });
  else callSoon(vm, loopOf(self), fn, self, context);
}

function future_addDoneCallback(vm: VM, self: PyFuture, fn: PyValue, context: PyValue | undefined): PyValue {
  if (self.loop === null) throw runtimeError('uninitialized Future object');
  addDoneCallback(vm, self, fn, context ?? copyCurrentContext(vm));
  return None;
}

function future_removeDoneCallback(vm: VM, self: PyFuture, fn: PyValue): PyValue {
  loopOf(self);
  const before = self.callbacks;
  const kept = before.filter((callback) => !equals(vm, callback.fn, fn));
  // A comparison may have changed the list.
  if (self.callbacks === before) self.callbacks = kept;
  return before.length - kept.length;
}

export function cancelFuture(vm: VM, self: PyFuture, message: PyValue): boolean {
  self.log.traceback = false;
  if (self.state !== 'PENDING') return false;
  self.log.pending = false;
  self.state = 'CANCELLED';
  self.cancelMessage = message;
  scheduleCallbacks(vm, self);
  return true;
}

// ---- waiting ----

/** What `await future` iterates over: the future itself once, then its result. */
class FutureIterator extends PyObject {
  future: PyFuture | null;
  constructor(future: PyFuture) {
    super(futureIteratorType);
    this.future = future;
  }
}

function advance(vm: VM, self: FutureIterator): PyValue | undefined {
  const { future } = self;
  if (future === null) return undefined;
  if (future.state === 'PENDING') {
    if (future.blocking) throw runtimeError("await wasn't used with future");
    future.blocking = true;
    return future;
  }
  self.future = null;
  const value = future_result(vm, future);
  if (value === None) return undefined;
  throw stopIteration(value);
}

function iterator_throw(vm: VM, self: FutureIterator, type: PyValue, value: PyValue | undefined, traceback: PyValue | undefined): PyValue {
  if (value !== undefined) vm.warn('DeprecationWarning', 'the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.', 1);
  if (traceback !== undefined && traceback !== None && !(traceback instanceof PyTraceback)) throw typeError('throw() third argument must be a traceback');
  self.future = null;
  let exception: PyValue = type;
  if (type instanceof PyType && type.isSubtypeOf(exceptionTypes.BaseException)) {
    if (value instanceof PyBaseException) exception = value;
    else exception = call(vm, type, value === undefined || value === None ? [] : value instanceof PyTuple ? value.items.slice() : [value]);
  } else if (!(type instanceof PyBaseException)) throw typeError(`exceptions must be classes deriving BaseException or instances of such a class, not ${typeOf(type).tpName}`);
  else if (value !== undefined && value !== None) throw typeError('instance exception may not have a separate value');
  if (traceback instanceof PyTraceback) (exception as PyBaseException).traceback = traceback;
  throw exception as PyBaseException; // Checked above, or made by an exception class.
}

const futureIteratorType: PyType = defineType('FutureIter', {
  module: '_asyncio',
  slots: { tp_iter: (_vm: VM, self: PyValue) => self, tp_iternext: ((vm: VM, self: FutureIterator) => advance(vm, self)) as (vm: VM, self: PyValue) => PyValue | undefined }, // The slot of its own type.
  methods: [
    native('send(self, value, /)', (vm: VM, self: FutureIterator) => {
      const value = advance(vm, self);
      if (value === undefined) throw stopIteration();
      return value;
    }).unsigned(),
    native('throw(self, type, value=None, traceback=None, /)', iterator_throw).unsigned(),
    native('close(self, /)', (_vm: VM, self: FutureIterator) => {
      self.future = null;
      return None;
    }).unsigned(),
  ],
});

// ---- the type ----

export const classGetItem = native('__class_getitem__(cls, item, /)', (_vm: VM, cls: PyType, item: PyValue) => new GenericAlias(cls, item instanceof PyTuple ? item : newTuple([item])), 'See PEP 585').unsigned();

/** Attributes that tasks show too. */
export const futureAttributes: NonNullable<TypeSpec['getset']> = {
  _state: { get: (_vm, self) => (self as PyFuture).state },
  _asyncio_future_blocking: {
    get: (_vm, self) => (self as PyFuture).loop !== null && (self as PyFuture).blocking,
    set(vm, self, value) {
      if (value === undefined) throw deletionError();
      (self as PyFuture).blocking = isTrue(vm, value);
    },
  },
  _loop: { get: (_vm, self) => (self as PyFuture).loop ?? None },
  _callbacks: {
    get(_vm, self) {
      const { callbacks } = self as PyFuture;
      return callbacks.length === 0 ? None : new PyList(callbacks.map(({ fn, context }) => newTuple([fn, context])));
    },
  },
  _result: { get: (_vm, self) => (self as PyFuture).result ?? None },
  _exception: { get: (_vm, self) => (self as PyFuture).exception ?? None },
  _log_traceback: {
    get: (_vm, self) => (self as PyFuture).log.traceback,
    set(vm, self, value) {
      if (value === undefined) throw deletionError();
      if (isTrue(vm, value)) throw valueError('_log_traceback can only be set to False');
      (self as PyFuture).log.traceback = false;
    },
  },
  _source_traceback: { get: (_vm, self) => (self as PyFuture).sourceTraceback ?? None },
  _cancel_message: {
    get: (_vm, self) => (self as PyFuture).cancelMessage,
    set(_vm, self, value) {
      if (value === undefined) throw deletionError();
      (self as PyFuture).cancelMessage = value;
    },
  },
};

/** What deleting a field raises. */
export function deletionError(): PyBaseException {
  return newException(exceptionTypes.AttributeError, 'cannot delete attribute');
}

export const futureMethods = {
  result: future_result,
  exception: future_exception,
  addDoneCallback: future_addDoneCallback,
  removeDoneCallback: future_removeDoneCallback,
};

export const futureIter = (_vm: VM, self: PyValue): PyValue => {
  loopOf(self as PyFuture);
  return new FutureIterator(self as PyFuture);
};

export const futureSpec: TypeSpec = {
  module: '_asyncio',
  basetype: true,
  hasDict: true,
  hasWeakref: true,
  doc: docs.Future,
  textSignature: '(*, loop=<unrepresentable>)',
  slots: {
    tp_new: (_vm, type) => new PyFuture(type),
    tp_init(vm, self, args, kwnames) {
      const [loop] = keywordArguments('Future()', ['loop'], args, kwnames, 0, { maxPositional: 0 });
      initFuture(vm, self as PyFuture, loop);
    },
    tp_repr: (vm: VM, self: PyValue) => call(vm, imported(vm, 'asyncio.base_futures', '_future_repr'), [self]),
    tp_iter: futureIter,
    am_await: futureIter,
  },
  methods: [
    native('result(self, /)', future_result, docs['Future.result']),
    native('exception(self, /)', future_exception, docs['Future.exception']),
    native('set_result(self, result, /)', (vm: VM, self: PyFuture, result: PyValue) => {
      loopOf(self);
      setResult(vm, self, result);
      return None;
    }, docs['Future.set_result']),
    native('set_exception(self, exception, /)', (vm: VM, self: PyFuture, exception: PyValue) => {
      loopOf(self);
      setException(vm, self, exception);
      return None;
    }, docs['Future.set_exception']),
    native('add_done_callback(self, fn, /, *, context=<unrepresentable>)', future_addDoneCallback, docs['Future.add_done_callback']),
    native('remove_done_callback(self, fn, /)', future_removeDoneCallback, docs['Future.remove_done_callback']),
    native('cancel(self, /, msg=None)', (vm: VM, self: PyFuture, message: PyValue | undefined) => {
      loopOf(self);
      return cancelFuture(vm, self, message ?? None);
    }, docs['Future.cancel']),
    native('cancelled(self, /)', (_vm: VM, self: PyFuture) => self.state === 'CANCELLED', docs['Future.cancelled']),
    native('done(self, /)', (_vm: VM, self: PyFuture) => self.state !== 'PENDING', docs['Future.done']),
    native('get_loop(self, /)', (_vm: VM, self: PyFuture) => loopOf(self), docs['Future.get_loop']),
    native('_make_cancelled_error(self, /)', makeCancelledError, docs['Future._make_cancelled_error']),
  ],
  classMethods: [classGetItem],
  getset: futureAttributes,
};
