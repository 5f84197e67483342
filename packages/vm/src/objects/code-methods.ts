import { CodeObject, LocalKind, co_lines, co_positions, opcodeTables } from '@py/code';
import type { CodeFields, Constant, Location } from '@py/code';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { native, nativeRaw } from '../core/native.ts';
import type { CompareOp } from '../core/slots.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { badArgument } from '../core/arguments.ts';
import { overflowError, typeError, valueError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { asIndex } from '../protocol/number.ts';
import { equals } from '../protocol/compare.ts';
import { hash } from '../protocol/hash.ts';
import { adaptiveCode } from '../interpreter/decode.ts';
import { PyBytes } from './bytes.ts';
import { PyCode, codeType } from './code.ts';
import { PyComplex } from './complex.ts';
import { lineIterator, positionsIterator } from './code-iterators.ts';
import { PyFloat } from './float.ts';
import { Ellipsis, None, NotImplemented } from './none.ts';
import { PySet } from './set.ts';
import { codePoints } from './str-points.ts';
import { PyTuple, newTuple } from './tuple.ts';

/** A value as a constant of a portable code object. Throws TypeError for what no code object can hold. */
export function valueConstant(value: PyValue): Constant {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'number':
    case 'bigint':
      return BigInt(value);
    case 'string':
      return value;
  }
  if (value === None) return null;
  if (value === Ellipsis) return { kind: 'ellipsis' };
  if (value instanceof PyCode) return value.code;
  if (value instanceof PyFloat) return value.value;
  if (value instanceof PyComplex) return { kind: 'complex', real: value.real, imag: value.imag };
  if (value instanceof PyBytes) return value.bytes.slice();
  if (value instanceof PyTuple) return value.items.map(valueConstant);
  if (value instanceof PySet) return { kind: 'frozenset', items: value.table.toArray().map(valueConstant) };
  if (isStr(value)) {
    const points = Array.from(codePoints(value));
    const ambiguous = points.some((point, index) => point >> 10 === 0x36 && points[index + 1] >> 10 === 0x37);
    return ambiguous ? { kind: 'str', codePoints: points } : jsText(value);
  }
  throw typeError(`code: constant of type '${typeOf(value).tpName}' cannot be held by a portable code object`);
}

const names = (list: readonly string[]): PyValue => newTuple(list.map(strFromJS));

/** The fields of the constructor and of `replace`, in the constructor's order. */
const parameters = [
  'co_argcount', 'co_posonlyargcount', 'co_kwonlyargcount', 'co_nlocals', 'co_stacksize', 'co_flags', 'co_code', 'co_consts', 'co_names', 'co_varnames',
  'co_filename', 'co_name', 'co_qualname', 'co_firstlineno', 'co_linetable', 'co_exceptiontable', 'co_freevars', 'co_cellvars',
] as const;
type Parameter = (typeof parameters)[number];

type Given = Partial<Record<Parameter, PyValue>>;

function int(vm: VM, value: PyValue): number {
  const number = asIndex(vm, value);
  if (typeof number === 'bigint' || number > 0x7fffffff || number < -0x80000000) throw overflowError('Python int too large to convert to C int');
  return number;
}

function text(name: string, value: PyValue): string {
  if (!isStr(value)) throw badArgument('code', `argument '${name}'`, 'str', value);
  return jsText(value);
}

function bytes(name: string, value: PyValue): Uint8Array {
  if (!(value instanceof PyBytes)) throw typeError(`code() argument '${name}' must be bytes, not ${typeOf(value).tpName}`);
  return value.bytes;
}

function nameList(what: string, value: PyValue): string[] {
  if (!(value instanceof PyTuple)) throw typeError(`code() argument '${what}' must be tuple, not ${typeOf(value).tpName}`);
  return value.items.map((item) => {
    if (!isStr(item)) throw typeError(`name tuples must contain only strings, not '${typeOf(item).tpName}'`);
    return jsText(item);
  });
}

