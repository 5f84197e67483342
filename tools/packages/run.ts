import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/files.ts';

/** The pinned pnpm, through npx. */
export const pnpm: readonly string[] = ['npx', '--yes', (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly packageManager: string }).packageManager];

/** Nothing of the tool that started us: npm's own variables would change what npm does in another folder. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS|INIT_CWD)/.test(name)));

/** Runs a command to its end and gives its standard output. Rejects with all it wrote if it fails. */
export function run(command: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], command.slice(1), { cwd, env: { ...environment, npm_config_loglevel: 'error', npm_config_update_notifier: 'false', NO_COLOR: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    child.on('error', reject);
    child.on('close', (status) => (status === 0 ? resolve(out) : reject(new CommandError(`${command.join(' ')}\nended with ${status}\n${out}${err}`))));
  });
}

/** A command failed; the message holds what it wrote. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(message: string) {
    super(message);
    this.stack = message;
  }
}
