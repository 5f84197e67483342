import { defineModule, indexError, lessThan, native, None, PyList, runtimeError, typeError, typeOf } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';

/* `_heapq` (CPython 3.12: Modules/_heapqmodule.c). Items are swapped, never held aside: a comparison may look at the list. */

/** Does `a` belong above `b`? */
type Order = (vm: VM, a: PyValue, b: PyValue) => boolean;
const smallest: Order = lessThan;
const largest: Order = (vm, a, b) => lessThan(vm, b, a);

function heapOf(name: string, heap: PyValue, argument: string): PyList {
  if (heap instanceof PyList) return heap;
  throw typeError(`${name}() ${argument} must be list, not ${typeOf(heap).tpName}`);
}

/** Compares, and refuses to go on when that changed the size of the list. */
function ordered(vm: VM, order: Order, heap: PyList, a: number, b: number): boolean {
  const { length } = heap.items;
  const result = order(vm, heap.items[a], heap.items[b]);
  if (heap.items.length !== length) throw runtimeError('list changed size during iteration');
  return result;
}

function swap(heap: PyList, a: number, b: number): void {
  const { items } = heap;
  const item = items[a];
  items[a] = items[b];
  items[b] = item;
}

/** Moves the item at `from` up to where it belongs, not above `top`. */
function rise(vm: VM, order: Order, heap: PyList, top: number, from: number): void {
  if (from >= heap.items.length) throw indexError('index out of range');
  for (let at = from; at > top; ) {
    const parent = (at - 1) >> 1;
    if (!ordered(vm, order, heap, at, parent)) return;
    swap(heap, at, parent);
    at = parent;
  }
}

/** Moves the item at `top` down to a leaf along the better children, and up again to where it belongs. */
function sink(vm: VM, order: Order, heap: PyList, top: number): void {
  const { length } = heap.items;
  if (top >= length) throw indexError('index out of range');
  let at = top;
  while (at < length >> 1) {
    let child = 2 * at + 1;
    if (child + 1 < length && !ordered(vm, order, heap, child, child + 1)) child++;
    swap(heap, at, child);
    at = child;
  }
  rise(vm, order, heap, top, at);
}

function pop(vm: VM, order: Order, heap: PyList): PyValue {
  const last = heap.items.pop();
  if (last === undefined) throw indexError('index out of range');
  if (heap.items.length === 0) return last;
  const result = heap.items[0];
  heap.items[0] = last;
  sink(vm, order, heap, 0);
  return result;
}

function replace(vm: VM, order: Order, heap: PyList, item: PyValue): PyValue {
  if (heap.items.length === 0) throw indexError('index out of range');
  const result = heap.items[0];
  heap.items[0] = item;
  sink(vm, order, heap, 0);
  return result;
}

function arrange(vm: VM, order: Order, heap: PyList): PyValue {
  vm.charge(heap.items.length);
  for (let at = (heap.items.length >> 1) - 1; at >= 0; at--) sink(vm, order, heap, at);
  return None;
}

function heappush(vm: VM, heap: PyValue, item: PyValue): PyValue {
  const list = heapOf('heappush', heap, 'argument 1');
  list.items.push(item);
  rise(vm, smallest, list, 0, list.items.length - 1);
  return None;
}

function heappushpop(vm: VM, heap: PyValue, item: PyValue): PyValue {
  const list = heapOf('heappushpop', heap, 'argument 1');
  if (list.items.length === 0 || !lessThan(vm, list.items[0], item)) return item;
  return replace(vm, smallest, list, item);
}

const maxDoc = (what: string): string => `Maxheap variant of ${what}.`;

/** Python's module `_heapq`. CPython 3.12: Modules/_heapqmodule.c. */
export const _heapq: NativeModule = defineModule(
  '_heapq',
  {
    heappush: native('heappush(heap, item, /)', heappush, 'Push item onto heap, maintaining the heap invariant.'),
    heappushpop: native('heappushpop(heap, item, /)', heappushpop, 'Push item on the heap, then pop and return the smallest item from the heap.\n\nThe combined action runs more efficiently than heappush() followed by\na separate call to heappop().'),
    heappop: native('heappop(heap, /)', (vm: VM, heap: PyValue) => pop(vm, smallest, heapOf('heappop', heap, 'argument')), 'Pop the smallest item off the heap, maintaining the heap invariant.'),
    heapreplace: native('heapreplace(heap, item, /)', (vm: VM, heap: PyValue, item: PyValue) => replace(vm, smallest, heapOf('heapreplace', heap, 'argument 1'), item), 'Pop and return the current smallest value, and add the new item.\n\nThis is more efficient than heappop() followed by heappush(), and can be\nmore appropriate when using a fixed-size heap.  Note that the value\nreturned may be larger than item!  That constrains reasonable uses of\nthis routine unless written as part of a conditional replacement:\n\n    if item > heap[0]:\n        item = heapreplace(heap, item)'),
    heapify: native('heapify(heap, /)', (vm: VM, heap: PyValue) => arrange(vm, smallest, heapOf('heapify', heap, 'argument')), 'Transform list into a heap, in-place, in O(len(heap)) time.'),
    _heappop_max: native('_heappop_max(heap, /)', (vm: VM, heap: PyValue) => pop(vm, largest, heapOf('_heappop_max', heap, 'argument')), maxDoc('heappop')),
    _heapify_max: native('_heapify_max(heap, /)', (vm: VM, heap: PyValue) => arrange(vm, largest, heapOf('_heapify_max', heap, 'argument')), maxDoc('heapify')),
    _heapreplace_max: native('_heapreplace_max(heap, item, /)', (vm: VM, heap: PyValue, item: PyValue) => replace(vm, largest, heapOf('_heapreplace_max', heap, 'argument 1'), item), maxDoc('heapreplace')),
  },
  { doc: "Heap queue algorithm (a.k.a. priority queue).\n\nHeaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for\nall k, counting elements from 0.  For the sake of comparison,\nnon-existing elements are considered to be infinite.  The interesting\nproperty of a heap is that a[0] is always its smallest element.\n\nUsage:\n\nheap = []            # creates an empty heap\nheappush(heap, item) # pushes a new item on the heap\nitem = heappop(heap) # pops the smallest item from the heap\nitem = heap[0]       # smallest item on the heap without popping it\nheapify(x)           # transforms list into a heap, in-place, in linear time\nitem = heapreplace(heap, item) # pops and returns smallest item, and adds\n                               # new item; the heap size is unchanged\n\nOur API differs from textbook heap algorithms as follows:\n\n- We use 0-based indexing.  This makes the relationship between the\n  index for a node and the indexes for its children slightly less\n  obvious, but is more suitable since Python uses 0-based indexing.\n\n- Our heappop() method returns the smallest item, not the largest.\n\nThese two make it possible to view the heap as a regular Python list\nwithout surprises: heap[0] is the smallest item, and heap.sort()\nmaintains the heap invariant!\n" },
);
