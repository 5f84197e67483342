import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { badArgument } from '../core/arguments.ts';
import { typeError } from '../core/errors.ts';
import { isStr } from '../core/text.ts';
import { call } from './call.ts';
import { lookupSpecial } from './attribute.ts';

/** `format(value, spec)` */
export function format(vm: VM, value: PyValue, spec: PyValue): PyValue {
  if (!isStr(spec)) throw badArgument('format', 'argument 2', 'str', spec);
  if (spec === '' && typeof value === 'string') return value;
  const method = lookupSpecial(vm, value, '__format__');
  if (method === undefined) throw typeError(`Type ${typeOf(value).tpName} doesn't define __format__`);
  const result = call(vm, method, [spec]);
  if (!isStr(result)) throw typeError(`__format__ must return a str, not ${typeOf(result).tpName}`);
  return result;
}
