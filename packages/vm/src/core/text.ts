import type { PyValue } from './value.ts';
import { PyStr } from '../objects/str-storage.ts';

const anySurrogate = /[\ud800-\udfff]/;
/** A loop over the text is faster than a regular expression up to about this length. */
const short = 24;
const surrogatePair = /[\ud800-\udbff][\udc00-\udfff]/;

/** A str from ordinary JavaScript text, in which a surrogate pair is one character. */
export function strFromJS(text: string): PyValue {
  if (!hasSurrogate(text) || !surrogatePair.test(text)) return text;
  const points = new Uint32Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; length++) {
    const point = text.codePointAt(i) as number;
    points[length] = point;
    i += point > 0xffff ? 2 : 1;
  }
  return PyStr.fromCodePoints(points.slice(0, length));
}

function hasSurrogate(text: string): boolean {
  if (text.length > short) return anySurrogate.test(text);
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xf800) === 0xd800) return true;
  return false;
}

/** Ordinary JavaScript text from a str or an instance of a subclass of it. */
export function jsText(value: PyValue): string {
  if (typeof value === 'string') return value;
  return (value as PyStr).toJS();
}

/** A str or an instance of a subclass. */
export function isStr(value: PyValue): value is string | PyStr {
  return typeof value === 'string' || value instanceof PyStr;
}
