import {
  bareType, call, callMethod, callValue, continueWith, EXC, exceptionTypes, getAttr, isStr, isTrue, lookupAttr, native, None, PyBaseException, PyBuiltinFunction, PyDict, PyGenerator, coroutineType, generatorType, PyObject, reportUnraisable, reprText, runtimeError, str, strFromJS, takeRaised, typeError, typeOf, typeType, defineType, watchDeath,
} from '@py/vm/native';
import type { Continuation, PyType, PyValue, TypeSpec, VM } from '@py/vm/native';
import { keywordArguments } from '../arguments.ts';
import { copyCurrentContext } from '../_contextvars.ts';
import { docs } from './docs.ts';
import type { Log } from './future.ts';
import { addDoneCallback, cancelFuture, classGetItem, deletionError, futureAttributes, futureIter, futureMethods, futureType, initFuture, loopOf, makeCancelledError, PyFuture, resultOrError, setException, setResult } from './future.ts';
import { asyncioState, callSoon, cancelledErrorType, enterTask, imported, invalidState, leaveTask, scheduledTasks, swapTask } from './state.ts';

/* asyncio.Task (CPython 3.12: Modules/_asynciomodule.c, task_step_impl). A step ends in a call of the coroutine, without recursion. */

export const taskType: PyType = bareType('Task', futureType, typeType);

export class PyTask extends PyFuture {
  coro: PyValue | null = null;
  context: PyValue | null = null;
  /** A str, or the number of a task that was given none. */
  name: PyValue = None;
  waiter: PyValue | null = null;
  mustCancel = false;
  cancelRequests = 0;
}

function task_init(vm: VM, value: PyValue, args: PyValue[], kwnames: readonly string[] | null): void {
  const self = value as PyTask; // tp_new made it.
  const [coro, loop, name, context, eager] = keywordArguments('Task()', ['coro', 'loop', 'name', 'context', 'eager_start'], args, kwnames, 1, { maxPositional: 1 });
  initFuture(vm, self, loop);
  const coroutine = coro as PyValue; // The first argument is required.
  if (!isCoroutine(vm, coroutine)) {
    throw typeError(`a coroutine was expected, got ${reprText(vm, coroutine)}`);
  }
  self.context = context === undefined || context === None ? copyCurrentContext(vm) : context;
  self.waiter = null;
  self.mustCancel = false;
  self.cancelRequests = 0;
  self.coro = coroutine;
  if (name === undefined || name === None) self.name = ++asyncioState(vm).lastTask;
  else self.name = typeof name === 'string' ? name : str(vm, name);
  self.log.pending = true;
  watchDeath(vm, self, new Destroyed(self));
  if (eager !== undefined && isTrue(vm, eager) && isTrue(vm, call(vm, getAttr(vm, loopOf(self), 'is_running')))) return startEagerly(vm, self);
  stepSoon(vm, self, null);
  callMethod(vm, scheduledTasks(vm), 'add', [self]);
}

/** Reports a task that dies before it is done. */
class Destroyed {
  readonly target: WeakRef<PyObject>;
  readonly finalizer = true;
  private readonly log: Log;
  private readonly remains: PyTask;
  constructor(task: PyTask) {
    this.target = new WeakRef<PyObject>(task);
    this.log = task.log;
    // The same to look at, for the handler.
    this.remains = new PyTask(task.cls);
    this.remains.loop = task.loop;
    this.remains.coro = task.coro;
    this.remains.name = task.name;
    this.remains.sourceTraceback = task.sourceTraceback;
  }
  died(vm: VM): void {
    if (!this.log.pending) return;
    this.log.pending = false;
    const context = new PyDict();
    context.setStr('task', this.remains);
    context.setStr('message', 'Task was destroyed but it is pending!');
    if (this.remains.sourceTraceback !== null) context.setStr('source_traceback', this.remains.sourceTraceback);
    try {
      call(vm, getAttr(vm, loopOf(this.remains), 'call_exception_handler'), [context]);
    } catch (error) {
      reportUnraisable(vm, error, null, this.remains);
    }
  }
}

function isCoroutine(vm: VM, value: PyValue): boolean {
  if (value instanceof PyGenerator && value.cls === coroutineType) return true;
  return isTrue(vm, call(vm, imported(vm, 'asyncio.coroutines', 'iscoroutine'), [value]));
}

// ---- callbacks ----

