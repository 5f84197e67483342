// The entry of the bundle dist/py.cjs.
import { writeSync } from 'node:fs';
import { findInstallation, py } from './py/main.ts';
import { writeAll } from './write-all.ts';

/** From bin/load.js. */
declare const started: () => void;

const status = py(process.argv.slice(2), findInstallation(__filename), { write: (fd, text) => writeAll(fd, text, writeSync), started });
if (status === null) process.kill(process.pid, 'SIGINT');
else process.exitCode = status;
