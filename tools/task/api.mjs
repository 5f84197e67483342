// pnpm api: the reference of every package in docs/api. With --check nothing is written; an export without a doc comment fails either way.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { environment, root } from './lib.mjs';

const check = process.argv.includes('--check');
const typedoc = join(root, 'tools/node_modules/typedoc/bin/typedoc');
const result = spawnSync(process.execPath, [typedoc, ...(check ? ['--emit', 'none'] : []), '--treatValidationWarningsAsErrors', '--logLevel', 'Warn'], { cwd: root, env: environment, stdio: 'inherit' });
process.exitCode = result.status ?? 1;
