import { HostError } from '@py/code';
import type { HostFiles } from '@py/code';

// The few things that importing does with files. Paths are `/`-separated.

const fileTypeMask = 0o170000;
const regularFile = 0o100000;
const folderType = 0o040000;

/** Linux's O_* bits. */
const openFlags = { readOnly: 0, writeOnly: 0o1, create: 0o100, exclusive: 0o200 } as const;

/** The result, or null if the host refuses. Other errors are ours and go on. */
export function unlessRefused<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    hostErrorCode(error);
    return null;
  }
}

export function isFile(files: HostFiles, path: string): boolean {
  return hasType(files, path, regularFile);
}

export function isFolder(files: HostFiles, path: string): boolean {
  return hasType(files, path, folderType);
}

function hasType(files: HostFiles, path: string, type: number): boolean {
  return unlessRefused(() => (files.stat(path).mode & fileTypeMask) === type) ?? false;
}

/** The working folder; null if it has been removed. */
export function currentFolder(files: HostFiles): string | null {
  return unlessRefused(() => files.getcwd());
}

export function joinPath(head: string, tail: string): string {
  return head === '' ? tail : `${head.replace(/\/+$/, '')}/${tail}`;
}

export function absolutePath(files: HostFiles, path: string): string {
  return path.startsWith('/') ? path : joinPath(currentFolder(files) ?? '', path.replace(/^\.\//, ''));
}

/** All bytes of a file. Throws HostError. */
export function readFile(files: HostFiles, path: string): Uint8Array {
  const fd = files.open(path, openFlags.readOnly, 0);
  try {
    let bytes = new Uint8Array(files.fstat(fd).size + 1);
    let length = 0;
    for (;;) {
      const count = atOnce(files.read(fd, bytes.subarray(length)));
      if (count === 0) return bytes.slice(0, length);
      length += count;
      if (length < bytes.length) continue;
      // It grew while it was read, or has no size.
      const larger = new Uint8Array(bytes.length * 2);
      larger.set(bytes);
      bytes = larger;
    }
  } finally {
    files.close(fd);
  }
}

/** What went wrong with which file or folder. */
export interface WriteFailure {
  readonly path: string;
  readonly reason: string;
}

/**
 * Makes missing folders, writes a file beside the place and renames it, so that no one sees half of it. Gives null, or the
 * failure, after which nothing is left behind. CPython 3.12: SourceFileLoader.set_data, _write_atomic.
 */
export function writeFileAtomically(files: HostFiles, path: string, bytes: Uint8Array, mode: number): WriteFailure | null {
  const missing = makeFolders(files, path.slice(0, path.lastIndexOf('/')));
  if (missing) return missing;
  if (!files.rename || !files.unlink) return { path, reason: 'ENOSYS' };
  const temporary = `${path}.${Math.floor(Math.random() * 2 ** 47)}`;
  try {
    const fd = files.open(temporary, openFlags.writeOnly | openFlags.create | openFlags.exclusive, mode);
    try {
      try {
        for (let written = 0; written < bytes.length; ) written += atOnce(files.write(fd, bytes.subarray(written)));
      } finally {
        files.close(fd);
      }
      files.rename(temporary, path);
    } catch (error) {
      // It may never have been made.
      unlessRefused(() => files.unlink?.(temporary));
      throw error;
    }
  } catch (error) {
    return { path, reason: hostErrorCode(error) };
  }
  return null;
}

function makeFolders(files: HostFiles, folder: string): WriteFailure | null {
  if (folder === '' || isFolder(files, folder)) return null;
  const failure = makeFolders(files, folder.slice(0, Math.max(0, folder.lastIndexOf('/'))));
  if (failure) return failure;
  try {
    if (!files.mkdir) return { path: folder, reason: 'ENOSYS' };
    files.mkdir(folder, 0o777);
  } catch (error) {
    // Another process may have made it meanwhile.
    const reason = hostErrorCode(error);
    if (reason !== 'EEXIST') return { path: folder, reason };
  }
  return null;
}

/** The symbolic errno of a host's error; throws any other error again. */
function hostErrorCode(error: unknown): string {
  if (error instanceof Error && error.name === 'HostError') return (error as HostError).code;
  throw error;
}

/** Files answer at once; only streams may let one wait. */
function atOnce(count: number | Promise<number>): number {
  if (typeof count === 'number') return count;
  throw new HostError('EAGAIN', 'a file cannot be waited for');
}
