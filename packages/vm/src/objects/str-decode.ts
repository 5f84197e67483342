import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { lookupError, typeError } from '../core/errors.ts';
import { isStr } from '../core/text.ts';
import { cText } from './c-text.ts';
import { checkCodec } from './codec-check.ts';
import { decodeBuiltin } from './codecs.ts';
import { PyBytes } from './bytes.ts';
import { bytesIfAny } from '../protocol/buffer.ts';

/** `bytes.decode(encoding, errors)` */
export function decodeBytes(vm: VM, bytes: Uint8Array, encoding: string, errors: string): PyValue {
  checkCodec(vm, encoding, errors);
  const builtin = decodeBuiltin(vm, bytes, encoding, errors);
  if (builtin !== undefined) return builtin;
  // Of nothing, nobody asks what it is encoded in.
  if (bytes.length === 0) return '';
  if (vm.codecs === null) throw lookupError(`unknown encoding: ${encoding}`);
  const result = vm.codecs.decode(vm, new PyBytes(bytes.slice()), encoding, errors, true);
  if (!isStr(result)) throw typeError(`'${encoding}' decoder returned '${typeOf(result).tpName}' instead of 'str'; use codecs.decode() to decode to arbitrary types`);
  return result;
}

/** `str(object, encoding, errors)`; without an object it is empty. */
export function decodeObject(vm: VM, object: PyValue | undefined, encoding: PyValue | undefined, errors: PyValue | undefined): PyValue {
  const codec = encoding === undefined ? 'utf-8' : cText('str', "argument 'encoding'", encoding);
  const handler = errors === undefined ? 'strict' : cText('str', "argument 'errors'", errors);
  if (object === undefined) return '';
  if (isStr(object)) throw typeError('decoding str is not supported');
  const bytes = bytesIfAny(vm, object);
  if (bytes === undefined) throw typeError(`decoding to str: need a bytes-like object, ${typeOf(object).tpName} found`);
  return decodeBytes(vm, bytes, codec, handler);
}
