import {
  absolute, asIndex, asSsize, attributeName, binaryOp, call, codePoints, contains, copyBytes, defineModule, defineType, getAttr, getItem, hasBuffer, importModule, invert, isSame, isSequence, isStr, isTrue, iterate, jsText, equals, exceptionTypes, lengthHint, native, nativeRaw, negative, newTuple, next, None, overflowError,
  NB_ADD, NB_AND, NB_FLOOR_DIVIDE, NB_LSHIFT, NB_MATRIX_MULTIPLY, NB_MULTIPLY, NB_OR, NB_POWER, NB_REMAINDER, NB_RSHIFT, NB_SUBTRACT, NB_TRUE_DIVIDE, NB_XOR,
  positive, PyBaseException, PyObject, Py_EQ, Py_GE, Py_GT, Py_LE, Py_LT, Py_NE, reprEnter, reprLeave, reprText, richCompare, setItem, strFromJS, tailCall, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { CompareOp, NativeDef, NativeModule, PyType, PyValue, VM } from '@py/vm/native';

/* `_operator` (CPython 3.12: Modules/_operator.c). */

// --- sequences

/** `a + b` of two sequences; numbers are refused, whatever they make of `+`. */
function concatenate(vm: VM, a: PyValue, b: PyValue, inPlace: boolean): PyValue {
  const type = typeOf(a);
  const slot = (inPlace ? type.sq_inplace_concat : undefined) ?? type.sq_concat;
  if (slot !== undefined) return slot(vm, a, b);
  if (!isSequence(a) || !isSequence(b)) throw typeError(`'${type.tpName}' object can't be concatenated`);
  return binaryOp(vm, inPlace ? NB_ADD + 13 : NB_ADD, a, b);
}

/** Goes through the items of `a` with their positions until `visit` says that it has enough. */
function search(vm: VM, a: PyValue, visit: (item: PyValue, index: number) => boolean): void {
  let iterator: PyValue;
  try {
    iterator = iterate(vm, a);
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.TypeError)) throw typeError(`argument of type '${typeOf(a).tpName}' is not iterable`);
    throw error;
  }
  let index = 0;
  for (let item = next(vm, iterator); item !== undefined; item = next(vm, iterator)) if (visit(item, index++)) return;
}

function countOf(vm: VM, a: PyValue, b: PyValue): PyValue {
  let count = 0;
  search(vm, a, (item) => {
    if (equals(vm, item, b)) count++;
    return false;
  });
  return count;
}

function indexOf(vm: VM, a: PyValue, b: PyValue): PyValue {
  let found = -1;
  search(vm, a, (item, index) => {
    if (equals(vm, item, b)) found = index;
    return found >= 0;
  });
  if (found < 0) throw valueError('sequence.index(x): x not in sequence');
  return found;
}

function length_hint(vm: VM, obj: PyValue, fallback: PyValue | undefined): PyValue {
  if (fallback !== undefined && typeOf(fallback).nb_index === undefined) throw typeError(`'${typeOf(fallback).tpName}' object cannot be interpreted as an integer`);
  return lengthHint(vm, obj, fallback === undefined ? 0 : asSsize(vm, fallback, () => overflowError('Python int too large to convert to C ssize_t')));
}

// --- comparison that takes the same time whatever differs

export const compareDigestDoc =
  "Return 'a == b'.\n\nThis function uses an approach designed to prevent\ntiming analysis, making it appropriate for cryptography.\n\na and b must both be of the same type: either str (ASCII only),\nor any bytes-like object.\n\nNote: If a and b are of different lengths, or if an error occurs,\na timing attack could theoretically reveal information about the\ntypes and lengths of a and b--but not their values.";

export function compareDigest(vm: VM, a: PyValue, b: PyValue): PyValue {
  if (isStr(a) && isStr(b)) {
    if ([a, b].some((text) => /[^\0-\x7f]/.test(jsText(text)))) throw typeError('comparing strings with non-ASCII characters is not supported');
    return sameNumbers(codePoints(a), codePoints(b));
  }
  if (!hasBuffer(vm, a) && !hasBuffer(vm, b)) throw typeError(`unsupported operand types(s) or combination of types: '${typeOf(a).tpName}' and '${typeOf(b).tpName}'`);
  return sameNumbers(copyBytes(vm, a), copyBytes(vm, b));
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  const left = a.length === b.length ? a : b;
  let difference = a.length === b.length ? 0 : 1;
  for (let i = 0; i < b.length; i++) difference |= left[i] ^ b[i];
  return difference === 0;
}

