import type { CodeObject, Compile, HostFiles, Importer, ModuleSpec, PycFormat } from '@py/code';
import { currentFolder, isFolder } from './files.ts';
import { FolderFinder } from './finder.ts';
import { Loader } from './loader.ts';

/** What `sys` and the options of `python` would say. */
export interface ImporterOptions {
  readonly files: HostFiles;
  /** Folders to search, first to last: `sys.path`. Read at each search, so that its owner may change it. `''` is the working folder. */
  readonly path: readonly string[];
  /** Source text to code object. */
  readonly compile: Compile;
  /** How `.pyc` files are read and written: `@py/pyc` (`import * as pyc`). */
  readonly pyc: PycFormat;
  /** Names of modules that the VM brings along: `sys.builtin_module_names`. */
  readonly builtins?: readonly string[];
  /** Modules whose code is not in a file. */
  readonly frozen?: ReadonlyMap<string, FrozenModule>;
  /** `-O` level; part of a `.pyc` file's name. Default 0. */
  readonly optimize?: 0 | 1 | 2;
  /** `sys.dont_write_bytecode`, `python -B`. Default false. */
  readonly dontWriteBytecode?: boolean;
  /** `sys.pycache_prefix`, `PYTHONPYCACHEPREFIX`. */
  readonly pycachePrefix?: string | null;
  /** `--check-hash-based-pycs`. Default: as each file says. */
  readonly checkHashBasedPycs?: 'default' | 'always' | 'never';
  /** Gets what `python -v` (1) and `python -vv` (2) say, without `# ` before it. */
  readonly verbose?: (message: string, level: 1 | 2) => void;
}

/** A module that is part of the program. */
export interface FrozenModule {
  readonly isPackage: boolean;
  /** The code, or what makes it when it is first asked for. */
  readonly code: CodeObject | (() => CodeObject);
}

/** The importer that {@link createImporter} makes. */
export interface PathImporter extends Importer {
  /**
   * Where a module is, or null. Without `path` a dotted name is searched through its parents, which are not run. With `path`
   * (the parent's `submodule_search_locations`, or any folders) only the last part of the name is searched there.
   */
  findSpec(name: string, path?: readonly string[]): ModuleSpec | null;
  /**
   * The module's code; null for a built-in or namespace module, which have none. Reads the `.pyc` if it fits, else compiles and
   * tries to write it. Throws PySyntaxError for bad source, PycError for a bad `.pyc` and HostError for an unreadable source.
   */
  getCode(spec: ModuleSpec): CodeObject | null;
  /** Forgets what folders held: `importlib.invalidate_caches`. Needed only after changes within the file system's time resolution. */
  invalidateCaches(): void;
}

/**
 * Finds and loads modules as CPython 3.12's `sys.meta_path` does: built-in, frozen, then folders with sources, `.pyc` files and
 * namespace packages. CPython 3.12: Lib/importlib/_bootstrap_external.py, PathFinder.
 */
export function createImporter(options: ImporterOptions): PathImporter {
  const { files } = options;
  const loader = new Loader(options);
  /** `sys.path_importer_cache`: null for what is not a folder. */
  const finders = new Map<string, FolderFinder | null>();

  function finderFor(entry: string): FolderFinder | null {
    const folder = entry === '' ? currentFolder(files) : entry;
    if (folder === null) return null;
    const known = finders.get(folder);
    if (known !== undefined) return known;
    const finder = isFolder(files, folder) ? new FolderFinder(files, folder, options) : null;
    finders.set(folder, finder);
    return finder;
  }

  function findInFolders(name: string, path: readonly string[]): ModuleSpec | null {
    const portions: string[] = [];
    for (const entry of path) {
      const found = finderFor(entry)?.find(name);
      if (!found) continue;
      if (found.kind !== 'namespace') return found;
      portions.push(...(found.submodule_search_locations ?? []));
    }
    if (portions.length === 0) return null;
    return { name, kind: 'namespace', origin: null, cached: null, submodule_search_locations: portions };
  }

  function findSpec(name: string, path?: readonly string[]): ModuleSpec | null {
    if (options.builtins?.includes(name)) return { name, kind: 'builtin', origin: 'built-in', cached: null, submodule_search_locations: null };
    const frozen = options.frozen?.get(name);
    if (frozen) return { name, kind: 'frozen', origin: 'frozen', cached: null, submodule_search_locations: frozen.isPackage ? [] : null };
    if (path) return findInFolders(name, path);
    const dot = name.lastIndexOf('.');
    if (dot < 0) return findInFolders(name, options.path);
    const parent = findSpec(name.slice(0, dot));
    return parent?.submodule_search_locations ? findInFolders(name, parent.submodule_search_locations) : null;
  }

  return {
    findSpec,
    getCode(spec) {
      switch (spec.kind) {
        case 'builtin':
        case 'namespace':
          return null;
        case 'frozen': {
          const code = options.frozen?.get(spec.name)?.code;
          return typeof code === 'function' ? code() : (code ?? null);
        }
        case 'bytecode':
          return loader.bytecode(spec.name, spec.origin as string);
        case 'source':
          return loader.source(spec.name, spec.origin as string);
      }
    },
    invalidateCaches() {
      for (const [folder, finder] of finders) {
        if (finder === null || !folder.startsWith('/')) finders.delete(folder);
        else finder.invalidate();
      }
    },
  };
}
