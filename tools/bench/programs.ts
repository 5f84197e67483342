// Whole programs, as processes: the VM on programs/*.py, and starting.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../lib/files.ts';
import { printHeader, printMean, printRow, type Row } from './table.ts';

const folder = join(root, 'tools/bench/programs');
const py = [join(root, 'apps/cli/bin/py.js')];
const environment = { ...process.env, PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1' };

interface Timed {
  readonly milliseconds: number;
  readonly output: string;
}

/** Time of a program less the time of an empty one, both sides alike; outputs must be equal. */
export function benchPrograms(python: string | null, rounds: number, names: readonly string[]): void {
  const ourStart = best([...py, '-c', 'pass'], rounds).milliseconds;
  const theirStart = python === null ? 0 : best([python, '-c', 'pass'], rounds).milliseconds;
  printHeader('VM, without start-up');
  const rows: Row[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.py')).sort()) {
    const name = basename(file, '.py');
    if (names.length > 0 && !names.includes(name)) continue;
    const theirs = python === null ? null : best([python, join(folder, file)], rounds);
    const ours = best([...py, join(folder, file)], rounds);
    const note = theirs !== null && ours.output !== theirs.output ? `DIFFERENT OUTPUT: ${ours.output.split('\n').slice(-2)[0].slice(0, 60)}` : '';
    const row = { name, cpython: theirs && Math.max(theirs.milliseconds - theirStart, 0.1), ours: Math.max(ours.milliseconds - ourStart, 0.1), note };
    printRow(row);
    if (note === '') rows.push(row);
    else process.exitCode = 1;
  }
  printMean(rows);
}

/** Whole processes, as a ratio to an empty Node, which is the floor for anything that Node runs. */
export function benchStart(python: string | null, rounds: number): void {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['node -e 0', [process.execPath, '-e', '0']],
    ['py -c pass', [...py, '-c', 'pass']],
    ['py -S -c pass', [...py, '-S', '-c', 'pass']],
    ['py examples/hello.py', [...py, join(root, 'examples/hello.py')]],
    ...(python === null ? [] : [['CPython -c pass', [python, '-c', 'pass']] as const]),
  ];
  console.log(`\n${'start-up'.padEnd(24)}${'time'.padStart(12)}${'of node'.padStart(9)}`);
  let floor = 0;
  for (const [name, command] of cases) {
    const { milliseconds } = best(command, rounds * 2);
    floor ||= milliseconds;
    console.log(`${name.padEnd(24)}${`${milliseconds.toFixed(1)} ms`.padStart(12)}${`${(milliseconds / floor).toFixed(2)}x`.padStart(9)}`);
  }
}

/** The fastest of some runs. */
function best(command: readonly string[], rounds: number): Timed {
  let fastest = Infinity;
  let output = '';
  for (let round = 0; round < rounds; round++) {
    const started = process.hrtime.bigint();
    const result = spawnSync(command[0], command.slice(1), { env: environment, encoding: 'utf8' });
    const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
    output = result.status === 0 ? result.stdout : `${result.stderr}\nstatus ${result.status}\n`;
    fastest = Math.min(fastest, milliseconds);
    if (result.status !== 0) break;
  }
  return { milliseconds: fastest, output };
}
