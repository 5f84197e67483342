import { Op } from '@py/code';
import { EXC, PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { NativeDef, native } from '../core/native.ts';
import { defineModule } from '../core/native-module.ts';
import type { NativeModule } from '../core/native-module.ts';
import { PyType, objectType, typeOf } from '../core/type.ts';
import { stopIteration, typeError, valueError } from '../core/errors.ts';
import { isStr } from '../core/text.ts';
import { PyBuiltinFunction } from '../objects/builtin_function.ts';
import { PyCode } from '../objects/code.ts';
import { PyDict } from '../objects/dict.ts';
import { frameObject } from '../objects/frame.ts';
import type { PyBaseException } from '../objects/exceptions.ts';
import { PyFunction } from '../objects/function.ts';
import { PyMethod } from '../objects/method.ts';
import { PyGenerator } from '../objects/generator.ts';
import { PyModule } from '../objects/module.ts';
import { None } from '../objects/none.ts';
import { superCheck, superType } from '../objects/super.ts';
import { PySimpleNamespace } from '../objects/simple_namespace.ts';
import { call, takeRaised } from '../protocol/call.ts';
import { next } from '../protocol/iterate.ts';
import { asIndex } from '../protocol/number.ts';
import { BREAK, OK, RAISE, RELOAD, RERAISE } from './action.ts';
import type { Action } from './action.ts';
import type { Frame } from './frame.ts';
import { runNested } from './evaluate.ts';
import { handlers } from './ops/table.ts';
import type { TraceInfo } from './trace-lines.ts';
import { startsLine, traceState, tracingChanged } from './tracing.ts';
import { audit } from '../protocol/audit.ts';

/* `sys.monitoring` (PEP 669; CPython 3.12: Python/instrumentation.c), over the same instruction-wise execution as sys.settrace. */

const events = [
  'PY_START', 'PY_RESUME', 'PY_RETURN', 'PY_YIELD', 'CALL', 'LINE', 'INSTRUCTION', 'JUMP', 'BRANCH', 'STOP_ITERATION', 'RAISE', 'EXCEPTION_HANDLED', 'PY_UNWIND',
  'PY_THROW', 'RERAISE', 'C_RETURN', 'C_RAISE',
] as const;
type EventName = (typeof events)[number];

const PY_START = 0, PY_RESUME = 1, PY_RETURN = 2, PY_YIELD = 3, CALL = 4, LINE = 5, INSTRUCTION = 6, JUMP = 7, BRANCH = 8, STOP_ITERATION = 9;
const RAISE_EVENT = 10, EXCEPTION_HANDLED = 11, PY_UNWIND = 12, PY_THROW = 13, RERAISE_EVENT = 14, C_RETURN = 15, C_RAISE = 16;
/** Events below this number belong to places in code: they can be local, and disabled place by place. */
const localEvents = 10;
const toolCount = 6;

/** `sys.monitoring.DISABLE` and `MISSING`. */
const DISABLE: PyValue = new PyObject(objectType);
const MISSING: PyValue = new PyObject(objectType);

interface Tool {
  name: PyValue | null;
  events: number;
  readonly callbacks: (PyValue | null)[];
  readonly local: Map<PyCode, number>;
  /** Places where a callback said DISABLE: unit * 32 + event. */
  disabled: Map<PyCode, Set<number>>;
}

interface Monitoring {
  readonly tools: readonly Tool[];
  /** Some tool has events set. */
  active: boolean;
}

function monitoring(vm: VM): Monitoring {
  return vm.state('sys.monitoring', () => ({
    tools: Array.from({ length: toolCount }, () => ({ name: null, events: 0, callbacks: events.map(() => null), local: new Map(), disabled: new Map() })),
    active: false,
  }));
}

/** Does any tool watch anything? */
export function monitorsActive(vm: VM): boolean {
  return monitoring(vm).active;
}

// ---- reporting ----

/** Calls every tool that watches the event at this place. */
function fire(vm: VM, frame: Frame, event: number, unit: number, args: readonly PyValue[]): void {
  const trace = traceState(vm);
  if (trace.depth > 0) return;
  const { code } = frame;
  const bit = 1 << (event >= C_RETURN ? CALL : event);
  for (const tool of monitoring(vm).tools) {
    const callback = tool.callbacks[event];
    if (callback === null || ((tool.events | (tool.local.get(code) ?? 0)) & bit) === 0) continue;
    const place = unit * 32 + event;
    if (event < localEvents && tool.disabled.get(code)?.has(place)) continue;
    if (callTool(vm, frame, callback, [code, ...args]) !== DISABLE) continue;
    if (event >= localEvents) {
      tool.callbacks[event] = null;
      throw valueError(`Cannot disable ${events[event]} events. Callback removed.`);
    }
    let places = tool.disabled.get(code);
    if (places === undefined) tool.disabled.set(code, (places = new Set()));
    places.add(place);
  }
}

function callTool(vm: VM, frame: Frame, callback: PyValue, args: PyValue[]): PyValue {
  const trace = traceState(vm);
  const { raised, pendingThrow, result } = vm;
  const wasFrame = vm.frame;
  vm.frame = frame;
  trace.depth++;
  try {
    return call(vm, callback, args);
  } finally {
    trace.depth--;
    vm.frame = wasFrame;
    vm.raised = raised;
    vm.pendingThrow = pendingThrow;
    vm.result = result;
  }
}

/**
 * Reports what an instruction means. Gives its action when it had to be executed to know (calls, jumps), else null: the caller
 * executes it.
 */
export function monitorInstruction(vm: VM, frame: Frame, unit: number, opcode: number, arg: number, info: TraceInfo): Action | null {
  const offset = unit * 2;
  const { code, stack, sp } = frame;
  if (opcode === Op.RESUME) {
    fire(vm, frame, (arg & 3) === 0 ? PY_START : PY_RESUME, unit, [offset]);
    return null;
  }
  const view = frameObject(frame);
  if (info.starts[unit] === 1 && lineBegins(view, unit)) fire(vm, frame, LINE, unit, [code.lineAt(unit)]);
  fire(vm, frame, INSTRUCTION, unit, [offset]);
  switch (opcode) {
    case Op.RETURN_VALUE:
      fire(vm, frame, PY_RETURN, unit, [offset, stack[sp - 1] as PyValue]);
      return null;
    case Op.RETURN_CONST:
      fire(vm, frame, PY_RETURN, unit, [offset, code.consts[arg]]);
      return null;
    case Op.YIELD_VALUE:
      fire(vm, frame, PY_YIELD, unit, [offset, stack[sp - 1] as PyValue]);
      return null;
    case Op.END_SEND:
      if (stack[sp - 2] instanceof PyGenerator) fire(vm, frame, STOP_ITERATION, unit, [offset, stopIteration(stack[sp - 1] as PyValue)]);
      return null;
    case Op.CALL:
    case 177: // CALL after KW_NAMES
    case Op.CALL_FUNCTION_EX:
      return monitoredCall(vm, frame, unit, opcode, arg);
    case Op.LOAD_SUPER_ATTR:
      monitorSuper(vm, frame, unit, arg);
      return loadBound(vm, frame, arg);
    case Op.JUMP_FORWARD:
    case Op.JUMP_BACKWARD:
      return monitoredJump(vm, frame, unit, opcode, arg, JUMP);
    case Op.POP_JUMP_IF_FALSE:
    case Op.POP_JUMP_IF_TRUE:
    case Op.POP_JUMP_IF_NONE:
    case Op.POP_JUMP_IF_NOT_NONE:
    case Op.FOR_ITER:
      return monitoredJump(vm, frame, unit, opcode, arg, BRANCH);
    default:
      return null;
  }
}

/** `view.previous` is the instruction itself by now; what was before it is in `view.before`. */
function lineBegins(view: ReturnType<typeof frameObject>, unit: number): boolean {
  const previous = view.previous;
  view.previous = view.before;
  const begins = startsLine(view, unit);
  view.previous = previous;
  return begins;
}

function monitoredJump(vm: VM, frame: Frame, unit: number, opcode: number, arg: number, event: number): Action {
  const iterator = frame.stack[frame.sp - 1];
  // A generator is run inside the instruction here, so that it is known where the branch went.
  const action = opcode === Op.FOR_ITER && iterator instanceof PyGenerator ? nextOfGenerator(vm, frame, iterator, arg) : handlers[opcode](vm, frame, arg);
  if ((action === OK || action === BREAK) && vm.frame === frame) {
    fire(vm, frame, event, unit, [unit * 2, frame.pc * 2]);
  }
  return action;
}

function nextOfGenerator(vm: VM, frame: Frame, generator: PyGenerator, target: number): Action {
  generator.returned = undefined;
  const item = next(vm, generator);
  const { returned } = generator;
  if (item === undefined && returned !== undefined && returned !== None) fire(vm, frame, STOP_ITERATION, frame.lasti, [frame.lasti * 2, stopIteration(returned)]);
  if (item !== undefined) frame.stack[frame.sp++] = item;
  else {
    frame.sp--;
    frame.pc = target;
  }
  return OK;
}

function monitoredCall(vm: VM, frame: Frame, unit: number, opcode: number, arg: number): Action {
  const { stack, sp } = frame;
  const base = opcode === Op.CALL_FUNCTION_EX ? sp - 3 - (arg & 1) : sp - arg - 2;
  const method = opcode === Op.CALL_FUNCTION_EX ? undefined : stack[base];
  const callable = (method === undefined ? stack[base + 1] : method) as PyValue;
  let first: PyValue = MISSING;
  if (opcode === Op.CALL_FUNCTION_EX) {
    const { items } = stack[base + 2] as { items?: readonly PyValue[] };
    if (items !== undefined && items.length > 0) first = items[0];
  } else if (method !== undefined) first = stack[base + 1] as PyValue;
  else if (arg > 0) first = stack[base + 2] as PyValue;
  fire(vm, frame, CALL, unit, [unit * 2, callable, first]);
  if (isPythonFunction(callable, method !== undefined)) return handlers[opcode](vm, frame, arg);
  // Anything but a Python function is called inside the instruction, so that it is known how it ended.
  const started = frame.exit;
  let action: Action;
  try {
    action = handlers[opcode](vm, frame, arg);
    if (action === RELOAD) {
      vm.nativeDepth++;
      const value = runNested(vm);
      vm.nativeDepth--;
      if (value === EXC) throw takeRaised(vm);
      frame.stack[frame.sp++] = value;
      vm.frame = frame;
      frame.exit = started;
      action = OK;
    }
  } catch (error) {
    fire(vm, frame, C_RAISE, unit, [unit * 2, callable, first]);
    throw error;
  }
  fire(vm, frame, action === RAISE || action === RERAISE ? C_RAISE : C_RETURN, unit, [unit * 2, callable, first]);
  return action;
}

/** The call of `super` that LOAD_SUPER_ATTR stands for. */
function monitorSuper(vm: VM, frame: Frame, unit: number, arg: number): void {
  const { stack, sp } = frame;
  const [callable, cls, self] = stack.slice(sp - 3, sp) as PyValue[];
  const first = arg & 2 ? cls : MISSING;
  fire(vm, frame, CALL, unit, [unit * 2, callable, first]);
  if (callable !== superType) return;
  try {
    if (!(cls instanceof PyType)) throw typeError(`super() argument 1 must be a type, not ${typeOf(cls).tpName}`);
    superCheck(vm, cls, self);
  } catch (error) {
    fire(vm, frame, C_RAISE, unit, [unit * 2, callable, first]);
    throw error;
  }
  fire(vm, frame, C_RETURN, unit, [unit * 2, callable, first]);
}

/** Where calls are watched, `super().method` is a bound method and no function with `self` beside it. */
function loadBound(vm: VM, frame: Frame, arg: number): Action {
  const action = handlers[Op.LOAD_SUPER_ATTR](vm, frame, arg);
  const { stack, sp } = frame;
  const func = stack[sp - 2];
  if (action !== OK || (arg & 1) === 0 || func === undefined) return action;
  const self = stack[sp - 1] as PyValue;
  stack[sp - 1] = (typeOf(func).tp_descr_get as NonNullable<PyType['tp_descr_get']>)(vm, func, self, typeOf(self));
  stack[sp - 2] = undefined;
  return OK;
}

function isPythonFunction(callable: PyValue, isMethod: boolean): boolean {
  return callable instanceof PyFunction || (!isMethod && callable instanceof PyMethod && callable.func instanceof PyFunction);
}

export function monitorRaise(vm: VM, frame: Frame, exception: PyBaseException): void {
  fire(vm, frame, RAISE_EVENT, frame.lasti, [frame.lasti * 2, exception]);
}

export function monitorReraise(vm: VM, frame: Frame, exception: PyBaseException): void {
  fire(vm, frame, RERAISE_EVENT, frame.lasti, [frame.lasti * 2, exception]);
}

export function monitorHandled(vm: VM, frame: Frame, exception: PyBaseException): void {
  fire(vm, frame, EXCEPTION_HANDLED, frame.pc, [frame.pc * 2, exception]);
}

export function monitorUnwind(vm: VM, frame: Frame, exception: PyBaseException): void {
  fire(vm, frame, PY_UNWIND, frame.lasti, [frame.lasti * 2, exception]);
}

export function monitorThrow(vm: VM, frame: Frame, exception: PyBaseException): void {
  fire(vm, frame, PY_THROW, frame.lasti, [frame.lasti * 2, exception]);
}

// ---- sys.monitoring ----

function changed(vm: VM): void {
  const state = monitoring(vm);
  state.active = state.tools.some((tool) => tool.events !== 0 || [...tool.local.values()].some((bits) => bits !== 0));
  tracingChanged(vm);
}

function toolAt(vm: VM, id: PyValue): Tool {
  const index = Number(asIndex(vm, id));
  if (index < 0 || index >= toolCount) throw valueError(`invalid tool ${index} (must be between 0 and 5)`);
  return monitoring(vm).tools[index];
}

function toolInUse(vm: VM, id: PyValue): Tool {
  const tool = toolAt(vm, id);
  if (tool.name === null) throw valueError(`tool ${Number(asIndex(vm, id))} is not in use`);
  return tool;
}

function use_tool_id(vm: VM, id: PyValue, name: PyValue): PyValue {
  const tool = toolAt(vm, id);
  if (!isStr(name)) throw valueError('tool name must be a str');
  if (tool.name !== null) throw valueError(`tool ${Number(asIndex(vm, id))} is already in use`);
  tool.name = name;
  return None;
}

function free_tool_id(vm: VM, id: PyValue): PyValue {
  const tool = toolAt(vm, id);
  tool.name = null;
  tool.events = 0;
  tool.callbacks.fill(null);
  tool.local.clear();
  tool.disabled = new Map();
  changed(vm);
  return None;
}

function register_callback(vm: VM, id: PyValue, event: PyValue, func: PyValue): PyValue {
  const tool = toolAt(vm, id);
  const bits = Number(asIndex(vm, event));
  if (bits <= 0 || (bits & (bits - 1)) !== 0) throw valueError('The callback can only be set for one event at a time');
  const index = Math.log2(bits);
  if (index >= events.length) throw valueError(`invalid event ${bits}`);
  audit(vm, 'sys.monitoring.register_callback', func);
  const old = tool.callbacks[index];
  tool.callbacks[index] = func === None ? null : func;
  return old ?? None;
}

function checkedEvents(vm: VM, value: PyValue, limit: number, what: string): number {
  let bits = Number(asIndex(vm, value));
  if (bits < 0 || bits >= 2 ** limit && (what !== 'local event set' || bits >= 2 ** events.length || (bits & 0x18000) === 0)) throw valueError(`invalid ${what} 0x${(bits >>> 0).toString(16)}`);
  const calls = (1 << C_RETURN) | (1 << C_RAISE);
  if (bits & calls) {
    if ((bits & (1 << CALL)) === 0) throw valueError('cannot set C_RETURN or C_RAISE events independently');
    bits &= ~calls;
  }
  return bits;
}

function set_events(vm: VM, id: PyValue, event_set: PyValue): PyValue {
  toolAt(vm, id);
  const bits = checkedEvents(vm, event_set, events.length, 'event set');
  const tool = toolInUse(vm, id);
  tool.events = bits;
  changed(vm);
  return None;
}

function get_local_events(vm: VM, id: PyValue, code: PyValue): PyValue {
  if (!(code instanceof PyCode)) throw typeError('code must be a code object');
  return toolAt(vm, id).local.get(code) ?? 0;
}

function set_local_events(vm: VM, id: PyValue, code: PyValue, event_set: PyValue): PyValue {
  const tool = toolAt(vm, id);
  if (!(code instanceof PyCode)) throw typeError('code must be a code object');
  const bits = checkedEvents(vm, event_set, localEvents, 'local event set');
  toolInUse(vm, id);
  tool.local.set(code, bits);
  changed(vm);
  return None;
}

function restart_events(vm: VM): PyValue {
  for (const tool of monitoring(vm).tools) tool.disabled = new Map();
  return None;
}

/** `_all_events()`: which tools have each event set, by name. */
function all_events(vm: VM): PyValue {
  const dict = new PyDict();
  for (const [index, name] of events.entries()) {
    let tools = 0;
    for (const [id, tool] of monitoring(vm).tools.entries()) if (tool.events & (1 << index)) tools |= 1 << id;
    if (tools !== 0) dict.setStr(name, tools);
  }
  return dict;
}

const functions: readonly NativeDef[] = [
  native('use_tool_id(tool_id, name, /)', use_tool_id),
  native('free_tool_id(tool_id, /)', free_tool_id),
  native('get_tool(tool_id, /)', (vm: VM, id: PyValue) => toolAt(vm, id).name ?? None),
  native('register_callback(tool_id, event, func, /)', register_callback),
  native('get_events(tool_id, /)', (vm: VM, id: PyValue) => toolAt(vm, id).events),
  native('set_events(tool_id, event_set, /)', set_events),
  native('get_local_events(tool_id, code, /)', get_local_events),
  native('set_local_events(tool_id, code, event_set, /)', set_local_events),
  native('restart_events()', restart_events),
  native('_all_events()', all_events),
];

const monitoringModule: NativeModule = defineModule('sys.monitoring', {
  ...Object.fromEntries(functions.map((def) => [def.name, def])),
  DISABLE, MISSING, DEBUGGER_ID: 0, COVERAGE_ID: 1, PROFILER_ID: 2, OPTIMIZER_ID: 5,
});

/** `sys.monitoring`, made for a VM. */
export function newMonitoring(_vm: VM): PyValue {
  const module = new PyModule(monitoringModule.name);
  for (const [name, member] of Object.entries(monitoringModule.members)) {
    module.dict.setStr(name, member instanceof NativeDef ? new PyBuiltinFunction(member, module, monitoringModule.name) : (member as PyValue));
  }
  const bits = PyDict.fromStrings(events.map((name: EventName, index) => [name, 1 << index] as const));
  bits.setStr('NO_EVENTS', 0);
  module.dict.setStr('events', new PySimpleNamespace(bits));
  return module;
}
