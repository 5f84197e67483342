// The entry of the bundle dist/py.cjs.
import { writeSync } from 'node:fs';
import { commandLine } from './py/command-line.ts';
import { findInstallation } from './installation.ts';
import { py, type Surroundings } from './py/main.ts';
import { writeAll } from './write-all.ts';

declare const onStart: Omit<Surroundings, 'write'>;

const status = py(commandLine(process.argv.slice(2)), findInstallation(__filename), { ...onStart, write: (fd, text) => writeAll(fd, text, writeSync) });
if (status === null) process.kill(process.pid, 'SIGINT');
else process.exitCode = status;
