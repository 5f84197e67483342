// A read-only folder inside a host's files: the standard library has a place of its own, as in an installed Python, whatever the host.
import { HostError, type HostFiles, type HostStat, type HostStatFs } from '@py/code';
import { boundMethods, withoutFiles } from './streams.ts';

/** Files that are somewhere else than in the host's file system. Paths are relative, `/`-separated, `''` for the root. */
export interface ReadOnlyTree {
  /** What is in a folder; null if there is no such folder. */
  list(path: string): readonly TreeEntry[] | null;
  /** Bytes in a file; null if there is no such file. */
  size(path: string): number | null;
  /** Content of a file that `size` knows. */
  read(path: string): Uint8Array;
  /** Seconds since 1970 that all files were changed at. */
  readonly mtime: number;
}

/** What is in a folder of a {@link ReadOnlyTree}. */
export interface TreeEntry {
  readonly name: string;
  readonly type: 'file' | 'dir';
}

/** Descriptors of mounted files begin here, far from the host's. */
const firstDescriptor = 1_000_000;

const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;
const O_ACCMODE = 3;
const O_CREAT = 0o100;
const O_DIRECTORY = 0o200000;

/** The host's files with `tree` at the absolute path `at`. Without files of the host there is nothing else. */
export function mountTree(files: HostFiles | undefined, at: string, tree: ReadOnlyTree): HostFiles {
  return new MountedFiles(files ?? withoutFiles, at.replace(/\/+$/, ''), tree).asHostFiles();
}

interface OpenTreeFile {
  readonly path: string;
  /** Null for a folder. */
  readonly data: Uint8Array | null;
  position: number;
}

class MountedFiles {
  private readonly files: HostFiles;
  private readonly at: string;
  private readonly tree: ReadOnlyTree;
  private readonly open = new Map<number, OpenTreeFile>();
  private nextDescriptor = firstDescriptor;

  constructor(files: HostFiles, at: string, tree: ReadOnlyTree) {
    this.files = files;
    this.at = at;
    this.tree = tree;
  }

  asHostFiles(): HostFiles {
    const { files } = this;
    /** A function on a path that changes something: not here. */
    const refusing = <Rest extends unknown[], Result>(run: ((path: string, ...rest: Rest) => Result) | undefined): ((path: string, ...rest: Rest) => Result) | undefined =>
      run && ((path, ...rest) => {
        if (this.inside(path) !== null) throw new HostError('EROFS');
        return run.call(files, path, ...rest);
      });
    /** A function that takes something away: what is not there cannot be kept either. */
    const removing = (run: ((path: string) => void) | undefined): ((path: string) => void) | undefined =>
      run && ((path) => {
        if (this.inside(path) !== null) throw new HostError(this.treeStatOrNull(path) ? 'EROFS' : 'ENOENT');
        run.call(files, path);
      });
    /** A function on a descriptor that mounted files do not have. */
    const notMounted = <Rest extends unknown[], Result>(run: ((fd: number, ...rest: Rest) => Result) | undefined): ((fd: number, ...rest: Rest) => Result) | undefined =>
      run && ((fd, ...rest) => {
        if (this.open.has(fd)) throw new HostError('EBADF');
        return run.call(files, fd, ...rest);
      });
    return {
      ...boundMethods(files),
      open: (path, flags, mode) => this.openFile(path, flags, mode),
      close: (fd) => {
        if (!this.open.delete(fd)) files.close(fd);
      },
      read: (fd, into, position) => this.read(fd, into, position),
      write: (fd, bytes, position) => {
        if (this.open.has(fd)) throw new HostError('EBADF');
        return files.write(fd, bytes, position);
      },
      readNow: files.readNow && ((fd, into) => (this.open.has(fd) ? (this.read(fd, into) as number) : files.readNow!(fd, into))),
      readable: files.readable && ((fd) => this.open.has(fd) || files.readable!(fd)),
      lseek: (fd, offset, whence) => this.seek(fd, offset, whence),
      fstat: (fd) => {
        const file = this.open.get(fd);
        return file ? this.openStat(file) : files.fstat(fd);
      },
      stat: (path) => this.treeStat(path) ?? files.stat(path),
      lstat: (path) => this.treeStat(path) ?? files.lstat(path),
      readdir: (path) => this.list(path),
      isatty: files.isatty && ((fd) => !this.open.has(fd) && files.isatty!(fd)),
      realpath: (path) => (this.inside(path) === null ? (files.realpath?.(path) ?? path) : path),
      readlink: files.readlink && ((path) => {
        if (this.inside(path) !== null) throw new HostError('EINVAL');
        return files.readlink!(path);
      }),
      access: (path, mode) => {
        const stat = this.treeStatOrNull(path);
        if (stat) return (mode & 2) === 0;
        return files.access?.(path, mode) ?? exists(files, path);
      },
      descriptorPath: files.descriptorPath && ((fd) => this.descriptorPath(fd)),
      lock: files.lock && ((fd, kind) => this.open.has(fd) || files.lock!(fd, kind)),
      statfs: files.statfs && ((path) => (this.treeStat(path) ? readOnlyFileSystem : files.statfs!(path))),
      ftruncate: notMounted(files.ftruncate),
      dup: notMounted(files.dup),
      dup2: notMounted(files.dup2),
      mkdir: refusing(files.mkdir),
      rmdir: removing(files.rmdir),
      unlink: removing(files.unlink),
      rename: refusing(files.rename),
      chmod: refusing(files.chmod),
      chown: refusing(files.chown),
      lchown: refusing(files.lchown),
      mknod: refusing(files.mknod),
      utimes: refusing(files.utimes),
    };
  }

