// Each phase on the modules of CPython 3.12.7's library, `Lib/*.py`: CPU time of ours and of native CPython on the same files, by turns.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { libraryFiles } from '../conformance/corpus.ts';
import { root } from '../lib/files.ts';
import { benchCold, bundle } from './phases-cold.ts';
import { printHeader, printRow } from './table.ts';

/** Each phase with the ratios we want and must have, where there are any. */
const phases: readonly (readonly [name: string, wanted: string])[] = [
  ['source to tokens', 'goal 1.5x, floor 1x'],
  ['source to tree', 'goal 6x, floor 3x'],
  ['tree to scopes', ''],
  ['tree to code', ''],
  ['source to code', 'goal 2x, floor 1.2x'],
  ['dumps', 'goal 1x, floor 0.5x'],
  ['loads', 'goal 0.5x, floor 0.3x'],
];

/** Each side runs so often, by turns: whatever else the machine does meanwhile troubles both. */
const turns = 3;

/**
 * A phase has a process of its own, in which nothing lives but the files and what the phase starts from (trees kept for another phase would be
 * marked at each garbage collection of this one), and rounds before those that count. The best round of all turns counts, on both sides.
 */
export function benchPhases(python: string | null, rounds: number, names: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'py-bench-'));
  try {
    const sources = join(folder, 'sources');
    const files = libraryFiles().filter(({ name }) => !name.includes('/'));
    const bytes = files.reduce((sum, { source }) => sum + source.length, 0);
    mkdirSync(sources);
    files.forEach(({ source }, index) => writeFileSync(join(sources, `${index}.py`), source));
    // Bundled, as people use it: a loader that compiles TypeScript as it loads it slows the code down.
    const program = bundle(folder, 'own', "import './phases-own.ts';");
    const own = (phase: string): unknown => answer(process.execPath, ['--expose-gc', program, sources, phase, String(rounds)]);
    printHeader(`Lib/*.py: ${files.length}, ${(bytes / 1e6).toFixed(1)} MB`);
    for (const [name, wanted] of phases) {
      if (names.length > 0 && !names.includes(name)) continue;
      let theirs = Infinity;
      let ours = Infinity;
      for (let turn = 0; turn < turns; turn++) {
        if (python !== null) theirs = Math.min(theirs, (answer(python, [join(root, 'tools/bench/phases.py'), sources, name, String(rounds)]) as number | null) ?? Infinity);
        ours = Math.min(ours, own(name) as number);
      }
      printRow({ name, cpython: theirs === Infinity ? null : theirs, ours, note: `${`${(bytes / ours / 1000).toFixed(0)} MB/s`.padStart(8)}  ${wanted}` });
    }
    if (names.length > 0) return;
    const { heap, nodes, walked } = own('memory') as { readonly heap: number; readonly nodes: number; readonly walked: number };
    console.log(`\ntrees: ${(heap / nodes).toFixed(1)} bytes a node, their strings included; ${(heap / walked).toFixed(1)} as ast.walk counts nodes`);
    benchCold(folder, rounds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a program prints, as JSON. */
function answer(command: string, args: readonly string[]): unknown {
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8' }));
}
