// A file system in memory, for hosts that have none or want to keep a program away from theirs.
import { HostError, type HostFiles, type HostStat } from '@py/code';

/** Files and folders by absolute path. */
export interface MemoryFiles extends HostFiles {
  /** Content of a file, as it is now. Throws HostError. */
  readFile(path: string): Uint8Array;
  /** The same as UTF-8 text. */
  readText(path: string): string;
  /** Makes or replaces a file, and the folders above it. Throws HostError. */
  writeFile(path: string, content: string | Uint8Array): void;
  /** Absolute paths of all files, sorted. */
  paths(): string[];
}

/** Working folder and clock of a {@link MemoryFiles}. */
export interface MemoryFilesOptions {
  /** Working folder; made if it is not there. Default `/`. */
  readonly cwd?: string;
  /** Nanoseconds since 1970: when files are changed. Default: 0, so that runs repeat. */
  readonly now?: () => bigint;
}

/** A file system of these files (path → content). Descriptors 0, 1 and 2 are closed: give `createPython` a `stdout`. Nothing limits what a program writes. */
export function createMemoryFiles(contents: Readonly<Record<string, string | Uint8Array>> = {}, options: MemoryFilesOptions = {}): MemoryFiles {
  const files = new FileTree(options);
  for (const [path, content] of Object.entries(contents)) files.writeFile(path, content);
  return files;
}

/** A file's bytes are the first `size` of `data`. */
interface FileNode {
  readonly kind: 'file';
  readonly ino: bigint;
  data: Uint8Array;
  size: number;
  mode: number;
  mtimeNs: bigint;
  nlink: number;
}

interface FolderNode {
  readonly kind: 'dir';
  readonly ino: bigint;
  readonly entries: Map<string, FileNode | FolderNode>;
  mode: number;
  mtimeNs: bigint;
}

interface OpenFile {
  readonly file: FileNode | FolderNode;
  readonly flags: number;
  position: number;
}

const O_WRONLY = 0o1;
const O_RDWR = 0o2;
const O_ACCMODE = 0o3;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_TRUNC = 0o1000;
const O_APPEND = 0o2000;
const O_DIRECTORY = 0o200000;

const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;

/** First descriptor: those of the standard streams stay free. */
const firstDescriptor = 3;

class FileTree implements MemoryFiles {
  private readonly root: FolderNode;
  private readonly now: () => bigint;
  private readonly open_ = new Map<number, OpenFile>();
  private nextInode = 1n;
  private cwd: string;

  constructor({ cwd = '/', now = () => 0n }: MemoryFilesOptions) {
    this.now = now;
    this.root = this.newFolder(0o755);
    this.cwd = `/${partsOf(cwd).join('/')}`;
    this.makeFolders(partsOf(cwd));
  }

  readFile(path: string): Uint8Array {
    const { data, size } = this.fileAt(path);
    return data.slice(0, size);
  }

  readText(path: string): string {
    return new TextDecoder().decode(this.readFile(path));
  }

  writeFile(path: string, content: string | Uint8Array): void {
    const parts = this.resolve(path);
    const name = parts.pop();
    if (name === undefined) throw new HostError('EISDIR', path);
    const data = typeof content === 'string' ? new TextEncoder().encode(content) : content.slice();
    const folder = this.makeFolders(parts);
    if (folder.entries.get(name)?.kind === 'dir') throw new HostError('EISDIR', path);
    folder.entries.set(name, { ...this.newFile(0o644), data, size: data.length });
  }

  paths(): string[] {
    const found: string[] = [];
    const visit = (folder: FolderNode, prefix: string): void => {
      for (const [name, entry] of folder.entries) {
        if (entry.kind === 'dir') visit(entry, `${prefix}${name}/`);
        else found.push(`${prefix}${name}`);
      }
    };
    visit(this.root, '/');
    return found.sort();
  }

  getcwd(): string {
    return this.cwd;
  }

  chdir(path: string): void {
    this.folderAt(path);
    this.cwd = `/${this.resolve(path).join('/')}`;
  }

