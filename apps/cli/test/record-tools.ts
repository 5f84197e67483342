// npx tsx --conditions=@py/source apps/cli/test/record-tools.ts [NAME…]: records fixtures/tools/*.out and fixtures/options/*.out with a native CPython 3.12.
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNativePython } from '../../../tools/oracle/oracle.ts';
import { runTool } from './tool.ts';

const fixtures = join(dirname(fileURLToPath(import.meta.url)), 'fixtures');
const python = findNativePython();
if (!python) throw new Error('no native CPython 3.12: set PYTHON312');
const chosen = process.argv.slice(2);
for (const folder of ['tools', 'options'].map((name) => join(fixtures, name))) {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.in'))) {
    if (chosen.length === 0 || chosen.includes(name.slice(0, -3))) writeFileSync(join(folder, name.replace(/in$/, 'out')), runTool([python], join(folder, name), folder));
  }
}
