import type { ConstantValue } from './constants.ts';

/** Python's `repr()` of a constant, as `ast.dump` shows it: `'it\'s'` is `"it's"`, `1e16` is `1e+16`, `b'\xff'`. */
export function reprConstant(value: ConstantValue): string {
  if (value === null) return 'None';
  switch (typeof value) {
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return value.toString();
    case 'number':
      return reprFloat(value);
    case 'string':
      return reprString(value);
  }
  if (value instanceof Uint8Array) return reprBytes(value);
  if (isTuple(value)) return value.length === 1 ? `(${reprConstant(value[0]!)},)` : `(${value.map(reprConstant).join(', ')})`;
  switch (value.kind) {
    case 'complex':
      return reprComplex(value.real, value.imag);
    case 'ellipsis':
      return 'Ellipsis';
    case 'str':
      return quote(value.codePoints);
    case 'frozenset':
      return value.items.length === 0 ? 'frozenset()' : `frozenset({${value.items.map(reprConstant).join(', ')}})`;
  }
}

/** `Array.isArray` does not narrow a readonly array. */
function isTuple(value: object): value is readonly ConstantValue[] {
  return Array.isArray(value);
}

/** Python's `repr(float)`: the shortest text that reads back, with an exponent below 1e-4 and from 1e16. */
export function reprFloat(value: number): string {
  const text = shortestFloat(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** `repr(float)` without the `.0` of whole numbers: a part of a complex number. */
function shortestFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '', exponentText = ''] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${sign}${digits.charAt(0)}${fraction}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** Python's `repr(complex)`: `1j`, `(1+2j)`. */
export function reprComplex(real: number, imag: number): string {
  const imaginary = shortestFloat(imag);
  if (Object.is(real, 0)) return `${imaginary}j`;
  return `(${shortestFloat(real)}${imaginary.startsWith('-') ? '' : '+'}${imaginary}j)`;
}

/** Python's `repr(bytes)`. */
export function reprBytes(bytes: Uint8Array): string {
  const mark = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  let text = '';
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (char === mark || char === '\\') text += `\\${char}`;
    else if (byte < 0x20 || byte > 0x7e) text += shortEscapes.get(byte) ?? `\\x${byte.toString(16).padStart(2, '0')}`;
    else text += char;
  }
  return `b${mark}${text}${mark}`;
}

/** Python's `repr(str)`. */
export function reprString(value: string): string {
  if (/^[ !#-&(-[\]-~]*$/.test(value)) return `'${value}'`;
  return quote(Array.from(value, (char) => char.codePointAt(0)!));
}

function quote(codePoints: readonly number[]): string {
  const mark = codePoints.includes(0x27) && !codePoints.includes(0x22) ? 0x22 : 0x27;
  let text = '';
  for (const code of codePoints) {
    if (code === mark || code === 0x5c) text += `\\${String.fromCharCode(code)}`;
    else if (code >= 0x20 && code < 0x7f) text += String.fromCharCode(code);
    else text += shortEscapes.get(code) ?? (isPrintable(code) ? String.fromCodePoint(code) : escapeCode(code));
  }
  const quoteMark = String.fromCharCode(mark);
  return quoteMark + text + quoteMark;
}

const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
]);

/** `str.isprintable` for one character: not a control, format, surrogate, private, unassigned or (but for the blank) separator. */
export function isPrintable(code: number): boolean {
  if (code < 0x7f) return code >= 0x20;
  if (code >= 0xd800 && code < 0xe000) return false;
  return !/[\p{C}\p{Z}]/u.test(String.fromCodePoint(code));
}

function escapeCode(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
