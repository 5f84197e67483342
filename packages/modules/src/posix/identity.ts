import { PyList, native, newTuple, None, strFromJS, toArray, typeError, typeOf, overflowError, asIndex, jsText } from '@py/vm/native';
import type { NativeDef, PyValue, VM } from '@py/vm/native';
import type { HostProcesses } from '@py/code';
import { hostCall, osError } from '../os-error.ts';
import { processesOf } from './host.ts';
import { fsConvert, fsdecode, intArgument } from './paths.ts';
import { processFields, statusLine } from './proc-files.ts';
import { readTable } from './tables.ts';

/* Who a process is: users, groups, sessions (CPython 3.12: Modules/posixmodule.c). */

type Kind = 'uid' | 'gid';

const names = {
  uid: { real: 'getuid', effective: 'geteuid', set: 'setuid', setEffective: 'seteuid', line: 'Uid' },
  gid: { real: 'getgid', effective: 'getegid', set: 'setgid', setEffective: 'setegid', line: 'Gid' },
} as const;

const real = (vm: VM, kind: Kind): number => vm.host.processes?.[names[kind].real]?.() ?? 0;
const effective = (vm: VM, kind: Kind): number => vm.host.processes?.[names[kind].effective]?.() ?? real(vm, kind);
/** Of the saved number the host tells only where it has Linux's files. */
const saved = (vm: VM, kind: Kind): number => Number(statusLine(vm, names[kind].line)?.[2] ?? effective(vm, kind));

/** A number of a user or group (CPython: _Py_Uid_Converter); -1 stands for none. */
export function idArgument(vm: VM, value: PyValue, name: Kind): number {
  if (typeOf(value).nb_index === undefined) throw typeError(`${name} should be integer, not ${typeOf(value).tpName}`);
  const id = asIndex(vm, value);
  if (id < -1) throw overflowError(`${name} is less than minimum`);
  if (id > 0xffff_ffff) throw overflowError(`${name} is greater than maximum`);
  return Number(id);
}

/** Calls one of the host's functions that change the process. */
function change<Name extends 'setuid' | 'setgid' | 'seteuid' | 'setegid' | 'setgroups' | 'initgroups'>(vm: VM, name: Name, ...args: Parameters<NonNullable<HostProcesses[Name]>>): PyValue {
  const processes = processesOf(vm);
  const operation = processes[name] as ((...args: unknown[]) => void) | undefined; // The types of `name` are the caller's.
  if (operation === undefined) throw osError('EPERM');
  hostCall(() => operation.apply(processes, args));
  return None;
}

function setter(kind: Kind, name: 'set' | 'setEffective') {
  return (vm: VM, value: PyValue): PyValue => {
    const id = idArgument(vm, value, kind);
    if (id === -1) throw osError('EINVAL');
    return change(vm, names[kind][name], id);
  };
}

/**
 * setreuid, setresuid and their like, of which -1 leaves a number as it is: hosts can set all numbers to one, or the effective one alone. Other
 * wishes, which few have, raise ENOSYS.
 */
function severalSetter(kind: Kind) {
  return (vm: VM, ...values: readonly PyValue[]): PyValue => {
    const wanted = values.map((value) => idArgument(vm, value, kind));
    const given = [real(vm, kind), effective(vm, kind), saved(vm, kind)];
    const after = given.map((id, i) => (wanted[i] === undefined || wanted[i] === -1 ? id : wanted[i]));
    // setreuid saves the effective number too where it sets the real one.
    if (wanted.length === 2 && wanted[0] !== -1) after[2] = after[1];
    if (after.every((id, i) => id === given[i])) return None;
    if (after.every((id) => id === after[0])) return change(vm, names[kind].set, after[0]);
    if (after[0] === given[0] && after[2] === given[2]) return change(vm, names[kind].setEffective, after[1]);
    throw osError('ENOSYS');
  };
}

const three = (kind: Kind) => (vm: VM): PyValue => newTuple([real(vm, kind), effective(vm, kind), saved(vm, kind)]);

/** Linux tells them exactly; Node adds the effective group. */
function posix_getgroups(vm: VM): PyValue {
  const told = statusLine(vm, 'Groups');
  if (told !== null) return new PyList(told.filter((group) => group !== '').map(Number));
  return new PyList([...(vm.host.processes?.getgroups?.() ?? [real(vm, 'gid')])]);
}

function posix_setgroups(vm: VM, groups: PyValue): PyValue {
  if (typeOf(groups).sq_item === undefined) throw typeError('setgroups argument must be a sequence');
  const list = toArray(vm, groups).map((group) => {
    if (typeOf(group).nb_index === undefined) throw typeError('groups must be integers');
    return idArgument(vm, group, 'gid');
  });
  return change(vm, 'setgroups', list);
}

function userName(vm: VM, value: PyValue): string {
  return jsText(fsdecode(vm, fsConvert(vm, value).bytes));
}

