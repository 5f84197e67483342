import type { VM } from '../core/vm.ts';
import { memoryError, recursionError } from '../core/errors.ts';
import { PyBaseException } from '../objects/exceptions.ts';
import type { Frame } from './frame.ts';
import { finishGenerator } from './control.ts';

/**
 * The Python exception for whatever a native threw. JavaScript's own RangeErrors (stack overflow, a string or array that is too
 * long) are Python's RecursionError and MemoryError; `frame` is then the frame to go on in, those above it being lost. Anything
 * else is a bug of ours and is thrown on.
 */
export function asPythonException(vm: VM, error: unknown, frame?: Frame): PyBaseException {
  if (error instanceof PyBaseException) return error;
  if (!(error instanceof RangeError)) throw error;
  if (frame !== undefined) dropFramesAbove(vm, frame);
  return /call stack/.test(error.message) ? recursionError('maximum recursion depth exceeded') : memoryError();
}

/** Forgets frames that a stack overflow cut off: their generators cannot go on. */
function dropFramesAbove(vm: VM, frame: Frame): void {
  for (let lost = vm.frame; lost !== null && lost !== frame; lost = lost.back) {
    if (lost.generator !== null) finishGenerator(vm, lost.generator);
  }
  vm.frame = frame;
}
