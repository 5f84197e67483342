// The entry of the bundle dist/py.cjs.
import { writeSync } from 'node:fs';
import { findInstallation, py } from './py/main.ts';
import { writeAll } from './write-all.ts';

/** From bin/load.js. */
declare const keepCode: () => void;

const end = py(process.argv.slice(2), findInstallation(__filename), (fd, text) => writeAll(fd, text, writeSync));
if (end.ran) keepCode();
if (end.status === null) process.kill(process.pid, 'SIGINT');
else process.exitCode = end.status;
