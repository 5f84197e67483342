import {
  asSsize, attributeError, attributeName, builtinDictAttribute, call, callPlain, defineModule, defineType, dictType, GenericAlias, hashLow, getAttr, iterate, isCallable, isStr, native, newTuple, next, None, NotImplemented, PyBaseException, PyDict, PyMethod, PyObject, PyTuple, exceptionTypes, reprEnter, reprLeave, reprText, richCompare, strFromJS, strText, tailCall, tupleType, typeError, TypeFlag, typeOf,
} from '@py/vm/native';
import type { CompareOp, Continuation, NativeModule, PyType, PyValue, VM } from '@py/vm/native';

/* `_functools` (CPython 3.12: Modules/_functoolsmodule.c). */

function reduce(vm: VM, func: PyValue, iterable: PyValue, initial: PyValue | undefined): PyValue {
  let source: PyValue;
  try {
    source = iterate(vm, iterable);
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.TypeError)) throw typeError('reduce() arg 2 must support iteration');
    throw error;
  }
  let result = initial;
  for (let item = next(vm, source); item !== undefined; item = next(vm, source)) result = result === undefined ? item : callPlain(vm, func, result, item);
  if (result === undefined) throw typeError('reduce() of empty iterable with no initial value');
  return result;
}

// --- partial

class Partial extends PyObject {
  func: PyValue = None;
  args: PyTuple = newTuple([]);
  keywords: PyDict = new PyDict();
}

function partial_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const names = kwnames ?? [];
  const positional = args.length - names.length;
  if (positional < 1) throw typeError("type 'partial' takes at least one argument");
  if (!isCallable(args[0])) throw typeError('the first argument must be callable');
  const self = new Partial(type);
  const inner = args[0];
  // A partial of a partial is one partial, unless the inner one has attributes of its own.
  if (inner instanceof Partial && typeOf(inner).tp_call === partial_call && (inner.dict ?? null) === null) {
    self.func = inner.func;
    self.args = newTuple([...inner.args.items, ...args.slice(1, positional)]);
    self.keywords = inner.keywords.copy();
  } else {
    self.func = inner;
    self.args = newTuple(args.slice(1, positional));
  }
  for (const [i, name] of names.entries()) self.keywords.setStr(name, args[positional + i]);
  return self;
}

function partial_call(vm: VM, self: PyObject, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const partial = self as Partial; // tp_call is only reached through the type.
  const { keywords } = partial;
  if (keywords.size === 0) return tailCall(vm, partial.func, [...partial.args.items, ...args], kwnames);
  const names = kwnames ?? [];
  const positional = args.length - names.length;
  const merged = new Map<string, PyValue>();
  for (const key of keywords.keyList()) {
    if (!isStr(key)) throw typeError('keywords must be strings');
    merged.set(attributeName(vm, key), keywords.get(vm, key) as PyValue);
  }
  for (const [i, name] of names.entries()) merged.set(name, args[positional + i]);
  return tailCall(vm, partial.func, [...partial.args.items, ...args.slice(0, positional), ...merged.values()], [...merged.keys()]);
}

function partial_repr(vm: VM, object: PyObject): PyValue {
  const self = object as Partial;
  if (!reprEnter(vm, self)) return '...';
  try {
    const parts = [reprText(vm, self.func), ...self.args.items.map((arg) => reprText(vm, arg))];
    // Entry by entry: making a key's text may change the dict.
    for (let entry = self.keywords.nextEntry(0); entry >= 0; entry = self.keywords.nextEntry(entry + 1)) {
      const value = self.keywords.valueAt(entry);
      parts.push(`${strText(vm, self.keywords.keyAt(entry))}=${reprText(vm, value)}`);
    }
    return strFromJS(`${typeOf(self).tpName}(${parts.join(', ')})`);
  } finally {
    reprLeave(vm, self);
  }
}

function partial_setstate(_vm: VM, self: Partial, state: PyValue): PyValue {
  const items = state instanceof PyTuple ? state.items : [];
  const [func, args, keywords, dict] = items;
  if (items.length !== 4 || !isCallable(func) || !(args instanceof PyTuple) || !(keywords === None || keywords instanceof PyDict)) throw typeError('invalid partial state');
  self.func = func;
  self.args = typeOf(args) === tupleType ? args : newTuple(args.items);
  self.keywords = keywords instanceof PyDict ? (typeOf(keywords) === dictType ? keywords : keywords.copy()) : new PyDict();
  self.dict = dict instanceof PyDict ? dict : null;
  return None;
}

const classGetItem = native('__class_getitem__(cls, item, /)', (_vm: VM, cls: PyType, item: PyValue) => new GenericAlias(cls, item instanceof PyTuple ? item : newTuple([item])), 'See PEP 585');

