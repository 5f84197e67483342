import type { PyValue } from '../core/value.ts';
import { newException } from '../core/errors.ts';
import * as types from './exception-types.ts';
import type { PyBaseException } from './exceptions.ts';

/** `UnicodeEncodeError(encoding, object, start, end, reason)` */
export function encodeError(encoding: string, object: PyValue, start: number, end: number, reason: string): PyBaseException {
  const error = newException(types.UnicodeEncodeError, encoding, object, start, end, reason);
  error.fields = { encoding, object, start, end, reason };
  return error;
}

/** `UnicodeDecodeError(encoding, object, start, end, reason)` */
export function decodeError(encoding: string, object: PyValue, start: number, end: number, reason: string): PyBaseException {
  const error = newException(types.UnicodeDecodeError, encoding, object, start, end, reason);
  error.fields = { encoding, object, start, end, reason };
  return error;
}
