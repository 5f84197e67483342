import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compileRequest, compileSource } from '@py/python/pipeline';
import { runVmTest, vmPrograms } from '@py/vm-tests';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildCommands } from '../../tools/task/lib.mjs';
import { claimedTopics, createVirtualMachine } from './src/index.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

describe('what it claims', () => {
  const claimed = vmPrograms(claimedTopics).map((program) => [program.name, program] as const);

  it.each(claimed)('%s, compiled by CPython', (_name, program) => {
    expect(runVmTest(createVirtualMachine, program)).toEqual({ name: program.name, passed: true, difference: '' });
  });

  it.each(claimed)('%s, compiled by our front end', (_name, program) => {
    expect(runVmTest(createVirtualMachine, program, compileRequest)).toEqual({ name: program.name, passed: true, difference: '' });
  });
});

describe('limits', () => {
  const machine = createVirtualMachine({ host: {} });

  it('end a loop', () => {
    expect(machine.run(compileSource('while True: pass\n'), { limits: { fuel: 1000 } })).toEqual({ kind: 'stopped', reason: 'fuel' });
    expect(machine.run(compileSource('while True: pass\n'), { limits: { time: 5 } })).toEqual({ kind: 'stopped', reason: 'time' });
  });

  it('are not needed against endless recursion', () => {
    expect(machine.run(compileSource('def f(): return f()\nf()\n'))).toMatchObject({ kind: 'raised', type: 'RecursionError' });
  });
});

describe('py --vm ./examples/alternate-vm', () => {
  beforeAll(() => {
    buildCommands();
    spawnSync(process.execPath, [path('../build.mjs')], { stdio: 'inherit' });
  }, 120_000);

  it('runs a program on it', () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [path('../../apps/cli/bin/py.js'), '--vm', path('.'), path('../hello.py')], { encoding: 'utf8' });
    expect({ stdout, stderr, status }).toEqual({ stdout: 'Hello, world!\n', stderr: '', status: 0 });
  });
});
