// The entry of the bundle dist/py.cjs.
import { existsSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { createVM } from '@py/vm';
import { commandLine } from './py/command-line.ts';
import { findInstallation } from './installation.ts';
import { keepStart, type KeptStart } from './py/keep.ts';
import { py, type Surroundings } from './py/main.ts';
import { writeAll } from './write-all.ts';

/** What bin/load.js and bin/prepare.js hand in. */
declare const onStart: Omit<Surroundings, 'write'> & {
  /** Takes what a snapshot is to hold: runs the command in another process, as the bundle `filename`. Absent: it runs now. */
  readonly keep?: (run: (filename: string) => void) => void;
  /** The snapshot is for programs that import something. */
  readonly importing?: boolean;
};

if (onStart.keep) {
  const installation = findInstallation(__filename);
  // V8 keeps the code of what has run.
  const importing = onStart.importing === true;
  py(['-c', importing ? 'import json, textwrap' : 'pass'], { ...installation, attendant: null }, { started() {}, lasting() {}, write() {} }, keepStart(installation, importing));
  const kept = keepStart(installation, importing);
  process.removeAllListeners('exit');
  onStart.keep((filename) => run(filename, kept));
} else run(__filename, null);

function run(filename: string, kept: KeptStart | null): void {
  const found = kept?.installation.bundle === filename ? kept.installation : findInstallation(filename);
  const installation = { ...found, executable: invokedAs(process.argv[1]) ?? found.executable };
  const status = py(commandLine(process.argv.slice(2)), installation, { ...onStart, lasting, write: (fd, text) => writeAll(fd, text, writeSync) }, kept);
  if (status === null) process.kill(process.pid, 'SIGINT');
  else process.exitCode = status;
}

function lasting(): void {
  onStart.lasting();
  createVM({ host: {} }); // Rehearses the loop, for all VMs.
}

/** The name by which the command was called, a link perhaps: a `pyvenv.cfg` is looked for beside it. Node has been told it without its suffix, perhaps. */
function invokedAs(name: string): string | null {
  const path = resolve(name);
  return existsSync(path) ? path : null;
}
