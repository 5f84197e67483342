import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { defineIterator } from './iterator.ts';

/* What `co_lines()` and `co_positions()` of a code object give (CPython 3.12: Objects/codeobject.c). */

class CodeIterator extends PyObject {
  private readonly entries: readonly PyValue[];
  private index: number;

  constructor(cls: PyType, entries: readonly PyValue[]) {
    super(cls);
    this.entries = entries;
    this.index = 0;
  }

  next(): PyValue | undefined {
    return this.index < this.entries.length ? this.entries[this.index++] : undefined;
  }
}

const slots = { tp_iternext: (_vm: VM, self: CodeIterator): PyValue | undefined => self.next() };
const lineIteratorType = defineIterator('line_iterator', slots, []);
const positionsIteratorType = defineIterator('positions_iterator', slots, []);

/** An iterator over tuples (start, end, line). */
export function lineIterator(entries: readonly PyValue[]): PyValue {
  return new CodeIterator(lineIteratorType, entries);
}

/** An iterator over tuples (line, end line, column, end column). */
export function positionsIterator(entries: readonly PyValue[]): PyValue {
  return new CodeIterator(positionsIteratorType, entries);
}
