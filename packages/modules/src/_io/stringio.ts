import {
  PyDict, PyTuple, asIndex, asSsize, call, callNative, codePoints, defineType, hasIndex, instanceDict, isStr, jsText, native, newException, exceptionTypes, newTuple, None, strFromJS, strFromPoints,
  strRepr, typeError, typeOf, valueError, PyStr, strLength,
} from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { sizeArgument } from './common.ts';
import { PyIOBase, textIOBaseType } from './base.ts';
import { NewlineState } from './newlines.ts';

/* `StringIO`: a text file in memory (CPython 3.12: Modules/_io/stringio.c). */

export class PyStringIO extends PyIOBase {
  initialized: boolean;
  closed: boolean;
  /** Contents while every unit of JavaScript text is one character; else in `points`. Appending to it is cheap. */
  private text: string;
  private points: number[] | null;
  position: number;
  /** `newline`: null translates all line ends to `\n`; '' leaves them but knows all of them. */
  newline: string | null;
  state: NewlineState | null;

  constructor(cls: PyType) {
    super(cls);
    this.initialized = false;
    this.closed = false;
    this.text = '';
    this.points = null;
    this.position = 0;
    this.newline = '\n';
    this.state = null;
  }

  check(): void {
    if (!this.initialized) throw valueError('I/O operation on uninitialized object');
    if (this.closed) throw valueError('I/O operation on closed file');
  }

  get size(): number {
    return this.points === null ? this.text.length : this.points.length;
  }

  reset(newline: string | null): void {
    this.text = '';
    this.points = null;
    this.position = 0;
    this.newline = newline;
    this.state = newline === null || newline === '' ? new NewlineState(newline === null) : null;
    this.initialized = true;
    this.closed = false;
  }

  slice(start: number, end: number): PyValue {
    if (this.points === null) return this.text.slice(start, end);
    return strFromPoints(this.points.slice(start, end));
  }

  truncate(size: number): void {
    if (this.points === null) this.text = this.text.slice(0, size);
    else this.points.length = Math.min(this.points.length, size);
  }

  /** Writes at the position, after translating line ends. */
  write(value: PyValue): void {
    let given = value;
    if (this.state !== null) given = strFromJS(this.state.decode(jsText(value), true));
    if (this.newline !== null && this.newline !== '' && this.newline !== '\n') given = strFromJS(jsText(given).replaceAll('\n', this.newline));
    const length = strLength(given);
    if (length === 0) return;
    const gap = this.position - this.size;
    if (this.points === null && (typeof given === 'string' || plain(given))) {
      const text = jsText(given);
      if (gap >= 0) this.text += '\0'.repeat(gap) + text;
      else this.text = this.text.slice(0, this.position) + text + this.text.slice(this.position + length);
    } else {
      const points = (this.points ??= Array.from(this.text, (unit) => unit.charCodeAt(0)));
      while (points.length < this.position) points.push(0);
      const added = codePoints(given);
      for (let i = 0; i < added.length; i++) points[this.position + i] = added[i];
    }
    this.position += length;
  }

  /** A line of at most `limit` characters (-1: any number). */
  readLine(limit: number): PyValue {
    const { size } = this;
    if (this.position >= size) return '';
    let end = this.lineEnd(this.position, size);
    if (limit >= 0) end = Math.min(end, this.position + limit);
    const line = this.slice(this.position, end);
    this.position = end;
    return line;
  }

  private lineEnd(start: number, size: number): number {
    const at = (ch: string, from: number): number => (this.points === null ? this.text.indexOf(ch, from) : this.points.indexOf(ch.charCodeAt(0), from));
    if (this.newline === '') {
      const lf = at('\n', start);
      const cr = at('\r', start);
      if (cr >= 0 && (lf < 0 || cr < lf)) return lf === cr + 1 ? lf + 1 : cr + 1;
      return lf < 0 ? size : lf + 1;
    }
    const wanted = this.newline ?? '\n';
    for (let found = at(wanted[0], start); found >= 0; found = at(wanted[0], found + 1)) {
      if (wanted.length === 1 || at('\n', found + 1) === found + 1) return found + wanted.length;
    }
    return size;
  }
}

