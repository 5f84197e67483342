// Where things are installed.
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { openLibrary, type Library } from '@py/stdlib';

export interface Installation {
  /** The bundle of the command, dist/py.cjs. */
  readonly bundle: string;
  /** `sys.executable`: runs the command py again. */
  readonly executable: string;
  /** The packed library. */
  readonly library: string;
  /** The bundle of the attendant (host-node/attendant.ts); null for none. */
  readonly attendant: string | null;
  /** The bundle of SQLite, which is read when a program needs it; null if it has been left out. */
  readonly sqlite: string | null;
  /** `sys.prefix` */
  readonly prefix: string;
}

/** The installation that the file `bundle` (dist/py.cjs) belongs to. */
export function findInstallation(bundle: string): Installation {
  const dist = dirname(bundle);
  return { bundle, executable: join(dirname(dist), 'bin/py.js'), library: libraryFile(dist), attendant: join(dist, 'attendant.cjs'), sqlite: join(dist, 'sqlite.cjs'), prefix: join(dist, 'python') };
}

/** Beside the bundle, or in the package that it comes in. */
function libraryFile(dist: string): string {
  const own = join(dist, 'library.bin');
  return existsSync(own) ? own : createRequire(join(dist, 'py.cjs')).resolve('@py/stdlib/library.bin');
}

/** The packed library as a file, of which only the pieces that are asked for are read. */
export class LibraryFile {
  readonly library: Library;
  private readonly path: string;
  private readonly stamp: string;
  private fd: number | null = null;

  constructor(path: string) {
    this.path = path;
    this.stamp = stampOf(path);
    this.library = openLibrary((offset, length) => this.read(offset, length));
  }

  /** Is this the library of that file, as it is now? */
  isAt(path: string): boolean {
    return path === this.path && stampOf(path) === this.stamp;
  }

  /** Reading opens it again. */
  close(): void {
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
  }

  private read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    readSync((this.fd ??= openSync(this.path, 'r')), bytes, 0, length, offset);
    return bytes;
  }
}

/** Differs when the file has been written anew. */
function stampOf(path: string): string {
  const { ino, size, mtimeMs } = statSync(path);
  return [ino, size, mtimeMs].join();
}

export function readLibrary(path: string): Library {
  return new LibraryFile(path).library;
}
