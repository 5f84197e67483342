import { asIndex, defineModule, exceptionTypes, native, newTuple, None, normalizeInt, toArray, valueError } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';
import { intArgument } from './posix/paths.ts';
import { newUsage, ownUsage, usageType } from './posix/usage.ts';

/* `resource` (CPython 3.12: Modules/resource.c). Hosts know no limits of processes: they are remembered, not enforced. */

const constants = {
  RLIMIT_CPU: 0, RLIMIT_FSIZE: 1, RLIMIT_DATA: 2, RLIMIT_STACK: 3, RLIMIT_CORE: 4, RLIMIT_NOFILE: 7, RLIMIT_OFILE: 7, RLIMIT_AS: 9, RLIMIT_RSS: 5, RLIMIT_NPROC: 6,
  RLIMIT_MEMLOCK: 8, RLIMIT_MSGQUEUE: 12, RLIMIT_NICE: 13, RLIMIT_RTPRIO: 14, RLIMIT_RTTIME: 15, RLIMIT_SIGPENDING: 11, RUSAGE_SELF: 0, RUSAGE_CHILDREN: -1,
  RUSAGE_THREAD: 1, RLIM_INFINITY: -1,
} as const;

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
  return newUsage(number === constants.RUSAGE_CHILDREN ? null : ownUsage(vm));
}

/** Python's module `resource`. CPython 3.12: Modules/resource.c. */
export const resource: NativeModule = defineModule('resource', {
  ...constants,
  error: exceptionTypes.OSError,
  struct_rusage: usageType,
  getrusage: native('getrusage(who, /)', resource_getrusage),
  getrlimit: native('getrlimit(resource, /)', resource_getrlimit),
  setrlimit: native('setrlimit(resource, limits, /)', resource_setrlimit),
  getpagesize: native('getpagesize()', () => 4096),
});
