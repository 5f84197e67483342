import {
  builtinDictAttribute, call, callMethod, defineType, dictItemsType, dictKeysType, dictType, DictView, dictValuesType, equals, getItem, isTrue, iterate, keyError, lookupAttr, native, nativeRaw, newTuple, next, None, NotImplemented, Py_EQ,
  Py_NE, PyDict, PyList, PyObject, reprEnter, reprLeave, reprText, runtimeError, setItem, strFromJS, toArray, TypeFlag, typeError, valueError,
} from '@py/vm/native';
import type { CompareOp, PyType, PyValue, VM } from '@py/vm/native';

/* `collections.OrderedDict` (CPython 3.12: Objects/odictobject.c). */

/** A key in its place. */
interface Node {
  readonly key: PyValue;
  before: Node | null;
  after: Node | null;
}

/** A dict with an order of its own, which `move_to_end` changes. */
class PyOrderedDict extends PyDict {
  first: Node | null = null;
  last: Node | null = null;
  /** By the key as the dict has it. */
  private readonly nodes = new Map<PyValue, Node>();
  /** Changes with the order: iterators notice. */
  state = 0;

  /** Of any equal key; undefined also for keys that dict's own methods have put in. */
  nodeOf(vm: VM, key: PyValue): Node | undefined {
    const entry = this.find(vm, key);
    return entry < 0 ? undefined : this.nodes.get(this.keyAt(entry));
  }

  put(vm: VM, key: PyValue, value: PyValue): void {
    const { size } = this;
    this.set(vm, key, value);
    if (this.size === size && this.nodes.size === size) return;
    // A new key is the dict's last; one that dict's own methods have put in has no place yet.
    const kept = this.size > size ? this.keys[this.keys.length - 1] : this.keyAt(this.find(vm, key));
    if (kept !== undefined && !this.nodes.has(kept)) this.link({ key: kept, before: null, after: null }, true);
  }

  /** The value of the key that is now gone, or undefined. */
  remove(vm: VM, key: PyValue): PyValue | undefined {
    const node = this.nodeOf(vm, key);
    if (node !== undefined) this.unlink(node);
    return this.pop(vm, key);
  }

  move(node: Node, toEnd: boolean): void {
    this.unlink(node);
    this.link(node, toEnd);
  }

  /** For an empty dict. */
  forget(): void {
    this.nodes.clear();
    this.first = this.last = null;
  }

  private link(node: Node, atEnd: boolean): void {
    this.nodes.set(node.key, node);
    node.before = atEnd ? this.last : null;
    node.after = atEnd ? null : this.first;
    if (node.before === null) this.first = node;
    else node.before.after = node;
    if (node.after === null) this.last = node;
    else node.after.before = node;
    this.state++;
  }

  private unlink(node: Node): void {
    this.nodes.delete(node.key);
    if (node.before === null) this.first = node.after;
    else node.before.after = node.after;
    if (node.after === null) this.last = node.before;
    else node.after.before = node.before;
    this.state++;
  }

  /** With a place of 32 bytes for each key, found through a table as large as the dict's. */
  get orderedSize(): number {
    if (this.size === 0) return 64 + this.byteSize;
    let slots = 8;
    while (Math.floor((slots * 2) / 3) < this.keys.length) slots *= 2;
    return 64 + this.byteSize + 32 * this.size + 8 * slots;
  }

  /** Keys in order. */
  order(): PyValue[] {
    const keys: PyValue[] = [];
    for (let node = this.first; node !== null; node = node.after) keys.push(node.key);
    return keys;
  }
}

/** The value of a key that has its place; a KeyError if dict's own methods have removed it. */
function valueOf(vm: VM, dict: PyOrderedDict, key: PyValue): PyValue {
  const value = dict.get(vm, key);
  if (value === undefined) throw keyError(key);
  return value;
}

// ---- iteration

type What = 'keys' | 'values' | 'items';