const partialType: PyType = defineType('partial', {
  module: 'functools',
  basetype: true,
  hasDict: true,
  hasWeakref: true,
  doc: 'partial(func, *args, **keywords) - new function with partial application\n    of the given arguments and keywords.\n',
  slots: { tp_new: partial_new, tp_call: partial_call, tp_repr: partial_repr },
  methods: [
    native('__reduce__(self, /)', (_vm: VM, self: Partial) => newTuple([self.cls, newTuple([self.func]), newTuple([self.func, self.args, self.keywords, self.dict ?? None])])),
    native('__setstate__(self, state, /)', partial_setstate),
  ],
  classMethods: [classGetItem],
  getset: { __dict__: builtinDictAttribute },
  fields: {
    func: { get: (_vm, self) => (self as Partial).func, doc: 'function object to use in future partial calls' },
    args: { get: (_vm, self) => (self as Partial).args, doc: 'tuple of arguments to future partial calls' },
    keywords: { get: (_vm, self) => (self as Partial).keywords, doc: 'dictionary of keyword arguments to future partial calls' },
  },
});

// --- cmp_to_key

class KeyWrapper extends PyObject {
  readonly compare: PyValue;
  object: PyValue | undefined;
  constructor(compare: PyValue, object: PyValue | undefined) {
    super(keyWrapperType);
    this.compare = compare;
    this.object = object;
  }
}

const keyWrapperType: PyType = defineType('KeyWrapper', {
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  module: 'functools',
  slots: {
    tp_call(_vm, self, args, kwnames) {
      if (args.length > 1) throw typeError(`K() takes at most 1 argument (${args.length} given)`);
      if (args.length === 0 || (kwnames !== null && kwnames.length > 0 && kwnames[0] !== 'obj')) throw typeError("K() missing required argument 'obj' (pos 1)");
      return new KeyWrapper((self as KeyWrapper).compare, args[0]);
    },
    tp_hash: null,
    tp_richcompare(vm: VM, self: PyValue, other: PyValue, op: CompareOp) {
      if (!(self instanceof KeyWrapper)) return NotImplemented;
      if (!(other instanceof KeyWrapper)) throw typeError('other argument must be K instance');
      if (self.object === undefined || other.object === undefined) throw attributeError('object');
      return richCompare(vm, callPlain(vm, self.compare, self.object, other.object), 0, op);
    },
  },
  fields: {
    obj: {
      get(_vm, self) {
        return (self as KeyWrapper).object ?? None;
      },
      set(_vm, self, value) {
        (self as KeyWrapper).object = value;
      },
      doc: 'Value wrapped by a key function.',
    },
  },
});

// --- lru_cache

/** A result of a bounded cache, in a ring from the least to the most recently used. */
class Link extends PyObject {
  key: PyValue;
  result: PyValue;
  previous: Link = this;
  following: Link = this;
  constructor(key: PyValue, result: PyValue) {
    super(typeOf(None));
    this.key = key;
    this.result = result;
  }
  unlink(): void {
    this.previous.following = this.following;
    this.following.previous = this.previous;
  }
  /** Puts it before `root`, where the most recently used one is. */
  linkBefore(root: Link): void {
    this.previous = root.previous;
    this.following = root;
    root.previous.following = this;
    root.previous = this;
  }
}

class LruCache extends PyObject {
  func: PyValue = None;
  /** -1: unbounded. */
  maxsize = -1;
  typed = false;
  infoType: PyValue = None;
  hits = 0;
  misses = 0;
  /** Key → result, or → Link when bounded. */
  readonly cache = new PyDict();
  readonly root = new Link(None, None);
  /** Stands between positional and keyword arguments in a key. */
  readonly keywordMark: PyValue;
  constructor(type: PyType, keywordMark: PyValue) {
    super(type);
    this.keywordMark = keywordMark;
  }
}

function lru_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const parameters = ['user_function', 'maxsize', 'typed', 'cache_info_type'];
  const positional = args.length - (kwnames?.length ?? 0);
  const bound: (PyValue | undefined)[] = args.slice(0, positional);
  for (const [i, name] of (kwnames ?? []).entries()) bound[parameters.indexOf(name)] = args[positional + i];
  for (const [i, name] of parameters.entries()) if (bound[i] === undefined) throw typeError(`lru_cache() missing required argument '${name}' (pos ${i + 1})`);
  const [func, maxsize, typed, infoType] = bound as PyValue[]; // Checked just now.
  if (!isCallable(func)) throw typeError('the first argument must be callable');
  const self = new LruCache(type, vm.state('_functools', () => new PyObject(keywordMarkType)));
  if (maxsize !== None) {
    if (typeOf(maxsize).nb_index === undefined) throw typeError('maxsize should be integer or None');
    self.maxsize = Math.max(0, asSsize(vm, maxsize));
  }
  self.func = func;
  self.typed = typed !== false && typed !== 0 && typed !== None;
  self.infoType = infoType;
  return self;
}

const keywordMarkType: PyType = defineType('object', {});

