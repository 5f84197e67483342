import type { PyValue } from '../core/value.ts';
import { plainText, strFromPoints } from './str-support.ts';
import { codePoints } from './str-points.ts';
import {
  casefoldMap, isAlpha, isCaseIgnorable, isCased, isDecimal, isDigit, isIdContinue, isIdStart, isLower, isNumeric, isPrintable, isSpace, isTitle, isUpper,
  lowerMap, titleMap, upperMap,
} from './str-unicode.ts';

/* Case conversion and the is… questions of str. */

const asciiOnly = /^[\0-\x7f]*$/;

/** Lower case; a capital sigma at the end of a word becomes `ς`. */
export function lowerStr(value: PyValue): PyValue {
  const text = plainText(value);
  if (text !== null && asciiOnly.test(text)) return text.toLowerCase();
  const points = codePoints(value);
  const out: number[] = [];
  for (let i = 0; i < points.length; i++) lowerAt(points, i, out);
  return strFromPoints(out);
}

function lowerAt(points: ArrayLike<number>, i: number, out: number[]): void {
  if (points[i] === 0x3a3) out.push(isFinalSigma(points, i) ? 0x3c2 : 0x3c3);
  else lowerMap.push(points[i], out);
}

function isFinalSigma(points: ArrayLike<number>, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && isCaseIgnorable(points[before])) before--;
  if (before < 0 || !isCased(points[before])) return false;
  let after = at + 1;
  while (after < points.length && isCaseIgnorable(points[after])) after++;
  return after === points.length || !isCased(points[after]);
}

export function upperStr(value: PyValue): PyValue {
  const text = plainText(value);
  if (text !== null && asciiOnly.test(text)) return text.toUpperCase();
  const points = codePoints(value);
  const out: number[] = [];
  for (let i = 0; i < points.length; i++) upperMap.push(points[i], out);
  return strFromPoints(out);
}

export function casefoldStr(value: PyValue): PyValue {
  const text = plainText(value);
  if (text !== null && asciiOnly.test(text)) return text.toLowerCase();
  const points = codePoints(value);
  const out: number[] = [];
  for (let i = 0; i < points.length; i++) casefoldMap.push(points[i], out);
  return strFromPoints(out);
}

export function capitalizeStr(value: PyValue): PyValue {
  const points = codePoints(value);
  if (points.length === 0) return '';
  const out: number[] = [];
  titleMap.push(points[0], out);
  for (let i = 1; i < points.length; i++) lowerAt(points, i, out);
  return strFromPoints(out);
}

export function titleStr(value: PyValue): PyValue {
  const points = codePoints(value);
  const out: number[] = [];
  let inWord = false;
  for (let i = 0; i < points.length; i++) {
    if (inWord) lowerAt(points, i, out);
    else titleMap.push(points[i], out);
    inWord = isCased(points[i]);
  }
  return strFromPoints(out);
}

export function swapcaseStr(value: PyValue): PyValue {
  const points = codePoints(value);
  const out: number[] = [];
  for (let i = 0; i < points.length; i++) {
    if (isUpper(points[i])) lowerAt(points, i, out);
    else if (isLower(points[i])) upperMap.push(points[i], out);
    else out.push(points[i]);
  }
  return strFromPoints(out);
}

/** All characters (at least one) have a property. */
function every(test: (code: number) => boolean): (value: PyValue) => boolean {
  return (value) => {
    const points = codePoints(value);
    for (let i = 0; i < points.length; i++) if (!test(points[i])) return false;
    return points.length > 0;
  };
}

export const isalpha = every(isAlpha);
export const isdecimal = every(isDecimal);
export const isdigit = every(isDigit);
export const isnumeric = every(isNumeric);
export const isspace = every(isSpace);
export const isalnum = every((code) => isAlpha(code) || isDecimal(code) || isDigit(code) || isNumeric(code));

export function isascii(value: PyValue): boolean {
  const text = plainText(value);
  return text !== null && asciiOnly.test(text);
}

export function isprintable(value: PyValue): boolean {
  const points = codePoints(value);
  for (let i = 0; i < points.length; i++) if (!isPrintable(points[i])) return false;
  return true;
}

export function isidentifier(value: PyValue): boolean {
  const points = codePoints(value);
  if (points.length === 0 || !isIdStart(points[0])) return false;
  for (let i = 1; i < points.length; i++) if (!isIdContinue(points[i])) return false;
  return true;
}

export function islower(value: PyValue): boolean {
  const points = codePoints(value);
  let found = false;
  for (let i = 0; i < points.length; i++) {
    if (isUpper(points[i]) || isTitle(points[i])) return false;
    found ||= isLower(points[i]);
  }
  return found;
}

export function isupper(value: PyValue): boolean {
  const points = codePoints(value);
  let found = false;
  for (let i = 0; i < points.length; i++) {
    if (isLower(points[i]) || isTitle(points[i])) return false;
    found ||= isUpper(points[i]);
  }
  return found;
}

export function istitle(value: PyValue): boolean {
  const points = codePoints(value);
  let found = false;
  let inWord = false;
  for (let i = 0; i < points.length; i++) {
    if (isUpper(points[i]) || isTitle(points[i])) {
      if (inWord) return false;
      inWord = found = true;
    } else if (isLower(points[i])) {
      if (!inWord) return false;
      found = true;
    } else inWord = false;
  }
  return found;
}
