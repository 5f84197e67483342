import type { VM } from '@py/vm/native';

/** What programs set on descriptors and a host need not know. */
interface DescriptorFlags {
  /** Descriptors in non-blocking mode (O_NONBLOCK). */
  readonly nonBlocking: Set<number>;
  /** Those that child processes inherit (not FD_CLOEXEC). 0, 1, 2 and what the process was started with are, unless the program says otherwise. */
  readonly inheritable: Set<number>;
  /** What `fcntl(fd, F_SETFL)` set besides. */
  readonly status: Map<number, number>;
}

export function descriptorFlags(vm: VM): DescriptorFlags {
  return vm.state('descriptor flags', () => ({ nonBlocking: new Set<number>(), inheritable: new Set([0, 1, 2, ...(vm.host.files?.inherited?.() ?? [])]), status: new Map<number, number>() }));
}

/** The VM goes on under another host, which was started with other descriptors. */
export function renewFlags(vm: VM): void {
  for (const fd of vm.host.files?.inherited?.() ?? []) descriptorFlags(vm).inheritable.add(fd);
}

/** A descriptor was closed: the next one with its number begins anew. */
export function forgetFlags(vm: VM, fd: number): void {
  const flags = descriptorFlags(vm);
  flags.nonBlocking.delete(fd);
  flags.inheritable.delete(fd);
  flags.status.delete(fd);
}
