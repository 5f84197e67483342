import { Op } from '@py/code';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { builtinFunctionType, methodDescriptorType, typeOf } from '../core/type.ts';
import { stopIteration } from '../core/errors.ts';
import { PyBuiltinFunction } from '../objects/builtin_function.ts';
import type { PyMethodDescriptor } from '../objects/descriptor.ts';
import type { PyBaseException } from '../objects/exceptions.ts';
import { frameLocals, frameObject, localsToFast } from '../objects/frame.ts';
import type { PyFrame } from '../objects/frame.ts';
import { PyGenerator } from '../objects/generator.ts';
import { None } from '../objects/none.ts';
import { newTuple } from '../objects/tuple.ts';
import { call } from '../protocol/call.ts';
import { BREAK, OK, RAISE, RELOAD, WAIT } from './action.ts';
import type { Action } from './action.ts';
import { addContinuation } from './frame.ts';
import type { Continuation, Frame } from './frame.ts';
import { monitorInstruction, monitorRaise, monitorThrow, monitorUnwind, monitorsActive } from './monitoring.ts';
import { cacheWidths, handlers } from './ops/table.ts';
import { GUARDED_YIELD, TRACE } from './private-ops.ts';
import { traceInfo } from './trace-lines.ts';

/*
 * sys.settrace, sys.setprofile and the instruction-wise execution that they, sys.monitoring and stepping share: while any of them
 * is on, code runs from an array in which every instruction is TRACE. CPython 3.12: Python/legacy_tracing.c, instrumentation.c.
 */

/** What is traced in one VM. */
export interface TraceState {
  /** `sys.gettrace()`, or null. */
  trace: PyValue | null;
  profile: PyValue | null;
  /** A trace function is running: nothing is reported meanwhile. */
  depth: number;
  /** `opcode` events: some frame asked for them before the trace function was set. */
  opcodes: boolean;
  opcodesWanted: boolean;
  /** The event being reported, for `f_lineno` jumps; null outside. */
  event: string | null;
  /** The frame it is reported for. */
  frame: Frame | null;
  /** Called before every instruction by tools that step; true pauses the run. */
  step: ((frame: Frame) => boolean) | null;
}

export function traceState(vm: VM): TraceState {
  return vm.state('tracing', () => ({ trace: null, profile: null, depth: 0, opcodes: false, opcodesWanted: false, event: null, frame: null, step: null }));
}

/** Something was switched on or off: code running and code to run is looked at again. */
export function tracingChanged(vm: VM): void {
  const state = traceState(vm);
  vm.tracing = state.trace !== null || state.profile !== null || state.step !== null || monitorsActive(vm);
  vm.traceVersion++;
  for (let frame = vm.frame; frame !== null; frame = frame.back) chooseWords(vm, frame);
  vm.requestBreak();
}

function chooseWords(vm: VM, frame: Frame): void {
  const { code } = frame;
  code.prepare(vm);
  code.traceVersion = vm.traceVersion;
  code.words = vm.tracing ? traceInfo(code, TRACE).words : code.fast;
}

/** The breaker found code that was not looked at since tracing changed. True when it now runs another array. */
export function prepareTracing(vm: VM, frame: Frame): boolean {
  const before = frame.code.words;
  chooseWords(vm, frame);
  if (frame.code.words === before) return false;
  // The function's RESUME found it: that is where the call is reported.
  if (vm.tracing && (frame.code.plain[frame.lasti] & 0xff) === Op.RESUME) frame.pc = frame.lasti;
  return true;
}