/** Makes a code object from some fields and, for the others, from another one. CPython 3.12: Objects/codeobject.c, code_new_impl, code_replace_impl. */
function build(vm: VM, given: Given, from: PyCode | null): PyCode {
  const old = from?.code;
  const number = (name: Parameter, fallback: number | undefined): number => (given[name] === undefined ? (fallback as number) : int(vm, given[name]));
  const argcount = number('co_argcount', old?.co_argcount);
  const posonly = number('co_posonlyargcount', old?.co_posonlyargcount);
  const kwonly = number('co_kwonlyargcount', old?.co_kwonlyargcount);
  const stacksize = number('co_stacksize', old?.co_stacksize);
  const flags = number('co_flags', old?.co_flags);
  const firstlineno = number('co_firstlineno', old?.co_firstlineno);
  for (const [name, value] of [['argcount', argcount], ['posonlyargcount', posonly], ['kwonlyargcount', kwonly], ['nlocals', number('co_nlocals', old?.co_nlocals)], ['stacksize', stacksize], ['flags', flags]] as const) {
    if (value < 0) throw valueError(`code: ${name} must not be negative`);
  }
  const varnames = given.co_varnames === undefined ? (old?.co_varnames as readonly string[]) : nameList('co_varnames', given.co_varnames);
  const cellvars = given.co_cellvars === undefined ? (old?.co_cellvars as readonly string[]) : nameList('co_cellvars', given.co_cellvars);
  const freevars = given.co_freevars === undefined ? (old?.co_freevars as readonly string[]) : nameList('co_freevars', given.co_freevars);
  const nlocals = given.co_nlocals === undefined ? (old === undefined ? varnames.length : given.co_varnames === undefined ? old.co_nlocals : varnames.length) : int(vm, given.co_nlocals);
  if (nlocals !== varnames.length) throw valueError(`code: co_nlocals != len(co_varnames)`);
  const code = given.co_code === undefined ? (old?.co_code as Uint8Array) : bytes('co_code', given.co_code);
  if (code.length % 2 !== 0) throw valueError('code: co_code is malformed');
  if (posonly > argcount || argcount + kwonly > varnames.length) throw valueError('code: varnames is too small');
  if (given.co_consts !== undefined && !(given.co_consts instanceof PyTuple)) throw typeError(`code() argument 'co_consts' must be tuple, not ${typeOf(given.co_consts).tpName}`);
  const layout = old !== undefined && given.co_varnames === undefined && given.co_cellvars === undefined && given.co_freevars === undefined ? old : layOut(varnames, cellvars, freevars);
  const fields: CodeFields = {
    co_argcount: argcount,
    co_posonlyargcount: posonly,
    co_kwonlyargcount: kwonly,
    co_stacksize: stacksize,
    co_flags: flags,
    co_code: plainCode(code),
    co_consts: given.co_consts === undefined ? (old as CodeObject).co_consts : (given.co_consts as PyTuple).items.map(constantOrNull),
    co_names: given.co_names === undefined ? (old as CodeObject).co_names : nameList('co_names', given.co_names),
    co_localsplusnames: layout.co_localsplusnames,
    co_localspluskinds: layout.co_localspluskinds,
    co_filename: given.co_filename === undefined ? (old as CodeObject).co_filename : text('co_filename', given.co_filename),
    co_name: given.co_name === undefined ? (old as CodeObject).co_name : text('co_name', given.co_name),
    co_qualname: given.co_qualname === undefined ? (old as CodeObject).co_qualname : text('co_qualname', given.co_qualname),
    co_firstlineno: firstlineno,
    co_linetable: given.co_linetable === undefined ? (old as CodeObject).co_linetable : bytes('co_linetable', given.co_linetable),
    co_exceptiontable: given.co_exceptiontable === undefined ? (old as CodeObject).co_exceptiontable : bytes('co_exceptiontable', given.co_exceptiontable),
  };
  const result = new PyCode(new CodeObject(fields));
  // The constants stay the very objects that were given: they may be of types that no portable code object can hold.
  if (given.co_consts !== undefined) result.adoptConstants((given.co_consts as PyTuple).items.slice());
  else if (from !== null) result.adoptConstants(from.constants(vm).slice());
  return result;
}

function constantOrNull(value: PyValue): Constant {
  try {
    return valueConstant(value);
  } catch {
    return null;
  }
}

/** Instructions as compiled: specialised forms replaced by their family, caches zeroed. */
function plainCode(code: Uint8Array): Uint8Array {
  const table = opcodeTables['3.12'];
  const plain = code.slice();
  for (let at = 0; at < plain.length; ) {
    const opcode = table.baseOpcode[plain[at]];
    plain[at] = opcode;
    at += 2;
    for (let words = table.cacheWords[opcode]; words > 0 && at < plain.length; words--, at += 2) plain.fill(0, at, at + 2);
  }
  return plain;
}

