import { defineModule, defineType, exceptionTypes, native, newException, newTuple, strFromJS } from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { fromHostError, strerror } from './os-error.ts';
import { callFiles, filesOf } from './posix/host.ts';
import { fileDescriptor } from './posix/files.ts';
import { termiosConstants } from './posix/termios-constants.ts';

/* `termios` (CPython 3.12: Modules/termios.c). Hosts cannot change how a terminal behaves: for them no descriptor is one. */

const errorType: PyType = defineType('error', { module: 'termios', basetype: true, bases: [exceptionTypes.Exception], ownLayout: false });

function fail(code: number): never {
  throw newException(errorType, code, strFromJS(strerror(code)));
}

/** Checks the descriptor, then says that it is no terminal. */
function noTerminal(vm: VM, fd: PyValue): PyValue {
  const number = fileDescriptor(vm, fd);
  try {
    filesOf(vm).fstat(number);
  } catch (error) {
    if (fromHostError(error) === error) throw error;
    fail(9);
  }
  return fail(25);
}

function termios_tcgetwinsize(vm: VM, fd: PyValue): PyValue {
  const number = fileDescriptor(vm, fd);
  if (vm.host.files?.terminalSize === undefined) fail(25);
  try {
    const size = callFiles(vm, 'terminalSize', [number]);
    return newTuple([size.lines, size.columns]);
  } catch {
    return fail(25);
  }
}

/** Python's module `termios`. CPython 3.12: Modules/termios.c. */
export const termios: NativeModule = defineModule(
  'termios',
  {
    ...termiosConstants,
    error: errorType,
    ...Object.fromEntries(
      ['tcgetattr(fd, /)', 'tcsetattr(fd, when, attributes, /)', 'tcsendbreak(fd, duration, /)', 'tcdrain(fd, /)', 'tcflush(fd, queue, /)', 'tcflow(fd, action, /)', 'tcsetwinsize(fd, winsize, /)'].map((text) => [
        text.slice(0, text.indexOf('(')),
        native(text, noTerminal),
      ]),
    ),
    tcgetwinsize: native('tcgetwinsize(fd, /)', termios_tcgetwinsize),
  },
  { doc: 'This module provides an interface to the Posix calls for tty I/O control.\n\nFor a complete description of these calls, see the Posix or Unix manual\npages. It is only available for those Unix versions that support Posix\ntermios style tty I/O control (and then only if configured at installation\ntime).\n\nAll functions in this module take a file descriptor fd as their first\nargument. This can be an integer file descriptor, such as returned by\nsys.stdin.fileno(), or a file object, such as sys.stdin itself.' },
);
