import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CodeJson } from '@py/code';
import { describe, expect, it } from 'vitest';
import { runProgram } from './run-program.ts';

const folder = fileURLToPath(new URL('fixtures/containers/', import.meta.url));
const cases = readdirSync(folder).filter((name) => name.endsWith('.py')).map((name) => name.slice(0, -3));

/** Programs about the container types print what CPython printed. */
describe('containers', () => {
  it.each(cases)('%s', (name) => {
    const { stdout, stderr } = runProgram(JSON.parse(readFileSync(`${folder}${name}.code.json`, 'utf8')) as CodeJson);
    expect(stderr).toBe(existsSync(`${folder}${name}.stderr`) ? readFileSync(`${folder}${name}.stderr`, 'utf8') : '');
    expect(stdout.split('\n')).toEqual(readFileSync(`${folder}${name}.stdout`, 'utf8').split('\n'));
  });
});
