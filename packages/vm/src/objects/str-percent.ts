import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { overflowError, typeError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { asDouble } from './float-methods.ts';
import { NotImplemented } from './none.ts';
import { formatPercent } from './percent-format.ts';
import type { PercentDialect } from './percent-format.ts';
import { asciiRepr, strLength } from './str-support.ts';
import { asIndex, hasIndex } from '../protocol/number.ts';
import { reprText, repr, strText } from '../protocol/repr.ts';

const dialect: PercentDialect = {
  subject: 'string',
  shownType: (type) => type,
  isText: (value) => isStr(value),
  key: (text) => strFromJS(text),
  text(vm, type, value) {
    switch (type) {
      case 's':
        return strText(vm, value);
      case 'r':
        return reprText(vm, value);
      case 'a':
        return jsText(asciiRepr(repr(vm, value)));
      case 'c':
        return character(vm, value);
      default:
        return undefined;
    }
  },
  double: (vm, value) => asDouble(vm, value),
  length: (text) => [...text].length,
  truncate: (text, length) => [...text].slice(0, length).join(''),
};

function character(vm: VM, value: PyValue): string {
  if (isStr(value)) {
    if (strLength(value) === 1) return jsText(value);
    throw typeError('%c requires int or char');
  }
  if (!hasIndex(value)) throw typeError('%c requires int or char');
  const code = asIndex(vm, value);
  if (code < 0 || code > 0x10ffff) throw overflowError('%c arg not in range(0x110000)');
  return String.fromCodePoint(Number(code));
}

/** `template % args` */
export function strModulo(vm: VM, left: PyValue, right: PyValue): PyValue {
  if (!isStr(left)) return NotImplemented;
  return strFromJS(formatPercent(vm, jsText(left), right, dialect));
}

