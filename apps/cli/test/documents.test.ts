import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommands } from '../../../tools/task/lib.mjs';

// The programs of the two documents that this project implements, with what native CPython 3.12 printed: object addresses
// and the folder's name aside, `py` prints the same.

const here = dirname(fileURLToPath(import.meta.url));
const command = join(here, '../bin/py.js');
const fixtures = join(here, 'fixtures/documents');
// Some of them write files, so that they run in a folder of their own.
const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'py-documents-')));

beforeAll(() => {
  buildCommands();
  cpSync(fixtures, scratch, { recursive: true });
}, 120_000);
afterAll(() => rmSync(scratch, { recursive: true }));

function recorded(name: string, ending: string): string {
  const path = join(fixtures, name.replace(/\.py$/, `.${ending}`));
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

const plain = (text: string): string => text.replaceAll(`${scratch}/`, '').replaceAll(/0x[0-9a-f]{6,}/g, '0xADDRESS');

describe("the documents' programs", () => {
  it.each(readdirSync(fixtures).filter((name) => /^\d.*\.py$/.test(name)))('%s', (name) => {
    const ran = spawnSync(command, ['-B', name], {
      cwd: scratch, input: '', encoding: 'utf8', env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', PYTHONHASHSEED: '0' },
    });
    expect(plain(ran.stderr)).toBe(recorded(name, 'stderr'));
    expect(plain(ran.stdout)).toBe(recorded(name, 'stdout'));
    expect(ran.status).toBe(Number(recorded(name, 'status') || '0'));
  });
});
