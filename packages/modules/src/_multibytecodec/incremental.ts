import { bufferBytes, ByteBuffer, defineType, intValue, isInt, isTrue, native, newTuple, None, PointBuffer, PyBytes, PyTuple, typeError, typeOf } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { stateSize } from './codec.ts';
import { bytesOfInt, encoderStateSize, errorsAttribute, intOfBytes, StatefulDecoder, StatefulEncoder, stateful } from './stateful.ts';

/** `_multibytecodec.MultibyteIncrementalEncoder` */
export const incrementalEncoderType: PyType = defineType('MultibyteIncrementalEncoder', {
  module: '_multibytecodec',
  basetype: true,
  slots: { tp_new: stateful('IncrementalEncoder', false, (type, codec, stream, errors) => new StatefulEncoder(type, codec, stream, errors)), tp_init: () => undefined },
  methods: [
    native('encode(self, /, input, final=False)', (vm: VM, self: StatefulEncoder, input: PyValue, final: PyValue | undefined) =>
      new PyBytes(self.encode(vm, input, final !== undefined && isTrue(vm, final)))),
    native('getstate(self, /)', (vm: VM, self: StatefulEncoder) => intOfBytes(self.stateBytes(vm))),
    native('setstate(self, state, /)', (vm: VM, self: StatefulEncoder, state: PyValue) => {
      if (!isInt(state)) throw typeError(`setstate() argument must be int, not ${typeOf(state).tpName}`);
      self.setStateBytes(vm, bytesOfInt(intValue(state), encoderStateSize));
      return None;
    }),
    native('reset(self, /)', (_vm: VM, self: StatefulEncoder) => {
      self.codec.finish?.(self.state, new ByteBuffer(4));
      self.pending = null;
      return None;
    }),
  ],
  getset: { errors: errorsAttribute },
});

function decode(vm: VM, self: StatefulDecoder, input: PyValue, final: PyValue | undefined): PyValue {
  const bytes = bufferBytes(vm, input);
  const out = new PointBuffer(bytes.length);
  self.decode(vm, bytes, final !== undefined && isTrue(vm, final), out, true);
  return out.done();
}

function setstate(_vm: VM, self: StatefulDecoder, state: PyValue): PyValue {
  if (!(state instanceof PyTuple)) throw typeError(`setstate() argument must be tuple, not ${typeOf(state).tpName}`);
  const [buffer, value] = state.items;
  if (state.items.length !== 2 || !(buffer instanceof PyBytes) || !isInt(value)) throw typeError('setstate(): illegal state argument');
  const bytes = bytesOfInt(intValue(value), stateSize);
  self.setPending(buffer.bytes);
  self.state = bytes;
  return None;
}

/** `_multibytecodec.MultibyteIncrementalDecoder` */
export const incrementalDecoderType: PyType = defineType('MultibyteIncrementalDecoder', {
  module: '_multibytecodec',
  basetype: true,
  slots: { tp_new: stateful('IncrementalDecoder', false, (type, codec, stream, errors) => new StatefulDecoder(type, codec, stream, errors)), tp_init: () => undefined },
  methods: [
    native('decode(self, /, input, final=False)', decode),
    native('getstate(self, /)', (_vm: VM, self: StatefulDecoder) => newTuple([new PyBytes(self.pending.slice()), intOfBytes(self.state)])),
    native('setstate(self, state, /)', setstate),
    native('reset(self, /)', (_vm: VM, self: StatefulDecoder) => {
      self.restart();
      return None;
    }),
  ],
  getset: { errors: errorsAttribute },
});
