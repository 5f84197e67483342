import {
  asDouble, call, defineModule, defineStructSequence, defineType, getAttr, isInt, intValue, isStr, isTrue, jsText, native, nativeRaw, None, PyBaseException, PyBuiltinFunction, PyFloat, PyList, PyMethodDescriptor, PyObject, PyStructSequence, reportUnraisable, reprText, strFromJS, valueError,
} from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { keywordArguments } from '../arguments.ts';
import { docs } from './docs.ts';

/* `_lsprof`, what cProfile is made of (CPython 3.12: Modules/_lsprof.c), over `sys.monitoring`. */

/** How often and how long something ran, in all or when called from one place. Times in ticks of the timer. */
class Timing {
  total = 0;
  inline = 0;
  calls = 0;
  recursive = 0;
  /** Calls under way. */
  level = 0;

  left(total: number, inline: number): void {
    if (--this.level === 0) this.total += total;
    else this.recursive++;
    this.inline += inline;
    this.calls++;
  }
}

class Entry extends Timing {
  /** A code object, or the name of a built-in function. */
  readonly code: PyValue;
  /** What it called. */
  readonly callees = new Map<Entry, Timing>();
  constructor(code: PyValue) {
    super();
    this.code = code;
  }
}

/** A call under way. */
interface Running {
  readonly entry: Entry;
  readonly start: number;
  /** Time spent in calls from it. */
  below: number;
  readonly caller: Running | null;
}

class Profiler extends PyObject {
  timer: PyValue | null = null;
  unit = 0;
  subcalls = true;
  builtins = true;
  enabled = false;
  /** By code object, or by definition of a built-in function. */
  entries = new Map<unknown, Entry>();
  current: Running | null = null;
}

const PROFILER_ID = 2;

/** `sys.monitoring.name(*args)` */
function monitoring(vm: VM, name: string, ...args: PyValue[]): PyValue {
  return call(vm, getAttr(vm, vm.sysDict.getStr('monitoring') as PyValue, name), args); // The VM always has it.
}

/** Which of the methods sees which events. */
const callbacks: readonly (readonly [string, string])[] = [
  ['PY_START', '_pystart_callback'], ['PY_RESUME', '_pystart_callback'], ['PY_THROW', '_pystart_callback'], ['PY_RETURN', '_pyreturn_callback'], ['PY_YIELD', '_pyreturn_callback'], ['PY_UNWIND', '_pyreturn_callback'],
  ['CALL', '_ccall_callback'], ['C_RETURN', '_creturn_callback'], ['C_RAISE', '_creturn_callback'],
];

// ---- time ----

function now(vm: VM, self: Profiler): number {
  if (self.timer === null) return Number(vm.host.clock?.monotonic() ?? 0n);
  try {
    const time = call(vm, self.timer);
    if (self.unit > 0) return isInt(time) ? Number(intValue(time)) : Math.trunc(asDouble(vm, time));
    return asDouble(vm, time);
  } catch (error) {
    // A timer that fails must not change what it measures.
    if (!(error instanceof PyBaseException)) throw error;
    reportUnraisable(vm, error, null, self.timer);
    return 0;
  }
}

/** Seconds that a tick lasts. */
function tick(self: Profiler): number {
  if (self.timer === null) return 1e-9;
  return self.unit > 0 ? self.unit : 1;
}

// ---- calls ----

function entered(vm: VM, self: Profiler, key: unknown, name: () => PyValue): void {
  let entry = self.entries.get(key);
  if (entry === undefined) self.entries.set(key, (entry = new Entry(name())));
  const caller = self.current;
  entry.level++;
  if (self.subcalls && caller !== null) {
    let timing = caller.entry.callees.get(entry);
    if (timing === undefined) caller.entry.callees.set(entry, (timing = new Timing()));
    timing.level++;
  }
  self.current = { entry, start: now(vm, self), below: 0, caller };
}

