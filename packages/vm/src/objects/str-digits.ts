import { decimalValue, isSpace } from './str-unicode.ts';

/** Decimal digits of any script as ASCII digits and Unicode spaces as ' ' (CPython: _PyUnicode_TransformDecimalAndSpaceToASCII). */
export function asciiDigits(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  let result = '';
  for (const ch of text) {
    const code = ch.codePointAt(0) as number;
    const digit = code < 128 ? -1 : decimalValue(code);
    if (digit >= 0) result += String(digit);
    else result += code > 127 && isSpace(code) ? ' ' : ch;
  }
  return result;
}
