import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { stopIteration } from '../core/errors.ts';
import { awaitableIterator } from '../interpreter/awaitable.ts';
import type { Continuation } from '../interpreter/frame.ts';
import { lookupAttr } from '../protocol/attribute.ts';
import { finish, tailCall } from '../protocol/call.ts';
import { getAttr } from '../protocol/attribute.ts';
import { StopAsyncIteration } from './exception-types.ts';
import type { PyBaseException } from './exceptions.ts';
import { selfIter } from './iterator.ts';
import { None } from './none.ts';

/** `anext(iterator, default)`: awaits the next item, the default at the end (CPython 3.12: Objects/iterobject.c). */
class AnextAwaitable extends PyObject {
  readonly wrapped: PyValue;
  readonly fallback: PyValue;
  constructor(wrapped: PyValue, fallback: PyValue) {
    super(anextAwaitableType);
    this.wrapped = wrapped;
    this.fallback = fallback;
  }
}

export function anextWithDefault(awaitable: PyValue, fallback: PyValue): PyValue {
  return new AnextAwaitable(awaitable, fallback);
}

/** StopAsyncIteration becomes the default, as the value of the await. */
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
    return vm.raise(exception.cls.isSubtypeOf(StopAsyncIteration) ? stopIteration(this.fallback) : exception);
  }
}

/** Calls a method of what is awaited. */
function forward(name: 'send' | 'throw' | 'close'): (vm: VM, self: AnextAwaitable, ...args: (PyValue | undefined)[]) => PyValue {
  return (vm, self, ...given) => {
    const iterator = finish(vm, awaitableIterator(vm, self.wrapped));
    const args = given.filter((arg) => arg !== undefined);
    let method = lookupAttr(vm, iterator, name);
    if (method === undefined && name === 'send') {
      method = getAttr(vm, iterator, '__next__');
      args.length = 0;
    }
    return tailCall(vm, method ?? getAttr(vm, iterator, name), args, null, new DefaultAtEnd(self.fallback));
  };
}

const send = forward('send');

export const anextAwaitableType = defineType('anext_awaitable', {
  slots: { tp_iter: selfIter, am_await: selfIter, tp_iternext: (vm: VM, self: AnextAwaitable) => finish(vm, send(vm, self, None)) },
  methods: [
    native('send(self, value, /)', send as never),
    native('throw(self, type, value=None, traceback=None, /)', forward('throw') as never),
    native('close(self, /)', forward('close') as never),
  ],
});
