import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { pyphase } from '../src/pyphase/main.ts';

const fixtures = join(dirname(fileURLToPath(import.meta.url)), 'fixtures/phases');
const small = join(fixtures, 'small.py');
const scratch = mkdtempSync(join(tmpdir(), 'pyphase-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Output with the fixture's folder taken off the file names. */
function show(...argv: string[]): { out: string; err: string; status: number } {
  let out = '';
  let err = '';
  const status = pyphase(argv, (text) => (out += text), (text) => (err += text));
  return { out: out.replaceAll(`${fixtures}/`, ''), err, status };
}

function recorded(ending: string): string {
  return readFileSync(join(fixtures, `small.${ending}`), 'utf8');
}

function scratchFile(name: string, text: string): string {
  writeFileSync(join(scratch, name), text);
  return join(scratch, name);
}

describe("pyphase prints what CPython's tools print", () => {
  it('dis', () => {
    // Neither shows the addresses of code objects.
    expect(show('dis', small).out.replaceAll('at 0x...', 'at 0x0')).toBe(recorded('dis'));
  });

  it('ast, with positions', () => {
    expect(show('ast', small, '-a', '--indent', '1').out).toBe(recorded('ast'));
  });

  it('code --json', () => {
    expect(JSON.parse(show('code', small, '--json').out)).toEqual(JSON.parse(recorded('code.json')));
  });
});

it('writes a .pyc and reads it again', () => {
  const pyc = join(scratch, 'small.pyc');
  expect(show('pyc', small, '-o', pyc)).toEqual({ out: '', err: '', status: 0 });
  expect(show('dis', pyc).out).toBe(show('dis', small).out);
  expect(show('pyc', pyc).out).toMatch(/^magic: {4}3531\nmtime: /);
});

it('shows only some lines', () => {
  const { out } = show('tokens', small, '--lines', '8');
  expect(out.split('\n').map((line) => line.split(/ +/)[1])).toEqual(['DEDENT', 'NAME', 'LPAR', 'STRING', 'RPAR', 'NEWLINE', 'ENDMARKER', undefined]);
});

it('shows scopes', () => {
  const table = JSON.parse(show('symtable', small, '--json').out) as { children: { name: string; varnames: string[] }[] };
  expect(table.children.map(({ name, varnames }) => [name, varnames])).toEqual([['greet', ['name', 'times']]]);
});

it('prints a syntax error as CPython does', () => {
  const file = scratchFile('bad.py', 'x = (1 +\n  2\ny = 3\n');
  expect(show('ast', file)).toEqual({ out: '', err: `  File "${file}", line 1\n    x = (1 +\n        ^\nSyntaxError: '(' was never closed\n`, status: 1 });
});

it('explains wrong use', () => {
  expect(show('frobnicate', small)).toMatchObject({ out: '', status: 2 });
  expect(show('ast', join(scratch, 'none.py'))).toMatchObject({ out: '', status: 2 });
  expect(show('ast', small, '--nonsense').err).toMatch(/^pyphase: Unknown option '--nonsense'/);
});
