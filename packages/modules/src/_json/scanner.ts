import { call, codePoints, defineType, getAttr, floatType, intType, isStr, isTrue, None, newTuple, parseInt_, PyDict, PyFloat, PyList, PyObject, recursionError, stopIteration, typeError, typeOf, valueError, asSsize, callNative, native } from '@py/vm/native';
import type { PyBaseException, PyType, PyValue, VM } from '@py/vm/native';
import { decodeError, scanString } from './strings.ts';
import type { Scanned, Source } from './strings.ts';

/** How deep lists and objects may stand in each other (CPython: C_RECURSION_LIMIT). */
export const depthLimit = 1500;

/** `_json.make_scanner`: what `json.JSONDecoder` reads a document with. */
class Scanner extends PyObject {
  strict = true;
  objectHook: PyValue = None;
  objectPairsHook: PyValue = None;
  parseFloat: PyValue = None;
  parseInt: PyValue = None;
  parseConstant: PyValue = None;
}

/** A document as the scanner reads it. */
export function sourceOf(value: PyValue): Source {
  if (!isStr(value)) throw typeError(`first argument must be a string, not ${typeOf(value).tpName}`);
  if (typeof value === 'string') return { value, text: value, points: null };
  if (value.text !== null) return { value, text: value.text, points: null };
  const points = codePoints(value);
  let text = '';
  for (let i = 0; i < points.length; i += 4096) text += String.fromCharCode(...Array.from({ length: Math.min(4096, points.length - i) }, (_, k) => Math.min(points[i + k], 0xffff)));
  return { value, text, points };
}

const SPACE = 32, TAB = 9, LF = 10, CR = 13, COMMA = 44, COLON = 58, MINUS = 45, DOT = 46, ZERO = 48, NINE = 57, QUOTE = 34, OPEN_LIST = 91, CLOSE_LIST = 93, OPEN_OBJECT = 123, CLOSE_OBJECT = 125;
const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

/** One reading of a document: `end` is behind what was read last. */
class Reading implements Scanned {
  value: PyValue = None;
  end = 0;
  private depth = 0;
  private readonly vm: VM;
  private readonly scanner: Scanner;
  private readonly source: Source;
  private readonly text: string;
  private readonly plainFloat: boolean;
  private readonly plainInt: boolean;

  constructor(vm: VM, scanner: Scanner, source: Source) {
    this.vm = vm;
    this.scanner = scanner;
    this.source = source;
    this.text = source.text;
    this.plainFloat = scanner.parseFloat === floatType;
    this.plainInt = scanner.parseInt === intType;
  }

  private error(message: string, at: number): PyBaseException {
    return decodeError(this.vm, message, this.source, at);
  }

