// node build.mjs [FOLDER]: bundles the two commands, dist/py.cjs and dist/pyphase.cjs.
// With FOLDER a second, separate installation is made there (FOLDER/bin/py.js), to try something beside the usual one.
import { build } from 'esbuild';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const place = process.argv[2] === undefined ? here : resolve(process.argv[2]);
const dist = join(place, 'dist');

for (const file of existsSync(dist) ? readdirSync(dist) : []) if (file.endsWith('.cache')) rmSync(join(dist, file));
await build({
  absWorkingDir: here,
  entryPoints: ['src/py.ts', 'src/pyphase.ts'].filter((path) => existsSync(join(here, path))),
  outdir: dist,
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
if (place !== here) makeInstallation();

/** What the bundles expect around them: the starters beside, the library within. */
function makeInstallation() {
  mkdirSync(join(place, 'bin'), { recursive: true });
  cpSync(join(here, 'bin'), join(place, 'bin'), { recursive: true });
  cpSync(join(here, 'package.json'), join(place, 'package.json'));
  const library = join(dist, 'library.bin');
  rmSync(library, { force: true });
  symlinkSync(createRequire(import.meta.url).resolve('@py/stdlib/library.bin'), library);
}
