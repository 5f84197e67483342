// Every fixtures/MODULE.py prints what fixtures/MODULE.out holds, as CPython printed it.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createPython } from '../../python/src/index.ts';

const folder = fileURLToPath(new URL('fixtures/', import.meta.url));

describe('native modules print what CPython prints', () => {
  const programs = readdirSync(folder).filter((name) => name.endsWith('.py'));
  test.each(programs)('%s', (name) => {
    let written = '';
    const keep = (text: string): void => {
      written += text;
    };
    const python = createPython({}, { stdout: keep, stderr: keep });
    python.run(readFileSync(folder + name, 'utf8'), { filename: name });
    python.run('import sys; sys.stdout.flush()');
    expect(written).toBe(readFileSync(folder + name.replace(/py$/, 'out'), 'utf8'));
  });
});
