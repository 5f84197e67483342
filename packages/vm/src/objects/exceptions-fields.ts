import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { PyType } from '../core/type.ts';
import { typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { argumentType } from '../core/arguments.ts';
import { attributeError, typeError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { PyBaseException } from './exceptions.ts';
import * as types from './exception-types.ts';
import { exceptionField, exceptionFields, exception_init, exception_new, exception_str, takeKeywords } from './exceptions-base.ts';
import { None } from './none.ts';
import { PyDict } from './dict.ts';
import { newTuple } from './tuple.ts';
import { PyBytes } from './bytes.ts';
import { PyByteArray } from './bytearray.ts';
import { asIndexClamped, isInt, intValue } from '../protocol/number.ts';
import { repr, str, strText, reprText } from '../protocol/repr.ts';
import { toArray } from '../protocol/iterate.ts';
import { errnoClass } from './errno-classes.ts';
import { codePoints } from './str-points.ts';

/* Exception classes with attributes of their own (CPython 3.12: Objects/exceptions.c). */

/** Attributes whose docstrings say no more than their names. */
function described(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `exception ${name.replace(/^end_/, 'end ')}`]));
}

type Init = (vm: VM, self: PyBaseException, args: PyValue[], kwnames: readonly string[] | null) => void;

fillType(types.StopIteration, {
  basetype: true,
  doc: 'Signal the end from iterator.__next__().',
  slots: {
    tp_init: ((vm, self, args, kwnames) => {
      exception_init(vm, self, args, kwnames);
      self.fields = { value: args.length > 0 ? args[0] : None };
    }) as Init,
  },
  fields: { value: exceptionField('value', 'generator return value') },
});

fillType(types.SystemExit, {
  basetype: true,
  doc: 'Request to exit from the interpreter.',
  slots: {
    tp_init: ((vm, self, args, kwnames) => {
      exception_init(vm, self, args, kwnames);
      self.fields = { code: args.length === 0 ? None : args.length === 1 ? args[0] : newTuple(args) };
    }) as Init,
  },
  fields: { code: exceptionField('code', 'exception code') },
});

fillType(types.KeyError, {
  basetype: true,
  doc: 'Mapping key not found.',
  ownLayout: false,
  slots: {
    tp_init: exception_init,
    // The message of a KeyError is the key's repr, so that `''` can be told from nothing.
    tp_str: (vm: VM, self: PyBaseException) => (self.args.length === 1 ? repr(vm, self.args[0]) : exception_str(vm, self)),
  },
});

/** Keyword-only attributes beside the arguments. */
function keywordInit(type: PyType, names: readonly string[]): Init {
  return (_vm, self, args, kwnames) => {
    const { positional, keywords } = takeKeywords(type, names, args, kwnames);
    self.args = positional;
    self.fields = keywords;
  };
}

const nameInit = keywordInit(types.NameError, ['name']);

fillType(types.NameError, {
  basetype: true,
  doc: 'Name not found globally.',
  slots: { tp_init: nameInit, tp_str: exception_str },
  fields: { name: exceptionField('name', 'name') },
});
fillType(types.UnboundLocalError, { basetype: true, ownLayout: false, doc: 'Local name referenced but not bound to a value.', slots: { tp_init: nameInit } });

fillType(types.AttributeError, {
  basetype: true,
  doc: 'Attribute not found.',
  slots: { tp_init: keywordInit(types.AttributeError, ['name', 'obj']), tp_str: exception_str },
  methods: [
    native('__getstate__(self, /)', (_vm: VM, self: PyBaseException) => {
      const state = self.dict ? self.dict.copy() : new PyDict();
      const name = self.fields?.name;
      if (name !== undefined) state.setStr('name', name);
      state.setStr('args', newTuple(self.args));
      return state;
    }).unsigned(),
    native('__reduce__(self, /)', (_vm: VM, self: PyBaseException) => {
      const state = self.dict ? self.dict.copy() : new PyDict();
      const name = self.fields?.name;
      if (name !== undefined) state.setStr('name', name);
      state.setStr('args', newTuple(self.args));
      return newTuple([self.cls, newTuple(self.args), state]);
    }).unsigned(),
  ],
  fields: exceptionFields({ name: 'attribute name', obj: 'object' }),
});

