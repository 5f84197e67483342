import type { VM } from '../core/vm.ts';
import { valueError } from '../core/errors.ts';
import type { PyFrame } from '../objects/frame.ts';

/** `frame.f_lineno = line` in a trace function: go on at that line. */
export function jumpToLine(_vm: VM, _frame: PyFrame, _line: number): void {
  throw valueError("f_lineno can only be set in a trace function");
}
