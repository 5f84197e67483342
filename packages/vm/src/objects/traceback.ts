import { PyObject } from '../core/value.ts';
import type { Frame } from '../interpreter/frame.ts';
import { bareType, objectType, typeType } from '../core/type.ts';

/** Filled in objects/traceback-methods.ts. */
export const tracebackType = bareType('traceback', objectType, typeType);

/** A link of `__traceback__`: where in a frame the exception passed. */
export class PyTraceback extends PyObject {
  next: PyTraceback | null;
  readonly frame: Frame;
  /** Index of the instruction, in code units (`tb_lasti` is twice this). */
  readonly lasti: number;
  /** Line, when the program gave one itself; null: from the code's location table. */
  readonly lineno: number | null;

  constructor(next: PyTraceback | null, frame: Frame, lasti: number, lineno: number | null = null) {
    super(tracebackType);
    this.next = next;
    this.frame = frame;
    this.lasti = lasti;
    this.lineno = lineno;
  }
}
