import type { PyType } from '../core/type.ts';
import { overflowError, valueError } from '../core/errors.ts';
import type { PyBaseException } from './exceptions.ts';
import { formatMagnitude } from './float-text.ts';

/* The format specification mini-language (CPython 3.12: Python/formatter_unicode.c). Texts here are JavaScript text. */

export interface FormatSpec {
  readonly fill: string;
  /** '' when none was given: the type decides. */
  readonly align: '' | '<' | '>' | '=' | '^';
  readonly sign: '' | '+' | '-' | ' ';
  /** `z`: no negative zero. */
  readonly noNegativeZero: boolean;
  readonly alternate: boolean;
  /** -1: none. */
  readonly width: number;
  readonly grouping: '' | ',' | '_';
  /** -1: none. */
  readonly precision: number;
  /** '' when none was given. */
  readonly type: string;
  /** The fill was given, or set by a `0` before the width. */
  readonly fillGiven: boolean;
}

/** Reads a specification; `typeName` is for messages. */
export function parseFormatSpec(text: string, typeName: string, defaultType: string): FormatSpec {
  const chars = [...text];
  let i = 0;
  let fill = ' ';
  let align: FormatSpec['align'] = '';
  let fillGiven = false;
  const isAlign = (ch: string | undefined): ch is '<' | '>' | '=' | '^' => ch !== undefined && '<>=^'.includes(ch);
  if (chars.length >= 2 && isAlign(chars[1])) {
    [fill, align] = [chars[0], chars[1]];
    fillGiven = true;
    i = 2;
  } else if (isAlign(chars[0])) {
    align = chars[0];
    i = 1;
  }
  let sign: FormatSpec['sign'] = '';
  if (chars[i] === '+' || chars[i] === '-' || chars[i] === ' ') sign = chars[i++] as FormatSpec['sign'];
  let noNegativeZero = false;
  if (chars[i] === 'z') {
    noNegativeZero = true;
    i++;
  }
  let alternate = false;
  if (chars[i] === '#') {
    alternate = true;
    i++;
  }
  if (!fillGiven && chars[i] === '0') {
    fill = '0';
    fillGiven = true;
    if (align === '' && defaultType !== 's') align = '=';
    i++;
  }
  const number = (): number => {
    const start = i;
    while (i < chars.length && chars[i] >= '0' && chars[i] <= '9') i++;
    if (i === start) return -1;
    const value = Number(chars.slice(start, i).join(''));
    if (value >= 2 ** 63) throw valueError('Too many decimal digits in format string');
    return value;
  };
  const width = number();
  let grouping: FormatSpec['grouping'] = '';
  if (chars[i] === ',') {
    grouping = ',';
    i++;
  }
  if (chars[i] === '_') {
    if (grouping !== '') throw valueError("Cannot specify both ',' and '_'.");
    grouping = '_';
    i++;
  }
  if (chars[i] === ',') {
    if (grouping === '_') throw valueError("Cannot specify both ',' and '_'.");
    throw valueError("Cannot specify ',' with ','.");
  }
  let precision = -1;
  if (chars[i] === '.') {
    i++;
    precision = number();
    if (precision < 0) throw valueError('Format specifier missing precision');
  }
  if (chars.length - i > 1) throw valueError(`Invalid format specifier '${text}' for object of type '${typeName}'`);
  const type = chars[i] ?? '';
  if (grouping !== '') checkGrouping(grouping, type === '' ? defaultType : type);
  return { fill, align, sign, noNegativeZero, alternate, width, grouping, precision, type, fillGiven };
}

function checkGrouping(grouping: ',' | '_', type: string): void {
  if ('defgEGF%'.includes(type) || type === '' || type === 'd') return;
  if (grouping === '_' && 'boxX'.includes(type)) return;
  throw valueError(`Cannot specify '${grouping}' with '${shownCode(type)}'.`);
}

/** ValueError for a type code that the object does not know. */
export function unknownCode(type: string, typeName: string): PyBaseException {
  return valueError(`Unknown format code '${shownCode(type)}' for object of type '${typeName}'`);
}

/** A type code in messages: `q`, `\\x1f600`. */
function shownCode(type: string): string {
  const code = type.codePointAt(0) as number;
  return code > 32 && code < 128 ? type : `\\x${code.toString(16)}`;
}

/** Fills up to the width. `prefix` (sign, `0x`) stays before the fill when aligned by `=`. */
export function pad(body: string, prefix: string, spec: FormatSpec, defaultAlign: '<' | '>'): string {
  const align = spec.align === '' ? defaultAlign : spec.align;
  const missing = spec.width - lengthOf(prefix) - lengthOf(body);
  if (missing <= 0) return prefix + body;
  switch (align) {
    case '<':
      return prefix + body + spec.fill.repeat(missing);
    case '>':
      return spec.fill.repeat(missing) + prefix + body;
    case '=':
      return prefix + spec.fill.repeat(missing) + body;
    default: {
      const left = missing >> 1;
      return spec.fill.repeat(left) + prefix + body + spec.fill.repeat(missing - left);
    }
  }
}

/** Number of code points. */
function lengthOf(text: string): number {
  let length = 0;
  for (const ch of text) length += ch.length > 0 ? 1 : 0;
  return length;
}

/** Puts separators between groups of digits, from the right. With zero fill the zeros are grouped too. */
function group(digits: string, separator: string, size: number, minWidth: number): string {
  if (separator === '') return digits.padStart(minWidth, '0');
  let text = digits;
  // The width counts separators; add zeros until the grouped text is wide enough.
  const groupedLength = (n: number): number => n + Math.floor((n - 1) / size);
  let count = text.length;
  while (groupedLength(count) < minWidth) count++;
  // A separator must not come first: CPython then adds one more digit.
  text = text.padStart(count, '0');
  const parts: string[] = [];
  for (let end = text.length; end > 0; end -= size) parts.unshift(text.slice(Math.max(0, end - size), end));
  return parts.join(separator);
}

