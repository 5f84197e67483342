// Ctrl-C: a real SIGINT, sent while the program runs.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildCommands } from '../../../tools/task/lib.mjs';

const command = join(dirname(fileURLToPath(import.meta.url)), '../bin/py.js');

beforeAll(() => buildCommands(), 120_000);

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly signal: string | null;
  readonly status: number | null;
}

/** Runs a program, and interrupts it a while after each line `ready` that it prints. */
function interrupted(source: string): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, ['-u', '-c', source], { stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (bytes: Buffer) => {
      stdout += String(bytes);
      if (String(bytes).includes('ready')) setTimeout(() => child.kill('SIGINT'), 1500);
    });
    child.stderr.on('data', (bytes: Buffer) => (stderr += String(bytes)));
    child.on('close', (status, signal) => resolve({ stdout, stderr, signal, status }));
  });
}

describe('SIGINT', () => {
  it.each([
    ['a loop', 'while True: pass', 2],
    ['a sleep', 'import time\ntime.sleep(60)', 3],
    ['a built-in function', 'sum(n for n in iter(int, 1))', 2],
    ['a lock', 'import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()', 5],
    ['a pipe', 'import os\nos.read(os.pipe()[0], 1)', 3],
    ['a child process', 'import os\nos.waitpid(os.posix_spawn("/bin/sleep", ["sleep", "5"], {}), 0)', 3],
    ['a socket', 'import socket\nsocket.create_server(("127.0.0.1", 0)).accept()', 3],
    ['a thread that is joined', 'import threading\nthread = threading.Thread(target=threading.Event().wait, daemon=True)\nthread.start()\nthread.join()', 5],
  ])('is KeyboardInterrupt in %s, and the process ends by it', async (_name, source, line) => {
    const { stderr, signal } = await interrupted(`print('ready')\n${source}`);
    expect(stderr).toMatch(/^Traceback \(most recent call last\):\n/);
    expect(stderr).toContain(`  File "<string>", line ${line}, in <module>\n`);
    expect(stderr).toMatch(/\nKeyboardInterrupt\n$/);
    expect(signal).toBe('SIGINT');
  }, 30_000);

  it('can be caught, ignored and handled', async () => {
    const { stdout, stderr, status } = await interrupted(`
import signal, time
print('ready')
try: time.sleep(60)
except KeyboardInterrupt: print('caught')
signal.signal(signal.SIGINT, lambda number, frame: print('handled', number))
print('ready')
signal.pause()
signal.signal(signal.SIGINT, signal.SIG_IGN)
print('ready')
time.sleep(3)
print('ignored')
`);
    expect(stderr).toBe('');
    expect(stdout).toBe('ready\ncaught\nready\nhandled 2\nready\nignored\n');
    expect(status).toBe(0);
  }, 30_000);
});
