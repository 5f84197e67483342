import type { PyValue } from '../core/value.ts';
import { plainText, strFromPoints } from './str-support.ts';
import { codePoints } from './str-points.ts';
import { isPrintable } from './str-unicode.ts';

/** `repr(str)` */
export function strRepr(value: PyValue): PyValue {
  const text = plainText(value);
  if (text !== null && /^[ !#-&(-[\]-~]*$/.test(text)) return `'${text}'`;
  const points = codePoints(value);
  let single = false;
  let double = false;
  for (let i = 0; i < points.length; i++) {
    if (points[i] === 0x27) single = true;
    else if (points[i] === 0x22) double = true;
  }
  const quote = single && !double ? 0x22 : 0x27;
  const out: number[] = [quote];
  for (let i = 0; i < points.length; i++) escapeInto(out, points[i], quote);
  out.push(quote);
  return strFromPoints(out);
}

function escapeInto(out: number[], point: number, quote: number): void {
  const push = (text: string): void => {
    for (let i = 0; i < text.length; i++) out.push(text.charCodeAt(i));
  };
  if (point === quote || point === 0x5c) out.push(0x5c, point);
  else if (point === 0x09) push('\\t');
  else if (point === 0x0a) push('\\n');
  else if (point === 0x0d) push('\\r');
  else if (point >= 0x20 && point < 0x7f) out.push(point);
  else if (point > 0x7f && isPrintable(point)) out.push(point);
  else if (point <= 0xff) push(`\\x${point.toString(16).padStart(2, '0')}`);
  else if (point <= 0xffff) push(`\\u${point.toString(16).padStart(4, '0')}`);
  else push(`\\U${point.toString(16).padStart(8, '0')}`);
}
