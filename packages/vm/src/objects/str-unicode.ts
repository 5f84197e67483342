import * as tables from '../generated/unicode.ts';

/* Unicode properties of code points, by the generated tables. Everything is decoded when first asked for. */

/** A property as sorted code points where it changes; false before the first. */
class Property {
  private readonly source: string;
  private flips: Uint32Array | null = null;
  private readonly ascii = new Uint8Array(128);
  constructor(source: string) {
    this.source = source;
  }

  has(code: number): boolean {
    const flips = this.flips ?? this.decode();
    if (code < 128) return this.ascii[code] === 1;
    return (countUpTo(flips, code) & 1) === 1;
  }

  private decode(): Uint32Array {
    const flips = (this.flips = decodeDeltas(this.source));
    for (let code = 0; code < 128; code++) this.ascii[code] = countUpTo(flips, code) & 1;
    return flips;
  }
}

function decodeDeltas(source: string): Uint32Array {
  let last = 0;
  return Uint32Array.from(source.split(' '), (item) => (last += Number.parseInt(item, 36)));
}

/** How many entries are ≤ code. */
function countUpTo(sorted: Uint32Array, code: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= code) low = middle + 1;
    else high = middle;
  }
  return low;
}

const property = (source: string): ((code: number) => boolean) => {
  const table = new Property(source);
  return (code) => table.has(code);
};

/** Does a code point count for `str.isalpha` (Unicode 15.0)? */
export const isAlpha = property(tables.alphaFlips);
/** Does a code point count for `str.isdecimal` (Unicode 15.0)? */
export const isDecimal = property(tables.decimalFlips);
/** Does a code point count for `str.isdigit` (Unicode 15.0)? */
export const isDigit = property(tables.digitFlips);
/** Does a code point count for `str.isnumeric` (Unicode 15.0)? */
export const isNumeric = property(tables.numericFlips);
/** Does a code point count for `str.islower` (Unicode 15.0)? */
export const isLower = property(tables.lowerFlips);
/** Does a code point count for `str.isupper` (Unicode 15.0)? */
export const isUpper = property(tables.upperFlips);
/** Titlecase letters proper, such as `ǅ`. */
export const isTitle = property(tables.titleFlips);
/** Does a code point count for `str.isspace` (Unicode 15.0)? */
export const isSpace = property(tables.spaceFlips);
/** Does a code point count for `str.isprintable` (Unicode 15.0)? */
export const isPrintable = property(tables.printableFlips);
/** Has a code point the property Cased? */
export const isCased = property(tables.casedFlips);
/** May a code point begin an identifier (XID_Start and `_`)? */
export const isIdStart = property(tables.idStartFlips);
/** May a code point stand inside an identifier (XID_Continue)? */
export const isIdContinue = property(tables.idContinueFlips);
/** Has a code point the property Case_Ignorable? */
export const isCaseIgnorable = property(tables.caseIgnorableFlips);

/** A case mapping: one or more code points for each. */
class CaseMap {
  private readonly source: string;
  private map: Map<number, number | readonly number[]> | null = null;
  constructor(source: string) {
    this.source = source;
  }

  /** Appends the mapped character. */
  push(code: number, to: number[]): void {
    const mapped = (this.map ??= decodeMap(this.source)).get(code);
    if (mapped === undefined) to.push(code);
    else if (typeof mapped === 'number') to.push(mapped);
    else to.push(...mapped);
  }
}

function decodeMap(source: string): Map<number, number | readonly number[]> {
  const map = new Map<number, number | readonly number[]>();
  let last = 0;
  for (const item of source.split(' ')) {
    const equals = item.indexOf('=');
    if (equals >= 0) {
      last += Number.parseInt(item.slice(0, equals), 36);
      map.set(last, item.slice(equals + 1).split('.').map((code) => Number.parseInt(code, 36)));
      continue;
    }
    const [distance, length, step, offset] = item.split('.').map((part) => Number.parseInt(part, 36));
    const first = last + distance;
    for (let i = 0; i < length; i++) map.set(first + i * step, first + i * step + offset);
    last = first + (length - 1) * step;
  }
  return map;
}

/** Full lower-case mappings of code points. */
export const lowerMap = new CaseMap(tables.lowerMap);
/** Full upper-case mappings of code points. */
export const upperMap = new CaseMap(tables.upperMap);
/** Full title-case mappings of code points. */
export const titleMap = new CaseMap(tables.titleMap);
/** Full case foldings of code points. */
export const casefoldMap = new CaseMap(tables.casefoldMap);

// eslint-disable-next-line no-restricted-syntax -- a table decoded once
let zeros: Uint32Array | null = null;

/** Value of a decimal digit of any script, or -1. */
export function decimalValue(code: number): number {
  if (code < 128) return code >= 48 && code <= 57 ? code - 48 : -1;
  zeros ??= decodeDeltas(tables.zeroDigits);
  const index = countUpTo(zeros, code);
  if (index === 0) return -1;
  const value = code - zeros[index - 1];
  return value < 10 ? value : -1;
}
