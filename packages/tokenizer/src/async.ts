import { ASYNC, AWAIT, DEDENT, INDENT, NAME, NEWLINE } from './kinds.ts';
import type { Scan } from './state.ts';

/** The number of `def` among the keywords. */
const DEF = 11;

/**
 * Makes `async` and `await` names where Python 3.5 and 3.6 have no keywords: outside `async def` and its body.
 * CPython 3.12: Parser/tokenizer.c, tok_get, what `async_hacks` does.
 */
export function unmakeAsyncKeywords(s: Scan): void {
  const { types, values } = s;
  let indent = 0;
  /** Of the outermost `async def`: its indentation, or -1 outside any; and whether its header has ended. */
  let functionIndent = -1;
  let inBody = false;
  for (let i = 0; i < s.length; i++) {
    const type = types[i];
    if (type === INDENT) indent++;
    else if (type === DEDENT) indent--;
    else if (type === NEWLINE) inBody = functionIndent >= 0;
    else {
      if (inBody && functionIndent >= indent) {
        functionIndent = -1;
        inBody = false;
      }
      if (functionIndent >= 0 || (type !== ASYNC && type !== AWAIT)) continue;
      if (type === ASYNC && types[i + 1] === NAME && values[i + 1] === DEF) functionIndent = indent;
      else types[i] = NAME;
    }
  }
}
