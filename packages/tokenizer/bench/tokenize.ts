// npx tsx --conditions=@py/source packages/tokenizer/bench/tokenize.ts [PYTHON]: tokenize on Lib/*.py of that CPython 3.12, against its own C tokenizer,
// in alternating runs and CPU time; and the size of the bundle. Ratio = CPython / ours.
//
// CPython does not offer its tokenizer alone. But after a syntax error in the first token the parser reads all others, to see whether
// the tokenizer has a better error: `?` before a program that is right costs its tokens and hardly anything else.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { buildSync } from 'esbuild';

const python = process.argv[2] ?? process.env['PYTHON312'] ?? 'python3.12';
const rounds = 6;
const library = execFileSync(python, ['-c', 'import os; print(os.path.dirname(os.__file__))'], { encoding: 'utf8' }).trim();
const files = readdirSync(library).filter((name) => name.endsWith('.py')).map((name) => join(library, name));
const megabytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0) / 1e6;

const theirs = `
import sys, time
sources = ["?\\n" + open(path, encoding="utf-8").read() for path in sys.argv[1:]]
fastest = 1e9
for _ in range(10):
    start = time.process_time()
    for source in sources:
        try:
            compile(source, "x.py", "exec")
        except SyntaxError:
            pass
    fastest = min(fastest, time.process_time() - start)
print(fastest * 1000)
`;
const ours = `
import { readFileSync } from 'node:fs';
import { tokenize } from './tokenizer.mjs';
const sources = process.argv.slice(2).map((path) => new Uint8Array(readFileSync(path)));
let fastest = Infinity;
for (let round = 0; round < 40; round++) {
  const start = process.cpuUsage();
  for (const source of sources) tokenize(source);
  const { user, system } = process.cpuUsage(start);
  fastest = Math.min(fastest, (user + system) / 1000);
}
console.log(fastest);
`;

const folder = mkdtempSync(join(tmpdir(), 'tokenizer-bench-'));
try {
  // Bundled, as people use it: a loader that compiles TypeScript on the fly slows the code down.
  const contents = `export { tokenize } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).pathname)};`;
  const stdin = { contents, resolveDir: folder };
  const { outputFiles } = buildSync({
    stdin, bundle: true, minify: true, format: 'esm', conditions: ['@py/source'], target: 'es2022', logLevel: 'error', write: false,
  });
  const bundle = outputFiles[0].contents;
  writeFileSync(join(folder, 'tokenizer.mjs'), bundle);
  writeFileSync(join(folder, 'ours.mjs'), ours);
  const times = { theirs: Infinity, ours: Infinity };
  for (let round = 0; round < rounds; round++) {
    times.theirs = Math.min(times.theirs, Number(execFileSync(python, ['-c', theirs, ...files])));
    times.ours = Math.min(times.ours, Number(execFileSync(process.execPath, [join(folder, 'ours.mjs'), ...files])));
  }
  const speed = (milliseconds: number): string => `${(megabytes / milliseconds * 1000).toFixed(0)} MB/s`;
  console.log(`${files.length} files, ${megabytes.toFixed(1)} MB: CPython ${speed(times.theirs)}, ours ${speed(times.ours)}, ratio ${(times.theirs / times.ours).toFixed(2)}`);
  console.log(`tokenize alone, minified: ${bundle.length} bytes, brotli ${brotliCompressSync(bundle).length}`);
} finally {
  rmSync(folder, { recursive: true });
}
