import { kwlist } from '@py/ast';
import { ASYNC, AWAIT, DEDENT, INDENT, LBRACE, LPAR, LSQB, NAME, NEWLINE, RBRACE, RPAR, RSQB } from './kinds.ts';
import type { Scan } from './state.ts';

const DEF = kwlist.indexOf('def');

/**
 * Makes `async` and `await` names where Python 3.5 and 3.6 have no keywords: outside `async def` and its body.
 * CPython 3.12: Parser/tokenizer.c, tok_get, what `async_hacks` does.
 */
export function unmakeAsyncKeywords(s: Scan): void {
  const { types, values } = s;
  let indent = 0;
  let level = 0;
  /** Of the outermost `async def`: its indentation, or -1 outside any; and whether its header has ended. */
  let functionIndent = -1;
  let inBody = false;
  for (let i = 0; i < s.length; i++) {
    switch (types[i]) {
      case INDENT:
        indent++;
        continue;
      case DEDENT:
        indent--;
        continue;
      case NEWLINE:
        inBody = functionIndent >= 0;
        continue;
    }
    if (inBody && level === 0 && functionIndent >= indent) {
      functionIndent = -1;
      inBody = false;
    }
    switch (types[i]) {
      case LPAR:
      case LSQB:
      case LBRACE:
        level++;
        break;
      case RPAR:
      case RSQB:
      case RBRACE:
        level--;
        break;
      case ASYNC:
        if (functionIndent >= 0) break;
        if (i + 1 < s.length && types[i + 1] === NAME && values[i + 1] === DEF) functionIndent = indent;
        else types[i] = NAME;
        break;
      case AWAIT:
        if (functionIndent < 0) types[i] = NAME;
    }
  }
}
