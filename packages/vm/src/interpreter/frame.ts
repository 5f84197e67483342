import type { PyDict } from '../objects/dict.ts';
import type { PyFunction } from '../objects/function.ts';
import type { PyCode } from '../objects/code.ts';
import type { PyGenerator } from '../objects/generator.ts';
import type { PyFrame } from '../objects/frame.ts';
import type { PyBaseException } from '../objects/exceptions.ts';
import type { PyValue, PyObject } from '../core/value.ts';
import type { VM } from '../core/vm.ts';

/**
 * What to do with the result of a frame before its caller gets it: how a native goes on after a Python function it called
 * without recursing in JavaScript. Its state is in its fields, so that a running program can be copied.
 */
export interface Continuation {
  /** Runs after this one (the continuation of the native that called the native). */
  next: Continuation | null;
  /** The frame returned `value`. Gives the result; may give TAIL after pushing another frame, EXC, or SUSPEND. */
  resumed(vm: VM, value: PyValue): PyValue;
  /** The frame raised. Gives a result to go on with, or EXC (with `vm.raised` set) to go on raising. Absent: go on raising. */
  failed?(vm: VM, exception: PyBaseException): PyValue;
}

/**
 * A running (or suspended) piece of bytecode. `stack` begins with the fast locals, cells and free variables
 * (`co_localsplusnames`); the value stack follows. The loop keeps `sp`, `pc` and `stack` in variables of its own while the
 * frame runs and writes them back when it leaves it.
 */
export class Frame {
  readonly code: PyCode;
  readonly stack: (PyValue | undefined)[];
  /** First free entry of `stack`. */
  sp: number;
  /** Code unit to execute next. */
  pc: number;
  /** Code unit of the instruction being executed: what `f_lasti` and tracebacks show. -1 before the first. */
  lasti: number;
  readonly globals: PyDict;
  readonly builtins: PyDict;
  /** Namespace of a module or class body; null in functions. */
  locals: PyValue | null;
  readonly func: PyFunction | null;
  /** Caller. */
  back: Frame | null;
  /** What to do with the result, innermost first. */
  continuation: Continuation | null;
  /** The loop that runs this frame ends when it does: a native waits for the result in JavaScript. */
  entry: boolean;
  /** The generator or coroutine this frame belongs to. */
  generator: PyGenerator | null;
  /** Python's view, made when first asked for. */
  frameObject: PyFrame | null;

  constructor(code: PyCode, stack: (PyValue | undefined)[], globals: PyDict, builtins: PyDict, locals: PyValue | null, func: PyFunction | null) {
    this.code = code;
    this.stack = stack;
    this.sp = code.stackBase;
    this.pc = 0;
    this.lasti = -1;
    this.globals = globals;
    this.builtins = builtins;
    this.locals = locals;
    this.func = func;
    this.back = null;
    this.continuation = null;
    this.entry = false;
    this.generator = null;
    this.frameObject = null;
  }
}

export type FrameOwner = PyObject;
