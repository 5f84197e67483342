import * as fs from 'node:fs';
import { isatty } from 'node:tty';
import { HostError, type HostFiles, type HostStat } from '@py/code';
import type { Descriptors } from './descriptors.ts';
import { guard } from './errors.ts';

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
    getcwd: () => guard(() => process.cwd()),
    chdir: (path) => guard(() => process.chdir(path)),
    open(path, flags, mode) {
      const native = process.platform === 'linux' ? flags : openFlags.reduce((bits, [linux, own]) => ((flags & linux) === 0 ? bits : bits | (own ?? 0)), 0);
      return guard(() => {
        checkPath(path);
        return descriptors.add(fs.openSync(path, native, mode), native);
      });
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
    readdir: (path) => guard(() => fs.readdirSync(checkPath(path), { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      type: entry.isFile() ? 'file' as const : entry.isDirectory() ? 'dir' as const : entry.isSymbolicLink() ? 'link' as const : 'other' as const,
    }))),
    isatty: (fd) => descriptors.has(fd) && isTerminal(real(fd)),
    ftruncate: (fd, length) => guard(() => fs.ftruncateSync(real(fd), length)),
    fsync: (fd) => guard(() => fs.fsyncSync(real(fd))),
    mkdir: (path, mode) => guard(() => void fs.mkdirSync(checkPath(path), { mode })),
    rmdir: (path) => guard(() => fs.rmdirSync(checkPath(path))),
    unlink: (path) => guard(() => fs.unlinkSync(checkPath(path))),
    rename: (from, to) => guard(() => fs.renameSync(checkPath(from), checkPath(to))),
    link: (from, to) => guard(() => fs.linkSync(checkPath(from), checkPath(to))),
    symlink: (target, path) => guard(() => fs.symlinkSync(checkPath(target), checkPath(path))),
    readlink: (path) => guard(() => fs.readlinkSync(checkPath(path))),
    realpath: (path) => guard(() => fs.realpathSync.native(checkPath(path))),
    chmod: (path, mode) => guard(() => fs.chmodSync(checkPath(path), mode)),
    chown: (path, uid, gid) => guard(() => fs.chownSync(checkPath(path), uid, gid)),
    utimes(path, atimeNs, mtimeNs, followSymlinks) {
      // Node takes seconds as a double: exact to a microsecond or better.
      const set = followSymlinks ? fs.utimesSync : fs.lutimesSync;
      guard(() => set(checkPath(path), Number(atimeNs) / 1e9, Number(mtimeNs) / 1e9));
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
    terminalSize(fd) {
      const stream = fd === 1 ? process.stdout : fd === 2 ? process.stderr : null;
      if (!stream?.isTTY) throw new HostError('ENOTTY');
      return { columns: stream.columns, lines: stream.rows };
    },
  };
}

/** Files, pipes and /dev/null are told from terminals without node:tty, which takes milliseconds to load. */
export function isTerminal(fd: number): boolean {
  try {
    const stats = fs.fstatSync(fd);
    const isMemoryDevice = process.platform === 'linux' && stats.rdev >> 8 === 1;
    return stats.isCharacterDevice() && !isMemoryDevice && isatty(fd);
  } catch {
    return false;
  }
}

/** Node's error for a NUL has no errno; CPython finds it before it asks the host, but a path may come from elsewhere. */
function checkPath(path: string): string {
  if (path.includes('\0')) throw new HostError('EINVAL', 'embedded null byte');
  if (path === '') throw new HostError('ENOENT');
  return path;
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

