import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { overflowError, typeError } from '../core/errors.ts';
import { isStr, jsText } from '../core/text.ts';
import { lookupSpecial } from '../protocol/attribute.ts';
import { bufferBytes, hasBuffer } from '../protocol/buffer.ts';
import { call } from '../protocol/call.ts';
import { intValue, isInt } from '../protocol/number.ts';
import { repr } from '../protocol/repr.ts';
import { PyByteArray } from './bytearray.ts';
import { PyBytes } from './bytes.ts';
import { TypeError } from './exception-types.ts';
import { PyBaseException } from './exceptions.ts';
import { asDouble } from './float-methods.ts';
import { formatPercent } from './percent-format.ts';
import type { PercentDialect } from './percent-format.ts';
import { asciiRepr } from './str-support.ts';

/** `bytes % args` */
export function formatBytes(vm: VM, template: Uint8Array, args: PyValue): Uint8Array {
  return fromLatin1(formatPercent(vm, latin1(template), args, bytesDialect));
}

/** Bytes as a JavaScript string of the same codes. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text;
}

/** The bytes of a string whose codes are all below 256. */
export function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function bytesText(vm: VM, value: PyValue): string {
  if (hasBuffer(vm, value)) return latin1(bufferBytes(vm, value));
  const method = lookupSpecial(vm, value, '__bytes__');
  if (method === undefined) {
    throw typeError(`%b requires a bytes-like object, or an object that implements __bytes__, not '${typeOf(value).tpName}'`);
  }
  const result = call(vm, method);
  if (!(result instanceof PyBytes)) throw typeError(`__bytes__ returned non-bytes (type ${typeOf(result).tpName})`);
  return latin1(result.bytes);
}

function oneByte(value: PyValue): string {
  if (value instanceof PyBytes || value instanceof PyByteArray) {
    if (value.bytes.length === 1) return String.fromCharCode(value.bytes[0]);
  } else if (isInt(value)) {
    const code = intValue(value);
    if (code < 0 || code > 255) throw overflowError('%c arg not in range(256)');
    return String.fromCharCode(Number(code));
  }
  throw typeError('%c requires an integer in range(256) or a single byte');
}

const bytesDialect: PercentDialect = {
  subject: 'bytes',
  shownType: (type) => (type === 'i' ? 'd' : type),
  isText: (value) => value instanceof PyBytes || value instanceof PyByteArray || isStr(value),
  key: (text) => new PyBytes(fromLatin1(text)),
  text(vm, type, value) {
    switch (type) {
      case 's':
      case 'b':
        return bytesText(vm, value);
      case 'r':
      case 'a':
        return jsText(asciiRepr(repr(vm, value)));
      case 'c':
        return oneByte(value);
      default:
        return undefined;
    }
  },
  double(vm, value) {
    try {
      return asDouble(vm, value);
    } catch (error) {
      if (!(error instanceof PyBaseException)) throw error;
      const overflow = isInt(value);
      if (!overflow && !error.cls.isSubtypeOf(TypeError)) throw error;
      throw typeError(`float argument required, not ${typeOf(value).tpName}`);
    }
  },
  length: (text) => text.length,
  truncate: (text, length) => text.slice(0, length),
};
