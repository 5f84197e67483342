// Each phase on the library of CPython 3.12.7, ours in one process, CPython's in a native one, on the same files, by turns.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { libraryFiles } from '../conformance/corpus.ts';
import { root } from '../lib/files.ts';
import { benchCold, bundle } from './phases-cold.ts';
import { printHeader, printRow } from './table.ts';

/** Milliseconds of one pass over all files. */
type Times = Readonly<Record<string, number>>;

interface Own {
  readonly times: Times;
  /** Bytes that all trees hold, and their nodes: objects of ours, and as `ast.walk` counts. */
  readonly heap: number;
  readonly nodes: number;
  readonly walked: number;
}

/** Each side runs so often, by turns, CPython for a part of the rounds each time: whatever else the machine does meanwhile troubles both. */
const turns = 3;

export function benchPhases(python: string | null, rounds: number, names: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'py-bench-'));
  const share = String(Math.ceil(rounds / turns));
  try {
    const sources = join(folder, 'sources');
    const files = libraryFiles().map((file) => file.source);
    mkdirSync(sources);
    files.forEach((source, index) => writeFileSync(join(sources, `${index}.py`), source));
    // Bundled, as people use it: a loader that compiles TypeScript as it loads it slows the code down.
    const program = bundle(folder, 'own', "import './phases-own.ts';");
    const theirs: Times[] = [];
    const ours: Own[] = [];
    for (let turn = 0; turn < turns; turn++) {
      if (python !== null) theirs.push(JSON.parse(execFileSync(python, [join(root, 'tools/bench/phases.py'), sources, share], { encoding: 'utf8' })) as Times);
      ours.push(JSON.parse(execFileSync(process.execPath, ['--expose-gc', program, sources, String(rounds)], { encoding: 'utf8' })) as Own);
    }
    printTimes(files.reduce((sum, source) => sum + source.length, 0), theirs, ours, names);
    if (names.length > 0) return;
    const [{ heap, nodes, walked }] = ours;
    console.log(`\ntrees: ${(heap / nodes).toFixed(1)} bytes a node, their strings included; ${(heap / walked).toFixed(1)} as ast.walk counts nodes`);
    benchCold(folder, rounds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function printTimes(bytes: number, theirs: readonly Times[], ours: readonly Own[], names: readonly string[]): void {
  printHeader('phase, whole library');
  for (const name of Object.keys(ours[0].times)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const milliseconds = Math.min(...ours.map(({ times }) => times[name]));
    const cpython = theirs.length === 0 || theirs[0][name] === undefined ? null : Math.min(...theirs.map((times) => times[name]));
    printRow({ name, cpython, ours: milliseconds, note: `${(bytes / milliseconds / 1000).toFixed(0)} MB of source a second` });
  }
}
