// What the builds of the commands have in common.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

export const commonOptions = {
  absWorkingDir: here,
  bundle: true,
  platform: 'node',
  target: 'node20',
  conditions: ['@py/source'],
  minify: true,
  legalComments: 'none',
  plugins: [lateBuiltins(), lateModules()],
  logLevel: 'warning',
};

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
