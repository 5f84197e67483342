import { call, codePoints, defineType, exceptionTypes, isCallable, isStr, iterate, lookupAttr, native, next, None, PyBaseException, PyFloat, PyObject, str, strFromCodePoint, strFromPoints, strLength, TypeFlag, typeError, typeOf } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { csvError, notSet, QUOTE_ALL, QUOTE_NONE, QUOTE_NONNUMERIC, QUOTE_NOTNULL, QUOTE_STRINGS } from './dialect.ts';
import type { Dialect } from './dialect.ts';

/* Writing (CPython 3.12: Modules/_csv.c, join_append_data). */

class Writer extends PyObject {
  readonly write: PyValue;
  readonly dialect: Dialect;
  constructor(write: PyValue, dialect: Dialect) {
    super(writerType);
    this.write = write;
    this.dialect = dialect;
  }
}

export function newWriter(vm: VM, file: PyValue, dialect: () => Dialect): PyValue {
  const settings = dialect();
  const write = lookupAttr(vm, file, 'write');
  if (write === undefined || !isCallable(write)) throw typeError('argument 1 must have a "write" method');
  return new Writer(write, settings);
}

const SPACE = 32;

/** Is it a number to everybody (CPython: PyNumber_Check)? */
function isNumber(value: PyValue): boolean {
  const type = typeOf(value);
  return type.nb_index !== undefined || type.nb_int !== undefined || type.nb_float !== undefined || value instanceof PyFloat || type.name === 'complex';
}

function wantsQuotes(dialect: Dialect, field: PyValue): boolean {
  switch (dialect.quoting) {
    case QUOTE_NONNUMERIC:
      return !isNumber(field);
    case QUOTE_ALL:
      return true;
    case QUOTE_STRINGS:
      return isStr(field);
    case QUOTE_NOTNULL:
      return field !== None;
    default:
      return false;
  }
}

/** A record under way: a JavaScript string, or code points once those are needed. */
class Row {
  private text = '';
  private points: number[] | null = null;
  private count = 0;
  private readonly dialect: Dialect;
  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  /** Appends a field; `field` null for None. */
  add(field: PyValue | null, quoted: boolean): void {
    const { dialect } = this;
    if (this.count++ > 0) this.append(strFromCodePoint(dialect.delimiter));
    const text = field ?? '';
    let quotes = quoted;
    let written: PyValue = text;
    if (strLength(text) === 0 && dialect.delimiter === SPACE && dialect.skipinitialspace) {
      if (this.mustStayBare(field)) throw csvError('empty field must be quoted if delimiter is a space and skipinitialspace is true');
      quotes = true;
    } else if (typeof text !== 'string' || hasSpecial(dialect, text)) {
      const out: number[] = [];
      const points = codePoints(text);
      for (let i = 0; i < points.length; i++) {
        if (isSpecial(dialect, points[i])) quotes = addSpecial(dialect, out, points[i]) || quotes;
        else out.push(points[i]);
      }
      written = strFromPoints(out);
    }
    if (quotes) this.append(strFromCodePoint(dialect.quotechar));
    this.append(written);
    if (quotes) this.append(strFromCodePoint(dialect.quotechar));
  }

  private append(piece: PyValue): void {
    if (this.points === null && typeof piece === 'string' && !startsLow(piece)) {
      this.text += piece;
      return;
    }
    this.points ??= Array.from(codePoints(this.text));
    const more = codePoints(piece);
    for (let i = 0; i < more.length; i++) this.points.push(more[i]);
  }

  private mustStayBare(field: PyValue | null): boolean {
    const { quoting } = this.dialect;
    return quoting === QUOTE_NONE || (field === null && (quoting === QUOTE_STRINGS || quoting === QUOTE_NOTNULL));
  }

  /** A record of one empty field needs quotes: without them it is an empty line. `last` null for None. */
  end(last: PyValue | null): PyValue {
    if (this.count > 0 && this.text === '' && this.points === null) {
      if (this.mustStayBare(last)) throw csvError('single empty field record must be quoted');
      this.count--;
      this.add(null, true);
    }
    this.append(this.dialect.lineterminator);
    return this.points === null ? this.text : strFromPoints(this.points);
  }
}

/** Might the first unit complete a pair that the text before it began? */
const startsLow = (text: string): boolean => text.charCodeAt(0) >> 10 === 0xdc00 >> 10;

const isSpecial = ({ special }: Dialect, code: number): boolean => (code < 128 ? special.ascii[code] === 1 : special.others.includes(code));

function hasSpecial(dialect: Dialect, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (isSpecial(dialect, text.charCodeAt(i))) return true;
  return false;
}

/** Appends a character that means something to readers. Gives whether the field must have quotes because of it. */
function addSpecial(dialect: Dialect, out: number[], code: number): boolean {
  let escapes = dialect.quoting === QUOTE_NONE;
  if (!escapes && code === dialect.quotechar) {
    if (dialect.doublequote) out.push(code);
    else escapes = true;
  } else if (!escapes && code === dialect.escapechar) escapes = true;
  if (escapes) {
    if (dialect.escapechar === notSet) throw csvError('need to escape, but no escapechar set');
    out.push(dialect.escapechar);
  }
  out.push(code);
  return !escapes;
}

function writerow(vm: VM, self: Writer, row: PyValue): PyValue {
  let fields: PyValue;
  try {
    fields = iterate(vm, row);
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.TypeError)) throw csvError(`iterable expected, not ${typeOf(row).tpName}`);
    throw error;
  }
  const record = new Row(self.dialect);
  let last: PyValue | null = null;
  for (let field = next(vm, fields); field !== undefined; field = next(vm, fields)) {
    const quoted = wantsQuotes(self.dialect, field);
    last = field === None ? null : isStr(field) ? field : str(vm, field);
    record.add(last, quoted);
  }
  return call(vm, self.write, [record.end(last)]);
}

function writerows(vm: VM, self: Writer, rows: PyValue): PyValue {
  const source = iterate(vm, rows);
  for (let row = next(vm, source); row !== undefined; row = next(vm, source)) writerow(vm, self, row);
  return None;
}

export const writerType: PyType = defineType('writer', {
  module: '_csv',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  doc: 'CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.\n',
  methods: [
    native('writerow(self, iterable, /)', writerow, 'writerow(iterable)\n\nConstruct and write a CSV record from an iterable of fields.  Non-string\nelements will be converted to string.').unsigned(),
    native('writerows(self, iterables, /)', writerows, 'writerows(iterable of iterables)\n\nConstruct and write a series of iterables to a csv file.  Non-string\nelements will be converted to string.').unsigned(),
  ],
  fields: { dialect: { get: (_vm, self) => (self as Writer).dialect } },
});
