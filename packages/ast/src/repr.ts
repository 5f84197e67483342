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

/** Characters with an escape of one letter. */
export const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
]);

/** `str.isprintable` for one character: not a control, format, surrogate, private, unassigned or (but for the blank) separator. */
export function isPrintable(code: number): boolean {
  if (code < 0x7f) return code >= 0x20;
  if (code >= 0xd800 && code < 0xe000) return false;
  return !/[\p{C}\p{Z}]/u.test(String.fromCodePoint(code)) && !laterCharacters.some(([from, to]) => from <= code && code <= to);
}

/** Characters of Unicode 15.1 to 17.0: JavaScript may know them, CPython 3.12, which has Unicode 15.0, does not. */
const laterCharacters: readonly (readonly [number, number])[] = (
  '88f 897 c5c cdc 1acf-1add 1ae0-1aeb 1b4e-1b4f 1b7f 1c89-1c8a 20c1 2427-2429 2b96 2ffc-2fff 31e4-31e5 31ef a7cb-a7cf a7d2 a7d4 a7da-a7dc a7f1 fbc3-fbd2 '
  + 'fd90-fd91 fdc8-fdce 105c0-105f3 10940-10959 10d40-10d65 10d69-10d85 10d8e-10d8f 10ec2-10ec7 10ed0-10ed8 10efa-10efc 11380-11389 1138b 1138e '
  + '11390-113b5 113b7-113c0 113c2 113c5 113c7-113ca 113cc-113d5 113d7-113d8 113e1-113e2 116d0-116e3 11b60-11b67 11bc0-11be1 11bf0-11bf9 11db0-11ddb '
  + '11de0-11de9 11f5a 13460-143fa 16100-16139 16d40-16d79 16ea0-16eb8 16ebb-16ed3 16ff2-16ff6 187f8-187ff 18cff 18d09-18d1e 18d80-18df2 1cc00-1ccfc '
  + '1cd00-1ceb3 1ceba-1ced0 1cee0-1cef0 1e5d0-1e5fa 1e5ff 1e6c0-1e6de 1e6e0-1e6f5 1e6fe-1e6ff 1f6d8 1f777-1f77a 1f8b2-1f8bb 1f8c0-1f8c1 1f8d0-1f8d8 '
  + '1fa54-1fa57 1fa89-1fa8a 1fa8e-1fa8f 1fabe 1fac6 1fac8 1facd 1fadc 1fadf 1fae9-1faea 1faef 1fbcb-1fbef 1fbfa 2b73a-2b73f 2cea2-2cead 2ebf0-2ee5d '
  + '323b0-33479'
).split(' ').map((range) => {
  const [from = '', to = from] = range.split('-');
  return [parseInt(from, 16), parseInt(to, 16)];
});

/** How `repr` shows a character that it does not print. */
export function escapeCode(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
