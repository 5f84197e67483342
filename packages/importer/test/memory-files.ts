import { HostError } from '@py/code';
import type { HostFiles, HostStat } from '@py/code';

interface Node {
  readonly kind: 'file' | 'dir';
  bytes: Uint8Array;
  mtimeNs: bigint;
  mode: number;
}

/** A small file system in memory. Every change of a folder gives it a new time. */
export class MemoryFiles implements HostFiles {
  private readonly nodes = new Map<string, Node>([['/', { kind: 'dir', bytes: new Uint8Array(0), mtimeNs: 1n, mode: 0o755 }]]);
  private readonly open_ = new Map<number, { path: string; position: number }>();
  private clock = 1n;
  private nextFd = 3;
  cwd = '/';
  /** Folders in which nothing can be made. */
  readonly readOnly = new Set<string>();

  private absolute(path: string): string {
    const full = path.startsWith('/') ? path : `${this.cwd}/${path}`;
    return `/${full.split('/').filter((part) => part !== '' && part !== '.').join('/')}`;
  }

  private parent(path: string): string {
    return path.slice(0, path.lastIndexOf('/')) || '/';
  }

  private node(path: string): Node {
    const node = this.nodes.get(this.absolute(path));
    if (!node) throw new HostError(this.nodes.get(this.parent(this.absolute(path)))?.kind === 'file' ? 'ENOTDIR' : 'ENOENT');
    return node;
  }

  private add(path: string, node: Node): void {
    const folder = this.parent(path);
    if (this.readOnly.has(folder)) throw new HostError('EROFS');
    const parent = this.node(folder);
    if (parent.kind !== 'dir') throw new HostError('ENOTDIR');
    this.nodes.set(path, node);
    parent.mtimeNs = ++this.clock;
  }

  getcwd(): string {
    return this.cwd;
  }

  open(path: string, flags: number, mode: number): number {
    const full = this.absolute(path);
    if (flags & 0o100) {
      if (this.nodes.has(full) && flags & 0o200) throw new HostError('EEXIST');
      this.add(full, { kind: 'file', bytes: new Uint8Array(0), mtimeNs: ++this.clock, mode });
    }
    if (this.node(full).kind === 'dir') throw new HostError('EISDIR');
    this.open_.set(this.nextFd, { path: full, position: 0 });
    return this.nextFd++;
  }

  close(fd: number): void {
    this.open_.delete(fd);
  }

  get openFiles(): number {
    return this.open_.size;
  }

  read(fd: number, into: Uint8Array): number {
    const handle = this.open_.get(fd)!;
    // Three bytes at a time: a reader must go on until there are none.
    const bytes = this.node(handle.path).bytes.subarray(handle.position, handle.position + Math.min(3, into.length));
    into.set(bytes);
    handle.position += bytes.length;
    return bytes.length;
  }

  write(fd: number, bytes: Uint8Array): number {
    const handle = this.open_.get(fd)!;
    const node = this.node(handle.path);
    const count = Math.min(100, bytes.length);
    node.bytes = Uint8Array.of(...node.bytes, ...bytes.subarray(0, count));
    return count;
  }

  lseek(): number {
    throw new HostError('ENOSYS');
  }

  fstat(fd: number): HostStat {
    return this.stat(this.open_.get(fd)!.path);
  }

  stat(path: string): HostStat {
    const { kind, bytes, mtimeNs, mode } = this.node(path);
    const type = kind === 'dir' ? 0o040000 : 0o100000;
    return { mode: type | mode, ino: 0n, dev: 0n, nlink: 1, uid: 0, gid: 0, size: bytes.length, atimeNs: mtimeNs, mtimeNs, ctimeNs: mtimeNs };
  }

  lstat(path: string): HostStat {
    return this.stat(path);
  }

  readdir(path: string): { name: string; type: 'file' | 'dir' }[] {
    if (this.node(path).kind !== 'dir') throw new HostError('ENOTDIR');
    const folder = this.absolute(path);
    return [...this.nodes].filter(([at]) => at !== '/' && this.parent(at) === folder).map(([at, { kind }]) => ({ name: at.slice(at.lastIndexOf('/') + 1), type: kind }));
  }

  mkdir(path: string): void {
    const full = this.absolute(path);
    if (this.nodes.has(full)) throw new HostError('EEXIST');
    this.add(full, { kind: 'dir', bytes: new Uint8Array(0), mtimeNs: ++this.clock, mode: 0o755 });
  }

  rename(from: string, to: string): void {
    const node = this.node(from);
    this.unlink(from);
    this.add(this.absolute(to), node);
  }

  unlink(path: string): void {
    const full = this.absolute(path);
    this.node(full);
    this.nodes.delete(full);
    this.node(this.parent(full)).mtimeNs = ++this.clock;
  }

  // For tests

  makeFolders(path: string): void {
    const full = this.absolute(path);
    if (this.nodes.has(full)) return;
    this.makeFolders(this.parent(full));
    this.mkdir(full);
  }

  put(path: string, bytes: Uint8Array, mtimeSeconds: number): void {
    const full = this.absolute(path);
    this.makeFolders(this.parent(full));
    const mtimeNs = BigInt(Math.round(mtimeSeconds * 1000)) * 1_000_000n;
    this.add(full, { kind: 'file', bytes, mtimeNs, mode: 0o644 });
  }

  bytes(path: string): Uint8Array {
    return this.node(path).bytes;
  }

  /** Files under a folder, sorted. */
  list(folder: string): string[] {
    const prefix = `${this.absolute(folder)}/`;
    return [...this.nodes].filter(([path, { kind }]) => kind === 'file' && path.startsWith(prefix)).map(([path]) => `${folder}/${path.slice(prefix.length)}`).sort();
  }
}
