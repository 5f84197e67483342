import {
  GenericAlias, PyList, PyObject, PyBytes, audit, TypeFlag, defineType, isStr, isTrue, jsText, lookupSpecial, native, None, normalizeInt, reprText, strFromJS,
} from '@py/vm/native';
import type { NativeDef, PyType, PyValue, VM } from '@py/vm/native';
import type { HostStat } from '@py/code';
import { fromHostError, hostCall } from '../os-error.ts';
import { callFiles, filesOf } from './host.ts';
import { deviceArgument, fileDescriptor } from './files.ts';
import { auditedDirFd, fsdecode, fsencode, fspath, intArgument, nameLike, pathArgument, pathFrom, type PathArgument } from './paths.ts';
import { newStatResult } from './results.ts';

/* Folders (CPython 3.12: Modules/posixmodule.c). */

function posix_listdir(vm: VM, path: PyValue | undefined): PyValue {
  const target = pathArgument(vm, 'listdir', path, { fd: 'by path', nullable: true });
  audit(vm, 'os.listdir', target.shown);
  const entries = hostCall(() => filesOf(vm).readdir(target.text), target.shown);
  return new PyList(entries.map((entry) => nameLike(vm, entry.name, target.bytes)));
}

type EntryKind = 'file' | 'dir' | 'link' | 'other';

/** `os.DirEntry`: a name in a folder and what was learned about it without asking again. */
class PyDirEntry extends PyObject {
  readonly name: PyValue;
  readonly path: PyValue;
  /** For the host. */
  readonly hostPath: string;
  readonly kind: EntryKind;
  stat: PyValue | null;
  lstat: PyValue | null;
  inode: PyValue | null;

  constructor(name: PyValue, path: PyValue, hostPath: string, kind: EntryKind) {
    super(dirEntryType);
    this.name = name;
    this.path = path;
    this.hostPath = hostPath;
    this.kind = kind;
    this.stat = null;
    this.lstat = null;
    this.inode = null;
  }
}

function entryStat(vm: VM, entry: PyDirEntry, follow: boolean): PyValue {
  if (follow && entry.kind === 'link') return (entry.stat ??= newStatResult(hostCall(() => filesOf(vm).stat(entry.hostPath), entry.path)));
  return (entry.lstat ??= newStatResult(hostCall(() => filesOf(vm).lstat(entry.hostPath), entry.path)));
}

/** Is the entry, or what it links to, of this kind? A name that is gone, or a broken link, is of none. */
function isKind(vm: VM, entry: PyDirEntry, follow: boolean, kind: 'file' | 'dir'): boolean {
  if (entry.kind !== 'link' || !follow) return entry.kind === kind;
  let stat: HostStat;
  try {
    stat = filesOf(vm).stat(entry.hostPath);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ENOENT') return false;
    throw fromHostError(error, entry.path);
  }
  return (stat.mode & 0o170000) === (kind === 'dir' ? 0o040000 : 0o100000);
}

const followed = (vm: VM, value: PyValue | undefined): boolean => value === undefined || isTrue(vm, value);

const dirEntryType: PyType = defineType('DirEntry', {
  module: 'posix',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  slots: { tp_repr: (vm: VM, self: PyDirEntry) => strFromJS(`<DirEntry ${reprText(vm, self.name)}>`) },
  methods: [
    native('is_dir(self, /, *, follow_symlinks=True)', (vm: VM, self: PyDirEntry, follow?: PyValue) => isKind(vm, self, followed(vm, follow), 'dir'), 'Return True if the entry is a directory; cached per entry.'),
    native('is_file(self, /, *, follow_symlinks=True)', (vm: VM, self: PyDirEntry, follow?: PyValue) => isKind(vm, self, followed(vm, follow), 'file'), 'Return True if the entry is a file; cached per entry.'),
    native('is_symlink(self, /)', (_vm: VM, self: PyDirEntry) => self.kind === 'link', 'Return True if the entry is a symbolic link; cached per entry.'),
    native('is_junction(self, /)', () => false, 'Return True if the entry is a junction; cached per entry.'),
    native('stat(self, /, *, follow_symlinks=True)', (vm: VM, self: PyDirEntry, follow?: PyValue) => entryStat(vm, self, followed(vm, follow)), 'Return stat_result object for the entry; cached per entry.'),
    native('inode(self, /)', (vm: VM, self: PyDirEntry) => (self.inode ??= normalizeInt(hostCall(() => filesOf(vm).lstat(self.hostPath), self.path).ino)), 'Return inode of the entry; cached per entry.'),
    native('__fspath__(self, /)', (_vm: VM, self: PyDirEntry) => self.path, 'Returns the path for the entry.'),
  ],
  classMethods: [native('__class_getitem__(type, object, /)', (_vm: VM, cls: PyType, item: PyValue) => new GenericAlias(cls, item), 'See PEP 585').unsigned()],
  fields: {
    name: { get: (_vm: VM, self: PyDirEntry) => self.name, doc: 'the entry\'s base filename, relative to scandir() "path" argument' },
    path: { get: (_vm: VM, self: PyDirEntry) => self.path, doc: "the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)" },
  },
});

