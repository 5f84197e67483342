import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How many are made at a time: starting `mkfifo` takes most of the time. */
const batch = 8;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'py-pipe-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Node cannot make pipes: named ones are made by `mkfifo`, some in advance. */
export class PipeNames {
  private names: string[] = [];
  private folder: string | null = null;
  private made = 0;

  /** The path of a new named pipe, which the caller removes. */
  next(): string {
    if (this.names.length === 0) {
      const folder = (this.folder ??= newFolder());
      this.names = Array.from({ length: batch }, () => join(folder, String(this.made++)));
      execFileSync('mkfifo', this.names);
    }
    return this.names.pop() as string;
  }
}
