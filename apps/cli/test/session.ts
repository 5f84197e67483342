// Drives a command in a pseudo-terminal as a person would: types the next line when there is a prompt.
import { spawn } from '@lydell/node-pty';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A recorded session: fixtures/sessions/NAME.in. The first line is the command's arguments; each further one is typed at a prompt, then Ctrl-D until
 * it ends. Keys that are no characters: `<C-a>`, `<Esc>`, `<Tab>`.
 */
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
  const text = readFileSync(path, 'utf8').replace(/\n$/, '').replace(/<C-(.)>/g, (_key, letter: string) => String.fromCharCode(letter.charCodeAt(0) & 0x1f));
  const [args, ...lines] = text.replaceAll('<Esc>', '\x1b').replaceAll('<Tab>', '\t').split('\n');
  return { args: args.split(' ').filter((arg) => arg !== ''), lines };
}

/** Everything that was on the screen, and the exit status. */
export async function runSession(command: readonly string[], typed: readonly string[], { cwd, terminal = 'dumb', env = {}, keys = false }: SessionOptions): Promise<{ screen: string; status: number }> {
  const home = mkdtempSync(join(tmpdir(), 'py-home-')); // For the history.
  const ended = await new Promise<{ screen: string; status: number }>((resolve, reject) => {
    const child = spawn(command[0], command.slice(1), {
      name: terminal, cols: 80, rows: 24, cwd, env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', HOME: home, PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1', ...env },
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
  rmSync(home, { recursive: true });
  return ended;
}

/** What stands on the screen in the end, of a terminal without escape sequences: editors of lines go back and write over. */
function shown(output: string): string {
  const lines: string[][] = [[]];
  let column = 0;
  for (const character of output) {
    if (character === '\n') lines.push([]);
    else if (character === '\r') column = 0;
    else if (character === '\b') column--;
    else if (character !== '\x07') (lines.at(-1) as string[])[column++] = character;
  }
  return lines.map((line) => line.join('').trimEnd()).join('\n');
}

/** The screen without what differs between two installations of the same Python. */
export function normalized(screen: string, cwd: string): string {
  return shown(screen)
    .replaceAll(cwd, '<folder>')
    .replace(/^Python 3\.12\.\d+ .* on \w+$/gm, 'Python 3.12')
    .replace(/ at 0x[0-9a-f]+/g, ' at 0x0')
    .replace(/(> |File "|^ {2})[^"\n(]*\/lib\/python3\.12\/([^("\n]*)(\(\d+\))?/gm, '$1<library>/$2');
}
