import {
  asIndex, asSsize, callMethod, callNative, defineType, encodeUtf8, getAttr, isStr, isTrue, jsText, lookupAttr, native, None, normalizeInt, overflowError, PyStr, reprEnter, reprLeave, reprText, runtimeError, strFromJS, typeError,
  typeOf, valueError, attributeError,
} from '@py/vm/native';
import type { NativeDef, PyType, PyValue, VM } from '@py/vm/native';
import { closeBoth, reading, withoutRestart, sizeArgument, unsupported } from './common.ts';
import { cannotPickle, finalizingField, textIOBaseType } from './base.ts';
import { warnThrough } from './finalize.ts';
import { streamName } from './buffered.ts';
import { PyTextIOWrapper } from './textio.ts';
import type { Newline } from './textio.ts';

/* TextIOWrapper as Python sees it (CPython 3.12: Modules/_io/textio.c). */

const initDef = native('TextIOWrapper(self, /, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)', textiowrapper_init);

function textiowrapper_init(
  vm: VM, self: PyTextIOWrapper, buffer: PyValue, encoding: PyValue | undefined, errors: PyValue | undefined, newline: PyValue | undefined,
  lineBuffering: PyValue | undefined, writeThrough: PyValue | undefined,
): PyValue {
  self.buffer = null;
  self.detached = false;
  const codec = optionalText(vm, 'TextIOWrapper', 'encoding', encoding);
  const handler = optionalText(vm, 'TextIOWrapper', 'errors', errors);
  const ends = newlineArgument(vm, 'TextIOWrapper', newline);
  if (encoding === undefined || encoding === None) warnDefaultEncoding(vm, 1);
  self.attach(vm, buffer, encodingName(vm, codec), handler ?? 'strict', ends);
  self.lineBuffering = lineBuffering !== undefined && isTrue(vm, lineBuffering);
  self.writeThrough = writeThrough !== undefined && isTrue(vm, writeThrough);
  return None;
}

/** An argument that is a str or None. */
export function optionalText(vm: VM, what: string, name: string, value: PyValue | undefined, nulAllowed = false): string | null {
  if (value === undefined || value === None) return null;
  if (!isStr(value)) throw typeError(`${what}() argument '${name}' must be str or None, not ${typeOf(value).tpName}`);
  const text = jsText(value);
  if (/[\ud800-\udfff]/.test(text)) encodeUtf8(vm, value); // Raises for surrogates.
  if (!nulAllowed && text.includes('\0')) throw valueError('embedded null character');
  return text;
}

function newlineArgument(vm: VM, what: string, value: PyValue | undefined): Newline {
  const newline = optionalText(vm, what, 'newline', value);
  if (newline !== null && !['', '\n', '\r', '\r\n'].includes(newline)) throw valueError(`illegal newline value: ${newline}`);
  return newline;
}

/** The name that a stream shows: as given, or the locale's. */
function encodingName(vm: VM, given: string | null): PyValue {
  if (given !== null && given !== 'locale') return strFromJS(given);
  return given === null && utf8Mode(vm) ? 'utf-8' : 'UTF-8';
}

/** `-X utf8` */
export function utf8Mode(vm: VM): boolean {
  return Number(vm.options.sys?.flags?.utf8_mode ?? 0) > 0;
}

/** `-X warn_default_encoding` */
export function warnDefaultEncoding(vm: VM, stackLevel: number): void {
  if (!vm.options.sys?.flags?.warn_default_encoding) return;
  vm.warn('EncodingWarning', "'encoding' argument not specified", stackLevel);
}

function textiowrapper_reconfigure(
  vm: VM, self: PyTextIOWrapper, encoding: PyValue | undefined, errors: PyValue | undefined, newline: PyValue | undefined,
  lineBuffering: PyValue | undefined, writeThrough: PyValue | undefined,
): PyValue {
  const changed = [encoding, errors].some((value) => value !== undefined && value !== None) || newline !== undefined;
  if (self.hasDecoded && changed) throw unsupported(vm, 'It is not possible to set the encoding or newline of stream after the first read');
  // NUL is not looked for here: such a name is just unknown.
  const codec = optionalText(vm, 'reconfigure', 'encoding', encoding, true);
  const handler = optionalText(vm, 'reconfigure', 'errors', errors, true);
  const ends = newline === undefined ? self.newline : newlineArgument(vm, 'reconfigure', newline);
  const lines = lineBuffering === undefined || lineBuffering === None ? self.lineBuffering : flag(vm, lineBuffering);
  const through = writeThrough === undefined || writeThrough === None ? self.writeThrough : flag(vm, writeThrough);
  callMethod(vm, self, 'flush');
  if (changed) {
    const shown = codec === null ? self.encoding : encodingName(vm, codec);
    self.configure(vm, shown, handler ?? (codec === null ? self.errors : 'strict'), ends, self.below);
    self.continueEncoding(vm, self.below);
  }
  self.lineBuffering = lines;
  self.writeThrough = through;
  return None;
}

