import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How many are made at a time: starting `mkfifo` takes most of the time. */
const batch = 8;

/** Node cannot make pipes: named ones are made by `mkfifo`, some in advance. */
export class PipeNames {
  private names: string[] = [];

  /** The path of a new named pipe, which the caller removes. */
  next(): string {
    if (this.names.length === 0) {
      const folder = mkdtempSync(join(tmpdir(), 'py-pipe-'));
      process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
      this.names = Array.from({ length: batch }, (_item, i) => join(folder, `${i}`));
      execFileSync('mkfifo', this.names);
    }
    return this.names.pop() as string;
  }
}
