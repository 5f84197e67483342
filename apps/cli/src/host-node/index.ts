// The Host of Node: everything that a program may reach when it runs in a terminal.
import { randomFillSync } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { Host } from '@py/code';
import { Attendant } from './attendant.ts';
import { createClock } from './clock.ts';
import { createCollector } from './collector.ts';
import { Descriptors } from './descriptors.ts';
import { Environment } from './environment.ts';
import { createFiles } from './files.ts';
import { createHashes } from './hashes.ts';
import { createProcesses } from './processes.ts';
import { createSockets } from './sockets.ts';
import { createZlib } from './zlib.ts';
import { createSignals } from './signals.ts';

/**
 * `executable` becomes `sys.executable`: what runs this program again. `attendant` does what needs an event loop. `atEnd` is given what is to be
 * done when the process ends.
 */
export function createNodeHost(executable: string, attendant: Attendant = new Attendant(null), atEnd = (finish: () => void): void => void process.once('exit', finish)): Host {
  const descriptors = new Descriptors();
  const environment = new Environment();
  const sockets = createSockets(attendant);
  atEnd(() => {
    descriptors.finish();
    sockets.finish();
  });
  return {
    platform: process.platform,
    files: createFiles(descriptors),
    clock: createClock(attendant, descriptors),
    random: fillRandom,
    env: environment.variables,
    setenv: (name, value) => environment.set(name, value),
    hashes: createHashes(),
    zlib: createZlib(),
    processes: createProcesses(executable, descriptors, environment),
    sockets,
    signals: createSignals(attendant, descriptors),
    ...createCollector(),
  };
}

/** The system's own source where there is one: node:crypto alone takes a third of the time that Node needs to start. */
function fillRandom(bytes: Uint8Array): void {
  try {
    const fd = openSync('/dev/urandom', 'r');
    try {
      if (readSync(fd, bytes, 0, bytes.length, null) === bytes.length) return;
    } finally {
      closeSync(fd);
    }
  } catch {
    // Windows has no such file.
  }
  randomFillSync(bytes);
}