  open(path: string, flags: number, mode: number): number {
    let file = this.find(path);
    if (file && (flags & O_CREAT) !== 0 && (flags & O_EXCL) !== 0) throw new HostError('EEXIST', path);
    if (!file) {
      if ((flags & O_CREAT) === 0) throw new HostError('ENOENT', path);
      const { folder, name } = this.parentOf(path);
      folder.entries.set(name, (file = this.newFile(mode)));
      folder.mtimeNs = this.now();
    }
    const writes = (flags & O_ACCMODE) !== 0;
    if (file.kind === 'dir' && writes) throw new HostError('EISDIR', path);
    if (file.kind === 'file' && (flags & O_DIRECTORY) !== 0) throw new HostError('ENOTDIR', path);
    if (file.kind === 'file' && writes && (flags & O_TRUNC) !== 0) this.resize(file, 0);
    let fd = firstDescriptor;
    while (this.open_.has(fd)) fd++;
    this.open_.set(fd, { file, flags, position: 0 });
    return fd;
  }

  close(fd: number): void {
    if (!this.open_.delete(fd)) throw new HostError('EBADF');
  }

  read(fd: number, into: Uint8Array, position?: number): number {
    const open = this.opened(fd);
    const { file } = open;
    if (file.kind === 'dir') throw new HostError('EISDIR');
    if ((open.flags & O_ACCMODE) === O_WRONLY) throw new HostError('EBADF');
    const from = Math.min(position ?? open.position, file.size);
    const part = file.data.subarray(from, Math.min(file.size, from + into.length));
    into.set(part);
    if (position === undefined) open.position += part.length;
    return part.length;
  }

  write(fd: number, bytes: Uint8Array, position?: number): number {
    const open = this.opened(fd);
    const { file } = open;
    if (file.kind === 'dir' || (open.flags & (O_WRONLY | O_RDWR)) === 0) throw new HostError('EBADF');
    const from = (open.flags & O_APPEND) !== 0 ? file.size : (position ?? open.position);
    if (from + bytes.length > file.size) this.resize(file, from + bytes.length);
    file.data.set(bytes, from);
    file.mtimeNs = this.now();
    if (position === undefined) open.position = from + bytes.length;
    return bytes.length;
  }

  lseek(fd: number, offset: number, whence: number): number {
    const open = this.opened(fd);
    const size = open.file.kind === 'file' ? open.file.size : 0;
    const to = offset + (whence === 0 ? 0 : whence === 1 ? open.position : size);
    if (to < 0 || whence > 2) throw new HostError('EINVAL');
    return (open.position = to);
  }

  ftruncate(fd: number, length: number): void {
    const { file, flags } = this.opened(fd);
    if (file.kind === 'dir' || (flags & O_ACCMODE) === 0 || length < 0) throw new HostError('EINVAL');
    this.resize(file, length);
  }

  fsync(fd: number): void {
    this.opened(fd);
  }

  fstat(fd: number): HostStat {
    return statOf(this.opened(fd).file);
  }

  stat(path: string): HostStat {
    return statOf(this.existing(path));
  }

  lstat(path: string): HostStat {
    return this.stat(path);
  }

  readdir(path: string): { readonly name: string; readonly type: 'file' | 'dir' }[] {
    return [...this.folderAt(path).entries].map(([name, { kind }]) => ({ name, type: kind }));
  }

  isatty(): boolean {
    return false;
  }

  mkdir(path: string, mode: number): void {
    if (this.find(path)) throw new HostError('EEXIST', path);
    const { folder, name } = this.parentOf(path);
    folder.entries.set(name, this.newFolder(mode));
    folder.mtimeNs = this.now();
  }

  rmdir(path: string): void {
    if (this.folderAt(path).entries.size > 0) throw new HostError('ENOTEMPTY', path);
    this.remove(path);
  }

  unlink(path: string): void {
    const file = this.existing(path);
    if (file.kind === 'dir') throw new HostError('EISDIR', path);
    this.remove(path);
    file.nlink--;
  }

  rename(from: string, to: string): void {
    const moved = this.existing(from);
    const target = this.find(to);
    if (target === moved) return;
    if (target && target.kind !== moved.kind) throw new HostError(target.kind === 'dir' ? 'EISDIR' : 'ENOTDIR', to);
    if (target?.kind === 'dir' && target.entries.size > 0) throw new HostError('ENOTEMPTY', to);
    if (moved.kind === 'dir' && isInside(this.resolve(to), this.resolve(from))) throw new HostError('EINVAL', to);
    const { folder, name } = this.parentOf(to);
    this.remove(from);
    folder.entries.set(name, moved);
    folder.mtimeNs = this.now();
  }

