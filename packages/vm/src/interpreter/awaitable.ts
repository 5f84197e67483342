import { CodeFlag } from '@py/code';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { slotFunctions } from '../core/slot-functions.ts';
import { runtimeError, typeError } from '../core/errors.ts';
import { PyGenerator, coroutineType, generatorType } from '../objects/generator.ts';
import { lookupSpecial } from '../protocol/attribute.ts';
import { callValue, continueWith } from '../protocol/call.ts';
import type { Continuation } from './frame.ts';
import { delegate } from './generators.ts';

/** Is this a coroutine, or a generator that `types.coroutine` marked? */
export function isCoroutineLike(value: PyValue): value is PyGenerator {
  return value instanceof PyGenerator && (value.cls === coroutineType || (value.cls === generatorType && (value.code.flags & CodeFlag.ITERABLE_COROUTINE) !== 0));
}

/** What `await value` iterates over: value or TAIL (CPython: _PyCoro_GetAwaitableIter). */
export function awaitableIterator(vm: VM, value: PyValue): PyValue {
  if (isCoroutineLike(value)) {
    if (value.cls === coroutineType && delegate(value) !== null) throw runtimeError('coroutine is being awaited already');
    return value;
  }
  const type = typeOf(value);
  if (type.am_await === undefined) throw typeError(`object ${type.tpName} can't be used in 'await' expression`);
  const method = type.am_await === slotFunctions.am_await ? lookupSpecial(vm, value, '__await__') : undefined;
  return continueWith(vm, method === undefined ? type.am_await(vm, value) : callValue(vm, method, [], null), new CheckAwaitable());
}

class CheckAwaitable implements Continuation {
  next: Continuation | null = null;
  resumed(_vm: VM, value: PyValue): PyValue {
    if (isCoroutineLike(value)) throw typeError('__await__() returned a coroutine');
    if (typeOf(value).tp_iternext === undefined) throw typeError(`__await__() returned non-iterator of type '${typeOf(value).tpName}'`);
    return value;
  }
}
