import { runVmTest, vmPrograms } from '@py/vm-tests';
import { describe, expect, it } from 'vitest';
import { createVirtualMachine } from '../src/index.ts';

/** From the `.pyc` that CPython wrote: no front end of ours takes part. */
describe("CPython's .pyc", () => {
  it.each(vmPrograms().map((program) => [program.name, program] as const))('%s', (_name, program) => {
    expect(runVmTest(createVirtualMachine, program)).toEqual({ name: program.name, passed: true, difference: '' });
  });
});
