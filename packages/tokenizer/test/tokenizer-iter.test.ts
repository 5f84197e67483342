import { describe, expect, it } from 'vitest';
import { tok_name } from '@py/ast';
import { detectEncoding, generateTokens, TokenizerIter } from '../src/index.ts';

/** What is read and given, in order. */
function log(lines: readonly string[], extraTokens = true): string[] {
  const events: string[] = [];
  const rest = [...lines];
  const readline = (): string | null => {
    const line = rest.shift() ?? null;
    events.push(`read ${JSON.stringify(line)}`);
    return line;
  };
  try {
    for (const { type, string } of new TokenizerIter(readline, { extraTokens })) events.push(`${tok_name[type]} ${JSON.stringify(string)}`);
  } catch (error) {
    events.push((error as Error).message);
  }
  return events;
}

describe('reading line by line', () => {
  it('reads a line only when it is needed', () => {
    expect(log(['x = (1,\n', '  2)\n', 'y'])).toEqual([
      'read "x = (1,\\n"', 'NAME "x"', 'OP "="', 'OP "("', 'NUMBER "1"', 'OP ","', 'NL "\\n"',
      'read "  2)\\n"', 'NUMBER "2"', 'OP ")"', 'NEWLINE "\\n"',
      'read "y"', 'NAME "y"', 'NEWLINE ""', 'read null', 'ENDMARKER ""',
    ]);
  });

  it('gives the tokens before a string that goes on', () => {
    expect(log(['x = """a\n', 'b"""\n'])).toEqual(['read "x = \\"\\"\\"a\\n"', 'NAME "x"', 'OP "="', 'read "b\\"\\"\\"\\n"', 'STRING "\\"\\"\\"a\\nb\\"\\"\\""', 'NEWLINE "\\n"', 'read null', 'ENDMARKER ""']);
  });

  it('goes on after a backslash, also in an indentation', () => {
    expect(log(['if x:\n', '  \\\n', ' y\\\n', ' z\n']).filter((event) => !event.startsWith('read'))).toEqual([
      'NAME "if"', 'NAME "x"', 'OP ":"', 'NEWLINE "\\n"', 'INDENT " "', 'NAME "y"', 'NAME "z"', 'NEWLINE "\\n"', 'DEDENT ""', 'ENDMARKER ""',
    ]);
  });

  it('gives the parser\'s tokens too', () => {
    expect(log(['async (', ')\n'], false)).toEqual(['read "async ("', 'ASYNC "async"', 'LPAR "("', 'read ")\\n"', 'RPAR ")"', 'NEWLINE ""', 'read null', 'ENDMARKER ""']);
  });

  it('ends at an error, and says it after the tokens before it', () => {
    expect(log(["a = 'b\n"])).toEqual(['read "a = \'b\\n"', 'NAME "a"', 'OP "="', 'unterminated string literal (detected at line 1)']);
    expect(log(['a\n', 'b\0\n']).at(-1)).toBe('source code cannot contain null bytes');
  });

  it('lets through what readline throws, and goes on', () => {
    const lines: (string | Error)[] = ['a\n', new Error('no line'), 'b\n', ''];
    const tokens = new TokenizerIter(() => {
      const line = lines.shift() ?? '';
      if (typeof line !== 'string') throw line;
      return line;
    }, { extraTokens: true });
    expect([tokens.next().value?.string, tokens.next().value?.string]).toEqual(['a', '\n']);
    expect(() => tokens.next()).toThrow('no line');
    expect(tokens.next().value?.string).toBe('b');
  });

  it('reads a string of very many lines in a reasonable time', () => {
    const lines = ['"""\n', ...Array.from({ length: 40000 }, () => 'some text in a line of a long string\n'), '"""\n'];
    expect([...new TokenizerIter(() => lines.shift() ?? null, { extraTokens: true })]).toHaveLength(3);
  });
});

describe('generateTokens', () => {
  it('starts with ENCODING for bytes only', () => {
    const bytes = new TextEncoder().encode('x\n');
    expect([...generateTokens(bytes)][0]).toEqual({ type: 67, string: 'utf-8', start: [0, 0], end: [0, 0], line: '' });
    expect([...generateTokens('x\n')][0]).toEqual({ type: 1, string: 'x', start: [1, 0], end: [1, 1], line: 'x\n' });
    expect([...generateTokens(() => null)]).toEqual([{ type: 0, string: '', start: [1, 0], end: [1, 0], line: '' }]);
  });

  it('counts columns in characters', () => {
    expect([...generateTokens('é = "𝔘" + x\n')].find(({ string }) => string === 'x')?.start).toEqual([1, 10]);
  });
});

describe('detectEncoding', () => {
  const of = (text: string): unknown => detectEncoding(Uint8Array.from(text, (character) => character.charCodeAt(0)));

  it('follows tokenize.detect_encoding', () => {
    expect(of('x\n')).toEqual({ encoding: 'utf-8', start: 0 });
    expect(of('\xef\xbb\xbfx')).toEqual({ encoding: 'utf-8', start: 3 });
    expect(of('#!x\n# -*- coding: Latin_1-unix -*-\n')).toEqual({ encoding: 'iso-8859-1', start: 0 });
    expect(of('x\n# coding: latin-1\n')).toEqual({ encoding: 'utf-8', start: 0 });
    expect(() => of('# coding: nope\n')).toThrow('unknown encoding: nope');
    expect(() => of('\xef\xbb\xbf# coding: latin-1\n')).toThrow('encoding problem: utf-8');
    expect(() => of('# \xff\n')).toThrow('invalid or missing encoding declaration');
  });
});
