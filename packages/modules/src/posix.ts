import { PyDict, PyList, defineModule, exceptionTypes } from '@py/vm/native';
import type { NativeModule, PyModule, VM } from '@py/vm/native';
import { confstrNames, constants, pathconfNames, sysconfNames } from './posix/constants.ts';
import { renewFlags } from './posix/descriptor-flags.ts';
import { directoryFunctions, directoryTypes } from './posix/directories.ts';
import { environ, environmentFunctions, fillEnviron } from './posix/environment.ts';
import { fileFunctions } from './posix/files.ts';
import { identityFunctions } from './posix/identity.ts';
import { processFunctions } from './posix/processes.ts';
import {
  schedParamType, statResultType, statvfsResultType, terminalSizeType, timesResultType, unameResultType, waitidResultType,
} from './posix/results.ts';
import { schedulingFunctions } from './posix/scheduling.ts';
import { spawnConstants, spawnFunctions } from './posix/spawn.ts';
import { transferFunctions } from './posix/transfer.ts';

/**
 * What the C library of the build had: os.py makes `os.supports_fd`, `supports_dir_fd` and so on from it. Functions relative to a descriptor
 * need a host that gives its path.
 */
function haveFunctions(vm: VM): readonly string[] {
  const always = ['HAVE_FTRUNCATE', 'HAVE_LSTAT', 'HAVE_LUTIMES'];
  return vm.host.files?.descriptorPath === undefined ? always : [...always, ...relativeFunctions];
}

const relativeFunctions = [
  'HAVE_FACCESSAT', 'HAVE_FCHDIR', 'HAVE_FCHMOD', 'HAVE_FCHMODAT', 'HAVE_FCHOWN', 'HAVE_FCHOWNAT', 'HAVE_FDOPENDIR', 'HAVE_FPATHCONF', 'HAVE_FSTATAT',
  'HAVE_FSTATVFS', 'HAVE_FUTIMENS', 'HAVE_FUTIMES', 'HAVE_FUTIMESAT', 'HAVE_LINKAT', 'HAVE_LCHOWN', 'HAVE_MKDIRAT', 'HAVE_MKFIFOAT', 'HAVE_MKNODAT', 'HAVE_OPENAT',
  'HAVE_READLINKAT', 'HAVE_RENAMEAT', 'HAVE_SYMLINKAT', 'HAVE_UNLINKAT', 'HAVE_UTIMENSAT',
] as const;

const dictOf = (names: Readonly<Record<string, number>>) => (): PyDict => {
  const dict = new PyDict();
  for (const [name, value] of Object.entries(names)) dict.setStr(name, value);
  return dict;
};

/** Python's module `posix`. CPython 3.12: Modules/posixmodule.c. */
export const posix: NativeModule = defineModule(
  'posix',
  {
    ...constants,
    ...spawnConstants,
    ...Object.fromEntries([
      ...fileFunctions, ...transferFunctions, ...directoryFunctions, ...environmentFunctions, ...identityFunctions, ...processFunctions, ...schedulingFunctions, ...spawnFunctions,
    ].map((def) => [def.name, def])),
    ...directoryTypes,
    _have_functions: (vm) => new PyList([...haveFunctions(vm)]),
    environ,
    error: exceptionTypes.OSError,
    confstr_names: dictOf(confstrNames),
    pathconf_names: dictOf(pathconfNames),
    sysconf_names: dictOf(sysconfNames),
    sched_param: schedParamType,
    stat_result: statResultType,
    statvfs_result: statvfsResultType,
    terminal_size: terminalSizeType,
    times_result: timesResultType,
    uname_result: unameResultType,
    waitid_result: waitidResultType,
  },
  {
    doc: 'This module provides access to operating system functionality that is\nstandardized by the C Standard and the POSIX standard (a thinly\ndisguised Unix interface).  Refer to the library manual and\ncorresponding Unix manual entries for more information on calls.',
    // `os.environ` is made over the same dict.
    resume(vm, module) {
      const dict = (module as PyModule).dict.getStr('environ') as PyDict;
      dict.clear();
      fillEnviron(vm, dict);
      renewFlags(vm);
    },
  },
);
