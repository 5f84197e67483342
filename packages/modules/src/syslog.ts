import { PyBaseException, PyList, audit, badArgument, defineModule, encodeUtf8, isStr, jsText, native, None, strFromJS, typeError, valueError } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';
import { intArgument, longArgument } from './arguments.ts';
import { hostCall } from './os-error.ts';
import { callFiles, filesOf } from './posix/host.ts';
import { waitForChild } from './posix/processes.ts';
import { searched, spawn } from './posix/spawn.ts';
import { variable } from './posix/variables.ts';

/*
 * `syslog` (CPython 3.12: Modules/syslogmodule.c). Where the system has a log, the program `logger` of it carries the messages there: it
 * takes datagrams, which a host may not have. Where there is none, nothing is told, as in C.
 */

const levels = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;
const facilities = [
  'kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp', '', '', '', '', 'local0', 'local1', 'local2', 'local3',
  'local4', 'local5', 'local6', 'local7',
] as const;

const LOG_PID = 1;
const LOG_PERROR = 32;
const LOG_USER = 8;
const LOG_INFO = 6;
const numbers = {
  LOG_EMERG: 0, LOG_ALERT: 1, LOG_CRIT: 2, LOG_ERR: 3, LOG_WARNING: 4, LOG_NOTICE: 5, LOG_INFO, LOG_DEBUG: 7, LOG_PID, LOG_CONS: 2, LOG_NDELAY: 8,
  LOG_NOWAIT: 16, LOG_PERROR, LOG_ODELAY: 4, LOG_KERN: 0, LOG_USER, LOG_MAIL: 16, LOG_DAEMON: 24, LOG_AUTH: 32, LOG_LPR: 48, LOG_SYSLOG: 40, LOG_CRON: 72,
  LOG_UUCP: 64, LOG_NEWS: 56, LOG_AUTHPRIV: 80, LOG_LOCAL0: 128, LOG_LOCAL1: 136, LOG_LOCAL2: 144, LOG_LOCAL3: 152, LOG_LOCAL4: 160, LOG_LOCAL5: 168,
  LOG_LOCAL6: 176, LOG_LOCAL7: 184,
} as const;

interface Log {
  /** After `openlog` and before `closelog`. */
  open: boolean;
  ident: string;
  options: number;
  facility: number;
  mask: number;
}

const log = (vm: VM): Log => vm.state('syslog', () => ({ open: false, ident: '', options: 0, facility: LOG_USER, mask: 0xff }));

/** Name of the program, as `sys.argv` has it; null without. */
function programName(vm: VM): PyValue | null {
  const argv = vm.sysDict.getStr('argv');
  const first = argv instanceof PyList ? argv.items[0] : undefined;
  if (first === undefined || !isStr(first)) return null;
  const path = jsText(first);
  return path === '' ? null : strFromJS(path.slice(path.lastIndexOf('/') + 1));
}

function openlog(vm: VM, identGiven: PyValue | undefined, option: PyValue | undefined, facilityGiven: PyValue | undefined): PyValue {
  if (identGiven !== undefined && !isStr(identGiven)) throw badArgument('openlog', "argument 'ident'", 'str', identGiven);
  const options = option === undefined ? 0 : longArgument(vm, option);
  const facility = facilityGiven === undefined ? LOG_USER : longArgument(vm, facilityGiven);
  const ident = identGiven ?? programName(vm);
  if (ident !== null) encodeUtf8(vm, ident);
  audit(vm, 'syslog.openlog', ident ?? None, options, facility);
  Object.assign(log(vm), { open: true, ident: ident === null ? '' : jsText(ident).split('\0')[0], options: asInt(options), facility: asInt(facility) });
  return None;
}

/** The C int that a long becomes. */
function asInt(long: number | bigint): number {
  return Number(BigInt.asIntN(32, BigInt(long)));
}

function logMessage(vm: VM, args: readonly PyValue[]): PyValue {
  if (args.length < 1 || args.length > 2) throw typeError('syslog.syslog requires 1 to 2 arguments');
  const given = args.length === 2 ? intArgument(vm, args[0]) : LOG_INFO;
  const message = args[args.length - 1];
  if (!isStr(message)) throw badArgument('syslog', `argument ${args.length}`, 'str', message);
  encodeUtf8(vm, message);
  const text = jsText(message);
  if (text.includes('\0')) throw valueError('embedded null character');
  audit(vm, 'syslog.syslog', given, message);
  const state = log(vm);
  if (!state.open) openlog(vm, undefined, undefined, undefined);
  const { ident, options, mask, facility } = state;
  if ((mask & (1 << (given & 7))) === 0) return None;
  const tag = (options & LOG_PID) === 0 ? ident : `${ident}[${vm.host.processes?.pid ?? 0}]`;
  if ((options & LOG_PERROR) !== 0) callFiles(vm, 'write', [2, encodeUtf8(vm, strFromJS(`${tag}: ${text}${text.endsWith('\n') ? '' : '\n'}`))]);
  return send(vm, (given & ~7) === 0 ? given | facility : given, tag, text);
}

/** Gives a message to the system's log, if there is one; nobody is told when that fails. */
function send(vm: VM, priority: number, tag: string, text: string): PyValue {
  const level = `${facilities[(priority >> 3) & 0x7f] || 'user'}.${levels[priority & 7]}`;
  try {
    hostCall(() => filesOf(vm).stat('/dev/log'));
    const pid = spawn(vm, searched(vm, 'logger', variable(vm, 'PATH')), ['logger', '-p', level, '-t', tag, '--', text], { stdio: [-1, -1, -1] }, None);
    return waitForChild(vm, pid, 0, () => None);
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    return None;
  }
}

function closelog(vm: VM): PyValue {
  audit(vm, 'syslog.closelog');
  Object.assign(log(vm), { open: false, ident: '', options: 0, facility: LOG_USER });
  return None;
}

function setlogmask(vm: VM, maskpri: PyValue): PyValue {
  const mask = longArgument(vm, maskpri);
  audit(vm, 'syslog.setlogmask', mask);
  const state = log(vm);
  const before = state.mask;
  if (asInt(mask) !== 0) state.mask = asInt(mask);
  return before;
}

/** Python's module `syslog`. CPython 3.12: Modules/syslogmodule.c. */
export const syslog: NativeModule = defineModule('syslog', {
  openlog: native('openlog(ident=<unrepresentable>, logoption=0,\n        facility=LOG_USER)', openlog, 'Set logging options of subsequent syslog() calls.'),
  closelog: native('closelog()', closelog, 'Reset the syslog module values and call the system library closelog().'),
  syslog: native('syslog(*args)', logMessage, 'syslog([priority=LOG_INFO,] message)\nSend the string message to the system logger.').unsigned(),
  setlogmask: native('setlogmask(maskpri, /)', setlogmask, 'Set the priority mask to maskpri and return the previous mask value.'),
  LOG_MASK: native('LOG_MASK(pri, /)', (vm: VM, pri: PyValue) => 1 << asInt(longArgument(vm, pri)), 'Calculates the mask for the individual priority pri.'),
  LOG_UPTO: native('LOG_UPTO(pri, /)', (vm: VM, pri: PyValue) => ((1 << (asInt(longArgument(vm, pri)) + 1)) - 1) | 0, 'Calculates the mask for all priorities up to and including pri.'),
  ...numbers,
});
