import {
  PyBytes, PyObject, PyTuple, asIndex, bufferBytes, callMethod, callNative, defineType, isStr, isTrue, jsText, native, newTuple, None, normalizeInt, strFromJS, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';

/* Universal newlines (CPython 3.12: Modules/_io/textio.c, nldecoder). */

const CR = 1, LF = 2, CRLF = 4;

/** Translates line ends and remembers which kinds were seen. Text is JavaScript text. */
export class NewlineState {
  readonly translate: boolean;
  /** A `\r` at the end of the last piece, kept until it is known whether `\n` follows. */
  pendingCR: boolean;
  seen: number;

  constructor(translate: boolean) {
    this.translate = translate;
    this.pendingCR = false;
    this.seen = 0;
  }

  decode(text: string, final: boolean): string {
    let out = text;
    if (this.pendingCR && (final || out !== '')) {
      out = `\r${out}`;
      this.pendingCR = false;
    }
    if (!final && out.endsWith('\r')) {
      out = out.slice(0, -1);
      this.pendingCR = true;
    }
    if (out.includes('\r')) return this.decodeReturns(out);
    if ((this.seen & LF) === 0 && out.includes('\n')) this.seen |= LF;
    return out;
  }

  private decodeReturns(text: string): string {
    if (this.seen !== 7) {
      if (text.includes('\r\n')) this.seen |= CRLF;
      if (/\r(?!\n)/.test(text)) this.seen |= CR;
      if (/(^|[^\r])\n/.test(text)) this.seen |= LF;
    }
    return this.translate ? text.replace(/\r\n?/g, '\n') : text;
  }

  /** `newlines` */
  get newlines(): PyValue {
    const kinds = [this.seen & CR ? '\r' : '', this.seen & LF ? '\n' : '', this.seen & CRLF ? '\r\n' : ''].filter((kind) => kind !== '');
    return kinds.length === 0 ? None : kinds.length === 1 ? kinds[0] : newTuple(kinds);
  }
}

/** The type that Python sees: a decoder around another one. */
export class PyNewlineDecoder extends PyObject {
  decoder: PyValue | null;
  errors: PyValue;
  state: NewlineState;
  constructor(cls: PyType) {
    super(cls);
    this.decoder = null;
    this.errors = 'strict';
    this.state = new NewlineState(false);
  }

  get inner(): PyValue {
    if (this.decoder === null) throw valueError('IncrementalNewlineDecoder.__init__() not called');
    return this.decoder;
  }
}

const initDef = native("IncrementalNewlineDecoder(self, /, decoder, translate, errors='strict')", (vm: VM, self: PyNewlineDecoder, decoder: PyValue, translate: PyValue, errors?: PyValue) => {
  self.decoder = decoder;
  self.errors = errors ?? 'strict';
  self.state = new NewlineState(isTrue(vm, translate));
  return None;
});

function nldecoder_decode(vm: VM, self: PyNewlineDecoder, input: PyValue, final: PyValue | undefined): PyValue {
  const last = final !== undefined && isTrue(vm, final);
  const { inner } = self;
  const output = inner === None ? input : callMethod(vm, inner, 'decode', [input, last]);
  if (!isStr(output)) throw typeError(`decoder should return a string result, not '${typeOf(output).tpName}'`);
  return strFromJS(self.state.decode(jsText(output), last));
}

function nldecoder_getstate(vm: VM, self: PyNewlineDecoder): PyValue {
  let buffer: PyValue = new PyBytes(new Uint8Array(0));
  let flag: bigint = 0n;
  const { inner } = self;
  if (inner !== None) {
    const state = callMethod(vm, inner, 'getstate');
    if (!(state instanceof PyTuple)) throw typeError('illegal decoder state');
    [buffer] = state.items;
    flag = BigInt(asIndex(vm, state.items[1]));
  }
  return newTuple([buffer, normalizeInt((flag << 1n) | (self.state.pendingCR ? 1n : 0n))]);
}

function nldecoder_setstate(vm: VM, self: PyNewlineDecoder, state: PyValue): PyValue {
  if (!(state instanceof PyTuple)) throw typeError('state argument must be a tuple');
  const { inner } = self;
  const [buffer, flagValue] = state.items;
  bufferBytes(vm, buffer);
  const flag = BigInt(asIndex(vm, flagValue));
  self.state.pendingCR = (flag & 1n) !== 0n;
  if (inner === None) return None;
  return callMethod(vm, inner, 'setstate', [newTuple([buffer, normalizeInt(flag >> 1n)])]);
}

function nldecoder_reset(vm: VM, self: PyNewlineDecoder): PyValue {
  const { inner } = self;
  self.state.seen = 0;
  self.state.pendingCR = false;
  return inner === None ? None : callMethod(vm, inner, 'reset');
}

export const newlineDecoderType: PyType = defineType('IncrementalNewlineDecoder', {
  module: '_io',
  basetype: true,
  textSignature: "(decoder, translate, errors='strict')",
  doc: 'Codec used when reading a file in universal newlines mode.\n\nIt wraps another incremental decoder, translating \\r\\n and \\r into \\n.\nIt also records the types of newlines encountered.  When used with\ntranslate=False, it ensures that the newline sequence is returned in\none piece. When used with decoder=None, it expects unicode strings as\ndecode input and translates newlines without first invoking an external\ndecoder.',
  slots: {
    tp_new: (_vm, cls) => new PyNewlineDecoder(cls),
    tp_init: (vm: VM, self: PyValue, args: PyValue[], kwnames) => void callNative(vm, initDef, self, args, kwnames, null),
  },
  methods: [
    native('decode(self, /, input, final=False)', nldecoder_decode),
    native('getstate(self, /)', nldecoder_getstate),
    native('setstate(self, state, /)', nldecoder_setstate),
    native('reset(self, /)', nldecoder_reset),
  ],
  getset: { newlines: { get: (_vm: VM, self: PyNewlineDecoder) => self.state.newlines } },
});
