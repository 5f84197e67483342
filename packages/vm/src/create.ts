import type { PyValue } from './core/value.ts';
import { VM } from './core/vm.ts';
import type { VMOptions } from './core/vm.ts';
import { completeTypes } from './core/fill-types.ts';
import './objects/all-types.ts';
import { PyDict } from './objects/dict.ts';
import { PyStdPrinter } from './objects/stderrprinter.ts';
import { builtins } from './modules/builtins/index.ts';
import { sys } from './modules/sys/index.ts';
import { loadNative } from './interpreter/import.ts';
import { rehearse } from './interpreter/rehearsal.ts';

/** Makes a VM with `builtins` and `sys`; nothing of Python has run yet. */
export function createVM(options: VMOptions): VM {
  completeTypes();
  const vm = new VM(options);
  for (const module of [sys, builtins]) vm.nativeModules.set(module.name, module);
  vm.modules = new PyDict();
  vm.builtins = new PyDict();
  vm.sysDict = new PyDict();
  vm.builtins = loadNative(vm, 'builtins').dict;
  vm.sysDict = loadNative(vm, 'sys').dict;
  if (options.rehearse !== false) rehearse(vm);
  if (vm.host.files !== undefined) {
    for (const [name, fd] of [['stdout', 1], ['stderr', 2]] as const) {
      vm.sysDict.setStr(name, new PyStdPrinter(fd));
      vm.sysDict.setStr(`__${name}__`, vm.sysDict.getStr(name) as PyValue);
    }
  }
  return vm;
}
