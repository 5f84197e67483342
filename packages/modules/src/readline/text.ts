import { hostCall, osError } from '../os-error.ts';
import { filesOf } from '../posix/host.ts';
import { fsdecode, fsencode } from '../posix/paths.ts';
import { jsText } from '@py/vm/native';
import type { VM } from '@py/vm/native';

/* Text and files as the C library sees them: bytes that are not UTF-8 are lone surrogates in a str. */

export function encode(vm: VM, text: string): Uint8Array {
  return fsencode(vm, text).bytes;
}

export function decode(vm: VM, bytes: Uint8Array): string {
  return jsText(fsdecode(vm, bytes));
}

/** A file's text. Throws OSError, for what is no plain file with EINVAL. */
export function readText(vm: VM, path: string): string {
  const files = filesOf(vm);
  return hostCall(() => {
    const fd = files.open(path, 0, 0);
    try {
      if ((files.fstat(fd).mode & 0o170000) !== 0o100000) throw osError('EINVAL');
      const pieces: number[] = [];
      const piece = new Uint8Array(65536);
      for (;;) {
        const count = files.read(fd, piece);
        if (typeof count !== 'number' || count === 0) return decode(vm, Uint8Array.from(pieces));
        for (const byte of piece.subarray(0, count)) pieces.push(byte);
      }
    } finally {
      files.close(fd);
    }
  });
}

/** Writes a file, or at the end of one that is there. Throws OSError. */
export function writeText(vm: VM, path: string, text: string, append = false): void {
  const files = filesOf(vm);
  const bytes = encode(vm, text);
  hostCall(() => {
    // O_WRONLY with O_APPEND, or with O_CREAT and O_TRUNC.
    const fd = files.open(path, append ? 0o2001 : 0o1101, 0o600);
    try {
      for (let at = 0; at < bytes.length; ) {
        const count = files.write(fd, bytes.subarray(at));
        if (typeof count !== 'number' || count === 0) return;
        at += count;
      }
    } finally {
      files.close(fd);
    }
  });
}
