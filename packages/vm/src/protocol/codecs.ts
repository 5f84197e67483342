import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { strType } from '../core/type.ts';
import { strFromJS } from '../core/text.ts';
import { PyBytes } from '../objects/bytes.ts';
import { decodeObject } from '../objects/str-decode.ts';
import { call } from './call.ts';

/** `bytes.decode(encoding, errors)`: a str. */
export function decodeText(vm: VM, bytes: Uint8Array, encoding: string | undefined, errors: string | undefined): PyValue {
  return decodeObject(vm, new PyBytes(bytes), strFromJS(encoding ?? 'utf-8'), errors === undefined ? undefined : strFromJS(errors));
}

/** `str.encode(encoding, errors)`. */
export function encodeText(vm: VM, text: PyValue, encoding: string | undefined, errors: string | undefined): Uint8Array {
  const args: PyValue[] = [text, strFromJS(encoding ?? 'utf-8')];
  if (errors !== undefined) args.push(strFromJS(errors));
  return (call(vm, strType.lookup('encode') as PyValue, args) as PyBytes).bytes; // str.encode gives bytes.
}
