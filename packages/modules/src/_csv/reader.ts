import { call, codePoints, concatenate, defineType, floatType, isStr, iterate, next, PyList, PyObject, strFromCodePoint, strFromPoints, TypeFlag, typeOf } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { csvError, csvState, QUOTE_NONE, QUOTE_NONNUMERIC } from './dialect.ts';
import type { Dialect } from './dialect.ts';

/* Reading (CPython 3.12: Modules/_csv.c, parse_process_char). */

type State = 'start record' | 'start field' | 'escaped' | 'in field' | 'in quoted' | 'escape in quoted' | 'quote in quoted' | 'eat line end' | 'after escaped line end';

const LF = 10, CR = 13, SPACE = 32;
/** What follows the last character of a line. */
const endOfLine = -2;

class Reader extends PyObject {
  readonly lines: PyValue;
  readonly dialect: Dialect;
  lineNumber = 0;
  state: State = 'start record';
  fields: PyValue[] = [];
  field: PyValue = '';
  length = 0;
  numeric = false;
  constructor(lines: PyValue, dialect: Dialect) {
    super(readerType);
    this.lines = lines;
    this.dialect = dialect;
  }
}

export function newReader(vm: VM, lines: PyValue, dialect: () => Dialect): PyValue {
  const source = iterate(vm, lines);
  return new Reader(source, dialect());
}

function nextRow(vm: VM, self: Reader): PyValue | undefined {
  self.fields = [];
  self.field = '';
  self.length = 0;
  self.numeric = false;
  self.state = 'start record' as State; // Changed by what follows.
  do {
    const line = next(vm, self.lines);
    if (line === undefined) {
      if (self.length === 0 && self.state !== 'in quoted') return undefined;
      if (self.dialect.strict) throw csvError('unexpected end of data');
      saveField(vm, self);
      break;
    }
    if (!isStr(line)) throw csvError(`iterator should return strings, not ${typeOf(line).tpName} (the file should be opened in text mode)`);
    self.lineNumber++;
    readLine(vm, self, line);
  } while (self.state !== 'start record');
  const { fields } = self;
  self.fields = [];
  return new PyList(fields);
}

function readLine(vm: VM, self: Reader, line: PyValue): void {
  const limit = csvState(vm).fieldLimit;
  const points = typeof line === 'string' ? null : codePoints(line);
  const length = points === null ? (line as string).length : points.length;
  for (let at = 0; at < length; ) {
    const run = ordinaryRun(self, line, points, at, length);
    if (run > at) {
      addText(self, points === null ? (line as string).slice(at, run) : strFromPoints(Array.prototype.slice.call(points, at, run)), run - at, limit);
      at = run;
    } else step(vm, self, points === null ? (line as string).charCodeAt(at++) : points[at++], limit);
  }
  step(vm, self, endOfLine, limit);
}

/** Where the characters end that just belong to the field; `from` where the state looks at each. */
function ordinaryRun(self: Reader, line: PyValue, points: ArrayLike<number> | null, from: number, length: number): number {
  const { dialect, state } = self;
  const quoted = state === 'in quoted';
  if (!quoted && state !== 'in field') return from;
  let at = from;
  for (; at < length; at++) {
    const code = points === null ? (line as string).charCodeAt(at) : points[at];
    if (code === dialect.escapechar) break;
    if (quoted ? code === dialect.quotechar : code === dialect.delimiter || code === LF || code === CR) break;
  }
  return at;
}

function addText(self: Reader, text: PyValue, length: number, limit: number): void {
  self.length += length;
  if (self.length > limit) throw csvError(`field larger than field limit (${limit})`);
  self.field = typeof self.field === 'string' && typeof text === 'string' ? self.field + text : concatenate(self.field, text);
}

const addCharacter = (self: Reader, code: number, limit: number): void => addText(self, strFromCodePoint(code), 1, limit);

function saveField(vm: VM, self: Reader): void {
  const { field } = self;
  self.field = '';
  self.length = 0;
  const { numeric } = self;
  self.numeric = false;
  self.fields.push(numeric ? call(vm, floatType, [field]) : field);
}

/** The field ends, and with a line end the record too. */
function endField(vm: VM, self: Reader, code: number): void {
  saveField(vm, self);
  self.state = code === endOfLine ? 'start record' : 'eat line end';
}

const isLineEnd = (code: number): boolean => code === LF || code === CR || code === endOfLine;

function step(vm: VM, self: Reader, code: number, limit: number): void {
  const { dialect } = self;
  const quotes = dialect.quoting !== QUOTE_NONE;
  switch (self.state) {
    case 'start record':
      if (code === endOfLine) return;
      if (isLineEnd(code)) {
        self.state = 'eat line end';
        return;
      }
      self.state = 'start field';
      return step(vm, self, code, limit);
    case 'start field':
      if (isLineEnd(code)) endField(vm, self, code);
      else if (code === dialect.quotechar && quotes) self.state = 'in quoted';
      else if (code === dialect.escapechar) self.state = 'escaped';
      else if (code === SPACE && dialect.skipinitialspace) return;
      else if (code === dialect.delimiter) saveField(vm, self);
      else {
        if (dialect.quoting === QUOTE_NONNUMERIC) self.numeric = true;
        addCharacter(self, code, limit);
        self.state = 'in field';
      }
      return;
    case 'escaped':
      addCharacter(self, code === endOfLine ? LF : code, limit);
      self.state = code === LF || code === CR ? 'after escaped line end' : 'in field';
      return;
    case 'after escaped line end':
      if (code === endOfLine) return;
      self.state = 'in field';
      return step(vm, self, code, limit);
    case 'in field':
      if (isLineEnd(code)) endField(vm, self, code);
      else if (code === dialect.escapechar) self.state = 'escaped';
      else if (code === dialect.delimiter) {
        saveField(vm, self);
        self.state = 'start field';
      } else addCharacter(self, code, limit);
      return;
    case 'in quoted':
      if (code === endOfLine) return;
      if (code === dialect.escapechar) self.state = 'escape in quoted';
      else if (code === dialect.quotechar && quotes) self.state = dialect.doublequote ? 'quote in quoted' : 'in field';
      else addCharacter(self, code, limit);
      return;
    case 'escape in quoted':
      addCharacter(self, code === endOfLine ? LF : code, limit);
      self.state = 'in quoted';
      return;
    case 'quote in quoted':
      if (quotes && code === dialect.quotechar) {
        addCharacter(self, code, limit);
        self.state = 'in quoted';
      } else if (code === dialect.delimiter) {
        saveField(vm, self);
        self.state = 'start field';
      } else if (isLineEnd(code)) endField(vm, self, code);
      else if (dialect.strict) throw csvError(`'${String.fromCodePoint(dialect.delimiter)}' expected after '${String.fromCodePoint(dialect.quotechar)}'`);
      else {
        addCharacter(self, code, limit);
        self.state = 'in field';
      }
      return;
    case 'eat line end':
      if (code === endOfLine) self.state = 'start record';
      else if (!isLineEnd(code)) throw csvError("new-line character seen in unquoted field - do you need to open the file with newline=''?");
  }
}

export const readerType: PyType = defineType('reader', {
  module: '_csv',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  doc: 'CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.\n',
  slots: {
    tp_iter: (_vm: VM, self: PyValue) => self,
    tp_iternext: (vm: VM, self: PyValue) => nextRow(vm, self as Reader), // The slot is the type's own.
  },
  fields: {
    dialect: { get: (_vm, self) => (self as Reader).dialect },
    line_num: { get: (_vm, self) => (self as Reader).lineNumber },
  },
});