  /** The path in the tree, or null if it is not there. */
  private inside(path: string): string | null {
    if (!path.startsWith(this.at)) return null;
    if (path.length === this.at.length) return '';
    if (path[this.at.length] !== '/') return null;
    const parts: string[] = [];
    for (const part of path.slice(this.at.length + 1).split('/')) {
      if (part === '' || part === '.') continue;
      if (part !== '..') parts.push(part);
      else if (parts.pop() === undefined) return null;
    }
    return parts.join('/');
  }

  private openFile(path: string, flags: number, mode: number): number {
    const inner = this.inside(path);
    if (inner === null) return this.files.open(path, flags, mode);
    const size = this.tree.size(inner);
    if (size === null && this.tree.list(inner) === null) throw new HostError((flags & O_CREAT) !== 0 ? 'EROFS' : 'ENOENT');
    if (size !== null && (flags & O_DIRECTORY) !== 0) throw new HostError('ENOTDIR');
    if ((flags & O_ACCMODE) !== 0) throw new HostError(size === null ? 'EISDIR' : 'EROFS');
    const fd = this.nextDescriptor++;
    this.open.set(fd, { path: inner, data: size === null ? null : this.tree.read(inner), position: 0 });
    return fd;
  }

  private read(fd: number, into: Uint8Array, position?: number): number | Promise<number> {
    const file = this.open.get(fd);
    if (!file) return this.files.read(fd, into, position);
    if (file.data === null) throw new HostError('EISDIR');
    const from = position ?? file.position;
    const part = file.data.subarray(from, from + into.length);
    into.set(part);
    if (position === undefined) file.position += part.length;
    return part.length;
  }

  private seek(fd: number, offset: number, whence: number): number {
    const file = this.open.get(fd);
    if (!file) return this.files.lseek(fd, offset, whence);
    const to = offset + (whence === 0 ? 0 : whence === 1 ? file.position : (file.data?.length ?? 0));
    if (to < 0 || whence > 2) throw new HostError('EINVAL');
    return (file.position = to);
  }

  private descriptorPath(fd: number): string {
    const file = this.open.get(fd);
    if (file) return `${this.at}/${file.path}`;
    const path = this.files.descriptorPath!(fd);
    // A folder above the tree must be named so that the tree is found in it.
    const real = this.files.realpath?.(path) ?? path;
    return this.at.startsWith(real.endsWith('/') ? real : `${real}/`) ? real : path;
  }

  private list(path: string): ReturnType<HostFiles['readdir']> {
    const inner = this.inside(path);
    if (inner === null) return this.files.readdir(path);
    const entries = this.tree.list(inner);
    if (!entries) throw new HostError(this.tree.size(inner) === null ? 'ENOENT' : 'ENOTDIR');
    return entries;
  }

  /** Undefined outside; throws for what is not in the tree. */
  private treeStat(path: string): HostStat | undefined {
    const inner = this.inside(path);
    if (inner === null) return undefined;
    const size = this.tree.size(inner);
    if (size !== null) return this.fileStat(inner, size);
    if (this.tree.list(inner) !== null) return this.folderStat(inner);
    throw new HostError('ENOENT');
  }

  private treeStatOrNull(path: string): HostStat | null {
    try {
      return this.treeStat(path) ?? null;
    } catch {
      return null;
    }
  }

  private openStat({ path, data }: OpenTreeFile): HostStat {
    return data === null ? this.folderStat(path) : this.fileStat(path, data.length);
  }

  private folderStat(inner: string): HostStat {
    return this.entryStat(S_IFDIR | 0o555, 4096, inner);
  }

  private fileStat(inner: string, size: number): HostStat {
    return this.entryStat(S_IFREG | 0o444, size, inner);
  }

  private entryStat(mode: number, size: number, inner: string): HostStat {
    const time = BigInt(this.tree.mtime) * 1_000_000_000n;
    return { mode, size, ino: inode(inner), dev: 0x7079n, nlink: 1, uid: 0, gid: 0, atimeNs: time, mtimeNs: time, ctimeNs: time };
  }
}

const readOnlyFileSystem: HostStatFs = { bsize: 4096, frsize: 4096, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0, flag: 1, namemax: 255, fsid: 0n };

/** A number that differs from path to path (FNV-1a), so that `os.path.samefile` tells two files apart. */
function inode(path: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < path.length; index++) hash = BigInt.asUintN(64, (hash ^ BigInt(path.charCodeAt(index))) * 0x100000001b3n);
  return hash >> 1n;
}

function exists(files: HostFiles, path: string): boolean {
  try {
    files.stat(path);
    return true;
  } catch {
    return false;
  }
}
