import { CodeObject, Op } from '@py/code';
import { describe, expect, it } from 'vitest';
import { createVM } from '../src/create.ts';
import { pushCode } from '../src/interpreter/run-code.ts';
import { Stepper } from '../src/interpreter/step.ts';
import { StopRun } from '../src/interpreter/budget.ts';
import { interrupt, runWithin, runWithinAsync } from '../src/interpreter/run.ts';
import { PyCode } from '../src/objects/code.ts';
import { PyDict } from '../src/objects/dict.ts';
import { KeyboardInterrupt } from '../src/objects/exception-types.ts';
import { PyBaseException } from '../src/objects/exceptions.ts';
import { None } from '../src/objects/none.ts';
import type { VM } from '../src/core/vm.ts';

const clock = { time: () => 0n, monotonic: () => process.hrtime.bigint() };
const newVM = (): VM => createVM({ host: { clock }, hashSeed: 0 });

function moduleCode(instructions: readonly number[], consts: readonly (bigint | null)[], names: readonly string[]): PyCode {
  return new PyCode(
    new CodeObject({
      co_argcount: 0, co_posonlyargcount: 0, co_kwonlyargcount: 0, co_stacksize: 4, co_flags: 0, co_code: Uint8Array.from(instructions), co_consts: consts, co_names: names,
      co_localsplusnames: [], co_localspluskinds: new Uint8Array(0), co_filename: 'step.py', co_name: '<module>', co_qualname: '<module>', co_firstlineno: 1,
      co_linetable: Uint8Array.of(0xf8 | ((instructions.length >> 1) - 1)), co_exceptiontable: new Uint8Array(0),
    }),
  );
}

// x = 2 + 3
const sum = (): PyCode => moduleCode([Op.RESUME, 0, Op.LOAD_CONST, 0, Op.LOAD_CONST, 1, Op.BINARY_OP, 0, 0, 0, Op.STORE_NAME, 0, Op.RETURN_CONST, 2], [2n, 3n, null], ['x']);
// while True: pass
const forever = (): PyCode => moduleCode([Op.RESUME, 0, Op.NOP, 0, Op.JUMP_BACKWARD, 2], [null], []);

describe('Stepper', () => {
  it('executes one instruction at a time and shows the value stack', () => {
    const vm = newVM();
    const globals = new PyDict();
    const stepper = new Stepper(vm, () => pushCode(vm, sum(), globals, globals, null));
    const seen: string[] = [];
    for (let result = stepper.step(); ; result = stepper.step()) {
      if (result.kind === 'done') {
        expect(result.value).toBe(None);
        break;
      }
      const [{ opname, stack }] = result.frames;
      seen.push(`${opname} [${stack.join(' ')}]`);
    }
    expect(seen).toEqual(['LOAD_CONST []', 'LOAD_CONST [2]', 'BINARY_OP [2 3]', 'STORE_NAME [5]', 'RETURN_CONST []']);
    expect(globals.getStr('x')).toBe(5);
    expect(vm.frame).toBe(null);
  });
});

describe('limits', () => {
  const start = (vm: VM, code: PyCode) => () => pushCode(vm, code, new PyDict(), new PyDict(), null);

  it('ends a run that used up its fuel, and the VM goes on', () => {
    const vm = newVM();
    expect(() => runWithin(vm, start(vm, forever()), { fuel: 50_000 })).toThrow(StopRun);
    expect(runWithin(vm, start(vm, sum()))).toBe(None);
  });

  it('ends a run after a time', () => {
    const vm = newVM();
    expect(() => runWithin(vm, start(vm, forever()), { time: 20 })).toThrow('time');
  });

  it('interrupts an endless loop in an asynchronous run', async () => {
    const vm = newVM();
    setTimeout(() => interrupt(vm), 20);
    const raised = await runWithinAsync(vm, start(vm, forever())).catch((error: unknown) => error);
    expect(raised instanceof PyBaseException && raised.cls === KeyboardInterrupt).toBe(true);
  });
});