/** `co_localsplusnames` from the three lists of names; a parameter that is also a cell is one entry. */
function layOut(varnames: readonly string[], cellvars: readonly string[], freevars: readonly string[]): Pick<CodeFields, 'co_localsplusnames' | 'co_localspluskinds'> {
  const all = [...varnames];
  const kinds = varnames.map((name) => LocalKind.LOCAL | (cellvars.includes(name) ? LocalKind.CELL : 0)) as number[];
  for (const name of cellvars) {
    if (varnames.includes(name)) continue;
    all.push(name);
    kinds.push(LocalKind.CELL);
  }
  for (const name of freevars) {
    all.push(name);
    kinds.push(LocalKind.FREE);
  }
  return { co_localsplusnames: all, co_localspluskinds: Uint8Array.from(kinds) };
}

function code_new(vm: VM, _type: unknown, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  if (kwnames !== null && kwnames.length > 0) throw typeError('code() takes no keyword arguments');
  if (args.length < 16) throw typeError(`code expected at least 16 arguments, got ${args.length}`);
  if (args.length > 18) throw typeError(`code expected at most 18 arguments, got ${args.length}`);
  const given: Given = { co_freevars: newTuple([]), co_cellvars: newTuple([]) };
  for (const [index, value] of args.entries()) given[parameters[index]] = value;
  return build(vm, given, null);
}

function code_replace(vm: VM, self: PyValue | null, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const list = kwnames ?? [];
  if (args.length > list.length) throw typeError('replace() takes no positional arguments');
  const given: Given = {};
  for (const [index, name] of list.entries()) {
    if (!parameters.includes(name as Parameter)) throw typeError(`'${name}' is an invalid keyword argument for replace()`);
    given[name as Parameter] = args[index];
  }
  return build(vm, given, self as PyCode);
}

function code_repr(vm: VM, self: PyCode): PyValue {
  const { code } = self;
  return strFromJS(`<code object ${code.co_name} at 0x${vm.idOf(self).toString(16)}, file "${code.co_filename}", line ${code.co_firstlineno}>`);
}

/** Code objects are equal when their contents are, names and positions included (CPython: code_richcompare). */
function code_richcompare(vm: VM, self: PyCode, other: PyValue, op: CompareOp): PyValue {
  if ((op !== Py_EQ && op !== Py_NE) || !(other instanceof PyCode)) return NotImplemented;
  return sameCode(vm, self, other) === (op === Py_EQ);
}

const sameList = (a: ArrayLike<string | number>, b: ArrayLike<string | number>): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

function sameCode(vm: VM, a: PyCode, b: PyCode): boolean {
  if (a === b) return true;
  const x = a.code;
  const y = b.code;
  if (x.co_name !== y.co_name || x.co_argcount !== y.co_argcount || x.co_posonlyargcount !== y.co_posonlyargcount || x.co_kwonlyargcount !== y.co_kwonlyargcount) return false;
  if (x.co_flags !== y.co_flags || x.co_firstlineno !== y.co_firstlineno) return false;
  if (!sameList(x.co_code, y.co_code) || !sameList(x.co_names, y.co_names) || !sameList(x.co_localsplusnames, y.co_localsplusnames)) return false;
  if (!sameList(x.co_linetable, y.co_linetable) || !sameList(x.co_exceptiontable, y.co_exceptiontable)) return false;
  const left = a.constants(vm);
  const right = b.constants(vm);
  return left.length === right.length && left.every((item, index) => sameConstant(vm, item, right[index]));
}

/** Equal and of the same type, so that `1`, `1.0` and `True` stay apart (CPython: _PyCode_ConstantKey). */
function sameConstant(vm: VM, a: PyValue, b: PyValue): boolean {
  if (typeOf(a) !== typeOf(b)) return false;
  if (a instanceof PyTuple && b instanceof PyTuple) return a.items.length === b.items.length && a.items.every((item, index) => sameConstant(vm, item, b.items[index]));
  if (a instanceof PyFloat && b instanceof PyFloat) return Object.is(a.value, b.value);
  if (a instanceof PyComplex && b instanceof PyComplex) return Object.is(a.real, b.real) && Object.is(a.imag, b.imag);
  return equals(vm, a, b);
}

function code_hash(vm: VM, self: PyCode): PyValue {
  const { code } = self;
  return hash(vm, newTuple([self.name, code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags, code.co_firstlineno, new PyBytes(code.co_code), names(code.co_names)]));
}

