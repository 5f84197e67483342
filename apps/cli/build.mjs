// Bundles the two commands: dist/py.cjs and dist/pyphase.cjs.
import { build } from 'esbuild';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');

for (const file of existsSync(dist) ? readdirSync(dist) : []) if (file.endsWith('.cache')) rmSync(join(dist, file));
await build({
  absWorkingDir: here,
  entryPoints: ['src/py.ts', 'src/pyphase.ts'].filter((path) => existsSync(join(here, path))),
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  conditions: ['@py/source'],
  sourcemap: 'linked',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
});
