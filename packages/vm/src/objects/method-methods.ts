import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import type { CompareOp } from '../core/slots.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { typeError } from '../core/errors.ts';
import { isStr, strFromJS } from '../core/text.ts';
import { genericGetAttr, getAttr, lookupAttr } from '../protocol/attribute.ts';
import { callValue } from '../protocol/call.ts';
import { hash, identityHash } from '../protocol/hash.ts';
import { reprText, strText } from '../protocol/repr.ts';
import { builtin } from './iterator.ts';
import { PyMethod, methodType } from './method.ts';
import { None, NotImplemented } from './none.ts';
import { newTuple } from './tuple.ts';

function method_new(_vm: VM, _type: unknown, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  if (kwnames !== null && kwnames.length > 0) throw typeError('method() takes no keyword arguments');
  if (args.length !== 2) throw typeError(`method expected 2 arguments, got ${args.length}`);
  const [func, self] = args;
  if (typeOf(func).tp_call === undefined) throw typeError('first argument must be callable');
  if (self === None) throw typeError('instance must not be None');
  return new PyMethod(func, self);
}

function method_call(vm: VM, self: PyMethod, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  return callValue(vm, self.func, [self.self, ...args], kwnames);
}

/** Attributes of the type first, then the function's. */
function method_getattro(vm: VM, self: PyMethod, name: string): PyValue {
  return methodType.lookup(name) !== undefined ? genericGetAttr(vm, self, name) : getAttr(vm, self.func, name);
}

function method_repr(vm: VM, self: PyMethod): PyValue {
  const qualname = lookupAttr(vm, self.func, '__qualname__') ?? lookupAttr(vm, self.func, '__name__');
  const name = qualname !== undefined && isStr(qualname) ? strText(vm, qualname) : '?';
  return strFromJS(`<bound method ${name} of ${reprText(vm, self.self)}>`);
}

function method_richcompare(_vm: VM, self: PyMethod, other: PyValue, op: CompareOp): PyValue {
  if ((op !== Py_EQ && op !== Py_NE) || !(other instanceof PyMethod)) return NotImplemented;
  return (self.func === other.func && self.self === other.self) === (op === Py_EQ);
}

function method_hash(vm: VM, self: PyMethod): PyValue {
  return Number(BigInt.asIntN(52, BigInt(identityHash(vm, self.self)) ^ BigInt(hash(vm, self.func))));
}

function method_reduce(vm: VM, self: PyMethod): PyValue {
  return newTuple([builtin(vm, 'getattr'), newTuple([self.self, getAttr(vm, self.func, '__name__')])]);
}

fillType(methodType, {
  doc: 'Create a bound instance method object.',
  textSignature: '(function, instance, /)',
  slots: {
    tp_new: method_new,
    tp_call: method_call,
    tp_getattro: method_getattro as never,
    tp_repr: method_repr,
    tp_richcompare: method_richcompare,
    tp_hash: method_hash,
  },
  methods: [native('__reduce__(self, /)', method_reduce)],
  getset: { __doc__: { get: (vm: VM, self: PyMethod) => lookupAttr(vm, self.func, '__doc__') ?? None } },
  fields: {
    __func__: { get: (_vm: VM, self: PyMethod) => self.func, doc: 'the function (or other callable) implementing a method' },
    __self__: { get: (_vm: VM, self: PyMethod) => self.self, doc: 'the instance to which a method is bound' },
  },
  hasWeakref: true,
});
