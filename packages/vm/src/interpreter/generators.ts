import { END, EXC, SUSPEND } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { Op } from '@py/code';
import { recursionError } from '../core/errors.ts';
import { takeRaised } from '../protocol/call.ts';
import { GeneratorState, ResumedBy } from '../objects/generator.ts';
import type { PyGenerator } from '../objects/generator.ts';
import { OK } from './action.ts';
import { evaluate } from './evaluate.ts';
import { goOn } from './schedule.ts';
import { Exit } from './frame.ts';
import type { Frame } from './frame.ts';

/** Has it not ended, and is it not running? */
export function canResume(generator: PyGenerator): boolean {
  return generator.state < GeneratorState.RUNNING;
}

/**
 * Puts a generator's frame on top of `vm.frame`, `value` being what its `yield` gives. The generator {@link canResume}.
 * `endPc`: see `PyGenerator`. Throws RecursionError.
 */
export function resumeGenerator(vm: VM, generator: PyGenerator, value: PyValue, by: number, endPc: number): void {
  const frame = pushGenerator(vm, generator, by, endPc);
  frame.stack[frame.sp++] = value;
}

/** The same without a value: for throwing into it. */
export function pushGenerator(vm: VM, generator: PyGenerator, by: number, endPc: number): Frame {
  const frame = generator.frame as Frame;
  const back = vm.frame;
  const depth = back === null ? 1 : back.depth + 1;
  if (depth > vm.recursionLimit) throw recursionError('maximum recursion depth exceeded');
  frame.back = back;
  frame.depth = depth;
  if (generator.state === GeneratorState.GUARDED) frame.generator = generator;
  generator.resumedBy = by;
  generator.endPc = endPc;
  generator.state = GeneratorState.RUNNING;
  generator.excInfo.previous = vm.excInfo;
  vm.excInfo = generator.excInfo;
  vm.frame = frame;
  return frame;
}

/** `next(generator)` for natives: undefined when it has ended (its value is then in `generator.returned`). Throws what it raises. */
export function nextFromNative(vm: VM, generator: PyGenerator, value: PyValue): PyValue | undefined {
  if (++vm.nativeDepth > vm.nativeDepthLimit) {
    vm.nativeDepth--;
    throw recursionError('maximum recursion depth exceeded');
  }
  try {
    resumeGenerator(vm, generator, value, ResumedBy.NATIVE, 0);
    (vm.frame as Frame).exit |= Exit.ENTRY;
    let result = evaluate(vm, OK);
    if (result === SUSPEND) result = goOn(vm);
    return nativeResult(vm, result);
  } finally {
    vm.nativeDepth--;
  }
}

function nativeResult(vm: VM, result: PyValue): PyValue | undefined {
  if (result === END) return undefined;
  if (result === EXC) throw takeRaised(vm);
  return result;
}

/** What a suspended generator delegates to (`yield from`, `await`), or null. CPython: _PyGen_yf. */
export function delegate(generator: PyGenerator): PyValue | null {
  const { frame } = generator;
  if (frame === null || !generator.isSuspended) return null;
  const word = frame.code.plain[frame.pc];
  // RESUME's argument tells what kind of suspension it follows: 2 is `yield from`, 3 is `await`.
  return (word & 0xff) === Op.RESUME && (word >>> 8 & 3) >= 2 ? (frame.stack[frame.sp - 1] as PyValue) : null;
}

/** Where a delegating generator goes on when its delegate has ended: the target of the SEND before its YIELD_VALUE, -1 if there is none. */
export function delegationTarget(frame: Frame): number {
  const send = frame.code.plain[frame.lasti - 2]; // SEND and its cache, then the YIELD_VALUE at `lasti`.
  return (send & 0xff) === Op.SEND ? send >>> 8 : -1;
}
