import { PyFloat, PyStructSequence, asIndex, defineModule, defineStructSequence, exceptionTypes, native, newTuple, None, normalizeInt, toArray, valueError } from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { intArgument } from './posix/paths.ts';

/* `resource` (CPython 3.12: Modules/resource.c). Hosts know no limits of processes: they are remembered, not enforced. */

const constants = {
  RLIMIT_CPU: 0, RLIMIT_FSIZE: 1, RLIMIT_DATA: 2, RLIMIT_STACK: 3, RLIMIT_CORE: 4, RLIMIT_NOFILE: 7, RLIMIT_OFILE: 7, RLIMIT_AS: 9, RLIMIT_RSS: 5, RLIMIT_NPROC: 6,
  RLIMIT_MEMLOCK: 8, RLIMIT_MSGQUEUE: 12, RLIMIT_NICE: 13, RLIMIT_RTPRIO: 14, RLIMIT_RTTIME: 15, RLIMIT_SIGPENDING: 11, RUSAGE_SELF: 0, RUSAGE_CHILDREN: -1,
  RUSAGE_THREAD: 1, RLIM_INFINITY: -1,
} as const;

const fields = [
  ['ru_utime', 'user time used'], ['ru_stime', 'system time used'], ['ru_maxrss', 'max. resident set size'], ['ru_ixrss', 'shared memory size'],
  ['ru_idrss', 'unshared data size'], ['ru_isrss', 'unshared stack size'], ['ru_minflt', 'page faults not requiring I/O'], ['ru_majflt', 'page faults requiring I/O'],
  ['ru_nswap', 'number of swap outs'], ['ru_inblock', 'block input operations'], ['ru_oublock', 'block output operations'], ['ru_msgsnd', 'IPC messages sent'],
  ['ru_msgrcv', 'IPC messages received'], ['ru_nsignals', 'signals received'], ['ru_nvcsw', 'voluntary context switches'], ['ru_nivcsw', 'involuntary context switches'],
] as const;

const structRusage: PyType = defineStructSequence('resource', 'struct_rusage', fields.map(([name, doc]) => ({ name, doc })), {
  doc: 'struct_rusage: Result from getrusage.\n\nThis object may be accessed either as a tuple of\n    (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)\nor via the attributes ru_utime, ru_stime, ru_maxrss, and so on.',
});

type Limit = readonly [number | bigint, number | bigint];

function limits(vm: VM): Map<number, Limit> {
  return vm.state('resource', () => new Map<number, Limit>([[constants.RLIMIT_NOFILE, [1024, 1_048_576]], [constants.RLIMIT_STACK, [8_388_608, -1]], [constants.RLIMIT_CORE, [0, -1]]]));
}

function resourceNumber(vm: VM, value: PyValue): number {
  const number = intArgument(vm, value);
  if (number < 0 || number >= 16) throw valueError('invalid resource specified');
  return number;
}

function resource_getrlimit(vm: VM, resource: PyValue): PyValue {
  return newTuple([...(limits(vm).get(resourceNumber(vm, resource)) ?? [-1, -1])]);
}

function resource_setrlimit(vm: VM, resource: PyValue, value: PyValue): PyValue {
  const number = resourceNumber(vm, resource);
  const pair = toArray(vm, value);
  if (pair.length !== 2) throw valueError('expected a tuple of 2 integers');
  const [soft, hard] = pair.map((item) => asIndex(vm, item));
  if (hard !== -1 && (soft === -1 || soft > hard)) throw valueError('current limit exceeds maximum limit');
  limits(vm).set(number, [normalizeInt(BigInt(soft)), normalizeInt(BigInt(hard))]);
  return None;
}

function resource_getrusage(vm: VM, who: PyValue): PyValue {
  const number = intArgument(vm, who);
  if (number < -1 || number > 1) throw valueError('invalid who parameter');
  const used = number === constants.RUSAGE_CHILDREN ? 0 : Number(vm.host.clock?.processTime?.() ?? 0n) / 1e9;
  return new PyStructSequence(structRusage, fields.map((_field, i) => (i < 2 ? new PyFloat(i === 0 ? used : 0) : 0)));
}

/** Python's module `resource`. CPython 3.12: Modules/resource.c. */
export const resource: NativeModule = defineModule('resource', {
  ...constants,
  error: exceptionTypes.OSError,
  struct_rusage: structRusage,
  getrusage: native('getrusage(who, /)', resource_getrusage),
  getrlimit: native('getrlimit(resource, /)', resource_getrlimit),
  setrlimit: native('setrlimit(resource, limits, /)', resource_setrlimit),
  getpagesize: native('getpagesize()', () => 4096),
});
