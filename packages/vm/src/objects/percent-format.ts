/*
 * `template % args`, for str and bytes alike (CPython 3.12: Objects/unicodeobject.c, PyUnicode_Format; Objects/bytesobject.c,
 * _PyBytes_FormatEx). Texts are JavaScript strings; bytes go through it as Latin-1. What differs is in a {@link PercentDialect}.
 */
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { memoryError, overflowError, typeError, valueError } from '../core/errors.ts';
import { asIndex, intValue, isInt } from '../protocol/number.ts';
import { getItem } from '../protocol/subscript.ts';
import { TypeError } from './exception-types.ts';
import { PyBaseException } from './exceptions.ts';
import { formatMagnitude } from './float-text.ts';
import { intText } from './int-text.ts';
import { toInt } from './int.ts';
import { PyTuple } from './tuple.ts';

/** What str and bytes do differently. */
export interface PercentDialect {
  /** For `not all arguments converted during … formatting`. */
  readonly subject: 'string' | 'bytes';
  /** bytes takes `%i` for `%d` in messages. */
  readonly shownType: (type: string) => string;
  /** Is this single argument a text, and so no mapping? */
  isText(value: PyValue): boolean;
  /** The key of `%(key)s` as a Python value. */
  key(text: string): PyValue;
  /** `%s`, `%r`, `%a`, `%b`, `%c`: the text, or undefined when the dialect has no such conversion. */
  text(vm: VM, type: string, value: PyValue): string | undefined;
  /** A value as a double for `%f`. */
  double(vm: VM, value: PyValue): number;
  /** Length and first characters of a text in characters. */
  length(text: string): number;
  truncate(text: string, length: number): string;
}

/** One conversion: `%-10.3f`. */
interface Conversion {
  left: boolean;
  sign: boolean;
  blank: boolean;
  alternate: boolean;
  zero: boolean;
  /** -1: not given. */
  width: number;
  precision: number;
  type: string;
}

const maxWidth = 2 ** 63 - 1;
const maxPrecision = 0x7fff_ffff;
/** JavaScript's strings are no longer. */
const longest = 2 ** 29 - 25;

export function formatPercent(vm: VM, template: string, args: PyValue, dialect: PercentDialect): string {
  return new Formatter(vm, template, args, dialect).run();
}

class Formatter {
  private readonly vm: VM;
  private readonly template: string;
  private readonly dialect: PercentDialect;
  /** Arguments by position; one that is no tuple stands alone, as does the value of the last `%(key)`. */
  private args: readonly PyValue[];
  private readonly mapping: PyValue | null;
  private nextArg: number;
  private at: number;

  constructor(vm: VM, template: string, args: PyValue, dialect: PercentDialect) {
    this.vm = vm;
    this.template = template;
    this.dialect = dialect;
    const isTuple = args instanceof PyTuple;
    this.args = isTuple ? args.items : [args];
    this.mapping = !isTuple && typeOf(args).mp_subscript !== undefined && !dialect.isText(args) ? args : null;
    this.nextArg = 0;
    this.at = 0;
  }

  run(): string {
    const { template } = this;
    const parts: string[] = [];
    while (this.at < template.length) {
      const percent = template.indexOf('%', this.at);
      if (percent < 0) {
        parts.push(template.slice(this.at));
        break;
      }
      parts.push(template.slice(this.at, percent));
      this.at = percent + 1;
      parts.push(this.conversion());
      this.vm.ticks -= 2;
    }
    if (this.nextArg < this.args.length && this.mapping === null) {
      throw typeError(`not all arguments converted during ${this.dialect.subject} formatting`);
    }
    return parts.join('');
  }

  private argument(): PyValue {
    if (this.nextArg >= this.args.length) throw typeError('not enough arguments for format string');
    return this.args[this.nextArg++];
  }

  private conversion(): string {
    if (this.template[this.at] === '%') {
      this.at++;
      return '%';
    }
    if (this.template[this.at] === '(') {
      this.args = [this.key()];
      this.nextArg = 0;
    }
    const conversion = this.specification();
    const { type } = conversion;
    const value = this.argument();
    switch (type) {
      case 'd':
      case 'i':
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        return this.laidOut(conversion, this.integer(conversion, value), true);
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        return this.laidOut(conversion, this.float(conversion, value), true);
    }
    const text = this.dialect.text(this.vm, type, value);
    if (text === undefined) {
      const code = this.template.charCodeAt(this.at - 1);
      if (code >= 128 && this.dialect.subject === 'bytes') throw overflowError('character argument not in range(0x110000)');
      const shown = code >= 31 && code <= 126 ? type : '?';
      throw valueError(`unsupported format character '${shown}' (0x${code.toString(16)}) at index ${this.at - 1}`);
    }
    const shortened = type !== 'c' && conversion.precision >= 0 ? this.dialect.truncate(text, conversion.precision) : text;
    return this.laidOut(conversion, shortened, false);
  }

  /** `(key)`: the value it names. Parentheses inside must match. */
  private key(): PyValue {
    if (this.mapping === null) throw typeError('format requires a mapping');
    const start = ++this.at;
    for (let depth = 1; depth > 0; this.at++) {
      if (this.at >= this.template.length) throw valueError('incomplete format key');
      if (this.template[this.at] === '(') depth++;
      else if (this.template[this.at] === ')') depth--;
    }
    return getItem(this.vm, this.mapping, this.dialect.key(this.template.slice(start, this.at - 1)));
  }

