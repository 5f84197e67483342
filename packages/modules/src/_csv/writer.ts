import { call, codePoints, defineType, exceptionTypes, isCallable, isStr, iterate, lookupAttr, native, next, None, PyBaseException, PyFloat, PyObject, str, strFromPoints, TypeFlag, typeError, typeOf } from '@py/vm/native';
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

/** Code points of a record under way. */
class Row {
  readonly out: number[] = [];
  count = 0;
  private readonly dialect: Dialect;
  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  /** Appends a field; `text` null for None. */
  add(text: PyValue | null, quoted: boolean): void {
    const { dialect, out } = this;
    if (this.count++ > 0) out.push(dialect.delimiter);
    const points = text === null ? [] : codePoints(text);
    let quotes = quoted;
    if (points.length === 0 && dialect.delimiter === SPACE && dialect.skipinitialspace) {
      if (this.mustStayBare(text)) throw csvError('empty field must be quoted if delimiter is a space and skipinitialspace is true');
      quotes = true;
    }
    const start = out.length;
    const { special } = dialect;
    for (let i = 0; i < points.length; i++) {
      const code = points[i];
      if (code < 128 ? special.ascii[code] === 1 : special.others.includes(code)) quotes = this.addSpecial(code) || quotes;
      else out.push(code);
    }
    if (!quotes) return;
    out.push(dialect.quotechar);
    out.copyWithin(start + 1, start, out.length - 1);
    out[start] = dialect.quotechar;
    out.push(dialect.quotechar);
  }

  private mustStayBare(text: PyValue | null): boolean {
    const { quoting } = this.dialect;
    return quoting === QUOTE_NONE || (text === null && (quoting === QUOTE_STRINGS || quoting === QUOTE_NOTNULL));
  }

  /** A character that means something to readers. Gives whether the field must have quotes because of it. */
  private addSpecial(code: number): boolean {
    const { dialect, out } = this;
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

  /** A record of one empty field needs quotes: without them it is an empty line. `last` null for None. */
  end(last: PyValue | null): PyValue {
    if (this.count > 0 && this.out.length === 0) {
      if (this.mustStayBare(last)) throw csvError('single empty field record must be quoted');
      this.count--;
      this.add(null, true);
    }
    const end = codePoints(this.dialect.lineterminator);
    for (let i = 0; i < end.length; i++) this.out.push(end[i]);
    return strFromPoints(this.out);
  }
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
