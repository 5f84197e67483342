import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildCommands } from '../../../tools/task/lib.mjs';

const command = join(dirname(fileURLToPath(import.meta.url)), '../bin/py.js');

beforeAll(() => buildCommands(), 120_000);

function py(args: readonly string[], env: Record<string, string> = {}): { stdout: string; stderr: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8', input: '', env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', ...env } });
  return { stdout, stderr, status };
}

describe('options whose output is never twice the same', { timeout: 60_000 }, () => {
  it.each([[['-X', 'importtime'], {}], [[], { PYTHONPROFILEIMPORTTIME: '1' }]])('-X importtime: %j %j', (options, env) => {
    const { stderr, status } = py([...options, '-c', 'import json'], env);
    const [head, ...lines] = stderr.trimEnd().split('\n');
    expect(head).toBe('import time: self [us] | cumulative | imported package');
    const rows = lines.map((line) => /^import time: ([ \d]{9}) \| ([ \d]{10}) \| ( *)(\S+)$/.exec(line)?.slice(1) ?? []);
    const names = rows.map(([, , indent, name]) => `${indent}${name}`);
    expect(names.map((name) => name.trim())).toContain('json.decoder');
    // What a package imports stands before it, one step further in; its time is at least theirs.
    const at = names.indexOf('json');
    expect(names[at - 1]).toBe('  json.encoder');
    expect(Number(rows[at][1])).toBeGreaterThanOrEqual(Number(rows[at - 1][1]));
    expect(Number(rows[at][0])).toBeLessThanOrEqual(Number(rows[at][1]));
    expect(status).toBe(0);
  });

  it('-v', () => {
    const { stderr } = py(['-v', '-S', '-c', 'import json.encoder']);
    expect(stderr.split('\n').slice(0, 3)).toEqual(['import _frozen_importlib # frozen', 'import _imp # builtin', "import '_thread' # <class '_frozen_importlib.BuiltinImporter'>"]);
    expect(stderr).toContain('# installing zipimport hook\n');
    expect(stderr).toMatch(/import 'json\.encoder' # <_frozen_importlib_external\.SourceFileLoader object at 0x[0-9a-f]+>/);
    expect(stderr).toMatch(/\n# clear builtins\._\n# clear sys\.path\n(# clear .*\n)+# restore sys\.stdin\n# restore sys\.stdout\n# restore sys\.stderr\n(# cleanup\[2\] removing \S+\n)+$/);
  });

  it('hash randomisation', () => {
    const hashes = new Set([1, 2, 3].map(() => py(['-c', 'print(hash("a"))']).stdout));
    expect(hashes.size).toBeGreaterThan(1);
  });
});
