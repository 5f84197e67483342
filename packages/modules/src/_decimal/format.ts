import { isStr, jsText, PyDict, strFromJS, typeError, valueError } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { tupleArguments } from '../arguments.ts';
import { digitsOf, FINITE, finite, INFINITE, pow10, dropDigits, roundsUp, SNAN } from './number.ts';
import type { Dec, Rounding } from './number.ts';
import { rescale } from './arithmetic.ts';
import { toText, withPoint } from './text.ts';
import { currentContext } from './types.ts';
import type { PyDecimal } from './types.ts';

/* Decimal.__format__ (libmpdec: mpd_parse_fmt_str and mpd_qformat_spec). */

interface Spec {
  readonly fill: string;
  /** `z` pads with zeros after the sign. */
  readonly align: '<' | '>' | '=' | '^' | 'z';
  readonly sign: '+' | '-' | ' ';
  readonly noNegativeZero: boolean;
  readonly width: number;
  readonly precision: number;
  readonly type: string;
  readonly point: string;
  readonly separator: string;
  /** Digits in each group, CPython's localeconv() way. */
  readonly grouping: readonly number[];
}

/** No text gets longer than this. */
const largest = 0x7fff_ffff;

const pattern = /^(?:([^])?([<>=^]))?([-+ ])?(z)?(0)?([0-9]+)?(,)?(?:\.([0-9]+))?([eEfFgGn%])?$/u;

function parseSpec(text: string, capitals: boolean): Spec | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [, fill, align, sign, z, zero, width, comma, precision, type] = match;
  if (zero !== undefined && align !== undefined) return null;
  if (type === 'n' && comma !== undefined) return null;
  return {
    fill: zero === undefined ? (fill ?? ' ') : '0',
    align: zero === undefined ? ((align ?? '>') as Spec['align']) : 'z',
    sign: (sign ?? '-') as Spec['sign'],
    noNegativeZero: z !== undefined,
    width: width === undefined ? 0 : Number(width),
    precision: precision === undefined ? -1 : Number(precision),
    type: type === undefined ? (capitals ? 'G' : 'g') : type === 'n' ? 'g' : type,
    point: '.',
    separator: comma === undefined ? '' : ',',
    grouping: comma === undefined ? [] : [3],
  };
}

/** `Decimal.__format__(format_spec, override=None)`; the override gives other separators. */
export function formatDecimal(vm: VM, self: PyDecimal, args: readonly PyValue[], kwnames: readonly string[] | null): PyValue {
  if (args.length === 0) throw typeError('function takes at least 1 argument (0 given)');
  tupleArguments('__format__', 'decimal.Decimal', args, kwnames, 1, 2);
  const context = currentContext(vm);
  if (!isStr(args[0])) throw typeError('format arg must be str');
  const spec = parseSpec(jsText(args[0]), context.capitals === 1);
  if (spec === null) throw valueError('invalid format string');
  if (spec.width > largest || spec.precision > largest) throw valueError('format specification exceeds internal limits of _decimal');
  return strFromJS(formatted(self, args.length > 1 ? overridden(spec, args[1]) : spec, context.rounding));
}

function overridden(spec: Spec, override: PyValue): Spec {
  if (!(override instanceof PyDict)) throw typeError('optional argument must be a dict');
  const text = (name: string): string | undefined => {
    const value = override.getStr(name);
    if (value === undefined) return undefined;
    if (!isStr(value)) throw valueError('invalid override dict');
    return jsText(value);
  };
  const grouping = text('grouping');
  const point = text('decimal_point') ?? spec.point;
  if (grouping !== undefined && [...grouping].some((ch) => ch.charCodeAt(0) > 127)) throw valueError('invalid override dict');
  if ([...point].length !== 1 || [...(text('thousands_sep') ?? '')].length > 1) throw valueError('invalid override dict');
  return { ...spec, point, separator: text('thousands_sep') ?? spec.separator, grouping: grouping === undefined ? spec.grouping : [...grouping].map((ch) => ch.charCodeAt(0)) };
}

function formatted(x: Dec, given: Spec, rounding: Rounding): string {
  let spec = given;
  let body: string;
  let { sign } = x;
  if (x.kind === FINITE) {
    const rounded = roundFor(x, spec, rounding);
    // CPython rounds before it looks, but not for `F`.
    if (spec.noNegativeZero && (spec.type === 'F' ? x : rounded).coefficient === 0n) sign = 0;
    body = finiteText(rounded, spec);
  } else {
    body = `${x.kind === INFINITE ? 'Infinity' : x.kind === SNAN ? 'sNaN' : 'NaN'}${x.coefficient === 0n ? '' : x.coefficient}`;
    if (spec.type === '%') body += '%';
    if (spec.align === 'z') spec = { ...spec, fill: ' ', align: '>' };
  }
  const shownSign = sign === 1 ? '-' : spec.sign === '-' ? '' : spec.sign;
  if (x.kind === FINITE) body = grouped(body, spec, shownSign.length);
  return padded(shownSign, body, spec);
}

