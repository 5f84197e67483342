import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { lookupError, typeError, indexError } from '../core/errors.ts';
import { isStr } from '../core/text.ts';
import type { PyBaseException } from './exceptions.ts';
import { PyBytes } from './bytes.ts';
import { decodeError, encodeError } from './unicode-errors.ts';
import { codePoints } from './str-points.ts';
import { PyTuple } from './tuple.ts';
import { call } from '../protocol/call.ts';
import { asIndexClamped, isInt } from '../protocol/number.ts';

/* What codecs do with what they cannot encode or decode (CPython 3.12: Python/codecs.c). */

/** Error handlers that programs registered, by name; `codecs.register_error` fills it. */
export function errorHandlers(vm: VM): Map<string, PyValue> {
  return vm.state('codec error handlers', () => new Map<string, PyValue>());
}

/** What to write instead, and where to go on. `bytes` are written as they are, `points` are encoded. */
export interface EncodeRepair {
  readonly bytes: Uint8Array | null;
  readonly points: readonly number[] | null;
  readonly next: number;
}

const escape = (point: number): string =>
  point <= 0xff ? `\\x${point.toString(16).padStart(2, '0')}` : point <= 0xffff ? `\\u${point.toString(16).padStart(4, '0')}` : `\\U${point.toString(16).padStart(8, '0')}`;

const pointsOf = (text: string): number[] => Array.from(text, (ch) => ch.charCodeAt(0));

/** Handles characters start…end that `encoding` cannot write. Throws where the handler says so. */
export function repairEncode(vm: VM, errors: string, encoding: string, object: PyValue, start: number, end: number, reason: string): EncodeRepair {
  const points = codePoints(object);
  const range = (make: (point: number) => string): EncodeRepair => {
    let text = '';
    for (let i = start; i < end; i++) text += make(points[i]);
    return { bytes: null, points: pointsOf(text), next: end };
  };
  switch (errors) {
    case 'strict':
      throw encodeError(encoding, object, start, end, reason);
    case 'ignore':
      return { bytes: null, points: [], next: end };
    case 'replace':
      return range(() => '?');
    case 'backslashreplace':
      return range(escape);
    case 'xmlcharrefreplace':
      return range((point) => `&#${point};`);
    case 'surrogateescape': {
      // Only lone surrogates that stand for bytes; the first other character is an error after what could be written.
      const bytes: number[] = [];
      let i = start;
      for (; i < end && points[i] >= 0xdc80 && points[i] <= 0xdcff; i++) bytes.push(points[i] - 0xdc00);
      if (i === start) throw encodeError(encoding, object, start, end, reason);
      return { bytes: Uint8Array.from(bytes), points: null, next: i };
    }
    case 'surrogatepass': {
      const bytes = surrogateBytes(encoding, points, start, end);
      if (bytes === null) throw encodeError(encoding, object, start, end, reason);
      return { bytes, points: null, next: end };
    }
  }
  return customEncode(vm, errors, encodeError(encoding, object, start, end, reason), points.length);
}

/** The one name of UTF-8, UTF-16 and UTF-32 in a byte order; null for other encodings. CPython 3.12: Python/codecs.c, get_standard_encoding. */
function standardEncoding(encoding: string): string | null {
  const found = /^utf[-_]?(?:(8)|(16|32)(?:[-_]?([lb]e))?)$/i.exec(encoding);
  if (found === null) return null;
  return found[1] === '8' ? 'utf-8' : `utf-${found[2]}-${(found[3] ?? 'le').toLowerCase()}`;
}

/** Surrogates written as if they were characters, in the encodings that can. */
function surrogateBytes(encoding: string, points: ArrayLike<number>, start: number, end: number): Uint8Array | null {
  const bytes: number[] = [];
  const standard = standardEncoding(encoding);
  for (let i = start; i < end; i++) {
    const point = points[i];
    if (point < 0xd800 || point > 0xdfff) return null;
    switch (standard) {
      case 'utf-8':
        bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
        break;
      case 'utf-16-le':
        bytes.push(point & 255, point >> 8);
        break;
      case 'utf-16-be':
        bytes.push(point >> 8, point & 255);
        break;
      case 'utf-32-le':
        bytes.push(point & 255, point >> 8, 0, 0);
        break;
      case 'utf-32-be':
        bytes.push(0, 0, point >> 8, point & 255);
        break;
      default:
        return null;
    }
  }
  return Uint8Array.from(bytes);
}

