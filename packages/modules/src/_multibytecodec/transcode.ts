import { ByteBuffer, callErrorHandler, codePoints, encodeError, isStr, PointBuffer, PyBytes, repairDecode } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { INCOMPLETE } from './codec.ts';
import type { MultibyteCodec } from './codec.ts';

/* Whole texts, and what is done where a codec finds an error (CPython 3.12: Modules/cjkcodecs/multibytecodec.c). */

const illegal = 'illegal multibyte sequence';
const incomplete = 'incomplete multibyte sequence';

/**
 * Encodes a str, with the handler `errors` for what cannot be encoded. `final`: nothing follows, and the encoder goes back to its first
 * state. Gives the bytes, and how many characters were used (fewer than there are only when not `final`).
 */
export function encodeText(vm: VM, codec: MultibyteCodec, state: Uint8Array, text: PyValue, errors: string, final: boolean): { readonly bytes: Uint8Array; readonly consumed: number } {
  const points = codePoints(text);
  vm.charge(points.length);
  const out = new ByteBuffer(points.length * 2);
  let at = 0;
  while (at < points.length) {
    const size = codec.encode(points, at, out, state, final);
    if (size === INCOMPLETE) break;
    at = size > 0 ? at + size : repairText(vm, codec, state, text, points, at, at - size, errors, out);
  }
  if (final) codec.finish?.(state, out);
  return { bytes: out.done(), consumed: at };
}

/** Writes what stands for characters start…end, which cannot be encoded; gives where to go on. */
function repairText(vm: VM, codec: MultibyteCodec, state: Uint8Array, text: PyValue, points: ArrayLike<number>, start: number, end: number, errors: string, out: ByteBuffer): number {
  if (errors === 'ignore') return end;
  if (errors === 'replace') {
    if (codec.encode([0x3f], 0, out, state, false) <= 0) out.push(0x3f);
    return end;
  }
  const error = encodeError(codec.name, text, start, end, illegal);
  if (errors === 'strict') throw error;
  const { replacement, next } = callErrorHandler(vm, errors, error, points.length, isText, 'encoding error handler must return (str, int) tuple');
  out.append(replacement instanceof PyBytes ? replacement.bytes : encodeReplacement(vm, codec, state, replacement));
  return next;
}

const isText = (value: PyValue): boolean => isStr(value) || value instanceof PyBytes;

/** A handler's replacement goes on in the state of the text around it. */
function encodeReplacement(vm: VM, codec: MultibyteCodec, state: Uint8Array, text: PyValue): Uint8Array {
  const points = codePoints(text);
  const out = new ByteBuffer(points.length * 2);
  for (let at = 0; at < points.length; ) {
    const size = codec.encode(points, at, out, state, true);
    if (size <= 0) throw encodeError(codec.name, text, at, at - size, illegal);
    at += size;
  }
  return out.done();
}

/** Decodes `input` from `at` on, as far as its characters are complete; gives where that ends. */
export function decodeComplete(vm: VM, codec: MultibyteCodec, state: Uint8Array, input: Uint8Array, at: number, errors: string, out: PointBuffer): number {
  vm.charge(input.length - at);
  let next = at;
  while (next < input.length) {
    const size = codec.decode(input, next, out, state);
    if (size === INCOMPLETE) break;
    next = size > 0 ? next + size : repairBytes(vm, codec, input, next, next - size, illegal, errors, out);
  }
  return next;
}

/** Does what `errors` says about a character that begins at `at` and does not end; gives where to go on. */
export function decodeRest(vm: VM, codec: MultibyteCodec, input: Uint8Array, at: number, errors: string, out: PointBuffer): number {
  return at < input.length ? repairBytes(vm, codec, input, at, input.length, incomplete, errors, out) : at;
}

function repairBytes(vm: VM, codec: MultibyteCodec, input: Uint8Array, start: number, end: number, reason: string, errors: string, out: PointBuffer): number {
  const { points, next } = repairDecode(vm, errors, codec.name, input, start, end, reason);
  for (const point of points) out.push(point);
  return next;
}

/** Decodes all of `input`. */
export function decodeBytes(vm: VM, codec: MultibyteCodec, state: Uint8Array, input: Uint8Array, errors: string): PyValue {
  const out = new PointBuffer(input.length);
  for (let at = 0; at < input.length; ) {
    at = decodeComplete(vm, codec, state, input, at, errors, out);
    at = decodeRest(vm, codec, input, at, errors, out);
  }
  return out.done();
}