/** Has a str no character above U+FFFF? */
function plain(value: PyValue): boolean {
  return value instanceof PyStr && value.text !== null;
}

const newlines = new Set<string | null>([null, '', '\n', '\r', '\r\n']);

const initDef = native("StringIO(self, /, initial_value='', newline='\\n')", stringio_init);

function stringio_init(vm: VM, self: PyStringIO, initial: PyValue | undefined, newlineValue: PyValue | undefined): PyValue {
  let newline: string | null = '\n';
  if (newlineValue !== undefined) {
    if (newlineValue !== None && !isStr(newlineValue)) throw typeError(`newline must be str or None, not ${typeOf(newlineValue).tpName}`);
    newline = newlineValue === None ? null : jsText(newlineValue);
    if (!newlines.has(newline)) throw valueError(`illegal newline value: ${jsText(strRepr(newlineValue))}`);
  }
  if (initial !== undefined && initial !== None && !isStr(initial)) throw typeError(`initial_value must be str or None, not ${typeOf(initial).tpName}`);
  void vm;
  self.reset(newline);
  if (initial !== undefined && initial !== None) {
    self.write(initial);
    self.position = 0;
  }
  return None;
}

function stringio_write(vm: VM, self: PyStringIO, text: PyValue): PyValue {
  if (!isStr(text)) throw typeError(`string argument expected, got '${typeOf(text).tpName}'`);
  self.check();
  const length = strLength(text);
  vm.allocate(length);
  self.write(text);
  return length;
}

function stringio_read(vm: VM, self: PyStringIO, size: PyValue | undefined): PyValue {
  self.check();
  const count = sizeArgument(vm, size);
  const end = count < 0 ? self.size : Math.min(self.size, self.position + count);
  if (end <= self.position) return '';
  const result = self.slice(self.position, end);
  self.position = end;
  return result;
}

function stringio_seek(vm: VM, self: PyStringIO, position: PyValue, whence: PyValue | undefined): PyValue {
  self.check();
  const offset = asSsize(vm, position);
  const from = whence === undefined ? 0 : Number(asIndex(vm, whence));
  if (from !== 0 && from !== 1 && from !== 2) throw valueError(`Invalid whence (${from}, should be 0, 1 or 2)`);
  if (offset < 0 && from === 0) throw valueError(`Negative seek position ${offset}`);
  if (from !== 0 && offset !== 0) throw newException(exceptionTypes.OSError, "Can't do nonzero cur-relative seeks");
  self.position = from === 0 ? offset : from === 1 ? self.position : self.size;
  return self.position;
}

function stringio_truncate(vm: VM, self: PyStringIO, size: PyValue | undefined): PyValue {
  self.check();
  if (size !== undefined && size !== None && !hasIndex(size)) throw typeError(`argument should be integer or None, not '${typeOf(size).tpName}'`);
  const length = size === undefined || size === None ? self.position : asSsize(vm, size);
  if (length < 0) throw valueError(`Negative size value ${length}`);
  if (length < self.size) self.truncate(length);
  return length;
}

/** `__setstate__((value, newline, position, dict))` */
function stringio_setstate(vm: VM, self: PyStringIO, state: PyValue): PyValue {
  if (self.closed) throw valueError('I/O operation on closed file');
  if (!(state instanceof PyTuple) || state.items.length < 4) throw typeError(`${self.cls.tpName}.__setstate__ argument should be 4-tuple, got ${typeOf(state).tpName}`);
  const [value, newline, position, dict] = state.items;
  stringio_init(vm, self, '', newline);
  // What was stored has been translated already.
  const { newline: keep, state: translation } = self;
  self.newline = '\n';
  self.state = null;
  if (!isStr(value)) throw typeError(`initial_value must be str or None, not ${typeOf(value).tpName}`);
  self.write(value);
  self.newline = keep;
  self.state = translation;
  if (!hasIndex(position)) throw typeError(`third item of state must be an integer, got ${typeOf(position).tpName}`);
  const at = asSsize(vm, position);
  if (at < 0) throw valueError('position value cannot be negative');
  self.position = at;
  if (dict === None) return None;
  if (!(dict instanceof PyDict)) throw typeError(`fourth item of state should be a dict, got a ${typeOf(dict).tpName}`);
  call(vm, typeOf(dict).lookup('update') as PyValue, [instanceDict(vm, self) as PyDict, dict]);
  return None;
}