  /** The position of the next character that is no blank. */
  private skip(from: number): number {
    const { text } = this;
    let at = from;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== SPACE && code !== LF && code !== CR && code !== TAB) return at;
      at++;
    }
  }

  /** The value that begins at a position. Raises StopIteration with the position where there is none. */
  read(at: number): PyValue {
    const { text } = this;
    switch (text.charCodeAt(at)) {
      case QUOTE:
        scanString(this.vm, this.source, at + 1, this.scanner.strict, this);
        return this.value;
      case OPEN_OBJECT:
      case OPEN_LIST: {
        const object = text.charCodeAt(at) === OPEN_OBJECT;
        if (++this.depth > depthLimit) throw recursionError(`maximum recursion depth exceeded while decoding a JSON ${object ? 'object' : 'array'} from a unicode string`);
        const value = object ? this.object(at + 1) : this.list(at + 1);
        this.depth--;
        return value;
      }
      case 0x6e: // n
        if (text.startsWith('null', at)) return this.took(at + 4, None);
        break;
      case 0x74: // t
        if (text.startsWith('true', at)) return this.took(at + 4, true);
        break;
      case 0x66: // f
        if (text.startsWith('false', at)) return this.took(at + 5, false);
        break;
      case 0x4e: // N
        if (text.startsWith('NaN', at)) return this.constant('NaN', at);
        break;
      case 0x49: // I
        if (text.startsWith('Infinity', at)) return this.constant('Infinity', at);
        break;
      case MINUS:
        if (text.startsWith('-Infinity', at)) return this.constant('-Infinity', at);
        break;
    }
    return this.number(at);
  }

  private took(end: number, value: PyValue): PyValue {
    this.end = end;
    return value;
  }

  private constant(name: string, at: number): PyValue {
    const value = call(this.vm, this.scanner.parseConstant, [name]);
    return this.took(at + name.length, value);
  }

  private number(start: number): PyValue {
    const { text } = this;
    let at = text.charCodeAt(start) === MINUS ? start + 1 : start;
    const first = text.charCodeAt(at);
    if (!isDigit(first)) throw stopIteration(start);
    at++;
    if (first !== ZERO) while (isDigit(text.charCodeAt(at))) at++;
    const intEnd = at;
    if (text.charCodeAt(at) === DOT && isDigit(text.charCodeAt(at + 1))) {
      at += 2;
      while (isDigit(text.charCodeAt(at))) at++;
    }
    if ((text.charCodeAt(at) | 32) === 0x65) {
      let digit = at + 1;
      if (text[digit] === '+' || text[digit] === '-') digit++;
      if (isDigit(text.charCodeAt(digit))) {
        while (isDigit(text.charCodeAt(digit))) digit++;
        at = digit;
      }
    }
    this.end = at;
    const literal = text.slice(start, at);
    if (at > intEnd) return this.plainFloat ? new PyFloat(Number(literal)) : this.convert(this.scanner.parseFloat, literal, at);
    if (!this.plainInt) return this.convert(this.scanner.parseInt, literal, at);
    // A zero has no sign.
    if (at - start <= 15) return Number(literal) + 0;
    return parseInt_(this.vm, literal, 10) as PyValue; // It has nothing but digits.
  }

  private convert(parse: PyValue, literal: string, end: number): PyValue {
    const value = call(this.vm, parse, [literal]);
    return this.took(end, value);
  }

  private list(from: number): PyValue {
    const { text } = this;
    const items: PyValue[] = [];
    let at = this.skip(from);
    if (text.charCodeAt(at) !== CLOSE_LIST) {
      for (;;) {
        items.push(this.read(at));
        at = this.skip(this.end);
        const code = text.charCodeAt(at);
        if (code === CLOSE_LIST) break;
        if (code !== COMMA) throw this.error("Expecting ',' delimiter", at);
        at = this.skip(at + 1);
      }
    }
    this.end = at + 1;
    return new PyList(items);
  }

  private object(from: number): PyValue {
    const { text, vm, scanner } = this;
    const pairs: PyValue[] | null = scanner.objectPairsHook === None ? null : [];
    const dict = new PyDict();
    let at = this.skip(from);
    if (text.charCodeAt(at) !== CLOSE_OBJECT) {
      for (;;) {
        if (text.charCodeAt(at) !== QUOTE) throw this.error('Expecting property name enclosed in double quotes', at);
        scanString(vm, this.source, at + 1, scanner.strict, this);
        const key = this.value;
        at = this.skip(this.end);
        if (text.charCodeAt(at) !== COLON) throw this.error("Expecting ':' delimiter", at);
        const value = this.read(this.skip(at + 1));
        if (pairs !== null) pairs.push(newTuple([key, value]));
        else if (typeof key === 'string') dict.setStr(key, value);
        else dict.set(vm, key, value);
        at = this.skip(this.end);
        const code = text.charCodeAt(at);
        if (code === CLOSE_OBJECT) break;
        if (code !== COMMA) throw this.error("Expecting ',' delimiter", at);
        at = this.skip(at + 1);
      }
    }
    const end = at + 1;
    let result: PyValue = dict;
    if (pairs !== null) result = call(vm, scanner.objectPairsHook, [new PyList(pairs)]);
    else if (scanner.objectHook !== None) result = call(vm, scanner.objectHook, [dict]);
    return this.took(end, result);
  }
}

const newDef = native('make_scanner(cls, /, context)', (vm: VM, type: PyType, context: PyValue) => {
  const self = new Scanner(type);
  self.strict = isTrue(vm, getAttr(vm, context, 'strict'));
  self.objectHook = getAttr(vm, context, 'object_hook');
  self.objectPairsHook = getAttr(vm, context, 'object_pairs_hook');
  self.parseFloat = getAttr(vm, context, 'parse_float');
  self.parseInt = getAttr(vm, context, 'parse_int');
  self.parseConstant = getAttr(vm, context, 'parse_constant');
  return self;
});
const callDef = native('scan_once(self, /, string, idx)', (vm: VM, self: Scanner, string: PyValue, idx: PyValue) => {
  const start = asSsize(vm, idx);
  const source = sourceOf(string);
  if (start < 0) throw valueError('idx cannot be negative');
  if (start >= source.text.length) throw stopIteration(start);
  vm.charge(source.text.length >> 4);
  const reading = new Reading(vm, self, source);
  const value = reading.read(start);
  return newTuple([value, reading.end]);
});

export const scannerType: PyType = defineType('Scanner', {
  module: '_json',
  doc: 'JSON scanner object',
  slots: {
    tp_new: (vm, type, args, kwnames) => callNative(vm, newDef, type, args, kwnames, null),
    tp_call: (vm, self, args, kwnames) => callNative(vm, callDef, self, args, kwnames, null),
  },
  fields: {
    strict: { get: (_vm, self) => (self as Scanner).strict, doc: 'strict' },
    object_hook: { get: (_vm, self) => (self as Scanner).objectHook, doc: 'object_hook' },
    object_pairs_hook: { get: (_vm, self) => (self as Scanner).objectPairsHook },
    parse_float: { get: (_vm, self) => (self as Scanner).parseFloat, doc: 'parse_float' },
    parse_int: { get: (_vm, self) => (self as Scanner).parseInt, doc: 'parse_int' },
    parse_constant: { get: (_vm, self) => (self as Scanner).parseConstant, doc: 'parse_constant' },
  },
});
