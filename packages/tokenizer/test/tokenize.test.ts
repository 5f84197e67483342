import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kwlist, softkwlist, TokenType } from '@py/ast';
import type { TokenStream } from '@py/ast';
import { decodeSource, readProgramFile, tokenize } from '../src/index.ts';
import * as kinds from '../src/kinds.ts';
import { characterKind } from '../src/identifiers.ts';

/** `NAME:x NEWLINE:` … */
function shown(stream: TokenStream): string {
  const names = Object.keys(TokenType);
  return [...stream].map(({ type, string }) => `${names[type]}${string.trim() === '' ? '' : `:${string.trim()}`}`).join(' ');
}

function names(source: string): string[] {
  const { length, types, values, strings } = tokenize(source);
  return Array.from({ length }, (_, i) => i).filter((i) => types[i] === TokenType.NAME).map((i) => strings[values[i]]);
}

describe('names', () => {
  it('are the same number for the same name, from 39 on', () => {
    const { values, strings } = tokenize('a bb a ccc_ddd_eee bb ccc_ddd_eee ccc_ddd_eef\n');
    expect([...values.slice(0, 7)]).toEqual([39, 40, 39, 41, 40, 41, 42]);
    expect(strings.slice(39)).toEqual(['a', 'bb', 'ccc_ddd_eee', 'ccc_ddd_eef']);
  });

  it('begin with the keywords and soft keywords', () => {
    const { values, strings } = tokenize(`${[...kwlist, ...softkwlist].join(' ')}\n`);
    expect([...values.slice(0, 39)]).toEqual(Array.from({ length: 39 }, (_, i) => i));
    expect(strings).toEqual([...kwlist, ...softkwlist]);
  });

  it('are normalised, but no keyword comes of it', () => {
    expect(names('ｆｕｌｌ full ﬁ fi ª\n')).toEqual(['full', 'full', 'fi', 'fi', 'a']);
    const { values, strings } = tokenize('ｉｆ if ｉｆ\n');
    expect([...values.slice(0, 3)]).toEqual([39, kwlist.indexOf('if'), 39]);
    expect(strings[39]).toBe('if');
  });

  it('are many', () => {
    const list = Array.from({ length: 5000 }, (_, i) => `name_${i * 7919}`);
    expect(names(`${list.join(' ')} ${list.join('\n')}\n`)).toEqual([...list, ...list]);
  });
});

describe('characters', () => {
  it('have the kinds that CPython 3.12 gives them, all 1114112', () => {
    const recorded = readFileSync(new URL('fixtures/unicode-15.0.txt', import.meta.url), 'utf8');
    const wrong: string[] = [];
    let codePoint = 0;
    for (const [, size, mark] of recorded.matchAll(/(\w+)([.,:;])/g)) {
      const kind = '.,:;'.indexOf(mark);
      for (const end = codePoint + parseInt(size, 36); codePoint < end; codePoint++) {
        if (codePoint < 128) continue;
        const ours = characterKind(String.fromCodePoint(codePoint));
        if (ours !== kind) wrong.push(`U+${codePoint.toString(16)}: ${ours}, not ${kind}`);
      }
    }
    // A host with a newer Unicode than the generated list knows: run `pnpm generate` with it.
    expect(wrong).toEqual([]);
    expect(codePoint).toBe(0x110000);
  });
});

describe('modes', () => {
  it('exec adds a line end, the others do not', () => {
    expect(shown(tokenize('x'))).toBe('NAME:x NEWLINE ENDMARKER');
    expect(shown(tokenize('x', { mode: 'eval' }))).toBe('NAME:x ENDMARKER');
    expect(tokenize('x', { mode: 'eval' }).implicitNewline).toBe(true);
    expect(shown(tokenize('x\n', { mode: 'eval' }))).toBe('NAME:x NEWLINE ENDMARKER');
  });

  it('single ends with a NEWLINE and closes blocks', () => {
    expect(shown(tokenize('x\n', { mode: 'single' }))).toBe('NAME:x NEWLINE NEWLINE ENDMARKER');
    expect(shown(tokenize('if x:\n  y', { mode: 'single' }))).toBe('NAME:if NAME:x COLON:: NEWLINE INDENT NAME:y NEWLINE DEDENT NEWLINE ENDMARKER');
    expect(shown(tokenize('if x:\n  y', { mode: 'single', dontImplyDedent: true }))).toBe('NAME:if NAME:x COLON:: NEWLINE INDENT NAME:y NEWLINE ENDMARKER');
    expect(shown(tokenize('', { mode: 'single' }))).toBe('ENDMARKER');
  });

  it('an empty source has one token, in line 0', () => {
    expect([...tokenize('').lines.slice(0, 1)]).toEqual([0]);
    expect(shown(tokenize(''))).toBe('ENDMARKER');
  });
});