  private specification(): Conversion {
    const result: Conversion = { left: false, sign: false, blank: false, alternate: false, zero: false, width: -1, precision: -1, type: '' };
    this.flags(result);
    const width = this.count('width');
    if (width !== null) {
      result.left = result.left || width < 0;
      result.width = Math.abs(width);
    }
    if (this.template[this.at] === '.') {
      this.at++;
      result.precision = Math.max(0, this.count(this.dialect.subject === 'bytes' ? 'prec' : 'precision') ?? 0);
    }
    if ('hlL'.includes(this.template[this.at] ?? ' ')) this.at++;
    if (this.at >= this.template.length) throw valueError('incomplete format');
    result.type = this.template[this.at++];
    return result;
  }

  private flags(result: Conversion): void {
    for (; ; this.at++) {
      switch (this.template[this.at]) {
        case '-':
          result.left = true;
          break;
        case '+':
          result.sign = true;
          break;
        case ' ':
          result.blank = true;
          break;
        case '#':
          result.alternate = true;
          break;
        case '0':
          result.zero = true;
          break;
        default:
          return;
      }
    }
  }

  /** Digits, or `*` for an argument; null when neither is there. */
  private count(what: string): number | null {
    const most = what === 'width' ? maxWidth : maxPrecision;
    if (this.template[this.at] === '*') {
      this.at++;
      const value = this.argument();
      if (!isInt(value)) throw typeError('* wants int');
      const int = intValue(value);
      if (typeof int === 'bigint' || Math.abs(int) > most) throw overflowError(what === 'width' ? 'Python int too large to convert to C ssize_t' : 'Python int too large to convert to C int');
      return int;
    }
    const start = this.at;
    while (/[0-9]/.test(this.template[this.at] ?? '')) this.at++;
    if (this.at === start) return null;
    const digits = this.template.slice(start, this.at);
    // Doubles do not tell 2 ** 63 from the largest width.
    if (digits.length > 15 ? BigInt(digits) > (what === 'width' ? 0x7fff_ffff_ffff_ffffn : BigInt(maxPrecision)) : Number(digits) > most) throw valueError(`${what} too big`);
    return Number(digits);
  }

  private laidOut(conversion: Conversion, text: string, numeric: boolean): string {
    this.reserve(conversion.width);
    return layOut(this.dialect, conversion, text, numeric);
  }

  /** What a width or precision asks for, before it is made. */
  private reserve(length: number): void {
    if (length > longest) throw memoryError();
    if (length > 4096) this.vm.allocate(length);
  }

  private integer(conversion: Conversion, value: PyValue): string {
    const { type, precision } = conversion;
    const decimal = type === 'd' || type === 'i' || type === 'u';
    const int = this.asInt(value, type, decimal);
    const negative = int < 0;
    let digits: string;
    if (decimal) digits = intText(this.vm, int).replace('-', '');
    else digits = int.toString(type === 'o' ? 8 : 16).replace('-', '');
    this.reserve(precision);
    if (digits.length < precision) digits = digits.padStart(precision, '0');
    if (conversion.alternate && !decimal) digits = `0${type === 'o' ? 'o' : 'x'}${digits}`;
    if (type === 'X') digits = digits.toUpperCase();
    return negative ? `-${digits}` : digits;
  }

  private asInt(value: PyValue, type: string, decimal: boolean): number | bigint {
    if (typeof value === 'number' || typeof value === 'bigint') return value;
    const cls = typeOf(value);
    if (cls.nb_index !== undefined || cls.nb_int !== undefined || cls.nb_float !== undefined) {
      try {
        return isInt(value) ? intValue(value) : decimal ? toInt(this.vm, value) : asIndex(this.vm, value);
      } catch (error) {
        if (!(error instanceof PyBaseException) || !error.cls.isSubtypeOf(TypeError)) throw error;
      }
    }
    throw typeError(`%${this.dialect.shownType(type)} format: ${decimal ? 'a real number' : 'an integer'} is required, not ${cls.tpName}`);
  }

  private float(conversion: Conversion, value: PyValue): string {
    const number = this.dialect.double(this.vm, value);
    const precision = conversion.precision < 0 ? 6 : conversion.precision;
    this.reserve(precision);
    const text = formatMagnitude(number, conversion.type.toLowerCase() as 'e' | 'f' | 'g', precision, conversion.alternate, false);
    const shown = /[EFG]/.test(conversion.type) ? text.toUpperCase() : text;
    return number < 0 || Object.is(number, -0) ? `-${shown}` : shown;
  }
}

/** Sign, prefix, filling. */
function layOut(dialect: PercentDialect, conversion: Conversion, text: string, numeric: boolean): string {
  let body = text;
  let sign = '';
  let prefix = '';
  if (numeric) {
    if (body[0] === '-') {
      sign = '-';
      body = body.slice(1);
    } else if (conversion.sign) sign = '+';
    else if (conversion.blank) sign = ' ';
    if (conversion.alternate && /[xXo]/.test(conversion.type)) {
      prefix = body.slice(0, 2);
      body = body.slice(2);
    }
  }
  const missing = conversion.width - dialect.length(body) - sign.length - prefix.length;
  if (missing <= 0) return sign + prefix + body;
  if (conversion.left) return sign + prefix + body + ' '.repeat(missing);
  if (numeric && conversion.zero) return sign + prefix + '0'.repeat(missing) + body;
  return ' '.repeat(missing) + sign + prefix + body;
}
