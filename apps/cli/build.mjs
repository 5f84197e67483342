// node build.mjs [FOLDER]: bundles the two commands, dist/py.cjs and dist/pyphase.cjs, what they load when it is needed, and prepares their fast start (bin/prepare.js).
// With FOLDER a second, separate installation is made there (FOLDER/bin/py.js), to try something beside the usual one.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commonOptions } from './build-plugins.mjs';
import { thirdPartyNotices } from './notices.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const place = process.argv[2] === undefined ? here : resolve(process.argv[2]);
const dist = join(place, 'dist');

for (const file of existsSync(dist) ? readdirSync(dist) : []) if (/\.(cache|for)$/.test(file)) rmSync(join(dist, file));
const require = createRequire(import.meta.url);
const options = { ...commonOptions, plugins: [...commonOptions.plugins, thirdPartyNotices()], outdir: dist, outExtension: { '.js': '.cjs' }, format: 'cjs', sourcemap: 'linked' };
// The commands are function expressions, which bin/load.js calls; the attendant is a program of its own.
await build({ ...options, entryPoints: ['src/py.ts', 'src/pyphase.ts'], banner: { js: '(function (require, __filename, onStart) {' }, footer: { js: '})' } });
await build({ ...options, entryPoints: ['src/attendant.ts'].filter((path) => existsSync(join(here, path))) });
await build({ ...options, sourcemap: false, entryPoints: { sqlite: '@py/sqlite' } });
if (place !== here) makeInstallation();
spawnSync(process.execPath, [join(place, 'bin/prepare.js')], { stdio: 'inherit' });

/** What the bundles expect around them: the starters beside, the library within. */
function makeInstallation() {
  mkdirSync(join(place, 'bin'), { recursive: true });
  cpSync(join(here, 'bin'), join(place, 'bin'), { recursive: true });
  cpSync(join(here, 'package.json'), join(place, 'package.json'));
  const library = join(dist, 'library.bin');
  rmSync(library, { force: true });
  symlinkSync(require.resolve('@py/stdlib/library.bin'), library);
}
