import {
  asIndexClamped, asSsize, attributeError, binaryOp, call, callMethod, compareBool, defineModule, defineType, dictType, equals, GenericAlias, indexError, isInt, iterate, keyError, lookupAttr, memoryError, native, NB_ADD, newTuple, next, None, NotImplemented, Py_EQ, Py_NE, PyDict, PyObject, PyTuple, reprEnter, reprLeave, reprText, runtimeError, searchRange, setItem, strFromJS, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { CompareOp, NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { orderedDictType } from './_collections/ordered-dict.ts';

/* `_collections` (CPython 3.12: Modules/_collectionsmodule.c): deque, defaultdict and helpers. */

/** A ring of items that grows at both ends. */
class PyDeque extends PyObject {
  private buffer: (PyValue | undefined)[] = new Array<PyValue | undefined>(8).fill(undefined);
  private head = 0;
  length = 0;
  /** null for no limit. */
  maxlen: number | null = null;
  /** Changes with every change, so that iterators notice. */
  state = 0;

  at(index: number): PyValue {
    return this.buffer[(this.head + index) & (this.buffer.length - 1)] as PyValue;
  }
  put(index: number, value: PyValue): void {
    this.buffer[(this.head + index) & (this.buffer.length - 1)] = value;
  }
  append(value: PyValue): void {
    if (this.maxlen !== null && this.length >= this.maxlen) {
      if (this.maxlen === 0) return;
      this.popleft();
    }
    if (this.length === this.buffer.length) this.grow();
    this.put(this.length++, value);
    this.state++;
  }
  appendleft(value: PyValue): void {
    if (this.maxlen !== null && this.length >= this.maxlen) {
      if (this.maxlen === 0) return;
      this.pop();
    }
    if (this.length === this.buffer.length) this.grow();
    this.head = (this.head - 1) & (this.buffer.length - 1);
    this.buffer[this.head] = value;
    this.length++;
    this.state++;
  }
  pop(): PyValue | undefined {
    if (this.length === 0) return undefined;
    const value = this.at(--this.length);
    this.buffer[(this.head + this.length) & (this.buffer.length - 1)] = undefined;
    this.state++;
    return value;
  }
  popleft(): PyValue | undefined {
    if (this.length === 0) return undefined;
    const value = this.buffer[this.head] as PyValue;
    this.buffer[this.head] = undefined;
    this.head = (this.head + 1) & (this.buffer.length - 1);
    this.length--;
    this.state++;
    return value;
  }
  rotateRight(): void {
    const value = this.at(this.length - 1);
    this.buffer[(this.head + this.length - 1) & (this.buffer.length - 1)] = undefined;
    this.head = (this.head - 1) & (this.buffer.length - 1);
    this.buffer[this.head] = value;
    this.state++;
  }
  items(): PyValue[] {
    return Array.from({ length: this.length }, (_, i) => this.at(i));
  }
  /** Takes these items in place of its own. */
  reset(items: readonly PyValue[]): void {
    let size = 8;
    while (size < items.length) size *= 2;
    this.buffer = new Array<PyValue | undefined>(size).fill(undefined);
    for (const [i, item] of items.entries()) this.buffer[i] = item;
    this.head = 0;
    this.length = items.length;
    this.state++;
  }
  private grow(): void {
    const items = this.items();
    this.buffer = [...items, ...new Array<PyValue | undefined>(items.length).fill(undefined)];
    this.head = 0;
  }
}

function extend(vm: VM, self: PyDeque, iterable: PyValue, left: boolean): void {
  const source = iterable === self ? iterate(vm, newTuple(self.items())) : iterate(vm, iterable);
  for (let item = next(vm, source); item !== undefined; item = next(vm, source)) {
    if (left) self.appendleft(item);
    else self.append(item);
  }
}

function deque_init(vm: VM, self: PyDeque, args: PyValue[], kwnames: readonly string[] | null): void {
  const names = kwnames ?? [];
  const positional = args.length - names.length;
  if (args.length > 2) throw typeError(`deque() takes at most 2 arguments (${args.length} given)`);
  let [iterable, maxlen] = [positional > 0 ? args[0] : undefined, positional > 1 ? args[1] : undefined];
  for (const [i, name] of names.entries()) {
    if (name === 'iterable' && iterable === undefined) iterable = args[positional + i];
    else if (name === 'maxlen' && maxlen === undefined) maxlen = args[positional + i];
    else throw typeError(`deque() got an unexpected keyword argument '${name}'`);
  }
  let limit: number | null = null;
  if (maxlen !== undefined && maxlen !== None) {
    if (!isInt(maxlen)) throw typeError('an integer is required');
    limit = asSsize(vm, maxlen);
    if (limit < 0) throw valueError('maxlen must be non-negative');
  }
  self.maxlen = limit;
  self.reset([]);
  if (iterable !== undefined) extend(vm, self, iterable, false);
}

function position(vm: VM, self: PyDeque, index: PyValue, message: string): number {
  if (typeOf(index).nb_index === undefined) throw typeError(`sequence index must be integer, not '${typeOf(index).tpName}'`);
  const value = asSsize(vm, index, indexError);
  const at = value < 0 ? value + self.length : value;
  if (at < 0 || at >= self.length) throw indexError(message);
  return at;
}

function setAt(vm: VM, self: PyDeque, key: PyValue, value: PyValue | undefined): void {
  const at = position(vm, self, key, 'deque index out of range');
  if (value !== undefined) self.put(at, value);
  else {
    const items = self.items();
    items.splice(at, 1);
    self.reset(items);
  }
}

function copyDeque(vm: VM, self: PyDeque): PyDeque {
  if (self.cls === dequeType) {
    const copy = new PyDeque(dequeType);
    copy.maxlen = self.maxlen;
    copy.reset(self.items());
    return copy;
  }
  const copy = call(vm, self.cls, self.maxlen === null ? [self] : [self, self.maxlen]);
  if (!(copy instanceof PyDeque)) throw typeError(`${self.cls.tpName}() must return a deque, not ${typeOf(copy).tpName}`);
  return copy;
}

function findItem(vm: VM, self: PyDeque, value: PyValue, start: number, stop: number, changed: (message: string) => PyValue = runtimeError): number {
  const { state } = self;
  for (let i = start; i < stop && i < self.length; i++) {
    const found = equals(vm, self.at(i), value);
    if (self.state !== state) throw changed('deque mutated during iteration');
    if (found) return i;
  }
  return -1;
}

function deque_index(vm: VM, self: PyDeque, value: PyValue, start: PyValue | undefined, stop: PyValue | undefined): PyValue {
  const [from, to] = searchRange(vm, start, stop, self.length);
  const at = findItem(vm, self, value, from, to);
  if (at < 0) throw valueError(`${reprText(vm, value)} is not in deque`);
  return at;
}

function deque_remove(vm: VM, self: PyDeque, value: PyValue): PyValue {
  const at = findItem(vm, self, value, 0, self.length, indexError);
  if (at < 0) throw valueError('deque.remove(x): x not in deque');
  setAt(vm, self, at, undefined);
  return None;
}

function deque_insert(vm: VM, self: PyDeque, index: PyValue, value: PyValue): PyValue {
  if (self.maxlen !== null && self.length >= self.maxlen) throw indexError('deque already at its maximum size');
  let at = asIndexClamped(vm, index);
  if (at < 0) at = Math.max(0, at + self.length);
  const items = self.items();
  items.splice(Math.min(at, items.length), 0, value);
  self.reset(items);
  return None;
}

function deque_rotate(vm: VM, self: PyDeque, n: PyValue | undefined): PyValue {
  const steps = n === undefined ? 1 : asIndexClamped(vm, n);
  if (self.length <= 1) return None;
  const shift = ((steps % self.length) + self.length) % self.length;
  if (shift <= self.length / 2) for (let i = 0; i < shift; i++) self.rotateRight();
  else {
    const items = self.items();
    self.reset([...items.slice(items.length - shift), ...items.slice(0, items.length - shift)]);
  }
  return None;
}

function deque_repr(vm: VM, self: PyDeque): PyValue {
  if (!reprEnter(vm, self)) return '[...]';
  try {
    const items = self.items().map((item) => reprText(vm, item)).join(', ');
    const tail = self.maxlen === null ? '' : `, maxlen=${self.maxlen}`;
    return strFromJS(`${self.cls.name}([${items}]${tail})`);
  } finally {
    reprLeave(vm, self);
  }
}

function deque_compare(vm: VM, left: PyValue, right: PyValue, op: CompareOp): PyValue {
  if (!(left instanceof PyDeque) || !(right instanceof PyDeque)) return NotImplemented;
  const a = left.items();
  const b = right.items();
  if (a.length !== b.length && (op === Py_EQ || op === Py_NE)) return op === Py_NE;
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (equals(vm, a[i], b[i])) continue;
    if (op === Py_EQ) return false;
    if (op === Py_NE) return true;
    return compareBool(vm, a[i], b[i], op);
  }
  return compareBool(vm, a.length, b.length, op);
}

function repeatInto(vm: VM, self: PyDeque, times: number): void {
  const items = self.items();
  const count = Math.max(0, times);
  if (items.length * count > 2 ** 27) throw memoryError();
  vm.allocate(items.length * count * 8);
  let all: PyValue[] = [];
  for (let i = 0; i < count; i++) all = all.concat(items);
  self.reset(self.maxlen === null ? all : all.slice(Math.max(0, all.length - self.maxlen)));
}

class DequeIterator extends PyObject {
  readonly deque: PyDeque;
  private readonly state: number;
  /** Items to come. */
  private left: number;
  constructor(type: PyType, deque: PyDeque) {
    super(type);
    this.deque = deque;
    this.state = deque.state;
    this.left = deque.length;
  }
  get remaining(): number {
    return this.left;
  }
  step(): PyValue | undefined {
    const { deque } = this;
    if (this.state !== deque.state) {
      this.left = 0;
      throw runtimeError('deque mutated during iteration');
    }
    if (this.left === 0) return undefined;
    const at = this.cls === dequeIteratorType ? deque.length - this.left : this.left - 1;
    this.left--;
    return deque.at(at);
  }
}

function dequeIterator_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const given = args.length - (kwnames?.length ?? 0);
  if (given < 1) throw typeError(`function takes at least 1 argument (${given} given)`);
  if (given > 2) throw typeError(`function takes at most 2 arguments (${given} given)`);
  const [deque, index] = args;
  if (!(deque instanceof PyDeque)) throw typeError(`argument 1 must be collections.deque, not ${typeOf(deque).tpName}`);
  const iterator = new DequeIterator(type, deque);
  const skip = given === 2 ? asSsize(vm, index) : 0;
  for (let i = 0; i < skip && iterator.step() !== undefined; i++);
  return iterator;
}