function import_init(_vm: VM, self: PyBaseException, args: PyValue[], kwnames: readonly string[] | null): void {
  const { positional, keywords } = takeKeywords(types.ImportError, ['name', 'path', 'name_from'], args, kwnames);
  self.args = positional;
  self.fields = { ...keywords, msg: positional.length === 1 ? positional[0] : None };
}

fillType(types.ImportError, {
  basetype: true,
  doc: "Import can't find module, or can't find name in module.",
  slots: {
    tp_init: import_init,
    tp_str(vm: VM, self: PyBaseException) {
      const msg = self.fields?.msg;
      return msg !== undefined && msg !== None && isStr(msg) ? msg : exception_str(vm, self);
    },
  },
  methods: [
    native('__reduce__(self, /)', (_vm: VM, self: PyBaseException) => {
      const args = newTuple(self.args);
      const state = self.dict ? self.dict.copy() : new PyDict();
      for (const name of ['name', 'path', 'name_from']) {
        const value = self.fields?.[name];
        if (value !== undefined && value !== None) state.setStr(name, value);
      }
      return state.size === 0 ? newTuple([self.cls, args]) : newTuple([self.cls, args, state]);
    }).unsigned(),
  ],
  fields: exceptionFields({ msg: 'exception message', name: 'module name', path: 'module path', name_from: 'name imported from module' }),
});
fillType(types.ModuleNotFoundError, { basetype: true, ownLayout: false, doc: 'Module not found.', slots: { tp_init: import_init } });

// OSError: the arguments of 2 to 5 are (errno, strerror, filename, winerror, filename2), and errno picks the subclass.

function setOSError(self: PyBaseException, args: PyValue[]): void {
  self.args = args;
  self.fields = {};
  if (args.length < 2 || args.length > 5) return;
  self.fields.errno = args[0];
  self.fields.strerror = args[1];
  if (args.length >= 3 && args[2] !== None) {
    if (self.cls === types.BlockingIOError && isInt(args[2])) {
      self.fields.characters_written = intValue(args[2]);
    } else {
      self.fields.filename = args[2];
      if (args.length === 5 && args[4] !== None) self.fields.filename2 = args[4];
      self.args = args.slice(0, 2);
    }
  }
}

/** A class that has its own `__init__` but not `__new__` gets its fields in `__init__` (CPython: oserror_use_init). */
function usesInit(type: PyType): boolean {
  return type.tp_init !== oserror_init && type.tp_new === oserror_new;
}

function oserror_new(_vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  if (usesInit(type)) {
    const made = new PyBaseException(type, []);
    made.fields = {};
    return made;
  }
  if (kwnames !== null && kwnames.length > 0) throw typeError(`${type.tpName}() takes no keyword arguments`);
  let cls = type;
  if (type === types.OSError && args.length >= 2 && args.length <= 5 && isInt(args[0])) cls = errnoClass(Number(intValue(args[0]))) ?? type;
  const self = new PyBaseException(cls, args);
  setOSError(self, args);
  return self;
}

function oserror_init(_vm: VM, self: PyBaseException, args: PyValue[], kwnames: readonly string[] | null): void {
  if (!usesInit(self.cls)) return;
  if (kwnames !== null && kwnames.length > 0) throw typeError(`${self.cls.tpName}() takes no keyword arguments`);
  setOSError(self, args);
}

function oserror_str(vm: VM, self: PyBaseException): PyValue {
  const { errno, strerror, filename, filename2 } = self.fields ?? {};
  const text = (value: PyValue | undefined): string => (value === undefined ? 'None' : strText(vm, value));
  if (filename !== undefined) {
    const second = filename2 === undefined ? '' : ` -> ${reprText(vm, filename2)}`;
    return strFromJS(`[Errno ${text(errno)}] ${text(strerror)}: ${reprText(vm, filename)}${second}`);
  }
  if (errno !== undefined && strerror !== undefined) return strFromJS(`[Errno ${text(errno)}] ${text(strerror)}`);
  return exception_str(vm, self);
}

