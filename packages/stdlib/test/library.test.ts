import { describe, expect, it } from 'vitest';
import { openLibrary, type Library } from '../src/index.ts';

/** A packed library in memory, as build/pack.ts writes it. */
function pack(files: Readonly<Record<string, string>>): Library {
  const index: Record<string, [number, number]> = {};
  let data = '';
  for (const [path, text] of Object.entries(files)) {
    index[path] = [data.length, text.length];
    data += text;
  }
  const json = JSON.stringify({ mtime: 5, files: index });
  const bytes = new TextEncoder().encode(`PYLIB312\0\0\0\0${json}${data}`);
  new DataView(bytes.buffer).setUint32(8, json.length, true);
  return openLibrary((offset, length) => bytes.subarray(offset, offset + length));
}

const library = pack({
  'json/__init__.py': '# json',
  'json/__pycache__/__init__.cpython-312.pyc': '0123456789abcdefJSON',
  'os.py': 'import sys',
  '__pycache__/os.cpython-312.pyc': '0123456789abcdefOS',
});
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

describe('a packed library', () => {
  it('is a folder', () => {
    expect(library.list('')).toEqual([{ name: 'json', type: 'dir' }, { name: 'os.py', type: 'file' }, { name: '__pycache__', type: 'dir' }]);
    expect(library.list('json/__pycache__')).toEqual([{ name: '__init__.cpython-312.pyc', type: 'file' }]);
    expect(library.list('os.py')).toBeNull();
    expect([library.size('os.py'), library.size('none.py'), library.mtime]).toEqual([10, null, 5]);
    expect(text(library.read('json/__init__.py'))).toBe('# json');
    expect(() => library.read('none.py')).toThrow(RangeError);
  });

  it('gives the code of modules and packages', () => {
    expect(library.modules).toEqual(['json', 'os']);
    expect(text(library.code('os')?.marshal)).toBe('OS');
    expect(library.code('os')?.isPackage).toBe(false);
    expect(text(library.code('json')?.marshal)).toBe('JSON');
    expect(library.code('json')?.isPackage).toBe(true);
    expect(library.code('none')).toBeNull();
  });

  it('knows what it is not', () => {
    expect(() => openLibrary(() => new Uint8Array(12))).toThrow('not a packed library');
  });
});
