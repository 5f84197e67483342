import type { HostFiles, ModuleSpec, PycFormat } from '@py/code';
import { absolutePath, currentFolder, isFile, isFolder, joinPath, unlessRefused } from './files.ts';

/** What the finder needs of the importer's options. */
export interface FinderOptions {
  readonly pyc: PycFormat;
  readonly optimize?: 0 | 1 | 2;
  readonly pycachePrefix?: string | null;
  readonly verbose?: (message: string, level: 1 | 2) => void;
}

/** Finds modules in one folder; what it holds is remembered until its time of change differs. CPython 3.12: FileFinder. */
export class FolderFinder {
  private readonly files: HostFiles;
  private readonly options: FinderOptions;
  private readonly folder: string;
  private contents: ReadonlySet<string>;
  /** Nanoseconds; -1 while nothing is known. */
  private changedNs: bigint;

  constructor(files: HostFiles, folder: string, options: FinderOptions) {
    this.files = files;
    this.options = options;
    this.folder = folder === '.' ? (currentFolder(files) ?? '') : absolutePath(files, folder);
    this.contents = new Set();
    this.changedNs = -1n;
  }

  invalidate(): void {
    this.changedNs = -1n;
  }

  /** The spec of the module with this full name, whose last part is in this folder; a namespace portion only if nothing else is. */
  find(name: string): ModuleSpec | null {
    this.refresh();
    const tail = name.slice(name.lastIndexOf('.') + 1);
    const packageFolder = joinPath(this.folder, tail);
    let isNamespace = false;
    if (this.contents.has(tail)) {
      for (const suffix of suffixes) {
        const init = joinPath(packageFolder, `__init__${suffix}`);
        if (isFile(this.files, init)) return this.fileSpec(name, init, [packageFolder]);
      }
      isNamespace = isFolder(this.files, packageFolder);
    }
    for (const suffix of suffixes) {
      const path = joinPath(this.folder, tail + suffix);
      this.options.verbose?.(`trying ${path}`, 2);
      if (this.contents.has(tail + suffix) && isFile(this.files, path)) return this.fileSpec(name, path, null);
    }
    if (!isNamespace) return null;
    this.options.verbose?.(`possible namespace for ${packageFolder}`, 1);
    return { name, kind: 'namespace', origin: null, cached: null, submodule_search_locations: [packageFolder] };
  }

  private fileSpec(name: string, origin: string, submodule_search_locations: readonly string[] | null): ModuleSpec {
    if (origin.endsWith('.pyc')) return { name, kind: 'bytecode', origin, cached: origin, submodule_search_locations };
    return { name, kind: 'source', origin, cached: cachePath(this.files, origin, this.options), submodule_search_locations };
  }

  private refresh(): void {
    const changedNs = unlessRefused(() => this.files.stat(this.folder).mtimeNs) ?? -1n;
    if (changedNs === this.changedNs && changedNs !== -1n) return;
    this.changedNs = changedNs;
    // A folder that was removed, turned into a file or made unreadable holds nothing.
    const entries = unlessRefused(() => this.files.readdir(this.folder)) ?? [];
    this.contents = new Set(entries.map((entry) => entry.name));
  }
}

/** Extension modules (`.so`) would come first; there are none here. */
const suffixes = ['.py', '.pyc'];

/** Where the `.pyc` of a source file is or will be. */
export function cachePath(files: HostFiles, source: string, options: Pick<FinderOptions, 'pyc' | 'optimize' | 'pycachePrefix'>): string {
  return options.pyc.cacheFromSource(source, {
    optimization: options.optimize ?? 0,
    prefix: options.pycachePrefix,
    cwd: currentFolder(files) ?? undefined,
  });
}
