import {
  call, callNative, codePoints, defineType, dictType, floatRepr, intText, intValue, isInt, isStr, isTrue, callMethod, jsText, listType, native, newTuple, None, PyBuiltinFunction, PyDict, PyFloat, PyList, PyObject, PyStr, PyTuple, recursionError, reprText, strFromJS, strFromPoints, toArray, tupleType, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { NativeDef, PyType, PyValue, VM } from '@py/vm/native';
import { AsciiText } from './ascii-text.ts';
import { depthLimit } from './scanner.ts';
import { quote, quoteAscii } from './strings.ts';

const notAscii = /[^\0-\x7f]/;

/** How strings are written: by our own functions, or by one of the program's. */
type Quoting = 'ascii' | 'unicode' | 'called';

/** `_json.make_encoder`: what `json.JSONEncoder` writes a document with. */
class Encoder extends PyObject {
  markers: PyValue = None;
  defaultFunction: PyValue = None;
  encoder: PyValue = None;
  indent: PyValue = None;
  keySeparator: PyValue = '';
  itemSeparator: PyValue = '';
  sortKeys = false;
  skipKeys = false;
  allowNan = false;
  quoting: Quoting = 'called';
}

/** One writing of a document. */
class Writing {
  /** Where everything goes if it is ASCII, else null. */
  private readonly ascii: AsciiText | null;
  /** Ordinary JavaScript text, except where `parts` was needed. */
  private out = '';
  /** What stands before `out`: pieces that cannot be told in ordinary text, such as two surrogates of separate characters. */
  private readonly parts: PyValue[] = [];
  private depth = 0;
  private readonly open = new Set<PyValue>();
  private readonly vm: VM;
  private readonly encoder: Encoder;
  private readonly keySeparator: string;
  private readonly itemSeparator: string;
  private readonly checked: boolean;

  constructor(vm: VM, encoder: Encoder) {
    this.vm = vm;
    this.encoder = encoder;
    this.keySeparator = jsText(encoder.keySeparator);
    this.itemSeparator = jsText(encoder.itemSeparator);
    this.checked = encoder.markers !== None;
    this.ascii = encoder.quoting === 'ascii' && notAscii.exec(this.keySeparator + this.itemSeparator) === null ? new AsciiText() : null;
  }

  result(): PyValue {
    if (this.ascii !== null) return this.ascii.text();
    if (this.parts.length === 0) return strFromJS(this.out);
    const points = [...this.parts, strFromJS(this.out)].flatMap((part) => Array.from(codePoints(part)));
    return strFromPoints(points);
  }

  private enter(value: PyValue): void {
    if (this.checked) {
      if (this.open.has(value)) throw valueError('Circular reference detected');
      this.open.add(value);
    }
    if (++this.depth > depthLimit) throw recursionError('maximum recursion depth exceeded while encoding a JSON object');
  }

  private leave(value: PyValue): void {
    this.depth--;
    if (this.checked) this.open.delete(value);
  }

  value(value: PyValue): void {
    if (typeof value === 'string') this.string(value);
    else if (typeof value === 'number') this.int(value);
    else if (value === None) this.put('null');
    else if (typeof value === 'boolean') this.put(value ? 'true' : 'false');
    else if (value instanceof PyFloat) this.put(this.float(value));
    else if (value instanceof PyDict) this.dict(value);
    else if (value instanceof PyList || value instanceof PyTuple) this.list(value);
    else if (isStr(value)) this.string(value);
    else if (isInt(value)) this.put(intText(this.vm, intValue(value)));
    else {
      this.enter(value);
      this.value(call(this.vm, this.encoder.defaultFunction, [value]));
      this.leave(value);
    }
  }

  private put(text: string): void {
    if (this.ascii === null) this.out += text;
    else this.ascii.put(text);
  }

  private int(value: number): void {
    if (this.ascii === null) this.out += String(value);
    else this.ascii.putInt(value);
  }

  private string(value: PyValue): void {
    const { quoting } = this.encoder;
    if (this.ascii !== null) this.ascii.putString(jsText(value));
    else if (quoting === 'ascii') this.out += quoteAscii(jsText(value));
    else if (quoting === 'unicode' && typeof value === 'string') this.out += quote(value);
    else if (quoting === 'unicode') {
      this.piece(quoteStr(value));
    } else {
      const text = call(this.vm, this.encoder.encoder, [value]);
      if (!isStr(text)) throw typeError(`encoder() must return a string, not ${typeOf(text).tpName}`);
      this.piece(text);
    }
  }

  private piece(text: PyValue): void {
    if (typeof text === 'string') this.out += text;
    else {
      this.parts.push(strFromJS(this.out), text);
      this.out = '';
    }
  }

  private float(value: PyFloat): string {
    if (Number.isFinite(value.value)) return floatRepr(value.value);
    if (!this.encoder.allowNan) throw valueError(`Out of range float values are not JSON compliant: ${reprText(this.vm, value)}`);
    return Number.isNaN(value.value) ? 'NaN' : value.value > 0 ? 'Infinity' : '-Infinity';
  }

  private list(value: PyList | PyTuple): void {
    const items = value.cls === listType || value.cls === tupleType ? value.items : toArray(this.vm, value);
    if (items.length === 0) {
      this.put('[]');
      return;
    }
    this.enter(value);
    this.put('[');
    for (let i = 0; i < items.length; i++) {
      if (i > 0) this.put(this.itemSeparator);
      this.value(items[i]);
    }
    this.put(']');
    this.leave(value);
  }

  private dict(value: PyDict): void {
    if (value.size === 0) {
      this.put('{}');
      return;
    }
    const { vm } = this;
    this.enter(value);
    this.put('{');
    let first = true;
    if (this.encoder.sortKeys || value.cls !== dictType) {
      const items = new PyList(toArray(vm, callMethod(vm, value, 'items')));
      if (this.encoder.sortKeys) callMethod(vm, items, 'sort');
      for (const item of items.items) {
        if (!(item instanceof PyTuple) || item.items.length !== 2) throw valueError('items must return 2-tuples');
        first = this.pair(item.items[0], item.items[1], first);
      }
    } else for (let entry = value.nextEntry(0); entry >= 0; entry = value.nextEntry(entry + 1)) first = this.pair(value.keyAt(entry), value.valueAt(entry), first);
    this.put('}');
    this.leave(value);
  }

  /** Gives whether the next pair is still the first one. */
  private pair(key: PyValue, value: PyValue, first: boolean): boolean {
    let name: PyValue;
    if (isStr(key)) name = key;
    else if (key instanceof PyFloat) name = this.float(key);
    else if (key === true || key === false || key === None) name = key === None ? 'null' : key ? 'true' : 'false';
    else if (isInt(key)) name = intText(this.vm, intValue(key));
    else if (this.encoder.skipKeys) return first;
    else throw typeError(`keys must be str, int, float, bool or None, not ${typeOf(key).tpName}`);
    if (!first) this.put(this.itemSeparator);
    this.string(name);
    this.put(this.keySeparator);
    this.value(value);
    return false;
  }
}

/** A str with quotes; also one that is not a plain JavaScript string. */
export function quoteStr(value: PyValue): PyValue {
  if (typeof value === 'string') return quote(value);
  if (value instanceof PyStr && value.text !== null) return quote(value.text);
  const out: number[] = [0x22];
  for (const point of Array.from(codePoints(value))) {
    if (point >= 0x20 && point !== 0x22 && point !== 0x5c) out.push(point);
    else for (const unit of quote(String.fromCharCode(point)).slice(1, -1)) out.push(unit.charCodeAt(0));
  }
  return strFromPoints([...out, 0x22]);
}

const newDef = native('make_encoder(cls, /, markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)', (
  vm: VM, type: PyType, markers: PyValue, defaultFunction: PyValue, encoder: PyValue, indent: PyValue, keySeparator: PyValue, itemSeparator: PyValue, sortKeys: PyValue, skipKeys: PyValue, allowNan: PyValue,
) => {
  for (const [i, separator] of [keySeparator, itemSeparator].entries()) if (!isStr(separator)) throw typeError(`make_encoder() argument ${i + 5} must be str, not ${typeOf(separator).tpName}`);
  const self = new Encoder(type);
  [self.sortKeys, self.skipKeys, self.allowNan] = [isTrue(vm, sortKeys), isTrue(vm, skipKeys), isTrue(vm, allowNan)];
  if (markers !== None && !(markers instanceof PyDict)) throw typeError(`make_encoder() argument 1 must be dict or None, not ${typeOf(markers).tpName}`);
  self.markers = markers;
  self.defaultFunction = defaultFunction;
  self.encoder = encoder;
  self.indent = indent;
  self.keySeparator = keySeparator;
  self.itemSeparator = itemSeparator;
  if (encoder instanceof PyBuiltinFunction) self.quoting = encoder.def === encode_basestring_ascii ? 'ascii' : encoder.def === encode_basestring ? 'unicode' : 'called';
  return self;
});
const callDef = native('_iterencode(self, /, obj, _current_indent_level)', (vm: VM, self: Encoder, obj: PyValue) => {
  const writing = new Writing(vm, self);
  writing.value(obj);
  return newTuple([writing.result()]);
});

const needStr = (value: PyValue): PyValue => {
  if (!isStr(value)) throw typeError(`first argument must be a string, not ${typeOf(value).tpName}`);
  return value;
};
export const encode_basestring: NativeDef = native('encode_basestring(string, /)', (_vm: VM, string: PyValue) => quoteStr(needStr(string)), 'encode_basestring(string) -> string\n\nReturn a JSON representation of a Python string').unsigned();
export const encode_basestring_ascii: NativeDef = native('encode_basestring_ascii(string, /)', (_vm: VM, string: PyValue) => quoteAscii(jsText(needStr(string))), 'encode_basestring_ascii(string) -> string\n\nReturn an ASCII-only JSON representation of a Python string').unsigned();

export const encoderType: PyType = defineType('Encoder', {
  module: '_json',
  doc: '_iterencode(obj, _current_indent_level) -> iterable',
  slots: {
    tp_new: (vm, type, args, kwnames) => callNative(vm, newDef, type, args, kwnames, null),
    tp_call: (vm, self, args, kwnames) => callNative(vm, callDef, self, args, kwnames, null),
  },
  fields: {
    markers: { get: (_vm, self) => (self as Encoder).markers, doc: 'markers' },
    default: { get: (_vm, self) => (self as Encoder).defaultFunction, doc: 'default' },
    encoder: { get: (_vm, self) => (self as Encoder).encoder, doc: 'encoder' },
    indent: { get: (_vm, self) => (self as Encoder).indent, doc: 'indent' },
    key_separator: { get: (_vm, self) => (self as Encoder).keySeparator, doc: 'key_separator' },
    item_separator: { get: (_vm, self) => (self as Encoder).itemSeparator, doc: 'item_separator' },
    sort_keys: { get: (_vm, self) => (self as Encoder).sortKeys, doc: 'sort_keys' },
    skipkeys: { get: (_vm, self) => (self as Encoder).skipKeys, doc: 'skipkeys' },
  },
});
