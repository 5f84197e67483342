// The entry of the one-file build (bundle.mjs): py.mjs, with library.bin and sqlite.cjs beside it, and the attendant inside.
import { existsSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { commandLine } from './py/command-line.ts';
import { py } from './py/main.ts';
import { writeAll } from './write-all.ts';

if (isMainThread) run();
else await import('./attendant.ts');

function run(): void {
  const file = fileURLToPath(import.meta.url);
  const sqlite = join(dirname(file), 'sqlite.cjs');
  const installation = { bundle: file, executable: file, library: join(dirname(file), 'library.bin'), attendant: file, sqlite: existsSync(sqlite) ? sqlite : null, prefix: join(dirname(file), 'python') };
  const write = (fd: 1 | 2, text: string): void => writeAll(fd, text, writeSync);
  const status = py(commandLine(process.argv.slice(2)), installation, { write, started() {}, lasting() {} });
  if (status === null) process.kill(process.pid, 'SIGINT');
  else process.exitCode = status;
}
