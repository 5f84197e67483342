// Builds dist/library.bin.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
// Names of their own: two builds may run at once.
const program = join(dist, `pack-${process.pid}.mjs`);
const written = join(dist, `library-${process.pid}.bin`);
const archive = join(dirname(createRequire(import.meta.url).resolve('pyodide/package.json')), 'python_stdlib.zip');

/** Our own modules for what the archive leaves out: lib/NAME.py and lib/PACKAGE/…. */
const replacements = existsSync(join(here, 'lib')) ? readdirSync(join(here, 'lib'), { recursive: true }).filter((path) => path.endsWith('.py')).map((path) => join(here, 'lib', path)) : [];

mkdirSync(dist, { recursive: true });
await build({ absWorkingDir: here, entryPoints: ['build/pack.ts'], outfile: program, bundle: true, platform: 'node', format: 'esm', target: 'node20', conditions: ['@py/source'], logLevel: 'warning' });
execFileSync(process.execPath, [program, archive, JSON.stringify(replacements), written], { stdio: 'inherit' });
rmSync(program);
renameSync(written, join(dist, 'library.bin'));