function defineDequeIterator(name: string): PyType {
  return defineType(name, {
    module: 'collections',
    slots: {
      tp_new: dequeIterator_new,
      tp_iter: (_vm, self) => self,
      tp_iternext: (_vm: VM, self: PyValue) => (self as DequeIterator).step(),
    },
    methods: [
      native('__length_hint__(self, /)', (_vm: VM, self: DequeIterator) => self.remaining, 'Private method returning an estimate of len(list(it)).').unsigned(),
      native('__reduce__(self, /)', (_vm: VM, self: DequeIterator) => newTuple([self.cls, newTuple([self.deque, self.deque.length - self.remaining])]), 'Return state information for pickling.').unsigned(),
    ],
  });
}
const dequeIteratorType: PyType = defineDequeIterator('_deque_iterator');
const dequeReverseIteratorType: PyType = defineDequeIterator('_deque_reverse_iterator');

const empty = (): never => {
  throw indexError('pop from an empty deque');
};

const dequeType: PyType = defineType('deque', {
  module: 'collections',
  basetype: true,
  flags: 1 << 5,
  hasWeakref: true,
  doc: 'deque([iterable[, maxlen]]) --> deque object\n\nA list-like sequence optimized for data accesses near its endpoints.',
  slots: {
    tp_new: (_vm, type) => new PyDeque(type),
    tp_init: deque_init,
    tp_hash: null,
    tp_repr: deque_repr,
    tp_richcompare: deque_compare,
    tp_iter: (_vm: VM, self: PyDeque) => new DequeIterator(dequeIteratorType, self),
    sq_length: (_vm: VM, self: PyDeque) => self.length,
    sq_concat(vm: VM, self: PyDeque, other: PyValue) {
      if (!(other instanceof PyDeque)) throw typeError(`can only concatenate deque (not "${typeOf(other).tpName}") to deque`);
      const copy = copyDeque(vm, self);
      extend(vm, copy, other, false);
      return copy;
    },
    sq_repeat(vm: VM, self: PyDeque, times: PyValue) {
      const copy = copyDeque(vm, self);
      repeatInto(vm, copy, times as number);
      return copy;
    },
    sq_item: (vm: VM, self: PyDeque, index: number) => self.at(position(vm, self, index, 'deque index out of range')),
    sq_contains: (vm: VM, self: PyDeque, item: PyValue) => findItem(vm, self, item, 0, self.length) >= 0,
    sq_inplace_concat(vm: VM, self: PyDeque, other: PyValue) {
      extend(vm, self, other, false);
      return self;
    },
    sq_inplace_repeat(vm: VM, self: PyDeque, times: PyValue) {
      repeatInto(vm, self, times as number);
      return self;
    },
    mp_length: (_vm: VM, self: PyDeque) => self.length,
    mp_subscript: (vm: VM, self: PyDeque, key: PyValue) => self.at(position(vm, self, key, 'deque index out of range')),
    mp_ass_subscript: setAt,
  },
  methods: [
    native('append(self, x, /)', (_vm: VM, self: PyDeque, x: PyValue) => (self.append(x), None), 'Add an element to the right side of the deque.'),
    native('appendleft(self, x, /)', (_vm: VM, self: PyDeque, x: PyValue) => (self.appendleft(x), None), 'Add an element to the left side of the deque.'),
    native('clear(self, /)', (_vm: VM, self: PyDeque) => (self.reset([]), None), 'Remove all elements from the deque.'),
    native('__copy__(self, /)', copyDeque, 'Return a shallow copy of a deque.'),
    native('copy(self, /)', copyDeque, 'Return a shallow copy of a deque.'),
    native('count(self, x, /)', (vm: VM, self: PyDeque, x: PyValue) => {
      let count = 0;
      const { state } = self;
      for (let i = 0; i < self.length; i++) {
        if (equals(vm, self.at(i), x)) count++;
        if (self.state !== state) throw runtimeError('deque mutated during iteration');
      }
      return count;
    }, 'D.count(value) -- return number of occurrences of value'),
    native('extend(self, iterable, /)', (vm: VM, self: PyDeque, iterable: PyValue) => (extend(vm, self, iterable, false), None), 'Extend the right side of the deque with elements from the iterable'),
    native('extendleft(self, iterable, /)', (vm: VM, self: PyDeque, iterable: PyValue) => (extend(vm, self, iterable, true), None), 'Extend the left side of the deque with elements from the iterable'),
    native('index(self, value, start=<unrepresentable>, stop=<unrepresentable>, /)', deque_index, 'D.index(value, [start, [stop]]) -- return first index of value.\nRaises ValueError if the value is not present.'),
    native('insert(self, index, object, /)', deque_insert, 'D.insert(index, object) -- insert object before index'),
    native('pop(self, /)', (_vm: VM, self: PyDeque) => self.pop() ?? empty(), 'Remove and return the rightmost element.'),
    native('popleft(self, /)', (_vm: VM, self: PyDeque) => self.popleft() ?? empty(), 'Remove and return the leftmost element.'),
    native('remove(self, value, /)', deque_remove, 'D.remove(value) -- remove first occurrence of value.'),
    native('reverse(self, /)', (_vm: VM, self: PyDeque) => (self.reset(self.items().reverse()), None), 'D.reverse() -- reverse *IN PLACE*'),
    native('rotate(self, n=1, /)', deque_rotate, 'Rotate the deque n steps to the right (default n=1).  If n is negative, rotates left.'),
    native('__reversed__(self, /)', (_vm: VM, self: PyDeque) => new DequeIterator(dequeReverseIteratorType, self), 'D.__reversed__() -- return a reverse iterator over the deque'),
    native('__reduce__(self, /)', (vm: VM, self: PyDeque) => {
      const state = callMethod(vm, self, '__getstate__');
      const args = self.maxlen === null ? newTuple([]) : newTuple([newTuple([]), self.maxlen]);
      return newTuple([self.cls, args, state, iterate(vm, self)]);
    }, 'Return state information for pickling.'),
    native('__sizeof__(self, /)', (_vm: VM, self: PyDeque) => 216 + 528 * Math.max(1, Math.ceil((self.length + 31) / 64)), 'D.__sizeof__() -- size of D in memory, in bytes'),
  ],
  classMethods: [native('__class_getitem__(cls, item, /)', (_vm: VM, cls: PyType, item: PyValue) => new GenericAlias(cls, item instanceof PyTuple ? item : newTuple([item])), 'See PEP 585')],
  getset: { maxlen: { get: (_vm: VM, self: PyDeque) => self.maxlen ?? None, doc: 'maximum size of a deque or None if unbounded' } },
});

