import { Constant, FormattedValue, JoinedStr, type BinOp, type expr } from '@py/ast';
import { NO_LOCATION } from '../instruction-sequence.ts';
import { at } from './expressions.ts';
import { codePoints, strOf, type Str } from './text.ts';

/**
 * `'%s: %-5r' % (a, b)` as the f-string that does the same; null if a directive is not one of `s`, `r` and `a` or their number
 * is not that of the items (CPython 3.12: Python/ast_opt.c, optimize_format).
 */
export function foldFormat(node: BinOp, format: Str, items: readonly expr[]): JoinedStr | null {
  if (items.some(({ nodeType }) => nodeType === 'Starred')) return null;
  const text = codePoints(format);
  const values: expr[] = [];
  let used = 0;
  let position = 0;
  while (true) {
    const end = literalEnd(text, position);
    if (end > position) values.push(textConstant(strOf(withoutDoubledPercents(text.slice(position, end)))));
    if (end >= text.length) break;
    if (used >= items.length) return null;
    const directive = parseDirective(text, end + 1);
    if (directive === null) return null;
    const item = items[used++];
    const spec = directive.spec === '' ? null : textConstant(directive.spec);
    values.push(new FormattedValue(item, directive.conversion, spec, ...at(item)));
    position = directive.end;
  }
  return used < items.length ? null : new JoinedStr(values, ...at(node));
}

function textConstant(text: Str): Constant {
  return new Constant(text, null, ...at(NO_LOCATION));
}

const PERCENT = 0x25;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** Where the text up to the next directive ends. `%%` is text. */
function literalEnd(text: readonly number[], start: number): number {
  let position = start;
  while (position < text.length) {
    if (text[position] !== PERCENT) position++;
    else if (text[position + 1] === PERCENT) position += 2;
    else break;
  }
  return position;
}

function withoutDoubledPercents(text: readonly number[]): number[] {
  const result: number[] = [];
  for (let i = 0; i < text.length; i++) {
    result.push(text[i]);
    if (text[i] === PERCENT) i++;
  }
  return result;
}

interface Directive {
  /** Code of `s`, `r` or `a`. */
  readonly conversion: number;
  readonly spec: string;
  /** First character after the directive. */
  readonly end: number;
}

/** Reads what follows a `%`: flags, width, precision, conversion. Widths and precisions have at most two digits. */
function parseDirective(text: readonly number[], start: number): Directive | null {
  let position = start;
  let left = false;
  for (; position < text.length && '-+ #0'.includes(String.fromCodePoint(text[position])); position++) {
    if (text[position] === 0x2d) left = true;
  }
  const width = readNumber(text, position);
  position += width.length;
  let spec = width !== '' && !left && Number(width) > 0 ? `>${Number(width)}` : width === '' ? '' : `${Number(width)}`;
  let precision = '';
  if (text[position] === DOT) {
    precision = readNumber(text, ++position);
    position += precision.length;
    spec += `.${Number(precision)}`;
  }
  if (width.length > 2 || precision.length > 2 || position >= text.length) return null;
  const conversion = text[position];
  if (conversion !== 0x73 && conversion !== 0x72 && conversion !== 0x61) return null;
  return { conversion, spec, end: position + 1 };
}

function readNumber(text: readonly number[], start: number): string {
  let digits = '';
  for (let i = start; i < text.length && text[i] >= ZERO && text[i] <= NINE; i++) digits += String.fromCharCode(text[i]);
  return digits;
}