class OrderedDictIterator extends PyObject {
  /** Null at the end. */
  source: PyOrderedDict | null;
  readonly what: What;
  readonly reversed: boolean;
  node: Node | null;
  private readonly state: number;
  private readonly size: number;

  constructor(dict: PyOrderedDict, what: What, reversed: boolean) {
    super(iteratorType);
    this.source = dict;
    this.what = what;
    this.reversed = reversed;
    this.node = reversed ? dict.last : dict.first;
    this.state = dict.state;
    this.size = dict.size;
  }

  step(vm: VM): PyValue | undefined {
    const { source, node } = this;
    if (source === null) return undefined;
    if (node === null) {
      this.source = null;
      return undefined;
    }
    if (source.state !== this.state) throw runtimeError('OrderedDict mutated during iteration');
    if (source.size !== this.size) throw runtimeError('OrderedDict changed size during iteration');
    const { key } = node;
    const value = valueOf(vm, source, key);
    this.node = this.reversed ? node.before : node.after;
    return this.what === 'keys' ? key : this.what === 'values' ? value : newTuple([key, value]);
  }
}

const iteratorType: PyType = defineType('odict_iterator', {
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  slots: { tp_iter: (_vm, self) => self, tp_iternext: (vm: VM, self: PyValue) => (self as OrderedDictIterator).step(vm) },
  methods: [
    native('__reduce__(self, /)', (vm: VM, self: OrderedDictIterator) => {
      const copy = self.source === null ? null : new OrderedDictIterator(self.source, self.what, self.reversed);
      if (copy !== null) copy.node = self.node;
      return newTuple([vm.builtins.getStr('iter') as PyValue, newTuple([new PyList(copy === null ? [] : toArray(vm, copy))])]);
    }, 'Return state information for pickling').unsigned(),
  ],
});

function defineView(what: What, base: PyType): PyType {
  return defineType(`odict_${what}`, {
    bases: [base],
    flags: TypeFlag.DISALLOW_INSTANTIATION,
    slots: { tp_iter: (_vm: VM, self: DictView) => new OrderedDictIterator(self.mapping as PyOrderedDict, what, false) },
    methods: [native('__reversed__(self, /)', (_vm: VM, self: DictView) => new OrderedDictIterator(self.mapping as PyOrderedDict, what, true)).unsigned()],
  });
}
const viewTypes: Readonly<Record<What, PyType>> = { keys: defineView('keys', dictKeysType), values: defineView('values', dictValuesType), items: defineView('items', dictItemsType) };

// ---- filling

function update(vm: VM, self: PyValue, args: readonly PyValue[], kwnames: readonly string[] | null): void {
  const names = kwnames ?? [];
  const positional = args.length - names.length;
  if (positional > 0) updateFrom(vm, self, args[0]);
  for (const [i, name] of names.entries()) setItem(vm, self, strFromJS(name), args[positional + i]);
}

/** CPython: mutablemapping_update_arg. */
function updateFrom(vm: VM, self: PyValue, source: PyValue): void {
  if (source instanceof PyDict && source.cls === dictType) {
    for (const key of source.keyList()) setItem(vm, self, key, source.get(vm, key) ?? None);
    return;
  }
  const keys = lookupAttr(vm, source, 'keys');
  if (keys !== undefined) {
    const iterator = iterate(vm, call(vm, keys, []));
    for (let key = next(vm, iterator); key !== undefined; key = next(vm, iterator)) setItem(vm, self, key, getItem(vm, source, key));
    return;
  }
  const items = lookupAttr(vm, source, 'items');
  addPairs(vm, self, items === undefined ? source : call(vm, items, []));
}

function addPairs(vm: VM, self: PyValue, pairs: PyValue): void {
  const iterator = iterate(vm, pairs);
  for (let pair = next(vm, iterator); pair !== undefined; pair = next(vm, iterator)) {
    const parts = iterate(vm, pair);
    const key = next(vm, parts);
    if (key === undefined) throw valueError('need more than 0 values to unpack');
    const value = next(vm, parts);
    if (value === undefined) throw valueError('need more than 1 value to unpack');
    if (next(vm, parts) !== undefined) throw valueError('too many values to unpack (expected 2)');
    setItem(vm, self, key, value);
  }
}

