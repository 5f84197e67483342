// Each phase on the library of CPython 3.12.7, ours in this process, CPython's in a native one, on the same files.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '@py/compiler';
import { parse } from '@py/parser';
import { dumps, loads } from '@py/pyc';
import { buildSymbolTable } from '@py/symtable';
import { tokenize } from '@py/tokenizer';
import { libraryFiles } from '../conformance/corpus.ts';
import { root } from '../lib/files.ts';
import { printHeader, printRow } from './table.ts';

/** Milliseconds of one pass over all files. */
type Times = Readonly<Record<string, number>>;

export async function benchPhases(python: string | null, rounds: number, names: readonly string[]): Promise<void> {
  const files = libraryFiles().map((file) => file.source);
  const bytes = files.reduce((sum, source) => sum + source.length, 0);
  const theirs = python === null ? null : nativeTimes(python, files, rounds);
  const ours = ownTimes(files, rounds);
  printHeader('phase, whole library');
  for (const [name, milliseconds] of Object.entries(ours)) {
    if (names.length > 0 && !names.includes(name)) continue;
    printRow({ name, cpython: theirs?.[name] ?? null, ours: milliseconds, note: `${(bytes / milliseconds / 1000).toFixed(1)} MB of source a second` });
  }
}

function ownTimes(files: readonly Uint8Array[], rounds: number): Times {
  const filename = 'x.py';
  const all = (run: (source: Uint8Array) => void) => (): void => files.forEach(run);
  const trees = files.map((source) => parse(tokenize(source)));
  const compileTree = (tree: (typeof trees)[number]): ReturnType<typeof compile> => compile(tree, buildSymbolTable(tree, { filename }), { filename });
  const codes = trees.map(compileTree);
  const written = codes.map((code) => dumps(code));
  return {
    'tokens': best(rounds, all((source) => tokenize(source))),
    'source to tree': best(rounds, all((source) => parse(tokenize(source)))),
    'tree to scopes': best(rounds, () => trees.forEach((tree) => buildSymbolTable(tree))),
    'tree to code': best(rounds, () => trees.forEach(compileTree)),
    'source to code': best(rounds, all((source) => compileTree(parse(tokenize(source))))),
    'dumps': best(rounds, () => codes.forEach((code) => dumps(code))),
    'loads': best(rounds, () => written.forEach((data) => loads(data))),
  };
}

function best(rounds: number, run: () => void): number {
  let fastest = Infinity;
  // Two rounds more, for the compiler of V8.
  for (let round = 0; round < rounds + 2; round++) {
    const started = process.hrtime.bigint();
    run();
    fastest = Math.min(fastest, Number(process.hrtime.bigint() - started) / 1e6);
  }
  return fastest;
}

function nativeTimes(python: string, files: readonly Uint8Array[], rounds: number): Times {
  const folder = mkdtempSync(join(tmpdir(), 'py-bench-'));
  try {
    files.forEach((source, index) => writeFileSync(join(folder, `${index}.py`), source));
    const result = spawnSync(python, [join(root, 'tools/bench/phases.py'), folder, String(rounds)], { encoding: 'utf8' });
    if (result.status !== 0) throw new Error(result.stderr);
    return JSON.parse(result.stdout) as Times;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
