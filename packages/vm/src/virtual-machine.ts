import type { CodeObject, RunLimits, RunResult, VirtualMachine } from '@py/code';
import type { PyValue } from './core/value.ts';
import type { VM, VMOptions } from './core/vm.ts';
import { strFromJS } from './core/text.ts';
import { createVM } from './create.ts';
import { StopRun } from './interpreter/budget.ts';
import { runWithin, runWithinAsync } from './interpreter/run.ts';
import { pushCode } from './interpreter/run-code.ts';
import { exceptionText, qualifiedName } from './modules/sys/display.ts';
import { PyCode } from './objects/code.ts';
import { SystemExit } from './objects/exception-types.ts';
import { PyBaseException } from './objects/exceptions.ts';
import { PyList } from './objects/list.ts';
import { PyModule } from './objects/module.ts';
import { None } from './objects/none.ts';

type RunOptions = { readonly argv?: readonly string[]; readonly limits?: RunLimits };

/** A virtual machine that runs code objects as `__main__`, each in a fresh module; modules and types live on between runs. */
export function createVirtualMachine(options: VMOptions): VirtualMachine {
  const vm = createVM(options);
  return {
    run(code, runOptions = {}) {
      try {
        runWithin(vm, () => start(vm, code, runOptions), runOptions.limits);
      } catch (error) {
        return failure(vm, error);
      }
      return { kind: 'done' };
    },
    async runAsync(code, runOptions = {}) {
      try {
        await runWithinAsync(vm, () => start(vm, code, runOptions), runOptions.limits);
      } catch (error) {
        return failure(vm, error);
      }
      return { kind: 'done' };
    },
  };
}

function start(vm: VM, code: CodeObject, { argv }: RunOptions): PyValue {
  if (argv !== undefined) vm.sysDict.setStr('argv', new PyList(argv.map(strFromJS)));
  const main = new PyModule('__main__');
  main.dict.setStr('__builtins__', vm.modules.getStr('builtins') as PyValue);
  vm.modules.setStr('__main__', main);
  return pushCode(vm, new PyCode(code), main.dict, main.dict, null);
}

/** How a run ended that did not come to its end. A bug of ours goes on to the caller. */
function failure(vm: VM, error: unknown): RunResult {
  if (error instanceof StopRun) return { kind: 'stopped', reason: error.reason };
  if (!(error instanceof PyBaseException)) throw error;
  const traceback = exceptionText(vm, error, error.traceback ?? None);
  const result = { kind: 'raised', type: qualifiedName(vm, error.cls), traceback } as const;
  return error.cls.isSubtypeOf(SystemExit) ? { ...result, exitCode: exitCode(error.fields?.code ?? None) } : result;
}

/** None is success, an int itself, anything else a failure. */
function exitCode(code: PyValue): number {
  if (code === None) return 0;
  return typeof code === 'number' ? code : code === true ? 1 : code === false ? 0 : 1;
}
