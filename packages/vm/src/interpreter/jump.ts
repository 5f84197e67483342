import type { VM } from '../core/vm.ts';
import { valueError } from '../core/errors.ts';
import { Op, co_lines } from '@py/code';
import type { PyBaseException } from '../objects/exceptions.ts';
import type { PyFrame } from '../objects/frame.ts';
import { None } from '../objects/none.ts';
import type { PyCode } from '../objects/code.ts';
import { Kind, stackKinds } from './stack-kinds.ts';
import type { Kinds } from './stack-kinds.ts';
import { traceState } from './tracing.ts';

/** `frame.f_lineno = line` in a trace function: go on at that line (CPython 3.12: Objects/frameobject.c, frame_setlineno). */
export function jumpToLine(vm: VM, view: PyFrame, line: number): void {
  const { frame } = view;
  const { event, frame: reported } = traceState(vm);
  if (event === null || reported !== frame) {
    throw valueError(view.trace === null || event === null ? 'f_lineno can only be set in a trace function' : "can only jump from a 'line' trace event");
  }
  if (event === 'call') throw valueError("can't jump from the 'call' trace event of a new frame");
  const yields = event === 'return' && (frame.code.plain[frame.lasti] & 0xff) === Op.YIELD_VALUE;
  if (event !== 'line' && !yields) throw valueError("can only jump from a 'line' trace event");
  const { code } = frame;
  if (line < code.code.co_firstlineno) throw valueError(`line ${line} comes before the current code block`);
  const lines = markLines(code);
  const wanted = firstLineNotBefore(lines, line);
  if (wanted < 0) throw valueError(`line ${line} comes after the current code block`);
  const kinds = stackKinds(code);
  const start = kinds[frame.lasti];
  const target = bestTarget(lines, kinds, start, wanted);
  bindLocals(vm, view);
  popTo(vm, view, start as readonly number[], (kinds[target] as readonly number[]).length);
  frame.pc = target;
  view.previous = -1;
}

/** Line by code unit where a line begins, else -1. */
function markLines(code: PyCode): Int32Array {
  const lines = new Int32Array(code.plain.length).fill(-1);
  for (const [start, , line] of co_lines(code.code)) if (line !== null && start >> 1 < lines.length) lines[start >> 1] = line;
  return lines;
}

function firstLineNotBefore(lines: Int32Array, line: number): number {
  let found = -1;
  for (const candidate of lines) if (candidate >= line && (found < 0 || candidate < found)) found = candidate;
  return found;
}

/** The instruction of the line whose stack fits and is deepest. Throws the reason why there is none. */
function bestTarget(lines: Int32Array, kinds: readonly Kinds[], start: Kinds, wanted: number): number {
  let best = -1;
  let bestLevel = -1;
  let message = 'cannot find bytecode for specified line';
  let explained = false;
  for (let unit = 0; unit < lines.length; unit++) {
    if (lines[unit] !== wanted) continue;
    const target = kinds[unit];
    if (start !== undefined && target !== undefined && compatible(start, target)) {
      if (target.length > bestLevel) {
        best = unit;
        bestLevel = target.length;
      }
    } else if (!explained) {
      explained = true;
      if (start === undefined) message = "can't jump from unreachable code";
      else if (target === undefined) message = "can't jump to unreachable code";
      else message = explain(target);
    }
  }
  if (best < 0) throw valueError(message);
  return best;
}

function compatible(from: readonly number[], to: readonly number[]): boolean {
  if (to.length > from.length) return false;
  return to.every((kind, index) => compatibleKind(from[index], kind));
}

function compatibleKind(from: number, to: number): boolean {
  if (to === Kind.OBJECT) return from !== Kind.NULL;
  return to === Kind.NULL || from === to;
}

function explain(target: readonly number[]): string {
  switch (target[target.length - 1]) {
    case Kind.EXCEPT:
      return "can't jump into an 'except' block as there's no exception";
    case Kind.LASTI:
      return "can't jump into a re-raising block as there's no location";
    case Kind.ITERATOR:
      return "can't jump into the body of a for loop";
    default:
      return 'incompatible stacks';
  }
}

/** Variables without a value get None: the code at the target may rely on them. */
function bindLocals(vm: VM, view: PyFrame): void {
  const { frame } = view;
  const { co_varnames } = frame.code.code;
  let unbound = 0;
  for (let i = 0; i < co_varnames.length; i++) {
    if (frame.stack[i] !== undefined) continue;
    unbound++;
  }
  if (unbound === 0) return;
  vm.warn('RuntimeWarning', `assigning None to ${unbound} unbound local${unbound === 1 ? '' : 's'}`, 0);
  for (let i = 0; i < co_varnames.length; i++) frame.stack[i] ??= None;
}

/** Takes values off the stack; leaving an `except` block ends the handling of its exception. */
function popTo(vm: VM, view: PyFrame, from: readonly number[], level: number): void {
  const { frame } = view;
  for (let at = from.length; at > level; at--) {
    const value = frame.stack[--frame.sp];
    if (from[at - 1] === Kind.EXCEPT) vm.excInfo.value = value === None || value === undefined ? null : (value as PyBaseException);
  }
}