describe('type comments', () => {
  it('are tokens and a list', () => {
    const stream = tokenize('x = 1 # type:  int \n#type:ignore[a]\ny # type: ignored\nz # type: ignore é\n  # type: str\n', { typeComments: true });
    expect(shown(stream)).toBe('NAME:x EQUAL:= NUMBER:1 TYPE_COMMENT:int NEWLINE NAME:y TYPE_COMMENT:ignored NEWLINE NAME:z NEWLINE TYPE_COMMENT:str NEWLINE ENDMARKER');
    expect(stream.typeIgnores).toEqual([{ lineno: 2, tag: '[a]\n' }, { lineno: 4, tag: ' é' }]);
  });

  it('are comments otherwise', () => {
    expect(shown(tokenize('x # type: int\n'))).toBe('NAME:x NEWLINE:# type: int ENDMARKER');
  });
});

describe('async and await', () => {
  it('are names before Python 3.7, but for async def and its body', () => {
    const source = 'async = await\nasync def f():\n  await async\n  def g(): async\nawait\n';
    const old = shown(tokenize(source, { featureVersion: 6 })).match(/(NAME|ASYNC|AWAIT):a\w+/g);
    expect(old).toEqual(['NAME:async', 'NAME:await', 'ASYNC:async', 'AWAIT:await', 'ASYNC:async', 'ASYNC:async', 'NAME:await']);
    expect(shown(tokenize(source)).match(/NAME:a\w+/g)).toBeNull();
  });
});

describe('errors', () => {
  it('say why the tokens stop', () => {
    const codes = ['$', ')', "'a\n", '(', 'x\\\n', "'''", "f'''", 'if x:\n\ty\n        z', 'if x:\n  y\n z', 'x\\y'].map((source) => tokenize(source).errorCode);
    expect(codes).toEqual([null, 'E_ERROR', 'E_ERROR', 'E_EOF', 'E_EOF', 'E_EOFS', 'E_EOFS', 'E_TABSPACE', 'E_DEDENT', 'E_LINECONT']);
    expect(tokenize("'a", { mode: 'eval' }).errorCode).toBe('E_EOLS');
  });

  it('tell which brackets are open', () => {
    expect(tokenize('é = (1,\n  [').openBrackets).toEqual([{ bracket: '(', lineno: 1, col_offset: 5 }, { bracket: '[', lineno: 2, col_offset: 2 }]);
    expect(tokenize('(1)').openBrackets).toEqual([]);
  });

  it('lone surrogates cannot be encoded', () => {
    const one = tokenize('é = "\ud800"').error;
    expect(one).toMatchObject({ pyClass: 'UnicodeEncodeError', message: "'utf-8' codec can't encode character '\\ud800' in position 5: surrogates not allowed" });
    expect(tokenize('𝔘\udfff\udfff').error?.message).toBe("'utf-8' codec can't encode characters in position 1-2: surrogates not allowed");
  });
});

describe('program files', () => {
  const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
  const error = (text: string): unknown => tokenize(readProgramFile(bytes(text), 'a.py'), { filename: 'a.py' }).error?.message;

  it('say what is wrong as python FILE does', () => {
    expect(error('x\n# \xff\n')).toBe("Non-UTF-8 code starting with '\\xff' in file a.py on line 2, but no encoding declared; see https://peps.python.org/pep-0263/ for details");
    expect(error('# coding: nope\n')).toBe('encoding problem: nope');
    expect(error('# coding: ascii\n"\xe9"\n')).toBe('encoding problem: ascii');
    expect(error('\xef\xbb\xbf# coding: latin-1\n')).toBe('encoding problem: iso-8859-1 with BOM');
    expect(error('x\ny\0\n')).toBe('source code cannot contain null bytes');
    expect(error('# coding: utf-8\n# \xff\n')).toBeUndefined();
  });

  it('are read up to what is wrong', () => {
    const stream = tokenize(readProgramFile(bytes('x = (\n1)\n"""\n\xff"""'), 'a.py'));
    expect(shown(stream)).toBe('NAME:x EQUAL:= LPAR:( NUMBER:1 RPAR:) NEWLINE');
    expect(stream.error?.message).toMatch(/^Non-UTF-8 code starting with '\\xff'/);
    expect(tokenize(readProgramFile(bytes('x = )\n\xff\n'), 'a.py')).error?.message).toBe("unmatched ')'");
  });
});