// --- itemgetter, attrgetter, methodcaller

function noKeywords(name: string, kwnames: readonly string[] | null): void {
  if (kwnames !== null && kwnames.length > 0) throw typeError(`${name}() takes no keyword arguments`);
}

/** The one operand of a call of such an object. */
function operand(name: string, args: readonly PyValue[], kwnames: readonly string[] | null): PyValue {
  noKeywords(name, kwnames);
  if (args.length !== 1) throw typeError(`${name} expected 1 argument, got ${args.length}`);
  return args[0];
}

/** `operator.itemgetter(…)`, with the arguments it was made from. */
function reprOf(vm: VM, self: PyObject, parts: () => string[]): PyValue {
  const { tpName } = typeOf(self);
  if (!reprEnter(vm, self)) return strFromJS(`${tpName}(...)`);
  try {
    return strFromJS(`${tpName}(${parts().join(', ')})`);
  } finally {
    reprLeave(vm, self);
  }
}

class ItemGetter extends PyObject {
  readonly items: readonly PyValue[];
  constructor(cls: PyType, items: readonly PyValue[]) {
    super(cls);
    this.items = items;
  }
}

const itemgetterType: PyType = defineType('itemgetter', {
  module: 'operator',
  doc: 'Return a callable object that fetches the given item(s) from its operand.\nAfter f = itemgetter(2), the call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])',
  textSignature: '(item, /, *items)',
  slots: {
    tp_new(_vm, type, args, kwnames) {
      noKeywords('itemgetter', kwnames);
      if (args.length < 1) throw typeError('itemgetter expected 1 argument, got 0');
      return new ItemGetter(type, [...args]);
    },
    tp_call(vm, self, args, kwnames) {
      const { items } = self as ItemGetter; // tp_call is only reached through the type.
      const obj = operand('itemgetter', args, kwnames);
      return items.length === 1 ? getItem(vm, obj, items[0]) : newTuple(items.map((item) => getItem(vm, obj, item)));
    },
    tp_repr: (vm: VM, self: ItemGetter) => reprOf(vm, self, () => self.items.map((item) => reprText(vm, item))),
  },
  methods: [native('__reduce__(self, /)', (_vm: VM, self: ItemGetter) => newTuple([self.cls, newTuple([...self.items])]), 'Return state information for pickling').unsigned()],
});

class AttrGetter extends PyObject {
  /** As given, and split at their dots. */
  readonly names: readonly PyValue[];
  readonly paths: readonly (readonly string[])[];
  constructor(cls: PyType, names: readonly PyValue[], paths: readonly (readonly string[])[]) {
    super(cls);
    this.names = names;
    this.paths = paths;
  }
}

function follow(vm: VM, obj: PyValue, path: readonly string[]): PyValue {
  let value = obj;
  for (const name of path) value = getAttr(vm, value, name);
  return value;
}

const attrgetterType: PyType = defineType('attrgetter', {
  module: 'operator',
  doc: "Return a callable object that fetches the given attribute(s) from its operand.\nAfter f = attrgetter('name'), the call f(r) returns r.name.\nAfter g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last).",
  textSignature: '(attr, /, *attrs)',
  slots: {
    tp_new(vm, type, args, kwnames) {
      noKeywords('attrgetter', kwnames);
      if (args.length < 1) throw typeError('attrgetter expected 1 argument, got 0');
      const paths = args.map((name) => {
        if (!isStr(name)) throw typeError('attribute name must be a string');
        return attributeName(vm, name).split('.');
      });
      return new AttrGetter(type, [...args], paths);
    },
    tp_call(vm, self, args, kwnames) {
      const { paths } = self as AttrGetter; // tp_call is only reached through the type.
      const obj = operand('attrgetter', args, kwnames);
      return paths.length === 1 ? follow(vm, obj, paths[0]) : newTuple(paths.map((path) => follow(vm, obj, path)));
    },
    tp_repr: (vm: VM, self: AttrGetter) => reprOf(vm, self, () => self.names.map((name) => reprText(vm, name))),
  },
  methods: [native('__reduce__(self, /)', (_vm: VM, self: AttrGetter) => newTuple([self.cls, newTuple([...self.names])]), 'Return state information for pickling').unsigned()],
});

