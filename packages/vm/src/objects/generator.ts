import type { PyDict } from './dict.ts';
import type { PyObject, PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { ExcInfo } from '../core/vm.ts';
import { bareType, objectType, typeType } from '../core/type.ts';
import type { Frame } from '../interpreter/frame.ts';
import type { PyCode } from './code.ts';
import type { PyList } from './list.ts';

/** Filled in objects/generator-methods.ts, coroutine.ts and async_generator.ts. */
export const generatorType = bareType('generator', objectType, typeType);
/** Python's type `coroutine`. */
export const coroutineType = bareType('coroutine', objectType, typeType);
/** Python's type `async_generator`. */
export const asyncGeneratorType = bareType('async_generator', objectType, typeType);

/** Where a generator is in its life. GUARDED: it is suspended, and its death is waited for (`Exit.GUARDED`). Those below RUNNING can be resumed. */
export const GeneratorState = { CREATED: 0, SUSPENDED: 1, GUARDED: 2, RUNNING: 3, CLOSED: 4 } as const;

/** Who resumed a running generator: decides what happens when it yields or ends. */
export const ResumedBy = {
  /** A method (`send`, `__next__`, `throw`): a yielded value is the result, the end raises StopIteration. */
  CALL: 0,
  /** FOR_ITER: a yielded value is pushed; at the end the iterator is popped and the caller goes on at `endPc`. */
  FOR: 1,
  /** SEND: both are pushed; at the end the caller goes on at `endPc`. */
  SEND: 2,
  /** `tp_iternext` of a native: the end gives END to the native's loop, and the value stays in `returned`. */
  NATIVE: 3,
} as const;

/** A generator, coroutine or asynchronous generator: a frame that is resumed. */
export class PyGenerator implements PyObject {
  cls: PyType;
  declare dict?: PyDict | null;
  declare idNumber?: number;
  declare weakrefs?: WeakRef<PyObject>[];
  readonly code: PyCode;
  /** Its frame; null when it has ended. */
  frame: Frame | null;
  state: number;
  /** `__name__`, `__qualname__` */
  name: PyValue;
  qualname: PyValue;
  /** The exception it is handling; linked into `vm.excInfo` while it runs. */
  excInfo: ExcInfo;
  resumedBy: number;
  /** Code unit at which the caller goes on when the generator ends (FOR, SEND). */
  endPc: number;
  /** What it returned, for NATIVE. */
  returned: PyValue | undefined;
  /** The list that gets what it yields while a native takes all of it (`drainGenerator`), null otherwise. */
  collector: PyList | null;
  /** `cr_origin`, or null. */
  origin: PyValue | null;
  /** Of an asynchronous generator: hooks were called, `aclose` was called or it is exhausted, an `asend` is being awaited. */
  hooksInited: boolean;
  closed: boolean;
  runningAsync: boolean;
  finalizer: PyValue | null;

  constructor(cls: PyType, frame: Frame, name: PyValue, qualname: PyValue) {
    this.cls = cls;
    this.code = frame.code;
    this.frame = frame;
    this.state = GeneratorState.CREATED;
    this.name = name;
    this.qualname = qualname;
    this.excInfo = { value: null, previous: null };
    this.resumedBy = ResumedBy.CALL;
    this.endPc = 0;
    this.returned = undefined;
    this.collector = null;
    this.origin = null;
    this.hooksInited = false;
    this.closed = false;
    this.runningAsync = false;
    this.finalizer = null;
  }

  get isSuspended(): boolean {
    return this.state === GeneratorState.SUSPENDED || this.state === GeneratorState.GUARDED;
  }

  get isAsync(): boolean {
    return this.cls === asyncGeneratorType;
  }
}