function fromkeys(vm: VM, cls: PyType, iterable: PyValue, value: PyValue = None): PyValue {
  const dict = call(vm, cls, []);
  const iterator = iterate(vm, iterable);
  for (let key = next(vm, iterator); key !== undefined; key = next(vm, iterator)) setItem(vm, dict, key, value);
  return dict;
}

function or(vm: VM, left: PyValue, right: PyValue): PyValue {
  const owner = left instanceof PyOrderedDict ? left : (right as PyOrderedDict); // One of them has this slot.
  const other = owner === left ? right : left;
  if (!(other instanceof PyDict)) return NotImplemented;
  const result = call(vm, owner.cls, [left]);
  updateFrom(vm, result, right);
  return result;
}

function copy(vm: VM, self: PyOrderedDict): PyValue {
  vm.allocate(self.size * 24);
  if (self.cls !== orderedDictType) {
    const result = call(vm, self.cls, []);
    for (const key of self.order()) setItem(vm, result, key, getItem(vm, self, key));
    return result;
  }
  const result = new PyOrderedDict(orderedDictType);
  for (const key of self.order()) result.put(vm, key, valueOf(vm, self, key));
  return result;
}

// ---- taking away

function pop(vm: VM, self: PyOrderedDict, key: PyValue, fallback: PyValue | undefined): PyValue {
  return self.remove(vm, key) ?? fallback ?? vm.raise(keyError(key));
}

function popitem(vm: VM, self: PyOrderedDict, last: PyValue | undefined): PyValue {
  const node = last === undefined || isTrue(vm, last) ? self.last : self.first;
  if (node === null) throw keyError('dictionary is empty');
  const value = self.remove(vm, node.key);
  if (value === undefined) throw keyError(node.key);
  return newTuple([node.key, value]);
}

function moveToEnd(vm: VM, self: PyOrderedDict, key: PyValue, last: PyValue | undefined): PyValue {
  const node = self.nodeOf(vm, key);
  if (node === undefined) throw keyError(key);
  const toEnd = last === undefined || isTrue(vm, last);
  if (node !== (toEnd ? self.last : self.first)) self.move(node, toEnd);
  return None;
}

function setdefault(vm: VM, self: PyOrderedDict, key: PyValue, value: PyValue = None): PyValue {
  const known = self.get(vm, key);
  if (known !== undefined) return self.cls === orderedDictType ? known : getItem(vm, self, key);
  setItem(vm, self, key, value);
  return value;
}

function assign(vm: VM, self: PyOrderedDict, key: PyValue, value: PyValue | undefined): void {
  if (value !== undefined) self.put(vm, key, value);
  else if (self.remove(vm, key) === undefined) throw keyError(key);
}

// ---- the type

function repr(vm: VM, self: PyOrderedDict): PyValue {
  if (self.size === 0) return strFromJS(`${self.cls.name}()`);
  if (!reprEnter(vm, self)) return '...';
  try {
    const dict = new PyDict();
    if (self.cls === orderedDictType) for (const key of self.order()) dict.set(vm, key, valueOf(vm, self, key));
    else for (const item of toArray(vm, callMethod(vm, self, 'items'))) dict.set(vm, getItem(vm, item, 0), getItem(vm, item, 1));
    return strFromJS(`${self.cls.name}(${reprText(vm, dict)})`);
  } finally {
    reprLeave(vm, self);
  }
}

function richcompare(vm: VM, self: PyOrderedDict, other: PyValue, op: CompareOp): PyValue {
  if ((op !== Py_EQ && op !== Py_NE) || !(other instanceof PyDict)) return NotImplemented;
  const same = dictType.tp_richcompare?.(vm, self, other, Py_EQ);
  if (typeof same !== 'boolean') return same ?? NotImplemented;
  const equal = same && (!(other instanceof PyOrderedDict) || sameOrder(vm, self, other));
  return equal === (op === Py_EQ);
}

