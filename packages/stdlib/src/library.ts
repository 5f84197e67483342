// The packed library: one file that is read piece by piece, as modules are imported.
//
//   8 bytes     'PYLIB312'
//   4 bytes     length of the index, little-endian
//   index       JSON: see LibraryIndex
//   data        sources, and .pyc files as CPython would have written them beside the sources

/** Reads a piece of the packed file. */
export type ReadBytes = (offset: number, length: number) => Uint8Array;

/** What is in a folder of the library. */
export interface LibraryEntry {
  readonly name: string;
  readonly type: 'file' | 'dir';
}

/** CPython's pure-Python library as a folder: sources, and their compiled forms in `__pycache__`. */
export interface Library {
  /** Seconds since 1970: what every file says it was changed at, and every `.pyc` says of its source. */
  readonly mtime: number;
  /** Entries of a folder (`''` is the library itself); null if there is none. */
  list(path: string): readonly LibraryEntry[] | null;
  /** Bytes in a file; null if there is none. */
  size(path: string): number | null;
  /** A file: `json/decoder.py`, `json/__pycache__/decoder.cpython-312.pyc`. Throws RangeError if there is none. */
  read(path: string): Uint8Array;
  /** The marshalled code of a module by its dotted name, and whether it is a package; null if there is none. */
  code(module: string): { readonly isPackage: boolean; readonly marshal: Uint8Array } | null;
  /** Dotted names of all modules, sorted. */
  readonly modules: readonly string[];
}

interface LibraryIndex {
  readonly mtime: number;
  /** Path → offset in the data, and length. */
  readonly files: Readonly<Record<string, readonly [number, number]>>;
}

const magic = 'PYLIB312';
const pycHeader = 16;

/** Opens a packed library. Throws Error if it is none. */
export function openLibrary(read: ReadBytes): Library {
  const head = read(0, 12);
  if (String.fromCharCode(...head.subarray(0, 8)) !== magic) throw new Error('not a packed library');
  const length = new DataView(head.buffer, head.byteOffset, head.length).getUint32(8, true);
  const index = JSON.parse(ascii(read(12, length))) as LibraryIndex;
  return new PackedLibrary(index, read, 12 + length);
}

class PackedLibrary implements Library {
  readonly mtime: number;
  private readonly files: LibraryIndex['files'];
  private readonly readBytes: ReadBytes;
  private readonly dataStart: number;
  /** Made when a folder is first listed. */
  private folders: Map<string, LibraryEntry[]> | null = null;

  constructor(index: LibraryIndex, readBytes: ReadBytes, dataStart: number) {
    this.mtime = index.mtime;
    this.files = index.files;
    this.readBytes = readBytes;
    this.dataStart = dataStart;
  }

  list(path: string): readonly LibraryEntry[] | null {
    this.folders ??= listFolders(Object.keys(this.files));
    return this.folders.get(path) ?? null;
  }

  size(path: string): number | null {
    return this.place(path)?.[1] ?? null;
  }

  read(path: string): Uint8Array {
    const place = this.place(path);
    if (!place) throw new RangeError(`not in the library: ${path}`);
    return this.readBytes(this.dataStart + place[0], place[1]);
  }

  code(module: string): { readonly isPackage: boolean; readonly marshal: Uint8Array } | null {
    const path = module.replaceAll('.', '/');
    const slash = path.lastIndexOf('/') + 1;
    const plain = this.place(`${path}.py`) !== null;
    const pyc = plain ? `${path.slice(0, slash)}__pycache__/${path.slice(slash)}.cpython-312.pyc` : `${path}/__pycache__/__init__.cpython-312.pyc`;
    return this.place(pyc) ? { isPackage: !plain, marshal: this.read(pyc).subarray(pycHeader) } : null;
  }

  /** Where a file is in the data, and its length. */
  private place(path: string): readonly [number, number] | null {
    return Object.hasOwn(this.files, path) ? this.files[path] : null;
  }

  get modules(): readonly string[] {
    const names = Object.keys(this.files).filter((path) => path.endsWith('.py')).map((path) => path.slice(0, -3).replace(/\/__init__$/, '').replaceAll('/', '.'));
    return names.sort();
  }
}

function listFolders(paths: Iterable<string>): Map<string, LibraryEntry[]> {
  const folders = new Map<string, LibraryEntry[]>([['', []]]);
  const add = (path: string, type: 'file' | 'dir'): void => {
    const slash = path.lastIndexOf('/');
    const parent = path.slice(0, Math.max(slash, 0));
    let entries = folders.get(parent);
    if (!entries) {
      folders.set(parent, (entries = []));
      add(parent, 'dir');
    }
    entries.push({ name: path.slice(slash + 1), type });
  };
  for (const path of paths) add(path, 'file');
  return folders;
}

/** The index is ASCII: its writer escapes everything else. */
function ascii(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
