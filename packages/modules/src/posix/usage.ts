import { PyFloat, PyStructSequence, defineStructSequence } from '@py/vm/native';
import type { PyType, VM } from '@py/vm/native';
import type { HostUsage } from '@py/code';

/* What a process has used: `resource.struct_rusage` (CPython 3.12: Modules/resource.c). */

const fields = [
  ['ru_utime', 'user time used'], ['ru_stime', 'system time used'], ['ru_maxrss', 'max. resident set size'], ['ru_ixrss', 'shared memory size'],
  ['ru_idrss', 'unshared data size'], ['ru_isrss', 'unshared stack size'], ['ru_minflt', 'page faults not requiring I/O'], ['ru_majflt', 'page faults requiring I/O'],
  ['ru_nswap', 'number of swap outs'], ['ru_inblock', 'block input operations'], ['ru_oublock', 'block output operations'], ['ru_msgsnd', 'IPC messages sent'],
  ['ru_msgrcv', 'IPC messages received'], ['ru_nsignals', 'signals received'], ['ru_nvcsw', 'voluntary context switches'], ['ru_nivcsw', 'involuntary context switches'],
] as const;

export const usageType: PyType = defineStructSequence('resource', 'struct_rusage', fields.map(([name, doc]) => ({ name, doc })), {
  doc: 'struct_rusage: Result from getrusage.\n\nThis object may be accessed either as a tuple of\n    (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)\nor via the attributes ru_utime, ru_stime, ru_maxrss, and so on.',
});

/** Of this process; of a host that tells nothing but the time, that. */
export function ownUsage(vm: VM): Partial<HostUsage> {
  const { processes, clock } = vm.host;
  return processes?.usage?.() ?? { userTimeNs: clock?.processTime?.() };
}

/** The struct; null for nothing that is known. */
export function newUsage(usage: Partial<HostUsage> | null): PyStructSequence {
  const { userTimeNs, systemTimeNs, maxMemory, minorFaults, majorFaults, blocksRead, blocksWritten, voluntarySwitches, involuntarySwitches } = usage ?? {};
  const times = [userTimeNs, systemTimeNs].map((ns) => new PyFloat(Number(ns ?? 0n) / 1e9));
  const numbers = [maxMemory, 0, 0, 0, minorFaults, majorFaults, 0, blocksRead, blocksWritten, 0, 0, 0, voluntarySwitches, involuntarySwitches];
  return new PyStructSequence(usageType, [...times, ...numbers.map((number) => number ?? 0)]);
}
