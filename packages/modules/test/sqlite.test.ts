// The same for fixtures/sqlite, which need SQLite; databases are files in memory.
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCollector } from '../../../apps/cli/src/host-node/collector.ts';
import { buildCommands } from '../../../tools/task/lib.mjs';
import { createMemoryFiles, createPython } from '../../python/src/index.ts';
import { createSqlite } from '../../sqlite/src/index.ts';
import { openLibrary, type Library } from '../../stdlib/src/index.ts';
import type { Host } from '../../code/src/index.ts';

const folder = fileURLToPath(new URL('fixtures/sqlite/', import.meta.url));
const libraryFile = fileURLToPath(new URL('../../stdlib/dist/library.bin', import.meta.url));

/** A clock that stands in 2024, when nobody waits. */
function createClock(): Host['clock'] {
  let now = 1_720_000_000_000_000_000n;
  return {
    time: () => now,
    monotonic: () => now,
    sleepSync: (ns) => {
      now += ns;
    },
  };
}

describe('sqlite3 does what it does in CPython', () => {
  let fd = -1;
  let library: Library;
  beforeAll(() => {
    buildCommands();
    fd = openSync(libraryFile, 'r');
    library = openLibrary((offset, length) => {
      const bytes = new Uint8Array(length);
      readSync(fd, bytes, 0, length, offset);
      return bytes;
    });
  }, 120_000);
  afterAll(() => closeSync(fd));

  const run = (source: string, filename: string, sqlite: Host['sqlite']): string => {
    let written = '';
    const keep = (text: string): void => {
      written += text;
    };
    const host: Host = { files: createMemoryFiles({}, { cwd: '/work' }), clock: createClock(), sqlite, ...createCollector() };
    createPython(host, { stdout: keep, stderr: keep, library }).run(source, { filename });
    return written;
  };

  test.each(readdirSync(folder).filter((name) => name.endsWith('.py')))('%s', (name) => {
    expect(run(readFileSync(folder + name, 'utf8'), name, createSqlite)).toBe(readFileSync(folder + name.replace(/py$/, 'out'), 'utf8'));
  });

  test('within the limits of a run', () => {
    const python = createPython({ sqlite: createSqlite }, { library });
    python.run("import sqlite3; db = sqlite3.connect(':memory:')");
    const endless = "db.execute('with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c')";
    expect(python.run(endless, { limits: { fuel: 1_000_000, onLimit: 'stop' } })).toEqual({ kind: 'stopped', reason: 'fuel' });
    expect(python.eval("db.execute('select 1').fetchone()[0]")).toBe(1);
  });

  test('only where the host has SQLite', () => {
    const source = "try:\n import sqlite3\nexcept ImportError as error: print(type(error).__name__, error)";
    expect(run(source, 'import.py', undefined)).toBe("ModuleNotFoundError No module named '_sqlite3'\n");
  });
});
