import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { native } from '../core/native.ts';
import { runtimeError } from '../core/errors.ts';
import type { PyDict } from './dict.ts';
import { builtin, defineIterator } from './iterator.ts';
import { lengthHintDoc, reduceDoc } from './iterator-docs.ts';
import { PyList } from './list.ts';
import { newTuple } from './tuple.ts';

/** Iterates over a dict's keys, values or items, forwards or backwards: the type says which. */
export class DictIterator extends PyObject {
  /** null at the end. */
  mapping: PyDict | null;
  /** Size of the dict when the iterator was made; -1 after it was found to have changed. */
  private used: number;
  /** Entry to look at next. */
  private entry: number;
  /** Items expected to come. */
  private expected: number;

  constructor(dict: PyDict, type: PyType) {
    super(type);
    this.mapping = dict;
    this.used = dict.size;
    this.entry = isReverse(type) ? dict.keys.length - 1 : 0;
    this.expected = dict.size;
  }

  /** Entry of the next item, or -1 at the end. Raises RuntimeError when the dict changed. */
  advance(): number {
    const dict = this.mapping;
    if (dict === null) return -1;
    if (this.used !== dict.size) {
      this.used = -1; // Stays so: the iterator is of no more use.
      throw runtimeError('dictionary changed size during iteration');
    }
    const entry = dict.nextEntry(this.entry);
    if (entry < 0) {
      this.mapping = null;
      return -1;
    }
    if (this.expected === 0) {
      this.mapping = null;
      throw runtimeError('dictionary keys changed during iteration');
    }
    this.entry = entry + 1;
    this.expected--;
    return entry;
  }

  /** The same backwards. */
  retreat(): number {
    const dict = this.mapping;
    if (dict === null) return -1;
    if (this.used !== dict.size) {
      this.used = -1;
      throw runtimeError('dictionary changed size during iteration');
    }
    const entry = dict.previousEntry(this.entry);
    if (entry < 0) {
      this.mapping = null;
      return -1;
    }
    this.entry = entry - 1;
    this.expected--;
    return entry;
  }

  get lengthHint(): number {
    return this.mapping !== null && this.used === this.mapping.size ? this.expected : 0;
  }

  /** An iterator of the same kind at the same place. */
  copy(): DictIterator {
    const copy = Object.create(DictIterator.prototype) as DictIterator;
    return Object.assign(copy, this);
  }
}

/** A (key, value) pair. */
export function itemAt(dict: PyDict, entry: number): PyValue {
  return newTuple([dict.keyAt(entry), dict.valueAt(entry)]);
}

function dict_keyiterator_next(vm: VM, self: DictIterator): PyValue | undefined {
  const dict = self.mapping;
  const entry = self.advance();
  return entry < 0 ? undefined : (dict as PyDict).keyAt(entry);
}

function dict_valueiterator_next(vm: VM, self: DictIterator): PyValue | undefined {
  const dict = self.mapping;
  const entry = self.advance();
  return entry < 0 ? undefined : (dict as PyDict).valueAt(entry);
}

function dict_itemiterator_next(vm: VM, self: DictIterator): PyValue | undefined {
  const dict = self.mapping;
  const entry = self.advance();
  return entry < 0 ? undefined : itemAt(dict as PyDict, entry);
}

function dict_reversekeyiterator_next(vm: VM, self: DictIterator): PyValue | undefined {
  const dict = self.mapping;
  const entry = self.retreat();
  return entry < 0 ? undefined : (dict as PyDict).keyAt(entry);
}

function dict_reversevalueiterator_next(vm: VM, self: DictIterator): PyValue | undefined {
  const dict = self.mapping;
  const entry = self.retreat();
  return entry < 0 ? undefined : (dict as PyDict).valueAt(entry);
}

function dict_reverseitemiterator_next(vm: VM, self: DictIterator): PyValue | undefined {
  const dict = self.mapping;
  const entry = self.retreat();
  return entry < 0 ? undefined : itemAt(dict as PyDict, entry);
}

function dict_iterator_length_hint(vm: VM, self: DictIterator): PyValue {
  return self.lengthHint;
}

/** Pickled as an iterator over a list of what is left. */
function dict_iterator_reduce(vm: VM, self: DictIterator): PyValue {
  const rest = self.copy();
  const next = self.cls.tp_iternext as NonNullable<PyType['tp_iternext']>;
  const items: PyValue[] = [];
  for (let item = next(vm, rest); item !== undefined; item = next(vm, rest)) items.push(item);
  return newTuple([builtin(vm, 'iter'), newTuple([new PyList(items)])]);
}

function defineDictIterator(name: string, next: (vm: VM, self: DictIterator) => PyValue | undefined): PyType {
  return defineIterator(name, { tp_iternext: next }, [
    native('__length_hint__(self, /)', dict_iterator_length_hint, lengthHintDoc).unsigned(),
    native('__reduce__(self, /)', dict_iterator_reduce, reduceDoc).unsigned(),
  ]);
}

export const dictKeyIteratorType: PyType = defineDictIterator('dict_keyiterator', dict_keyiterator_next);
export const dictValueIteratorType: PyType = defineDictIterator('dict_valueiterator', dict_valueiterator_next);
export const dictItemIteratorType: PyType = defineDictIterator('dict_itemiterator', dict_itemiterator_next);
export const dictReverseKeyIteratorType: PyType = defineDictIterator('dict_reversekeyiterator', dict_reversekeyiterator_next);
export const dictReverseValueIteratorType: PyType = defineDictIterator('dict_reversevalueiterator', dict_reversevalueiterator_next);
export const dictReverseItemIteratorType: PyType = defineDictIterator('dict_reverseitemiterator', dict_reverseitemiterator_next);

function isReverse(type: PyType): boolean {
  return type === dictReverseKeyIteratorType || type === dictReverseValueIteratorType || type === dictReverseItemIteratorType;
}
