import { attributeError, codePoints, cText, concatenate, decodeUtf8, encodeUtf8, getAttr, isStr, jsText, newException, exceptionTypes, overflowError, PyObject, sliceStr, strFromJS, typeError } from '@py/vm/native';
import type { GetSetDef, PointBuffer, PyType, PyValue, VM } from '@py/vm/native';
import { keywordArguments } from '../arguments.ts';
import { stateSize } from './codec.ts';
import type { MultibyteCodec } from './codec.ts';
import { newState, PyMultibyteCodec, textOf } from './codec-object.ts';
import { Decoding, encodeText } from './transcode.ts';

/* What encoders and decoders keep between calls (CPython 3.12: Modules/cjkcodecs/multibytecodec.c, stateful codec mechanism). */

/** Characters and bytes that may wait for what follows them. */
const maxPendingPoints = 2;
const maxPendingBytes = 8;

const unicodeError = (message: string): PyValue => newException(exceptionTypes.UnicodeError, message);

/** An encoder or decoder object. */
abstract class Stateful extends PyObject {
  readonly codec: MultibyteCodec;
  readonly stream: PyValue | null;
  errors: string;
  state: Uint8Array;

  constructor(cls: PyType, codec: MultibyteCodec, first: readonly number[], stream: PyValue | null, errors: string) {
    super(cls);
    this.codec = codec;
    this.stream = stream;
    this.errors = errors;
    this.state = newState(first);
  }
}

/** An encoder that remembers where it is: MultibyteIncrementalEncoder, MultibyteStreamWriter. */
export class StatefulEncoder extends Stateful {
  /** Characters that wait for the next one; null if none ever did. */
  pending: PyValue | null = null;

  constructor(cls: PyType, codec: MultibyteCodec, stream: PyValue | null, errors: string) {
    super(cls, codec, codec.encoderState, stream, errors);
  }

  encode(vm: VM, input: PyValue, final: boolean): Uint8Array {
    const given = textOf(vm, input);
    const text = this.pending === null ? given : concatenate(this.pending, given);
    const { bytes, consumed } = encodeText(vm, this.codec, this.state, text, this.errors, final);
    this.pending = null;
    const length = codePoints(text).length;
    if (length - consumed > maxPendingPoints) throw unicodeError('pending buffer overflow');
    if (consumed < length) this.pending = sliceStr(text, consumed, 1, length - consumed);
    return bytes;
  }

  /** Size of what waits, in UTF-8; it; the state of the codec. */
  stateBytes(vm: VM): Uint8Array {
    const waiting = this.pending === null ? new Uint8Array(0) : encodeUtf8(vm, this.pending);
    return Uint8Array.of(waiting.length, ...waiting, ...this.state);
  }

  setStateBytes(vm: VM, bytes: Uint8Array): void {
    const size = bytes[0];
    if (size > 4 * maxPendingPoints) throw unicodeError('pending buffer too large');
    this.pending = decodeUtf8(vm, bytes.subarray(1, 1 + size)).value;
    this.state = bytes.slice(1 + size, 1 + size + stateSize);
  }
}

/** Bytes of an encoder's state with as much waiting as may be. */
export const encoderStateSize = 1 + 4 * maxPendingPoints + stateSize;

/** A decoder that remembers where it is: MultibyteIncrementalDecoder, MultibyteStreamReader. */
export class StatefulDecoder extends Stateful {
  /** Bytes that wait for those that complete them. */
  pending: Uint8Array = new Uint8Array(0);

  constructor(cls: PyType, codec: MultibyteCodec, stream: PyValue | null, errors: string) {
    super(cls, codec, codec.decoderState, stream, errors);
  }

  /** Adds to `out`. What waited is kept where the end of a `final` input is an error, if `restores`. */
  decode(vm: VM, given: Uint8Array, final: boolean, out: PointBuffer, restores: boolean): void {
    const before = this.pending;
    const input = before.length === 0 ? given : joined(before, given);
    this.pending = new Uint8Array(0);
    const decoding = new Decoding(vm, this.codec, this.state, input, this.errors, out);
    decoding.decodeComplete();
    if (final) {
      if (restores) this.pending = before;
      decoding.repairRest();
    }
    if (input.length - decoding.at > maxPendingBytes) throw unicodeError('pending buffer overflow');
    this.pending = input.slice(decoding.at);
  }

  restart(): void {
    this.codec.restart?.(this.state);
    this.pending = new Uint8Array(0);
  }

  setPending(bytes: Uint8Array): void {
    if (bytes.length > maxPendingBytes) throw unicodeError('pending buffer too large');
    this.pending = bytes.slice();
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** `tp_new` of the four types; `name` is what messages call it. The codec is an attribute of the class. */
export function stateful(name: string, hasStream: boolean, make: (type: PyType, codec: MultibyteCodec, stream: PyValue | null, errors: string) => PyObject) {
  return (vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue => {
    const parameters = hasStream ? ['stream', 'errors'] : ['errors'];
    const found = keywordArguments(`${name}()`, parameters, args, kwnames, parameters.length - 1, {
      convert(value, index) {
        if (parameters[index] === 'errors') cText(name, `argument ${index + 1}`, value);
        return value;
      },
    });
    const errors = found[parameters.length - 1];
    const codec = getAttr(vm, type, 'codec');
    if (!(codec instanceof PyMultibyteCodec)) throw typeError('codec is unexpected type');
    return make(type, codec.codec, hasStream ? (found[0] as PyValue) : null, errors === undefined ? 'strict' : jsText(errors));
  };
}

/** The attribute `errors`. */
export const errorsAttribute: GetSetDef = {
  get: (_vm: VM, self: Stateful) => strFromJS(self.errors),
  set(_vm: VM, self: Stateful, value: PyValue | undefined) {
    if (value === undefined) throw attributeError('cannot delete attribute');
    if (!isStr(value)) throw typeError('errors must be a string');
    // C's string ends at a NUL.
    self.errors = jsText(value).split('\0')[0];
  },
  doc: 'how to treat errors',
};

/** An int of bytes, the lowest first. */
export function intOfBytes(bytes: Uint8Array): PyValue {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** The bytes of an int, the lowest first. */
export function bytesOfInt(value: number | bigint, size: number): Uint8Array {
  if (value < 0) throw overflowError("can't convert negative int to unsigned");
  const bytes = new Uint8Array(size);
  let rest = BigInt(value);
  for (let i = 0; i < size; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  if (rest > 0n) throw overflowError('int too big to convert');
  return bytes;
}
