import type { PyDict } from '../objects/dict.ts';
import type { PyFunction } from '../objects/function.ts';
import type { PyCode } from '../objects/code.ts';
import type { PyGenerator } from '../objects/generator.ts';
import type { PyFrame } from '../objects/frame.ts';
import type { PyBaseException } from '../objects/exceptions.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';

/**
 * What to do with the result of a frame before its caller gets it: how a native goes on after a Python function it called
 * without recursing in JavaScript. Its state is in its fields, so that a running program can be copied.
 */
export interface Continuation {
  /** Runs after this one (the continuation of the native that called the native). */
  next: Continuation | null;
  /**
   * The frame returned (or its generator yielded) `value`; `vm.frame` is the caller. Gives the result; may give TAIL after pushing
   * another frame, EXC, SUSPEND, or DROP when the caller's stack and `pc` are already as they should be.
   */
  resumed(vm: VM, value: PyValue): PyValue;
  /** The frame raised. Gives a result to go on with, or EXC (with `vm.raised` set) to go on raising. Absent: go on raising. */
  failed?(vm: VM, exception: PyBaseException): PyValue;
}

/** What happens, beside giving the value to the caller, when a frame ends: bits of {@link Frame.exit}. 0 is a plain call. */
export const Exit = {
  /** The loop that runs the frame ends too: a native waits for the result in JavaScript. */
  ENTRY: 1,
  /** `continuation` looks at the result first. */
  CONTINUATION: 2,
  /** The frame belongs to `generator`. */
  GENERATOR: 4,
  /** `__init__` of an instance that is already on the caller's stack: the result must be None. */
  INIT: 8,
  /** The caller does not want the result (`__setitem__` and the like). */
  DISCARD: 16,
  /** The frame has ended, and nobody looks at it any more: the next call from the same frame may use it. */
  IDLE: 32,
  /** Python has the frame as an object, and may ask where it ended. */
  OBSERVED: 64,
  /** The generator's death is waited for; `frame.generator` is null while it is suspended (objects/lifetime-generators.ts). */
  GUARDED: 128,
} as const;

/**
 * A running (or suspended) piece of bytecode. `stack` begins with the fast locals, cells and free variables
 * (`co_localsplusnames`); the value stack follows. The loop keeps `sp`, `pc` and `stack` in variables of its own while the
 * frame runs and writes them back when it leaves it.
 */
export class Frame {
  code: PyCode;
  /** `undefined` is a local without a value, or the NULL that CPython pushes. May be longer than the code needs. */
  stack: (PyValue | undefined)[];
  /** First free entry of `stack`. */
  sp: number;
  /** Code unit to execute next. */
  pc: number;
  /** Code unit of the instruction being executed: what `f_lasti` and tracebacks show. -1 before the first. */
  lasti: number;
  globals: PyDict;
  builtins: PyDict;
  /** Namespace of a module or class body; null in functions. */
  locals: PyValue | null;
  func: PyFunction | null;
  /** Caller. Stays set when the frame has ended, so that tracebacks can show who called. */
  back: Frame | null;
  /** The frame of the last function called from here: used again by the next call (see `calleeFrame`). */
  above: Frame | null;
  /** Somebody may look at this frame when it has ended: it is never idle. Set through `keep`. */
  kept: boolean;
  /** Python frames below this one and itself; checked against `vm.recursionLimit`. */
  depth: number;
  /** See `Exit`. */
  exit: number;
  /** What to do with the result, innermost first. Set through `addContinuation`. */
  continuation: Continuation | null;
  /** The generator or coroutine this frame belongs to. Null while it is suspended and `Exit.GUARDED`: it must be able to die. */
  generator: PyGenerator | null;
  /** Python's view, made when first asked for. */
  frameObject: PyFrame | null;

  constructor(code: PyCode, stack: (PyValue | undefined)[], globals: PyDict, builtins: PyDict, locals: PyValue | null, func: PyFunction | null, back: Frame | null = null) {
    this.code = code;
    this.stack = stack;
    this.sp = code.stackBase;
    this.pc = 0;
    this.lasti = -1;
    this.globals = globals;
    this.builtins = builtins;
    this.locals = locals;
    this.func = func;
    this.back = back;
    this.above = null;
    this.kept = false;
    this.depth = back === null ? 1 : back.depth + 1;
    this.exit = 0;
    this.continuation = null;
    this.generator = null;
    this.frameObject = null;
  }
}

/** How many frames above one another stay for further calls at most. */
const keptChain = 256;

/**
 * The frame for a call from `back`, whose code the caller sets. A frame and its stack are half of what a call costs, so the last
 * callee's serve again, unless somebody kept them. Variables without a value are undefined; the caller sets the arguments.
 */
export function calleeFrame(back: Frame, func: PyFunction, code: PyCode): Frame {
  const { above } = back;
  if (above === null || above.exit !== Exit.IDLE) return (back.above = new Frame(code, code.template.slice(), func.globals, func.builtins, null, func, back));
  if (above.stack.length < code.template.length) above.stack = code.template.slice();
  above.code = code;
  above.func = func;
  above.globals = func.globals;
  above.builtins = func.builtins;
  above.depth = back.depth + 1;
  above.exit = 0;
  above.sp = code.stackBase;
  above.pc = 0;
  above.lasti = -1;
  return above;
}

/** A call's frame has ended: its values are let go. */
export function releaseFrame(frame: Frame): void {
  if (frame.kept) return;
  const { stack } = frame;
  for (let i = frame.code.template.length; i > 0; ) stack[--i] = undefined;
  frame.exit = Exit.IDLE;
  if (frame.depth % keptChain === 0) frame.above = null;
}

/** Frame and callers stay as they are, for those who look at them later. */
export function keep(frame: Frame): void {
  // The callers of a kept frame are kept; but a generator's change.
  for (let each: Frame | null = frame; each !== null && (!each.kept || each.generator !== null); each = each.back) each.kept = true;
}

/** Makes `continuation` look at the frame's result, after those that already do. */
export function addContinuation(frame: Frame, continuation: Continuation): void {
  frame.exit |= Exit.CONTINUATION;
  frame.kept = true;
  if (frame.continuation === null) {
    frame.continuation = continuation;
    return;
  }
  let last = frame.continuation;
  while (last.next !== null) last = last.next;
  last.next = continuation;
}
