import { createVirtualMachine } from '@py/vm';
import { runVmTest, vmPrograms } from '@py/vm-tests';
import { describe, expect, it } from 'vitest';
import { compileRequest } from '../src/pipeline.ts';

/** The programs of `packages/vm/test/vm-tests.test.ts` again, compiled by our own front end. */
describe('our own code on our own VM', () => {
  it.each(vmPrograms().map((program) => [program.name, program] as const))('%s', (_name, program) => {
    expect(runVmTest(createVirtualMachine, program, compileRequest)).toEqual({ name: program.name, passed: true, difference: '' });
  });
});
