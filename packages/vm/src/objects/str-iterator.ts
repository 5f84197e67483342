import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { PyType } from '../core/type.ts';
import { native } from '../core/native.ts';
import { defineIterator, reduceByIndex } from './iterator.ts';
import { lengthHintDoc, reduceDoc, setstateDoc } from './iterator-docs.ts';
import { plainText, strFromCodePoint, strLength } from './str-support.ts';
import { codePoints } from './str-points.ts';
import { None } from './none.ts';
import { asIndexClamped } from '../protocol/number.ts';

/** `iter(str)` */
export class StrIterator extends PyObject {
  /** null at the end. */
  text: PyValue | null;
  index: number;
  constructor(text: PyValue) {
    super(typeof text === 'string' && isAscii(text) ? strAsciiIteratorType : strIteratorType);
    this.text = text;
    this.index = 0;
  }
}

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

function str_iterator_next(_vm: VM, self: StrIterator): PyValue | undefined {
  if (self.text === null) return undefined;
  if (self.index >= strLength(self.text)) {
    self.text = null;
    return undefined;
  }
  const plain = plainText(self.text);
  if (plain !== null) return plain[self.index++];
  return strFromCodePoint(codePoints(self.text)[self.index++]);
}

const slots = { tp_iternext: str_iterator_next };
const methods = [
  native('__length_hint__(self, /)', (_vm: VM, self: StrIterator) => (self.text === null ? 0 : Math.max(0, strLength(self.text) - self.index)), lengthHintDoc).unsigned(),
  native('__reduce__(self, /)', (vm: VM, self: StrIterator) => (self.text === null ? reduceByIndex(vm, '') : reduceByIndex(vm, self.text, self.index)), reduceDoc).unsigned(),
  native('__setstate__(self, state, /)', (vm: VM, self: StrIterator, state: PyValue) => {
    if (self.text !== null) self.index = Math.min(Math.max(0, asIndexClamped(vm, state)), strLength(self.text));
    return None;
  }, setstateDoc).unsigned(),
];

export const strIteratorType: PyType = defineIterator('str_iterator', slots, methods);
/** Type of the iterators of strs of ASCII characters. */
export const strAsciiIteratorType: PyType = defineIterator('str_ascii_iterator', slots, methods);