function left(vm: VM, self: Profiler, key: unknown): void {
  const running = self.current;
  if (running === null) return;
  if (self.entries.get(key) === undefined) self.current = running.caller;
  else stop(vm, self, running);
}

function stop(vm: VM, self: Profiler, running: Running): void {
  const total = now(vm, self) - running.start;
  const inline = total - running.below;
  const { caller, entry } = running;
  if (caller !== null) caller.below += total;
  self.current = caller;
  entry.left(total, inline);
  if (self.subcalls && caller !== null) caller.entry.callees.get(entry)?.left(total, inline);
}

/** The built-in function that a call calls, or null. */
function builtinOf(callable: PyValue): PyBuiltinFunction | PyMethodDescriptor | null {
  return callable instanceof PyBuiltinFunction || callable instanceof PyMethodDescriptor ? callable : null;
}

/** `<built-in method builtins.len>`, `<method 'append' of 'list' objects>` */
function builtinName(vm: VM, fn: PyBuiltinFunction | PyMethodDescriptor): PyValue {
  if (fn instanceof PyMethodDescriptor) return strFromJS(reprText(vm, fn));
  if (fn.module !== null && isStr(fn.module)) return strFromJS(`<built-in method ${jsText(fn.module)}.${fn.def.name}>`);
  const method = fn.self === null || typeof fn.self !== 'object' ? undefined : fn.self.cls.lookup(fn.def.name);
  return strFromJS(method === undefined ? `<built-in method ${fn.def.name}>` : reprText(vm, method));
}

function ccall(vm: VM, self: Profiler, _code: PyValue, _offset: PyValue, callable: PyValue): PyValue {
  const fn = self.builtins ? builtinOf(callable) : null;
  if (fn !== null) entered(vm, self, fn.def, () => builtinName(vm, fn));
  return None;
}

function creturn(vm: VM, self: Profiler, _code: PyValue, _offset: PyValue, callable: PyValue): PyValue {
  const fn = self.builtins ? builtinOf(callable) : null;
  if (fn !== null) left(vm, self, fn.def);
  return None;
}

// ---- statistics ----

const timingFields = (what: string, inline: string): { name: string; doc: string }[] => [
  { name: 'callcount', doc: `how many times this ${what}` }, { name: 'reccallcount', doc: what === 'was called' ? 'how many times called recursively' : 'how many times this is called recursively' },
  { name: 'totaltime', doc: what === 'was called' ? 'total time in this entry' : 'total time spent in this call' }, { name: 'inlinetime', doc: inline },
];
const entryType: PyType = defineStructSequence('_lsprof', 'profiler_entry', [{ name: 'code', doc: 'code object or built-in function name' }, ...timingFields('was called', 'inline time in this entry (not in subcalls)'), { name: 'calls', doc: 'details of the calls' }]);
const subentryType: PyType = defineStructSequence('_lsprof', 'profiler_subentry', [{ name: 'code', doc: 'called code object or built-in function name' }, ...timingFields('is called', 'inline time (not in further subcalls)')]);

function timing(entry: Timing, scale: number): PyValue[] {
  return [entry.calls, entry.recursive, new PyFloat(entry.total * scale), new PyFloat(entry.inline * scale)];
}

function getstats(vm: VM, self: Profiler): PyValue {
  if (self.enabled) disable(vm, self);
  const scale = tick(self);
  const found: PyValue[] = [];
  for (const entry of self.entries.values()) {
    if (entry.calls === 0) continue;
    const calls = [...entry.callees].filter(([, callee]) => callee.calls > 0).map(([callee, own]) => new PyStructSequence(subentryType, [callee.code, ...timing(own, scale)]));
    found.push(new PyStructSequence(entryType, [entry.code, ...timing(entry, scale), calls.length === 0 ? None : new PyList(calls)]));
  }
  return new PyList(found);
}

// ---- switching on and off ----

