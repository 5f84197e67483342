import { TAIL } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyType, typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { newException, runtimeError, stopAsyncIteration, stopIteration, typeError, valueError } from '../core/errors.ts';
import { strFromJS } from '../core/text.ts';
import { call, continueWith, finish } from '../protocol/call.ts';
import { strText } from '../protocol/repr.ts';
import { reportUnraisable } from '../modules/sys/unraisable.ts';
import { nextFromNative, resumeGenerator } from '../interpreter/generators.ts';
import { startThrow } from '../interpreter/throw.ts';
import type { Continuation, Frame } from '../interpreter/frame.ts';
import { markBegun, warnUnawaited } from './lifetime-generators.ts';
import { codeOf, delegateOf, frameOf, isRunning, isSuspended, nameAttributes, throwDoc } from './generator-attributes.ts';
import { selfIter } from './iterator.ts';
import { BaseException, GeneratorExit, StopIteration } from './exception-types.ts';
import { PyBaseException } from './exceptions.ts';
import { GeneratorState, type PyGenerator, ResumedBy, asyncGeneratorType, coroutineType, generatorType } from './generator.ts';
import type { PyList } from './list.ts';
import { None } from './none.ts';
import { PyTraceback } from './traceback.ts';
import { PyTuple } from './tuple.ts';

/* What generators, coroutines and asynchronous generators share (CPython 3.12: Objects/genobject.c). */

/** 'generator', 'coroutine' or 'async generator', for messages. */
export function kindOf(generator: PyGenerator): string {
  if (generator.cls === coroutineType) return 'coroutine';
  return generator.cls === asyncGeneratorType ? 'async generator' : 'generator';
}

/** Raises what keeps a generator from being resumed (CPython: gen_send_ex2). A closed one is the caller's affair. */
function checkResumable(generator: PyGenerator, value: PyValue): void {
  if (generator.state === GeneratorState.RUNNING) throw valueError(`${kindOf(generator)} already executing`);
  if (generator.state === GeneratorState.CREATED && value !== None) throw typeError(`can't send non-None value to a just-started ${kindOf(generator)}`);
}

/** The exception that resuming a closed generator raises. */
export function closedError(generator: PyGenerator): PyBaseException {
  if (generator.cls === coroutineType) return runtimeError('cannot reuse already awaited coroutine');
  return generator.cls === asyncGeneratorType ? stopAsyncIteration() : stopIteration();
}

/** `generator.send(value)`: TAIL, or EXC when it has ended. */
export function generator_send(vm: VM, self: PyGenerator, value: PyValue): PyValue {
  checkResumable(self, value);
  if (self.state === GeneratorState.CLOSED) return vm.raise(closedError(self));
  resumeGenerator(vm, self, value, ResumedBy.CALL, 0);
  return TAIL;
}

/** `next(generator)` for natives; what it returned stays in `returned`. */
export function generator_next(vm: VM, self: PyGenerator): PyValue | undefined {
  checkResumable(self, None);
  if (self.state === GeneratorState.CLOSED) {
    if (self.cls === coroutineType) throw closedError(self);
    return undefined;
  }
  return nextFromNative(vm, self, None);
}

/** Appends all that a generator yields to a list. It need not be left and resumed for each value (see YIELD_VALUE). */
export function drainGenerator(vm: VM, generator: PyGenerator, list: PyList): void {
  generator.collector = list;
  try {
    // What is traced is left all the same.
    for (let item = generator_next(vm, generator); item !== undefined; item = generator_next(vm, generator)) list.items.push(item);
  } finally {
    generator.collector = null;
  }
}

/** `generator.throw(type[, value[, traceback]])` */
export function generator_throw(vm: VM, self: PyGenerator, type: PyValue, value: PyValue | undefined, traceback: PyValue | undefined): PyValue {
  warnOldThrow(vm, value);
  const exception = makeThrown(vm, type, value, traceback);
  const args = [type, value, traceback].filter((arg) => arg !== undefined);
  return startThrow(vm, self, exception, args, ResumedBy.CALL, 0);
}

/** `throw(type, value, traceback)` is deprecated. */
export function warnOldThrow(vm: VM, value: PyValue | undefined): void {
  if (value !== undefined) vm.warn('DeprecationWarning', 'the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.', 1);
}