  chmod(path: string, mode: number): void {
    this.existing(path).mode = mode & 0o7777;
  }

  utimes(path: string, _atimeNs: bigint, mtimeNs: bigint): void {
    this.existing(path).mtimeNs = mtimeNs;
  }

  access(path: string): boolean {
    return this.find(path) !== null;
  }

  realpath(path: string): string {
    this.existing(path);
    return `/${this.resolve(path).join('/')}`;
  }

  private opened(fd: number): OpenFile {
    const open = this.open_.get(fd);
    if (!open) throw new HostError('EBADF');
    return open;
  }

  private resolve(path: string): string[] {
    if (path === '') throw new HostError('ENOENT', path);
    return partsOf(path.startsWith('/') ? path : `${this.cwd}/${path}`);
  }

  /** Null for what is not there; throws ENOTDIR if a file stands in the way. */
  private find(path: string): FileNode | FolderNode | null {
    let node: FileNode | FolderNode = this.root;
    for (const part of this.resolve(path)) {
      if (node.kind !== 'dir') throw new HostError('ENOTDIR', path);
      const next = node.entries.get(part);
      if (!next) return null;
      node = next;
    }
    if (node.kind === 'file' && path.endsWith('/')) throw new HostError('ENOTDIR', path);
    return node;
  }

  private existing(path: string): FileNode | FolderNode {
    const node = this.find(path);
    if (!node) throw new HostError('ENOENT', path);
    return node;
  }

  private fileAt(path: string): FileNode {
    const node = this.existing(path);
    if (node.kind === 'dir') throw new HostError('EISDIR', path);
    return node;
  }

  private folderAt(path: string): FolderNode {
    const node = this.existing(path);
    if (node.kind === 'file') throw new HostError('ENOTDIR', path);
    return node;
  }

  /** The folder that an entry is or would be in. */
  private parentOf(path: string): { readonly folder: FolderNode; readonly name: string } {
    const parts = this.resolve(path);
    const name = parts.pop();
    if (name === undefined) throw new HostError('EBUSY', path);
    return { folder: this.folderAt(`/${parts.join('/')}`), name };
  }

  private remove(path: string): void {
    const { folder, name } = this.parentOf(path);
    folder.entries.delete(name);
    folder.mtimeNs = this.now();
  }

  private makeFolders(parts: readonly string[]): FolderNode {
    let folder = this.root;
    for (const part of parts) {
      const next = folder.entries.get(part) ?? this.newFolder(0o755);
      if (next.kind === 'file') throw new HostError('ENOTDIR', parts.join('/'));
      folder.entries.set(part, next);
      folder = next;
    }
    return folder;
  }

  private newFile(mode: number): FileNode {
    return { kind: 'file', ino: this.nextInode++, data: new Uint8Array(0), size: 0, mode: mode & 0o7777, mtimeNs: this.now(), nlink: 1 };
  }

  private newFolder(mode: number): FolderNode {
    return { kind: 'dir', ino: this.nextInode++, entries: new Map(), mode: mode & 0o7777, mtimeNs: this.now() };
  }

  /** Room doubles, so that writing piece by piece stays linear; what is cut off is wiped. */
  private resize(file: FileNode, size: number): void {
    if (size > file.data.length) {
      const data = new Uint8Array(Math.max(size, 2 * file.data.length));
      data.set(file.data.subarray(0, file.size));
      file.data = data;
    } else if (size < file.size) file.data.fill(0, size, file.size);
    file.size = size;
    file.mtimeNs = this.now();
  }
}

/** Names from the root on; `.` and `..` are gone. */
function partsOf(path: string): string[] {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
}

function isInside(inner: readonly string[], outer: readonly string[]): boolean {
  return outer.every((part, index) => inner[index] === part);
}

function statOf(node: FileNode | FolderNode): HostStat {
  const { ino, mtimeNs, mode } = node;
  const common = { ino, dev: 1n, uid: 0, gid: 0, atimeNs: mtimeNs, mtimeNs, ctimeNs: mtimeNs };
  return node.kind === 'dir' ? { ...common, mode: S_IFDIR | mode, nlink: 2, size: 4096 } : { ...common, mode: S_IFREG | mode, nlink: node.nlink, size: node.size };
}

/** Universal JavaScript that the compiler's library does not declare. */
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
