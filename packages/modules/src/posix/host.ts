import { strFromJS } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import type { HostFiles, HostProcesses } from '@py/code';
import { hostCall, osError } from '../os-error.ts';

/* What the host grants. What it does not is a system call that the kernel lacks: ENOSYS. */

/** The host's files. */
export function filesOf(vm: VM): HostFiles {
  const { files } = vm.host;
  if (files === undefined) throw osError('ENOSYS');
  return files;
}

/** Calls one of the host's optional file functions. */
export function callFiles<Name extends keyof HostFiles>(
  vm: VM, name: Name, args: Parameters<NonNullable<HostFiles[Name]>>, filename?: PyValue, filename2?: PyValue,
): ReturnType<NonNullable<HostFiles[Name]>> {
  const files = filesOf(vm);
  const operation = files[name] as ((...args: unknown[]) => unknown) | undefined; // The types of `name` are the caller's.
  if (operation === undefined) throw osError('ENOSYS', filename, filename2);
  return hostCall(() => operation.apply(files, args), filename, filename2) as ReturnType<NonNullable<HostFiles[Name]>>;
}

/** The host's processes; `what` is refused with ENOSYS where it has none. */
export function processesOf(vm: VM): HostProcesses {
  const { processes } = vm.host;
  if (processes === undefined) throw osError('ENOSYS');
  return processes;
}

/**
 * A result of the host that may take time: the value at once, or a call that waits. `done` turns it into the Python result.
 */
export function later<T>(vm: VM, what: string, result: T | Promise<T>, fail: (error: unknown) => unknown, done: (value: T) => PyValue): PyValue {
  if (!isPromise(result)) return done(result);
  return vm.suspend({
    what,
    start: async () => {
      try {
        return done(await result);
      } catch (error) {
        throw fail(error);
      }
    },
  });
}

/** Must the result be waited for? */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

/** Text of the host's as a str. */
export const text = strFromJS;
