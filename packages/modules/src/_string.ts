import { defineIterator, defineModule, isStr, jsText, native, newTuple, None, parseTemplate, PyObject, splitFieldName, strFromJS, typeError, typeOf } from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';

/* `_string` (CPython 3.12: Objects/unicodeobject.c): how `string.Formatter` takes templates apart. */

/** Gives tuples one after the other. */
class Tuples extends PyObject {
  readonly items: readonly PyValue[];
  index = 0;
  constructor(type: PyType, items: readonly PyValue[]) {
    super(type);
    this.items = items;
  }
}
const step = (_vm: VM, self: PyValue): PyValue | undefined => (self as Tuples).items[(self as Tuples).index++];
const formatterIteratorType: PyType = defineIterator('formatteriterator', { tp_iternext: step }, []);
const fieldNameIteratorType: PyType = defineIterator('fieldnameiterator', { tp_iternext: step }, []);

function textOf(value: PyValue): string {
  if (!isStr(value)) throw typeError(`expected str, got ${typeOf(value).tpName}`);
  return jsText(value);
}

function formatter_parser(_vm: VM, string: PyValue): PyValue {
  const pieces = parseTemplate(textOf(string)).map(({ literal, field }) =>
    newTuple(field === null ? [strFromJS(literal), None, None, None] : [strFromJS(literal), strFromJS(field.name), strFromJS(field.spec), field.conversion === '' ? None : strFromJS(field.conversion)]),
  );
  return new Tuples(formatterIteratorType, pieces);
}

function formatter_field_name_split(_vm: VM, string: PyValue): PyValue {
  const { first, steps } = splitFieldName(textOf(string));
  const rest = steps.map((item) => newTuple(item.kind === 'attribute' ? [true, strFromJS(item.name)] : [false, typeof item.key === 'number' ? item.key : strFromJS(item.key)]));
  return newTuple([typeof first === 'number' ? first : strFromJS(first), new Tuples(fieldNameIteratorType, rest)]);
}

/** Python's module `_string`. CPython 3.12: Objects/unicodeobject.c. */
export const _string: NativeModule = defineModule(
  '_string',
  {
    formatter_parser: native('formatter_parser(string, /)', formatter_parser, 'parse the argument as a format string'),
    formatter_field_name_split: native('formatter_field_name_split(string, /)', formatter_field_name_split, 'split the argument as a field name'),
  },
  { doc: 'string helper module' },
);