function flag(vm: VM, value: PyValue): boolean {
  const number = asIndex(vm, value);
  if (BigInt.asIntN(64, BigInt(number)) !== BigInt(number)) throw overflowError('Python int too large to convert to C long');
  return number !== 0;
}

function textiowrapper_write(vm: VM, self: PyTextIOWrapper, text: PyValue): PyValue {
  if (typeof text !== 'string' && !(text instanceof PyStr)) throw typeError(`write() argument must be str, not ${typeOf(text).tpName}`);
  self.checkOpen(vm);
  return self.write(vm, text);
}

function textiowrapper_read(vm: VM, self: PyTextIOWrapper, size: PyValue | undefined): PyValue {
  const count = sizeArgument(vm, size);
  self.checkOpen(vm);
  return count < 0 ? self.readAll(vm) : self.read(vm, count);
}

function textiowrapper_readline(vm: VM, self: PyTextIOWrapper, size: PyValue | undefined): PyValue {
  const limit = size === undefined ? -1 : asSsize(vm, size);
  self.checkOpen(vm);
  return self.readLine(vm, limit);
}

function textiowrapper_iternext(vm: VM, self: PyTextIOWrapper): PyValue | undefined {
  void self.below;
  if (self.cls !== textIOWrapperType) return self.nextLine(vm, () => callMethod(vm, self, 'readline'));
  self.checkOpen(vm);
  return self.nextLine(vm, () => self.readLine(vm, -1));
}

function textiowrapper_seek(vm: VM, self: PyTextIOWrapper, cookie: PyValue, whence: PyValue | undefined): PyValue {
  const from = whence === undefined ? 0 : Number(asIndex(vm, whence));
  self.checkOpen(vm);
  return normalizeInt(self.seek(vm, BigInt(asIndex(vm, cookie)), from));
}

function textiowrapper_truncate(vm: VM, self: PyTextIOWrapper, size: PyValue | undefined): PyValue {
  void self.below;
  callMethod(vm, self, 'flush');
  return callMethod(vm, self.below, 'truncate', [size ?? None]);
}

function textiowrapper_close(vm: VM, self: PyTextIOWrapper): PyValue {
  const { below } = self;
  if (self.isClosed(vm)) return None;
  if (self.finalizing) warnThrough(vm, below, self);
  try {
    closeBoth(
      () => void callMethod(vm, self, 'flush'),
      () => void callMethod(vm, below, 'close'),
    );
  } finally {
    self.forget(vm);
  }
  return None;
}

function textiowrapper_repr(vm: VM, self: PyTextIOWrapper): PyValue {
  if (!self.detached) void self.below; // Raises before __init__.
  if (!reprEnter(vm, self)) throw runtimeError(`reentrant call inside ${self.cls.tpName}.__repr__`);
  try {
    const name = streamName(vm, self);
    const mode = lookupAttr(vm, self, 'mode');
    const shown = [name === undefined ? '' : ` name=${reprText(vm, name)}`, mode === undefined ? '' : ` mode=${reprText(vm, mode)}`];
    return strFromJS(`<_io.TextIOWrapper${shown.join('')} encoding=${reprText(vm, self.encoding)}>`);
  } finally {
    reprLeave(vm, self);
  }
}

const ask = (name: string): NativeDef => native(`${name}(self, /)`, (vm: VM, self: PyTextIOWrapper) => callMethod(vm, self.below, name));

/** Some attributes outlive `detach()`. */
const initialized = (self: PyTextIOWrapper): PyTextIOWrapper => (self.detached ? self : attached(self));

const attached = (self: PyTextIOWrapper): PyTextIOWrapper => (void self.below, self);

