import type { ByteBuffer, PointBuffer } from '@py/vm/native';

/** What {@link MultibyteCodec.decode} and {@link MultibyteCodec.encode} say if the character may go on behind what is given. */
export const INCOMPLETE = 0;

/** Bytes of an encoder's or decoder's state. CPython 3.12: Modules/cjkcodecs/multibytecodec.h, MultibyteCodec_State. */
export const stateSize = 8;

/** An encoding of one or more bytes a character. */
export interface MultibyteCodec {
  readonly name: string;
  /** States to begin with, of {@link stateSize} bytes or fewer if the others are 0. */
  readonly encoderState: readonly number[];
  readonly decoderState: readonly number[];
  /** Reads what begins at `at`. Gives the number of bytes it took, or that of the bytes that are an error, negative; or INCOMPLETE. */
  decode(input: Uint8Array, at: number, out: PointBuffer, state: Uint8Array): number;
  /** Writes the character at `at`, in the same way; it is not INCOMPLETE if the text is `final`. */
  encode(text: ArrayLike<number>, at: number, out: ByteBuffer, state: Uint8Array, final: boolean): number;
  /** Brings an encoder back to its first state, and writes what that takes. */
  finish?(state: Uint8Array, out: ByteBuffer): void;
  /** Brings a decoder back to its first state, as far as CPython does. */
  restart?(state: Uint8Array): void;
}
