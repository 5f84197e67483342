import { codePoints, defineType, isStr, isTrue, lookupAttr, native, newException, None, exceptionTypes, PyDict, PyObject, strFromCodePoint, strFromJS, typeError, typeOf } from '@py/vm/native';
import type { PyBaseException, PyType, PyValue, VM } from '@py/vm/native';
import { keywordArguments } from '../arguments.ts';

/* How fields are written (CPython 3.12: Modules/_csv.c, dialect_new). */

export const QUOTE_MINIMAL = 0, QUOTE_ALL = 1, QUOTE_NONNUMERIC = 2, QUOTE_NONE = 3, QUOTE_STRINGS = 4, QUOTE_NOTNULL = 5;

export const errorType: PyType = defineType('Error', { module: '_csv', bases: [exceptionTypes.Exception], basetype: true, ownLayout: false, hasDict: true });
export const csvError = (message: string): PyBaseException => newException(errorType, strFromJS(message));

/** No character. */
export const notSet = -1;

export class Dialect extends PyObject {
  /** Code points, or {@link notSet}. */
  delimiter = 0x2c;
  quotechar: number = 0x22;
  escapechar: number = notSet;
  doublequote = true;
  skipinitialspace = false;
  strict = false;
  lineterminator: PyValue = '\r\n';
  quoting: number = QUOTE_MINIMAL;
  private readSpecial: SpecialCharacters | undefined;

  /** What a field cannot hold as it stands. Settings never change. */
  get special(): SpecialCharacters {
    if (this.readSpecial === undefined) {
      const codes = [this.delimiter, this.escapechar, this.quotechar, LF, CR, ...Array.from(codePoints(this.lineterminator))];
      const ascii = new Uint8Array(128);
      for (const code of codes) if (code >= 0 && code < 128) ascii[code] = 1;
      this.readSpecial = { ascii, others: codes.filter((code) => code >= 128) };
    }
    return this.readSpecial;
  }
}

const LF = 10, CR = 13;

interface SpecialCharacters {
  /** 1 for the special ones. */
  readonly ascii: Uint8Array;
  readonly others: readonly number[];
}

/** What the program can set and what all VMs keep for themselves. */
export interface CsvState {
  readonly dialects: PyDict;
  fieldLimit: number;
}
export const csvState = (vm: VM): CsvState => vm.state('_csv', () => ({ dialects: new PyDict(), fieldLimit: 128 * 1024 }));

export function dialectNamed(vm: VM, name: PyValue): PyValue {
  const found = csvState(vm).dialects.get(vm, name);
  if (found === undefined) throw csvError('unknown dialect');
  return found;
}

/** One character, as its code point. */
function character(name: string, value: PyValue | undefined, fallback: number, orNone: boolean): number {
  if (value === undefined) return fallback;
  if (orNone && value === None) return notSet;
  if (!isStr(value)) throw typeError(`"${name}" must be string${orNone ? ' or None' : ''}, not ${typeOf(value).tpName}`);
  const points = codePoints(value);
  if (points.length !== 1) throw typeError(`"${name}" must be a 1-character string`);
  return points[0];
}

const names = ['dialect', 'delimiter', 'doublequote', 'escapechar', 'lineterminator', 'quotechar', 'quoting', 'skipinitialspace', 'strict'] as const;

function dialect_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const given = keywordArguments(null, names, args, kwnames, 0);
  let base = given[0];
  if (base !== undefined && isStr(base)) base = dialectNamed(vm, base);
  if (base instanceof Dialect && type === dialectType && given.slice(1).every((value) => value === undefined)) return base;
  const setting = (index: number): PyValue | undefined => given[index] ?? (base === undefined ? undefined : lookupAttr(vm, base, names[index]));
  const [delimiter, doublequote, escapechar, lineterminator, quotechar, quoting, skipinitialspace, strict] = [1, 2, 3, 4, 5, 6, 7, 8].map(setting);
  const self = new Dialect(type);
  self.delimiter = character('delimiter', delimiter, 0x2c, false);
  self.doublequote = doublequote === undefined || isTrue(vm, doublequote);
  self.escapechar = character('escapechar', escapechar, notSet, true);
  if (lineterminator !== undefined && lineterminator !== None && !isStr(lineterminator)) throw typeError('"lineterminator" must be a string');
  self.lineterminator = lineterminator ?? '\r\n';
  self.quotechar = character('quotechar', quotechar, 0x22, true);
  if (quoting !== undefined && typeof quoting !== 'number') throw typeError('"quoting" must be an integer');
  self.quoting = quoting ?? QUOTE_MINIMAL;
  self.skipinitialspace = skipinitialspace !== undefined && isTrue(vm, skipinitialspace);
  self.strict = strict !== undefined && isTrue(vm, strict);
  if (self.quoting < QUOTE_MINIMAL || self.quoting > QUOTE_NOTNULL) throw typeError('bad "quoting" value');
  if (quotechar === None && quoting === undefined) self.quoting = QUOTE_NONE;
  if (self.quoting !== QUOTE_NONE && self.quotechar === notSet) throw typeError('quotechar must be set if quoting enabled');
  if (self.lineterminator === None) throw typeError('lineterminator must be set');
  return self;
}

function refusePickle(): PyValue {
  throw typeError("cannot pickle 'Dialect' instances");
}

const shown = (point: number): PyValue => (point === notSet ? None : strFromCodePoint(point));

export const dialectType: PyType = defineType('Dialect', {
  module: '_csv',
  basetype: true,
  doc: 'CSV dialect\n\nThe Dialect type records CSV parsing and generation options.\n',
  slots: { tp_new: dialect_new },
  methods: [
    native('__reduce__(self, /, *args)', refusePickle, 'raises an exception to avoid pickling').unsigned(),
    native('__reduce_ex__(self, /, *args)', refusePickle, 'raises an exception to avoid pickling').unsigned(),
  ],
  getset: {
    delimiter: { get: (_vm, self) => shown((self as Dialect).delimiter) },
    escapechar: { get: (_vm, self) => shown((self as Dialect).escapechar) },
    lineterminator: { get: (_vm, self) => (self as Dialect).lineterminator },
    quotechar: { get: (_vm, self) => shown((self as Dialect).quotechar) },
    quoting: { get: (_vm, self) => (self as Dialect).quoting },
  },
  fields: {
    skipinitialspace: { get: (_vm, self) => (self as Dialect).skipinitialspace },
    doublequote: { get: (_vm, self) => (self as Dialect).doublequote },
    strict: { get: (_vm, self) => (self as Dialect).strict },
  },
});

/** The dialect of a reader or writer: as given, with the keywords' changes. */
export function dialectOf(vm: VM, dialect: PyValue | undefined, args: readonly PyValue[], kwnames: readonly string[] | null): Dialect {
  const positional = dialect === undefined ? [] : [dialect];
  return dialect_new(vm, dialectType, [...positional, ...args], kwnames) as Dialect; // That is what it makes.
}
