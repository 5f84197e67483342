import {
  PyBytes, PyTuple, asIndex, call, callMethod, decodeAscii, decodeLatin1, decodeUtf8, encodeAscii, encodeLatin1, encodeUtf8, getAttr, isStr, jsText, newTuple, normalizeInt, strFromJS,
  typeError, typeOf,
} from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { lookupTextCodec, nativeCodec } from './common.ts';
import { joinBytes } from './base.ts';
import { NewlineState } from './newlines.ts';

/* How TextIOWrapper turns bytes into text and back. Text is JavaScript text. */

export interface DecoderState {
  /** Bytes of an unfinished character. */
  readonly bytes: Uint8Array;
  readonly flags: bigint;
}

export interface Decoder {
  decode(vm: VM, bytes: Uint8Array, final: boolean): string;
  getState(vm: VM): DecoderState;
  setState(vm: VM, state: DecoderState): void;
  reset(vm: VM): void;
}

export interface Encoder {
  encode(vm: VM, text: PyValue): Uint8Array;
  /** Begins anew: at the start of a stream (where a byte order mark goes) or further on. */
  reset(vm: VM, atStart: boolean): void;
}

const noBytes = new Uint8Array(0);

type NativeName = 'utf-8' | 'latin-1' | 'ascii';

class NativeDecoder implements Decoder {
  private readonly name: NativeName;
  private readonly errors: string;
  private rest: Uint8Array;
  constructor(name: NativeName, errors: string) {
    this.name = name;
    this.errors = errors;
    this.rest = noBytes;
  }

  decode(vm: VM, bytes: Uint8Array, final: boolean): string {
    if (this.name === 'latin-1') return jsText(decodeLatin1(bytes));
    if (this.name === 'ascii') return jsText(decodeAscii(vm, bytes, this.errors));
    const all = this.rest.length === 0 ? bytes : joinBytes([this.rest, bytes]);
    const { value, consumed } = decodeUtf8(vm, all, this.errors, final);
    this.rest = consumed === all.length ? noBytes : all.slice(consumed);
    return jsText(value);
  }

  getState(): DecoderState {
    return { bytes: this.rest, flags: 0n };
  }

  setState(_vm: VM, state: DecoderState): void {
    this.rest = state.bytes;
  }

  reset(): void {
    this.rest = noBytes;
  }
}

/** A decoder of the `codecs` module. */
class CodecDecoder implements Decoder {
  private readonly decoder: PyValue;
  constructor(decoder: PyValue) {
    this.decoder = decoder;
  }

  decode(vm: VM, bytes: Uint8Array, final: boolean): string {
    const text = callMethod(vm, this.decoder, 'decode', [new PyBytes(bytes.slice()), final]);
    if (!isStr(text)) throw typeError(`decoder should return a string result, not '${typeOf(text).tpName}'`);
    return jsText(text);
  }

  getState(vm: VM): DecoderState {
    const state = callMethod(vm, this.decoder, 'getstate');
    if (!(state instanceof PyTuple) || state.items.length !== 2) throw typeError('illegal decoder state');
    const [bytes, flags] = state.items;
    if (!(bytes instanceof PyBytes)) throw typeError(`illegal decoder state: the first item should be a bytes object, not '${typeOf(bytes).tpName}'`);
    return { bytes: bytes.bytes, flags: BigInt(asIndex(vm, flags)) };
  }

  setState(vm: VM, state: DecoderState): void {
    callMethod(vm, this.decoder, 'setstate', [newTuple([new PyBytes(state.bytes.slice()), normalizeInt(state.flags)])]);
  }

  reset(vm: VM): void {
    callMethod(vm, this.decoder, 'reset');
  }
}

/** A decoder and universal newlines; the lowest bit of its flags says that a `\r` is kept. */
export class NewlineDecoder implements Decoder {
  private readonly inner: Decoder;
  readonly state: NewlineState;
  constructor(inner: Decoder, translate: boolean) {
    this.inner = inner;
    this.state = new NewlineState(translate);
  }

  decode(vm: VM, bytes: Uint8Array, final: boolean): string {
    return this.state.decode(this.inner.decode(vm, bytes, final), final);
  }

  getState(vm: VM): DecoderState {
    const { bytes, flags } = this.inner.getState(vm);
    return { bytes, flags: (flags << 1n) | (this.state.pendingCR ? 1n : 0n) };
  }

  setState(vm: VM, { bytes, flags }: DecoderState): void {
    this.state.pendingCR = (flags & 1n) !== 0n;
    this.inner.setState(vm, { bytes, flags: flags >> 1n });
  }

  reset(vm: VM): void {
    this.state.seen = 0;
    this.state.pendingCR = false;
    this.inner.reset(vm);
  }
}

/** A text encoding by name. Raises LookupError for an unknown one. */
export class TextCodec {
  readonly native: NativeName | null;
  private readonly info: PyValue | null;
  readonly errors: string;

  constructor(vm: VM, encoding: string, errors: string) {
    this.native = nativeCodec(encoding);
    this.info = this.native === null ? lookupTextCodec(vm, encoding) : null;
    this.errors = errors;
  }

  decoder(vm: VM): Decoder {
    if (this.native !== null) return new NativeDecoder(this.native, this.errors);
    return new CodecDecoder(call(vm, getAttr(vm, this.info as PyValue, 'incrementaldecoder'), [strFromJS(this.errors)]));
  }

  encoder(vm: VM): Encoder {
    const { native, errors } = this;
    if (native !== null) {
      const encode = native === 'utf-8' ? encodeUtf8 : native === 'latin-1' ? encodeLatin1 : encodeAscii;
      return { encode: (host, text) => encode(host, text, errors), reset: () => undefined };
    }
    const encoder = call(vm, getAttr(vm, this.info as PyValue, 'incrementalencoder'), [strFromJS(errors)]);
    return {
      encode(host, text) {
        const bytes = callMethod(host, encoder, 'encode', [text]);
        if (!(bytes instanceof PyBytes)) throw typeError(`encoder should return a bytes object, not '${typeOf(bytes).tpName}'`);
        return bytes.bytes;
      },
      reset(host, atStart) {
        if (atStart) callMethod(host, encoder, 'reset');
        else callMethod(host, encoder, 'setstate', [0]);
      },
    };
  }
}

/** May text be kept unencoded, because encoding it cannot fail? */
export function encodesSafely(codec: TextCodec, text: string): boolean {
  switch (codec.native) {
    case 'utf-8':
      return !/[\ud800-\udfff]/.test(text);
    case 'latin-1':
       
      return !/[^\u0000-\u00ff]/.test(text);
    case 'ascii':
       
      return !/[^\u0000-\u007f]/.test(text);
    default:
      return false;
  }
}