class MethodCaller extends PyObject {
  readonly name: PyValue;
  /** Positional arguments followed by the values of `kwnames`. */
  readonly args: readonly PyValue[];
  readonly kwnames: readonly string[] | null;
  constructor(cls: PyType, name: PyValue, args: readonly PyValue[], kwnames: readonly string[] | null) {
    super(cls);
    this.name = name;
    this.args = args;
    this.kwnames = kwnames !== null && kwnames.length > 0 ? kwnames : null;
  }
  get positional(): PyValue[] {
    return this.args.slice(0, this.args.length - (this.kwnames?.length ?? 0));
  }
  get named(): [string, PyValue][] {
    const first = this.args.length - (this.kwnames?.length ?? 0);
    return (this.kwnames ?? []).map((name, i) => [name, this.args[first + i]]);
  }
}

/** Keywords need `functools.partial`: the arguments of a class are pickled without names. */
function methodcaller_reduce(vm: VM, self: MethodCaller): PyValue {
  if (self.kwnames === null) return newTuple([self.cls, newTuple([self.name, ...self.args])]);
  const partial = getAttr(vm, importModule(vm, '_functools'), 'partial');
  const named = self.named;
  const constructor = call(vm, partial, [self.cls, self.name, ...named.map(([, value]) => value)], named.map(([name]) => name));
  return newTuple([constructor, newTuple(self.positional)]);
}

const methodcallerType: PyType = defineType('methodcaller', {
  module: 'operator',
  doc: "Return a callable object that calls the given method on its operand.\nAfter f = methodcaller('name'), the call f(r) returns r.name().\nAfter g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1).",
  textSignature: '(name, /, *args, **kwargs)',
  slots: {
    tp_new(_vm, type, args, kwnames) {
      if (args.length - (kwnames?.length ?? 0) < 1) throw typeError('methodcaller needs at least one argument, the method name');
      if (!isStr(args[0])) throw typeError('method name must be a string');
      return new MethodCaller(type, args[0], args.slice(1), kwnames);
    },
    tp_call(vm, self, args, kwnames) {
      const caller = self as MethodCaller; // tp_call is only reached through the type.
      const obj = operand('methodcaller', args, kwnames);
      return tailCall(vm, getAttr(vm, obj, attributeName(vm, caller.name)), [...caller.args], caller.kwnames);
    },
    tp_repr: (vm: VM, self: MethodCaller) =>
      reprOf(vm, self, () => [self.name, ...self.positional].map((arg) => reprText(vm, arg)).concat(self.named.map(([name, value]) => `${name}=${reprText(vm, value)}`))),
  },
  methods: [native('__reduce__(self, /)', methodcaller_reduce, 'Return state information for pickling').unsigned()],
});

// --- operators

/** A function of two operands whose docstring shows the expression it stands for. */
const two = (name: string, same: string, body: (vm: VM, a: PyValue, b: PyValue) => PyValue): NativeDef => native(`${name}(a, b, /)`, body, `Same as ${same}.`);
const one = (name: string, same: string, body: (vm: VM, a: PyValue) => PyValue): NativeDef => native(`${name}(a, /)`, body, `Same as ${same}`);
const binary = (name: string, symbol: string, op: number): NativeDef => two(name, `a ${symbol} b`, (vm, a, b) => binaryOp(vm, op, a, b));
const inPlace = (name: string, symbol: string, op: number): NativeDef => two(name, `a ${symbol}= b`, (vm, a, b) => binaryOp(vm, op + 13, a, b));
const comparison = (name: string, symbol: string, op: CompareOp): NativeDef => two(name, `a ${symbol} b`, (vm, a, b) => richCompare(vm, a, b, op));

