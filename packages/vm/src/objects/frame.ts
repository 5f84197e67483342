import { LocalKind } from '@py/code';
import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { attributeError, runtimeError, typeError, valueError } from '../core/errors.ts';
import { strFromJS } from '../core/text.ts';
import { reprText } from '../protocol/repr.ts';
import { setItem } from '../protocol/subscript.ts';
import { asIndex, isInt } from '../protocol/number.ts';
import { Exit, keep, type Frame } from '../interpreter/frame.ts';
import { jumpToLine } from '../interpreter/jump.ts';
import { traceState } from '../interpreter/tracing.ts';
import { closeGenerator } from '../interpreter/close.ts';
import { GeneratorState } from './generator.ts';
import { guardedGenerator } from './lifetime-generators.ts';
import { PyCell } from './cell.ts';
import { PyDict } from './dict.ts';
import { None } from './none.ts';

/** Python's view of a frame: `sys._getframe()`, `tb_frame`. */
export class PyFrame extends PyObject {
  readonly frame: Frame;
  /** `f_trace`: the local trace function, or null. */
  trace: PyValue | null;
  traceLines: boolean;
  traceOpcodes: boolean;
  /** Line set by the trace function (a jump is pending) or last reported to it; 0 for none. */
  line: number;
  /** Traced instruction executed last, -1 before the first; and the one before that. */
  previous: number;
  before: number;

  constructor(frame: Frame) {
    super(frameType);
    this.frame = frame;
    this.trace = null;
    this.traceLines = true;
    this.traceOpcodes = false;
    this.line = 0;
    this.previous = -1;
    this.before = -1;
  }
}

/** The frame object of a frame, always the same. */
export function frameObject(frame: Frame): PyFrame {
  if (frame.frameObject === null) {
    keep(frame);
    if ((frame.exit & Exit.GENERATOR) === 0) frame.exit |= Exit.OBSERVED;
    frame.frameObject = new PyFrame(frame);
  }
  return frame.frameObject;
}

/** The line being executed, or null where the code has none. */
export function frameLine(frame: Frame): number | null {
  const line = frame.code.lineAt(frame.lasti);
  return line < 0 ? null : line;
}

/**
 * The variables of a frame: the namespace of a module or class body itself; of a function a dict that is brought up to date
 * whenever it is asked for, and is the same dict each time (CPython 3.12: PyFrame_FastToLocalsWithError).
 */
export function frameLocals(vm: VM, frame: Frame): PyValue {
  if (frame.code.optimized && frame.locals === null) {
    keep(frame);
    frame.locals = new PyDict();
  }
  const { locals } = frame;
  if (locals === null) return None;
  fastToLocals(vm, frame, locals, false);
  return locals;
}

/** What `locals()` and `f_locals` give: in an inlined comprehension of a module or class body, a copy with its variables too. */
export function visibleLocals(vm: VM, frame: Frame): PyValue {
  const { co_localspluskinds: kinds } = frame.code.code;
  const hidden = kinds.some((kind, index) => (kind & LocalKind.HIDDEN) !== 0 && variable(frame, index) !== undefined);
  const locals = frameLocals(vm, frame);
  if (!hidden || !(locals instanceof PyDict)) return locals;
  const copy = locals.copy();
  fastToLocals(vm, frame, copy, true);
  return copy;
}

function fastToLocals(vm: VM, frame: Frame, target: PyValue, includeHidden: boolean): void {
  const { co_localsplusnames: names, co_localspluskinds: kinds } = frame.code.code;
  if (frame.code.optimized && frame.lasti < 0) copyClosure(frame);
  for (let i = 0; i < names.length; i++) {
    const hidden = (kinds[i] & LocalKind.HIDDEN) !== 0;
    if (hidden && !includeHidden) continue;
    // Free variables of a class body are not its own.
    if ((kinds[i] & LocalKind.FREE) !== 0 && !frame.code.optimized) continue;
    const value = variable(frame, i);
    if (hidden && value === undefined) continue;
    if (target instanceof PyDict) {
      if (value === undefined) target.deleteStr(names[i]);
      else target.set(vm, strFromJS(names[i]), value);
    } else if (value !== undefined) setItem(vm, target, strFromJS(names[i]), value);
  }
}

/** Free variables of a function that has not run its first instruction yet. */
function copyClosure(frame: Frame): void {
  const cells = frame.func?.closure?.items ?? [];
  const first = frame.code.stackBase - cells.length;
  for (let i = 0; i < cells.length; i++) frame.stack[first + i] ??= cells[i];
}

/** Value of a fast local, through its cell. */
function variable(frame: Frame, index: number): PyValue | undefined {
  const value = frame.stack[index];
  const kind = frame.code.code.co_localspluskinds[index];
  return value instanceof PyCell && (kind & (LocalKind.CELL | LocalKind.FREE)) !== 0 ? value.value : value;
}