/** Executes one instruction of traced code, reporting what happens. */
export function traceInstruction(vm: VM, frame: Frame): Action {
  const { code } = frame;
  const unit = frame.lasti;
  const word = code.plain[unit];
  const opcode = word & 0xff;
  const arg = word >>> 8;
  frame.pc = unit + 1 + cacheWidths[opcode];
  const handler = handlers[(code.fast[unit] & 0xff) === GUARDED_YIELD ? GUARDED_YIELD : opcode];
  const state = traceState(vm);
  if (!vm.tracing) {
    const action = handler(vm, frame, arg);
    code.words = code.fast;
    return action === OK ? RELOAD : action;
  }
  const info = traceInfo(code, TRACE);
  if (state.depth > 0 || unit < info.first) return handler(vm, frame, arg);
  const view = frameObject(frame);
  const next = frame.pc;
  view.before = view.previous;
  if (state.step !== null && state.step(frame)) {
    frame.pc = unit;
    vm.suspension = null;
    return pause(vm);
  }
  if (opcode === Op.RESUME) reportCall(vm, view, state);
  else {
    const starts = info.starts[unit] === 1 && startsLine(view, unit);
    view.previous = unit;
    if (starts) reportLine(vm, view, state, code.lineAt(unit));
    if (state.opcodes && view.traceOpcodes) report(vm, view, state, view.trace, 'opcode', None);
    if (frame.pc !== next) return OK; // A jump: `f_lineno` was set.
  }
  view.previous = unit;
  if (monitorsActive(vm)) {
    const monitored = monitorInstruction(vm, frame, unit, opcode, arg, info);
    if (frame.pc !== next) return OK;
    if (monitored !== null) return afterInstruction(vm, view, state, unit, opcode, monitored);
  }
  if (opcode === Op.RETURN_VALUE || opcode === Op.YIELD_VALUE) reportReturn(vm, view, state, frame.stack[frame.sp - 1] as PyValue);
  else if (opcode === Op.RETURN_CONST) reportReturn(vm, view, state, code.consts[arg]);
  else if (opcode === Op.END_SEND) reportEndOfSend(vm, view, state);
  if (frame.pc !== next) return OK;
  const action = state.profile === null || !isCall(opcode) ? handler(vm, frame, arg) : profiledCall(vm, view, state, handler, arg);
  return afterInstruction(vm, view, state, unit, opcode, action);
}

/** Leaves the loop with nothing to wait for. */
function pause(vm: VM): Action {
  vm.suspension = null;
  return WAIT;
}

/** A jump back within one line begins the line again. */
function afterInstruction(vm: VM, view: PyFrame, state: TraceState, unit: number, opcode: number, action: Action): Action {
  const { frame } = view;
  if ((action === OK || action === BREAK) && frame.pc <= unit && opcode !== Op.JUMP_BACKWARD_NO_INTERRUPT) {
    const line = frame.code.lineAt(unit);
    if (line >= 0 && frame.code.lineAt(frame.pc) === line) reportLine(vm, view, state, line);
  }
  return action;
}

/** The instruction may begin a line: does it, after what was executed before it? */
export function startsLine(view: PyFrame, unit: number): boolean {
  const { code } = view.frame;
  if (view.previous < 0 || code.lineAt(view.previous) !== code.lineAt(unit)) return true;
  return (code.plain[view.previous] & 0xff) === Op.RESUME;
}

// ---- events ----

function reportCall(vm: VM, view: PyFrame, state: TraceState): void {
  view.previous = view.frame.lasti;
  if (state.trace !== null) report(vm, view, state, state.trace, 'call', None);
  if (state.profile !== null) profile(vm, view, state, 'call', None);
}

function reportLine(vm: VM, view: PyFrame, state: TraceState, line: number): void {
  if (state.trace === null || view.trace === null || !view.traceLines) return;
  view.line = line;
  try {
    report(vm, view, state, view.trace, 'line', None);
  } finally {
    view.line = 0;
  }
}

function reportReturn(vm: VM, view: PyFrame, state: TraceState, value: PyValue): void {
  if (state.trace !== null) report(vm, view, state, view.trace, 'return', value);
  if (state.profile !== null) profile(vm, view, state, 'return', value);
}

/** A generator that was delegated to has returned: reported as the StopIteration that it stands for. */
function reportEndOfSend(vm: VM, view: PyFrame, state: TraceState): void {
  const { stack, sp } = view.frame;
  if (state.trace === null || !(stack[sp - 2] instanceof PyGenerator)) return;
  const value = stack[sp - 1] as PyValue;
  const error = stopIteration(value);
  report(vm, view, state, view.trace, 'exception', newTuple([error.cls, error, None]));
}

/** Calls the trace function (CPython: call_trampoline). What it returns becomes the frame's; when it raises, tracing ends. */
function report(vm: VM, view: PyFrame, state: TraceState, callback: PyValue | null, event: string, argument: PyValue): void {
  if (callback === null || state.depth > 0) return;
  let result: PyValue;
  try {
    result = callHook(vm, view, state, callback, event, argument);
  } catch (error) {
    state.trace = null;
    view.trace = null;
    tracingChanged(vm);
    throw error;
  }
  if (result !== None) view.trace = result;
}

function profile(vm: VM, view: PyFrame, state: TraceState, event: string, argument: PyValue): void {
  if (state.profile === null || state.depth > 0) return;
  try {
    callHook(vm, view, state, state.profile, event, argument);
  } catch (error) {
    state.profile = null;
    tracingChanged(vm);
    throw error;
  }
}

