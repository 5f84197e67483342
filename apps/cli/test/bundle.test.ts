import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommands } from '../../../tools/task/lib.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'py-single-'));
const file = join(scratch, 'py.mjs');

beforeAll(() => {
  buildCommands();
  const { stderr, status } = spawnSync(process.execPath, [join(dirname(fileURLToPath(import.meta.url)), '../bundle.mjs'), scratch], { encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
}, 180_000);
afterAll(() => rmSync(scratch, { recursive: true }));

/** Run by its first line, in a folder that knows nothing of this repository. */
function run(...args: string[]): { stdout: string; stderr: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(file, args, { cwd: scratch, encoding: 'utf8', env: { PATH: process.env['PATH'], LANG: 'C.UTF-8' } });
  return { stdout, stderr, status };
}

describe('one file, the library and SQLite', { timeout: 60_000 }, () => {
  it('are all there is', () => {
    expect(readdirSync(scratch).sort()).toEqual(['library.bin', 'py.mjs', 'sqlite.cjs']);
  });

  it('run programs, the library and themselves', () => {
    writeFileSync(join(scratch, 'program.py'), 'import json, subprocess, sys\nprint(json.dumps(sys.argv[1:]))\nprint(subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True).stdout)\n');
    expect(run('program.py', 'a', 'b')).toEqual({ stdout: '["a", "b"]\nb\'42\\n\'\n', stderr: '', status: 0 });
  });

  it('take signals while Python runs', () => {
    const source = 'import os, signal, time\nsignal.signal(signal.SIGUSR1, lambda *_: print("taken"))\nos.kill(os.getpid(), signal.SIGUSR1)\nuntil = time.monotonic() + 20\nwhile time.monotonic() < until: time.sleep(0.01); break\n';
    expect(run('-c', source)).toEqual({ stdout: 'taken\n', stderr: '', status: 0 });
  });

  it('have SQLite', () => {
    expect(run('-c', 'import sqlite3; print(sqlite3.connect("a.db").execute("select upper(?)", ("a",)).fetchone())')).toEqual({ stdout: "('A',)\n", stderr: '', status: 0 });
  });

  it('report errors as ever', () => {
    expect(run('-c', '1/0')).toEqual({ stdout: '', stderr: 'Traceback (most recent call last):\n  File "<string>", line 1, in <module>\nZeroDivisionError: division by zero\n', status: 1 });
  });
});