fillType(types.OSError, {
  basetype: true,
  doc: 'Base class for I/O related errors.',
  slots: { tp_new: oserror_new, tp_init: oserror_init, tp_str: oserror_str },
  methods: [
    native('__reduce__(self, /)', (_vm: VM, self: PyBaseException) => {
      let args = self.args;
      const { filename, filename2 } = self.fields ?? {};
      if (args.length === 2 && filename !== undefined) args = filename2 === undefined ? [...args, filename] : [...args, filename, None, filename2];
      return self.dict ? newTuple([self.cls, newTuple(args), self.dict]) : newTuple([self.cls, newTuple(args)]);
    }).unsigned(),
  ],
  fields: exceptionFields({ errno: 'POSIX exception code', strerror: 'exception strerror', filename: 'exception filename', filename2: 'second exception filename' }),
  getset: {
    characters_written: {
      get(_vm: VM, self: PyBaseException) {
        const value = self.fields?.characters_written;
        if (value === undefined) throw attributeError('characters_written');
        return value;
      },
      set(vm: VM, self: PyBaseException, value: PyValue | undefined) {
        if (value === undefined) {
          if (self.fields?.characters_written === undefined) throw attributeError('characters_written');
          delete self.fields.characters_written;
        } else (self.fields ??= {}).characters_written = asIndexClamped(vm, value);
      },
    },
  },
});

const osErrors: readonly (readonly [PyType, string])[] = [
  [types.BlockingIOError, 'I/O operation would block.'],
  [types.ChildProcessError, 'Child process error.'],
  [types.ConnectionError, 'Connection error.'],
  [types.BrokenPipeError, 'Broken pipe.'],
  [types.ConnectionAbortedError, 'Connection aborted.'],
  [types.ConnectionRefusedError, 'Connection refused.'],
  [types.ConnectionResetError, 'Connection reset.'],
  [types.FileExistsError, 'File already exists.'],
  [types.FileNotFoundError, 'File not found.'],
  [types.InterruptedError, 'Interrupted by signal.'],
  [types.IsADirectoryError, "Operation doesn't work on directories."],
  [types.NotADirectoryError, 'Operation only works on directories.'],
  [types.PermissionError, 'Not enough permissions.'],
  [types.ProcessLookupError, 'Process not found.'],
  [types.TimeoutError, 'Timeout expired.'],
];
for (const [type, doc] of osErrors) fillType(type, { basetype: true, ownLayout: false, doc, slots: { tp_init: oserror_init } });

// SyntaxError: ('message', (filename, lineno, offset, text, end_lineno, end_offset)).

const syntaxFields = ['filename', 'lineno', 'offset', 'text', 'end_lineno', 'end_offset'] as const;

function syntaxerror_init(vm: VM, self: PyBaseException, args: PyValue[], kwnames: readonly string[] | null): void {
  exception_init(vm, self, args, kwnames);
  self.fields = { msg: args.length > 0 ? args[0] : None, print_file_and_line: None };
  if (args.length !== 2) return;
  const details = toArray(vm, args[1]);
  if (details.length < 4) throw typeError(`function takes at least 4 arguments (${details.length} given)`);
  if (details.length > 6) throw typeError(`function takes at most 6 arguments (${details.length} given)`);
  for (const [i, value] of details.entries()) self.fields[syntaxFields[i]] = value;
  if (details.length === 5) throw typeError('end_offset must be provided when end_lineno is provided');
}

function syntaxerror_str(vm: VM, self: PyBaseException): PyValue {
  const { filename, lineno, msg } = self.fields ?? {};
  const message = msg === undefined ? 'None' : strText(vm, msg);
  const file = filename !== undefined && isStr(filename) ? jsText(filename).split('/').pop() : undefined;
  const line = lineno !== undefined && typeof lineno !== 'boolean' && isInt(lineno) ? `line ${String(intValue(lineno))}` : undefined;
  if (file !== undefined && line !== undefined) return strFromJS(`${message} (${file}, ${line})`);
  if (file !== undefined) return strFromJS(`${message} (${file})`);
  if (line !== undefined) return strFromJS(`${message} (${line})`);
  return str(vm, strFromJS(message));
}

fillType(types.SyntaxError, {
  basetype: true,
  doc: 'Invalid syntax.',
  slots: { tp_init: syntaxerror_init, tp_str: syntaxerror_str },
  fields: exceptionFields(described('msg', ...syntaxFields, 'print_file_and_line')),
});
fillType(types.IndentationError, { basetype: true, ownLayout: false, doc: 'Improper indentation.', slots: { tp_init: syntaxerror_init } });
fillType(types.TabError, { basetype: true, ownLayout: false, doc: 'Improper mixture of spaces and tabs.', slots: { tp_init: syntaxerror_init } });

// UnicodeError's subclasses: (encoding, object, start, end, reason).

