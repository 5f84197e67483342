import { PyBytes, PyDict, asIndex, audit, isInt, jsText, isStr, native, None, PyFloat, PyStructSequence, strFromJS, typeError, valueError, newTuple } from '@py/vm/native';
import type { NativeDef, PyValue, VM } from '@py/vm/native';
import { hostCall, osError, strerror } from '../os-error.ts';
import { fsConvert, fsdecode, fsencode, fspath, intArgument, pathArgument } from './paths.ts';
import { numberRanges, readSmallFile } from './proc-files.ts';
import { filesOf } from './host.ts';
import { timesResultType, unameResultType } from './results.ts';
import { setVariable } from './variables.ts';
import { pathconfNames, sysconfNames, confstrNames } from './constants.ts';

/* Environment, names and numbers of the system (CPython 3.12: Modules/posixmodule.c). */

/** `posix.environ`: bytes to bytes, as they were when the VM started. */
export function environ(vm: VM): PyDict {
  const dict = new PyDict();
  fillEnviron(vm, dict);
  return dict;
}

export function fillEnviron(vm: VM, dict: PyDict): void {
  for (const [name, value] of Object.entries(vm.host.env ?? {})) dict.set(vm, fsencode(vm, name), fsencode(vm, value));
}

function posix_putenv(vm: VM, name: PyValue, value: PyValue): PyValue {
  const key = fsConvert(vm, name);
  const text = fsConvert(vm, value);
  if (key.bytes.includes(61)) throw valueError('illegal environment variable name');
  if (key.bytes.length === 0) throw osError('EINVAL');
  audit(vm, 'os.putenv', key, text);
  setVariable(vm, jsText(fsdecode(vm, key.bytes)), jsText(fsdecode(vm, text.bytes)));
  return None;
}

function posix_unsetenv(vm: VM, name: PyValue): PyValue {
  const key = fsConvert(vm, name);
  if (key.bytes.length === 0 || key.bytes.includes(61)) throw osError('EINVAL');
  audit(vm, 'os.unsetenv', key);
  setVariable(vm, jsText(fsdecode(vm, key.bytes)), undefined);
  return None;
}

function posix_urandom(vm: VM, size: PyValue): PyValue {
  const count = asIndex(vm, size);
  if (count < 0) throw valueError('negative argument not allowed');
  return randomBytes(vm, Number(count));
}

