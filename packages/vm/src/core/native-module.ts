import type { PyValue } from './value.ts';
import type { VM } from './vm.ts';
import type { NativeDef } from './native.ts';

/** What a native module holds: a function, a type or another value, or something made once per VM. */
export type ModuleMember = NativeDef | PyValue | ((vm: VM) => PyValue);

/** A module written in TypeScript. Stateless: per-VM state goes into `vm.state(name, make)`. */
export interface NativeModule {
  readonly name: string;
  readonly doc: string | null;
  readonly members: Readonly<Record<string, ModuleMember>>;
  /** Runs after the members are in place; for what needs the module object. */
  readonly exec?: (vm: VM, module: PyValue) => void;
  /** Runs when a VM that was kept goes on under another host (keep.ts): for what the module took from the host when it was made. */
  readonly resume?: (vm: VM, module: PyValue) => void;
}

/** `defineModule('math', { pi: new PyFloat(Math.PI), isqrt: native('isqrt(n, /)', math_isqrt) })` */
export function defineModule(
  name: string,
  members: Readonly<Record<string, ModuleMember>>,
  options: { readonly doc?: string } & Pick<NativeModule, 'exec' | 'resume'> = {},
): NativeModule {
  return { name, doc: options.doc ?? null, members, exec: options.exec, resume: options.resume };
}
