import {
  asIndex, asSsize, binaryOp, call, callMethod, defineModule, defineType, GenericAlias, genericGetAttr, isInt, isTrue, iterate, native, NB_ADD, newTuple, next, None, objectType, overflowError, Py_EQ, PyList, PyObject, PyTuple, reprText, richCompare, strFromJS, toArray, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { keywordArguments } from './arguments.ts';
import { pickling, reduced, stateIndices, stateItems, tupleArgument } from './itertools/pickling.ts';
import { teeMembers } from './itertools/tee.ts';

/* `itertools` (CPython 3.12: Modules/itertoolsmodule.c). Each iterator's state is in its fields. */

/** Exactly `min` to `max` positional arguments; keywords only for a subclass whose own `__init__` takes them. */
function positionalOnly(name: string, type: PyType, args: PyValue[], kwnames: readonly string[] | null, min: number, max: number): PyValue[] {
  const given = args.slice(0, args.length - (kwnames?.length ?? 0));
  if (kwnames !== null && kwnames.length > 0 && type.tp_init === objectType.tp_init) throw typeError(`${name}() takes no keyword arguments`);
  if (given.length >= min && given.length <= max) return given;
  if (min === max) throw typeError(`${name} expected ${min} argument${min === 1 ? '' : 's'}, got ${given.length}`);
  const bound = given.length < min ? min : max;
  throw typeError(`${name} expected at ${given.length < min ? 'least' : 'most'} ${bound} argument${bound === 1 ? '' : 's'}, got ${given.length}`);
}

/** `__text_signature__` of the types that Argument Clinic describes. */
const textSignatures: Readonly<Record<string, string>> = {
  accumulate: '(iterable, func=None, *, initial=None)', batched: '(iterable, n)', combinations: '(iterable, r)', combinations_with_replacement: '(iterable, r)', compress: '(data, selectors)',
  count: '(start=0, step=1)', cycle: '(iterable, /)', dropwhile: '(predicate, iterable, /)', filterfalse: '(function, iterable, /)', groupby: '(iterable, key=None)', pairwise: '(iterable, /)',
  permutations: '(iterable, r=None)', starmap: '(function, iterable, /)', takewhile: '(predicate, iterable, /)',
};

function iteratorType<T extends PyObject>(
  name: string, doc: string, make: (vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null) => T, step: (vm: VM, self: T) => PyValue | undefined,
  more: Omit<Parameters<typeof defineType>[1], 'slots'> & { readonly slots?: Parameters<typeof defineType>[1]['slots'] } = {},
): PyType {
  return defineType(name, {
    module: 'itertools',
    basetype: true,
    doc,
    textSignature: textSignatures[name],
    ...more,
    slots: {
      tp_getattro: genericGetAttr,
      tp_new: make,
      tp_iter: (_vm: VM, self: PyValue) => self,
      tp_iternext: step as unknown as (vm: VM, self: PyValue) => PyValue | undefined,
      ...more.slots,
    },
  });
}

class Count extends PyObject {
  value: PyValue = 0;
  step: PyValue = 1;
}
const countType = iteratorType('count', 'Return a count object whose .__next__() method returns consecutive values.\n\nEquivalent to:\n    def count(firstval=0, step=1):\n        x = firstval\n        while 1:\n            yield x\n            x += step', (_vm, type, args, kwnames) => {
  const [start, step] = keywordArguments('count()', ['start', 'step'], args, kwnames, 0);
  for (const value of [start, step]) {
    if (value !== undefined && !isInt(value) && typeOf(value).nb_float === undefined && typeOf(value).nb_index === undefined && typeOf(value).name !== 'complex') throw typeError('a number is required');
  }
  const self = new Count(type);
  self.value = start ?? 0;
  self.step = step ?? 1;
  return self;
}, (vm, self) => {
  const { value } = self;
  self.value = typeof value === 'number' && self.step === 1 && value < Number.MAX_SAFE_INTEGER ? value + 1 : binaryOp(vm, NB_ADD, value, self.step);
  return value;
}, {
  slots: {
    tp_repr: (vm: VM, self: Count) => strFromJS(self.step === 1 ? `count(${reprText(vm, self.value)})` : `count(${reprText(vm, self.value)}, ${reprText(vm, self.step)})`),
  },
  methods: pickling((_vm, self: Count) => reduced(self, self.step === 1 && isInt(self.value) ? [self.value] : [self.value, self.step])),
});

class Cycle extends PyObject {
  source: PyValue | null = null;
  saved: PyValue[] = [];
  index = 0;
  /** The items of the source are in `saved` already. */
  known = false;
}
const cycleType = iteratorType('cycle', 'Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.', (vm, type, given, kwnames) => {
  const args = positionalOnly('cycle', type, given, kwnames, 1, 1);
  const self = new Cycle(type);
  self.source = iterate(vm, args[0]);
  return self;
}, (vm, self) => {
  if (self.source !== null) {
    const item = next(vm, self.source);
    if (item !== undefined) {
      if (!self.known) self.saved.push(item);
      return item;
    }
    self.source = null;
  }
  if (self.saved.length === 0) return undefined;
  const item = self.saved[self.index];
  self.index = (self.index + 1) % self.saved.length;
  return item;
}, {
  methods: pickling((vm, self: Cycle) => {
    const saved = new PyList(self.saved);
    if (self.source !== null) return reduced(self, [self.source], newTuple([saved, false]));
    const rest = iterate(vm, saved);
    if (self.index !== 0) callMethod(vm, rest, '__setstate__', [self.index]);
    return reduced(self, [rest], newTuple([saved, true]));
  }, (vm, self, state) => {
    const [saved, known] = stateItems(state, 2);
    if (!(saved instanceof PyList)) throw typeError(`argument 1 must be list, not ${typeOf(saved).tpName}`);
    self.known = asIndex(vm, known) !== 0;
    self.saved = saved.items as PyValue[];
  }),
});

class Repeat extends PyObject {
  object: PyValue = None;
  /** -1: for ever. */
  left = -1;
}
const repeatType = iteratorType('repeat', 'repeat(object [,times]) -> create an iterator which returns the object\nfor the specified number of times.  If not specified, returns the object\nendlessly.', (vm, type, args, kwnames) => {
  const [object, times] = keywordArguments('repeat()', ['object', 'times'], args, kwnames, 1);
  const self = new Repeat(type);
  self.object = object as PyValue;
  if (times !== undefined) self.left = Math.max(0, asSsize(vm, times));
  return self;
}, (_vm, self) => {
  if (self.left === 0) return undefined;
  if (self.left > 0) self.left--;
  return self.object;
}, {
  slots: {
    tp_repr: (vm: VM, self: Repeat) => strFromJS(self.left < 0 ? `repeat(${reprText(vm, self.object)})` : `repeat(${reprText(vm, self.object)}, ${self.left})`),
  },
  methods: [
    native('__length_hint__(self, /)', (_vm: VM, self: Repeat) => {
      if (self.left < 0) throw typeError('len() of unsized object');
      return self.left;
    }, 'Private method returning an estimate of len(list(it)).').unsigned(),
    ...pickling((_vm, self: Repeat) => reduced(self, self.left < 0 ? [self.object] : [self.object, self.left])),
  ],
});

class Accumulate extends PyObject {
  source: PyValue = None;
  func: PyValue = None;
  total: PyValue | undefined;
  initial: PyValue = None;
}
const accumulateType: PyType = iteratorType('accumulate', 'Return series of accumulated sums.', (vm, type, args, kwnames) => {
  const [iterable, func, initial] = keywordArguments('accumulate()', ['iterable', 'func', 'initial'], args, kwnames, 1, { maxPositional: 2 });
  const self = new Accumulate(type);
  self.source = iterate(vm, iterable as PyValue);
  self.func = func ?? None;
  self.initial = initial ?? None;
  return self;
}, (vm, self) => {
  if (self.initial !== None) {
    self.total = self.initial;
    self.initial = None;
    return self.total;
  }
  const item = next(vm, self.source);
  if (item === undefined) return undefined;
  if (self.total === undefined) self.total = item;
  else self.total = self.func === None ? binaryOp(vm, NB_ADD, self.total, item) : call(vm, self.func, [self.total, item]);
  return self.total;
}, {
  methods: pickling((vm, self: Accumulate) => {
    const chained = (first: PyValue): PyValue => call(vm, chainType, [newTuple([first]), self.source]);
    if (self.initial !== None) return reduced(self, [chained(self.initial), self.func], None);
    // A running total of None cannot be told from none: an iterator that begins with it, and leaves it out.
    if (self.total === None) return newTuple([isliceType, newTuple([call(vm, accumulateType, [chained(None), self.func]), 1, None])]);
    return reduced(self, [self.source, self.func], self.total ?? None);
  }, (_vm, self, state) => {
    self.total = state === None ? undefined : state;
  }),
});

class Chain extends PyObject {
  sources: PyValue | null = null;
  active: PyValue | null = null;
}
const chainType: PyType = iteratorType('chain', 'Return a chain object whose .__next__() method returns elements from the\nfirst iterable until it is exhausted, then elements from the next\niterable, until all of the iterables are exhausted.', (vm, type, given, kwnames) => {
  const args = positionalOnly('chain', type, given, kwnames, 0, Infinity);
  const self = new Chain(type);
  self.sources = iterate(vm, newTuple(args));
  return self;
}, (vm, self) => {
  while (self.sources !== null) {
    if (self.active === null) {
      const source = next(vm, self.sources);
      if (source === undefined) {
        self.sources = null;
        return undefined;
      }
      try {
        self.active = iterate(vm, source);
      } catch (error) {
        self.sources = null;
        throw error;
      }
    }
    const item = next(vm, self.active);
    if (item !== undefined) return item;
    self.active = null;
  }
  return undefined;
}, {
  methods: pickling((_vm, self: Chain) => {
    if (self.sources === null) return reduced(self, []);
    return reduced(self, [], newTuple(self.active === null ? [self.sources] : [self.sources, self.active]));
  }, (_vm, self, state) => {
    const [sources, active] = stateItems(state, 1, 2);
    for (const item of [sources, active]) if (item !== undefined && typeOf(item).tp_iternext === undefined) throw typeError('Arguments must be iterators.');
    self.sources = sources;
    self.active = active ?? null;
  }),
  classMethods: [
    native('from_iterable(type, iterable, /)', (vm: VM, type: PyType, iterable: PyValue) => {
      const self = new Chain(type);
      self.sources = iterate(vm, iterable);
      return self;
    }, 'Alternative chain() constructor taking a single iterable argument that evaluates lazily.'),
    native('__class_getitem__(cls, item, /)', (_vm: VM, cls: PyType, item: PyValue) => new GenericAlias(cls, item instanceof PyTuple ? item : newTuple([item])), 'See PEP 585').unsigned(),
  ],
});

class Compress extends PyObject {
  data: PyValue = None;
  selectors: PyValue = None;
}
const compressType = iteratorType('compress', 'Return data elements corresponding to true selector elements.\n\nForms a shorter iterator from selected data elements using the selectors to\nchoose the data elements.', (vm, type, args, kwnames) => {
  const [data, selectors] = keywordArguments('compress()', ['data', 'selectors'], args, kwnames, 2);
  const self = new Compress(type);
  self.data = iterate(vm, data as PyValue);
  self.selectors = iterate(vm, selectors as PyValue);
  return self;
}, (vm, self) => {
  for (;;) {
    const item = next(vm, self.data);
    if (item === undefined) return undefined;
    const selector = next(vm, self.selectors);
    if (selector === undefined) return undefined;
    if (isTrue(vm, selector)) return item;
  }
}, { methods: pickling((_vm, self: Compress) => reduced(self, [self.data, self.selectors])) });

/** What filterfalse, dropwhile, takewhile and starmap are made of. */
class WithFunction extends PyObject {
  func: PyValue = None;
  source: PyValue = None;
  started = false;
}
/** `stateful`: it has started, or stopped, for good at some item. */
function functionIterator(name: string, stateful: boolean, doc: string, step: (vm: VM, self: WithFunction) => PyValue | undefined): PyType {
  return iteratorType(name, doc, (vm, type, given, kwnames) => {
    const args = positionalOnly(name, type, given, kwnames, 2, 2);
    const self = new WithFunction(type);
    self.func = args[0];
    self.source = iterate(vm, args[1]);
    return self;
  }, step, {
    methods: pickling(
      (_vm, self: WithFunction) => reduced(self, [self.func, self.source], stateful ? Number(self.started) : undefined),
      stateful ? (vm, self, state) => void (self.started = isTrue(vm, state)) : undefined,
    ),
  });
}
const dropwhileType = functionIterator('dropwhile', true, 'Drop items from the iterable while predicate(item) is true.\n\nAfterwards, return every element until the iterable is exhausted.', (vm, self) => {
  for (;;) {
    const item = next(vm, self.source);
    if (item === undefined || self.started) return item;
    if (!isTrue(vm, call(vm, self.func, [item]))) {
      self.started = true;
      return item;
    }
  }
});
const takewhileType = functionIterator('takewhile', true, 'Return successive entries from an iterable as long as the predicate evaluates to true for each entry.', (vm, self) => {
  if (self.started) return undefined;
  const item = next(vm, self.source);
  if (item === undefined) return undefined;
  if (isTrue(vm, call(vm, self.func, [item]))) return item;
  self.started = true;
  return undefined;
});
const filterfalseType = functionIterator('filterfalse', false, 'Return those items of iterable for which function(item) is false.\n\nIf function is None, return the items that are false.', (vm, self) => {
  for (;;) {
    const item = next(vm, self.source);
    if (item === undefined) return undefined;
    if (!isTrue(vm, self.func === None ? item : call(vm, self.func, [item]))) return item;
  }
});
const starmapType = functionIterator('starmap', false, 'Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.', (vm, self) => {
  const item = next(vm, self.source);
  return item === undefined ? undefined : call(vm, self.func, toArray(vm, item));
});

class Islice extends PyObject {
  source: PyValue | null = null;
  /** Index of the next item wanted. */
  wanted = 0;
  stop = -1;
  step = 1;
  count = 0;
}
function sliceArgument(vm: VM, value: PyValue, message: string): number {
  if (typeOf(value).nb_index === undefined) throw valueError(message);
  const index = asIndex(vm, value);
  if (typeof index === 'bigint' || index < 0) throw valueError(message);
  return index;
}
const isliceType: PyType = iteratorType('islice', 'islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nReturn an iterator whose next() method returns selected values from an\niterable.  If start is specified, will skip all preceding elements;\notherwise, start defaults to zero.  Step defaults to one.  If\nspecified as another value, step determines how many values are\nskipped between successive calls.  Works like a slice() on a list\nbut returns an iterator.', (vm, type, given, kwnames) => {
  const args = positionalOnly('islice', type, given, kwnames, 2, 4);
  const self = new Islice(type);
  if (args.length === 2) {
    if (args[1] !== None) self.stop = sliceArgument(vm, args[1], 'Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.');
  } else {
    const message = 'Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.';
    if (args[1] !== None) self.wanted = sliceArgument(vm, args[1], message);
    if (args[2] !== None) self.stop = sliceArgument(vm, args[2], args[1] === None ? message : message);
    if (args.length === 4 && args[3] !== None) {
      self.step = typeOf(args[3]).nb_index === undefined ? -1 : Number(asIndex(vm, args[3]));
      if (self.step < 1) throw valueError('Step for islice() must be a positive integer or None.');
    }
  }
  self.source = iterate(vm, args[0]);
  return self;
}, (vm, self) => {
  if (self.source === null) return undefined;
  const end = (): undefined => {
    self.source = null;
    return undefined;
  };
  while (self.count < self.wanted) {
    if (self.stop >= 0 && self.count >= self.stop) return end();
    if (next(vm, self.source) === undefined) return end();
    self.count++;
  }
  if (self.stop >= 0 && self.count >= self.stop) return end();
  const item = next(vm, self.source);
  if (item === undefined) return end();
  self.count++;
  self.wanted += self.step;
  if (self.stop >= 0 && self.wanted > self.stop) self.wanted = self.stop;
  return item;
}, {
  methods: pickling((vm, self: Islice) => {
    if (self.source === null) return reduced(self, [iterate(vm, new PyList([])), 0], 0);
    return reduced(self, [self.source, self.wanted, self.stop < 0 ? None : self.stop, self.step], self.count);
  }, (vm, self, state) => {
    self.count = asSsize(vm, state);
  }),
});

class Pairwise extends PyObject {
  source: PyValue | null = null;
  old: PyValue | undefined;
}
const pairwiseType = iteratorType('pairwise', "Return an iterator of overlapping pairs taken from the input iterator.\n\n    s -> (s0,s1), (s1,s2), (s2, s3), ...", (vm, type, given, kwnames) => {
  const args = positionalOnly('pairwise', type, given, kwnames, 1, 1);
  const self = new Pairwise(type);
  self.source = iterate(vm, args[0]);
  return self;
}, (vm, self) => {
  if (self.source === null) return undefined;
  if (self.old === undefined) {
    self.old = next(vm, self.source);
    // Fetching may have come back here, and ended it.
    if (self.source === null) self.old = undefined;
  }
  const { old } = self;
  const item = old === undefined || self.source === null ? undefined : next(vm, self.source);
  if (item === undefined || old === undefined) {
    self.source = null;
    self.old = undefined;
    return undefined;
  }
  self.old = item;
  return newTuple([old, item]);
});

class ZipLongest extends PyObject {
  sources: (PyValue | null)[] = [];
  active = 0;
  fill: PyValue = None;
}
const zipLongestType = iteratorType('zip_longest', 'Return a zip_longest object whose .__next__() method returns a tuple where\nthe i-th element comes from the i-th iterable argument.  The .__next__()\nmethod continues until the longest iterable in the argument sequence\nis exhausted and then it raises StopIteration.  When the shorter iterables\nare exhausted, the fillvalue is substituted in their place.  The fillvalue\ndefaults to None or can be specified by a keyword argument.', (vm, type, args, kwnames) => {
  const self = new ZipLongest(type);
  const names = kwnames ?? [];
  if (names.length > 0) {
    if (names.length > 1 || names[0] !== 'fillvalue') throw typeError('zip_longest() got an unexpected keyword argument');
    self.fill = args[args.length - 1];
  }
  self.sources = args.slice(0, args.length - names.length).map((source) => iterate(vm, source));
  self.active = self.sources.length;
  return self;
}, (vm, self) => {
  if (self.active === 0) return undefined;
  const row: PyValue[] = [];
  for (const [i, source] of self.sources.entries()) {
    let item = source === null ? undefined : next(vm, source);
    if (item === undefined) {
      if (source !== null) {
        if (--self.active === 0) return undefined;
        self.sources[i] = null;
      }
      item = self.fill;
    }
    row.push(item);
  }
  return newTuple(row);
}, {
  methods: pickling((_vm, self: ZipLongest) => reduced(self, self.sources.map((source) => source ?? newTuple([])), self.fill), (_vm, self, state) => {
    self.fill = state;
  }),
});

class Product extends PyObject {
  pools: PyValue[][] = [];
  indices: number[] | null = null;
  done = false;
}
const productType = iteratorType('product', "product(*iterables, repeat=1) --> product object\n\nCartesian product of input iterables.  Equivalent to nested for-loops.", (vm, type, args, kwnames) => {
  const names = kwnames ?? [];
  let repeat = 1;
  if (names.length > 0) {
    if (names.length > 1) throw typeError(`product() takes at most 1 keyword argument (${names.length} given)`);
    if (names[0] !== 'repeat') throw typeError(`product() got an unexpected keyword argument '${names[0]}'`);
    repeat = asSsize(vm, args[args.length - 1]);
    if (repeat < 0) throw valueError('repeat argument cannot be negative');
  }
  const given = args.slice(0, args.length - names.length);
  if (given.length * repeat > 2 ** 26) throw overflowError('repeat argument too large');
  const pools = repeat === 0 ? [] : given.map((pool) => toArray(vm, pool));
  const self = new Product(type);
  for (let i = 0; i < repeat; i++) self.pools.push(...pools);
  return self;
}, (vm, self) => {
  if (self.done) return undefined;
  const { pools } = self;
  if (self.indices === null) {
    if (pools.some((pool) => pool.length === 0)) {
      self.done = true;
      return undefined;
    }
    self.indices = pools.map(() => 0);
  } else {
    const { indices } = self;
    let i = pools.length - 1;
    while (i >= 0 && ++indices[i] === pools[i].length) indices[i--] = 0;
    if (i < 0) {
      self.done = true;
      return undefined;
    }
  }
  vm.charge(1);
  return newTuple(self.indices.map((index, i) => pools[i][index]));
}, {
  methods: [
    ...pickling((_vm, self: Product) => {
      if (self.done) return reduced(self, [newTuple([])]);
      const pools = self.pools.map((pool) => newTuple(pool));
      return reduced(self, pools, self.indices === null ? undefined : newTuple([...self.indices]));
    }, (vm, self, state) => {
      const indices = stateIndices(vm, state, self.pools.length, (i) => Math.max(self.pools[i].length - 1, 0));
      if (self.pools.some((pool) => pool.length === 0)) self.done = true;
      else self.indices = indices;
    }),
    native('__sizeof__(self, /)', (_vm: VM, self: Product) => 48 + 8 * self.pools.length, 'Returns size in memory, in bytes.').unsigned(),
  ],
});

/** combinations, combinations_with_replacement and permutations. */
class Selection extends PyObject {
  pool: PyValue[] = [];
  r = 0;
  indices: number[] | null = null;
  cycles: number[] = [];
  done = false;
}
function selectionType(
  name: string, doc: string, tooLarge: (n: number, r: number) => boolean, start: (self: Selection) => number[], advance: (self: Selection, indices: number[]) => boolean,
  state: { readonly get: (self: Selection, indices: number[]) => PyValue; readonly set: (vm: VM, self: Selection, value: PyValue) => void; readonly size: (self: Selection) => number }, optional = false,
): PyType {
  return iteratorType(name, doc, (vm, type, args, kwnames) => {
    const [iterable, length] = keywordArguments(`${name}()`, ['iterable', 'r'], args, kwnames, optional ? 1 : 2);
    const self = new Selection(type);
    self.pool = toArray(vm, iterable as PyValue);
    if (length === undefined || (optional && length === None)) self.r = self.pool.length;
    else {
      if (optional && !isInt(length)) throw typeError('Expected int as r');
      self.r = asSsize(vm, length);
    }
    if (self.r < 0) throw valueError('r must be non-negative');
    self.done = tooLarge(self.pool.length, self.r);
    return self;
  }, (vm, self) => {
    if (self.done) return undefined;
    if (self.indices === null) self.indices = start(self);
    else if (!advance(self, self.indices)) {
      self.done = true;
      return undefined;
    }
    vm.charge(1);
    return newTuple(self.indices.slice(0, self.r).map((index) => self.pool[index]));
  }, {
    methods: [
      ...pickling((_vm, self: Selection) => {
        if (self.done) return reduced(self, [newTuple([]), self.r]);
        return reduced(self, [newTuple(self.pool), self.r], self.indices === null ? undefined : state.get(self, self.indices));
      }, state.set),
      native('__sizeof__(self, /)', (_vm: VM, self: Selection) => state.size(self), 'Returns size in memory, in bytes.').unsigned(),
    ],
  });
}

/** The state of combinations is their indices, none greater than `last` says. */
const indexState = (last: (self: Selection, i: number) => number): Parameters<typeof selectionType>[5] => ({
  get: (self, indices) => newTuple(indices.slice(0, self.r)),
  set(vm, self, value) {
    self.indices = stateIndices(vm, value, self.r, (i) => last(self, i));
  },
  size: (self) => 56 + 8 * self.r,
});

const permutationState: Parameters<typeof selectionType>[5] = {
  get: (self, indices) => newTuple([newTuple([...indices]), newTuple([...self.cycles])]),
  set(vm, self, value) {
    const [indices, cycles] = stateItems(value, 2).map((item, i) => tupleArgument(item, i + 1));
    const n = self.pool.length;
    if (indices.items.length !== n || cycles.items.length !== self.r) throw valueError('invalid arguments');
    self.indices = stateIndices(vm, indices, n, () => n - 1);
    self.cycles = stateIndices(vm, cycles, self.r, (i) => n - i).map((cycle) => Math.max(cycle, 1));
  },
  size: (self) => 64 + 8 * (self.pool.length + self.r),
};

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const combinationsType = selectionType('combinations', "Return successive r-length combinations of elements in the iterable.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)", (n, r) => r > n, (self) => range(self.r), (self, indices) => {
  const n = self.pool.length;
  let i = self.r - 1;
  while (i >= 0 && indices[i] === i + n - self.r) i--;
  if (i < 0) return false;
  indices[i]++;
  for (let j = i + 1; j < self.r; j++) indices[j] = indices[j - 1] + 1;
  return true;
}, indexState((self, i) => i + self.pool.length - self.r));
const withReplacementType = selectionType('combinations_with_replacement', "Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.\n\ncombinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')", (n, r) => n === 0 && r > 0, (self) => range(self.r).map(() => 0), (self, indices) => {
  const n = self.pool.length;
  let i = self.r - 1;
  while (i >= 0 && indices[i] === n - 1) i--;
  if (i < 0) return false;
  indices.fill(indices[i] + 1, i);
  return true;
}, indexState((self) => self.pool.length - 1));
const permutationsType = selectionType('permutations', 'Return successive r-length permutations of elements in the iterable.\n\npermutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)', (n, r) => r > n, (self) => {
  const n = self.pool.length;
  self.cycles = range(self.r).map((i) => n - i);
  return range(n);
}, (self, indices) => {
  const n = self.pool.length;
  for (let i = self.r - 1; i >= 0; i--) {
    if (--self.cycles[i] === 0) {
      indices.push(...indices.splice(i, 1));
      self.cycles[i] = n - i;
    } else {
      const j = n - self.cycles[i];
      [indices[i], indices[j]] = [indices[j], indices[i]];
      return true;
    }
  }
  return false;
}, permutationState, true);

class Batched extends PyObject {
  source: PyValue | null = null;
  size = 1;
}
const batchedType = iteratorType('batched', "Batch data into tuples of length n. The last batch may be shorter than n.\n\nLoops over the input iterable and accumulates data into tuples\nup to size n.  The input is consumed lazily, just enough to\nfill a batch.  The result is yielded as soon as a batch is full\nor when the input iterable is exhausted.\n\n    >>> for batch in batched('ABCDEFG', 3):\n    ...     print(batch)\n    ...\n    ('A', 'B', 'C')\n    ('D', 'E', 'F')\n    ('G',)", (vm, type, args, kwnames) => {
  const [iterable, n] = keywordArguments('batched()', ['iterable', 'n'], args, kwnames, 2);
  const self = new Batched(type);
  self.size = asSsize(vm, n as PyValue);
  if (self.size < 1) throw valueError('n must be at least one');
  self.source = iterate(vm, iterable as PyValue);
  return self;
}, (vm, self) => {
  if (self.source === null) return undefined;
  const batch: PyValue[] = [];
  while (batch.length < self.size) {
    const item = next(vm, self.source);
    if (item === undefined) {
      self.source = null;
      break;
    }
    batch.push(item);
  }
  return batch.length === 0 ? undefined : newTuple(batch);
});

class GroupBy extends PyObject {
  source: PyValue = None;
  key: PyValue = None;
  /** Key that the running group must have; undefined before the first. */
  targetKey: PyValue | undefined;
  currentKey: PyValue | undefined;
  current: PyValue | undefined;
  group: Grouper | null = null;
}
class Grouper extends PyObject {
  readonly parent: GroupBy;
  readonly key: PyValue;
  constructor(parent: GroupBy, key: PyValue) {
    super(grouperType);
    this.parent = parent;
    this.key = key;
  }
}
/** Takes the next item; false at the end. */
function advanceGroup(vm: VM, self: GroupBy): boolean {
  const item = next(vm, self.source);
  if (item === undefined) return false;
  self.currentKey = self.key === None ? item : call(vm, self.key, [item]);
  self.current = item;
  return true;
}
const sameKey = (vm: VM, a: PyValue, b: PyValue): boolean => a === b || isTrue(vm, richCompare(vm, a, b, Py_EQ));
const groupbyType = iteratorType('groupby', 'make an iterator that returns consecutive keys and groups from the iterable\n\n  iterable\n    Elements to divide into groups according to the key function.\n  key\n    A function for computing the group category for each element.\n    If the key function is not specified or is None, the element itself\n    is used for grouping.', (vm, type, args, kwnames) => {
  const [iterable, key] = keywordArguments('groupby()', ['iterable', 'key'], args, kwnames, 1);
  const self = new GroupBy(type);
  self.source = iterate(vm, iterable as PyValue);
  self.key = key ?? None;
  return self;
}, (vm, self) => {
  self.group = null;
  for (;;) {
    if (self.currentKey !== undefined && (self.targetKey === undefined || !sameKey(vm, self.targetKey, self.currentKey))) break;
    if (!advanceGroup(vm, self)) return undefined;
  }
  self.targetKey = self.currentKey;
  self.group = new Grouper(self, self.targetKey);
  return newTuple([self.targetKey, self.group]);
}, {
  methods: pickling((_vm, self: GroupBy) => {
    const { current, targetKey, currentKey } = self;
    return reduced(self, [self.source, self.key], current === undefined || targetKey === undefined || currentKey === undefined ? undefined : newTuple([currentKey, current, targetKey]));
  }, (_vm, self, state) => {
    [self.currentKey, self.current, self.targetKey] = stateItems(state, 3);
  }),
});
const grouperType: PyType = defineType('_grouper', {
  module: 'itertools',
  methods: pickling((vm, self: Grouper) => {
    if (self.parent.group !== self) return newTuple([vm.builtins.getStr('iter') as PyValue, newTuple([newTuple([])])]);
    return reduced(self, [self.parent, self.key]);
  }),
  slots: {
    tp_new(_vm, _type, args) {
      if (args.length !== 2) throw typeError(`_grouper expected 2 arguments, got ${args.length}`);
      const [parent, key] = args;
      if (!(parent instanceof GroupBy)) throw typeError(`_grouper() argument 1 must be itertools.groupby, not ${typeOf(parent).tpName}`);
      parent.group = new Grouper(parent, key);
      return parent.group;
    },
    tp_iter: (_vm: VM, self: PyValue) => self,
    tp_iternext(vm: VM, self: PyValue) {
      const grouper = self as Grouper;
      const { parent } = grouper;
      if (parent.group !== grouper) return undefined;
      if (parent.current === undefined && !advanceGroup(vm, parent)) return undefined;
      if (!sameKey(vm, grouper.key, parent.currentKey as PyValue)) return undefined;
      const item = parent.current;
      parent.current = undefined;
      return item;
    },
  },
});

/** Python's module `itertools`. CPython 3.12: Modules/itertoolsmodule.c. */
export const itertools: NativeModule = defineModule(
  'itertools',
  {
    accumulate: accumulateType, batched: batchedType, chain: chainType, combinations: combinationsType, combinations_with_replacement: withReplacementType,
    compress: compressType, count: countType, cycle: cycleType, dropwhile: dropwhileType, filterfalse: filterfalseType, groupby: groupbyType, _grouper: grouperType,
    islice: isliceType, pairwise: pairwiseType, permutations: permutationsType, product: productType, repeat: repeatType, starmap: starmapType, takewhile: takewhileType,
    zip_longest: zipLongestType,
    ...teeMembers,
  },
  { doc: 'Functional tools for creating and using iterators.\n\nInfinite iterators:\ncount(start=0, step=1) --> start, start+step, start+2*step, ...\ncycle(p) --> p0, p1, ... plast, p0, p1, ...\nrepeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times\n' },
);
