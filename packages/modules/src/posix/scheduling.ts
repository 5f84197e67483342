import { PySet, PyStructSequence, native, None, setType } from '@py/vm/native';
import type { NativeDef, PyValue, VM } from '@py/vm/native';
import { hostCall, osError } from '../os-error.ts';
import { constants } from './constants.ts';
import { processesOf } from './host.ts';
import { intArgument } from './paths.ts';
import { numberRanges, processFields, statusLine } from './proc-files.ts';
import { schedParamType } from './results.ts';

/* How processes share the processors (CPython 3.12: Modules/posixmodule.c). What no host can change has no function here. */

/** Priorities of groups and users are not for a host to tell. */
function priorityTarget(vm: VM, which: PyValue, who: PyValue): number {
  if (intArgument(vm, which) !== constants.PRIO_PROCESS) throw osError('EINVAL');
  return intArgument(vm, who);
}

function getpriority(vm: VM, pid: number): number {
  const processes = processesOf(vm);
  if (processes.getpriority === undefined) throw osError('ENOSYS');
  return hostCall(() => processes.getpriority?.(pid)) ?? 0;
}

function setpriority(vm: VM, pid: number, priority: number): void {
  const processes = processesOf(vm);
  if (processes.setpriority === undefined) throw osError('EPERM');
  hostCall(() => processes.setpriority?.(pid, Math.max(-20, Math.min(19, priority))));
}

function posix_nice(vm: VM, increment: PyValue): PyValue {
  setpriority(vm, 0, getpriority(vm, 0) + intArgument(vm, increment));
  return getpriority(vm, 0);
}

/** Fields 41 and 40 of /proc/PID/stat; ESRCH where there is no such process. */
function schedulerFields(vm: VM, pid: PyValue): { readonly policy: number; readonly priority: number } {
  const number = intArgument(vm, pid);
  if (number < 0) throw osError('EINVAL');
  const fields = processFields(vm, number);
  if (fields === null) throw osError('ESRCH');
  return { policy: Number(fields[41 - 3]), priority: Number(fields[40 - 3]) };
}

/** The range of priorities: of the real-time policies only there is one. */
function priorityLimit(limit: number) {
  return (vm: VM, policy: PyValue): PyValue => {
    const number = intArgument(vm, policy);
    if (number === constants.SCHED_FIFO || number === constants.SCHED_RR) return limit;
    if (number === constants.SCHED_OTHER || number === constants.SCHED_BATCH || number === constants.SCHED_IDLE) return 0;
    throw osError('EINVAL');
  };
}

function posix_sched_getaffinity(vm: VM, pid: PyValue): PyValue {
  const number = intArgument(vm, pid);
  const [allowed] = (number < 0 ? null : statusLine(vm, 'Cpus_allowed_list', number)) ?? [];
  if (allowed === undefined && number !== 0) throw osError('ESRCH');
  const set = new PySet(setType);
  for (const cpu of numberRanges(allowed ?? '0')) set.table.add(vm, cpu);
  return set;
}

export const schedulingFunctions: readonly NativeDef[] = [
  native('getpriority(which, who)', (vm: VM, which: PyValue, who: PyValue) => getpriority(vm, priorityTarget(vm, which, who)), 'Return program scheduling priority.'),
  native('setpriority(which, who, priority)', (vm: VM, which: PyValue, who: PyValue, priority: PyValue) => {
    setpriority(vm, priorityTarget(vm, which, who), intArgument(vm, priority));
    return None;
  }, 'Set program scheduling priority.'),
  native('nice(increment, /)', posix_nice, 'Add increment to the priority of process and return the new priority.'),
  native('sched_get_priority_max(policy)', priorityLimit(99), 'Get the maximum scheduling priority for policy.'),
  native('sched_get_priority_min(policy)', priorityLimit(1), 'Get the minimum scheduling priority for policy.'),
  native('sched_getscheduler(pid, /)', (vm: VM, pid: PyValue) => schedulerFields(vm, pid).policy, 'Get the scheduling policy for the process identified by pid.\n\nPassing 0 for pid returns the scheduling policy for the calling process.'),
  native('sched_getparam(pid, /)', (vm: VM, pid: PyValue) => new PyStructSequence(schedParamType, [schedulerFields(vm, pid).priority]), 'Returns scheduling parameters for the process identified by pid.\n\nIf pid is 0, returns parameters for the calling process.\nReturn value is an instance of sched_param.'),
  native('sched_getaffinity(pid, /)', posix_sched_getaffinity, 'Return the affinity of the process identified by pid (or the current process if zero).\n\nThe affinity is returned as a set of CPU identifiers.'),
  native('sched_yield()', () => None, 'Voluntarily relinquish the CPU.'),
];
