// npx tsx --conditions=@py/source apps/cli/test/record-sessions.ts: records fixtures/sessions/*.out with a native CPython 3.12.
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNativePython } from '../../../tools/oracle/oracle.ts';
import { normalized, readScript, runSession } from './session.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'fixtures/sessions');
const python = findNativePython();
if (!python) throw new Error('no native CPython 3.12: set PYTHON312');
for (const name of readdirSync(folder).filter((file) => file.endsWith('.in'))) {
  const { args, lines } = readScript(join(folder, name));
  const { screen, status } = await runSession([python, ...args], lines, { cwd: folder });
  writeFileSync(join(folder, name.replace(/in$/, 'out')), `${normalized(screen, folder)}exit status ${status}\n`);
}
