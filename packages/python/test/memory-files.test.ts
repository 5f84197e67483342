import { closeSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openLibrary } from '@py/stdlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildLibrary } from '../../../tools/task/lib.mjs';
import { createMemoryFiles, createPython, type MemoryFiles, type Python } from '../src/index.ts';

const text = (files: MemoryFiles, path: string): string => files.readText(path);

describe('files in memory, from JavaScript', () => {
  it('are what was put there', () => {
    const files = createMemoryFiles({ '/a/b.txt': 'bé', '/a/../c.bin': Uint8Array.of(1, 2) }, { cwd: '/work' });
    expect(files.paths()).toEqual(['/a/b.txt', '/c.bin']);
    expect(text(files, '/a/./b.txt')).toBe('bé');
    expect(files.readFile('../c.bin')).toEqual(Uint8Array.of(1, 2));
    expect(files.getcwd()).toBe('/work');
    expect(files.stat('/a/b.txt')).toMatchObject({ mode: 0o100644, size: 3, nlink: 1 });
  });

  it.each([
    ['ENOENT', (files: MemoryFiles) => files.readFile('/nowhere')],
    ['EISDIR', (files: MemoryFiles) => files.readFile('/a')],
    ['ENOTDIR', (files: MemoryFiles) => files.stat('/a/b.txt/c')],
    ['ENOTDIR', (files: MemoryFiles) => files.stat('/a/b.txt/')],
    ['ENOTDIR', (files: MemoryFiles) => files.writeFile('/a/b.txt/c', '')],
    ['EEXIST', (files: MemoryFiles) => files.open('/a/b.txt', 0o301, 0o644)],
    ['EEXIST', (files: MemoryFiles) => files.mkdir?.('/a', 0o755)],
    ['ENOTEMPTY', (files: MemoryFiles) => files.rmdir?.('/a')],
    ['EISDIR', (files: MemoryFiles) => files.unlink?.('/a')],
    ['EINVAL', (files: MemoryFiles) => files.rename?.('/a', '/a/inside')],
    ['EBADF', (files: MemoryFiles) => files.close(3)],
    ['EBADF', (files: MemoryFiles) => files.write(files.open('/a/b.txt', 0, 0), Uint8Array.of(1))],
  ] as const)('%s', (code, act) => {
    expect(() => act(createMemoryFiles({ '/a/b.txt': '' }))).toThrow(expect.objectContaining({ name: 'HostError', code }));
  });

  it('wipes what ftruncate cuts off', () => {
    const files = createMemoryFiles({ '/f': 'secret' });
    const fd = files.open('/f', 2, 0);
    files.ftruncate?.(fd, 2);
    files.ftruncate?.(fd, 4);
    expect(text(files, '/f')).toBe('se\0\0');
  });
});

describe('files in memory, from Python', () => {
  let printed = '';
  let files: MemoryFiles;
  let python: Python;

  beforeAll(() => {
    buildLibrary();
    const fd = openSync(createRequire(import.meta.url).resolve('@py/stdlib/library.bin'), 'r');
    const library = openLibrary((offset, length) => {
      const bytes = new Uint8Array(length);
      readSync(fd, bytes, 0, length, offset);
      return bytes;
    });
    files = createMemoryFiles({ '/home/in.txt': 'one\ntwo\n', '/home/helper.py': 'answer = 42\n' }, { cwd: '/home' });
    python = createPython({ files }, { library, stdout: (piece) => (printed += piece) });
    return () => closeSync(fd);
  }, 120_000);

  const run = (source: string): string => {
    printed = '';
    const result = python.run(source);
    return result.kind === 'raised' ? result.traceback : printed;
  };

  it('are read, written, appended to and sought in', () => {
    expect(run('print(open("in.txt").read().split())\nwith open("out.txt", "w") as f: f.write("x" * 5000)\nwith open("out.txt", "a") as f: f.write("end")\nwith open("out.txt", "r+b") as f:\n  f.seek(-4, 2); print(f.read()); f.seek(0); f.write(b"start")\n')).toBe("['one', 'two']\nb'xend'\n");
    expect(text(files, '/home/out.txt')).toBe(`start${'x'.repeat(4995)}end`);
  });

  it('are listed, moved and removed', () => {
    expect(run('import os\nos.makedirs("d/e")\nos.rename("out.txt", "d/e/moved")\nprint([(root, sorted(f)) for root, _, f in os.walk("d")], os.path.getsize("d/e/moved"), os.path.exists("out.txt"))\nos.remove("d/e/moved"); os.removedirs("d/e"); print(sorted(os.listdir()))\n')).toBe(
      "[('d', []), ('d/e', ['moved'])] 5003 False\n['helper.py', 'in.txt']\n",
    );
  });

  it('are imported', () => {
    expect(run('import sys; sys.path.insert(0, "/home"); import helper; print(helper.answer)')).toBe('42\n');
  });

  it('raise what a Python user expects', () => {
    expect(run('try: open("absent")\nexcept FileNotFoundError as e: print(e)\ntry: open("/home")\nexcept IsADirectoryError as e: print(e)\n')).toBe("[Errno 2] No such file or directory: 'absent'\n[Errno 21] Is a directory: '/home'\n");
  });
});
