// `pnpm oracle tokens|tokenize|ast|symtable|code|dis|marshal|errors|run FILE…` or `-c CODE`: what CPython 3.12.7 says.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Oracle } from './oracle.ts';
import { expectations, type Expectation } from './expectations.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { code: { type: 'string', short: 'c', multiple: true }, mode: { type: 'string' }, optimize: { type: 'string' } },
});
const [what, ...files] = positionals;
const expectation = (expectations as Record<string, Expectation | undefined>)[what ?? ''];
if (!expectation) {
  console.error(`usage: pnpm oracle ${Object.keys(expectations).join('|')} FILE… | -c CODE`);
  process.exit(2);
}
const oracle = await Oracle.start();
const settings = { mode: values.mode as 'exec' | undefined, optimize: Number(values.optimize ?? 0) as 0 | 1 | 2 };
for (const code of values.code ?? []) show(expectation.make(oracle, Buffer.from(code), { ...settings, filename: '<string>', path: null }));
for (const path of files) show(expectation.make(oracle, readFileSync(path), { ...settings, filename: path, path }));

function show(outputs: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [ending, output] of Object.entries(outputs)) {
    if (Object.keys(outputs).length > 1) console.log(`--- ${ending}`);
    process.stdout.write(output);
  }
}
