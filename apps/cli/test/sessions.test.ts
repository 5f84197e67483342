import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommands } from '../../../tools/task/lib.mjs';
import { normalized, readScript, runSession } from './session.ts';

const here = dirname(fileURLToPath(import.meta.url));
const command = join(here, '../bin/py.js');
const folder = join(here, 'fixtures/sessions');
const scratch = mkdtempSync(join(tmpdir(), 'py-sessions-'));

beforeAll(() => buildCommands(), 120_000);
afterAll(() => rmSync(scratch, { recursive: true }));

describe('a session looks as CPython’s did when it was recorded', () => {
  it.each(readdirSync(folder).filter((name) => name.endsWith('.in')))('%s', { timeout: 70_000 }, async (name) => {
    const { args, lines } = readScript(join(folder, name));
    const { screen, status } = await runSession([command, ...args], lines, { cwd: folder });
    expect(`${normalized(screen, folder)}exit status ${status}\n`).toBe(readFileSync(join(folder, name.replace(/in$/, 'out')), 'utf8'));
  });
});

/** Types keys at each prompt, on a terminal that can do everything; gives what the program printed, line by line. */
async function keys(...typed: string[]): Promise<string> {
  const { screen } = await runSession([command, '-q'], typed, { cwd: scratch, terminal: 'xterm-256color', keys: true, env: { NO_COLOR: '1', HOME: scratch } });
  return screen;
}

describe('on a terminal that can do everything', { timeout: 70_000 }, () => {
  it('edits the line', async () => {
    // "prnt" and "(7)": back over four characters, an i; Ctrl-A and Ctrl-E, Backspace, Delete, Ctrl-K and Ctrl-Y.
    const screen = await keys('prnt(6*7)\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[Di\x05\r', '"b"\x01"a"+\x05\x7f\x7f"c"\r', 'x = "cut"\x0b\x01\x0b\x19; x*2\r');
    expect(screen).toContain('\n42\r\n');
    expect(screen).toContain("'cutcut'\r\n");
  });

  it('remembers lines, and finds them again', async () => {
    writeFileSync(join(scratch, '.python_history'), 'print("from before")\n');
    const screen = await keys('\x1b[A\r', '1000 + 1\r', '\x12before\r');
    expect(screen.match(/from before\r\n/g)).toHaveLength(2);
    expect(readFileSync(join(scratch, '.python_history'), 'utf8')).toBe('print("from before")\n1000 + 1\nprint("from before")\n');
  });

  it('completes names and attributes', async () => {
    const screen = await keys('import sys\r', 'sys.versio\t_info[:1]\r', 'if 1:\r', '\tprint("in" "dented")\r', '\r');
    expect(screen).toContain('(3,)\r\n');
    expect(screen).toContain('\nindented\r\n');
  });

  it('takes a paste line by line, Tabs as they are', async () => {
    writeFileSync(join(scratch, '.inputrc'), 'set enable-bracketed-paste on\n');
    const screen = await keys('\x1b[200~for i in range(2):\r\tprint("row", i)\r\r\x1b[201~');
    rmSync(join(scratch, '.inputrc'));
    expect(screen).toContain('row 0\r\nrow 1\r\n');
  });

  it('gives a line up with Ctrl-C', async () => {
    const screen = await keys('def f(\x03', '"still " + "here"\r');
    expect(screen).toContain('KeyboardInterrupt\r\n');
    expect(screen).toContain("'still here'\r\n");
  });

  it('shows a line that is longer than the screen where it belongs', async () => {
    const screen = await keys(`len("${'x'.repeat(150)}")\x1b[D\x1b[D\x7f\x05\r`);
    expect(screen).toContain('\n149\r\n');
    expect(screen).toContain('\x1b[1A');
  });

  it('colours the prompt unless NO_COLOR forbids it', async () => {
    const plain = await keys('1\r');
    expect(plain).not.toContain('\x1b[1;35m');
    const { screen } = await runSession([command, '-q'], ['1'], { cwd: scratch, terminal: 'xterm-256color' });
    expect(screen).toContain('\x1b[1;35m>>> \x1b[0m');
  });

  it('runs PYTHONSTARTUP first, and -i means the same when the program sets PYTHONINSPECT', async () => {
    writeFileSync(join(scratch, 'startup.py'), 'greeting = "started"\n');
    const { screen } = await runSession([command, '-q'], ['greeting'], { cwd: scratch, env: { PYTHONSTARTUP: join(scratch, 'startup.py') } });
    expect(screen).toContain(">>> greeting\r\n'started'\r\n");
    const inspected = await runSession([command, '-c', 'import os; os.environ["PYTHONINSPECT"] = "1"; x = 41'], ['x + 1'], { cwd: scratch });
    expect(inspected.screen).toContain('>>> x + 1\r\n42\r\n');
  });

  it('shows how far compileall is, below what it prints', async () => {
    const sources = join(scratch, 'sources');
    mkdirSync(sources);
    for (const name of ['a', 'b', 'c']) writeFileSync(join(sources, `${name}.py`), 'x = 1\n'.repeat(3000));
    const { screen } = await runSession([command, '-m', 'compileall', 'sources'], [], { cwd: scratch, terminal: 'xterm' });
    expect(screen).toMatch(/\[#+\.*\] 1\/3 a\.py\r\x1b\[KCompiling 'sources\/a\.py'\.\.\.\r\n/);
    expect(screen).toMatch(/\x1b\[K$/);
    const dumb = await runSession([command, '-m', 'compileall', '-f', 'sources'], [], { cwd: scratch });
    expect(dumb.screen).not.toContain('#');
  });
});
