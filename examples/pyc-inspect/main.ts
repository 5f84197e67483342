// npx tsx --conditions=@py/source examples/pyc-inspect/main.ts FILE.pyc…
import { readFileSync } from 'node:fs';
import { inspectPyc } from './inspect.ts';

for (const file of process.argv.slice(2)) process.stdout.write(inspectPyc(readFileSync(file), file));
