import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommands } from '../../../tools/task/lib.mjs';

// fixtures/library/NAME.py uses modules of the library; NAME.out is what native CPython 3.12 printed, standard error included.

const here = dirname(fileURLToPath(import.meta.url));
const command = join(here, '../bin/py.js');
const fixtures = join(here, 'fixtures/library');
const scratch = mkdtempSync(join(tmpdir(), 'py-library-'));

beforeAll(() => buildCommands(), 120_000);
afterAll(() => rmSync(scratch, { recursive: true }));

describe('the library', () => {
  it.each(readdirSync(fixtures).filter((name) => name.endsWith('.py')))('%s', { timeout: 60_000 }, (name) => {
    const ran = spawnSync(command, ['-B', join(fixtures, name)], {
      cwd: scratch, input: '', encoding: 'utf8', env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', PYTHONHASHSEED: '0' },
    });
    expect(ran.stdout + ran.stderr).toBe(readFileSync(join(fixtures, name.replace(/py$/, 'out')), 'utf8'));
    expect(ran.status).toBe(0);
  });
});
