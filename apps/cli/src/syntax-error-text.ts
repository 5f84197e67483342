import type { PySyntaxError } from '@py/ast';

/** What CPython prints for an uncaught SyntaxError: place, source line, caret, class and message. CPython 3.12: Lib/traceback.py, _format_syntax_error. */
export function syntaxErrorText(error: PySyntaxError): string {
  const { lineno, filename } = error;
  let text = `  File "${filename}", line ${lineno}\n`;
  if (error.text !== null && lineno > 0) {
    const line = error.text.replace(/\n+$/, '');
    const shown = line.replace(/^[ \n\f]+/, '');
    const removed = [...line].length - [...shown].length;
    text += `    ${shown}\n`;
    const offset = error.offset;
    if (offset > 0) {
      // The range is shown as far as it is on this line.
      const end = error.end_lineno !== null && error.end_lineno !== lineno ? [...line].length + 1 : error.end_offset;
      const from = offset - 1 - removed;
      const to = end === null || end === 0 || end === -1 || end === offset ? from + 1 : end - 1 - removed;
      if (from >= 0) {
        const before = [...shown].slice(0, from).map((character) => (/\s/.test(character) ? character : ' '));
        text += `    ${before.join('')}${'^'.repeat(Math.max(to - from, 1))}\n`;
      }
    }
  }
  return `${text}${error.pyClass}: ${error.message}\n`;
}