/** What the loop calls for the next step. */
class StepCallback extends PyObject {
  readonly task: PyTask;
  readonly exception: PyBaseException | null;
  constructor(task: PyTask, exception: PyBaseException | null) {
    super(stepCallbackType);
    this.task = task;
    this.exception = exception;
  }
}

const stepCallbackType: PyType = defineType('TaskStepMethWrapper', {
  slots: {
    tp_call(vm: VM, self: PyObject, args: PyValue[], kwnames: readonly string[] | null) {
      if (kwnames !== null && kwnames.length > 0) throw typeError('function takes no keyword arguments');
      if (args.length > 0) throw typeError('function takes no positional arguments');
      const { task, exception } = self as StepCallback;
      return step(vm, task, exception);
    },
  },
  getset: {
    __qualname__: {
      get(vm, self) {
        const { coro } = (self as StepCallback).task;
        return coro === null ? None : (lookupAttr(vm, coro, '__qualname__') ?? None);
      },
    },
    __self__: { get: (_vm, self) => (self as StepCallback).task },
  },
});

function stepSoon(vm: VM, task: PyTask, exception: PyBaseException | null): void {
  callSoon(vm, loopOf(task), new StepCallback(task, exception), null, task.context);
}

/** What a future calls that a task waits for. */
const wakeupDef = native('task_wakeup(self, future, /)', (vm: VM, self: PyTask, future: PyValue) => wakeup(vm, self, future));
const wakeupOf = (task: PyTask): PyValue => new PyBuiltinFunction(wakeupDef, task);

function wakeup(vm: VM, task: PyTask, future: PyValue): PyValue {
  if (future instanceof PyFuture && (future.cls === futureType || future.cls === taskType)) {
    const found = resultOrError(vm, future);
    return step(vm, task, 'error' in found ? found.error : null);
  }
  try {
    callMethod(vm, future, 'result');
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    return step(vm, task, error);
  }
  return step(vm, task, null);
}

// ---- steps ----

function step(vm: VM, task: PyTask, exception: PyBaseException | null): PyValue {
  const loop = loopOf(task);
  enterTask(vm, loop, task);
  let result: PyValue;
  try {
    result = continueWith(vm, resume(vm, task, exception), new StepDone(task, true));
  } catch (error) {
    if (asyncioState(vm).currentTasks.get(vm, loop) === task) leaveTask(vm, loop, task);
    throw error;
  }
  return result;
}

/** Sends None or throws the exception into the coroutine. */
function resume(vm: VM, task: PyTask, given: PyBaseException | null): PyValue {
  let exception = given;
  if (task.state !== 'PENDING') throw invalidState(vm, `__step(): already done: ${reprText(vm, task)} ${exception === null ? '' : reprText(vm, exception)}`);
  if (task.mustCancel) {
    if (exception === null || !exception.cls.isSubtypeOf(cancelledErrorType(vm))) exception = makeCancelledError(vm, task);
    task.mustCancel = false;
  }
  task.waiter = null;
  const { coro } = task;
  if (coro === null) throw runtimeError('uninitialized Task object');
  try {
    if (exception !== null) return callValue(vm, getAttr(vm, coro, 'throw'), [exception], null);
    return callValue(vm, getAttr(vm, coro, 'send'), [None], null);
  } catch (error) {
    if (error instanceof PyBaseException) return vm.raise(error);
    throw error;
  }
}

/** The coroutine has yielded, returned or raised. */
class StepDone implements Continuation {
  next: Continuation | null = null;
  private readonly task: PyTask;
  /** The step made its task the current one. */
  private readonly entered: boolean;
  constructor(task: PyTask, entered: boolean) {
    this.task = task;
    this.entered = entered;
  }
  resumed(vm: VM, value: PyValue): PyValue {
    return this.left(vm, () => {
      yielded(vm, this.task, value);
      return None;
    });
  }
  failed(vm: VM, exception: PyBaseException): PyValue {
    return this.left(vm, () => ended(vm, this.task, exception));
  }
  private left(vm: VM, act: () => PyValue): PyValue {
    let result: PyValue;
    try {
      result = act();
    } catch (error) {
      if (!(error instanceof PyBaseException)) throw error;
      result = vm.raise(error);
    }
    if (!this.entered) return result;
    const raised = result === EXC ? takeRaised(vm) : null;
    leaveTask(vm, loopOf(this.task), this.task);
    return raised === null ? result : vm.raise(raised);
  }
}

