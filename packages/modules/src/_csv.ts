import { asIndex, defineModule, isInt, isStr, native, nativeRaw, None, overflowError, PyList, typeError } from '@py/vm/native';
import type { NativeDef, NativeModule, PyValue, VM } from '@py/vm/native';
import { csvError, csvState, dialectNamed, dialectOf, dialectType, errorType, QUOTE_ALL, QUOTE_MINIMAL, QUOTE_NONE, QUOTE_NONNUMERIC, QUOTE_NOTNULL, QUOTE_STRINGS } from './_csv/dialect.ts';
import { newReader, readerType } from './_csv/reader.ts';
import { newWriter, writerType } from './_csv/writer.ts';

/* `_csv` (CPython 3.12: Modules/_csv.c). */

/** A function of one argument and perhaps a dialect, with the dialect's settings as keywords. */
function withDialect(name: string, doc: string, body: (vm: VM, first: PyValue, dialect: PyValue | undefined, rest: readonly PyValue[], kwnames: readonly string[] | null) => PyValue): NativeDef {
  return nativeRaw(`${name}(first, dialect='excel', /, **fmtparams)`, (vm, _self, args, kwnames) => {
    const positional = args.length - (kwnames?.length ?? 0);
    if (positional < 1) throw typeError(' expected at least 1 argument, got 0');
    if (positional > 2) throw typeError(` expected at most 2 arguments, got ${positional}`);
    return body(vm, args[0], positional > 1 ? args[1] : undefined, args.slice(positional), kwnames);
  }, doc).unsigned();
}

function register(vm: VM, name: PyValue, dialect: PyValue | undefined, rest: readonly PyValue[], kwnames: readonly string[] | null): PyValue {
  if (!isStr(name)) throw typeError('dialect name must be a string');
  csvState(vm).dialects.set(vm, name, dialectOf(vm, dialect, rest, kwnames));
  return None;
}

function unregister(vm: VM, name: PyValue): PyValue {
  if (csvState(vm).dialects.pop(vm, name) === undefined) throw csvError('unknown dialect');
  return None;
}

function field_size_limit(vm: VM, limit: PyValue | undefined): PyValue {
  const state = csvState(vm);
  const before = state.fieldLimit;
  if (limit !== undefined) {
    if (!isInt(limit)) throw typeError('limit must be an integer');
    const value = asIndex(vm, limit);
    if (BigInt.asIntN(64, BigInt(value)) !== BigInt(value)) throw overflowError('Python int too large to convert to C long');
    state.fieldLimit = Number(value);
  }
  return before;
}

