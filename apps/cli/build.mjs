// node build.mjs [FOLDER]: bundles the two commands, dist/py.cjs and dist/pyphase.cjs, and lets V8 keep the compiled code beside them.
// With FOLDER a second, separate installation is made there (FOLDER/bin/py.js), to try something beside the usual one.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { thirdPartyNotices } from './notices.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const place = process.argv[2] === undefined ? here : resolve(process.argv[2]);
const dist = join(place, 'dist');

for (const file of existsSync(dist) ? readdirSync(dist) : []) if (file.endsWith('.cache')) rmSync(join(dist, file));
const require = createRequire(import.meta.url);
const options = {
  absWorkingDir: here,
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
  plugins: [lateBuiltins(), lateModules(), thirdPartyNotices()],
  logLevel: 'warning',
};
// The commands are function expressions, which bin/load.js calls; the attendant is a program of its own.
await build({ ...options, entryPoints: ['src/py.ts', 'src/pyphase.ts'], banner: { js: '(function (require, __filename, onStart) {' }, footer: { js: '})' } });
await build({ ...options, entryPoints: ['src/attendant.ts'].filter((path) => existsSync(join(here, path))) });
if (place !== here) makeInstallation();
keepCompiledCode();

/** What the bundles expect around them: the starters beside, the library within. */
function makeInstallation() {
  mkdirSync(join(place, 'bin'), { recursive: true });
  cpSync(join(here, 'bin'), join(place, 'bin'), { recursive: true });
  cpSync(join(here, 'package.json'), join(place, 'package.json'));
  const library = join(dist, 'library.bin');
  rmSync(library, { force: true });
  symlinkSync(require.resolve('@py/stdlib/library.bin'), library);
}

/** Modules of Node that take milliseconds to load and that few programs need are loaded when something in them is first used. */
function lateBuiltins() {
  return {
    name: 'late builtins',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^node:/ }, ({ path, kind }) => (kind === 'import-statement' && !['node:fs', 'node:path'].includes(path) ? { path, namespace: 'late' } : { path, external: true }));
      onLoad({ filter: /./, namespace: 'late' }, ({ path }) => {
        const getters = Object.keys(require(path)).map((name) => `get ${name}() { return load().${name}; }`);
        return { contents: `const load = () => require('${path}');\nmodule.exports = { ${getters.join(', ')} };` };
      });
    },
  };
}

/** The code of a native module runs when the module is first imported: its index becomes getters in the place of exports. */
function lateModules() {
  return {
    name: 'late modules',
    setup({ onResolve, onLoad }) {
      const path = join(here, '../../packages/modules/src/index.ts');
      onResolve({ filter: /^@py\/modules$/ }, () => ({ path, namespace: 'late modules' }));
      onLoad({ filter: /./, namespace: 'late modules' }, () => {
        const exported = [...readFileSync(path, 'utf8').matchAll(/^export \{ (.+) \} from '(.+)';$/gm)];
        const getters = exported.flatMap(([, names, file]) => names.split(', ').map((name) => `get ${name}() { return require('${file}').${name}; }`));
        return { contents: `module.exports = { ${getters.join(', ')} };`, resolveDir: dirname(path) };
      });
    },
  };
}

/** Two short runs; each leaves what it compiled for the next start. */
function keepCompiledCode() {
  const hello = { input: 'pass\n', stdio: ['pipe', 'ignore', 'ignore'] };
  spawnSync(process.execPath, ['--stack-size=3900', '--max-optimized-bytecode-size=10000', join(place, 'bin/py.js'), '-c', 'pass'], hello);
  spawnSync(process.execPath, [join(place, 'bin/pyphase.js'), 'dis', '-'], hello);
}