function roundFor(x: Dec, spec: Spec, rounding: Rounding): Dec {
  const { precision } = spec;
  const type = spec.type.toLowerCase();
  let value = type === '%' ? finite(x.sign, x.coefficient, x.exponent + 2) : x;
  if (precision >= 0) {
    if (type === 'e') value = roundDigits(value, precision + 1, rounding);
    else if (type === 'g') {
      const digits = Math.max(precision, 1);
      if (digitsOf(value.coefficient) > digits) value = roundDigits(value, digits, rounding);
    } else value = rescale(value, -precision, rounding).result;
  }
  // A zero with a large exponent is no large number.
  if (value.coefficient === 0n && value.exponent > 0 && (type === 'f' || type === '%')) value = finite(value.sign, 0n, 0);
  return value;
}

/** To so many digits; fewer get zeros behind, except zero itself. */
function roundDigits(x: Dec, digits: number, rounding: Rounding): Dec {
  if (x.coefficient === 0n) return finite(x.sign, 0n, x.exponent);
  const have = digitsOf(x.coefficient);
  if (have <= digits) return finite(x.sign, x.coefficient * pow10(digits - have), x.exponent - (digits - have));
  const { quotient, rest } = dropDigits(x.coefficient, have - digits);
  const up = roundsUp(rounding, x.sign, quotient, rest) ? quotient + 1n : quotient;
  if (up >= pow10(digits)) return finite(x.sign, up / 10n, x.exponent + have - digits + 1);
  return finite(x.sign, up, x.exponent + have - digits);
}

/** Digits, point and exponent, without a sign. */
function finiteText(x: Dec, spec: Spec): string {
  const type = spec.type.toLowerCase();
  const e = spec.type === 'E' || spec.type === 'G' ? 'E' : 'e';
  if (type === 'g') return toText(finite(0, x.coefficient, x.exponent), false, e);
  const digits = x.coefficient.toString();
  const left = x.exponent + digits.length;
  if (type !== 'e') return withPoint(digits, left) + (type === '%' ? '%' : '');
  const point = x.coefficient === 0n && spec.precision >= 0 ? 1 - spec.precision : 1;
  const exponent = left - point;
  return `${withPoint(digits, point)}${e}${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}

/** Separators between groups of digits, zeros in front where the width asks for them. */
function grouped(body: string, spec: Spec, signLength: number): string {
  const match = /^([0-9]*)(\.?)(.*)$/.exec(body) as RegExpExecArray; // Any text matches.
  const [, whole, point, rest] = match;
  const tail = (point === '' ? '' : spec.point) + rest;
  const room = spec.align === 'z' ? spec.width - signLength - [...tail].length : 0;
  if (spec.grouping.length === 0 || spec.separator === '') return whole.padStart(room, '0') + tail;
  return groupDigits(whole, spec, room) + tail;
}

function groupDigits(digits: string, spec: Spec, room: number): string {
  // A zero says that the size before it is repeated.
  const sizes = spec.grouping.includes(0) ? spec.grouping.slice(0, spec.grouping.indexOf(0)) : spec.grouping;
  let rest = digits;
  let length = 0;
  let result = '';
  for (let group = 0; ; group++) {
    const size = sizes[Math.min(group, sizes.length - 1)];
    const last = size === 127;
    // A group takes its digits, or zeros while there is room.
    const wanted = last ? Math.max(rest.length, room - length, 1) : Math.min(size, Math.max(rest.length, room - length, 1));
    const taken = rest.slice(Math.max(0, rest.length - wanted)).padStart(wanted, '0');
    rest = rest.slice(0, Math.max(0, rest.length - wanted));
    result = result === '' ? taken : taken + spec.separator + result;
    length += taken.length;
    if (rest === '' && room - length <= 0) return result;
    length += spec.separator.length;
  }
}

function padded(sign: string, body: string, spec: Spec): string {
  const missing = spec.width - [...(sign + body)].length;
  if (missing <= 0) return sign + body;
  const fill = spec.fill.repeat(missing);
  switch (spec.align) {
    case '<':
      return sign + body + fill;
    case '^': {
      const half = missing >> 1;
      return spec.fill.repeat(half) + sign + body + spec.fill.repeat(missing - half);
    }
    case '=':
    case 'z':
      return sign + fill + body;
    default:
      return fill + sign + body;
  }
}
