import { newItems } from '../core/items.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { listType, tupleType, typeOf } from '../core/type.ts';
import { typeError } from '../core/errors.ts';
import { PyGenerator, generatorType } from '../objects/generator.ts';
import { drainGenerator } from '../objects/generator-methods.ts';
import { PyList } from '../objects/list.ts';
import { PyTuple } from '../objects/tuple.ts';
import { sequenceIterator } from '../objects/iterator.ts';

/** `iter(value)` */
export function iterate(vm: VM, value: PyValue): PyValue {
  const type = typeOf(value);
  const tp_iter = type.tp_iter;
  if (tp_iter === undefined) {
    if (type.sq_item !== undefined) return sequenceIterator(value);
    throw typeError(`'${type.tpName}' object is not iterable`);
  }
  const iterator = tp_iter(vm, value);
  if (typeOf(iterator).tp_iternext === undefined) throw typeError(`iter() returned non-iterator of type '${typeOf(iterator).tpName}'`);
  return iterator;
}

/** The iterator's next item, or undefined at its end. */
export function next(vm: VM, iterator: PyValue): PyValue | undefined {
  const tp_iternext = typeOf(iterator).tp_iternext;
  if (tp_iternext === undefined) throw typeError(`'${typeOf(iterator).tpName}' object is not an iterator`);
  return tp_iternext(vm, iterator);
}

/** All items, in an array of the caller's own. */
export function toArray(vm: VM, value: PyValue): PyValue[] {
  if (value instanceof PyList && value.cls.tp_iter === listIter()) return value.items.slice();
  if (value instanceof PyTuple && value.cls.tp_iter === tupleIter()) return value.items.slice();
  const items = newItems();
  const iterator = iterate(vm, value);
  if (iterator instanceof PyGenerator && iterator.cls === generatorType) {
    drainGenerator(vm, iterator, new PyList(items));
    return items;
  }
  const tp_iternext = typeOf(iterator).tp_iternext as NonNullable<ReturnType<typeof typeOf>['tp_iternext']>;
  for (let item = tp_iternext(vm, iterator); item !== undefined; item = tp_iternext(vm, iterator)) {
    items.push(item);
    if ((items.length & 0x3ff) === 0) {
      vm.charge(0x400);
      vm.allocate(0x2000);
    }
  }
  return items;
}

// A subclass that overrides __iter__ has another slot than list and tuple themselves.
const listIter = (): unknown => listType.tp_iter;
const tupleIter = (): unknown => tupleType.tp_iter;

/** Calls `visit` with each item; stops early when it gives false. */
export function forEach(vm: VM, value: PyValue, visit: (item: PyValue) => boolean | void): void {
  const iterator = iterate(vm, value);
  for (let item = next(vm, iterator); item !== undefined; item = next(vm, iterator)) {
    if (visit(item) === false) return;
  }
}