function callHook(vm: VM, view: PyFrame, state: TraceState, callback: PyValue, event: string, argument: PyValue): PyValue {
  const { frame } = view;
  const { raised, pendingThrow, result } = vm;
  const before = state.event;
  const beforeFrame = state.frame;
  const wasFrame = vm.frame;
  vm.frame = frame;
  state.depth++;
  state.event = event;
  state.frame = frame;
  if (frame.locals !== null && frame.code.optimized) frameLocals(vm, frame);
  try {
    return call(vm, callback, [view, event, argument]);
  } finally {
    state.depth--;
    state.event = before;
    state.frame = beforeFrame;
    if (frame.locals !== null) localsToFast(vm, frame);
    vm.frame = wasFrame;
    vm.raised = raised;
    vm.pendingThrow = pendingThrow;
    vm.result = result;
  }
}

/** An exception was raised in the frame, or came to it from one that it called. */
export function tracedRaise(vm: VM, frame: Frame, exception: PyBaseException): void {
  const state = traceState(vm);
  if (state.depth > 0) return;
  const view = frameObject(frame);
  if (state.trace !== null) report(vm, view, state, view.trace, 'exception', newTuple([exception.cls, exception, exception.traceback ?? None]));
  if (monitorsActive(vm)) monitorRaise(vm, frame, exception);
}

/** The frame is left by an exception. */
export function tracedUnwind(vm: VM, frame: Frame, exception: PyBaseException): void {
  const state = traceState(vm);
  if (state.depth > 0) return;
  reportReturn(vm, frameObject(frame), state, None);
  if (monitorsActive(vm)) monitorUnwind(vm, frame, exception);
}

/** An exception is thrown into a suspended generator's frame. */
export function tracedThrow(vm: VM, frame: Frame, exception: PyBaseException): void {
  // It does not come past a RESUME, where code that was not looked at since would be found.
  if (frame.code.traceVersion !== vm.traceVersion) chooseWords(vm, frame);
  const state = traceState(vm);
  if (state.depth > 0) return;
  reportCall(vm, frameObject(frame), state);
  if (monitorsActive(vm)) monitorThrow(vm, frame, exception);
}

// ---- setprofile: calls of built-in functions ----

function isCall(opcode: number): boolean {
  return opcode === Op.CALL || opcode === 177 || opcode === Op.CALL_FUNCTION_EX;
}

function profiledCall(vm: VM, view: PyFrame, state: TraceState, handler: (vm: VM, frame: Frame, arg: number) => Action, arg: number): Action {
  const { frame } = view;
  const callable = builtinCallee(frame, arg);
  if (callable === null) return handler(vm, frame, arg);
  profile(vm, view, state, 'c_call', callable);
  let action: Action;
  try {
    action = handler(vm, frame, arg);
  } catch (error) {
    profile(vm, view, state, 'c_exception', callable);
    throw error;
  }
  if (action === RELOAD && vm.frame !== null && vm.frame !== frame) addContinuation(vm.frame, new AfterProfiledCall(view, callable));
  else profile(vm, view, state, action === RAISE ? 'c_exception' : 'c_return', callable);
  return action;
}

/** A built-in function that went on in a frame of its own (`generator.throw`, `exec`) returns when that ends. */
class AfterProfiledCall implements Continuation {
  next: Continuation | null = null;
  private readonly view: PyFrame;
  private readonly callable: PyValue;
  constructor(view: PyFrame, callable: PyValue) {
    this.view = view;
    this.callable = callable;
  }
  resumed(vm: VM, value: PyValue): PyValue {
    const state = traceState(vm);
    if (state.profile !== null) profile(vm, this.view, state, 'c_return', this.callable);
    return value;
  }
  failed(vm: VM, exception: PyBaseException): PyValue {
    const state = traceState(vm);
    if (state.profile !== null) profile(vm, this.view, state, 'c_exception', this.callable);
    return vm.raise(exception);
  }
}

/** The built-in function that a CALL is about to call, as profilers see it, or null. */
function builtinCallee(frame: Frame, arg: number): PyValue | null {
  const { stack, sp } = frame;
  const opcode = frame.code.plain[frame.lasti] & 0xff;
  const base = opcode === Op.CALL_FUNCTION_EX ? sp - 3 - (arg & 1) : sp - arg - 2;
  const method = stack[base];
  const callable = (method === undefined ? stack[base + 1] : method) as PyValue;
  const type = typeOf(callable);
  if (type === builtinFunctionType) return callable;
  if (type !== methodDescriptorType) return null;
  const self = method === undefined ? stack[base + 2] : stack[base + 1];
  return new PyBuiltinFunction((callable as PyMethodDescriptor).def, self as PyValue);
}