function handlerNamed(vm: VM, errors: string): PyValue {
  const handler = errorHandlers(vm).get(errors);
  if (handler === undefined) throw lookupError(`unknown error handler name '${errors}'`);
  return handler;
}

/**
 * Asks the handler `errors` what to do about `error`: a replacement, which `accepts` must take (`wrong` is the TypeError otherwise), and
 * the position to go on at, in an object whose `length` is asked for afterwards.
 */
export function callErrorHandler(vm: VM, errors: string, error: PyBaseException, length: () => number, accepts: (replacement: PyValue) => boolean, wrong: string): { readonly replacement: PyValue; readonly next: number } {
  const result = call(vm, handlerNamed(vm, errors), [error]);
  if (!(result instanceof PyTuple) || result.items.length !== 2 || !accepts(result.items[0]) || !isInt(result.items[1])) throw typeError(wrong);
  const size = length();
  let next = asIndexClamped(vm, result.items[1]);
  if (next < 0) next += size;
  if (next < 0 || next > size) throw indexError(`position ${next} from error handler out of bounds`);
  return { replacement: result.items[0], next };
}

const isText = (value: PyValue): boolean => isStr(value) || value instanceof PyBytes;

function customEncode(vm: VM, errors: string, error: PyBaseException, length: number): EncodeRepair {
  const { replacement, next } = callErrorHandler(vm, errors, error, () => length, isText, 'encoding error handler must return (str/bytes, int) tuple');
  if (replacement instanceof PyBytes) return { bytes: replacement.bytes, points: null, next };
  return { bytes: null, points: Array.from(codePoints(replacement)), next };
}

/** What to put for bytes that could not be decoded, and where to go on. */
export interface DecodeRepair {
  readonly points: readonly number[];
  readonly next: number;
  /** What is decoded: a handler may exchange it. */
  readonly bytes: Uint8Array;
}

/** Handles bytes start…end that `encoding` cannot read. */
export function repairDecode(vm: VM, errors: string, encoding: string, bytes: Uint8Array, start: number, end: number, reason: string): DecodeRepair {
  switch (errors) {
    case 'strict':
      break;
    case 'ignore':
      return { points: [], next: end, bytes };
    case 'replace':
      return { points: [0xfffd], next: end, bytes };
    case 'backslashreplace':
      return { points: pointsOf(Array.from(bytes.subarray(start, end), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')), next: end, bytes };
    case 'surrogateescape': {
      const points: number[] = [];
      let i = start;
      for (; i < end && points.length < 4 && bytes[i] >= 128; i++) points.push(0xdc00 + bytes[i]);
      if (points.length === 0) break;
      return { points, next: i, bytes };
    }
    case 'surrogatepass': {
      const repair = surrogateAt(encoding, bytes, start);
      if (repair === null) break;
      return repair;
    }
    default: {
      const error = decodeError(encoding, new PyBytes(bytes.slice()), start, end, reason);
      let input = bytes;
      const inputSize = (): number => {
        const object = error.fields?.object;
        if (!(object instanceof PyBytes)) throw typeError('object attribute must be bytes');
        input = object.bytes;
        return input.length;
      };
      const { replacement, next } = callErrorHandler(vm, errors, error, inputSize, isStr, 'decoding error handler must return (str, int) tuple');
      return { points: Array.from(codePoints(replacement)), next, bytes: input };
    }
  }
  throw decodeError(encoding, new PyBytes(bytes.slice()), start, end, reason);
}

function surrogateAt(encoding: string, bytes: Uint8Array, at: number): DecodeRepair | null {
  let point = -1;
  let width = 4;
  const b = (i: number): number => bytes[at + i] ?? -1;
  switch (standardEncoding(encoding)) {
    case 'utf-8':
      width = 3;
      if (b(0) >> 4 === 0xe && b(1) >> 6 === 2 && b(2) >> 6 === 2) point = ((b(0) & 15) << 12) | ((b(1) & 63) << 6) | (b(2) & 63);
      break;
    case 'utf-16-le':
      width = 2;
      if (b(1) >= 0) point = b(0) | (b(1) << 8);
      break;
    case 'utf-16-be':
      width = 2;
      if (b(1) >= 0) point = b(1) | (b(0) << 8);
      break;
    case 'utf-32-le':
      if (b(3) === 0 && b(2) === 0) point = b(0) | (b(1) << 8);
      break;
    case 'utf-32-be':
      if (b(0) === 0 && b(1) === 0) point = b(3) | (b(2) << 8);
      break;
    default:
      return null;
  }
  return point >= 0xd800 && point <= 0xdfff ? { points: [point], next: at + width, bytes } : null;
}

