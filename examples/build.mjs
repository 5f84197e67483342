// Builds what other programs load from here: dist/index.js of each example that is a package of its own.
import { build } from 'esbuild';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = ['alternate-vm'];

for (const name of packages) {
  await build({
    absWorkingDir: dirname(fileURLToPath(import.meta.url)), entryPoints: [`${name}/src/index.ts`], outfile: `${name}/dist/index.js`, bundle: true, format: 'esm', platform: 'neutral', target: 'es2022',
    conditions: ['@py/source'], logLevel: 'warning',
  });
}
