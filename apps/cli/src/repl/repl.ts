// The interactive prompt: what `py` is without a file on a terminal, and after one with -i.
import { InteractiveSession, type ProgramEnd, type Python } from '@py/python';
import { History } from './history.ts';
import { editLine, Interrupted } from './line-editor.ts';
import { readDescriptor, Terminal } from './terminal.ts';

export interface ReplOptions {
  /** Standard input is a terminal: lines are edited, and remembered. */
  readonly terminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly write: (fd: 1 | 2, text: string) => void;
}

/** Ends with the input, or when a statement exits. */
export function repl(python: Python, options: ReplOptions): ProgramEnd {
  const { write } = options;
  const session = new InteractiveSession(python.vm);
  const read = lineReader(session, options);
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
    const result = line === null ? session.end() : session.push(line);
    if (result.kind === 'exit') return result.end;
  }
}

type LineReader = (prompt: string) => string | null;

function lineReader(session: InteractiveSession, { terminal, environment, write }: ReplOptions): LineReader {
  const screen = terminal ? new Terminal(environment) : null;
  if (!screen?.capable) return plainReader(write);
  const history = new History(environment);
  return (prompt) => {
    const line = editLine(screen, prompt, { history: history.lines, complete: (word) => session.completions(word) });
    if (line !== null) history.add(line);
    return line;
  };
}

/** Lines of a pipe, a file or a plain terminal; the prompts show on standard error. */
function plainReader(write: ReplOptions['write']): LineReader {
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(65536);
  let rest = '';
  let ended = false;
  return (prompt) => {
    write(2, prompt);
    while (!rest.includes('\n') && !ended) {
      const count = readDescriptor(chunk);
      // On a terminal Ctrl-D ends a line that has not begun, and the next may come.
      ended = count === 0;
      rest += decoder.decode(chunk.subarray(0, count), { stream: !ended });
    }
    if (rest === '') {
      write(2, '\n');
      return null;
    }
    const end = rest.indexOf('\n');
    const line = end < 0 ? rest : rest.slice(0, end);
    rest = end < 0 ? '' : rest.slice(end + 1);
    return line;
  };
}