const yes = (_vm: VM, self: PyStringIO): PyValue => (self.check(), true);

export const stringIOType: PyType = defineType('StringIO', {
  module: '_io',
  basetype: true,
  bases: [textIOBaseType],
  textSignature: "(initial_value='', newline='\\n')",
  doc: "Text I/O implementation using an in-memory buffer.\n\nThe initial_value argument sets the value of object.  The newline\nargument is like the one of TextIOWrapper's constructor.",
  slots: {
    tp_new: (_vm, cls) => new PyStringIO(cls),
    tp_init: (vm: VM, self: PyValue, args: PyValue[], kwnames) => void callNative(vm, initDef, self, args, kwnames, null),
    tp_iter: (_vm: VM, self: PyStringIO) => (self.check(), self),
    tp_iternext(vm: VM, self: PyStringIO) {
      self.check();
      const line = self.cls === stringIOType ? self.readLine(-1) : call(vm, typeOf(self).lookup('readline') as PyValue, [self]);
      if (!isStr(line)) throw newException(exceptionTypes.OSError, strFromJS(`readline() should have returned a str object, not '${typeOf(line).tpName}'`));
      return strLength(line) === 0 ? undefined : line;
    },
  },
  methods: [
    native('close(self, /)', (_vm: VM, self: PyStringIO) => {
      self.closed = true;
      self.truncate(0);
      return None;
    }, 'Close the IO object.\n\nAttempting any further operation after the object is closed\nwill raise a ValueError.\n\nThis method has no effect if the file is already closed.'),
    native('getvalue(self, /)', (_vm: VM, self: PyStringIO) => (self.check(), self.slice(0, self.size)), 'Retrieve the entire contents of the object.'),
    native('read(self, size=-1, /)', stringio_read, 'Read at most size characters, returned as a string.\n\nIf the argument is negative or omitted, read until EOF\nis reached. Return an empty string at EOF.'),
    native('readline(self, size=-1, /)', (vm: VM, self: PyStringIO, size?: PyValue) => {
      self.check();
      return self.readLine(sizeArgument(vm, size));
    }, 'Read until newline or EOF.\n\nReturns an empty string if EOF is hit immediately.'),
    native('tell(self, /)', (_vm: VM, self: PyStringIO) => (self.check(), self.position), 'Tell the current file position.'),
    native('truncate(self, pos=None, /)', stringio_truncate, 'Truncate size to pos.\n\nThe pos argument defaults to the current file position, as\nreturned by tell().  The current file position is unchanged.\nReturns the new absolute position.'),
    native('seek(self, pos, whence=0, /)', stringio_seek, 'Change stream position.\n\nSeek to character offset pos relative to position indicated by whence:\n    0  Start of stream (the default).  pos should be >= 0;\n    1  Current position - pos must be 0;\n    2  End of stream - pos must be 0.\nReturns the new absolute position.'),
    native('write(self, s, /)', stringio_write, 'Write string to file.\n\nReturns the number of characters written, which is always equal to\nthe length of the string.'),
    native('seekable(self, /)', yes, 'Returns True if the IO object can be seeked.'),
    native('readable(self, /)', yes, 'Returns True if the IO object can be read.'),
    native('writable(self, /)', yes, 'Returns True if the IO object can be written.'),
    native('__getstate__(self, /)', (_vm: VM, self: PyStringIO) => {
      self.check();
      return newTuple([self.slice(0, self.size), self.newline === null ? None : self.newline, self.position, self.dict ? self.dict.copy() : None]);
    }).unsigned(),
    native('__setstate__(self, state, /)', stringio_setstate).unsigned(),
  ],
  getset: {
    closed: { get: (_vm: VM, self: PyStringIO) => (self.initialized ? self.closed : (self.check(), false)) },
    line_buffering: { get: (_vm: VM, self: PyStringIO) => (self.check(), false) },
    newlines: { get: (_vm: VM, self: PyStringIO) => (self.check(), self.state === null ? None : self.state.newlines) },
  },
});