/** The coroutine is over: its value or its exception becomes the task's. */
function ended(vm: VM, task: PyTask, exception: PyBaseException): PyValue {
  if (exception.cls.isSubtypeOf(exceptionTypes.StopIteration)) {
    const value = exception.fields?.value ?? None;
    if (task.mustCancel) {
      task.mustCancel = false;
      cancelFuture(vm, task, task.cancelMessage);
    } else setResult(vm, task, value);
    return None;
  }
  if (exception.cls.isSubtypeOf(cancelledErrorType(vm))) {
    task.cancelledError = exception;
    cancelFuture(vm, task, task.cancelMessage);
    return None;
  }
  setException(vm, task, exception);
  if (exception.cls.isSubtypeOf(exceptionTypes.KeyboardInterrupt) || exception.cls.isSubtypeOf(exceptionTypes.SystemExit)) return vm.raise(exception);
  return None;
}

/** The coroutine waits for something. */
function yielded(vm: VM, task: PyTask, value: PyValue): void {
  const fail = (message: string): void => stepSoon(vm, task, runtimeError(message));
  if (value === task) return fail(`Task cannot await on itself: ${reprText(vm, task)}`);
  if (value === None) return stepSoon(vm, task, null);
  if (value instanceof PyFuture && (value.cls === futureType || value.cls === taskType)) {
    if (!value.blocking) return fail(`yield was used instead of yield from in task ${reprText(vm, task)} with ${reprText(vm, value)}`);
    if (loopOf(value) !== loopOf(task)) return fail(`Task ${reprText(vm, task)} got Future ${reprText(vm, value)} attached to a different loop`);
    value.blocking = false;
    addDoneCallback(vm, value, wakeupOf(task), task.context as PyValue); // Set by __init__.
    return waitFor(vm, task, value);
  }
  const blocking = lookupAttr(vm, value, '_asyncio_future_blocking');
  if (blocking !== undefined && blocking !== None) {
    if (!isTrue(vm, blocking)) return fail(`yield was used instead of yield from in task ${reprText(vm, task)} with ${reprText(vm, value)}`);
    if (loopOfFuture(vm, value) !== loopOf(task)) return fail(`Task ${reprText(vm, task)} got Future ${reprText(vm, value)} attached to a different loop`);
    setBlocking(vm, value);
    call(vm, getAttr(vm, value, 'add_done_callback'), [wakeupOf(task), task.context as PyValue], ['context']);
    return waitFor(vm, task, value);
  }
  if (typeOf(value) === generatorType) return fail(`yield was used instead of yield from for generator in task ${reprText(vm, task)} with ${reprText(vm, value)}`);
  fail(`Task got bad yield: ${reprText(vm, value)}`);
}

/** The loop of any object that behaves as a future; old ones have no `get_loop` (CPython: Modules/_asynciomodule.c, get_future_loop). */
function loopOfFuture(vm: VM, future: PyValue): PyValue {
  const get_loop = lookupAttr(vm, future, 'get_loop');
  return get_loop === undefined ? getAttr(vm, future, '_loop') : call(vm, get_loop, []);
}

function setBlocking(vm: VM, future: PyValue): void {
  call(vm, vm.builtins.getStr('setattr') as PyValue, [future, '_asyncio_future_blocking', false]);
}

function waitFor(vm: VM, task: PyTask, future: PyValue): void {
  task.waiter = future;
  if (!task.mustCancel) return;
  if (isTrue(vm, call(vm, getAttr(vm, future, 'cancel'), [task.cancelMessage], ['msg']))) task.mustCancel = false;
}

/** The first step at once, within the constructor. */
function startEagerly(vm: VM, task: PyTask): void {
  const loop = loopOf(task);
  const before = swapTask(vm, loop, task);
  const { eagerTasks } = asyncioState(vm);
  callMethod(vm, eagerTasks, 'add', [task]);
  try {
    callMethod(vm, task.context as PyValue, 'run', [new EagerStep(task)]); // Set by __init__.
  } finally {
    callMethod(vm, eagerTasks, 'discard', [task]);
    swapTask(vm, loop, before);
  }
  if (task.state === 'PENDING') callMethod(vm, scheduledTasks(vm), 'add', [task]);
  else task.coro = null;
}

class EagerStep extends PyObject {
  readonly task: PyTask;
  constructor(task: PyTask) {
    super(eagerStepType);
    this.task = task;
  }
}

const eagerStepType: PyType = defineType('TaskStepMethWrapper', {
  slots: {
    tp_call: (vm: VM, self: PyObject) => continueWith(vm, resume(vm, (self as EagerStep).task, null), new StepDone((self as EagerStep).task, false)),
  },
});

