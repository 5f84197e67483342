import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import type { Continuation } from '../../interpreter/frame.ts';
import type { PyBaseException } from '../../objects/exceptions.ts';
import type { PyType } from '../../core/type.ts';
import { typeOf } from '../../core/type.ts';
import type { NativeDef } from '../../core/native.ts';
import { native, nativeRaw } from '../../core/native.ts';
import { checkPositional } from '../../core/arguments.ts';
import { overflowError, runtimeError, stopIteration, typeError, valueError } from '../../core/errors.ts';
import { isStr } from '../../core/text.ts';
import { StopIteration } from '../../objects/exception-types.ts';
import { PyBytes } from '../../objects/bytes.ts';
import { PyByteArray } from '../../objects/bytearray.ts';
import { PyList } from '../../objects/list.ts';
import { PyFunction } from '../../objects/function.ts';
import { PyGenerator, generatorType } from '../../objects/generator.ts';
import { generator_send } from '../../objects/generator-methods.ts';
import { None } from '../../objects/none.ts';
import { canResume } from '../../interpreter/generators.ts';
import { CallableIterator } from '../../objects/iterator.ts';
import { codePoints } from '../../objects/str-points.ts';
import { anextWithDefault } from '../../objects/anext_awaitable.ts';
import { PyFloat } from '../../objects/float.ts';
import { strFromCodePoint, asciiRepr } from '../../objects/str-support.ts';
import { attributeName, getAttr, lookupAttr, lookupSpecial, setAttr } from '../../protocol/attribute.ts';
import { audit } from '../../protocol/audit.ts';
import { call, callPlain, callValue, continueWith } from '../../protocol/call.ts';
import { richCompare } from '../../protocol/compare.ts';
import { Py_GT, Py_LT } from '../../core/slots.ts';
import { hash } from '../../protocol/hash.ts';
import { isInstance, isSubclass } from '../../protocol/isinstance.ts';
import { iterate, next, toArray } from '../../protocol/iterate.ts';
import { absolute, asIndex, binaryOp, divmod, isInt, intValue, NB_ADD, normalizeInt, power } from '../../protocol/number.ts';
import { repr } from '../../protocol/repr.ts';
import { length } from '../../protocol/subscript.ts';
import { isTrue } from '../../protocol/truth.ts';
import { format } from '../../protocol/format.ts';
import { globalsOf, localsOf } from './namespaces.ts';

/* The functions of `builtins` that look at one or a few objects (CPython 3.12: Python/bltinmodule.c). */

function builtin_all(vm: VM, iterable: PyValue): PyValue {
  const iterator = iterate(vm, iterable);
  for (let item = next(vm, iterator); item !== undefined; item = next(vm, iterator)) if (!isTrue(vm, item)) return false;
  return true;
}

function builtin_any(vm: VM, iterable: PyValue): PyValue {
  const iterator = iterate(vm, iterable);
  for (let item = next(vm, iterator); item !== undefined; item = next(vm, iterator)) if (isTrue(vm, item)) return true;
  return false;
}

function builtin_ascii(vm: VM, obj: PyValue): PyValue {
  return asciiRepr(repr(vm, obj));
}

/** `bin`, `oct` and `hex` */
function inBase(radix: number, prefix: string): (vm: VM, number: PyValue) => PyValue {
  return (vm, number) => {
    const value = asIndex(vm, number);
    return value < 0 ? `-${prefix}${(-value).toString(radix)}` : `${prefix}${value.toString(radix)}`;
  };
}

function builtin_chr(vm: VM, i: PyValue): PyValue {
  const code = asIndex(vm, i);
  if (typeof code === 'bigint') throw overflowError('Python int too large to convert to C int');
  if (code > 2147483647) throw overflowError('signed integer is greater than maximum');
  if (code < -2147483648) throw overflowError('signed integer is less than minimum');
  if (code < 0 || code > 0x10ffff) throw valueError('chr() arg not in range(0x110000)');
  return strFromCodePoint(code);
}

function builtin_ord(_vm: VM, c: PyValue): PyValue {
  let size: number;
  if (isStr(c)) {
    const points = codePoints(c);
    if (points.length === 1) return points[0];
    size = points.length;
  } else if (c instanceof PyBytes || c instanceof PyByteArray) {
    if (c.bytes.length === 1) return c.bytes[0];
    size = c.bytes.length;
  } else throw typeError(`ord() expected string of length 1, but ${typeOf(c).tpName} found`);
  throw typeError(`ord() expected a character, but string of length ${size} found`);
}

function builtin_delattr(vm: VM, obj: PyValue, name: PyValue): PyValue {
  setAttr(vm, obj, attributeName(vm, name), undefined);
  return None;
}