/** Writes `f_locals` back into the variables: after a trace function that may have changed it (CPython: PyFrame_LocalsToFast). */
export function localsToFast(vm: VM, frame: Frame): void {
  const { locals } = frame;
  if (!frame.code.optimized || !(locals instanceof PyDict)) return;
  const { co_localsplusnames: names, co_localspluskinds: kinds } = frame.code.code;
  for (let i = 0; i < names.length; i++) {
    if ((kinds[i] & LocalKind.HIDDEN) !== 0) continue;
    const value = locals.get(vm, strFromJS(names[i]));
    const current = frame.stack[i];
    if (current instanceof PyCell && (kinds[i] & (LocalKind.CELL | LocalKind.FREE)) !== 0) current.value = value;
    else if (value === undefined && current !== undefined) {
      // A local never loses its value here: instructions rely on it.
      vm.warn('RuntimeWarning', `assigning None to unbound local ${reprText(vm, strFromJS(names[i]))}`, 0);
      frame.stack[i] = None;
    } else frame.stack[i] = value;
  }
}

/** Is the frame running or waiting for one that it called? */
export function isExecuting(vm: VM, frame: Frame): boolean {
  for (let running = vm.frame; running !== null; running = running.back) if (running === frame) return true;
  return false;
}

function frame_clear(vm: VM, self: PyFrame): PyValue {
  const { frame } = self;
  if (isExecuting(vm, frame)) throw runtimeError('cannot clear an executing frame');
  const generator = frame.exit & Exit.GUARDED ? guardedGenerator(vm, frame) : frame.generator;
  if (generator !== null && generator.state !== GeneratorState.CLOSED) closeGenerator(vm, generator);
  for (let i = 0; i < frame.stack.length; i++) frame.stack[i] = undefined;
  frame.sp = frame.code.stackBase;
  self.trace = null;
  frame.locals = frame.code.optimized ? null : frame.locals;
  return None;
}

function frame_repr(vm: VM, self: PyFrame): PyValue {
  const { code } = self.frame.code;
  const line = frameLine(self.frame);
  return strFromJS(`<frame at 0x${vm.idOf(self).toString(16)}, file ${reprText(vm, strFromJS(code.co_filename))}, line ${line ?? 'None'}, code ${code.co_name}>`);
}

function setLine(vm: VM, self: PyFrame, value: PyValue | undefined): void {
  if (value === undefined) throw attributeError('cannot delete attribute');
  if (!isInt(value) || typeof value === 'boolean') throw valueError('lineno must be an integer');
  jumpToLine(vm, self, Number(asIndex(vm, value)));
}

function flag(name: 'traceLines' | 'traceOpcodes'): { get(vm: VM, self: PyObject): PyValue; set(vm: VM, self: PyObject, value: PyValue | undefined): void } {
  return {
    get: (_vm: VM, self: PyObject) => (self as PyFrame)[name],
    set(vm: VM, self: PyObject, value: PyValue | undefined) {
      if (value === undefined) throw typeError("can't delete numeric/char attribute");
      if (typeof value !== 'boolean') throw typeError('attribute value type must be bool');
      (self as PyFrame)[name] = value;
      if (name === 'traceOpcodes' && value) traceState(vm).opcodesWanted = true;
    },
  };
}

export const frameType = defineType('frame', {
  slots: { tp_repr: frame_repr },
  methods: [
    native('clear(self, /)', frame_clear, 'F.clear(): clear most references held by the frame').unsigned(),
    native('__sizeof__(self, /)', (_vm: VM, self: PyFrame) => 56 + 8 * self.frame.code.template.length, 'F.__sizeof__() -> size of F in memory, in bytes').unsigned(),
  ],
  getset: {
    f_back: { get: (_vm: VM, self: PyFrame) => (self.frame.back === null ? None : frameObject(self.frame.back)) },
    f_locals: { get: (vm: VM, self: PyFrame) => visibleLocals(vm, self.frame) },
    f_lineno: { get: (_vm: VM, self: PyFrame) => (self.line !== 0 ? self.line : (frameLine(self.frame) ?? None)), set: setLine },
    f_trace: {
      get: (_vm: VM, self: PyFrame) => self.trace ?? None,
      set(_vm: VM, self: PyFrame, value: PyValue | undefined) {
        self.trace = value === undefined || value === None ? null : value;
      },
    },
    f_lasti: { get: (_vm: VM, self: PyFrame) => (self.frame.lasti < 0 ? -1 : self.frame.lasti * 2) },
    f_globals: { get: (_vm: VM, self: PyFrame) => self.frame.globals },
    f_builtins: { get: (_vm: VM, self: PyFrame) => self.frame.builtins },
    f_code: { get: (_vm: VM, self: PyFrame) => self.frame.code },
    f_trace_opcodes: flag('traceOpcodes'),
  },
  fields: { f_trace_lines: flag('traceLines') },
});
