import type { VM } from './vm.ts';

/* The environment as C's getenv sees it: what the host had, and what the program has changed since. */

const changed = (vm: VM): Map<string, string | undefined> => vm.state('variables', () => new Map<string, string | undefined>());

/** Sets a variable for this process and its children; undefined removes it. */
export function setVariable(vm: VM, name: string, value: string | undefined): void {
  changed(vm).set(name, value);
  vm.host.setenv?.(name, value);
}

/** What a variable holds now; undefined where there is none. */
export function variable(vm: VM, name: string): string | undefined {
  return changed(vm).has(name) ? changed(vm).get(name) : vm.host.env?.[name];
}