function enable(vm: VM, self: Profiler, subcalls: PyValue | undefined, builtins: PyValue | undefined): PyValue {
  if (subcalls !== undefined) self.subcalls = isTrue(vm, subcalls);
  if (builtins !== undefined) self.builtins = isTrue(vm, builtins);
  if (monitoring(vm, 'get_tool', PROFILER_ID) !== None) throw valueError('Another profiling tool is already active');
  monitoring(vm, 'use_tool_id', PROFILER_ID, 'cProfile');
  const events = getAttr(vm, vm.sysDict.getStr('monitoring') as PyValue, 'events');
  let all = 0;
  for (const [event, method] of callbacks) {
    const bit = getAttr(vm, events, event);
    monitoring(vm, 'register_callback', PROFILER_ID, bit, getAttr(vm, self, method));
    // The ends of calls come with the calls.
    if (!event.startsWith('C_')) all |= Number(bit);
  }
  self.enabled = true;
  monitoring(vm, 'set_events', PROFILER_ID, all);
  return None;
}

function disable(vm: VM, self: Profiler): PyValue {
  if (self.enabled) {
    const events = getAttr(vm, vm.sysDict.getStr('monitoring') as PyValue, 'events');
    monitoring(vm, 'set_events', PROFILER_ID, 0);
    for (const [event] of callbacks) monitoring(vm, 'register_callback', PROFILER_ID, getAttr(vm, events, event), None);
    monitoring(vm, 'free_tool_id', PROFILER_ID);
    self.enabled = false;
  }
  while (self.current !== null) stop(vm, self, self.current);
  return None;
}

const profilerType: PyType = defineType('Profiler', {
  module: '_lsprof',
  basetype: true,
  doc: docs.Profiler,
  slots: {
    tp_new: (_vm, type) => new Profiler(type),
    tp_init(vm, value, args, kwnames) {
      const self = value as Profiler; // tp_new made it.
      const [timer, unit, subcalls, builtins] = keywordArguments('Profiler()', ['timer', 'timeunit', 'subcalls', 'builtins'], args, kwnames, 0);
      self.unit = unit === undefined ? 0 : asDouble(vm, unit);
      self.timer = timer === undefined || timer === None ? null : timer;
      self.subcalls = subcalls === undefined || isTrue(vm, subcalls);
      self.builtins = builtins === undefined || isTrue(vm, builtins);
    },
  },
  methods: [
    native('getstats(self, /)', getstats, docs['Profiler.getstats']),
    nativeRaw('enable(self, /, subcalls=True, builtins=True)', (vm, self, args, kwnames) => {
      const [subcalls, builtins] = keywordArguments('enable()', ['subcalls', 'builtins'], args, kwnames, 0);
      return enable(vm, self as Profiler, subcalls, builtins);
    }, docs['Profiler.enable']).unsigned(),
    native('disable(self, /)', disable, docs['Profiler.disable']).unsigned(),
    native('clear(self, /)', (_vm: VM, self: Profiler) => {
      self.entries = new Map();
      self.current = null;
      return None;
    }, docs['Profiler.clear']).unsigned(),
    native('_pystart_callback(self, code, instruction_offset, /, *rest)', (vm: VM, self: Profiler, code: PyValue) => {
      entered(vm, self, code, () => code);
      return None;
    }).unsigned(),
    native('_pyreturn_callback(self, code, instruction_offset, retval, /)', (vm: VM, self: Profiler, code: PyValue) => {
      left(vm, self, code);
      return None;
    }).unsigned(),
    native('_ccall_callback(self, code, instruction_offset, callable, self_arg, /)', ccall).unsigned(),
    native('_creturn_callback(self, code, instruction_offset, callable, self_arg, /)', creturn).unsigned(),
  ],
});

/** Python's module `_lsprof`. */
export const _lsprof: NativeModule = defineModule('_lsprof', { Profiler: profilerType, profiler_entry: entryType, profiler_subentry: subentryType }, { doc: 'Fast profiler' });