function builtin_setattr(vm: VM, obj: PyValue, name: PyValue, value: PyValue): PyValue {
  setAttr(vm, obj, attributeName(vm, name), value);
  return None;
}

/** Gives the default where the attribute is missing; the method that computes the attribute may be Python code. */
function builtin_getattr(vm: VM, obj: PyValue, name: PyValue, fallback: PyValue | undefined): PyValue {
  const key = attributeName(vm, name);
  if (fallback === undefined) return getAttr(vm, obj, key);
  return lookupAttr(vm, obj, key) ?? fallback;
}

function builtin_hasattr(vm: VM, obj: PyValue, name: PyValue): PyValue {
  return lookupAttr(vm, obj, attributeName(vm, name)) !== undefined;
}

function builtin_dir(vm: VM, object: PyValue | undefined): PyValue {
  let names: PyValue[];
  if (object === undefined) {
    const locals = localsOf(vm);
    names = toArray(vm, call(vm, getAttr(vm, locals, 'keys'), []));
  } else {
    const method = lookupSpecial(vm, object, '__dir__');
    if (method === undefined) throw typeError('object does not provide __dir__');
    names = toArray(vm, call(vm, method, []));
  }
  const sorted = new PyList(names);
  call(vm, getAttr(vm, sorted, 'sort'), []);
  return sorted;
}

function builtin_hash(vm: VM, obj: PyValue): PyValue {
  return hash(vm, obj);
}

function builtin_id(vm: VM, obj: PyValue): PyValue {
  if (typeof obj === 'object') return vm.idOf(obj);
  return vm.idOfValue(obj);
}

function builtin_iter(vm: VM, object: PyValue, sentinel: PyValue | undefined): PyValue {
  if (sentinel === undefined) return iterate(vm, object);
  if (typeOf(object).tp_call === undefined) throw typeError('iter(object, sentinel): object must be callable');
  return new CallableIterator(object, sentinel);
}

function builtin_aiter(vm: VM, async_iterable: PyValue): PyValue {
  const slot = typeOf(async_iterable).am_aiter;
  if (slot === undefined) throw typeError(`'${typeOf(async_iterable).tpName}' object is not an async iterable`);
  const iterator = slot(vm, async_iterable);
  if (typeOf(iterator).am_anext === undefined) throw typeError(`aiter() returned not an async iterator of type '${typeOf(iterator).tpName}'`);
  return iterator;
}

/** `next(iterator[, default])`. A generator or `__next__` written in Python runs as a frame, not in JavaScript recursion. */
function builtin_next(vm: VM, iterator: PyValue, fallback: PyValue | undefined): PyValue {
  const type = typeOf(iterator);
  if (type.tp_iternext === undefined) throw typeError(`'${type.tpName}' object is not an iterator`);
  const started = startNext(vm, iterator, type);
  if (started !== undefined) return fallback === undefined ? started : continueWith(vm, started, new DefaultAtEnd(fallback));
  const item = type.tp_iternext(vm, iterator);
  if (item !== undefined) return item;
  return fallback ?? vm.raise(stopIteration());
}

/** Resumes a generator, or calls a `__next__` written in Python, as a frame; undefined where neither is the case. */
function startNext(vm: VM, iterator: PyValue, type: PyType): PyValue | undefined {
  if (iterator instanceof PyGenerator && type === generatorType && canResume(iterator)) return generator_send(vm, iterator, None);
  if (!type.isHeapType) return undefined;
  const method = type.lookup('__next__');
  return method instanceof PyFunction ? callValue(vm, method, [iterator], null) : undefined;
}

class DefaultAtEnd implements Continuation {
  next: Continuation | null = null;
  readonly fallback: PyValue;
  constructor(fallback: PyValue) {
    this.fallback = fallback;
  }
  resumed(_vm: VM, value: PyValue): PyValue {
    return value;
  }
  failed(vm: VM, exception: PyBaseException): PyValue {
    return exception.cls.isSubtypeOf(StopIteration) ? this.fallback : vm.raise(exception);
  }
}

function builtin_len(vm: VM, obj: PyValue): PyValue {
  return length(vm, obj);
}

function builtin_isinstance(vm: VM, obj: PyValue, cls: PyValue): PyValue {
  return isInstance(vm, obj, cls);
}

function builtin_issubclass(vm: VM, cls: PyValue, bases: PyValue): PyValue {
  return isSubclass(vm, cls, bases);
}

