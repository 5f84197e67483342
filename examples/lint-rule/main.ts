// npx tsx --conditions=@py/source examples/lint-rule/main.ts FILE…
import { readFileSync } from 'node:fs';
import { unusedImports } from './unused-imports.ts';

for (const file of process.argv.slice(2)) {
  for (const { name, lineno, col_offset } of unusedImports(readFileSync(file))) console.log(`${file}:${lineno}:${col_offset + 1}: '${name}' imported but unused`);
}