/** Width that is left for digits when zeros fill after the sign. */
function zeroWidth(spec: FormatSpec, taken: number): number {
  return spec.fill === '0' && spec.align === '=' ? Math.max(0, spec.width - taken) : 0;
}

function signText(negative: boolean, spec: FormatSpec): string {
  if (negative) return '-';
  return spec.sign === '+' || spec.sign === ' ' ? spec.sign : '';
}

/** `format(int, spec)` for the integer types; `type` one of `b c d o x X n` or ''. */
export function formatInt(value: number | bigint, spec: FormatSpec, typeName: string): string {
  const type = spec.type === '' ? 'd' : spec.type;
  if (!'bcdoxXn'.includes(type)) throw unknownCode(type, typeName);
  if (spec.precision >= 0) throw valueError('Precision not allowed in integer format specifier');
  if (spec.noNegativeZero) throw valueError('Negative zero coercion (z) not allowed in integer format specifier');
  if (type === 'c') {
    if (spec.sign !== '') throw valueError("Sign not allowed with integer format specifier 'c'");
    if (spec.alternate) throw valueError("Alternate form (#) not allowed with integer format specifier 'c'");
    if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) throw overflowError('Python int too large to convert to C long');
    if (value < 0 || value > 0x10ffff) throw overflowError('%c arg not in range(0x110000)');
    return pad(String.fromCodePoint(Number(value)), '', spec, '<');
  }
  const bases: Record<string, readonly [number, string]> = { b: [2, '0b'], o: [8, '0o'], x: [16, '0x'], X: [16, '0X'], d: [10, ''], n: [10, ''] };
  const base = bases[type];
  const negative = value < 0;
  let digits = (negative ? -value : value).toString(base[0]);
  if (type === 'X') digits = digits.toUpperCase();
  const prefix = signText(negative, spec) + (spec.alternate ? base[1] : '');
  const grouped = group(digits, spec.grouping, base[0] === 10 ? 3 : 4, zeroWidth(spec, prefix.length));
  return pad(grouped, prefix, spec, '>');
}

/** `format(float, spec)` */
export function formatFloat(value: number, spec: FormatSpec, typeName: string): string {
  let type = spec.type;
  if (type !== '' && !'eEfFgGn%'.includes(type)) throw unknownCode(type, typeName);
  let precision = spec.precision;
  let dotZero = false;
  if (type === '') {
    dotZero = true;
    type = precision < 0 ? 'r' : 'g';
  } else if (type === 'n') type = 'g';
  const upper = type === 'E' || type === 'F' || type === 'G';
  let kind = type.toLowerCase();
  let number = value;
  let suffix = '';
  if (kind === '%') {
    kind = 'f';
    number *= 100;
    suffix = '%';
  }
  if (precision < 0) precision = kind === 'r' ? 17 : 6;
  if (precision > 2147483647) throw valueError('precision too big');
  let body = formatMagnitude(number, kind as 'e' | 'f' | 'g' | 'r', precision, spec.alternate, dotZero && kind === 'r');
  if (dotZero && kind === 'g' && Number.isFinite(number)) body = withDotZero(body, Math.max(1, precision));
  if (upper) body = body.toUpperCase();
  let negative = number < 0 || Object.is(number, -0);
  if (spec.noNegativeZero && negative && !/[1-9]/.test(body.split(/e/i)[0]) && Number.isFinite(number)) negative = false;
  return padNumber(body + suffix, signText(negative, spec), spec);
}

/** `format(1.0, '.3')` is `1.0`, and exponent form starts one digit earlier than with `g`. */
function withDotZero(body: string, precision: number): string {
  const whole = body.replace(/\.$/, ''); // `#` keeps the point.
  if (/[.e]/.test(whole)) return body;
  if (whole.length === precision) {
    // As many digits as the precision: no room for a fraction, so exponent form.
    const digits = whole === body ? whole.replace(/0+$/, '') || '0' : whole;
    const fraction = digits.length > 1 || whole !== body ? `.${digits.slice(1)}` : '';
    return `${digits[0]}${fraction}e+${String(whole.length - 1).padStart(2, '0')}`;
  }
  return whole === body ? `${body}.0` : body;
}

/** Groups the integer part and pads. */
export function padNumber(body: string, prefix: string, spec: FormatSpec): string {
  const match = /^(\d+)(.*)$/s.exec(body);
  if (match === null) return pad(body, prefix, spec, '>');
  const grouped = group(match[1], spec.grouping, 3, Math.max(match[1].length, zeroWidth(spec, prefix.length + match[2].length)));
  return pad(grouped + match[2], prefix, spec, '>');
}

/** Truncates and pads a str. */
export function formatText(text: string, spec: FormatSpec, type: PyType | string): string {
  const name = typeof type === 'string' ? type : type.name;
  if (spec.type !== '' && spec.type !== 's') throw unknownCode(spec.type, name);
  if (spec.sign !== '') throw valueError(spec.sign === ' ' ? 'Space not allowed in string format specifier' : 'Sign not allowed in string format specifier');
  if (spec.noNegativeZero) throw valueError('Negative zero coercion (z) not allowed in string format specifier');
  if (spec.alternate) throw valueError('Alternate form (#) not allowed in string format specifier');
  if (spec.align === '=') throw valueError("'=' alignment not allowed in string format specifier");
  const cut = spec.precision >= 0 && lengthOf(text) > spec.precision ? [...text].slice(0, spec.precision).join('') : text;
  return pad(cut, '', spec, '<');
}
