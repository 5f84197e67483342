// node --expose-gc --conditions=@py/source --import tsx packages/parser/bench/parse.ts FOLDER [--python PATH]
//   Time from source to tree, memory of the trees, and CPU time of one cold parse of 1,000 lines, for the .py files of a folder (not those below it).
//   With the path of a CPython 3.12, its time for ast.parse on the same files and the ratio.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { forEachChild } from '@py/ast';
import type { AnyNode } from '@py/ast';
import { tokenize } from '@py/tokenizer';
import { parse } from '../src/index.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { python: { type: 'string' }, rounds: { type: 'string', default: '8' } } });
const [folder] = positionals;
if (folder === undefined) throw new Error('usage: parse.ts FOLDER [--python PATH] [--rounds N]');
const files = readdirSync(folder).filter((name) => name.endsWith('.py')).map((name) => readFileSync(join(folder, name)));
const bytes = files.reduce((sum, file) => sum + file.length, 0);
// Any character will do for '\N{...}'.
const options = { unicodeName: (): number => 0x2603 };

/** Prints the milliseconds that ast.parse takes for the files of a folder. */
const nativeProgram = `
import ast, os, sys, time
sources = [open(os.path.join(sys.argv[1], f), 'rb').read() for f in os.listdir(sys.argv[1]) if f.endswith('.py')]
best = 1e9
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    for source in sources: ast.parse(source)
    best = min(best, time.perf_counter() - start)
print(best * 1000)
`;

const ours = best(() => files.forEach((file) => parse(tokenize(file), options)));
console.log(`source to tree: ${ours.toFixed(1)} ms for ${files.length} files, ${(bytes / ours / 1000).toFixed(1)} MB/s`);
if (values.python !== undefined) {
  const theirs = Number(execFileSync(values.python, ['-W', 'ignore', '-c', nativeProgram, folder, values.rounds], { encoding: 'utf8' }));
  console.log(`ast.parse: ${theirs.toFixed(1)} ms, ratio ${(theirs / ours).toFixed(2)}`);
}
reportMemory();
await reportColdParse();

function best(run: () => void): number {
  let fastest = Infinity;
  for (let round = 0; round < Number(values.rounds) + 2; round++) {
    const started = performance.now();
    run();
    fastest = Math.min(fastest, performance.now() - started);
  }
  return fastest;
}

/** Bytes of heap that the trees hold, by node; Python's ast.walk also counts contexts and operators as nodes. */
function reportMemory(): void {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) {
    console.log('memory: run with --expose-gc');
    return;
  }
  collect();
  const before = process.memoryUsage().heapUsed;
  const trees = files.map((file) => parse(tokenize(file), options));
  collect();
  const used = process.memoryUsage().heapUsed - before;
  let nodes = 0;
  let withOperators = 0;
  for (const tree of trees) {
    const pending: AnyNode[] = [tree];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      nodes++;
      withOperators++;
      if ('ctx' in node || 'op' in node) withOperators++;
      if ('ops' in node) withOperators += node.ops.length;
      forEachChild(node, (child) => pending.push(child));
    }
  }
  console.log(`memory: ${(used / nodes).toFixed(1)} bytes a node (${(used / withOperators).toFixed(1)} as ast.walk counts nodes)`);
}

/** User and system time of a Node that parses 1,000 lines once, above one that does nothing. */
async function reportColdParse(): Promise<void> {
  const { build } = await import('esbuild');
  const scratch = mkdtempSync(join(tmpdir(), 'py-parser-bench-'));
  try {
    const source = `${'def f(a, b=1, *c):\n    """A string."""\n    if a.b[0] < len(c) and not b:\n        return [x ** 2 for x in c if x != \'y\']\n    return {a: f(b, **c)}\n'.repeat(200)}`;
    writeFileSync(join(scratch, 'lines.py'), source);
    const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
    await build({
      stdin: { contents: `export { tokenize } from ${JSON.stringify(here('../../tokenizer/src/index.ts'))};\nexport { parse } from ${JSON.stringify(here('../src/index.ts'))};` , resolveDir: here('..') },
      bundle: true, minify: true, format: 'esm', conditions: ['@py/source'], outfile: join(scratch, 'parser.mjs'), logLevel: 'error',
    });
    writeFileSync(join(scratch, 'bare.mjs'), "import { readFileSync } from 'node:fs'; readFileSync(new URL('lines.py', import.meta.url));");
    writeFileSync(join(scratch, 'cold.mjs'), "import { readFileSync } from 'node:fs'; import { parse, tokenize } from './parser.mjs'; parse(tokenize(readFileSync(new URL('lines.py', import.meta.url))));");
    const cpu = (file: string): number => {
      let least = Infinity;
      for (let round = 0; round < 20; round++) {
        const program = `import('file://${join(scratch, file)}').then(() => { const { user, system } = process.cpuUsage(); console.log((user + system) / 1000); })`;
        least = Math.min(least, Number(spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' }).stdout));
      }
      return least;
    };
    const bare = cpu('bare.mjs');
    console.log(`cold parse of 1,000 lines: ${(cpu('cold.mjs') - bare).toFixed(1)} ms CPU above bare node (${bare.toFixed(1)} ms)`);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
