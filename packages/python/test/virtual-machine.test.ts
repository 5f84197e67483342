import { createVirtualMachine } from '@py/vm';
import { describe, expect, it } from 'vitest';
import { compileSource } from '../src/index.ts';

const compiled = (source: string) => compileSource(source, { filename: 'main.py' });

describe('createVirtualMachine: the VM alone, with code from our front end', () => {
  it('runs a code object to its end, now or giving way to the host', async () => {
    const machine = createVirtualMachine({ host: {} });
    const code = compiled('import sys\nassert sum(range(10)) == 45 and sys.argv == ["main.py"], sys.argv\n');
    expect(machine.run(code, { argv: ['main.py'] })).toEqual({ kind: 'done' });
    expect(await machine.runAsync(code, { argv: ['main.py'] })).toEqual({ kind: 'done' });
  });

  it('says what was raised, and the exit status of SystemExit', () => {
    const machine = createVirtualMachine({ host: {} });
    const traceback = 'Traceback (most recent call last):\n  File "main.py", line 1, in <module>\nZeroDivisionError: division by zero\n';
    expect(machine.run(compiled('1 / 0\n'))).toEqual({ kind: 'raised', type: 'ZeroDivisionError', traceback });
    expect(machine.run(compiled('raise SystemExit(3)\n'))).toMatchObject({ kind: 'raised', type: 'SystemExit', exitCode: 3 });
  });

  it('stops at a limit, and can be used afterwards', () => {
    const machine = createVirtualMachine({ host: {} });
    expect(machine.run(compiled('while True: pass\n'), { limits: { fuel: 100_000, onLimit: 'stop' } })).toEqual({ kind: 'stopped', reason: 'fuel' });
    expect(machine.run(compiled('pass\n'))).toEqual({ kind: 'done' });
  });
});
