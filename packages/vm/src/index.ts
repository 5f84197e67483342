export { createVM } from './create.ts';
export { keepVM, resumeVM, type KeptVM } from './keep.ts';
export { KeptModules, type Renewals } from './kept-modules.ts';
export { createVirtualMachine } from './virtual-machine.ts';
export { VM } from './core/vm.ts';
export type { CompileHook, CompileValueRequest, SysOptions, VMOptions } from './core/vm.ts';
export type { NativeModule } from './core/native-module.ts';
