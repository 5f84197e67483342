import type { PyValue } from '../core/value.ts';
import { PyStr } from './str-storage.ts';

/** The code points of a str. */
export function codePoints(value: PyValue): ArrayLike<number> {
  if (value instanceof PyStr) {
    if (value.points !== null) return value.points;
    return unitsOf(value.text as string);
  }
  return unitsOf(value as string);
}

function unitsOf(text: string): ArrayLike<number> {
  const points = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) points[i] = text.charCodeAt(i);
  return points;
}
