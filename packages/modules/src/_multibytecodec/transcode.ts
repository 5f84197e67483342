import { ByteBuffer, callErrorHandler, codePoints, decodeError, encodeError, isStr, PointBuffer, PyBytes } from '@py/vm/native';
import type { PyBaseException, PyValue, VM } from '@py/vm/native';
import { INCOMPLETE } from './codec.ts';
import type { MultibyteCodec } from './codec.ts';

/* Whole texts, and what is done where a codec finds an error (CPython 3.12: Modules/cjkcodecs/multibytecodec.c). */

const illegal = 'illegal multibyte sequence';
const incomplete = 'incomplete multibyte sequence';

/** What is done about the errors of one call. All of them are one exception object, whose attributes change. */
class Trouble {
  /** Name of the error handler. */
  readonly errors: string;
  private readonly vm: VM;
  private error: PyBaseException | null = null;

  constructor(vm: VM, errors: string) {
    this.vm = vm;
    this.errors = errors;
  }

  /** The exception, made by `make` if it is the first. */
  at(start: number, end: number, reason: string, make: () => PyBaseException): PyBaseException {
    this.error ??= make();
    Object.assign(this.error.fields ?? {}, { start, end, reason });
    return this.error;
  }

  /** Raises `error`, or asks the handler what to put for it; `length` is that of what is encoded or decoded. */
  ask(error: PyBaseException, length: number, accepts: (replacement: PyValue) => boolean, what: string): { readonly replacement: PyValue; readonly next: number } {
    if (this.errors === 'strict') throw error;
    return callErrorHandler(this.vm, this.errors, error, () => length, accepts, `${what} error handler must return (str, int) tuple`);
  }
}

/**
 * Encodes a str, with the handler `errors` for what cannot be encoded. `final`: nothing follows, and the encoder goes back to its first
 * state. Gives the bytes, and how many characters were used (fewer than there are only when not `final`).
 */
export function encodeText(vm: VM, codec: MultibyteCodec, state: Uint8Array, text: PyValue, errors: string, final: boolean): { readonly bytes: Uint8Array; readonly consumed: number } {
  const points = codePoints(text);
  vm.charge(points.length);
  const out = new ByteBuffer(points.length * 2);
  const trouble = new Trouble(vm, errors);
  let at = 0;
  while (at < points.length) {
    const size = codec.encode(points, at, out, state, final);
    if (size === INCOMPLETE) break;
    at = size > 0 ? at + size : repairText(codec, state, text, points.length, at, at - size, trouble, out);
  }
  if (final) codec.finish?.(state, out);
  return { bytes: out.done(), consumed: at };
}

/** Writes what stands for characters start…end, which cannot be encoded; gives where to go on. */
function repairText(codec: MultibyteCodec, state: Uint8Array, text: PyValue, length: number, start: number, end: number, trouble: Trouble, out: ByteBuffer): number {
  if (trouble.errors === 'ignore') return end;
  if (trouble.errors === 'replace') {
    if (codec.encode([0x3f], 0, out, state, false) <= 0) out.push(0x3f);
    return end;
  }
  const error = trouble.at(start, end, illegal, () => encodeError(codec.name, text, start, end, illegal));
  const { replacement, next } = trouble.ask(error, length, isText, 'encoding');
  out.append(replacement instanceof PyBytes ? replacement.bytes : encodeReplacement(codec, state, replacement));
  return next;
}

const isText = (value: PyValue): boolean => isStr(value) || value instanceof PyBytes;

/** A handler's replacement goes on in the state of the text around it. */
function encodeReplacement(codec: MultibyteCodec, state: Uint8Array, text: PyValue): Uint8Array {
  const points = codePoints(text);
  const out = new ByteBuffer(points.length * 2);
  for (let at = 0; at < points.length; ) {
    const size = codec.encode(points, at, out, state, true);
    if (size <= 0) throw encodeError(codec.name, text, at, at - size, illegal);
    at += size;
  }
  return out.done();
}

/** Decodes bytes, the whole of them or one part after the other. */
export class Decoding {
  readonly out: PointBuffer;
  /** Where the first byte is that has not been decoded. */
  at = 0;
  private readonly codec: MultibyteCodec;
  private readonly state: Uint8Array;
  private readonly input: Uint8Array;
  private readonly trouble: Trouble;

  /** Adds to `out`. */
  constructor(vm: VM, codec: MultibyteCodec, state: Uint8Array, input: Uint8Array, errors: string, out: PointBuffer) {
    vm.charge(input.length);
    this.codec = codec;
    this.state = state;
    this.input = input;
    this.trouble = new Trouble(vm, errors);
    this.out = out;
  }

  /** Goes on as far as characters are complete. */
  decodeComplete(): void {
    while (this.at < this.input.length) {
      const size = this.codec.decode(this.input, this.at, this.out, this.state);
      if (size === INCOMPLETE) return;
      if (size > 0) this.at += size;
      else this.repair(this.at - size, illegal);
    }
  }

  /** Does what the handler says about a last character that is not complete. */
  repairRest(): void {
    if (this.at < this.input.length) this.repair(this.input.length, incomplete);
  }

  private repair(end: number, reason: string): void {
    const { trouble, input, at: start } = this;
    if (trouble.errors === 'replace') this.out.push(0xfffd);
    if (trouble.errors === 'replace' || trouble.errors === 'ignore') {
      this.at = end;
      return;
    }
    const error = trouble.at(start, end, reason, () => decodeError(this.codec.name, new PyBytes(input.slice()), start, end, reason));
    const { replacement, next } = trouble.ask(error, input.length, isStr, 'decoding');
    const points = codePoints(replacement);
    for (let i = 0; i < points.length; i++) this.out.push(points[i]);
    this.at = next;
  }
}

/** Decodes all of `input`. */
export function decodeBytes(vm: VM, codec: MultibyteCodec, state: Uint8Array, input: Uint8Array, errors: string): PyValue {
  const decoding = new Decoding(vm, codec, state, input, errors, new PointBuffer(input.length));
  while (decoding.at < input.length) {
    decoding.decodeComplete();
    decoding.repairRest();
  }
  return decoding.out.done();
}
