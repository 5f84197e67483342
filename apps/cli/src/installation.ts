// Where things are installed.
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { openLibrary, type Library } from '@py/stdlib';

export interface Installation {
  /** `sys.executable`: runs the command py again. */
  readonly executable: string;
  /** The packed library. */
  readonly library: string;
  /** The bundle of the attendant (host-node/attendant.ts). */
  readonly attendant: string;
  /** `sys.prefix` */
  readonly prefix: string;
}

/** The installation that the file `bundle` (dist/py.cjs) belongs to. */
export function findInstallation(bundle: string): Installation {
  const dist = dirname(bundle);
  return { executable: join(dirname(dist), 'bin/py.js'), library: libraryFile(dist), attendant: join(dist, 'attendant.cjs'), prefix: join(dist, 'python') };
}

/** Beside the bundle, or in the package that it comes in. */
function libraryFile(dist: string): string {
  const own = join(dist, 'library.bin');
  return existsSync(own) ? own : createRequire(join(dist, 'py.cjs')).resolve('@py/stdlib/library.bin');
}

/** Only the pieces that are asked for are read. */
export function readLibrary(path: string): Library {
  const fd = openSync(path, 'r');
  process.once('exit', () => closeSync(fd));
  return openLibrary((offset, length) => {
    const bytes = new Uint8Array(length);
    readSync(fd, bytes, 0, length, offset);
    return bytes;
  });
}
