// Every fixtures/MODULE.py prints what fixtures/MODULE.out holds, as CPython printed it. Most run in a Python without a library;
// those in fixtures/library/ need it.
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLibrary, type Library } from '../../stdlib/src/index.ts';
import { buildCommands } from '../../../tools/task/lib.mjs';
import { createPython } from '../../python/src/index.ts';

const folder = fileURLToPath(new URL('fixtures/', import.meta.url));
const libraryFile = fileURLToPath(new URL('../../stdlib/dist/library.bin', import.meta.url));

const programsIn = (path: string): string[] => readdirSync(path).filter((name) => name.endsWith('.py'));

function output(path: string, library?: Library): string {
  let written = '';
  const keep = (text: string): void => {
    written += text;
  };
  const python = createPython({}, { stdout: keep, stderr: keep, library });
  python.run(readFileSync(path, 'utf8'), { filename: path.slice(path.lastIndexOf('/') + 1) });
  python.run('import sys; sys.stdout.flush()');
  return written;
}

const recorded = (path: string): string => readFileSync(path.replace(/py$/, 'out'), 'utf8');

describe('native modules print what CPython prints', () => {
  test.each(programsIn(folder))('%s', (name) => {
    expect(output(folder + name)).toBe(recorded(folder + name));
  });
});

describe('native modules that need the library print what CPython prints', () => {
  let fd = -1;
  beforeAll(() => {
    buildCommands();
    fd = openSync(libraryFile, 'r');
  }, 120_000);
  afterAll(() => closeSync(fd));

  test.each(programsIn(`${folder}library/`))('%s', (name) => {
    const library = openLibrary((offset, length) => {
      const bytes = new Uint8Array(length);
      readSync(fd, bytes, 0, length, offset);
      return bytes;
    });
    expect(output(`${folder}library/${name}`, library)).toBe(recorded(`${folder}library/${name}`));
  });
});
