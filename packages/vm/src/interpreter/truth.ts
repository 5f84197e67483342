import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { TypeFlag, typeOf } from '../core/type.ts';
import { checkLength, slotFunctions } from '../core/slot-functions.ts';
import { typeError } from '../core/errors.ts';
import { lookupSpecial } from '../protocol/attribute.ts';
import { callValue, continueWith } from '../protocol/call.ts';
import { isTrue } from '../protocol/truth.ts';
import type { Continuation } from './frame.ts';

/** `bool(value)`: a boolean, or TAIL (EXC, SUSPEND) when `__bool__` or `__len__` written in Python must run first; a boolean comes of it. */
export function startTruth(vm: VM, value: PyValue): PyValue {
  if (typeof value !== 'object' || (value.cls.flags & TypeFlag.HEAPTYPE) === 0 || value.cls.nb_bool !== slotFunctions.nb_bool) return isTrue(vm, value);
  const method = lookupSpecial(vm, value, '__bool__');
  if (method !== undefined) return continueWith(vm, callValue(vm, method, [], null), new CheckBool());
  const length = lookupSpecial(vm, value, '__len__');
  return length === undefined ? true : continueWith(vm, callValue(vm, length, [], null), new LengthTruth());
}

class CheckBool implements Continuation {
  next: Continuation | null = null;
  resumed(_vm: VM, value: PyValue): PyValue {
    if (typeof value !== 'boolean') throw typeError(`__bool__ should return bool, returned ${typeOf(value).tpName}`);
    return value;
  }
}

class LengthTruth implements Continuation {
  next: Continuation | null = null;
  resumed(vm: VM, value: PyValue): PyValue {
    return checkLength(vm, value) > 0;
  }
}