/** The exception that `throw`'s arguments describe. */
export function makeThrown(vm: VM, type: PyValue, value: PyValue | undefined, traceback: PyValue | undefined): PyBaseException {
  if (traceback !== undefined && traceback !== None && !(traceback instanceof PyTraceback)) throw typeError('throw() third argument must be a traceback object');
  let exception: PyBaseException;
  if (type instanceof PyBaseException) {
    if (value !== undefined && value !== None) throw typeError('instance exception may not have a separate value');
    exception = type;
  } else if (type instanceof PyType && type.isSubtypeOf(BaseException)) exception = instantiate(vm, type, value);
  else throw typeError(`exceptions must be classes or instances deriving from BaseException, not ${typeOf(type).tpName}`);
  if (traceback instanceof PyTraceback) exception.traceback = traceback;
  return exception;
}

function instantiate(vm: VM, type: PyType, value: PyValue | undefined): PyBaseException {
  if (value instanceof PyBaseException && value.cls.isSubtypeOf(type)) return value;
  const args = value === undefined || value === None ? [] : value instanceof PyTuple ? value.items.slice() : [value];
  const made = call(vm, type, args);
  if (made instanceof PyBaseException) return made;
  return typeError(`calling ${strText(vm, type)} should have returned an instance of BaseException, not ${strText(vm, typeOf(made))}`);
}

/** `generator.close()` */
export function generator_close(vm: VM, self: PyGenerator): PyValue {
  if (self.state === GeneratorState.CREATED) {
    markBegun(self.frame as Frame);
    self.state = GeneratorState.CLOSED;
    self.frame = null;
    return None;
  }
  if (self.state === GeneratorState.CLOSED) return None;
  const exception = newException(GeneratorExit);
  return continueWith(vm, startThrow(vm, self, exception, [exception], ResumedBy.CALL, 0), new AfterClose(kindOf(self)));
}

class AfterClose implements Continuation {
  next: Continuation | null = null;
  readonly kind: string;
  constructor(kind: string) {
    this.kind = kind;
  }
  resumed(): PyValue {
    throw runtimeError(`${this.kind} ignored GeneratorExit`);
  }
  failed(vm: VM, exception: PyBaseException): PyValue {
    return exception.cls.isSubtypeOf(StopIteration) || exception.cls.isSubtypeOf(GeneratorExit) ? None : vm.raise(exception);
  }
}

/** `generator.__del__()` (CPython: _PyGen_Finalize). */
export function generator_del(vm: VM, self: PyGenerator): void {
  if (self.state === GeneratorState.CLOSED) return;
  const finalizer = self.closed ? null : self.finalizer;
  try {
    if (finalizer !== null) call(vm, finalizer, [self]);
    else if (self.cls === coroutineType && self.state === GeneratorState.CREATED) warnUnawaited(vm, self);
    else finish(vm, generator_close(vm, self));
  } catch (error) {
    reportUnraisable(vm, error, null, self);
  }
}

export function generator_sizeof(_vm: VM, self: PyGenerator): PyValue {
  return 152 + 8 * (self.code.code.co_nlocals + self.code.code.co_stacksize);
}

export function generator_repr(vm: VM, self: PyGenerator): PyValue {
  return strFromJS(`<${kindOf(self) === 'async generator' ? 'async_generator' : kindOf(self)} object ${strText(vm, self.qualname)} at 0x${vm.idOf(self).toString(16)}>`);
}

fillType(generatorType, {
  slots: { tp_repr: generator_repr, tp_iter: selfIter, tp_iternext: generator_next, tp_finalize: generator_del },
  methods: [
    native('send(self, object, /)', generator_send, "send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration.").unsigned(),
    native('throw(self, type, value=None, traceback=None, /)', generator_throw, throwDoc('generator', 'yielded')).unsignedArray(),
    native('close(self, /)', generator_close, 'close() -> raise GeneratorExit inside generator.').unsigned(),
    native('__sizeof__(self, /)', generator_sizeof, 'gen.__sizeof__() -> size of gen in memory, in bytes').unsigned(),
  ],
  getset: {
    ...nameAttributes('generator'),
    gi_yieldfrom: { get: delegateOf, doc: 'object being iterated by yield from, or None' },
    gi_running: { get: isRunning },
    gi_frame: { get: frameOf },
    gi_suspended: { get: isSuspended },
    gi_code: { get: codeOf },
  },
  hasWeakref: true,
});
