import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { typeError, valueError } from '../core/errors.ts';
import { TypeError } from '../objects/exception-types.ts';
import { PyBaseException } from '../objects/exceptions.ts';
import { NotImplemented } from '../objects/none.ts';
import { call } from './call.ts';
import { lookupSpecial } from './attribute.ts';
import { asIndexClamped, isInt } from './number.ts';
import { length } from './subscript.ts';

/** How many items to expect from an iterable, `fallback` when nothing is known (CPython: PyObject_LengthHint). */
export function lengthHint(vm: VM, value: PyValue, fallback: number): number {
  const type = typeOf(value);
  if (type.sq_length !== undefined || type.mp_length !== undefined) {
    const known = unlessTypeError(() => length(vm, value));
    if (known !== undefined) return known;
  }
  const method = lookupSpecial(vm, value, '__length_hint__');
  if (method === undefined) return fallback;
  const hint = unlessTypeError(() => call(vm, method));
  if (hint === undefined || hint === NotImplemented) return fallback;
  if (!isInt(hint)) throw typeError(`__length_hint__ must be an integer, not ${typeOf(hint).name}`);
  const count = asIndexClamped(vm, hint);
  if (count < 0) throw valueError('__length_hint__() should return >= 0');
  return count;
}

function unlessTypeError<T>(attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(TypeError)) return undefined;
    throw error;
  }
}
