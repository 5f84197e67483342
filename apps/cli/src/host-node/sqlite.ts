import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type { Host } from '@py/code';

/** SQLite from the bundle in that file, read when a program first needs it; none for null. */
export function sqliteIn(bundle: string | null): Host['sqlite'] {
  if (bundle === null) return undefined;
  return (imports) => {
    // V8 optimises no function as large as SQLite's loop by itself; with it everything runs five times as fast.
    setFlagsFromString('--max-optimized-bytecode-size=1000000');
    const { createSqlite } = createRequire(bundle)(bundle) as { createSqlite: NonNullable<Host['sqlite']> };
    return createSqlite(imports);
  };
}
