// The start of Python that a snapshot keeps (bin/prepare.js): what is the same for every program need not be done again.
import type { Host } from '@py/code';
import { keepPython, keptModules, type Python, type PythonConfig } from '@py/python';
import type { Library } from '@py/stdlib';
import { createNodeHost } from '../host-node/index.ts';
import { sqliteIn } from '../host-node/sqlite.ts';
import { LibraryFile, type Installation } from '../installation.ts';

/** What `createPython` is given. */
export interface StartOptions {
  readonly config: PythonConfig;
  readonly library: Library;
  readonly prefix: string;
  readonly nativeDepthLimit: number;
  readonly rehearse: boolean;
}

/** A Python that has begun to start in another process. */
export interface KeptStart {
  readonly installation: Installation;
  /** The library that it reads, if it is still the one in that file. */
  libraryAt(path: string): Library | null;
  /** Goes on, once; null if these options need another beginning. */
  resume(host: Host, options: StartOptions): Python | null;
}

/** `importing`: with the modules that most programs import. */
export function keepStart(installation: Installation, importing: boolean): KeptStart {
  const file = new LibraryFile(installation.library);
  const { library } = file;
  const python = keepPython({ ...createNodeHost(installation.executable, undefined, () => {}), sqlite: sqliteIn(installation.sqlite) }, { library, prefix: installation.prefix, rehearse: false, imported: importing ? keptModules : [] });
  file.close();
  return {
    installation,
    libraryAt: (path) => (file.isAt(path) ? library : null),
    resume: (host, options) => (options.library === library ? python.resume(host, options) : null),
  };
}
