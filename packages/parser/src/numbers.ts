import * as ast from '@py/ast';
import type { ConstantValue, expr } from '@py/ast';
import type { ParserState } from './state.ts';
import { mismatch } from './state.ts';

/** `sys.get_int_max_str_digits()` as CPython starts with it. */
export const DEFAULT_MAX_INT_DIGITS = 4300;

/** The current token, a NUMBER, as a Constant. */
export function number(p: ParserState): expr {
  const token = p.pos;
  const value = numberValue(p.text(token), p.options.maxIntDigits ?? DEFAULT_MAX_INT_DIGITS);
  if (value === null) throw mismatch;
  p.advance();
  const line = p.lines[token]!;
  const lineStart = p.lineStarts[line - 1]!;
  return new ast.Constant(value, null, line, p.starts[token]! - lineStart, line, p.ends[token]! - lineStart);
}

/** The number that a literal stands for; null for a decimal integer of more than `maxDigits` digits (0: no limit). */
export function numberValue(literal: string, maxDigits: number): ConstantValue {
  if (literal.length === 1) return smallInts[literal.charCodeAt(0) - 0x30]!;
  const text = literal.includes('_') ? literal.replaceAll('_', '') : literal;
  const last = text.charCodeAt(text.length - 1) | 0x20;
  if (last === 0x6a) return ast.complex(0, Number(text.slice(0, -1))); // 1j
  const second = text.charCodeAt(1) | 0x20;
  if (second === 0x78 || second === 0x6f || second === 0x62) return BigInt(text.toLowerCase()); // 0x 0o 0b
  if (/[.eE]/.test(text)) return Number(text);
  if (text.length < 16) {
    const value = Number(text);
    return value < smallInts.length ? smallInts[value]! : BigInt(value);
  }
  if (maxDigits > 0 && text.length > maxDigits) return null;
  return BigInt(text);
}

/** The most frequent literals, held once. */
const smallInts: readonly bigint[] = Array.from({ length: 257 }, (_, value) => BigInt(value));
