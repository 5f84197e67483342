import type { VM } from '@py/vm/native';
import { fromHostError } from '../os-error.ts';

/* What Linux tells of processes and itself in files. Null where the host has no such file. */

/** The text of a small file, byte for character. */
export function readSmallFile(vm: VM, path: string): string | null {
  const { files } = vm.host;
  if (files === undefined) return null;
  try {
    const fd = files.open(path, 0, 0);
    try {
      const into = new Uint8Array(4096);
      const count = files.read(fd, into);
      return typeof count === 'number' ? String.fromCharCode(...into.subarray(0, count)) : null;
    } finally {
      files.close(fd);
    }
  } catch (error) {
    if (fromHostError(error) === error) throw error;
    return null;
  }
}

/** The fields of /proc/PID/stat from the third on, so that number n of proc(5) is at n - 3. */
export function processFields(vm: VM, pid: number): readonly string[] | null {
  const text = readSmallFile(vm, `/proc/${pid === 0 ? 'self' : pid}/stat`);
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).trim().split(' ');
}

/** The words of a line of /proc/self/status. */
export function statusLine(vm: VM, name: string, pid = 0): readonly string[] | null {
  const text = readSmallFile(vm, `/proc/${pid === 0 ? 'self' : pid}/status`);
  const line = text?.split('\n').find((candidate) => candidate.startsWith(`${name}:`));
  return line === undefined ? null : line.slice(name.length + 1).trim().split(/\s+/);
}

/** Numbers of a list such as `0-3,8`. */
export function numberRanges(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first, last] = range.split('-').map(Number);
    return Array.from({ length: (last ?? first) - first + 1 }, (_item, i) => first + i);
  });
}
