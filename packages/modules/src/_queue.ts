import {
  asIndex, clockNow, defineModule, defineType, exceptionTypes, GenericAlias, isTrue, native, newException, newTuple, None, overflowError, PyFloat, PyObject, PyTuple, typeError, valueError,
} from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';

/* `_queue` (CPython 3.12: Modules/_queuemodule.c). */

const emptyType: PyType = defineType('Empty', { module: '_queue', bases: [exceptionTypes.Exception], basetype: true, ownLayout: false, hasWeakref: true, doc: 'Exception raised by Queue.get(block=0)/get_nowait().' });

class SimpleQueue extends PyObject {
  /** Taken from `first` on; what stands before it has gone. */
  private items: PyValue[] = [];
  private first = 0;

  get size(): number {
    return this.items.length - this.first;
  }

  put(item: PyValue): void {
    this.items.push(item);
  }

  take(): PyValue | undefined {
    if (this.first === this.items.length) return undefined;
    const item = this.items[this.first];
    this.items[this.first++] = None;
    if (this.first > 32 && this.first * 2 > this.items.length) {
      this.items = this.items.slice(this.first);
      this.first = 0;
    }
    return item;
  }
}

/** Longest time that CPython can tell, in seconds. */
const longest = 9223372036;

/** A time in seconds (CPython: _PyTime_FromSecondsObject). */
function secondsOf(vm: VM, value: PyValue): number {
  const seconds = value instanceof PyFloat ? value.value : Number(asIndex(vm, value));
  if (Number.isNaN(seconds)) throw valueError('Invalid value NaN (not a number)');
  if (value instanceof PyFloat && Math.abs(seconds) >= 2 ** 63 / 1e9) throw overflowError('timestamp out of range for platform time_t');
  if (!(value instanceof PyFloat) && Math.abs(seconds) > longest) throw overflowError('timestamp too large to convert to C _PyTime_t');
  return seconds;
}

function get(vm: VM, self: SimpleQueue, block: PyValue | undefined, timeout: PyValue | undefined): PyValue {
  const blocks = block === undefined || isTrue(vm, block);
  let seconds = Infinity;
  if (blocks && timeout !== undefined && timeout !== None) {
    seconds = secondsOf(vm, timeout);
    if (seconds < 0) throw valueError("'timeout' must be a non-negative number");
  }
  const item = self.take();
  if (item !== undefined) return item;
  if (!blocks) throw newException(emptyType);
  return vm.suspend({
    what: 'an item of a queue',
    poll: (late) => {
      const found = self.take();
      if (found === undefined && late) throw newException(emptyType);
      return found;
    },
    ...(seconds === Infinity ? {} : { deadline: clockNow(vm) + seconds * 1000 }),
  });
}

function put(_vm: VM, self: SimpleQueue, item: PyValue): PyValue {
  self.put(item);
  return None;
}

const simpleQueueType: PyType = defineType('SimpleQueue', {
  module: '_queue',
  basetype: true,
  hasWeakref: true,
  doc: 'Simple, unbounded, reentrant FIFO queue.',
  textSignature: '()',
  slots: {
    tp_new(_vm, type, args, kwnames) {
      if (type === simpleQueueType && kwnames !== null && kwnames.length > 0) throw typeError('SimpleQueue() takes no keyword arguments');
      if (type === simpleQueueType && args.length > 0) throw typeError('SimpleQueue() takes no positional arguments');
      return new SimpleQueue(type);
    },
  },
  methods: [
    native('empty(self, /)', (_vm: VM, self: SimpleQueue) => self.size === 0, 'Return True if the queue is empty, False otherwise (not reliable!).'),
    native('get(self, /, block=True, timeout=None)', get, "Remove and return an item from the queue.\n\nIf optional args 'block' is true and 'timeout' is None (the default),\nblock if necessary until an item is available. If 'timeout' is\na non-negative number, it blocks at most 'timeout' seconds and raises\nthe Empty exception if no item was available within that time.\nOtherwise ('block' is false), return an item if one is immediately\navailable, else raise the Empty exception ('timeout' is ignored\nin that case)."),
    native('get_nowait(self, /)', (vm: VM, self: SimpleQueue) => get(vm, self, false, undefined), 'Remove and return an item from the queue without blocking.\n\nOnly get an item if one is immediately available. Otherwise\nraise the Empty exception.'),
    native('put(self, /, item, block=True, timeout=None)', put, "Put the item on the queue.\n\nThe optional 'block' and 'timeout' arguments are ignored, as this method\nnever blocks.  They are provided for compatibility with the Queue class."),
    native('put_nowait(self, /, item)', put, 'Put an item into the queue without blocking.\n\nThis is exactly equivalent to `put(item)` and is only provided\nfor compatibility with the Queue class.'),
    native('qsize(self, /)', (_vm: VM, self: SimpleQueue) => self.size, 'Return the approximate size of the queue (not reliable!).'),
  ],
  classMethods: [native('__class_getitem__(cls, item, /)', (_vm: VM, cls: PyType, item: PyValue) => new GenericAlias(cls, item instanceof PyTuple ? item : newTuple([item])), 'See PEP 585').unsigned()],
});

/** Python's module `_queue`. CPython 3.12: Modules/_queuemodule.c. */
export const _queue: NativeModule = defineModule(
  '_queue',
  { SimpleQueue: simpleQueueType, Empty: emptyType },
  { doc: 'C implementation of the Python queue module.\nThis module is an implementation detail, please do not use it directly.' },
);
