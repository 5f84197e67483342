import { describe, expect, it } from 'vitest';
import { HostError, type HostFiles } from '@py/code';
import { mountTree, type ReadOnlyTree } from '../src/mount.ts';

const contents: Record<string, string> = { 'os.py': 'import sys\n', 'json/__init__.py': '# json\n' };
const tree: ReadOnlyTree = {
  mtime: 1700000000,
  list: (path) => ({ '': [{ name: 'os.py', type: 'file' as const }, { name: 'json', type: 'dir' as const }], json: [{ name: '__init__.py', type: 'file' as const }] })[path] ?? null,
  size: (path) => contents[path]?.length ?? null,
  read: (path) => new TextEncoder().encode(contents[path]),
};

function code(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof HostError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('a mounted tree', () => {
  const files = mountTree(undefined, '/lib/python3.12', tree);

  it('is listed, and its files are read', () => {
    expect(files.readdir('/lib/python3.12').map(({ name }) => name)).toEqual(['os.py', 'json']);
    const fd = files.open('/lib/python3.12/json/../os.py', 0, 0);
    const into = new Uint8Array(6);
    expect([files.read(fd, into), new TextDecoder().decode(into)]).toEqual([6, 'import']);
    expect(files.lseek(fd, -4, 2)).toBe(7);
    expect(files.read(fd, into)).toBe(4);
    expect(files.read(fd, into)).toBe(0);
    expect(files.fstat(fd).size).toBe(11);
    files.close(fd);
    expect(code(() => files.read(fd, into))).toBe('EBADF');
  });

  it('has modes and times', () => {
    expect(files.stat('/lib/python3.12/json').mode & 0o170000).toBe(0o040000);
    expect(files.stat('/lib/python3.12/os.py')).toMatchObject({ mode: 0o100444, size: 11, mtimeNs: 1700000000000000000n });
    expect(files.stat('/lib/python3.12/os.py').ino).not.toBe(files.stat('/lib/python3.12/json/__init__.py').ino);
  });

  it('cannot be written', () => {
    expect(code(() => files.open('/lib/python3.12/new.py', 0o101, 0o666))).toBe('EROFS');
    expect(code(() => files.open('/lib/python3.12/os.py', 1, 0))).toBe('EROFS');
    expect(files.access?.('/lib/python3.12/os.py', 2)).toBe(false);
    expect(files.access?.('/lib/python3.12/os.py', 4)).toBe(true);
  });

  it('says what is missing', () => {
    expect(code(() => files.stat('/lib/python3.12/none.py'))).toBe('ENOENT');
    expect(code(() => files.readdir('/lib/python3.12/os.py'))).toBe('ENOTDIR');
    expect(code(() => files.open('/lib/python3.12/json', 1, 0))).toBe('EISDIR');
    const folder = files.open('/lib/python3.12/json', 0, 0);
    expect(code(() => files.read(folder, new Uint8Array(1)))).toBe('EISDIR');
    expect(code(() => files.stat('/lib/python3.120/os.py'))).toBe('ENOENT');
    expect(code(() => files.stat('/lib/python3.12/../x'))).toBe('ENOENT');
  });
});

it("leaves the host's own files to the host", () => {
  const asked: string[] = [];
  class Host implements Partial<HostFiles> {
    getcwd(): string {
      return '/home';
    }
    unlink(path: string): void {
      asked.push(path);
    }
  }
  const files = mountTree(new Host() as unknown as HostFiles, '/lib', tree);
  files.unlink?.('/home/x');
  expect(code(() => files.unlink?.('/lib/os.py'))).toBe('EROFS');
  expect(code(() => files.unlink?.('/lib/none.py'))).toBe('ENOENT');
  expect(asked).toEqual(['/home/x']);
  expect(files.getcwd()).toBe('/home');
});
