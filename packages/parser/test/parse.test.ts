import { describe, expect, it } from 'vitest';
import { dump } from '@py/ast';
import type { PySyntaxError, PySyntaxWarning } from '@py/ast';
import { tokenize } from '@py/tokenizer';
import { parse } from '../src/index.ts';
import type { ParseOptions } from '../src/index.ts';
import { unicodeName } from '../src/unicode-names.ts';

function tree(source: string, options: ParseOptions & { readonly typeComments?: boolean } = {}): string {
  return dump(parse(tokenize(source, options), options));
}

function error(source: string, options: ParseOptions = {}): string {
  return errorOf(source, options);
}

function errorOf(source: string | Uint8Array, options: ParseOptions = {}): string {
  try {
    parse(tokenize(source, options), options);
  } catch (thrown) {
    const { name, pyClass, message, lineno, offset, end_lineno, end_offset } = thrown as PySyntaxError;
    if (name !== 'PySyntaxError') throw thrown;
    return `${pyClass}: ${message} ${lineno},${offset}-${end_lineno},${end_offset}`;
  }
  return 'no error';
}

describe('type comments', () => {
  it('belong to the statement or parameter they follow', () => {
    const text = tree('def f(\n  a,  # type: int\n  b  # type: str\n):\n  # type: (...) -> bool\n  x = 1  # type: float\n', { typeComments: true });
    expect(text).toContain("arg(arg='a', type_comment='int'), arg(arg='b', type_comment='str')");
    expect(text).toContain("type_comment='(...) -> bool'");
    expect(text).toContain("value=Constant(value=1), type_comment='float'");
  });

  it('list what is to be ignored', () => {
    expect(tree('x  # type: ignore[a]\n', { typeComments: true })).toContain("type_ignores=[TypeIgnore(lineno=1, tag='[a]')]");
  });
});

describe('featureVersion', () => {
  it.each([
    ['x: int\n', 5, 'SyntaxError: Variable annotation syntax is only supported in Python 3.6 and greater 1,7-1,8'],
    ['(x := 1)\n', 7, 'SyntaxError: Assignment expressions are only supported in Python 3.8 and greater 1,8-1,9'],
    ['match x:\n  case _: pass\n', 9, 'SyntaxError: Pattern matching is only supported in Python 3.10 and greater 2,15-2,-1'],
    ['type X = int\n', 11, 'SyntaxError: Type statement is only supported in Python 3.12 and greater 1,13-1,14'],
  ])('%j in 3.%i', (source, featureVersion, expected) => {
    expect(error(source, { featureVersion })).toBe(expected);
    expect(error(source)).toBe('no error');
  });
});

describe('options', () => {
  it('barryAsFlufl takes <> for !=', () => {
    expect(tree('a <> b\n', { barryAsFlufl: true })).toBe(tree('a != b\n'));
    expect(error('a != b\n', { barryAsFlufl: true })).toBe("SyntaxError: with Barry as BDFL, use '<>' instead of '!=' 1,3-1,5");
    expect(error('a <> b\n')).toBe('SyntaxError: invalid syntax 1,3-1,5');
  });

  it('maxIntDigits limits decimal integers', () => {
    expect(error(`${'1'.repeat(641)}\n`, { maxIntDigits: 640 })).toMatch(/^SyntaxError: Exceeds the limit \(640 digits\) .* 1,0-1,0$/);
    expect(error(`${'1'.repeat(5000)}\n`, { maxIntDigits: 0 })).toBe('no error');
  });

  it('unicodeName finds characters', () => {
    const unicodeName = (name: string): number | undefined => (name === 'SNOWMAN' ? 0x2603 : undefined);
    expect(tree("'\\N{SNOWMAN}'\n", { unicodeName })).toContain("value='☃'");
  });

  it('onWarning may throw', () => {
    const onWarning = (warning: PySyntaxWarning): never => {
      throw new Error(warning.message);
    };
    expect(() => parse(tokenize("'\\d'\n"), { onWarning })).toThrow("invalid escape sequence '\\d'");
  });
});

describe('bytes that are no UTF-8', () => {
  const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
  it.each([
    ['"b\xf6se"\n', "SyntaxError: (unicode error) 'utf-8' codec can't decode byte 0xf6 in position 1: invalid start byte 1,1-1,5"],
    ['x = "a\\n\xc3\xa9\xf6b"\n', "SyntaxError: (unicode error) 'utf-8' codec can't decode byte 0xf6 in position 2: invalid start byte 1,5-1,11"],
    ['x = r"\xe2\x82"\n', "SyntaxError: (unicode error) 'utf-8' codec can't decode bytes in position 0-1: unexpected end of data 1,5-1,8"],
    ['f"a\xf6"\n', "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xf6 in position 1: invalid start byte 0,0-null,null"],
    ['x = 1 # \xf6\n', 'no error'],
  ])('%j', (source, expected) => {
    expect(errorOf(bytes(source))).toBe(expected);
  });
});

describe('unicodeName', () => {
  it.each([
    ['LATIN SMALL LETTER A', 0x61], ['latin small letter sharp s', 0xdf], ['SNOWMAN', 0x2603], ['NBSP', 0xa0], ['VS256', 0xe01ef], ['HANGUL SYLLABLE GAG', 0xac01],
    ['CJK UNIFIED IDEOGRAPH-4E00', 0x4e00], ['NUSHU CHARACTER-1B170', 0x1b170], ['HANGUL SYLLABLE gag', undefined], ['CJK UNIFIED IDEOGRAPH-2A6E0', undefined], ['NO SUCH NAME', undefined],
  ])('%s', (name, code) => {
    expect(unicodeName(name)).toBe(code);
  });
});

describe('nesting', () => {
  // The first number of levels that CPython's parser refuses.
  it.each([
    ['-', '1', '', 5969],
    ['not ', 'x', '', 5970],
    ['1 if 1 else ', '1', '', 5969],
    ['lambda: ', '1', '', 2985],
    ['1 ** ', '1', '', 2985],
    ['lambda x=', '1', ': 1', 747],
  ])('of %j', (open, middle, close, limit) => {
    const program = (levels: number): string => `${open.repeat(levels)}${middle}${close.repeat(levels)}\n`;
    expect(error(program(limit - 1))).toBe('no error');
    expect(error(program(limit))).toBe('MemoryError: Parser stack overflowed - Python source too complex to parse 0,0-null,null');
  });

  it.each(['x.y', 'x()', 'x[0]', '1 + 1', 'a and b', 'a < b', 'x = y'])('of a long chain of %j has no limit', (link) => {
    const [first, rest] = [link.slice(0, 1), link.slice(1)];
    expect(error(`${first}${rest.repeat(100_000)}\n`)).toBe('no error');
  });

  it.each(['-', '(', '[', '{', 'not ', 'lambda: ', 'f(', "f'{", 'x if y else ', 'await ', '*', '{1:', 'x[', '1 ** '])('of 100,000 %j is an error', (open) => {
    expect(error(open.repeat(100_000))).toMatch(/^(SyntaxError|MemoryError): /);
  });
});

describe('a program that is long', () => {
  it('has its error found', () => {
    expect(error(`${'x = [1, 2, 3]\n'.repeat(5000)}y = = 1\n`)).toBe('SyntaxError: invalid syntax 5001,5-5001,6');
  });
});
