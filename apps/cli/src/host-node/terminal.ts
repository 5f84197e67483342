// Terminals. What Node cannot ask of one, `stty` can: it reads and writes Linux's struct termios as numbers.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { isatty } from 'node:tty';
import { HostError } from '@py/code';

/** Files, pipes and /dev/null are told from terminals without node:tty, which takes milliseconds to load. */
export function isTerminal(fd: number): boolean {
  try {
    const stats = fs.fstatSync(fd);
    const isMemoryDevice = process.platform === 'linux' && stats.rdev >> 8 === 1;
    return stats.isCharacterDevice() && !isMemoryDevice && isatty(fd);
  } catch {
    return false;
  }
}

function stty(fd: number, args: readonly string[]): string {
  if (!isTerminal(fd)) throw new HostError('ENOTTY');
  try {
    return execFileSync('stty', args, { stdio: [fd, 'pipe', 'ignore'], encoding: 'latin1' });
  } catch {
    throw new HostError('ENOTTY');
  }
}

/** The four flags, and the control characters. Throws HostError for what is no terminal. */
export function terminalState(fd: number): readonly number[] {
  return stty(fd, ['-g']).trim().split(':').map((part) => Number.parseInt(part, 16));
}

export function setTerminalState(fd: number, state: readonly number[]): void {
  stty(fd, [state.map((part) => part.toString(16)).join(':')]);
}

/** In characters. Throws HostError for what is no terminal. */
export function terminalSize(fd: number): { readonly columns: number; readonly lines: number } {
  const [lines, columns] = stty(fd, ['size']).trim().split(' ').map(Number);
  return { columns, lines };
}