function makeKey(self: LruCache, args: readonly PyValue[], kwnames: readonly string[] | null): PyValue {
  const count = kwnames?.length ?? 0;
  const positional = args.length - count;
  if (!self.typed && count === 0 && args.length === 1 && (typeof args[0] === 'number' || typeof args[0] === 'bigint' || typeof args[0] === 'string')) return args[0];
  const key: PyValue[] = args.slice(0, positional);
  if (kwnames !== null && count > 0) {
    key.push(self.keywordMark);
    for (const [i, name] of kwnames.entries()) key.push(strFromJS(name), args[positional + i]);
  }
  if (self.typed) for (const arg of args) key.push(typeOf(arg));
  return newTuple(key);
}

function lru_call(vm: VM, object: PyObject, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const self = object as LruCache; // tp_call is only reached through the type.
  if (self.maxsize === 0) {
    self.misses++;
    return tailCall(vm, self.func, args, kwnames);
  }
  const key = makeKey(self, args, kwnames);
  // Python code sees how often it is asked for a hash: once, and then the key keeps it.
  if (key instanceof PyTuple && key.hashLow === undefined) {
    key.hashLow = hashLow(vm, key);
    key.hashHigh = vm.hashHigh;
  }
  const found = self.cache.get(vm, key);
  if (found !== undefined) {
    self.hits++;
    if (!(found instanceof Link)) return found;
    found.unlink();
    found.linkBefore(self.root);
    return found.result;
  }
  self.misses++;
  return tailCall(vm, self.func, args, kwnames, new StoreResult(self, key));
}

/** Keeps what the function gave. */
class StoreResult implements Continuation {
  next: Continuation | null = null;
  private readonly owner: LruCache;
  private readonly key: PyValue;
  constructor(owner: LruCache, key: PyValue) {
    this.owner = owner;
    this.key = key;
  }
  resumed(vm: VM, value: PyValue): PyValue {
    const { owner, key } = this;
    const { cache, root } = owner;
    if (owner.maxsize < 0) {
      cache.set(vm, key, value);
      return value;
    }
    // The call itself may have stored the same key meanwhile.
    if (cache.get(vm, key) !== undefined) return value;
    if (cache.size >= owner.maxsize && root.following !== root) {
      const oldest = root.following;
      oldest.unlink();
      cache.pop(vm, oldest.key);
    }
    const link = new Link(key, value);
    cache.set(vm, key, link);
    link.linkBefore(root);
    return value;
  }
}

function cache_clear(_vm: VM, self: LruCache): PyValue {
  self.hits = self.misses = 0;
  self.cache.clear();
  self.root.previous = self.root.following = self.root;
  return None;
}

const lruType: PyType = defineType('_lru_cache_wrapper', {
  module: 'functools',
  basetype: true,
  hasDict: true,
  hasWeakref: true,
  doc: 'Create a cached callable that wraps another function.\n\nuser_function:      the function being cached\n\nmaxsize:  0         for no caching\n          None      for unlimited cache size\n          n         for a bounded cache\n\ntyped:    False     cache f(3) and f(3.0) as identical calls\n          True      cache f(3) and f(3.0) as distinct calls\n\ncache_info_type:    namedtuple class with the fields:\n                        hits misses currsize maxsize\n',
  slots: {
    tp_new: lru_new,
    tp_call: lru_call,
    tp_descr_get: (_vm: VM, self: PyValue, obj: PyValue | undefined) => (obj === undefined || obj === None ? self : new PyMethod(self, obj)),
  },
  methods: [
    native('cache_info(self, /)', (vm: VM, self: LruCache) => call(vm, self.infoType, [self.hits, self.misses, self.maxsize < 0 ? None : self.maxsize, self.cache.size]), 'Report cache statistics'),
    native('cache_clear(self, /)', cache_clear, 'Clear the cache and cache statistics'),
    native('__reduce__(self, /)', (vm: VM, self: LruCache) => getAttr(vm, self, '__qualname__')),
    native('__copy__(self, /)', (_vm: VM, self: LruCache) => self),
    native('__deepcopy__(self, memo, /)', (_vm: VM, self: LruCache) => self),
  ],
  getset: { __dict__: builtinDictAttribute },
});

/** Python's module `_functools`. CPython 3.12: Modules/_functoolsmodule.c. */
export const _functools: NativeModule = defineModule(
  '_functools',
  {
    reduce: native('reduce(function, iterable, initial=<unrepresentable>, /)', reduce, 'reduce(function, iterable[, initial], /) -> value\n\nApply a function of two arguments cumulatively to the items of an iterable, from left to right.\n\nThis effectively reduces the iterable to a single value.  If initial is present,\nit is placed before the items of the iterable in the calculation, and serves as\na default when the iterable is empty.\n\nFor example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])\ncalculates ((((1 + 2) + 3) + 4) + 5).').unsigned(),
    cmp_to_key: native('cmp_to_key(mycmp)', (_vm: VM, mycmp: PyValue) => new KeyWrapper(mycmp, undefined), 'Convert a cmp= function into a key= function.\n\n  mycmp\n    Function that compares two objects.'),
    partial: partialType,
    _lru_cache_wrapper: lruType,
  },
  { doc: 'Tools that operate on functions.' },
);