/** Python's module `_csv`. CPython 3.12: Modules/_csv.c. */
export const _csv: NativeModule = defineModule(
  '_csv',
  {
    Dialect: dialectType,
    Error: errorType,
    Reader: readerType,
    Writer: writerType,
    _dialects: (vm) => csvState(vm).dialects,
    field_size_limit: native('field_size_limit(new_limit=<unrepresentable>)', field_size_limit, 'Sets an upper limit on parsed fields.\n\n    csv.field_size_limit([limit])\n\nReturns old limit. If limit is not given, no new limit is set and\nthe old limit is returned'),
    get_dialect: native('get_dialect(name)', dialectNamed, 'Return the dialect instance associated with name.\n\n    dialect = csv.get_dialect(name)'),
    list_dialects: native('list_dialects()', (vm: VM) => new PyList(csvState(vm).dialects.keyList()), 'Return a list of all known dialect names.\n\n    names = csv.list_dialects()'),
    reader: withDialect('reader', '    csv_reader = reader(iterable [, dialect=\'excel\']\n                        [optional keyword args])\n    for row in csv_reader:\n        process(row)\n\nThe "iterable" argument can be any object that returns a line\nof input for each iteration, such as a file object or a list.  The\noptional "dialect" parameter is discussed below.  The function\nalso accepts optional keyword arguments which override settings\nprovided by the dialect.\n\nThe returned object is an iterator.  Each iteration returns a row\nof the CSV file (which can span multiple input lines).\n', (vm, lines, dialect, rest, kwnames) => newReader(vm, lines, () => dialectOf(vm, dialect, rest, kwnames))),
    register_dialect: withDialect('register_dialect', 'Create a mapping from a string name to a dialect class.\n    dialect = csv.register_dialect(name[, dialect[, **fmtparams]])', register),
    unregister_dialect: native('unregister_dialect(name)', unregister, 'Delete the name/dialect mapping associated with a string name.\n\n    csv.unregister_dialect(name)'),
    writer: withDialect('writer', '    csv_writer = csv.writer(fileobj [, dialect=\'excel\']\n                            [optional keyword args])\n    for row in sequence:\n        csv_writer.writerow(row)\n\n    [or]\n\n    csv_writer = csv.writer(fileobj [, dialect=\'excel\']\n                            [optional keyword args])\n    csv_writer.writerows(rows)\n\nThe "fileobj" argument can be any object that supports the file API.\n', (vm, file, dialect, rest, kwnames) => newWriter(vm, file, () => dialectOf(vm, dialect, rest, kwnames))),
    QUOTE_MINIMAL, QUOTE_ALL, QUOTE_NONNUMERIC, QUOTE_NONE, QUOTE_STRINGS, QUOTE_NOTNULL,
    __version__: '1.0',
  },
  { doc: 'CSV parsing and writing.\n\nThis module provides classes that assist in the reading and writing\nof Comma Separated Value (CSV) files, and implements the interface\ndescribed by PEP 305.  Although many CSV files are simple to parse,\nthe format is not formally defined by a stable specification and\nis subtle enough that parsing lines of a CSV file with something\nlike line.split(",") is bound to fail.  The module supports three\nbasic APIs: reading, writing, and registration of dialects.\n\n\nDIALECT REGISTRATION:\n\nReaders and writers support a dialect argument, which is a convenient\nhandle on a group of settings.  When the dialect argument is a string,\nit identifies one of the dialects previously registered with the module.\nIf it is a class or instance, the attributes of the argument are used as\nthe settings for the reader or writer:\n\n    class excel:\n        delimiter = \',\'\n        quotechar = \'"\'\n        escapechar = None\n        doublequote = True\n        skipinitialspace = False\n        lineterminator = \'\\r\\n\'\n        quoting = QUOTE_MINIMAL\n\nSETTINGS:\n\n    * quotechar - specifies a one-character string to use as the\n        quoting character.  It defaults to \'"\'.\n    * delimiter - specifies a one-character string to use as the\n        field separator.  It defaults to \',\'.\n    * skipinitialspace - specifies how to interpret spaces which\n        immediately follow a delimiter.  It defaults to False, which\n        means that spaces immediately following a delimiter is part\n        of the following field.\n    * lineterminator -  specifies the character sequence which should\n        terminate rows.\n    * quoting - controls when quotes should be generated by the writer.\n        It can take on any of the following module constants:\n\n        csv.QUOTE_MINIMAL means only when required, for example, when a\n            field contains either the quotechar or the delimiter\n        csv.QUOTE_ALL means that quotes are always placed around fields.\n        csv.QUOTE_NONNUMERIC means that quotes are always placed around\n            fields which do not parse as integers or floating point\n            numbers.\n        csv.QUOTE_STRINGS means that quotes are always placed around\n            fields which are strings.  Note that the Python value None\n            is not a string.\n        csv.QUOTE_NOTNULL means that quotes are only placed around fields\n            that are not the Python value None.\n        csv.QUOTE_NONE means that quotes are never placed around fields.\n    * escapechar - specifies a one-character string used to escape\n        the delimiter when quoting is set to QUOTE_NONE.\n    * doublequote - controls the handling of quotes inside fields.  When\n        True, two consecutive quotes are interpreted as one during read,\n        and when writing, each quote character embedded in the data is\n        written as two quotes\n' },
);
