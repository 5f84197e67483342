import { readFileSync, statfsSync, statSync } from 'node:fs';
import type { HostStatFs } from '@py/code';

/** Mount options as Linux's ST_* bits. */
const mountFlags: Readonly<Record<string, number>> = { ro: 1, nosuid: 2, nodev: 4, noexec: 8, sync: 16, mand: 64, noatime: 1024, nodiratime: 2048, relatime: 4096 };

/** What Node tells of the file system that a file is in, and Linux's table of mounts, which has the flags. */
export function fileSystemOf(path: string | Buffer): HostStatFs {
  const { bsize, blocks, bfree, bavail, files, ffree } = statfsSync(path);
  const options = mountOptions(statSync(path).dev);
  const flag = options.reduce((bits, option) => bits | (mountFlags[option] ?? 0), 0);
  return { bsize, frsize: bsize, blocks, bfree, bavail, files, ffree, flag, namemax: 255, fsid: 0n };
}

/** Options of the mount of a device; none where the system has no such table. */
function mountOptions(device: number): readonly string[] {
  const number = `${(device >> 8) & 0xfff}:${(device & 0xff) | ((device >> 12) & 0xfff00)}`;
  try {
    const fields = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').map((line) => line.split(' '));
    return fields.find((line) => line[2] === number)?.[5].split(',') ?? [];
  } catch {
    return [];
  }
}
