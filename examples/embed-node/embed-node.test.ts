import { createPython } from '@py/python';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLibrary } from '../../tools/task/lib.mjs';
import { openLibraryFile } from './library.ts';
import { createSandbox, type SandboxOptions } from './sandbox.ts';

let opened: ReturnType<typeof openLibraryFile>;
beforeAll(() => {
  buildLibrary();
  opened = openLibraryFile();
}, 120_000);
afterAll(() => opened.close());

const sandbox = (options: Partial<SandboxOptions> = {}) => createSandbox({ library: opened.library, answer: () => 'nothing', ...options });

describe('a sandbox', () => {
  it('runs a program and shows its output while it runs', async () => {
    const pieces: string[] = [];
    const { run } = sandbox({ print: (text) => pieces.push(text) });
    expect(await run('import sys, json\nprint(json.dumps([1, None]))\nprint("careful", file=sys.stderr)\n')).toEqual({ kind: 'done' });
    expect(pieces.join('')).toBe('[1, null]\ncareful\n');
  });

  it('shows the traceback of an uncaught exception', async () => {
    const box = sandbox();
    expect(await box.run('def f():\n    return 1 / 0\nf()\n')).toMatchObject({ kind: 'raised', type: 'ZeroDivisionError' });
    expect(box.output).toMatch(/^Traceback .*\n {2}File "main.py", line 3, in <module>\n {2}File "main.py", line 2, in f\nZeroDivisionError: division by zero\n$/s);
  });

  it('has its own files and nothing of the machine', async () => {
    const box = sandbox({ files: { '/home/in.txt': 'text' } });
    await box.run('import os\nwith open("in.txt") as source, open("out.txt", "w") as target: target.write(source.read().upper())\nprint(os.listdir("/"), os.listdir(), os.environ.get("PATH"))\n');
    expect(box.output).toBe("['home'] ['in.txt', 'out.txt'] None\n");
    expect(box.files.readText('/home/out.txt')).toBe('TEXT');
  });

  it('calls functions of the host, and waits for their promises', async () => {
    const asked: string[] = [];
    const answer = async (question: string): Promise<string> => {
      asked.push(question);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return question.toUpperCase();
    };
    const box = sandbox({ answer });
    await box.run('import host\nprint([host.ask(q) for q in ("one", "two")])\n');
    expect(box.output).toBe("['ONE', 'TWO']\n");
    expect(asked).toEqual(['one', 'two']);
  });

  it('ends at a limit of instructions or of time, and works afterwards', async () => {
    const box = sandbox();
    expect(await box.run('try:\n  while True: pass\nfinally: print("never")\n', { instructions: 200_000 })).toEqual({ kind: 'stopped', reason: 'fuel' });
    expect(await box.run('while True: pass', { seconds: 0.05 })).toEqual({ kind: 'stopped', reason: 'time' });
    expect(await box.run('import time; time.sleep(60)', { seconds: 0.05 })).toEqual({ kind: 'stopped', reason: 'time' });
    expect(await box.run('print("still here")')).toEqual({ kind: 'done' });
    expect(box.output).toBe('still here\n');
  });

  it('is stopped from outside', async () => {
    const box = sandbox();
    setTimeout(() => box.stop(), 20);
    expect(await box.run('print("begin")\ntry:\n  while True: pass\nexcept KeyboardInterrupt: print("stopped")\n')).toEqual({ kind: 'done' });
    expect(box.output).toBe('begin\nstopped\n');
    setTimeout(() => box.stop(), 20);
    expect(await box.run('import time; time.sleep(60)')).toMatchObject({ kind: 'raised', type: 'KeyboardInterrupt' });
  });

  it('shares nothing with another that runs at the same time', async () => {
    const boxes = [sandbox(), sandbox()];
    const source = (name: string): string => `import sys, time, collections\nsys.shared = collections.shared = ${name}\nfor i in range(3):\n  time.sleep(0.005); print(${name}, sys.shared, collections.shared)\n`;
    expect(await Promise.all([boxes[0].run(source('1')), boxes[1].run(source('2'))])).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(boxes.map((box) => box.output)).toEqual(['1 1 1\n'.repeat(3), '2 2 2\n'.repeat(3)]);
  });
});

describe('nothing granted', () => {
  it('is nothing reached', () => {
    let output = '';
    createPython({}, { library: opened.library, stdout: (text) => (output += text) }).run('import os\nfor act in (os.getpid, lambda: open("/etc/passwd"), lambda: os.listdir("/")):\n  try: print("got", act())\n  except OSError as e: print(type(e).__name__)\n');
    expect(output).not.toContain('/etc/passwd:');
    expect(output).toContain('FileNotFoundError');
  });
});