/** A dict that makes missing values. */
class PyDefaultDict extends PyDict {
  factory: PyValue = None;
}

const baseInit = (vm: VM, self: PyValue, args: PyValue[], kwnames: readonly string[] | null): void => {
  (dictType.tp_init as NonNullable<PyType['tp_init']>)(vm, self, args, kwnames);
};

function defaultdict_init(vm: VM, self: PyDefaultDict, args: PyValue[], kwnames: readonly string[] | null): void {
  const positional = args.length - (kwnames?.length ?? 0);
  let factory: PyValue = None;
  let rest = args;
  if (positional > 0) {
    factory = args[0];
    if (factory !== None && typeOf(factory).tp_call === undefined) throw typeError('first argument must be callable or None');
    rest = args.slice(1);
  }
  self.factory = factory;
  baseInit(vm, self, rest, kwnames);
}

function defaultdict_missing(vm: VM, self: PyDefaultDict, key: PyValue): PyValue {
  if (self.factory === None) throw keyError(key);
  const value = call(vm, self.factory, []);
  setItem(vm, self, key, value);
  return value;
}

function copyDefaultDict(vm: VM, self: PyDefaultDict): PyValue {
  return call(vm, self.cls, [self.factory, self]);
}

const defaultdictType: PyType = defineType('defaultdict', {
  module: 'collections',
  bases: [dictType],
  basetype: true,
  doc: 'defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default factory is called without arguments to produce\na new value when a key is not present, in __getitem__ only.\nA defaultdict compares equal to a dict with the same items.\nAll remaining arguments are treated the same as if they were\npassed to the dict constructor, including keyword arguments.',
  slots: {
    tp_new: (_vm, type) => new PyDefaultDict(type),
    tp_init: defaultdict_init,
    tp_repr(vm: VM, self: PyDefaultDict) {
      const base = reprOfDict(vm, self);
      let factory = 'None';
      if (self.factory !== None) {
        if (!reprEnter(vm, self.factory as PyObject)) factory = '...';
        else {
          try {
            factory = reprText(vm, self.factory);
          } finally {
            reprLeave(vm, self.factory as PyObject);
          }
        }
      }
      return strFromJS(`${self.cls.name}(${factory}, ${base})`);
    },
    nb_or(vm: VM, left: PyValue, right: PyValue) {
      const self = left instanceof PyDefaultDict ? left : right;
      if (!(left instanceof PyDict) || !(right instanceof PyDict)) return NotImplemented;
      const result = call(vm, typeOf(self), [(self as PyDefaultDict).factory, left]);
      callMethod(vm, result, 'update', [right]);
      return result;
    },
  },
  methods: [
    native('__missing__(self, key, /)', defaultdict_missing, '__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n  if self.default_factory is None: raise KeyError((key,))\n  self[key] = value = self.default_factory()\n  return value\n'),
    native('copy(self, /)', copyDefaultDict, 'D.copy() -> a shallow copy of D.'),
    native('__copy__(self, /)', copyDefaultDict, 'D.copy() -> a shallow copy of D.'),
    native('__reduce__(self, /)', (vm: VM, self: PyDefaultDict) =>
      newTuple([self.cls, self.factory === None ? newTuple([]) : newTuple([self.factory]), None, None, iterate(vm, callMethod(vm, self, 'items'))]), 'Return state information for pickling.'),
  ],
  classMethods: [native('__class_getitem__(cls, item, /)', (_vm: VM, cls: PyType, item: PyValue) => new GenericAlias(cls, item instanceof PyTuple ? item : newTuple([item])), 'See PEP 585')],
  fields: {
    default_factory: {
      get: (_vm: VM, self: PyDefaultDict) => self.factory,
      set(_vm: VM, self: PyDefaultDict, value: PyValue | undefined) {
        self.factory = value ?? None;
      },
      doc: 'Factory for default value called by __missing__().',
    },
  },
});

