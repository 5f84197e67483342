import { asSsize, callMethod, defineType, getItem, isInt, isSequence, length, native, None, overflowError, PointBuffer, PyBytes, typeError, typeOf } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { encodeText } from './transcode.ts';
import { errorsAttribute, StatefulDecoder, StatefulEncoder, stateful } from './stateful.ts';

/** Size of a read, -1 for all there is. */
function sizeOf(vm: VM, size: PyValue | undefined): number {
  if (size === undefined || size === None) return -1;
  if (!isInt(size)) throw typeError('arg 1 must be an integer');
  return asSsize(vm, size, () => overflowError('Python int too large to convert to C ssize_t'));
}

/** Reads by `method` of the stream until there is something to give. CPython 3.12: Modules/cjkcodecs/multibytecodec.c, mbstreamreader_iread. */
function readBy(vm: VM, self: StatefulDecoder, method: string, size: number): PyValue {
  if (size === 0) return '';
  const out = new PointBuffer(16);
  for (let hint = size; ; hint = 1) {
    const bytes = callMethod(vm, self.stream as PyValue, method, hint < 0 ? [] : [hint]);
    if (!(bytes instanceof PyBytes)) throw typeError(`stream function returned a non-bytes object (${typeOf(bytes).tpName})`);
    const atEnd = bytes.bytes.length === 0;
    const nothing = atEnd && self.pending.length === 0;
    self.decode(vm, bytes.bytes, atEnd || hint < 0, out, false);
    if (hint < 0 || out.length > 0 || nothing) return out.done();
  }
}

const reads = (method: string) => (vm: VM, self: StatefulDecoder, size: PyValue | undefined): PyValue => readBy(vm, self, method, sizeOf(vm, size));

/** `_multibytecodec.MultibyteStreamReader` */
export const streamReaderType: PyType = defineType('MultibyteStreamReader', {
  module: '_multibytecodec',
  basetype: true,
  slots: { tp_new: stateful('StreamReader', true, (type, codec, stream, errors) => new StatefulDecoder(type, codec, stream, errors)), tp_init: () => undefined },
  methods: [
    native('read(self, sizeobj=None, /)', reads('read')),
    native('readline(self, sizeobj=None, /)', reads('readline')),
    native('readlines(self, sizehintobj=None, /)', (vm: VM, self: StatefulDecoder, sizehint: PyValue | undefined) => callMethod(vm, reads('read')(vm, self, sizehint), 'splitlines', [true])),
    native('reset(self, /)', (_vm: VM, self: StatefulDecoder) => {
      self.restart();
      return None;
    }),
  ],
  getset: { errors: errorsAttribute },
  fields: { stream: { get: (_vm: VM, self: StatefulDecoder) => self.stream as PyValue } },
});

function write(vm: VM, self: StatefulEncoder, text: PyValue): PyValue {
  callMethod(vm, self.stream as PyValue, 'write', [new PyBytes(self.encode(vm, text, false))]);
  return None;
}

function writelines(vm: VM, self: StatefulEncoder, lines: PyValue): PyValue {
  if (!isSequence(lines)) throw typeError('arg must be a sequence object');
  // A line's __str__ may change how many there are.
  for (let i = 0; i < length(vm, lines); i++) write(vm, self, getItem(vm, lines, i));
  return None;
}

function resetWriter(vm: VM, self: StatefulEncoder): PyValue {
  const { pending } = self;
  if (pending === null) return None;
  self.pending = null;
  const { bytes } = encodeText(vm, self.codec, self.state, pending, self.errors, true);
  if (bytes.length > 0) callMethod(vm, self.stream as PyValue, 'write', [new PyBytes(bytes)]);
  return None;
}

/** `_multibytecodec.MultibyteStreamWriter` */
export const streamWriterType: PyType = defineType('MultibyteStreamWriter', {
  module: '_multibytecodec',
  basetype: true,
  slots: { tp_new: stateful('StreamWriter', true, (type, codec, stream, errors) => new StatefulEncoder(type, codec, stream, errors)), tp_init: () => undefined },
  methods: [
    native('write(self, strobj, /)', write),
    native('writelines(self, lines, /)', writelines),
    native('reset(self, /)', resetWriter),
  ],
  getset: { errors: errorsAttribute },
  fields: { stream: { get: (_vm: VM, self: StatefulEncoder) => self.stream as PyValue } },
});
