// npx tsx --conditions=@py/source examples/ast-transform/main.ts FILE…: prints the files with f-strings.
import { readFileSync } from 'node:fs';
import { toFStrings } from './to-f-strings.ts';

for (const file of process.argv.slice(2)) process.stdout.write(toFStrings(readFileSync(file)));
