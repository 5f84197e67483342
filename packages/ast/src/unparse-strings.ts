import type { ConstantValue } from './constants.ts';
import { escapeCode, isPrintable, reprConstant, reprString, shortEscapes } from './repr.ts';

export const allQuotes: readonly string[] = ["'", '"', '"""', "'''"];
export const tripleQuotes: readonly string[] = ['"""', "'''"];

/** Text between quotes, and the quotes that may stand around it, best first. */
export interface Quotable {
  readonly text: string;
  readonly quotes: readonly string[];
}

/** Escapes as little as some of the `quotes` allow. CPython 3.12: Lib/ast.py, _Unparser._str_literal_helper. */
export function quotable(value: string, quotes: readonly string[], escapeWhitespace: boolean): Quotable {
  const escaped = Array.from(value, (char) => escapeCharacter(char, escapeWhitespace)).join('');
  const last = escaped.slice(-1);
  const usable = quotes.filter((quote) => !escaped.includes(quote) && (quote.length === 3 || !escaped.includes('\n')));
  if (usable.length === 0) {
    const repr = reprString(value);
    const mark = repr.charAt(0);
    return { text: repr.slice(1, -1), quotes: [quotes.find((quote) => quote.includes(mark)) ?? mark] };
  }
  // Rather '''"''' than """\"""".
  const ordered = [...usable.filter((quote) => quote.charAt(0) !== last), ...usable.filter((quote) => quote.charAt(0) === last)];
  const clashes = escaped !== '' && ordered[0]!.charAt(0) === last;
  return { text: clashes ? `${escaped.slice(0, -1)}\\${last}` : escaped, quotes: escaped === '' ? usable : ordered };
}

function escapeCharacter(char: string, escapeWhitespace: boolean): string {
  if (char === '\n' || char === '\t') return escapeWhitespace ? shortEscapes.get(char.charCodeAt(0))! : char;
  if (char === '\\') return '\\\\';
  const code = char.codePointAt(0)!;
  return isPrintable(code) ? char : (shortEscapes.get(code) ?? escapeCode(code));
}

/** A docstring between triple quotes. */
export function docstring(value: string): string {
  const { text, quotes } = quotable(value, tripleQuotes, false);
  return quotes[0]! + text + quotes[0]!;
}

/** Joins the parts of an f-string: its texts (braces doubled already) and its fields, as they are. */
export function joinFString(parts: readonly { readonly text: string; readonly isText: boolean }[]): string {
  let quotes = allQuotes;
  let body = '';
  for (const { text, isText } of parts) {
    if (isText) {
      const one = quotable(text, quotes, true);
      if (!one.quotes.some((quote) => quotes.includes(quote))) return `'''${parts.map(escapedPart).join('')}'''`;
      quotes = one.quotes;
      body += one.text;
    } else {
      if (text.includes('\n')) quotes = quotes.filter((quote) => quote.length === 3);
      body += text;
    }
  }
  return quotes[0]! + body + quotes[0]!;
}

/** No quotes suit all texts: `repr` escapes single quotes in them. */
function escapedPart({ text, isText }: { readonly text: string; readonly isText: boolean }): string {
  return isText ? reprString(`"${text}`).slice(2, -1) : text;
}

/** A constant as source text: `1e309` stands for infinity. */
export function constantText(value: ConstantValue): string {
  if (Array.isArray(value)) {
    const items = value as readonly ConstantValue[];
    return items.length === 1 ? `(${plainConstant(items[0]!)},)` : `(${items.map(plainConstant).join(', ')})`;
  }
  if (value !== null && typeof value === 'object' && 'kind' in value && value.kind === 'ellipsis') return '...';
  return plainConstant(value);
}

function plainConstant(value: ConstantValue): string {
  const text = reprConstant(value);
  const isNumber = typeof value === 'number' || (value !== null && typeof value === 'object' && 'kind' in value && value.kind === 'complex');
  return isNumber ? text.replaceAll('inf', '1e309').replaceAll('nan', '(1e309-1e309)') : text;
}
