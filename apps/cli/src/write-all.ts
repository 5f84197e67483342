// Writing to a pipe that is slow (EAGAIN) or gone (EPIPE).

/** Writes everything. A reader that went away ends the process as it ends `python`: quietly, with status 1. */
export function writeAll(fd: number, text: string, writeSync: (fd: number, bytes: Uint8Array, at: number) => number): void {
  const bytes = Buffer.from(text);
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit(1);
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
