import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import { defineType } from '../core/define-type.ts';

export const sliceType = defineType('slice', {});

/** `slice(start, stop, step)`; None where left out. */
export class PySlice extends PyObject {
  readonly start: PyValue;
  readonly stop: PyValue;
  readonly step: PyValue;

  constructor(start: PyValue, stop: PyValue, step: PyValue) {
    super(sliceType);
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}