/** `min` and `max` */
function extreme(name: 'min' | 'max'): (vm: VM, self: PyValue | null, args: PyValue[], kwnames: readonly string[] | null) => PyValue {
  const op = name === 'max' ? Py_GT : Py_LT;
  return (vm, _self, args, kwnames) => {
    const names = kwnames ?? [];
    const positional = args.slice(0, args.length - names.length);
    let key: PyValue = None;
    let fallback: PyValue | undefined;
    if (names.length > 2) throw typeError(`${name}() takes at most 2 keyword arguments (${names.length} given)`);
    for (const [i, keyword] of names.entries()) {
      const value = args[positional.length + i];
      if (keyword === 'key') key = value;
      else if (keyword === 'default') fallback = value;
      else throw typeError(`'${keyword}' is an invalid keyword argument for ${name}()`);
    }
    if (positional.length === 0) throw typeError(`${name} expected at least 1 argument, got 0`);
    if (positional.length > 1 && fallback !== undefined) throw typeError(`Cannot specify a default for ${name}() with multiple positional arguments`);
    const iterator = iterate(vm, positional.length > 1 ? new PyList(positional) : positional[0]);
    let best: PyValue | undefined;
    let bestKey: PyValue = None;
    for (let item = next(vm, iterator); item !== undefined; item = next(vm, iterator)) {
      const itemKey = key === None ? item : callPlain(vm, key, item);
      if (best === undefined || isTrue(vm, richCompare(vm, itemKey, bestKey, op))) {
        best = item;
        bestKey = itemKey;
      }
    }
    if (best === undefined) {
      if (fallback !== undefined) return fallback;
      throw valueError(`${name}() iterable argument is empty`);
    }
    return best;
  };
}

function builtin_pow(vm: VM, base: PyValue, exp: PyValue, mod: PyValue | undefined): PyValue {
  return power(vm, base, exp, mod ?? None);
}

function builtin_round(vm: VM, number: PyValue, ndigits: PyValue | undefined): PyValue {
  const method = lookupSpecial(vm, number, '__round__');
  if (method === undefined) throw typeError(`type ${typeOf(number).tpName} doesn't define __round__ method`);
  return callValue(vm, method, ndigits === undefined || ndigits === None ? [] : [ndigits], null);
}

function builtin_sorted(vm: VM, _self: PyValue | null, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  checkPositional('sorted', args.slice(0, args.length - (kwnames?.length ?? 0)), 1, 1);
  const list = new PyList(toArray(vm, args[0]));
  call(vm, getAttr(vm, list, 'sort'), args.slice(1), kwnames);
  return list;
}

/** `sum`: ints and floats are added directly; floats with compensation, as CPython 3.12 does. */
function builtin_sum(vm: VM, iterable: PyValue, start: PyValue | undefined): PyValue {
  const iterator = iterate(vm, iterable);
  let total: PyValue = start ?? 0;
  if (isStr(total)) throw typeError("sum() can't sum strings [use ''.join(seq) instead]");
  if (total instanceof PyBytes) throw typeError("sum() can't sum bytes [use b''.join(seq) instead]");
  if (total instanceof PyByteArray) throw typeError("sum() can't sum bytearray [use b''.join(seq) instead]");
  let item = next(vm, iterator);
  if (typeof total === 'number' || typeof total === 'bigint') {
    while (item !== undefined && (typeof item === 'number' || typeof item === 'bigint' || typeof item === 'boolean')) {
      total = addInts(total as number | bigint, intValue(item));
      item = next(vm, iterator);
    }
  }
  if (item !== undefined && (total instanceof PyFloat || item instanceof PyFloat) && (isInt(total) || total instanceof PyFloat)) {
    let sum = total instanceof PyFloat ? total.value : Number(intValue(total));
    let compensation = 0;
    while (item !== undefined) {
      if (item instanceof PyFloat && item.cls.name === 'float') {
        const x = item.value;
        const t = sum + x;
        if (Math.abs(sum) >= Math.abs(x)) compensation += sum - t + x;
        else compensation += x - t + sum;
        sum = t;
      } else if (typeof item === 'number' || typeof item === 'bigint') sum += Number(item);
      else break;
      item = next(vm, iterator);
    }
    if (compensation !== 0 && Number.isFinite(compensation)) sum += compensation;
    total = new PyFloat(sum);
  }
  for (; item !== undefined; item = next(vm, iterator)) total = binaryOp(vm, NB_ADD, total, item);
  return total;
}

function addInts(left: number | bigint, right: number | bigint): number | bigint {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return normalizeInt(BigInt(left) + BigInt(right));
}