describe('codecs', () => {
  it('are found by all their names', () => {
    const bytes = Uint8Array.of(0xe9, 0xa4);
    const decoded = ['latin1', 'L1', 'ISO_8859-15', 'cp1252', 'Windows-1251', 'koi8-r', 'mac_roman', 'IBM437', 'cp037'].map((name) => decodeSource(bytes, name));
    expect(decoded).toEqual(['é¤', 'é¤', 'é€', 'é¤', 'й¤', 'И╓', 'È§', 'Θñ', 'Zu']);
    expect(decodeSource(Uint8Array.of(0x82, 0xa0), 'shift-jis')).toBe('あ');
  });

  it('say what Python says', () => {
    expect(decodeSource(new Uint8Array(0), 'nope')).toEqual({ error: 'unknown encoding: nope' });
    expect(decodeSource(new Uint8Array(0), 'rot13')).toEqual({ error: "'rot13' is not a text encoding; use codecs.decode() to handle arbitrary codecs" });
    expect(decodeSource(Uint8Array.of(0x41, 0x81), 'cp1252')).toEqual({ error: "'charmap' codec can't decode byte 0x81 in position 1: character maps to <undefined>" });
    expect(decodeSource(Uint8Array.of(0x41, 0x81, 0x01), 'sjis')).toEqual({ error: "'shift_jis' codec can't decode byte 0x81 in position 1: illegal multibyte sequence" });
  });
});

describe('line ends', () => {
  const parts = ['if a:', "  '''x", "y''' # c", '  # d', '', '  f(', '    b)', "  f'''{", "c}", "d'''", '  e = 1 + \\', '  2', "  'f\\", "g' + f'h\\", "i'", 'j # type: int', '\tk'];

  it.each(['\r', '\r\n'])('%j is \\n', (lineEnd) => {
    for (let first = 0; first < parts.length; first++) {
      for (const typeComments of [false, true]) {
        const text = parts.slice(first).join('\n');
        const changed = parts.slice(first, -1).join('\n') + lineEnd + parts.at(-1);
        for (const source of [text.replaceAll('\n', lineEnd), changed, `${changed}${lineEnd}`]) {
          const expected = tokenize(source.replaceAll(lineEnd, '\n'), { typeComments });
          const stream = tokenize(source, { typeComments });
          expect([shown(stream), stream.error, [...stream.source]]).toEqual([shown(expected), expected.error, [...expected.source]]);
        }
      }
    }
  });

  it('a NUL is an error wherever it is, and before every other', () => {
    for (const source of ['\0', 'a\0', '# \0', "'\0'", "'''\0'''", "f'\0'", "f'\\\0'", "'\\\0'", '\\\0', '  \0', ') \0', '# type: \0', '(\0']) {
      const { error, length } = tokenize(source, { typeComments: true });
      expect([source, error?.message, length]).toEqual([source, 'source code string cannot contain null bytes', 0]);
    }
  });
});

describe('the scanner', () => {
  it('has the numbers of TokenType', () => {
    for (const [name, value] of Object.entries(kinds)) expect([name, value]).toEqual([name, TokenType[name as keyof typeof TokenType]]);
  });

  it('reads more tokens and lines than it expects', () => {
    const { length, error, lineStarts } = tokenize('1,'.repeat(20000) + '\n'.repeat(50000));
    expect([length, error, lineStarts[50000]]).toEqual([40002, null, 90000]);
  });

  it('takes time in proportion to the source', () => {
    const numbered = Array.from({ length: 200_000 }, (_, index) => `a_long_name_${100_000 + index}_`);
    expect(tokenize(numbered.join(' ')).length).toBe(200_002);
    expect(tokenize(new TextEncoder().encode('x'.repeat(400_000)), { mode: 'eval' }).length).toBe(2);
  });
});
