// The library's native modules: the cases of library/*.py, each program's in one process of its own.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../lib/files.ts';
import { environment } from './programs.ts';
import { printHeader, printMean, printRow, type Row } from './table.ts';

const folder = join(root, 'tools/bench/library');

/** What tools/bench/library.py prints of a case: milliseconds of CPU time, and a checksum of the result. */
interface Measured {
  readonly best: number;
  readonly output: number;
}
type Cases = Readonly<Record<string, Measured>>;

/** Seconds of CPU time for which a case is run again and again: until V8 has optimised what there is. CPython is as fast at once. */
const ourSeconds = 0.7, theirSeconds = 0.1;

/** Each case of each program: its fastest run. The two sides take turns; results must be equal. */
export function benchLibrary(python: string | null, py: string, rounds: number, names: readonly string[]): void {
  const files = readdirSync(folder).filter((file) => file.endsWith('.py') && (names.length === 0 || names.includes(basename(file, '.py')))).sort();
  for (const file of files) {
    const theirs: Cases[] = [];
    const ours: Cases[] = [];
    for (let round = 0; round < rounds; round++) {
      if (python !== null) theirs.push(measured([python], theirSeconds, file));
      ours.push(measured([py], ourSeconds, file));
    }
    printHeader(basename(file, '.py'));
    const rows = Object.keys(ours[0]).map((name): Row => {
      const differs = theirs.length > 0 && theirs[0][name].output !== ours[0][name].output;
      if (differs) process.exitCode = 1;
      return { name, cpython: theirs.length === 0 ? null : fastest(theirs, name), ours: fastest(ours, name), note: differs ? 'DIFFERENT RESULT' : '' };
    });
    for (const row of rows) printRow(row);
    printMean(rows);
  }
}

function measured(command: readonly string[], seconds: number, file: string): Cases {
  const result = spawnSync(command[0], [...command.slice(1), join(root, 'tools/bench/library.py'), String(seconds), join(folder, file)], { env: environment, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${file}: status ${result.status}\n${result.stderr}`);
  return JSON.parse(result.stdout) as Cases;
}

const fastest = (runs: readonly Cases[], name: string): number => Math.min(...runs.map((cases) => cases[name].best));