function sameOrder(vm: VM, a: PyOrderedDict, b: PyOrderedDict): boolean {
  const { state } = a;
  const { state: otherState } = b;
  let [mine, theirs] = [a.first, b.first];
  while (mine !== null && theirs !== null) {
    const same = equals(vm, mine.key, theirs.key);
    if (a.state !== state || b.state !== otherState) throw runtimeError('OrderedDict mutated during iteration');
    if (!same) return false;
    [mine, theirs] = [mine.after, theirs.after];
  }
  return mine === theirs;
}

function reduce(vm: VM, self: PyOrderedDict): PyValue {
  return newTuple([self.cls, newTuple([]), callMethod(vm, self, '__getstate__'), None, iterate(vm, callMethod(vm, self, 'items'))]);
}

const view = (what: What) => (_vm: VM, self: PyOrderedDict): PyValue => new DictView(self, viewTypes[what]);

export const orderedDictType: PyType = defineType('OrderedDict', {
  module: 'collections',
  bases: [dictType],
  basetype: true,
  hasDict: true,
  hasWeakref: true,
  doc: 'Dictionary that remembers insertion order',
  getset: { __dict__: builtinDictAttribute },
  slots: {
    tp_new: (_vm, type) => new PyOrderedDict(type),
    tp_init(vm, self, args, kwnames) {
      const positional = args.length - (kwnames?.length ?? 0);
      if (positional > 1) throw typeError(`expected at most 1 arguments, got ${positional}`);
      update(vm, self, args, kwnames);
    },
    tp_hash: null,
    tp_repr: repr,
    tp_richcompare: richcompare,
    tp_iter: (_vm: VM, self: PyOrderedDict) => new OrderedDictIterator(self, 'keys', false),
    nb_or: or,
    nb_inplace_or(vm, self, other) {
      updateFrom(vm, self, other);
      return self;
    },
    mp_ass_subscript: assign,
  },
  methods: [
    native('__sizeof__(self, /)', (_vm: VM, self: PyOrderedDict) => self.orderedSize).unsigned(),
    native('__reduce__(self, /)', reduce, 'Return state information for pickling').unsigned(),
    native('setdefault(self, /, key, default=None)', setdefault, 'Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default.'),
    native('pop(self, /, key, default=<unrepresentable>)', pop, 'od.pop(key[,default]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.'),
    native('popitem(self, /, last=True)', popitem, 'Remove and return a (key, value) pair from the dictionary.\n\nPairs are returned in LIFO order if last is true or FIFO order if false.'),
    native('keys(self, /)', view('keys')).unsigned(),
    native('values(self, /)', view('values')).unsigned(),
    native('items(self, /)', view('items')).unsigned(),
    nativeRaw('update(self, /, *args, **kwargs)', (vm, self, args, kwnames) => {
      const positional = args.length - (kwnames?.length ?? 0);
      if (positional > 1) throw typeError(`update() takes at most 1 positional argument (${positional} given)`);
      update(vm, self as PyValue, args, kwnames); // A method has a self.
      return None;
    }).unsigned(),
    native('clear(self, /)', (_vm: VM, self: PyOrderedDict) => {
      self.clear();
      self.forget();
      return None;
    }, 'od.clear() -> None.  Remove all items from od.').unsigned(),
    native('copy(self, /)', copy, 'od.copy() -> a shallow copy of od').unsigned(),
    native('__reversed__(self, /)', (_vm: VM, self: PyOrderedDict) => new OrderedDictIterator(self, 'keys', true), 'od.__reversed__() <==> reversed(od)').unsigned(),
    native('move_to_end(self, /, key, last=True)', moveToEnd, 'Move an existing element to the end (or beginning if last is false).\n\nRaise KeyError if the element does not exist.'),
  ],
  classMethods: [native('fromkeys(type, /, iterable, value=None)', fromkeys, 'Create a new ordered dictionary with keys from iterable and values set to value.')],
});