// ---- methods ----

function task_cancel(vm: VM, self: PyTask, given: PyValue | undefined): PyValue {
  const message = given ?? None;
  self.log.traceback = false;
  if (self.state !== 'PENDING') return false;
  self.cancelRequests++;
  if (self.waiter !== null && isTrue(vm, call(vm, getAttr(vm, self.waiter, 'cancel'), [message], ['msg']))) return true;
  self.mustCancel = true;
  self.cancelMessage = message;
  return true;
}

function nameOf(self: PyTask): PyValue {
  if (typeof self.name === 'number') self.name = strFromJS(`Task-${self.name}`);
  return self.name;
}

const refuse = (name: string) => (): PyValue => {
  throw runtimeError(`Task does not support ${name} operation`);
};

export const taskSpec: TypeSpec = {
  module: '_asyncio',
  basetype: true,
  doc: docs.Task,
  textSignature: '(coro, *, loop=None, name=None, context=None, eager_start=False)',
  slots: {
    tp_new: (_vm, type) => new PyTask(type),
    tp_init: task_init,
    tp_repr: (vm: VM, self: PyValue) => call(vm, imported(vm, 'asyncio.base_tasks', '_task_repr'), [self]),
    tp_iter: futureIter,
    am_await: futureIter,
  },
  methods: [
    native('result(self, /)', futureMethods.result, docs['Task.result']),
    native('exception(self, /)', futureMethods.exception, docs['Task.exception']),
    native('add_done_callback(self, fn, /, *, context=<unrepresentable>)', futureMethods.addDoneCallback, docs['Task.add_done_callback']),
    native('remove_done_callback(self, fn, /)', futureMethods.removeDoneCallback, docs['Task.remove_done_callback']),
    native('cancelled(self, /)', (_vm: VM, self: PyTask) => self.state === 'CANCELLED', docs['Task.cancelled']),
    native('done(self, /)', (_vm: VM, self: PyTask) => self.state !== 'PENDING', docs['Task.done']),
    native('set_result(self, result, /)', refuse('set_result')),
    native('set_exception(self, exception, /)', refuse('set_exception')),
    native('cancel(self, /, msg=None)', task_cancel, docs['Task.cancel']),
    native('cancelling(self, /)', (_vm: VM, self: PyTask) => self.cancelRequests, docs['Task.cancelling']),
    native('uncancel(self, /)', (_vm: VM, self: PyTask) => {
      if (self.cancelRequests > 0) self.cancelRequests--;
      return self.cancelRequests;
    }, docs['Task.uncancel']),
    native('get_stack(self, /, *, limit=None)', (vm: VM, self: PyTask, limit: PyValue | undefined) => call(vm, imported(vm, 'asyncio.base_tasks', '_task_get_stack'), [self, limit ?? None]), docs['Task.get_stack']),
    native('print_stack(self, /, *, limit=None, file=None)', (vm: VM, self: PyTask, limit: PyValue | undefined, file: PyValue | undefined) => call(vm, imported(vm, 'asyncio.base_tasks', '_task_print_stack'), [self, limit ?? None, file ?? None]), docs['Task.print_stack']),
    native('_make_cancelled_error(self, /)', makeCancelledError, docs['Task._make_cancelled_error']),
    native('get_name(self, /)', (_vm: VM, self: PyTask) => nameOf(self)),
    native('set_name(self, value, /)', (vm: VM, self: PyTask, value: PyValue) => {
      self.name = isStr(value) && typeof value === 'string' ? value : str(vm, value);
      return None;
    }),
    native('get_coro(self, /)', (_vm: VM, self: PyTask) => self.coro ?? None),
    native('get_context(self, /)', (_vm: VM, self: PyTask) => self.context ?? None),
  ],
  classMethods: [classGetItem],
  getset: {
    ...futureAttributes,
    _log_destroy_pending: {
      get: (_vm, self) => (self as PyTask).log.pending,
      set(vm, self, value) {
        if (value === undefined) throw deletionError();
        (self as PyTask).log.pending = isTrue(vm, value);
      },
    },
    _must_cancel: { get: (_vm, self) => (self as PyTask).mustCancel },
    _coro: { get: (_vm, self) => (self as PyTask).coro ?? None },
    _fut_waiter: { get: (_vm, self) => (self as PyTask).waiter ?? None },
  },
};
