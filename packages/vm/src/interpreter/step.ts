import { opcodeTables } from '@py/code';
import { EXC, SUSPEND } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { takeRaised } from '../protocol/call.ts';
import { PyCell } from '../objects/cell.ts';
import { OK, RELOAD } from './action.ts';
import type { Action } from './action.ts';
import { evaluate } from './evaluate.ts';
import { Exit } from './frame.ts';
import type { Frame } from './frame.ts';
import { waitInLoop } from './schedule.ts';
import { traceState, tracingChanged } from './tracing.ts';

const table = opcodeTables['3.12'];

/** A frame as a stepping tool shows it. Values are the program's own; undefined is NULL, or a variable without a value. */
export interface FrameView {
  readonly frame: Frame;
  readonly name: string;
  readonly filename: string;
  /** Line of the instruction, or null where it has none. */
  readonly lineno: number | null;
  /** Byte offset, name and argument of the instruction that comes next (in outer frames: that is being executed). */
  readonly offset: number;
  readonly opname: string;
  readonly arg: number;
  /** The value stack, bottom first. */
  readonly stack: readonly (PyValue | undefined)[];
  /** Local variables by name, the contents of cells included. */
  readonly locals: readonly (readonly [string, PyValue | undefined])[];
}

/** What is about to happen: the frames, innermost first; or how the program ended. */
export type StepResult =
  | { readonly kind: 'paused'; readonly frames: readonly FrameView[] }
  | { readonly kind: 'done'; readonly value: PyValue };

/**
 * Runs a program one instruction at a time. Python code that natives call (a sort key, say) is executed in one go. Only one
 * Stepper of a VM at a time; `stop` ends the program where it is.
 */
export class Stepper {
  private readonly vm: VM;
  private readonly outer: Frame | null;
  private allowed: number;
  private action: Action;
  private result: PyValue | null;

  /** `start` pushes the program's frame (`pushCode`). */
  constructor(vm: VM, start: () => PyValue) {
    this.vm = vm;
    this.outer = vm.frame;
    this.allowed = 0;
    this.action = RELOAD;
    this.result = null;
    start();
    (vm.frame as Frame).exit |= Exit.ENTRY;
    traceState(vm).step = () => vm.nativeDepth === 0 && this.allowed-- <= 0;
    tracingChanged(vm);
  }

  /** Executes `count` instructions. Throws the Python exception that ends the program. */
  step(count: number = 1): StepResult {
    if (this.result !== null) return { kind: 'done', value: this.result };
    const { vm } = this;
    this.allowed = count;
    let result = evaluate(vm, this.action);
    while (result === SUSPEND && vm.suspension !== null) result = evaluate(vm, waitInLoop(vm));
    this.action = OK;
    if (result === SUSPEND) return { kind: 'paused', frames: this.frames() };
    this.stop();
    if (result === EXC) throw takeRaised(vm);
    this.result = result;
    return { kind: 'done', value: result };
  }

  /** The frames of the program as they are, innermost first. */
  frames(): FrameView[] {
    const views: FrameView[] = [];
    for (let frame = this.vm.frame; frame !== null && frame !== this.outer; frame = frame.back) views.push(viewFrame(frame, views.length === 0));
    return views;
  }

  /** Ends stepping; a program that has not ended is forgotten. */
  stop(): void {
    traceState(this.vm).step = null;
    this.vm.frame = this.outer;
    tracingChanged(this.vm);
  }
}

function viewFrame(frame: Frame, innermost: boolean): FrameView {
  const { code } = frame;
  const unit = innermost ? frame.pc : Math.max(0, frame.lasti);
  const word = code.plain[unit] ?? 0;
  const line = code.lineAt(unit);
  const names = code.code.co_localsplusnames;
  return {
    frame,
    name: code.code.co_qualname,
    filename: code.code.co_filename,
    lineno: line < 0 ? null : line,
    offset: unit * 2,
    opname: (word & 0xff) === 177 ? 'CALL' : table.opname[word & 0xff],
    arg: code.code.co_code[unit * 2 + 1] ?? 0,
    stack: frame.stack.slice(code.stackBase, frame.sp),
    locals: names.map((name, index) => {
      const value = frame.stack[index];
      return [name, value instanceof PyCell ? value.value : value] as const;
    }),
  };
}