function posix_initgroups(vm: VM, username: PyValue, gid: PyValue): PyValue {
  return change(vm, 'initgroups', userName(vm, username), idArgument(vm, gid, 'gid'));
}

/** Groups of a user by the system's table, the given one first. */
function posix_getgrouplist(vm: VM, user: PyValue, group: PyValue): PyValue {
  const name = userName(vm, user);
  const first = idArgument(vm, group, 'gid');
  const others = readTable(vm, '/etc/group', 4).filter(([, , , members]) => members.split(',').includes(name)).map(([, , number]) => Number(number));
  return new PyList([first, ...others.filter((number) => number !== first)]);
}

/** Field n of /proc/PID/stat; where there is none a process stands for itself. */
function processNumber(vm: VM, pid: number, field: number): number {
  if (pid < 0) throw osError('ESRCH');
  const fields = processFields(vm, pid);
  if (fields !== null) return Number(fields[field - 3]);
  const own = vm.host.processes?.pid ?? 1;
  if (pid !== 0 && pid !== own) throw osError('ESRCH');
  return own;
}

const group = (vm: VM, pid: number): number => processNumber(vm, pid, 5);
const session = (vm: VM, pid: number): number => processNumber(vm, pid, 6);

/** The leader of a group cannot begin a session; another process could, but no host can do it after its start. */
function posix_setsid(vm: VM): PyValue {
  throw osError(group(vm, 0) === vm.host.processes?.pid ? 'EPERM' : 'ENOSYS');
}

function posix_setpgid(vm: VM, pid: PyValue, pgrp: PyValue): PyValue {
  const own = vm.host.processes?.pid ?? 1;
  const process = intArgument(vm, pid) || own;
  if (group(vm, process) === (intArgument(vm, pgrp) || process)) return None;
  throw osError('ENOSYS');
}

function posix_getlogin(vm: VM): PyValue {
  const name = vm.host.env?.LOGNAME ?? vm.host.env?.USER;
  if (name === undefined) throw osError('ENOTTY');
  return strFromJS(name);
}

export const identityFunctions: readonly NativeDef[] = [
  native('getpgrp()', (vm: VM) => group(vm, 0), 'Return the current process group id.'),
  native('getpgid(pid)', (vm: VM, pid: PyValue) => group(vm, intArgument(vm, pid)), 'Call the system call getpgid(), and return the result.'),
  native('getsid(pid, /)', (vm: VM, pid: PyValue) => session(vm, intArgument(vm, pid)), 'Call the system call getsid(pid) and return the result.'),
  native('setsid()', posix_setsid, 'Call the system call setsid().'),
  native('setpgid(pid, pgrp, /)', posix_setpgid, 'Call the system call setpgid(pid, pgrp).'),
  native('setpgrp()', (vm: VM) => posix_setpgid(vm, 0, 0), 'Make the current process the leader of its process group.'),
  native('getuid()', (vm: VM) => real(vm, 'uid'), "Return the current process's user id."),
  native('geteuid()', (vm: VM) => effective(vm, 'uid'), "Return the current process's effective user id."),
  native('getgid()', (vm: VM) => real(vm, 'gid'), "Return the current process's group id."),
  native('getegid()', (vm: VM) => effective(vm, 'gid'), "Return the current process's effective group id."),
  native('getresuid()', three('uid'), "Return a tuple of the current process's real, effective, and saved user ids."),
  native('getresgid()', three('gid'), "Return a tuple of the current process's real, effective, and saved group ids."),
  native('setuid(uid, /)', setter('uid', 'set'), "Set the current process's user id."),
  native('seteuid(euid, /)', setter('uid', 'setEffective'), "Set the current process's effective user id."),
  native('setgid(gid, /)', setter('gid', 'set'), "Set the current process's group id."),
  native('setegid(egid, /)', setter('gid', 'setEffective'), "Set the current process's effective group id."),
  native('setreuid(ruid, euid, /)', severalSetter('uid'), "Set the current process's real and effective user ids."),
  native('setregid(rgid, egid, /)', severalSetter('gid'), "Set the current process's real and effective group ids."),
  native('setresuid(ruid, euid, suid, /)', severalSetter('uid'), "Set the current process's real, effective, and saved user ids."),
  native('setresgid(rgid, egid, sgid, /)', severalSetter('gid'), "Set the current process's real, effective, and saved group ids."),
  native('getgroups()', posix_getgroups, 'Return list of supplemental group IDs for the process.'),
  native('setgroups(groups, /)', posix_setgroups, 'Set the groups of the current process to list.'),
  native('initgroups(username, gid, /)', posix_initgroups, 'Initialize the group access list.\n\nCall the system initgroups() to initialize the group access list with all of\nthe groups of which the specified username is a member, plus the specified\ngroup id.'),
  native('getgrouplist(user, group, /)', posix_getgrouplist, 'Returns a list of groups to which a user belongs.\n\n  user\n    username to lookup\n  group\n    base group id of the user'),
  native('getlogin()', posix_getlogin, 'Return the actual login name.'),
];
