import { PyFloat, PyStructSequence, defineStructSequence, normalizeInt } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import type { HostStat } from '@py/code';
import { keywordArguments } from '../arguments.ts';

/* The named tuples of `posix` (CPython 3.12: Modules/posixmodule.c). */

const named = (pairs: readonly (readonly [string | null, string])[]): { name: string | null; doc: string }[] => pairs.map(([name, doc]) => ({ name, doc }));

export const statResultType = defineStructSequence(
  'os',
  'stat_result',
  named([
    ['st_mode', 'protection bits'], ['st_ino', 'inode'], ['st_dev', 'device'], ['st_nlink', 'number of hard links'], ['st_uid', 'user ID of owner'],
    ['st_gid', 'group ID of owner'], ['st_size', 'total size, in bytes'], [null, 'integer time of last access'], [null, 'integer time of last modification'],
    [null, 'integer time of last change'], ['st_atime', 'time of last access'], ['st_mtime', 'time of last modification'], ['st_ctime', 'time of last change'],
    ['st_atime_ns', 'time of last access in nanoseconds'], ['st_mtime_ns', 'time of last modification in nanoseconds'],
    ['st_ctime_ns', 'time of last change in nanoseconds'], ['st_blksize', 'blocksize for filesystem I/O'], ['st_blocks', 'number of blocks allocated'],
    ['st_rdev', 'device type (if inode device)'],
  ]),
  {
    visible: 10,
    doc: 'stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via the attributes st_mode, st_ino, st_dev, st_nlink, st_uid, and so on.\n\nPosix/windows: If your platform supports st_blksize, st_blocks, st_rdev,\nor st_flags, they are available as attributes only.\n\nSee os.stat for more information.',
    // A tuple of ten made by hand: the times with fractions are then the whole ones.
    absent: (index, items) => (index >= 10 && index < 13 ? items[index - 3] : undefined),
  },
);

/** A stat_result from what the host says. */
export function newStatResult(stat: HostStat): PyStructSequence {
  const times = [stat.atimeNs, stat.mtimeNs, stat.ctimeNs];
  const whole = times.map((ns) => Number(floorSeconds(ns)));
  const visible: PyValue[] = [stat.mode, normalizeInt(stat.ino), normalizeInt(stat.dev), stat.nlink, stat.uid, stat.gid, stat.size, ...whole];
  const fractions = times.map((ns, i) => new PyFloat(whole[i] + 1e-9 * Number(ns - BigInt(whole[i]) * 1_000_000_000n)));
  return new PyStructSequence(statResultType, visible, [
    ...fractions, ...times.map((ns) => normalizeInt(ns)), stat.blksize ?? 4096, stat.blocks ?? Math.ceil(stat.size / 512), normalizeInt(stat.rdev ?? 0n),
  ]);
}

function floorSeconds(ns: bigint): bigint {
  const seconds = ns / 1_000_000_000n;
  return ns % 1_000_000_000n < 0n ? seconds - 1n : seconds;
}

export const terminalSizeType = defineStructSequence(
  'os', 'terminal_size', named([['columns', 'width of the terminal window in characters'], ['lines', 'height of the terminal window in characters']]),
  { doc: 'A tuple of (columns, lines) for holding terminal window size' },
);

export const unameResultType = defineStructSequence(
  'posix', 'uname_result',
  named([['sysname', 'operating system name'], ['nodename', 'name of machine on network (implementation-defined)'], ['release', 'operating system release'], ['version', 'operating system version'], ['machine', 'hardware identifier']]),
  { doc: 'uname_result: Result from os.uname().\n\nThis object may be accessed either as a tuple of\n  (sysname, nodename, release, version, machine),\nor via the attributes sysname, nodename, release, version, and machine.\n\nSee os.uname for more information.' },
);

export const timesResultType = defineStructSequence(
  'posix', 'times_result',
  named([['user', 'user time'], ['system', 'system time'], ['children_user', 'user time of children'], ['children_system', 'system time of children'], ['elapsed', 'elapsed time since an arbitrary point in the past']]),
  { doc: 'times_result: Result from os.times().\n\nThis object may be accessed either as a tuple of\n  (user, system, children_user, children_system, elapsed),\nor via the attributes user, system, children_user, children_system,\nand elapsed.\n\nSee os.times for more information.' },
);

export const statvfsResultType = defineStructSequence(
  'os', 'statvfs_result',
  named(['f_bsize', 'f_frsize', 'f_blocks', 'f_bfree', 'f_bavail', 'f_files', 'f_ffree', 'f_favail', 'f_flag', 'f_namemax', 'f_fsid'].map((name) => [name, ''] as const)),
  { visible: 10, doc: 'statvfs_result: Result from statvfs or fstatvfs.\n\nThis object may be accessed either as a tuple of\n  (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, flag, namemax),\nor via the attributes f_bsize, f_frsize, f_blocks, f_bfree, and so on.\n\nSee os.statvfs for more information.' },
);

export const schedParamType = defineStructSequence(
  'posix', 'sched_param', named([['sched_priority', 'the scheduling priority']]), {
    doc: 'Currently has only one field: sched_priority\n\n  sched_priority\n    A scheduling parameter.',
    tp_new(_vm: VM, cls: PyType, args: PyValue[], kwnames: readonly string[] | null) {
      const [priority] = keywordArguments('sched_param()', ['sched_priority'], args, kwnames, 1);
      return new PyStructSequence(cls, [priority as PyValue]);
    },
  },
);

export const waitidResultType = defineStructSequence(
  'posix', 'waitid_result', named(['si_pid', 'si_uid', 'si_signo', 'si_status', 'si_code'].map((name) => [name, ''] as const)),
  { doc: 'waitid_result: Result from waitid.\n\nThis object may be accessed either as a tuple of\n  (si_pid, si_uid, si_signo, si_status, si_code),\nor via the attributes si_pid, si_uid, and so on.\n\nSee os.waitid for more information.' },
);
