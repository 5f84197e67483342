import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Op, opcodeTables, type CodeJson } from '@py/code';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import * as privateOps from '../src/interpreter/private-ops.ts';
import { runProgram } from './run-program.ts';

const folder = fileURLToPath(new URL('fixtures/interpreter/', import.meta.url));
const cases = readdirSync(folder).filter((name) => name.endsWith('.py')).map((name) => name.slice(0, -3));
const loop = fileURLToPath(new URL('../src/interpreter/evaluate.ts', import.meta.url));

/** Programs compiled by CPython print what they printed there. */
describe('interpreter', () => {
  it.each(cases)('%s', (name) => {
    const { stdout, stderr } = runProgram(JSON.parse(readFileSync(`${folder}${name}.code.json`, 'utf8')) as CodeJson);
    expect(stderr).toBe(existsSync(`${folder}${name}.stderr`) ? readFileSync(`${folder}${name}.stderr`, 'utf8') : '');
    expect(stdout.split('\n')).toEqual(readFileSync(`${folder}${name}.stdout`, 'utf8').split('\n'));
  });
});

describe('the loop', () => {
  it('names its cases as the opcode table does', () => {
    const names = new Map<number, string>(Object.entries(privateOps).filter(([, value]) => typeof value === 'number').map(([name, value]) => [value as number, name]));
    const { allOpname } = opcodeTables['3.12'];
    const found = [...readFileSync(loop, 'utf8').matchAll(/^ {8}case (\d+): \/\/ ([A-Z][A-Z_0-9]*)/gm)];
    expect(found.length).toBeGreaterThan(70);
    for (const [, number, name] of found) expect(`${number} ${names.get(Number(number)) ?? allOpname[Number(number)]}`).toBe(`${number} ${name}`);
  });

  it('knows no private opcode that Python 3.12 uses', () => {
    const used = new Set(Object.values(Op));
    for (const number of Object.values(privateOps).filter((value) => typeof value === 'number')) expect(used.has(number as never)).toBe(false);
  });

  // Over 60 KB of bytecode V8 does not optimise a function: the interpreter would be ten times slower.
  it('stays small enough for V8 to optimise', () => {
    const scratch = mkdtempSync(join(tmpdir(), 'loop-'));
    try {
      const program = join(scratch, 'entry.ts');
      const bundle = join(scratch, 'bundle.mjs');
      writeFileSync(program, `import { runProgram } from ${JSON.stringify(fileURLToPath(new URL('run-program.ts', import.meta.url)))};\nrunProgram(${readFileSync(`${folder}names.code.json`, 'utf8').trim()} as never);\n`);
      buildSync({ entryPoints: [program], outfile: bundle, bundle: true, platform: 'node', format: 'esm', conditions: ['@py/source'], logLevel: 'error', absWorkingDir: fileURLToPath(new URL('..', import.meta.url)) });
      const printed = execFileSync(process.execPath, ['--print-bytecode', '--print-bytecode-filter=loop', bundle], { encoding: 'utf8', maxBuffer: 1 << 28 });
      const length = Number(/Bytecode length: (\d+)/.exec(printed)?.[1]);
      expect(length).toBeGreaterThan(1000);
      expect(length).toBeLessThan(60_000);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });
});
