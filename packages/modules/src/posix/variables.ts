import type { VM } from '@py/vm/native';

/* The environment as C's getenv would see it: what the host had, and what the program has changed since. */

const changed = (vm: VM): Map<string, string | undefined> => vm.state('posix.variables', () => new Map<string, string | undefined>());

/** Sets a variable for this process and its children; undefined removes it. */
export function setVariable(vm: VM, name: string, value: string | undefined): void {
  changed(vm).set(name, value);
  vm.host.setenv?.(name, value);
}

export function variable(vm: VM, name: string): string | undefined {
  return changed(vm).has(name) ? changed(vm).get(name) : vm.host.env?.[name];
}
