// pnpm bench [phases|vm|library|start] [NAME…] [--rounds N] [--py PATH]: our time against native CPython 3.12's, from one run. Ratio = CPython / ours: above 1 is faster than CPython.
import { parseArgs } from 'node:util';
import { findNativePython } from '../oracle/oracle.ts';
import { benchLibrary } from './library.ts';
import { benchPhases } from './phases.ts';
import { benchPrograms, benchStart, ownPy } from './programs.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string' }, py: { type: 'string', default: ownPy } } });
const groups = ['phases', 'vm', 'library', 'start'];
const wanted = positionals.filter((name) => groups.includes(name));
const names = positionals.filter((name) => !groups.includes(name));
const chosen = (group: string): boolean => wanted.length === 0 || wanted.includes(group);
const python = findNativePython();
const rounds = Number(values.rounds ?? 5);
/** The cases of the library are many. */
const libraryRounds = Number(values.rounds ?? 2);

console.log(`Node ${process.version}; CPython: ${python ?? 'none found (set PYTHON312): our times only'}; best of ${rounds} rounds, of the library ${libraryRounds}`);
if (chosen('phases')) benchPhases(python, rounds, names);
if (chosen('vm')) benchPrograms(python, values.py, rounds, names);
if (chosen('library')) benchLibrary(python, values.py, libraryRounds, names);
if (chosen('start')) benchStart(python, values.py, rounds);
