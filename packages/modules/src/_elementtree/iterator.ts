import { defineType, equals, isTrue, None, PyObject, TypeFlag } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import type { PyElement } from './element.ts';

/* What `iter()` and `itertext()` give (CPython 3.12: Modules/_elementtree.c, elementiter_next). */

class ElementIterator extends PyObject {
  /** Where it begins; null when it has begun. */
  root: PyElement | null;
  /** None for any. */
  readonly tag: PyValue;
  readonly text: boolean;
  /** Elements that are open, and how many of their children have been visited. */
  readonly open: { readonly element: PyElement; visited: number }[] = [];

  constructor(root: PyElement, tag: PyValue, text: boolean) {
    super(iteratorType);
    this.root = root;
    this.tag = tag;
    this.text = text;
  }
}

export function newIterator(root: PyElement, tag: PyValue, text: boolean): PyValue {
  return new ElementIterator(root, tag, text);
}

function step(vm: VM, self: ElementIterator): PyValue | undefined {
  for (;;) {
    let found: PyElement | null = self.root;
    let text: PyValue = None;
    if (found !== null) self.root = null;
    else {
      const top = self.open.at(-1);
      if (top === undefined) return undefined;
      if (top.visited < top.element.children.length) found = top.element.children[top.visited++];
      else {
        self.open.pop();
        // What follows the first element is not part of it.
        if (self.open.length > 0) text = top.element.tail;
      }
    }
    if (found !== null) {
      self.open.push({ element: found, visited: 0 });
      if (!self.text && (self.tag === None || equals(vm, found.tag, self.tag))) return found;
      text = found.text;
    }
    if (self.text && text !== None && isTrue(vm, text)) return text;
  }
}

const iteratorType: PyType = defineType('_element_iterator', {
  module: '_elementtree',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  slots: { tp_iter: (_vm, self) => self, tp_iternext: (vm: VM, self: PyValue) => step(vm, self as ElementIterator) },
});