/** Random bytes of the host; of a fixed seed where it has none, so that runs repeat. */
function randomBytes(vm: VM, count: number): PyBytes {
  vm.allocate(count);
  const bytes = new Uint8Array(count);
  if (vm.host.random !== undefined) {
    // Web Crypto fills 65536 bytes at a time.
    for (let at = 0; at < count; at += 65536) vm.host.random(bytes.subarray(at, Math.min(at + 65536, count)));
    return new PyBytes(bytes);
  }
  const state = vm.state('posix.random', () => ({ seed: 0x9e3779b9 }));
  for (let i = 0; i < count; i++) {
    state.seed = (state.seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state.seed ^ (state.seed >>> 15), state.seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    bytes[i] = (mixed ^ (mixed >>> 14)) & 255;
  }
  return new PyBytes(bytes);
}

function posix_getrandom(vm: VM, size: PyValue, flags: PyValue | undefined): PyValue {
  const count = asIndex(vm, size);
  if (flags !== undefined) intArgument(vm, flags);
  if (count < 0) throw osError('EINVAL');
  return randomBytes(vm, Number(count));
}

function posix_strerror(vm: VM, code: PyValue): PyValue {
  return strFromJS(strerror(intArgument(vm, code)));
}

function posix_uname(vm: VM): PyValue {
  const platform = vm.host.platform ?? 'unknown';
  const sysname = platform === 'linux' ? 'Linux' : platform === 'darwin' ? 'Darwin' : platform;
  const file = (name: string, fallback: string): string => readSmallFile(vm, `/proc/sys/kernel/${name}`)?.split('\n')[0] ?? fallback;
  return new PyStructSequence(unameResultType, [sysname, file('hostname', 'localhost'), file('osrelease', ''), file('version', ''), file('arch', 'x86_64')].map(strFromJS));
}

function posix_times(vm: VM): PyValue {
  const { clock } = vm.host;
  const usage = vm.host.processes?.usage?.();
  const user = Number(usage?.userTimeNs ?? clock?.processTime?.() ?? 0n) / 1e9;
  const system = Number(usage?.systemTimeNs ?? 0n) / 1e9;
  const elapsed = Number(clock?.monotonic() ?? 0n) / 1e9;
  return new PyStructSequence(timesResultType, [user, system, 0, 0, elapsed].map((seconds) => new PyFloat(Math.floor(seconds * 100) / 100)));
}

/** Processors of the machine, as far as it tells. */
function posix_cpu_count(vm: VM): PyValue {
  const online = readSmallFile(vm, '/sys/devices/system/cpu/online');
  return online === null ? 1 : numberRanges(online.trim()).length;
}

/** A configuration name: a number or a name of the table. */
function configurationName(vm: VM, value: PyValue, names: Readonly<Record<string, number>>): number {
  if (isInt(value)) return intArgument(vm, value);
  if (!isStr(value)) throw typeError('configuration names must be strings or integers');
  const text = jsText(value);
  if (!Object.hasOwn(names, text)) throw valueError('unrecognized configuration name');
  return names[text];
}

/** glibc's answers that programs ask for, on Linux. */
function posix_sysconf(vm: VM, name: PyValue): PyValue {
  switch (configurationName(vm, name, sysconfNames)) {
    case 0:
      return 2_097_152; // SC_ARG_MAX
    case 2:
      return 100; // SC_CLK_TCK
    case 3:
      return 65536; // SC_NGROUPS_MAX
    case 4:
      return 1024; // SC_OPEN_MAX
    case 29:
      return 200_809; // SC_VERSION
    case 30:
      return 4096; // SC_PAGESIZE
    case 60:
      return 1024; // SC_IOV_MAX
    case 83:
    case 84:
      return posix_cpu_count(vm);
    case 85:
    case 86:
      return memoryPages(vm);
    case 249:
      return 2048; // SC_MINSIGSTKSZ
    default:
      return -1;
  }
}

function memoryPages(vm: VM): number {
  const total = /MemTotal:\s+(\d+)/.exec(readSmallFile(vm, '/proc/meminfo') ?? '');
  return total === null ? -1 : Math.floor(Number(total[1]) / 4);
}

function posix_confstr(vm: VM, name: PyValue): PyValue {
  const number = configurationName(vm, name, confstrNames);
  if (number === 0) return '/bin:/usr/bin';
  if (number === 2) return 'glibc 2.36';
  if (number === 3) return 'NPTL 2.36';
  throw osError('EINVAL');
}

/** Linux's answers for its usual file systems. */
function limitOf(vm: VM, name: PyValue): PyValue {
  const limits: Readonly<Record<number, number>> = { 0: 65000, 1: 255, 2: 255, 3: 255, 4: 4096, 5: 4096, 6: 1, 7: 1, 8: 0, 13: 64, 14: 4096, 17: 4096 };
  const number = configurationName(vm, name, pathconfNames);
  if (!Object.values(pathconfNames).includes(number)) throw osError('EINVAL');
  return limits[number] ?? -1;
}

function posix_pathconf(vm: VM, path: PyValue, name: PyValue): PyValue {
  const { fd, text, shown } = pathArgument(vm, 'pathconf', path, { fd: vm.host.files?.descriptorPath !== undefined });
  const limit = limitOf(vm, name);
  hostCall(() => (fd === null ? filesOf(vm).stat(text) : filesOf(vm).fstat(fd)), shown);
  return limit;
}

function posix_fpathconf(vm: VM, fd: PyValue, name: PyValue): PyValue {
  const number = intArgument(vm, fd);
  const limit = limitOf(vm, name);
  hostCall(() => filesOf(vm).fstat(number));
  return limit;
}

function posix_getloadavg(vm: VM): PyValue {
  const line = readSmallFile(vm, '/proc/loadavg');
  if (line === null) throw osError('ENOSYS');
  return newTuple(line.split(' ').slice(0, 3).map((value) => new PyFloat(Number(value))));
}

export const environmentFunctions: readonly NativeDef[] = [
  native('putenv(name, value, /)', posix_putenv, 'Change or add an environment variable.'),
  native('unsetenv(name, /)', posix_unsetenv, 'Delete an environment variable.'),
  native('urandom(size, /)', posix_urandom, 'Return a bytes object containing random bytes suitable for cryptographic use.'),
  native('getrandom(size, flags=0)', posix_getrandom, 'Obtain a series of random bytes.'),
  native('strerror(code, /)', posix_strerror, 'Translate an error code to a message string.'),
  native('uname()', posix_uname, 'Return an object identifying the current operating system.\n\nThe object behaves like a named tuple with the following fields:\n  (sysname, nodename, release, version, machine)'),
  native('times()', posix_times, 'Return a collection containing process timing information.\n\nThe object returned behaves like a named tuple with these fields:\n  (utime, stime, cutime, cstime, elapsed_time)\nAll fields are floating point numbers.'),
  native('cpu_count()', posix_cpu_count, 'Return the number of CPUs in the system; return None if indeterminable.\n\nThis number is not equivalent to the number of CPUs the current process can\nuse.  The number of usable CPUs can be obtained with\n``len(os.sched_getaffinity(0))``'),
  native('sysconf(name, /)', posix_sysconf, 'Return an integer-valued system configuration variable.'),
  native('confstr(name, /)', posix_confstr, 'Return a string-valued system configuration variable.'),
  native('pathconf(path, name)', posix_pathconf, 'Return the configuration limit name for the file or directory path.\n\nIf there is no limit, return -1.\nOn some platforms, path may also be specified as an open file descriptor.\n  If this functionality is unavailable, using it raises an exception.'),
  native('fpathconf(fd, name, /)', posix_fpathconf, 'Return the configuration limit name for the file descriptor fd.\n\nIf there is no limit, return -1.'),
  native('getloadavg()', posix_getloadavg, 'Return average recent system load information.\n\nReturn the number of processes in the system run queue averaged over\nthe last 1, 5, and 15 minutes as a tuple of three floats.\nRaises OSError if the load average was unobtainable.'),
  native('fspath(path)', fspath, "Return the file system path representation of the object.\n\nIf the object is str or bytes, then allow it to pass through as-is. If the\nobject defines __fspath__(), then return the result of that method. All other\ntypes raise a TypeError."),
];
