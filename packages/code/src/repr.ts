import type { CodeObject } from './code-object.ts';
import type { Constant } from './constants.ts';
import { printableFlips } from './generated/printable.ts';

/** How `reprConstant` writes. */
export interface ReprOptions {
  /** What stands for the address of a code object; default `0x...`. */
  readonly addressOf?: (code: CodeObject) => string;
}

/** Python's `repr` of a constant, as `dis` and `code_info` print it. */
export function reprConstant(value: Constant, options: ReprOptions = {}): string {
  switch (typeof value) {
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return value.toString();
    case 'number':
      return reprFloat(value);
    case 'string':
      return reprStr(value);
  }
  if (value === null) return 'None';
  if (value instanceof Uint8Array) return reprBytes(value);
  if (isTuple(value)) {
    const items = value.map((item) => reprConstant(item, options));
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
  }
  switch (value.kind) {
    case 'ellipsis':
      return 'Ellipsis';
    case 'complex':
      return reprComplex(value.real, value.imag);
    case 'str':
      return quote(value.codePoints);
    case 'frozenset':
      if (value.items.length === 0) return 'frozenset()';
      return `frozenset({${value.items.map((item) => reprConstant(item, options)).join(', ')}})`;
    case 'code':
      return reprCode(value, options);
  }
}

function isTuple(value: object): value is readonly Constant[] {
  return Array.isArray(value);
}

/** `<code object f at 0x..., file "t.py", line 1>`. */
export function reprCode(code: CodeObject, options: ReprOptions = {}): string {
  const address = options.addressOf?.(code) ?? '0x...';
  const line = code.co_firstlineno === 0 ? -1 : code.co_firstlineno;
  return `<code object ${code.co_name} at ${address}, file "${code.co_filename}", line ${line}>`;
}

/** `repr(float)`: the shortest digits that read back as the same number, with an exponent below 1e-4 and from 1e16. */
export function reprFloat(value: number): string {
  const text = reprNumber(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** The same without `.0`: complex numbers print their parts so. */
function reprNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [, sign, first, rest, exponentText] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential()) as RegExpExecArray;
  const digits = first + (rest ?? '');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const size = Math.abs(exponent);
    return `${sign}${first}${rest ? `.${rest}` : ''}e${exponent < 0 ? '-' : '+'}${size < 10 ? '0' : ''}${size}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** `repr(complex)`: `2j`, `(1+2j)`, `(-0-0j)`. CPython 3.12: Objects/complexobject.c, complex_repr. */
function reprComplex(real: number, imag: number): string {
  if (Object.is(real, 0)) return `${reprNumber(imag)}j`;
  const imagText = reprNumber(imag);
  return `(${reprNumber(real)}${imagText.startsWith('-') ? '' : '+'}${imagText}j)`;
}

/** `repr(bytes)`. */
export function reprBytes(bytes: Uint8Array): string {
  const delimiter = bytes.includes(39) && !bytes.includes(34) ? '"' : "'";
  let text = `b${delimiter}`;
  for (const byte of bytes) {
    if (byte === delimiter.charCodeAt(0) || byte === 92) text += `\\${String.fromCharCode(byte)}`;
    else if (byte === 9) text += '\\t';
    else if (byte === 10) text += '\\n';
    else if (byte === 13) text += '\\r';
    else if (byte < 32 || byte >= 127) text += `\\x${hex(byte, 2)}`;
    else text += String.fromCharCode(byte);
  }
  return text + delimiter;
}

/** `repr(str)`; surrogate pairs count as one character. */
export function reprStr(text: string): string {
  return quote(Array.from(text, (character) => character.codePointAt(0) as number));
}

function quote(codePoints: readonly number[]): string {
  const delimiter = codePoints.includes(39) && !codePoints.includes(34) ? 34 : 39;
  let text = '';
  for (const point of codePoints) {
    if (point === delimiter || point === 92) text += `\\${String.fromCharCode(point)}`;
    else if (point === 9) text += '\\t';
    else if (point === 10) text += '\\n';
    else if (point === 13) text += '\\r';
    else if (isPrintable(point)) text += String.fromCodePoint(point);
    else if (point < 0x100) text += `\\x${hex(point, 2)}`;
    else if (point < 0x10000) text += `\\u${hex(point, 4)}`;
    else text += `\\U${hex(point, 8)}`;
  }
  const mark = String.fromCharCode(delimiter);
  return mark + text + mark;
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}

const flips = /* @__PURE__ */ decodeFlips(printableFlips);

function decodeFlips(text: string): Uint32Array {
  let last = 0;
  return Uint32Array.from(text.split(' '), (delta) => (last += parseInt(delta, 36)));
}

/** `str.isprintable` of one character (Unicode 15.0, as Python 3.12). */
export function isPrintable(codePoint: number): boolean {
  let low = 0;
  let high = flips.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (flips[middle] <= codePoint) low = middle + 1;
    else high = middle;
  }
  return (low & 1) === 1;
}