/** What `scandir` gives: entries of a folder, read when it was opened. */
class PyScandirIterator extends PyObject {
  readonly folder: PathArgument;
  entries: readonly { readonly name: string; readonly type: EntryKind }[] | null;
  index: number;

  constructor(folder: PathArgument, entries: readonly { readonly name: string; readonly type: EntryKind }[]) {
    super(scandirIteratorType);
    this.folder = folder;
    this.entries = entries;
    this.index = 0;
  }
}

const scandirIteratorType: PyType = defineType('ScandirIterator', {
  module: 'posix',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  slots: {
    tp_iter: (_vm, self) => self,
    tp_iternext(vm: VM, self: PyScandirIterator) {
      if (self.entries === null || self.index >= self.entries.length) {
        self.entries = null;
        return undefined;
      }
      const { name, type } = self.entries[self.index++];
      const { text, fd, bytes } = self.folder;
      const path = text === '' || text.endsWith('/') ? text + name : `${text}/${name}`;
      // Of a folder given as a descriptor the entries have no path but their names.
      return new PyDirEntry(nameLike(vm, name, bytes), nameLike(vm, fd === null ? path : name, bytes), path, type);
    },
  },
  methods: [
    native('__enter__(self, /)', (_vm: VM, self: PyScandirIterator) => self),
    native('__exit__(self, /, *args)', (_vm: VM, self: PyScandirIterator) => {
      self.entries = null;
      return None;
    }),
    native('close(self, /)', (_vm: VM, self: PyScandirIterator) => {
      self.entries = null;
      return None;
    }),
  ],
});

function posix_scandir(vm: VM, path: PyValue | undefined): PyValue {
  const target = pathArgument(vm, 'scandir', path, { fd: 'by path', nullable: true });
  audit(vm, 'os.scandir', target.shown);
  const entries = hostCall(() => filesOf(vm).readdir(target.text), target.shown);
  return new PyScandirIterator(target, entries);
}

function posix_mkdir(vm: VM, path: PyValue, mode: PyValue | undefined, dirFd: PyValue | undefined): PyValue {
  const target = pathArgument(vm, 'mkdir', path);
  const bits = mode === undefined ? 0o777 : intArgument(vm, mode);
  const from = pathFrom(vm, 'mkdir', target, dirFd);
  audit(vm, 'os.mkdir', target.shown, bits, auditedDirFd(dirFd));
  callFiles(vm, 'mkdir', [from, bits], target.shown);
  return None;
}

function posix_rmdir(vm: VM, path: PyValue, dirFd: PyValue | undefined): PyValue {
  const target = pathArgument(vm, 'rmdir', path);
  const from = pathFrom(vm, 'rmdir', target, dirFd);
  audit(vm, 'os.rmdir', target.shown, auditedDirFd(dirFd));
  callFiles(vm, 'rmdir', [from], target.shown);
  return None;
}

function posix_getcwd(vm: VM): PyValue {
  return strFromJS(hostCall(() => filesOf(vm).getcwd()));
}

function posix_getcwdb(vm: VM): PyValue {
  return fsencode(vm, hostCall(() => filesOf(vm).getcwd()));
}

function posix_chdir(vm: VM, path: PyValue): PyValue {
  const target = pathArgument(vm, 'chdir', path, { fd: 'by path' });
  audit(vm, 'os.chdir', target.shown);
  callFiles(vm, 'chdir', [target.text], target.shown);
  return None;
}

function posix_fchdir(vm: VM, fd: PyValue): PyValue {
  const number = fileDescriptor(vm, fd);
  audit(vm, 'os.chdir', number);
  callFiles(vm, 'chdir', [callFiles(vm, 'descriptorPath', [number])]);
  return None;
}

const S_IFIFO = 0o010000;

function posix_mkfifo(vm: VM, path: PyValue, mode: PyValue | undefined, dirFd: PyValue | undefined): PyValue {
  const target = pathArgument(vm, 'mkfifo', path);
  const bits = mode === undefined ? 0o666 : intArgument(vm, mode);
  callFiles(vm, 'mknod', [pathFrom(vm, 'mkfifo', target, dirFd), S_IFIFO | (bits & 0o7777), 0n]);
  return None;
}

function posix_mknod(vm: VM, path: PyValue, mode: PyValue | undefined, device: PyValue | undefined, dirFd: PyValue | undefined): PyValue {
  const target = pathArgument(vm, 'mknod', path);
  const bits = mode === undefined ? 0o600 : intArgument(vm, mode);
  const number = device === undefined ? 0n : deviceArgument(vm, device);
  callFiles(vm, 'mknod', [pathFrom(vm, 'mknod', target, dirFd), bits, number]);
  return None;
}