function builtin_vars(vm: VM, object: PyValue | undefined): PyValue {
  if (object === undefined) return localsOf(vm);
  const dict = lookupAttr(vm, object, '__dict__');
  if (dict === undefined) throw typeError('vars() argument must have __dict__ attribute');
  return dict;
}

function builtin_breakpoint(vm: VM, _self: PyValue | null, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const hook = vm.sysDict.getStr('breakpointhook');
  if (hook === undefined) throw runtimeError('lost sys.breakpointhook');
  audit(vm, 'builtins.breakpoint', hook);
  return callValue(vm, hook, args, kwnames);
}

function builtin_anext(vm: VM, async_iterator: PyValue, fallback: PyValue | undefined): PyValue {
  const slot = typeOf(async_iterator).am_anext;
  if (slot === undefined) throw typeError(`'${typeOf(async_iterator).tpName}' object is not an async iterator`);
  const awaitable = slot(vm, async_iterator);
  return fallback === undefined ? awaitable : anextWithDefault(awaitable, fallback);
}

export const functions: readonly NativeDef[] = [
  native('abs(x, /)', (vm: VM, x: PyValue) => absolute(vm, x), 'Return the absolute value of the argument.'),
  native('aiter(async_iterable, /)', builtin_aiter, 'Return an AsyncIterator for an AsyncIterable object.'),
  native('all(iterable, /)', builtin_all, 'Return True if bool(x) is True for all values x in the iterable.\n\nIf the iterable is empty, return True.'),
  native('anext(aiterator, default=<unrepresentable>, /)', builtin_anext, 'async anext(aiterator[, default])\n\nReturn the next item from the async iterator.  If default is given and the async\niterator is exhausted, it is returned instead of raising StopAsyncIteration.'),
  native('any(iterable, /)', builtin_any, 'Return True if bool(x) is True for any x in the iterable.\n\nIf the iterable is empty, return False.'),
  native('ascii(obj, /)', builtin_ascii, 'Return an ASCII-only representation of an object.\n\nAs repr(), return a string containing a printable representation of an\nobject, but escape the non-ASCII characters in the string returned by\nrepr() using \\\\x, \\\\u or \\\\U escapes. This generates a string similar\nto that returned by repr() in Python 2.'),
  native('bin(number, /)', inBase(2, '0b'), "Return the binary representation of an integer.\n\n   >>> bin(2796202)\n   '0b1010101010101010101010'"),
  nativeRaw('breakpoint(*args, **kws)', builtin_breakpoint, 'breakpoint(*args, **kws)\n\nCall sys.breakpointhook(*args, **kws).  sys.breakpointhook() must accept\nwhatever arguments are passed.\n\nBy default, this drops you into the pdb debugger.').unsigned(),
  native('callable(obj, /)', (_vm: VM, obj: PyValue) => typeOf(obj).tp_call !== undefined, 'Return whether the object is callable (i.e., some kind of function).\n\nNote that classes are callable, as are instances of classes with a\n__call__() method.'),
  native('chr(i, /)', builtin_chr, 'Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.'),
  native('delattr(obj, name, /)', builtin_delattr, "Deletes the named attribute from the given object.\n\ndelattr(x, 'y') is equivalent to ``del x.y``"),
  native('dir(arg=<unrepresentable>, /)', builtin_dir, "Show attributes of an object.\n\nIf called without an argument, return the names in the current scope.\nElse, return an alphabetized list of names comprising (some of) the attributes\nof the given object, and of attributes reachable from it.\nIf the object supplies a method named __dir__, it will be used; otherwise\nthe default dir() logic is used and returns:\n  for a module object: the module's attributes.\n  for a class object:  its attributes, and recursively the attributes\n    of its bases.\n  for any other object: its attributes, its class's attributes, and\n    recursively the attributes of its class's base classes."),
  native('divmod(x, y, /)', (vm: VM, x: PyValue, y: PyValue) => divmod(vm, x, y), 'Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.'),
  native("format(value, format_spec='', /)", (vm: VM, value: PyValue, spec: PyValue | undefined) => format(vm, value, spec ?? ''), "Return type(value).__format__(value, format_spec)\n\nMany built-in types implement format_spec according to the\nFormat Specification Mini-language. See help('FORMATTING').\n\nIf type(value) does not supply a method named __format__\nand format_spec is empty, then str(value) is returned.\nSee also help('SPECIALMETHODS')."),
  native('getattr(object, name, default=<unrepresentable>, /)', builtin_getattr, "Get a named attribute from an object.\n\ngetattr(x, 'y') is equivalent to x.y\nWhen a default argument is given, it is returned when the attribute doesn't\nexist; without it, an exception is raised in that case."),
  native('globals()', (vm: VM) => globalsOf(vm), "Return the dictionary containing the current scope's global variables.\n\nNOTE: Updates to this dictionary *will* affect name lookups in the current\nglobal scope and vice-versa."),
  native('hasattr(obj, name, /)', builtin_hasattr, 'Return whether the object has an attribute with the given name.\n\nThis is done by calling getattr(obj, name) and catching AttributeError.'),
  native('hash(obj, /)', builtin_hash, 'Return the hash value for the given object.\n\nTwo objects that compare equal must also have the same hash value, but the\nreverse is not necessarily true.'),
  native('hex(number, /)', inBase(16, '0x'), "Return the hexadecimal representation of an integer.\n\n   >>> hex(12648430)\n   '0xc0ffee'"),
  native('id(obj, /)', builtin_id, "Return the identity of an object.\n\nThis is guaranteed to be unique among simultaneously existing objects.\n(CPython uses the object's memory address.)"),
  native('isinstance(obj, class_or_tuple, /)', builtin_isinstance, 'Return whether an object is an instance of a class or of a subclass thereof.\n\nA tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to\ncheck against. This is equivalent to ``isinstance(x, A) or isinstance(x, B)\nor ...`` etc.'),
  native('issubclass(cls, class_or_tuple, /)', builtin_issubclass, "Return whether 'cls' is derived from another class or is the same class.\n\nA tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to\ncheck against. This is equivalent to ``issubclass(x, A) or issubclass(x, B)\nor ...``."),
  native('iter(object, sentinel=<unrepresentable>, /)', builtin_iter, 'Get an iterator from an object.\n\nIn the first form, the argument must supply its own iterator, or be a sequence.\nIn the second form, the callable is called until it returns the sentinel.'),
  native('len(obj, /)', builtin_len, 'Return the number of items in a container.'),
  native('locals()', (vm: VM) => localsOf(vm), "Return a dictionary containing the current scope's local variables.\n\nNOTE: Whether or not updates to this dictionary will affect name lookups in\nthe local scope and vice-versa is *implementation dependent* and not\ncovered by any backwards compatibility guarantees."),
  nativeRaw('max(*args, key=None, default=<unrepresentable>)', extreme('max'), 'max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its biggest item. The\ndefault keyword-only argument specifies an object to return if\nthe provided iterable is empty.\nWith two or more arguments, return the largest argument.').unsigned(),
  nativeRaw('min(*args, key=None, default=<unrepresentable>)', extreme('min'), 'min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its smallest item. The\ndefault keyword-only argument specifies an object to return if\nthe provided iterable is empty.\nWith two or more arguments, return the smallest argument.').unsigned(),
  native('next(iterator, default=<unrepresentable>, /)', builtin_next, 'Return the next item from the iterator.\n\nIf default is given and the iterator is exhausted,\nit is returned instead of raising StopIteration.'),
  native('oct(number, /)', inBase(8, '0o'), "Return the octal representation of an integer.\n\n   >>> oct(342391)\n   '0o1234567'"),
  native('ord(c, /)', builtin_ord, 'Return the Unicode code point for a one-character string.'),
  native('pow(base, exp, mod=None)', builtin_pow, 'Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments\n\nSome types, such as ints, are able to use a more efficient algorithm when\ninvoked using the three argument form.'),
  native('repr(obj, /)', (vm: VM, obj: PyValue) => repr(vm, obj), 'Return the canonical string representation of the object.\n\nFor many object types, including most builtins, eval(repr(obj)) == obj.'),
  native('round(number, ndigits=None)', builtin_round, 'Round a number to a given precision in decimal digits.\n\nThe return value is an integer if ndigits is omitted or None.  Otherwise\nthe return value has the same type as the number.  ndigits may be negative.'),
  native('setattr(obj, name, value, /)', builtin_setattr, "Sets the named attribute on the given object to the specified value.\n\nsetattr(x, 'y', v) is equivalent to ``x.y = v``"),
  nativeRaw('sorted(iterable, /, *, key=None, reverse=False)', builtin_sorted, 'Return a new list containing all items from the iterable in ascending order.\n\nA custom key function can be supplied to customize the sort order, and the\nreverse flag can be set to request the result in descending order.'),
  native('sum(iterable, /, start=0)', builtin_sum, "Return the sum of a 'start' value (default: 0) plus an iterable of numbers\n\nWhen the iterable is empty, return the start value.\nThis function is intended specifically for use with numeric values and may\nreject non-numeric types."),
  native('vars(object=<unrepresentable>, /)', builtin_vars, 'Show vars.\n\nWithout arguments, equivalent to locals().\nWith an argument, equivalent to object.__dict__.'),
];

