import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tok_name, TokenType } from '@py/ast';
import type { PySyntaxError, PySyntaxWarning, TokenStream } from '@py/ast';
import { decodeSource, generateTokens, tokenize } from '../src/index.ts';

const fixtures = new URL('fixtures/', import.meta.url);

function cases(topic: string): string[] {
  return readdirSync(new URL(`${topic}/`, fixtures)).filter((name) => name.endsWith('.py')).map((name) => name.slice(0, -3));
}

function read(path: string): Uint8Array {
  return readFileSync(new URL(path, fixtures));
}

function recorded(path: string): string {
  return new TextDecoder().decode(read(path));
}

/** The stream in the form of `_tokenize.TokenizerIter(…, extra_tokens=False)`, which shows some tokens otherwise than the parser sees them. */
function lines(stream: TokenStream): string {
  const { types, values } = stream;
  return [...stream]
    .map((token, i) => {
      const { type, lineno, end_lineno } = token;
      let { string, col_offset, end_col_offset } = token;
      if (type === TokenType.INDENT || type === TokenType.DEDENT || type === TokenType.ENDMARKER) {
        col_offset = end_col_offset = -1;
        string = '';
      }
      // The iterator leaves the line end out, and the second of two braces.
      if (type === TokenType.NEWLINE || (type === TokenType.FSTRING_MIDDLE && values[i] === 1)) end_col_offset--;
      if (type === TokenType.NEWLINE) string = string.slice(0, -1);
      return `${lineno},${col_offset}-${end_lineno},${end_col_offset} ${tok_name[types[i]]} ${JSON.stringify(string)}\n`;
    })
    .join('');
}

describe('what the parser reads', () => {
  it.each(cases('tokens'))('%s', (name) => {
    const stream = tokenize(read(`tokens/${name}.py`), { decode: decodeSource });
    expect(stream.error).toBeNull();
    expect(lines(stream)).toBe(recorded(`tokens/${name}.tokens`));
  });
});

/** As recorded: the line of an error is that of Python's exception, which is TokenError for a SyntaxError of the C tokenizer. */
function errorLine({ pyClass, message, lineno, offset }: PySyntaxError): string {
  if (pyClass !== 'SyntaxError') return `${pyClass}: ${message} (${lineno},${offset}-null,null)\n`;
  const text = message.startsWith('unterminated triple-quoted string') ? 'EOF in multi-line string' : message;
  return lineno > 0 ? `TokenError: (${JSON.stringify(text).replaceAll('"', "'")}, (${lineno}, ${offset}))\n` : `SyntaxError: ${message} (null,null-null,null)\n`;
}

describe('the tokenize module', () => {
  it.each(cases('tokenize'))('%s', (name) => {
    let text = '';
    try {
      for (const { type, string, start, end, line } of generateTokens(read(`tokenize/${name}.py`), decodeSource)) {
        text += `${start.join(',')}-${end.join(',')} ${tok_name[type]} ${JSON.stringify(string)} ${JSON.stringify(line)}\n`;
      }
    } catch (error) {
      text += errorLine(error as PySyntaxError);
    }
    expect(text).toBe(recorded(`tokenize/${name}.tokenize`));
  });
});

interface RecordedErrors {
  readonly error: Record<string, unknown> | null;
  readonly warnings: readonly { readonly category: string; readonly message: string; readonly lineno: number }[];
}

describe('errors and warnings', () => {
  it.each(cases('errors'))('%s', (name) => {
    const warnings: PySyntaxWarning[] = [];
    const filename = `${name}.py`;
    const { error } = tokenize(read(`errors/${filename}`), { filename, decode: decodeSource, onWarning: (warning) => warnings.push(warning) });
    const expected = JSON.parse(recorded(`errors/${name}.errors.json`)) as RecordedErrors;
    expect(warnings.map(({ category, message, lineno }) => ({ category, message, lineno }))).toEqual(
      expected.warnings.map(({ category, message, lineno }) => ({ category, message, lineno })),
    );
    if (expected.error === null) {
      expect(error).toBeNull();
      return;
    }
    const { class: pyClass, msg, lineno, offset, end_lineno, end_offset, text } = expected.error;
    expect(error).toMatchObject({ pyClass, message: msg, end_lineno, end_offset, text });
    expect([error?.lineno, error?.offset]).toEqual([lineno ?? 0, offset ?? 0]);
  });
});
