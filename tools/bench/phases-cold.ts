// What a program pays that uses a phase once: the size of its bundle, and the CPU time of one parse in a new process.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { root } from '../lib/files.ts';

/** Bundles an entry file, minified as a page would have it, into `folder` and gives its path. */
export function bundle(folder: string, name: string, contents: string): string {
  const outfile = join(folder, `${name}.mjs`);
  const stdin = { contents, resolveDir: join(root, 'tools/bench'), loader: 'ts' as const };
  buildSync({ stdin, outfile, bundle: true, minify: true, platform: 'node', format: 'esm', conditions: ['@py/source'], target: 'es2022', logLevel: 'error' });
  return outfile;
}

export function benchCold(folder: string, rounds: number): void {
  const tokenizer = bundle(folder, 'tokenizer', "export { tokenize } from '@py/tokenizer';");
  const parser = bundle(folder, 'parser', "export { tokenize } from '@py/tokenizer'; export { parse } from '@py/parser';");
  console.log('\nbundle, minified           bytes      brotli');
  for (const [name, file] of [['tokenize', tokenizer], ['tokenize, parse', parser]]) {
    const bytes = readFileSync(file);
    console.log(`${name.padEnd(20)}${String(bytes.length).padStart(12)}${String(brotliCompressSync(bytes).length).padStart(12)}`);
  }
  const lines = `def f(a, b=1, *c):\n    """A string."""\n    if a.b[0] < len(c) and not b:\n        return [x ** 2 for x in c if x != 'y']\n    return {a: f(b, **c)}\n`;
  writeFileSync(join(folder, 'lines.py'), lines.repeat(200));
  const read = `import { readFileSync } from 'node:fs'; const source = readFileSync(${JSON.stringify(join(folder, 'lines.py'))});`;
  const bare = cpu(folder, read, rounds);
  const cold = cpu(folder, `import { parse, tokenize } from './parser.mjs'; ${read} parse(tokenize(source));`, rounds);
  console.log(`\ncold parse of 1,000 lines: ${(cold - bare).toFixed(1)} ms CPU above ${bare.toFixed(1)} ms of bare node (${(cold / bare).toFixed(2)} of it)`);
}

/** Least milliseconds of CPU that a new node takes to run a program. */
function cpu(folder: string, program: string, rounds: number): number {
  const file = join(folder, 'cold.mjs');
  writeFileSync(file, program);
  const times = Array.from({ length: rounds * 4 }, () => {
    const run = `import(${JSON.stringify(`file://${file}`)}).then(() => { const { user, system } = process.cpuUsage(); console.log((user + system) / 1000); })`;
    return Number(spawnSync(process.execPath, ['-e', run], { encoding: 'utf8' }).stdout);
  });
  return Math.min(...times);
}
