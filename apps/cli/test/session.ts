// Drives a command in a pseudo-terminal as a person would: types the next line when there is a prompt.
import { spawn } from '@lydell/node-pty';
import { readFileSync } from 'node:fs';

/** A recorded session: fixtures/sessions/NAME.in. The first line is the command's arguments; each further one is typed at a prompt, then Ctrl-D until it ends. */
export interface SessionScript {
  readonly args: readonly string[];
  readonly lines: readonly string[];
}

export interface SessionOptions {
  readonly cwd: string;
  /** TERM: `dumb` for a terminal without escape sequences. */
  readonly terminal?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is typed is bytes as they are; otherwise lines that Return ends. */
  readonly keys?: boolean;
}

const prompt = /(>>> |\.\.\. |\(Pdb\) |name\? |--> )$/;
const escapes = /\x1b\[[?\d;]*[A-Za-z]/g;

export function readScript(path: string): SessionScript {
  const [args, ...lines] = readFileSync(path, 'utf8').replace(/\n$/, '').split('\n');
  return { args: args.split(' ').filter((arg) => arg !== ''), lines };
}

/** Everything that was on the screen, and the exit status. */
export function runSession(command: readonly string[], typed: readonly string[], { cwd, terminal = 'dumb', env = {}, keys = false }: SessionOptions): Promise<{ screen: string; status: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], command.slice(1), {
      name: terminal, cols: 80, rows: 24, cwd, env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', HOME: cwd, PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1', ...env },
    });
    const waiting = [...typed];
    let screen = '';
    let fresh = '';
    let timer: NodeJS.Timeout | undefined;
    const giveUp = setTimeout(() => {
      child.kill();
      reject(new Error(`no prompt and no end; on the screen:\n${screen}`));
    }, 30_000);
    child.onData((data) => {
      screen += data;
      fresh += data;
      clearTimeout(timer);
      if (!prompt.test(fresh.replace(escapes, '').replace(/\r+$/, ''))) return;
      timer = setTimeout(() => {
        const next = waiting.shift();
        fresh = '';
        child.write(next === undefined ? '\x04' : keys ? next : `${next}\r`);
      }, 60);
    });
    child.onExit(({ exitCode }) => {
      clearTimeout(giveUp);
      clearTimeout(timer);
      resolve({ screen, status: exitCode });
    });
  });
}

/** What differs between two installations of the same Python. */
export function normalized(screen: string, cwd: string): string {
  return screen
    .replaceAll('\r\n', '\n')
    .replaceAll(cwd, '<folder>')
    .replace(/^Python 3\.12\.\d+ .* on \w+$/gm, 'Python 3.12')
    .replace(/ at 0x[0-9a-f]+/g, ' at 0x0')
    .replace(/(> |File "|^ {2})[^"\n(]*\/lib\/python3\.12\/([^("\n]*)(\(\d+\))?/gm, '$1<library>/$2');
}
