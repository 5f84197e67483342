import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { defineType, fillType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { newException, runtimeError, stopAsyncIteration, stopIteration } from '../core/errors.ts';
import { call, continueWith, finish } from '../protocol/call.ts';
import type { Continuation } from '../interpreter/frame.ts';
import { startThrow } from '../interpreter/throw.ts';
import { GeneratorExit, StopAsyncIteration } from './exception-types.ts';
import type { PyBaseException } from './exceptions.ts';
import { asyncgenHooks } from '../modules/sys/index.ts';
import { closeDoc, codeOf, delegateOf, frameOf, isSuspended, nameAttributes, sendDoc, throwDoc } from './generator-attributes.ts';
import { generator_del, generator_repr, generator_send, generator_sizeof, makeThrown, warnOldThrow } from './generator-methods.ts';
import { GeneratorState, ResumedBy, asyncGeneratorType } from './generator.ts';
import { guardGenerator } from './lifetime-generators.ts';
import type { PyGenerator } from './generator.ts';
import { selfIter } from './iterator.ts';
import { None } from './none.ts';
import type { PyType } from '../core/type.ts';
import { GenericAlias } from './generic_alias.ts';

/* Asynchronous generators and what their methods give to `await` (CPython 3.12: Objects/genobject.c). */

/** What an asynchronous generator yields, so that it differs from what its awaits pass through. */
export class PyAsyncGenWrappedValue extends PyObject {
  readonly value: PyValue;
  constructor(value: PyValue) {
    super(wrappedValueType);
    this.value = value;
  }
}

export const wrappedValueType = defineType('async_generator_wrapped_value', {});

/** Where an awaitable is in its life. */
const INIT = 0, ITER = 1, CLOSED = 2;

/** `agen.asend(value)` and `agen.__anext__()`. */
export class PyAsyncGenASend extends PyObject {
  readonly generator: PyGenerator;
  readonly value: PyValue;
  state: number;
  constructor(generator: PyGenerator, value: PyValue) {
    super(asendType);
    this.generator = generator;
    this.value = value;
    this.state = INIT;
  }
}

/** `agen.athrow(…)` (`args` is what it was given) and `agen.aclose()` (`args` is null). */
export class PyAsyncGenAThrow extends PyObject {
  readonly generator: PyGenerator;
  readonly args: PyValue[] | null;
  state: number;
  constructor(generator: PyGenerator, args: PyValue[] | null) {
    super(athrowType);
    this.generator = generator;
    this.args = args;
    this.state = INIT;
  }
}

/** Tells the event loop of a generator that is used for the first time. */
function initHooks(vm: VM, generator: PyGenerator): void {
  if (generator.hooksInited) return;
  generator.hooksInited = true;
  const { firstiter, finalizer } = asyncgenHooks(vm);
  if (finalizer !== None) {
    generator.finalizer = finalizer;
    guardGenerator(vm, generator);
  }
  if (firstiter !== None) call(vm, firstiter, [generator]);
}

/** `agen.__anext__()` */
export function asyncGeneratorNext(vm: VM, self: PyGenerator): PyValue {
  initHooks(vm, self);
  return new PyAsyncGenASend(self, None);
}

function asend(vm: VM, self: PyGenerator, value: PyValue): PyValue {
  initHooks(vm, self);
  return new PyAsyncGenASend(self, value);
}

function athrow(vm: VM, self: PyGenerator, type: PyValue, value: PyValue | undefined, traceback: PyValue | undefined): PyValue {
  warnOldThrow(vm, value);
  initHooks(vm, self);
  return new PyAsyncGenAThrow(self, [type, value, traceback].filter((arg) => arg !== undefined));
}

function aclose(vm: VM, self: PyGenerator): PyValue {
  initHooks(vm, self);
  return new PyAsyncGenAThrow(self, null);
}

// ---- asend ----

/** One step of awaiting an `asend`: TAIL, or EXC; StopIteration carries the value that was yielded. */
export function startASend(vm: VM, self: PyAsyncGenASend, sent: PyValue): PyValue {
  if (self.state === CLOSED) throw runtimeError('cannot reuse already awaited __anext__()/asend()');
  let value = sent;
  if (self.state === INIT) {
    if (self.generator.runningAsync) throw runtimeError('anext(): asynchronous generator is already running');
    if (sent === None) value = self.value;
    self.state = ITER;
    self.generator.runningAsync = true;
  }
  return continueWith(vm, generator_send(vm, self.generator, value), new AfterASend(self));
}

function asend_throw(vm: VM, self: PyAsyncGenASend, type: PyValue, value: PyValue | undefined, traceback: PyValue | undefined): PyValue {
  if (self.state === CLOSED) throw runtimeError('cannot reuse already awaited __anext__()/asend()');
  if (self.state === INIT) {
    if (self.generator.runningAsync) {
      self.state = CLOSED;
      throw runtimeError('anext(): asynchronous generator is already running');
    }
    self.state = ITER;
    self.generator.runningAsync = true;
  }
  const exception = makeThrown(vm, type, value, traceback);
  return continueWith(vm, startThrow(vm, self.generator, exception, [exception], ResumedBy.CALL, 0), new AfterASend(self));
}

function asend_close(_vm: VM, self: PyAsyncGenASend): PyValue {
  self.state = CLOSED;
  return None;
}

/** The generator gave something: a yielded value ends the await, anything else is passed on to the event loop. */
class AfterASend implements Continuation {
  next: Continuation | null = null;
  readonly awaitable: PyAsyncGenASend | PyAsyncGenAThrow;
  constructor(awaitable: PyAsyncGenASend | PyAsyncGenAThrow) {
    this.awaitable = awaitable;
  }
  resumed(vm: VM, value: PyValue): PyValue {
    if (!(value instanceof PyAsyncGenWrappedValue)) return value;
    this.awaitable.generator.runningAsync = false;
    this.awaitable.state = CLOSED;
    return vm.raise(stopIteration(value.value));
  }
  failed(vm: VM, exception: PyBaseException): PyValue {
    const { generator } = this.awaitable;
    if (isEnd(exception)) generator.closed = true;
    generator.runningAsync = false;
    this.awaitable.state = CLOSED;
    return vm.raise(exception);
  }
}

function isEnd(exception: PyBaseException): boolean {
  return exception.cls.isSubtypeOf(StopAsyncIteration) || exception.cls.isSubtypeOf(GeneratorExit);
}

// ---- athrow, aclose ----

/** One step of awaiting an `athrow` or `aclose`. */
export function startAThrow(vm: VM, self: PyAsyncGenAThrow, sent: PyValue): PyValue {
  const { generator, args } = self;
  if (self.state === CLOSED) throw runtimeError('cannot reuse already awaited aclose()/athrow()');
  if (generator.state === GeneratorState.CLOSED) {
    self.state = CLOSED;
    return vm.raise(stopIteration());
  }
  if (self.state === ITER) return continueWith(vm, generator_send(vm, generator, sent), afterAThrow(self));
  if (generator.runningAsync) {
    self.state = CLOSED;
    throw runtimeError(`${args === null ? 'aclose' : 'athrow'}(): asynchronous generator is already running`);
  }
  if (generator.closed) {
    self.state = CLOSED;
    throw stopAsyncIteration();
  }
  if (sent !== None) throw runtimeError("can't send non-None value to a just-started coroutine");
  self.state = ITER;
  generator.runningAsync = true;
  if (args === null) generator.closed = true;
  return throwInto(vm, self, args === null ? newException(GeneratorExit) : makeThrown(vm, args[0], args[1], args[2]));
}

function throwInto(vm: VM, self: PyAsyncGenAThrow, exception: PyBaseException): PyValue {
  const { generator } = self;
  if (generator.state === GeneratorState.CREATED && self.args === null) {
    // Never started: closing it runs nothing.
    generator.state = GeneratorState.CLOSED;
    generator.frame = null;
    return continueWith(vm, vm.raise(exception), afterAThrow(self));
  }
  return continueWith(vm, startThrow(vm, generator, exception, [exception], ResumedBy.CALL, 0), afterAThrow(self));
}

function afterAThrow(self: PyAsyncGenAThrow): Continuation {
  return self.args === null ? new AfterAClose(self) : new AfterASend(self);
}

/** After `aclose` threw GeneratorExit: a generator that yields is an error, its end is not. */
class AfterAClose implements Continuation {
  next: Continuation | null = null;
  readonly awaitable: PyAsyncGenAThrow;
  constructor(awaitable: PyAsyncGenAThrow) {
    this.awaitable = awaitable;
  }
  resumed(_vm: VM, value: PyValue): PyValue {
    if (!(value instanceof PyAsyncGenWrappedValue)) return value;
    this.end();
    throw runtimeError('async generator ignored GeneratorExit');
  }
  failed(vm: VM, exception: PyBaseException): PyValue {
    this.end();
    return vm.raise(isEnd(exception) ? stopIteration() : exception);
  }
  private end(): void {
    this.awaitable.generator.runningAsync = false;
    this.awaitable.state = CLOSED;
  }
}

function athrow_throw(vm: VM, self: PyAsyncGenAThrow, type: PyValue, value: PyValue | undefined, traceback: PyValue | undefined): PyValue {
  if (self.state === CLOSED) throw runtimeError('cannot reuse already awaited aclose()/athrow()');
  if (self.state === INIT) {
    if (self.generator.runningAsync) {
      self.state = CLOSED;
      throw runtimeError(`${self.args === null ? 'aclose' : 'athrow'}(): asynchronous generator is already running`);
    }
    self.state = ITER;
    self.generator.runningAsync = true;
  }
  return throwInto(vm, self, makeThrown(vm, type, value, traceback));
}

function athrow_close(_vm: VM, self: PyAsyncGenAThrow): PyValue {
  self.state = CLOSED;
  return None;
}

// ---- types ----

fillType(asyncGeneratorType, {
  slots: { tp_repr: generator_repr, am_aiter: selfIter, am_anext: asyncGeneratorNext, tp_finalize: generator_del },
  methods: [
    native('asend(self, value, /)', asend, "asend(v) -> send 'v' in generator.").unsigned(),
    native('athrow(self, type, value=None, traceback=None, /)', athrow, 'athrow(value)\nathrow(type[,value[,tb]])\n\nraise exception in generator.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python.').unsigned(),
    native('aclose(self, /)', aclose, 'aclose() -> raise GeneratorExit inside generator.').unsigned(),
    native('__sizeof__(self, /)', generator_sizeof, 'gen.__sizeof__() -> size of gen in memory, in bytes').unsigned(),
  ],
  classMethods: [native('__class_getitem__(cls, item, /)', (_vm: VM, cls: PyType, item: PyValue) => new GenericAlias(cls, item), 'See PEP 585').unsigned()],
  getset: {
    ...nameAttributes('async generator'),
    ag_await: { get: delegateOf, doc: 'object being awaited on, or None' },
    ag_frame: { get: frameOf },
    ag_code: { get: codeOf },
    ag_suspended: { get: isSuspended },
  },
  fields: { ag_running: { get: (_vm: VM, self: PyGenerator) => self.runningAsync } },
  hasWeakref: true,
});

export const asendType = defineType('async_generator_asend', {
  slots: { tp_iter: selfIter, am_await: selfIter, tp_iternext: (vm: VM, self: PyAsyncGenASend) => finish(vm, startASend(vm, self, None)) },
  methods: [native('send(self, value, /)', startASend, sendDoc).unsigned(), native('throw(self, type, value=None, traceback=None, /)', asend_throw, throwDoc('generator', 'yielded')).unsignedArray(), native('close(self, /)', asend_close, closeDoc).unsigned()],
});

export const athrowType = defineType('async_generator_athrow', {
  slots: { tp_iter: selfIter, am_await: selfIter, tp_iternext: (vm: VM, self: PyAsyncGenAThrow) => finish(vm, startAThrow(vm, self, None)) },
  methods: [native('send(self, value, /)', startAThrow, sendDoc).unsigned(), native('throw(self, type, value=None, traceback=None, /)', athrow_throw, throwDoc('generator', 'yielded')).unsignedArray(), native('close(self, /)', athrow_close, closeDoc).unsigned()],
});