function position(location: Location): PyValue {
  const value = (number: number | null): PyValue => number ?? None;
  return newTuple([value(location.lineno), value(location.end_lineno), value(location.col_offset), value(location.end_col_offset)]);
}

function code_varname(vm: VM, self: PyCode, index: PyValue): PyValue {
  const all = self.code.co_localsplusnames;
  const at = Number(asIndex(vm, index));
  if (at < 0 || at >= all.length) throw valueError('oparg out of range');
  return strFromJS(all[at]);
}

type Getter = { get(vm: VM, self: PyCode): PyValue };
const field = (get: (self: PyCode, vm: VM) => PyValue): Getter => ({ get: (vm, self) => get(self, vm) });

fillType(codeType, {
  untracked: true,
  doc: 'Create a code object.  Not for the faint of heart.',
  textSignature:
    '(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize,\n     flags, codestring, constants, names, varnames, filename, name,\n     qualname, firstlineno, linetable, exceptiontable, freevars=(),\n     cellvars=(), /)',
  slots: { tp_new: code_new, tp_repr: code_repr, tp_richcompare: code_richcompare, tp_hash: code_hash },
  methods: [
    native('__sizeof__(self, /)', (_vm: VM, self: PyCode) => 192 + self.code.co_code.length).unsigned(),
    native('co_lines(self, /)', (vm: VM, self: PyCode) => lineIterator([...co_lines(self.code)].map(([start, end, line]) => newTuple([start, end, line ?? None])))).unsigned(),
    native('co_positions(self, /)', (vm: VM, self: PyCode) => positionsIterator([...co_positions(self.code)].map(position))).unsigned(),
    nativeRaw('replace(self, /, **changes)', code_replace, 'Return a copy of the code object with new values for the specified fields.'),
    native('_varname_from_oparg(self, /, oparg)', code_varname, '(internal-only) Return the local variable name for the given oparg.\n\nWARNING: this method is for internal use only and may change or go away.'),
  ],
  getset: {
    co_lnotab: {
      get(vm: VM, self: PyCode) {
        vm.warn('DeprecationWarning', 'co_lnotab is deprecated, use co_lines instead.', 1);
        return new PyBytes(lnotab(self.code));
      },
    },
    _co_code_adaptive: {
      get(vm: VM, self: PyCode): PyValue {
        self.prepare(vm);
        return new PyBytes(adaptiveCode(self.code, self.fast));
      },
    },
    co_varnames: field((self) => names(self.code.co_varnames)),
    co_cellvars: field((self) => names(self.code.co_cellvars)),
    co_freevars: field((self) => names(self.code.co_freevars)),
    co_code: field((self) => new PyBytes(self.code.co_code)),
  },
  fields: {
    co_argcount: field((self) => self.code.co_argcount),
    co_posonlyargcount: field((self) => self.code.co_posonlyargcount),
    co_kwonlyargcount: field((self) => self.code.co_kwonlyargcount),
    co_stacksize: field((self) => self.code.co_stacksize),
    co_flags: field((self) => self.code.co_flags),
    co_names: field((self) => names(self.code.co_names)),
    co_filename: field((self) => strFromJS(self.code.co_filename)),
    co_name: field((self) => self.name),
    co_qualname: field((self) => self.qualname),
    co_firstlineno: field((self) => self.code.co_firstlineno),
    co_linetable: field((self) => new PyBytes(self.code.co_linetable)),
    co_exceptiontable: field((self) => new PyBytes(self.code.co_exceptiontable)),
    co_nlocals: field((self) => self.code.co_nlocals),
    co_consts: field((self, vm) => self.constantsTuple(vm)),
  },
  hasWeakref: true,
});

/** The old line table: pairs of byte and line increments (CPython: decode_linetable). */
function lnotab(code: CodeObject): Uint8Array {
  const table: number[] = [];
  let line = code.co_firstlineno;
  let offset = 0;
  for (const [start, , lineno] of co_lines(code)) {
    if (lineno === null || lineno === line) continue;
    let bytes = start - offset;
    let lines = lineno - line;
    for (; bytes > 255; bytes -= 255) table.push(255, 0);
    while (lines < -128 || lines > 127) {
      const step = lines < 0 ? -128 : 127;
      table.push(bytes, step & 0xff);
      bytes = 0;
      lines -= step;
    }
    table.push(bytes, lines & 0xff);
    offset = start;
    line = lineno;
  }
  return Uint8Array.from(table);
}