function unicodeInit(names: readonly string[], check: (vm: VM, args: PyValue[]) => void): Init {
  return (vm, self, args, kwnames) => {
    exception_init(vm, self, args, kwnames);
    if (args.length !== names.length) throw typeError(`function takes exactly ${names.length} arguments (${args.length} given)`);
    const values = args.slice(); // The fields may be of other types than `args`.
    check(vm, values);
    self.fields = Object.fromEntries(names.map((name, i) => [name, values[i]]));
  };
}

function mustBe(position: number, value: PyValue, ok: boolean, what: string): void {
  if (!ok) throw typeError(`argument ${position} must be ${what}, not ${argumentType(value)}`);
}

/** `'utf-8' codec can't decode byte 0xff in position 0: invalid start byte` */
function unicodeText(vm: VM, self: PyBaseException, verb: string, unit: (index: number) => string | null): PyValue {
  const fields = self.fields;
  if (fields === null || fields.object === undefined) return '';
  const start = Number(intValue(fields.start as number));
  const end = Number(intValue(fields.end as number));
  const reason = strText(vm, fields.reason as PyValue);
  const codec = fields.encoding === undefined ? '' : `'${strText(vm, fields.encoding)}' codec `;
  const single = end === start + 1 ? unit(start) : null;
  const what = verb.split('|');
  if (single !== null) return strFromJS(`${codec}can't ${what[0]} ${what[1]} ${single} in position ${start}: ${reason}`);
  return strFromJS(`${codec}can't ${what[0]} ${what[2]} in position ${start}-${end - 1}: ${reason}`);
}

function escapedCharacter(value: PyValue, index: number): string | null {
  const points = codePoints(value);
  if (index < 0 || index >= points.length) return null;
  const code = points[index];
  if (code <= 0xff) return `'\\x${code.toString(16).padStart(2, '0')}'`;
  return code <= 0xffff ? `'\\u${code.toString(16).padStart(4, '0')}'` : `'\\U${code.toString(16).padStart(8, '0')}'`;
}

fillType(types.UnicodeEncodeError, {
  basetype: true,
  doc: 'Unicode encoding error.',
  slots: {
    tp_new: exception_new,
    tp_init: unicodeInit(['encoding', 'object', 'start', 'end', 'reason'], (_vm, args) => {
      mustBe(1, args[0], isStr(args[0]), 'str');
      mustBe(2, args[1], isStr(args[1]), 'str');
      mustBe(5, args[4], isStr(args[4]), 'str');
    }),
    tp_str: (vm: VM, self: PyBaseException) => unicodeText(vm, self, 'encode|character|characters', (i) => escapedCharacter(self.fields?.object as PyValue, i)),
  },
  fields: exceptionFields(described('encoding', 'object', 'start', 'end', 'reason')),
});
fillType(types.UnicodeDecodeError, {
  basetype: true,
  doc: 'Unicode decoding error.',
  slots: {
    tp_new: exception_new,
    tp_init: unicodeInit(['encoding', 'object', 'start', 'end', 'reason'], (_vm, args) => {
      mustBe(1, args[0], isStr(args[0]), 'str');
      if (args[1] instanceof PyByteArray) args[1] = new PyBytes(args[1].bytes.slice());
      if (!(args[1] instanceof PyBytes)) throw typeError(`a bytes-like object is required, not '${typeOf(args[1]).tpName}'`);
      mustBe(5, args[4], isStr(args[4]), 'str');
    }),
    tp_str: (vm: VM, self: PyBaseException) =>
      unicodeText(vm, self, 'decode|byte|bytes', (i) => {
        const byte = (self.fields?.object as PyBytes).bytes[i];
        return byte === undefined ? null : `0x${byte.toString(16).padStart(2, '0')}`;
      }),
  },
  fields: exceptionFields(described('encoding', 'object', 'start', 'end', 'reason')),
});
fillType(types.UnicodeTranslateError, {
  basetype: true,
  doc: 'Unicode translation error.',
  slots: {
    tp_new: exception_new,
    tp_init: unicodeInit(['object', 'start', 'end', 'reason'], (_vm, args) => {
      mustBe(1, args[0], isStr(args[0]), 'str');
      mustBe(4, args[3], isStr(args[3]), 'str');
    }),
    tp_str: (vm: VM, self: PyBaseException) => unicodeText(vm, self, 'translate|character|characters', (i) => escapedCharacter(self.fields?.object as PyValue, i)),
  },
  fields: exceptionFields(described('encoding', 'object', 'start', 'end', 'reason')),
});
