// Whole programs, as processes: the VM on programs/*.py, and starting.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../lib/files.ts';
import { printHeader, printMean, printRow, type Row } from './table.ts';

const folder = join(root, 'tools/bench/programs');
/** The `py` that is measured unless another is given. */
export const ownPy: string = join(root, 'apps/cli/bin/py.js');
/** Of a run of either side. */
export const environment: NodeJS.ProcessEnv = { ...process.env, PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1' };

/** What tools/bench/repeat.py prints: milliseconds of CPU time, of all threads of the process. */
interface Repeated {
  readonly first: number;
  readonly best: number;
  readonly output: string;
}

/** Seconds of CPU time for which a program is run again and again. */
const repeatFor = 1;

/**
 * The programs, each in a process of its own that runs it for a second: its fastest run, when V8 has optimised what there is, and its first, where
 * most of the time goes into optimising. The two sides take turns; outputs must be equal.
 */
export function benchPrograms(python: string | null, py: string, rounds: number, names: readonly string[]): void {
  const files = readdirSync(folder).filter((file) => file.endsWith('.py') && (names.length === 0 || names.includes(basename(file, '.py')))).sort();
  const results = files.map((file) => {
    const theirs: Repeated[] = [];
    const ours: Repeated[] = [];
    for (let round = 0; round < rounds; round++) {
      if (python !== null) theirs.push(repeated([python], file));
      ours.push(repeated([py], file));
    }
    return { name: basename(file, '.py'), theirs: python === null ? null : fastest(theirs), ours: fastest(ours) };
  });
  for (const kind of ['best', 'first'] as const) {
    printHeader(kind === 'best' ? 'VM, warm' : 'VM, first run');
    const rows = results.map(({ name, theirs, ours }): Row => {
      const note = theirs !== null && ours.output !== theirs.output ? `DIFFERENT OUTPUT: ${ours.output.split('\n').slice(-2)[0].slice(0, 60)}` : '';
      if (note !== '') process.exitCode = 1;
      return { name, cpython: theirs && theirs[kind], ours: ours[kind], note };
    });
    for (const row of rows) printRow(row);
    printMean(rows.filter(({ note }) => note === ''));
  }
}

function repeated(command: readonly string[], file: string): Repeated {
  const result = spawnSync(command[0], [...command.slice(1), join(root, 'tools/bench/repeat.py'), String(repeatFor), join(folder, file)], { env: environment, encoding: 'utf8' });
  if (result.status !== 0) return { first: Infinity, best: Infinity, output: `${result.stderr}\nstatus ${result.status}\n` };
  return JSON.parse(result.stdout) as Repeated;
}

function fastest(runs: readonly Repeated[]): Repeated {
  return { first: Math.min(...runs.map(({ first }) => first)), best: Math.min(...runs.map(({ best: time }) => time)), output: runs[runs.length - 1].output };
}

/** Whole processes, as a ratio to an empty Node, which is the floor for anything that Node runs. */
export function benchStart(python: string | null, py: string, rounds: number): void {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['node -e 0', [process.execPath, '-e', '0']],
    ['py -c pass', [py, '-c', 'pass']],
    ['py -S -c pass', [py, '-S', '-c', 'pass']],
    ['py examples/hello.py', [py, join(root, 'examples/hello.py')]],
    ...(python === null ? [] : [['CPython -c pass', [python, '-c', 'pass']] as const]),
  ];
  console.log(`\n${'start-up'.padEnd(24)}${'time'.padStart(12)}${'of node'.padStart(9)}`);
  let floor = 0;
  for (const [name, command] of cases) {
    const milliseconds = bestWall(command, rounds * 2);
    floor ||= milliseconds;
    console.log(`${name.padEnd(24)}${`${milliseconds.toFixed(1)} ms`.padStart(12)}${`${(milliseconds / floor).toFixed(2)}x`.padStart(9)}`);
  }
}

/** Milliseconds of the fastest of some runs. */
function bestWall(command: readonly string[], rounds: number): number {
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const started = process.hrtime.bigint();
    const { status, stderr } = spawnSync(command[0], command.slice(1), { env: environment, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command.join(' ')}: status ${status}\n${stderr}`);
    least = Math.min(least, Number(process.hrtime.bigint() - started) / 1e6);
  }
  return least;
}
