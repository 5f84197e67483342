import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommands } from '../../../tools/task/lib.mjs';
import { pyphase } from '../src/pyphase/main.ts';

const fixtures = join(dirname(fileURLToPath(import.meta.url)), 'fixtures/phases');
const small = join(fixtures, 'small.py');
const scratch = mkdtempSync(join(tmpdir(), 'pyphase-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Output with the fixture's folder taken off the file names. */
function show(...argv: string[]): { out: string; err: string; status: number } {
  let out = '';
  let err = '';
  const status = pyphase(argv, (text) => (out += text), (text) => (err += text)) as number;
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

it('shows where the bytecode of two programs differs', () => {
  const first = scratchFile('first.py', 'def f(a):\n    return a + 1\n\n\nprint(f(1))\n');
  const second = scratchFile('second.py', '# Lines do not count.\ndef f(a):\n    return a - 1\n\nprint(f(1))\n');
  expect(show('diff', first, first)).toEqual({ out: '', err: '', status: 0 });
  expect(show('diff', first, second)).toEqual({
    out: '@@ f\n  RESUME                          0\n  LOAD_FAST                       0 a\n  LOAD_CONST                      1 1\n' +
      '- BINARY_OP                       0 +\n+ BINARY_OP                      10 -\n  RETURN_VALUE\n',
    err: '', status: 1,
  });
  expect(JSON.parse(show('diff', first, second, '--json').out)).toMatchObject([{ co_qualname: 'f', changes: [{ kind: ' ' }, { kind: ' ' }, { kind: ' ' }, { kind: '-' }, { kind: '+' }, { kind: ' ' }] }]);
});

it('verifies bytecode', () => {
  const pyc = join(scratch, 'verified.pyc');
  show('pyc', small, '-o', pyc);
  expect(show('verify', pyc, small)).toEqual({ out: `${pyc}: 2 code objects, nothing wrong\nsmall.py: 2 code objects, nothing wrong\n`, err: '', status: 0 });
  // The first instruction after the header and the code object's numbers becomes one that takes from an empty stack.
  const bytes = readFileSync(pyc);
  const start = bytes.indexOf(Buffer.from([0x97, 0x00]));
  bytes[start] = 1;
  writeFileSync(pyc, bytes);
  const { out, status } = show('verify', pyc);
  expect(out).toMatch(/^.*verified\.pyc: (<module>|greet) at 0: POP_TOP needs 1 values, but there are 0/);
  expect(status).toBe(1);
});

it('has colours where they are wanted', () => {
  const file = scratchFile('colours.py', 'x = 1\n');
  expect(show('dis', file, '--color', 'always').out).toContain('\x1b[36mLOAD_CONST\x1b[0m');
  expect(show('dis', file).out).not.toContain('\x1b[');
  expect(show('dis', file, '--color', 'sometimes')).toMatchObject({ out: '', status: 2 });
});

describe('trace', () => {
  beforeAll(() => buildCommands(), 120_000);

  const trace = (...argv: string[]): { events: Record<string, unknown>[]; status: number | null } => {
    const { stdout, status } = spawnSync(process.execPath, [join(fixtures, '../../../bin/pyphase.js'), 'trace', ...argv], { encoding: 'utf8' });
    return { events: stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>), status };
  };

  it('writes each instruction with stack and locals, what is printed, and the end', { timeout: 60_000 }, () => {
    const file = scratchFile('traced.py', 'import sys\ndef twice(n):\n    return n + n\nprint(twice(4), sys.argv[1])\n');
    const { events, status } = trace(file, 'given');
    expect(status).toBe(0);
    const add = events.find(({ opname }) => opname === 'BINARY_OP');
    expect(add).toEqual({ event: 'instruction', step: add?.['step'], depth: 2, function: 'twice', file, line: 3, offset: 6, opname: 'BINARY_OP', arg: 0, stack: ['4', '4'], locals: { n: '4' } });
    expect(events.find(({ event }) => event === 'output')).toEqual({ event: 'output', stream: 'stdout', text: '8 given\n' });
    expect(events.at(-1)).toEqual({ event: 'end', instructions: expect.any(Number) });
    expect(new Set(events.filter(({ event }) => event === 'instruction').map((event) => event['file']))).toEqual(new Set([file]));
  });

  it('tells of the exception that ended the program', { timeout: 60_000 }, () => {
    const { events, status } = trace(scratchFile('failing.py', 'x = 1 / 0\n'));
    expect(status).toBe(1);
    expect(events.at(-1)).toMatchObject({ event: 'end', exception: 'ZeroDivisionError', traceback: expect.stringContaining('line 1, in <module>') });
  });
});

it('explains wrong use', () => {
  expect(show('frobnicate', small)).toMatchObject({ out: '', status: 2 });
  expect(show('ast', join(scratch, 'none.py'))).toMatchObject({ out: '', status: 2 });
  expect(show('ast', small, '--nonsense').err).toMatch(/^pyphase: Unknown option '--nonsense'/);
});
