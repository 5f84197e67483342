// The lines of earlier sessions.
import { appendFileSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const remembered = 1000;

export class History {
  readonly lines: string[];
  private readonly file: string;

  /** Where CPython keeps its history too. */
  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.file = environment['PYTHON_HISTORY'] || join(homedir(), '.python_history');
    this.lines = read(this.file);
  }

  add(line: string): void {
    if (line.trim() === '' || line === this.lines.at(-1)) return;
    this.lines.push(line);
    try {
      appendFileSync(this.file, `${line}\n`);
    } catch {
      // A history that cannot be written is no reason to stop.
    }
  }
}

function read(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').slice(-remembered);
  } catch {
    return [];
  }
}