/**
 * Normalizes a path without asking the file system: `a//b/./c/../d` is `a/b/d`; two leading slashes, but not three, stay
 * (CPython 3.12: Python/fileutils.c, _Py_normpath).
 */
function posix__path_normpath(vm: VM, value: PyValue): PyValue {
  if (!isStr(value) && !(value instanceof PyBytes) && lookupSpecial(vm, value, '__fspath__') === undefined) pathArgument(vm, '_path_normpath', value);
  const path = fspath(vm, value);
  if (isStr(path)) return strFromJS(normalizedPath(jsText(path)));
  return fsencode(vm, normalizedPath(jsText(fsdecode(vm, (path as PyBytes).bytes)))); // fspath gives nothing else.
}

function normalizedPath(text: string): string {
  const root = /^\/\/(?!\/)/.test(text) ? '//' : text.startsWith('/') ? '/' : '';
  const parts: string[] = [];
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..' || (root === '' && parts.length === 0) || parts.at(-1) === '..') parts.push(part);
    else parts.pop();
  }
  return root + parts.join('/') || '.';
}


export const directoryTypes = { DirEntry: dirEntryType };

export const directoryFunctions: readonly NativeDef[] = [
  native('listdir(path=None)', posix_listdir, "Return a list containing the names of the files in the directory.\n\npath can be specified as either str, bytes, or a path-like object.  If path is bytes,\n  the filenames returned will also be bytes; in all other circumstances\n  the filenames returned will be str.\nIf path is None, uses the path='.'.\nOn some platforms, path may also be specified as an open file descriptor;\\\n  the file descriptor must refer to a directory.\n  If this functionality is unavailable, using it raises NotImplementedError.\n\nThe list is in arbitrary order.  It does not include the special\nentries '.' and '..' even if they are present in the directory."),
  native('scandir(path=None)', posix_scandir, "Return an iterator of DirEntry objects for given path.\n\npath can be specified as either str, bytes, or a path-like object.  If path\nis bytes, the names of yielded DirEntry objects will also be bytes; in\nall other circumstances they will be str.\n\nIf path is None, uses the path='.'."),
  native('mkdir(path, mode=511, *, dir_fd=None)', posix_mkdir, 'Create a directory.\n\nIf dir_fd is not None, it should be a file descriptor open to a directory,\n  and path should be relative; path will then be relative to that directory.\ndir_fd may not be implemented on your platform.\n  If it is unavailable, using it will raise a NotImplementedError.\n\nThe mode argument is ignored on Windows. Where it is used, the current umask\nvalue is first masked out.'),
  native('rmdir(path, *, dir_fd=None)', posix_rmdir, 'Remove a directory.\n\nIf dir_fd is not None, it should be a file descriptor open to a directory,\n  and path should be relative; path will then be relative to that directory.\ndir_fd may not be implemented on your platform.\n  If it is unavailable, using it will raise a NotImplementedError.'),
  native('getcwd()', posix_getcwd, 'Return a unicode string representing the current working directory.'),
  native('getcwdb()', posix_getcwdb, 'Return a bytes string representing the current working directory.'),
  native('chdir(path)', posix_chdir, 'Change the current working directory to the specified path.\n\npath may always be specified as a string.\nOn some platforms, path may also be specified as an open file descriptor.\n  If this functionality is unavailable, using it raises an exception.'),
  native('fchdir(fd)', posix_fchdir, 'Change to the directory of the given file descriptor.\n\nfd must be opened on a directory, not a file.\nEquivalent to os.chdir(fd).'),
  native('mkfifo(path, mode=438, *, dir_fd=None)', posix_mkfifo, 'Create a "fifo" (a POSIX named pipe).\n\nIf dir_fd is not None, it should be a file descriptor open to a directory,\n  and path should be relative; path will then be relative to that directory.\ndir_fd may not be implemented on your platform.\n  If it is unavailable, using it will raise a NotImplementedError.'),
  native('mknod(path, mode=384, device=0, *, dir_fd=None)', posix_mknod, 'Create a node in the file system.\n\nCreate a node in the file system (file, device special file or named pipe)\nat path.  mode specifies both the permissions to use and the\ntype of node to be created, being combined (bitwise OR) with one of\nS_IFREG, S_IFCHR, S_IFBLK, and S_IFIFO.  If S_IFCHR or S_IFBLK is set on mode,\ndevice defines the newly created device special file (probably using\nos.makedev()).  Otherwise device is ignored.\n\nIf dir_fd is not None, it should be a file descriptor open to a directory,\n  and path should be relative; path will then be relative to that directory.\ndir_fd may not be implemented on your platform.\n  If it is unavailable, using it will raise a NotImplementedError.'),
  native('_path_normpath(path)', posix__path_normpath, 'Basic path normalization.'),
];
