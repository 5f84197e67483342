import type { CreateVirtualMachine, RunResult, VirtualMachine } from '@py/code';
import { describe, expect, it } from 'vitest';
import { runVmTest, runVmTests, topics, vmPrograms } from '../src/index.ts';

/** A machine that writes a text to standard output and ends in a given way. */
function machine(stdout: string, result: RunResult): CreateVirtualMachine {
  return ({ host }) => {
    const run = (): RunResult => {
      host.files?.write(1, new TextEncoder().encode(stdout));
      return result;
    };
    return { run, runAsync: async () => run() };
  };
}

const program = (name: string) => vmPrograms().find((candidate) => candidate.name === name)!;

describe('the programs', () => {
  it('cover every topic', () => {
    expect(new Set(vmPrograms().map(({ topic }) => topic))).toEqual(new Set(topics));
    expect(vmPrograms(['closures']).map(({ name }) => name)).toEqual(['closures/counter', 'closures/late-binding', 'closures/unbound']);
  });

  it('are .pyc files of Python 3.12', () => {
    for (const { pyc } of vmPrograms()) expect([...pyc.subarray(0, 4)]).toEqual([0xcb, 0x0d, 0x0d, 0x0a]);
  });
});

describe('the runner', () => {
  it('lets a machine pass that does what CPython does', () => {
    const { stdout } = program('closures/counter');
    expect(runVmTest(machine(stdout, { kind: 'done' }), program('closures/counter'))).toEqual({ name: 'closures/counter', passed: true, difference: '' });
  });

  it('names the first line that differs', () => {
    const { difference } = runVmTest(machine('11 16 1 17\n10 3\n', { kind: 'done' }), program('closures/counter'));
    expect(difference).toBe('line 2: expected "11 2", got "10 3"');
  });

  it('compares how the program ended', () => {
    const end = (result: RunResult): string => runVmTest(machine('before\n', result), program('exceptions/uncaught')).difference;
    const calls = '  File "uncaught.py", line 11, in <module>\n  File "uncaught.py", line 8, in fail\n  File "uncaught.py", line 8, in fail\n  File "uncaught.py", line 7, in fail\n';
    const traceback = `Traceback (most recent call last):\n${calls}ValueError: no more\n`;
    expect(end({ kind: 'raised', type: 'ValueError', traceback })).toBe('');
    expect(end({ kind: 'raised', type: 'KeyError', traceback })).toBe('expected ValueError, got KeyError');
    expect(end({ kind: 'raised', type: 'ValueError', traceback: traceback.replace('line 7', 'line 9') })).toContain('line 5: expected "  File \\"uncaught.py\\", line 7');
    expect(end({ kind: 'done' })).toContain('expected to end as raised ValueError');
    const exit = (exitCode: number): string => runVmTest(machine('working\nlast\n', { kind: 'raised', type: 'SystemExit', traceback: '', exitCode }), program('exceptions/system-exit')).difference;
    expect([exit(3), exit(1)]).toEqual(['', 'expected exit code 3, got 1']);
  });

  it('shows what the machine threw', () => {
    const broken = (): VirtualMachine => {
      throw new Error('no machine today');
    };
    expect(runVmTests(broken, { topics: ['control'] }).every(({ passed, difference }) => !passed && difference.includes('no machine today'))).toBe(true);
  });
});
