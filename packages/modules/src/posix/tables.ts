import { decodeUtf8, jsText } from '@py/vm/native';
import type { VM } from '@py/vm/native';
import { fromHostError } from '../os-error.ts';

/** Lines of a table such as /etc/passwd, in `count` fields between colons; nothing where the host has no such file. */
export function readTable(vm: VM, path: string, count: number): string[][] {
  const { files } = vm.host;
  if (files === undefined) return [];
  try {
    const fd = files.open(path, 0, 0);
    try {
      const into = new Uint8Array(files.fstat(fd).size);
      const got = files.read(fd, into);
      if (typeof got !== 'number') return [];
      const text = jsText(decodeUtf8(vm, into.subarray(0, got), 'surrogateescape').value);
      return text.split('\n').map((line) => line.split(':')).filter((fields) => fields.length === count);
    } finally {
      files.close(fd);
    }
  } catch (error) {
    if (fromHostError(error) === error) throw error;
    return [];
  }
}
