import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { strType, typeOf } from '../../core/type.ts';
import { slotFunctions } from '../../core/slot-functions.ts';
import { isStr } from '../../core/text.ts';
import { typeError } from '../../core/errors.ts';
import { PyFunction } from '../../objects/function.ts';
import { callValue, continueWith } from '../../protocol/call.ts';
import { format } from '../../protocol/format.ts';
import { repr, str } from '../../protocol/repr.ts';
import { ascii } from '../strings.ts';
import type { Action } from '../action.ts';
import { settle } from '../control.ts';
import type { Continuation, Frame } from '../frame.ts';
import { pop } from './stack.ts';

/** f-string field: `arg & 3` converts (1 str, 2 repr, 3 ascii), `arg & 4` means a format spec is on top. */
export function FORMAT_VALUE(vm: VM, frame: Frame, arg: number): Action {
  const spec = arg & 4 ? pop(frame) : '';
  const value = pop(frame);
  return settle(vm, frame, startFormat(vm, value, arg & 3, spec));
}

function startFormat(vm: VM, value: PyValue, conversion: number, spec: PyValue): PyValue {
  switch (conversion) {
    case 1:
      return thenFormat(vm, startText(vm, value, 'tp_str', '__str__') ?? str(vm, value), spec);
    case 2:
      return thenFormat(vm, startText(vm, value, 'tp_repr', '__repr__') ?? repr(vm, value), spec);
    case 3:
      return thenFormat(vm, ascii(vm, value), spec);
    default:
      return formatPlain(vm, value, spec);
  }
}

/** `__str__` or `__repr__` written in Python, started; undefined for any other. */
function startText(vm: VM, value: PyValue, slot: 'tp_str' | 'tp_repr', name: string): PyValue | undefined {
  const type = typeOf(value);
  if (type[slot] !== slotFunctions[slot]) return undefined;
  const method = type.lookup(name);
  if (!(method instanceof PyFunction)) return undefined;
  return continueWith(vm, callValue(vm, method, [value], null), new CheckText(name));
}

class CheckText implements Continuation {
  next: Continuation | null = null;
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  resumed(_vm: VM, value: PyValue): PyValue {
    if (!isStr(value)) throw typeError(`${this.name} returned non-string (type ${typeOf(value).tpName})`);
    return value;
  }
}

function thenFormat(vm: VM, text: PyValue, spec: PyValue): PyValue {
  return spec === '' && typeof text === 'string' ? text : continueWith(vm, text, new FormatText(spec));
}

class FormatText implements Continuation {
  next: Continuation | null = null;
  readonly spec: PyValue;
  constructor(spec: PyValue) {
    this.spec = spec;
  }
  resumed(vm: VM, value: PyValue): PyValue {
    return formatPlain(vm, value, this.spec);
  }
}

function formatPlain(vm: VM, value: PyValue, spec: PyValue): PyValue {
  if (spec === '' && (typeof value === 'string' || (typeof value === 'object' && value.cls === strType))) return value;
  const method = typeOf(value).lookup('__format__');
  if (method instanceof PyFunction) return continueWith(vm, callValue(vm, method, [value, spec], null), new CheckFormat());
  return format(vm, value, spec);
}

class CheckFormat implements Continuation {
  next: Continuation | null = null;
  resumed(_vm: VM, value: PyValue): PyValue {
    if (!isStr(value)) throw typeError(`__format__ must return a str, not ${typeOf(value).tpName}`);
    return value;
  }
}
