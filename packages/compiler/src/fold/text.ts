import type { ConstantValue, SurrogateStr } from '@py/ast';

/** A Python str. */
export type Str = string | SurrogateStr;

export function isStr(value: ConstantValue): value is Str {
  return typeof value === 'string' || (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'str');
}

export function codePoints(text: Str): readonly number[] {
  return typeof text === 'string' ? Array.from(text, (character) => character.codePointAt(0)!) : text.codePoints;
}

/** The str of these characters: a JavaScript string, unless that would join two surrogates into one character. */
export function strOf(characters: readonly number[]): Str {
  for (let i = 1; i < characters.length; i++) {
    if (isHighSurrogate(characters[i - 1]) && isLowSurrogate(characters[i])) return { kind: 'str', codePoints: characters };
  }
  let text = '';
  for (const character of characters) text += String.fromCodePoint(character);
  return text;
}

export function concat(left: Str, right: Str): Str {
  if (typeof left === 'string' && typeof right === 'string') {
    const joins = isHighSurrogate(left.charCodeAt(left.length - 1)) && isLowSurrogate(right.charCodeAt(0));
    if (!joins) return left + right;
  }
  return strOf([...codePoints(left), ...codePoints(right)]);
}

export function repeat(text: Str, count: number): Str {
  const once = codePoints(text);
  const result: number[] = [];
  for (let i = 0; i < count; i++) result.push(...once);
  return strOf(result);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}