export const textIOWrapperType: PyType = defineType('TextIOWrapper', {
  module: '_io',
  basetype: true,
  bases: [textIOBaseType],
  textSignature: '(buffer, encoding=None, errors=None, newline=None,\n              line_buffering=False, write_through=False)',
  doc: 'Character and line based layer over a BufferedIOBase object, buffer.\n\nencoding gives the name of the encoding that the stream will be\ndecoded or encoded with. It defaults to locale.getencoding().\n\nerrors determines the strictness of encoding and decoding (see\nhelp(codecs.Codec) or the documentation for codecs.register) and\ndefaults to "strict".\n\nnewline controls how line endings are handled. It can be None, \'\',\n\'\\n\', \'\\r\', and \'\\r\\n\'.  It works as follows:\n\n* On input, if newline is None, universal newlines mode is\n  enabled. Lines in the input can end in \'\\n\', \'\\r\', or \'\\r\\n\', and\n  these are translated into \'\\n\' before being returned to the\n  caller. If it is \'\', universal newline mode is enabled, but line\n  endings are returned to the caller untranslated. If it has any of\n  the other legal values, input lines are only terminated by the given\n  string, and the line ending is returned to the caller untranslated.\n\n* On output, if newline is None, any \'\\n\' characters written are\n  translated to the system default line separator, os.linesep. If\n  newline is \'\' or \'\\n\', no translation takes place. If newline is any\n  of the other legal values, any \'\\n\' characters written are translated\n  to the given string.\n\nIf line_buffering is True, a call to flush is implied when a call to\nwrite contains a newline character.',
  slots: {
    tp_new: (_vm, cls) => new PyTextIOWrapper(cls),
    tp_init: (vm: VM, self: PyValue, args: PyValue[], kwnames) => void callNative(vm, initDef, self, args, kwnames, null),
    tp_repr: textiowrapper_repr,
    tp_iternext: (vm: VM, self: PyValue) => withoutRestart(vm, () => textiowrapper_iternext(vm, self as never)),
  },
  methods: [
    native('detach(self, /)', (vm: VM, self: PyTextIOWrapper) => self.detach(vm)),
    native('reconfigure(self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)', textiowrapper_reconfigure, 'Reconfigure the text stream with new parameters.\n\nThis also does an implicit stream flush.'),
    native('write(self, text, /)', textiowrapper_write),
    native('read(self, size=-1, /)', reading(textiowrapper_read)),
    native('readline(self, size=-1, /)', reading(textiowrapper_readline)),
    native('flush(self, /)', (vm: VM, self: PyTextIOWrapper) => (self.flush(vm), None)),
    native('close(self, /)', textiowrapper_close),
    ask('fileno'),
    ask('seekable'),
    ask('readable'),
    ask('writable'),
    ask('isatty'),
    native('seek(self, cookie, whence=0, /)', textiowrapper_seek, "Set the stream position, and return the new stream position.\n\n  cookie\n    Zero or an opaque number returned by tell().\n  whence\n    The relative position to seek from.\n\nFour operations are supported, given by the following argument\ncombinations:\n\n- seek(0, SEEK_SET): Rewind to the start of the stream.\n- seek(cookie, SEEK_SET): Restore a previous position;\n  'cookie' must be a number returned by tell().\n- seek(0, SEEK_END): Fast-forward to the end of the stream.\n- seek(0, SEEK_CUR): Leave the current stream position unchanged.\n\nAny other argument combinations are invalid,\nand may raise exceptions."),
    native('tell(self, /)', (vm: VM, self: PyTextIOWrapper) => {
      self.checkOpen(vm);
      return normalizeInt(self.tell(vm));
    }, 'Return the stream position as an opaque number.\n\nThe return value of tell() can be given as input to seek(), to restore a\nprevious stream position.'),
    native('truncate(self, pos=None, /)', textiowrapper_truncate),
    ...cannotPickle,
  ],
  getset: {
    name: { get: (vm: VM, self: PyTextIOWrapper) => getAttr(vm, self.below, 'name') },
    closed: { get: (vm: VM, self: PyTextIOWrapper) => self.isClosed(vm) },
    newlines: { get: (_vm: VM, self: PyTextIOWrapper) => initialized(self).newlines },
    errors: { get: (_vm: VM, self: PyTextIOWrapper) => strFromJS(initialized(self).errors) },
    _CHUNK_SIZE: {
      get: (_vm: VM, self: PyTextIOWrapper) => attached(self).chunkSize,
      set(vm: VM, self: PyTextIOWrapper, value?: PyValue) {
        void self.below;
        if (value === undefined) throw attributeError('cannot delete attribute');
        const size = asSsize(vm, value, valueError as never);
        if (size <= 0) throw valueError('a strictly positive integer is required');
        self.chunkSize = size;
      },
    },
  },
  fields: {
    encoding: { get: (_vm: VM, self: PyTextIOWrapper) => self.encoding },
    buffer: { get: (_vm: VM, self: PyTextIOWrapper) => self.buffer ?? None },
    line_buffering: { get: (_vm: VM, self: PyTextIOWrapper) => self.lineBuffering },
    write_through: { get: (_vm: VM, self: PyTextIOWrapper) => self.writeThrough },
    _finalizing: finalizingField,
  },
});
