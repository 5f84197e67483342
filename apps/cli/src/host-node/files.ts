import * as fs from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { HostError, type HostFiles, type HostStat } from '@py/code';
import type { Descriptors } from './descriptors.ts';
import { guard } from './errors.ts';
import { isTerminal, setTerminalState, terminalSize, terminalState } from './terminal.ts';
import { fileSystemOf } from './file-systems.ts';
import { nativePath, textOf, textOr } from './names.ts';

/** Linux's O_* bits to this platform's. */
const openFlags: readonly (readonly [number, number | undefined])[] = [
  [0o1, fs.constants.O_WRONLY],
  [0o2, fs.constants.O_RDWR],
  [0o100, fs.constants.O_CREAT],
  [0o200, fs.constants.O_EXCL],
  [0o400, fs.constants.O_NOCTTY],
  [0o1000, fs.constants.O_TRUNC],
  [0o2000, fs.constants.O_APPEND],
  [0o4000, fs.constants.O_NONBLOCK],
  [0o10000, fs.constants.O_DSYNC],
  [0o40000, fs.constants.O_DIRECT],
  [0o200000, fs.constants.O_DIRECTORY],
  [0o400000, fs.constants.O_NOFOLLOW],
  [0o1000000, fs.constants.O_NOATIME],
];

/** Files of the real file system. */
export function createFiles(descriptors: Descriptors): HostFiles {
  const real = (fd: number): number => descriptors.real(fd);
  return {
    inherited: () => descriptors.inherited,
    getcwd: () => guard(() => textOr(process.cwd(), () => fs.readlinkSync('/proc/self/cwd', 'buffer'))),
    chdir: (path) => guard(() => changeFolder(path)),
    open(path, flags, mode) {
      const native = process.platform === 'linux' ? flags : openFlags.reduce((bits, [linux, own]) => ((flags & linux) === 0 ? bits : bits | (own ?? 0)), 0);
      return guard(() => descriptors.add(fs.openSync(checkPath(path), native, mode), native));
    },
    close: (fd) => guard(() => descriptors.close(fd)),
    read: (fd, into, position) => guard(() => descriptors.read(fd, into, position)),
    write: (fd, bytes, position) => guard(() => descriptors.write(fd, bytes, position)),
    readNow: (fd, into) => guard(() => descriptors.readNow(fd, into)),
    writeNow: (fd, bytes) => guard(() => descriptors.writeNow(fd, bytes)),
    readable: (fd) => guard(() => descriptors.readable(fd)),
    writable: (fd) => guard(() => descriptors.writable(fd)),
    lseek: (fd, offset, whence) => guard(() => descriptors.seek(fd, offset, whence)),
    fstat: (fd) => guard(() => statResult(fs.fstatSync(real(fd), { bigint: true }))),
    stat: (path) => guard(() => statResult(fs.statSync(checkPath(path), { bigint: true }))),
    lstat: (path) => guard(() => statResult(fs.lstatSync(checkPath(path), { bigint: true }))),
    readdir: (path) => guard(() => entriesOf(checkPath(path))),
    isatty: (fd) => descriptors.has(fd) && isTerminal(real(fd)),
    ftruncate: (fd, length) => guard(() => fs.ftruncateSync(real(fd), length)),
    fsync: (fd) => guard(() => fs.fsyncSync(real(fd))),
    mkdir: (path, mode) => guard(() => void fs.mkdirSync(checkPath(path), { mode })),
    rmdir: (path) => guard(() => fs.rmdirSync(checkPath(path))),
    unlink: (path) => guard(() => fs.unlinkSync(checkPath(path))),
    rename: (from, to) => guard(() => fs.renameSync(checkPath(from), checkPath(to))),
    link: (from, to) => guard(() => fs.linkSync(checkPath(from), checkPath(to))),
    symlink: (target, path) => guard(() => fs.symlinkSync(checkPath(target), checkPath(path))),
    readlink: (path) => guard(() => textOr(fs.readlinkSync(checkPath(path)), () => fs.readlinkSync(checkPath(path), 'buffer'))),
    realpath: (path) => guard(() => textOr(fs.realpathSync.native(checkPath(path)), () => fs.realpathSync.native(checkPath(path), 'buffer'))),
    chmod: (path, mode) => guard(() => fs.chmodSync(checkPath(path), mode)),
    chown: (path, uid, gid) => guard(() => fs.chownSync(checkPath(path), uid, gid)),
    lchown: (path, uid, gid) => guard(() => fs.lchownSync(checkPath(path), uid, gid)),
    statfs: (path) => guard(() => fileSystemOf(checkPath(path))),
    mknod: process.platform === 'win32' ? undefined : (path, mode, device) => guard(() => makeNode(checkPath(path), mode, device)),
    descriptorPath: process.platform === 'linux' ? (fd) => `/proc/${process.pid}/fd/${real(fd)}` : undefined,
    lock: process.platform === 'win32' ? undefined : (fd, kind) => guard(() => lockFile(real(fd), kind)),
    utimes(path, atimeNs, mtimeNs, followSymlinks) {
      const set = followSymlinks ? fs.utimesSync : fs.lutimesSync;
      guard(() => set(checkPath(path), nodeSeconds(atimeNs), nodeSeconds(mtimeNs)));
    },
    access(path, mode) {
      try {
        fs.accessSync(checkPath(path), mode);
        return true;
      } catch {
        return false;
      }
    },
    dup: (fd) => guard(() => descriptors.dup(fd)),
    dup2: (fd, to) => guard(() => descriptors.dup2(fd, to)),
    pipe: () => guard(() => descriptors.pipe()),
    rawMode(fd, raw) {
      if (fd !== 0 || !process.stdin.isTTY) throw new HostError('ENOTTY');
      process.stdin.setRawMode(raw);
    },
    ...(process.platform === 'linux' ? { terminalState: (fd: number) => terminalState(real(fd)), setTerminalState: (fd: number, state: readonly number[]) => setTerminalState(real(fd), state) } : {}),
    terminalSize(fd) {
      const stream = fd === 1 ? process.stdout : fd === 2 ? process.stderr : null;
      return stream?.isTTY ? { columns: stream.columns, lines: stream.rows } : terminalSize(real(fd));
    },
  };
}

