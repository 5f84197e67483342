// node bundle.mjs [FOLDER]: the command py as one file, FOLDER/py.mjs, with the library and SQLite beside it (default: dist/single). Node alone runs it.
import { build } from 'esbuild';
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commonOptions } from './build-plugins.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? join(here, 'dist/single'));
const outfile = join(folder, 'py.mjs');

mkdirSync(folder, { recursive: true });
await build({
  ...commonOptions,
  entryPoints: ['src/single-file.ts'],
  outfile,
  format: 'esm',
  banner: { js: "#!/usr/bin/env -S node --stack-size=3900\nimport { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
});
await build({ ...commonOptions, entryPoints: { sqlite: '@py/sqlite' }, outdir: folder, outExtension: { '.js': '.cjs' }, format: 'cjs' });
chmodSync(outfile, 0o755);
copyFileSync(createRequire(import.meta.url).resolve('@py/stdlib/library.bin'), join(folder, 'library.bin'));
