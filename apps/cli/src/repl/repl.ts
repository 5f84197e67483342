// The interactive prompt: what `py` is without a file on a terminal, and after one with -i.
import { appendFileSync, readFileSync, readSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { InteractiveSession, type ProgramEnd, type Python } from '@py/python';
import { editLine, Interrupted } from './line-editor.ts';

export interface ReplOptions {
  /** Shown first; null for none (-q, or after a program). */
  readonly banner: string | null;
  /** Standard input is a terminal: lines are edited, and remembered. */
  readonly terminal: boolean;
  readonly write: (fd: 1 | 2, text: string) => void;
}

/** Ends with the input, or when a statement exits. */
export function repl(python: Python, { banner, terminal, write }: ReplOptions): ProgramEnd {
  const session = new InteractiveSession(python.vm);
  if (banner !== null) write(2, banner);
  const read = terminal ? terminalReader(session) : pipeReader(write);
  for (;;) {
    let line: string | null;
    try {
      line = read(session.prompt());
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      write(2, 'KeyboardInterrupt\n');
      session.reset();
      continue;
    }
    if (line === null) {
      if (!terminal) write(2, '\n');
      return { status: 0, interrupted: false };
    }
    const result = session.push(line);
    if (result.kind === 'exit') return result.end;
  }
}

type LineReader = (prompt: string) => string | null;

/** Where CPython keeps its history too. */
const historyFile = process.env['PYTHON_HISTORY'] ?? join(homedir(), '.python_history');

function terminalReader(session: InteractiveSession): LineReader {
  const history = readHistory();
  return (prompt) => {
    const line = editLine(prompt, { history, complete: (word) => session.completions(word) });
    if (line !== null && line.trim() !== '' && line !== history.at(-1)) {
      history.push(line);
      remember(line);
    }
    return line;
  };
}

function readHistory(): string[] {
  try {
    return readFileSync(historyFile, 'utf8').split('\n').filter((line) => line !== '').slice(-1000);
  } catch {
    return [];
  }
}

function remember(line: string): void {
  try {
    appendFileSync(historyFile, `${line}\n`);
  } catch {
    // A history that cannot be written is no reason to stop.
  }
}

/** Lines of a pipe or file; the prompts still show, on standard error. */
function pipeReader(write: ReplOptions['write']): LineReader {
  let rest = '';
  let ended = false;
  const chunk = Buffer.alloc(65536);
  return (prompt) => {
    write(2, prompt);
    while (!rest.includes('\n') && !ended) {
      const count = readChunk(chunk);
      ended = count === 0;
      rest += chunk.toString('utf8', 0, count);
    }
    if (rest === '') return null;
    const end = rest.indexOf('\n');
    const line = end < 0 ? rest : rest.slice(0, end);
    rest = end < 0 ? '' : rest.slice(end + 1);
    return line;
  };
}

function readChunk(chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(0, chunk);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF' || code === 'EBADF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
