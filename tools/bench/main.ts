// pnpm bench [phases|vm|start] [NAME…] [--rounds N]: our time against native CPython 3.12's, from one run. Ratio = CPython / ours: above 1 is faster than CPython.
import { parseArgs } from 'node:util';
import { findNativePython } from '../oracle/oracle.ts';
import { benchPhases } from './phases.ts';
import { benchPrograms, benchStart } from './programs.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string', default: '5' } } });
const groups = ['phases', 'vm', 'start'];
const wanted = positionals.filter((name) => groups.includes(name));
const names = positionals.filter((name) => !groups.includes(name));
const chosen = (group: string): boolean => wanted.length === 0 || wanted.includes(group);
const python = findNativePython();
const rounds = Number(values.rounds);

console.log(`Node ${process.version}; CPython: ${python ?? 'none found (set PYTHON312): our times only'}; best of ${rounds} rounds`);
if (chosen('phases')) benchPhases(python, rounds, names);
if (chosen('vm')) benchPrograms(python, rounds, names);
if (chosen('start')) benchStart(python, rounds);
