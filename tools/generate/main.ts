// Writes every src/generated/ file from its definition. `pnpm generate [--check]`: with --check nothing is written and a difference fails.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codecsSource } from './codecs.ts';
import { fieldsSource, nodesSource } from './ast-nodes.ts';
import { multibyteSource } from './multibyte.ts';
import { opSource, opcodeTableSource } from './opcodes.ts';
import { printableSource } from './printable.ts';
import { rehearsalSource } from './rehearsal.ts';
import { unicodeDataSource } from './unicode-data.ts';
import { unicodeNamesSource } from './unicode-names.ts';
import { unicodeStrSource } from './unicode-str.ts';
import { vmProgramsSource } from './vm-programs.ts';
import { characterKindsText, laterCharactersSource } from './unicode-identifiers.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Path from the repository's root → text. */
const outputs: Record<string, () => string | Promise<string>> = {
  'packages/ast/src/generated/nodes.ts': nodesSource,
  'packages/ast/src/generated/fields.ts': fieldsSource,
  'packages/code/src/generated/op.ts': opSource,
  'packages/code/src/generated/opcodes-3.12.ts': opcodeTableSource,
  'packages/code/src/generated/printable.ts': printableSource,
  'packages/modules/src/generated/multibyte.ts': multibyteSource,
  'packages/modules/src/generated/unicode-data.ts': unicodeDataSource,
  'packages/parser/src/generated/unicode-names.ts': unicodeNamesSource,
  'packages/vm/src/generated/rehearsal.ts': rehearsalSource,
  'packages/vm/src/generated/unicode.ts': unicodeStrSource,
  'packages/vm-tests/src/generated/programs.ts': vmProgramsSource,
  'packages/tokenizer/src/generated/codecs.ts': codecsSource,
  'packages/tokenizer/src/generated/unicode.ts': laterCharactersSource,
  'packages/tokenizer/test/fixtures/unicode-15.0.txt': characterKindsText,
};

const check = process.argv.includes('--check');
let stale = 0;
for (const [path, make] of Object.entries(outputs)) {
  const file = resolve(root, path);
  const text = await make();
  let old = '';
  try {
    old = readFileSync(file, 'utf8');
  } catch {
    // A file that is not there yet is stale.
  }
  if (old === text) continue;
  stale++;
  console.log(`${check ? 'stale' : 'written'}: ${path}`);
  if (check) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
if (check && stale > 0) process.exitCode = 1;
