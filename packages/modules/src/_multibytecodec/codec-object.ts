import { badArgument, bufferBytes, codePoints, cText, defineType, isStr, native, newTuple, None, PyBytes, PyObject, str, TypeFlag } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { stateSize } from './codec.ts';
import type { MultibyteCodec } from './codec.ts';
import { decodeBytes, encodeText } from './transcode.ts';

/** A codec as Python sees it: what `getcodec` gives. */
export class PyMultibyteCodec extends PyObject {
  readonly codec: MultibyteCodec;
  constructor(codec: MultibyteCodec) {
    super(codecType);
    this.codec = codec;
  }
}

/** A state of an encoder or decoder, to begin with. */
export function newState(first: readonly number[]): Uint8Array {
  const state = new Uint8Array(stateSize);
  state.set(first);
  return state;
}

/** What is to be encoded: a str, or the `str()` of anything. */
export function textOf(vm: VM, input: PyValue): PyValue {
  return isStr(input) ? input : str(vm, input);
}

function errorsOf(method: string, errors: PyValue | undefined): string {
  if (errors === undefined || errors === None) return 'strict';
  if (!isStr(errors)) throw badArgument(method, "argument 'errors'", 'str or None', errors);
  return cText(method, "argument 'errors'", errors);
}

function encode(vm: VM, self: PyMultibyteCodec, input: PyValue, errors: PyValue | undefined): PyValue {
  const handler = errorsOf('encode', errors);
  const text = textOf(vm, input);
  const { bytes } = encodeText(vm, self.codec, newState(self.codec.encoderState), text, handler, true);
  return newTuple([new PyBytes(bytes), codePoints(text).length]);
}

function decode(vm: VM, self: PyMultibyteCodec, input: PyValue, errors: PyValue | undefined): PyValue {
  const bytes = bufferBytes(vm, input);
  const text = decodeBytes(vm, self.codec, newState(self.codec.decoderState), bytes, errorsOf('decode', errors));
  return newTuple([text, bytes.length]);
}

const codecType: PyType = defineType('MultibyteCodec', {
  module: '_multibytecodec',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  methods: [
    native('encode(self, /, input, errors=None)', encode, "Return an encoded string version of `input'.\n\n'errors' may be given to set a different error handling scheme. Default is\n'strict' meaning that encoding errors raise a UnicodeEncodeError. Other possible\nvalues are 'ignore', 'replace' and 'xmlcharrefreplace' as well as any other name\nregistered with codecs.register_error that can handle UnicodeEncodeErrors."),
    native('decode(self, /, input, errors=None)', decode, "Decodes 'input'.\n\n'errors' may be given to set a different error handling scheme. Default is\n'strict' meaning that encoding errors raise a UnicodeDecodeError. Other possible\nvalues are 'ignore' and 'replace' as well as any other name registered with\ncodecs.register_error that is able to handle UnicodeDecodeErrors.\""),
  ],
});