/** Node's error for a NUL has no errno; CPython finds it before it asks the host, but a path may come from elsewhere. */
function checkPath(path: string): string | Buffer {
  if (path.includes('\0')) throw new HostError('EINVAL', 'embedded null byte');
  if (path === '') throw new HostError('ENOENT');
  return nativePath(path);
}

/** Node takes text only here; a folder with another name is reached by a descriptor. */
function changeFolder(path: string): void {
  const name = checkPath(path);
  if (typeof name === 'string') return process.chdir(name);
  const fd = fs.openSync(name, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  try {
    process.chdir(`/proc/self/fd/${fd}`);
  } finally {
    fs.closeSync(fd);
  }
}

function entriesOf(path: string | Buffer): ReturnType<HostFiles['readdir']> {
  const entries = fs.readdirSync(path, { withFileTypes: true }).map((entry) => ({ name: entry.name, type: typeOf(entry) }));
  if (entries.every(({ name }) => !name.includes('\ufffd'))) return entries;
  // The types of Node do not know that the names are then Buffers.
  return fs.readdirSync(path, { withFileTypes: true, encoding: 'buffer' as 'utf8' }).map((entry) => ({ name: textOf(entry.name as unknown as Buffer), type: typeOf(entry) }));
}

function typeOf(entry: fs.Dirent): 'file' | 'dir' | 'link' | 'other' {
  return entry.isFile() ? 'file' : entry.isDirectory() ? 'dir' : entry.isSymbolicLink() ? 'link' : 'other';
}

/** Node takes seconds as a double and cuts after the microseconds: half of one more keeps the last. */
function nodeSeconds(ns: bigint): number {
  return (Number(ns / 1000n) + 0.5) / 1e6;
}

/** A lock belongs to the open file, which a child process shares: util-linux's `flock` takes it for us. Where there is none, locks are granted. */
function lockFile(fd: number, kind: 'shared' | 'exclusive' | null): boolean {
  const option = kind === null ? '-u' : kind === 'shared' ? '-s' : '-x';
  return spawnSync('flock', [option, '-n', '0'], { stdio: [fd, 'ignore', 'ignore'] }).status !== 1;
}

/** Node has no mknod: the system's own programs make what open cannot. */
function makeNode(path: string | Buffer, mode: number, device: bigint): void {
  const type = mode & 0o170000;
  if (type === 0o100000 || type === 0) return fs.closeSync(fs.openSync(path, fs.constants.O_CREAT | fs.constants.O_EXCL | fs.constants.O_WRONLY, mode & 0o7777));
  const letter = { 0o010000: 'p', 0o020000: 'c', 0o060000: 'b' }[type];
  if (letter === undefined || typeof path !== 'string') throw new HostError(letter === undefined ? 'EPERM' : 'EINVAL');
  if (fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw new HostError('EEXIST');
  fs.statSync(dirname(path)); // ENOENT, ENOTDIR
  const numbers = letter === 'p' ? [] : [((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn), (device & 0xffn) | ((device >> 12n) & ~0xffn)].map(String);
  const bits = (mode & 0o7777 & ~process.umask()).toString(8);
  const { status } = spawnSync('mknod', ['-m', bits, '--', path, letter, ...numbers], { stdio: 'ignore' });
  if (status !== 0) throw new HostError(status === null ? 'ENOSYS' : 'EPERM');
}

function statResult(stats: fs.BigIntStats): HostStat {
  return {
    mode: Number(stats.mode),
    ino: stats.ino,
    dev: stats.dev,
    nlink: Number(stats.nlink),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    size: Number(stats.size),
    atimeNs: stats.atimeNs,
    mtimeNs: stats.mtimeNs,
    ctimeNs: stats.ctimeNs,
    blksize: Number(stats.blksize),
    blocks: Number(stats.blocks),
    rdev: stats.rdev,
  };
}