function reprOfDict(vm: VM, self: PyDict): string {
  return (dictType.tp_repr as (vm: VM, self: PyValue) => string)(vm, self);
}

/** `Counter.update` for plain counts. */
function count_elements(vm: VM, mapping: PyValue, iterable: PyValue): PyValue {
  const source = iterate(vm, iterable);
  if (mapping instanceof PyDict && typeOf(mapping).mp_ass_subscript === dictType.mp_ass_subscript) {
    for (let item = next(vm, source); item !== undefined; item = next(vm, source)) {
      const old = mapping.get(vm, item);
      mapping.set(vm, item, typeof old === 'number' && old < Number.MAX_SAFE_INTEGER ? old + 1 : old === undefined ? 1 : binaryOp(vm, NB_ADD, old, 1));
    }
    return None;
  }
  const get = lookupAttr(vm, mapping, 'get') as PyValue;
  for (let item = next(vm, source); item !== undefined; item = next(vm, source)) {
    setItem(vm, mapping, item, binaryOp(vm, NB_ADD, call(vm, get, [item, 0]), 1));
  }
  return None;
}

/** The property of a named tuple's field. */
class TupleGetter extends PyObject {
  readonly index: number;
  doc: PyValue;
  constructor(cls: PyType, index: number, doc: PyValue) {
    super(cls);
    this.index = index;
    this.doc = doc;
  }
}
const tupleGetterType: PyType = defineType('_tuplegetter', {
  module: '_collections',
  slots: {
    tp_new(vm, type, args) {
      if (args.length !== 2) throw typeError(`_tuplegetter expected 2 arguments, got ${args.length}`);
      return new TupleGetter(type, asSsize(vm, args[0]), args[1]);
    },
    tp_descr_get(_vm: VM, self: TupleGetter, obj: PyValue | undefined) {
      if (obj === undefined || obj === None) return self;
      if (!(obj instanceof PyTuple)) throw typeError(`descriptor for index '${self.index}' for tuple subclasses doesn't apply to '${typeOf(obj).tpName}' object`);
      if (self.index >= obj.items.length) throw indexError('tuple index out of range');
      return obj.items[self.index];
    },
    tp_descr_set() {
      throw attributeError("can't set attribute");
    },
    tp_repr: (vm: VM, self: TupleGetter) => strFromJS(`_tuplegetter(${self.index}, ${reprText(vm, self.doc)})`),
  },
  methods: [native('__reduce__(self, /)', (_vm: VM, self: TupleGetter) => newTuple([self.cls, newTuple([self.index, self.doc])]))],
  fields: {
    __doc__: {
      get: (_vm: VM, self: TupleGetter) => self.doc,
      set(_vm: VM, self: TupleGetter, value: PyValue | undefined) {
        self.doc = value ?? None;
      },
    },
  },
});

/** Python's module `_collections`. CPython 3.12: Modules/_collectionsmodule.c. */
export const _collections: NativeModule = defineModule(
  '_collections',
  {
    OrderedDict: orderedDictType,
    deque: dequeType,
    defaultdict: defaultdictType,
    _tuplegetter: tupleGetterType,
    _deque_iterator: dequeIteratorType,
    _deque_reverse_iterator: dequeReverseIteratorType,
    _count_elements: native('_count_elements(mapping, iterable, /)', count_elements, 'Count elements in the iterable, updating the mapping'),
  },
  { doc: 'High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n- defaultdict:  dict subclass with a default value factory\n' },
);
