import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { lookupError, typeError } from '../core/errors.ts';
import { PyByteArray } from './bytearray.ts';
import { PyBytes } from './bytes.ts';
import { checkCodec } from './codec-check.ts';
import { encodeBuiltin } from './codecs.ts';

/** `value.encode(encoding, errors)` */
export function encodeStr(vm: VM, value: PyValue, encoding: string, errors: string): PyValue {
  checkCodec(vm, encoding, errors);
  const builtin = encodeBuiltin(vm, value, encoding, errors);
  if (builtin !== undefined) return builtin;
  if (vm.codecs === null) throw lookupError(`unknown encoding: ${encoding}`);
  const result = vm.codecs.encode(vm, value, encoding, errors, true);
  if (result instanceof PyBytes) return result;
  if (result instanceof PyByteArray) {
    vm.warn('RuntimeWarning', `encoder ${encoding} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types`, 1);
    return new PyBytes(result.bytes.slice());
  }
  throw typeError(`'${encoding}' encoder returned '${typeOf(result).tpName}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types`);
}