/** Python's module `_operator`. CPython 3.12: Modules/_operator.c. */
export const _operator: NativeModule = defineModule(
  '_operator',
  {
    truth: native('truth(a, /)', (vm: VM, a: PyValue) => isTrue(vm, a), 'Return True if a is true, False otherwise.'),
    contains: two('contains', 'b in a (note reversed operands)', (vm, a, b) => contains(vm, a, b)),
    indexOf: native('indexOf(a, b, /)', indexOf, 'Return the first index of b in a.'),
    countOf: native('countOf(a, b, /)', countOf, 'Return the number of items in a which are, or which equal, b.'),
    is_: two('is_', 'a is b', (_vm, a, b) => isSame(a, b)),
    is_not: two('is_not', 'a is not b', (_vm, a, b) => !isSame(a, b)),
    add: binary('add', '+', NB_ADD),
    sub: binary('sub', '-', NB_SUBTRACT),
    mul: binary('mul', '*', NB_MULTIPLY),
    matmul: binary('matmul', '@', NB_MATRIX_MULTIPLY),
    floordiv: binary('floordiv', '//', NB_FLOOR_DIVIDE),
    truediv: binary('truediv', '/', NB_TRUE_DIVIDE),
    mod: binary('mod', '%', NB_REMAINDER),
    neg: one('neg', '-a.', negative),
    pos: one('pos', '+a.', positive),
    abs: one('abs', 'abs(a).', absolute),
    inv: one('inv', '~a.', invert),
    invert: one('invert', '~a.', invert),
    lshift: binary('lshift', '<<', NB_LSHIFT),
    rshift: binary('rshift', '>>', NB_RSHIFT),
    not_: one('not_', 'not a.', (vm, a) => !isTrue(vm, a)),
    and_: binary('and_', '&', NB_AND),
    xor: binary('xor', '^', NB_XOR),
    or_: binary('or_', '|', NB_OR),
    iadd: inPlace('iadd', '+', NB_ADD),
    isub: inPlace('isub', '-', NB_SUBTRACT),
    imul: inPlace('imul', '*', NB_MULTIPLY),
    imatmul: inPlace('imatmul', '@', NB_MATRIX_MULTIPLY),
    ifloordiv: inPlace('ifloordiv', '//', NB_FLOOR_DIVIDE),
    itruediv: inPlace('itruediv', '/', NB_TRUE_DIVIDE),
    imod: inPlace('imod', '%', NB_REMAINDER),
    ilshift: inPlace('ilshift', '<<', NB_LSHIFT),
    irshift: inPlace('irshift', '>>', NB_RSHIFT),
    iand: inPlace('iand', '&', NB_AND),
    ixor: inPlace('ixor', '^', NB_XOR),
    ior: inPlace('ior', '|', NB_OR),
    concat: two('concat', 'a + b, for a and b sequences', (vm, a, b) => concatenate(vm, a, b, false)),
    iconcat: two('iconcat', 'a += b, for a and b sequences', (vm, a, b) => concatenate(vm, a, b, true)),
    getitem: two('getitem', 'a[b]', getItem),
    setitem: native('setitem(a, b, c, /)', (vm: VM, a: PyValue, b: PyValue, c: PyValue) => {
      setItem(vm, a, b, c);
      return None;
    }, 'Same as a[b] = c.'),
    delitem: native('delitem(a, b, /)', (vm: VM, a: PyValue, b: PyValue) => {
      setItem(vm, a, b, undefined);
      return None;
    }, 'Same as del a[b].'),
    pow: binary('pow', '**', NB_POWER),
    ipow: inPlace('ipow', '**', NB_POWER),
    eq: comparison('eq', '==', Py_EQ),
    ne: comparison('ne', '!=', Py_NE),
    lt: comparison('lt', '<', Py_LT),
    le: comparison('le', '<=', Py_LE),
    gt: comparison('gt', '>', Py_GT),
    ge: comparison('ge', '>=', Py_GE),
    index: one('index', 'a.__index__()', asIndex),
    length_hint: native('length_hint(obj, default=0, /)', length_hint, 'Return an estimate of the number of items in obj.\n\nThis is useful for presizing containers when building from an iterable.\n\nIf the object supports len(), the result will be exact.\nOtherwise, it may over- or under-estimate by an arbitrary amount.\nThe result will be an integer >= 0.'),
    _compare_digest: native('_compare_digest(a, b, /)', compareDigest, compareDigestDoc),
    call: nativeRaw('call(obj, /, *args, **kwargs)', (vm, _self, args, kwnames) => {
      if (args.length - (kwnames?.length ?? 0) < 1) throw typeError('call expected at least 1 argument, got 0');
      return tailCall(vm, args[0], args.slice(1), kwnames);
    }, 'Same as obj(*args, **kwargs).'),
    attrgetter: attrgetterType,
    itemgetter: itemgetterType,
    methodcaller: methodcallerType,
  },
  { doc: "Operator interface.\n\nThis module exports a set of functions implemented in C corresponding\nto the intrinsic operators of Python.  For example, operator.add(x, y)\nis equivalent to the expression x+y.  The function names are those\nused for special methods; variants without leading and trailing\n'__' are also provided for convenience." },
);
