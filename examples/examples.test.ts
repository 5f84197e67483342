import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compileSource } from '@py/python/pipeline';
import { writePyc } from '@py/pyc';
import { unusedImports } from './lint-rule/unused-imports.ts';
import { inspectPyc } from './pyc-inspect/inspect.ts';

const here = dirname(fileURLToPath(import.meta.url));

describe('lint-rule', () => {
  it('finds the imports that nothing uses', () => {
    const found = unusedImports(readFileSync(join(here, 'lint-rule/sample.py')));
    expect(found.map(({ name, lineno, col_offset }) => [name, lineno, col_offset])).toEqual([['collections', 3, 7], ['sine', 4, 17], ['json', 10, 11]]);
  });
});

describe('pyc-inspect', () => {
  it('shows the header, the summary and the bytecode', () => {
    const text = inspectPyc(writePyc(compileSource('x = 1\n', { filename: 'x.py' }), { kind: 'timestamp', mtime: 1700000000, size: 6 }), 'x.pyc');
    expect(text).toContain('x.pyc: Python 3.12, magic 3531\nsource of 6 bytes, changed 2023-11-14T22:13:20.000Z\nsafe to run\n');
    expect(text).toContain('STORE_NAME               0 (x)');
  });

  it('says which Python wrote another', () => {
    expect(inspectPyc(Uint8Array.from([0xa7, 0x0d, 0x0d, 0x0a, 0, 0, 0, 0]), 'old.pyc')).toBe('old.pyc: Python 3.11, magic 3495\n');
    expect(inspectPyc(Uint8Array.from([1, 2, 3, 4]), 'x')).toBe('x: not a .pyc of any Python\n');
  });
});
