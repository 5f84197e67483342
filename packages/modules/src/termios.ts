import { asIndex, defineModule, defineType, exceptionTypes, isInt, native, newException, newTuple, None, overflowError, PyBytes, PyList, strFromJS, typeError } from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { fromHostError, strerror } from './os-error.ts';
import { callFiles, filesOf } from './posix/host.ts';
import { fileDescriptor } from './posix/files.ts';
import { intArgument } from './posix/paths.ts';
import { termiosConstants } from './posix/termios-constants.ts';

/* `termios` (CPython 3.12: Modules/termios.c), as far as the host can tell and change how a terminal behaves. */

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

/** Checks that the descriptor is a terminal that the host can ask; its number. */
function terminal(vm: VM, fd: PyValue): number {
  const number = fileDescriptor(vm, fd);
  if (vm.host.files?.terminalState === undefined || vm.host.files.isatty?.(number) !== true) noTerminal(vm, fd);
  return number;
}

/** Runs a function of the host; what it throws becomes `termios.error`. */
function asking<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (fromHostError(error) === error) throw error;
    return fail(25);
  }
}

const CBAUD = 0o10017;
const ICANON = 2;
/** Places in c_cc of numbers, where lines are not edited: VTIME and VMIN. */
const [vtime, vmin] = [5, 6];
const controlCharacters = 32;

function tcgetattr(vm: VM, fd: PyValue): PyValue {
  const number = terminal(vm, fd);
  const [iflag, oflag, cflag, lflag, ...characters] = asking(() => vm.host.files?.terminalState?.(number) ?? []);
  const cc = Array.from({ length: controlCharacters }, (_none, place) => characters[place] ?? 0);
  const shown = cc.map((code, place): PyValue => ((lflag & ICANON) === 0 && (place === vtime || place === vmin) ? code : new PyBytes(Uint8Array.of(code))));
  const speed = cflag & CBAUD;
  return new PyList([iflag, oflag, cflag, lflag, speed, speed, new PyList(shown)]);
}

/** An element of the attributes as a C long that is kept as an unsigned int. */
function flags(vm: VM, value: PyValue): number {
  const number = BigInt(asIndex(vm, value));
  if (BigInt.asIntN(64, number) !== number) throw overflowError('Python int too large to convert to C long');
  return Number(BigInt.asUintN(32, number));
}

function controlCharacter(vm: VM, value: PyValue): number {
  if (value instanceof PyBytes && value.bytes.length === 1) return value.bytes[0];
  if (isInt(value)) return flags(vm, value) & 0xff;
  throw typeError('tcsetattr: elements of attributes must be characters or integers');
}

function tcsetattr(vm: VM, fd: PyValue, when: PyValue, attributes: PyValue): PyValue {
  const number = fileDescriptor(vm, fd);
  const moment = intArgument(vm, when);
  if (!(attributes instanceof PyList) || attributes.items.length !== 7) throw typeError('tcsetattr, arg 3: must be 7 element list');
  const [iflag, oflag, cflag, lflag, , ospeed] = attributes.items.slice(0, 6).map((item) => flags(vm, item));
  const characters = attributes.items[6];
  if (!(characters instanceof PyList) || characters.items.length !== controlCharacters) throw typeError(`tcsetattr: attributes[6] must be ${controlCharacters} element list`);
  const cc = characters.items.map((item) => controlCharacter(vm, item));
  terminal(vm, fd);
  if (moment < 0 || moment > 2) fail(22);
  if (moment === 2) discardInput(vm, number);
  asking(() => vm.host.files?.setTerminalState?.(number, [iflag, oflag, (cflag & ~CBAUD) | (ospeed & CBAUD), lflag, ...cc]));
  return None;
}

/** What has been typed and not been read. */
function discardInput(vm: VM, fd: number): void {
  const room = new Uint8Array(4096);
  asking(() => {
    while ((vm.host.files?.readNow?.(fd, room) ?? 0) > 0);
  });
}

function tcflush(vm: VM, fd: PyValue, queue: PyValue): PyValue {
  const number = terminal(vm, fd);
  const which = intArgument(vm, queue);
  if (which < 0 || which > 2) fail(22);
  if (which !== 1) discardInput(vm, number);
  return None;
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
      ['tcsendbreak(fd, duration, /)', 'tcflow(fd, action, /)', 'tcsetwinsize(fd, winsize, /)'].map((text) => [
        text.slice(0, text.indexOf('(')),
        native(text, noTerminal),
      ]),
    ),
    tcgetattr: native('tcgetattr(fd, /)', tcgetattr, 'Get the tty attributes for file descriptor fd.\n\nReturns a list [iflag, oflag, cflag, lflag, ispeed, ospeed, cc]\nwhere cc is a list of the tty special characters (each a string of\nlength 1, except the items with indices VMIN and VTIME, which are\nintegers when these fields are defined).  The interpretation of the\nflags and the speeds as well as the indexing in the cc array must be\ndone using the symbolic constants defined in this module.'),
    tcsetattr: native('tcsetattr(fd, when, attributes, /)', tcsetattr, 'Set the tty attributes for file descriptor fd.\n\nThe attributes to be set are taken from the attributes argument, which\nis a list like the one returned by tcgetattr(). The when argument\ndetermines when the attributes are changed: termios.TCSANOW to\nchange immediately, termios.TCSADRAIN to change after transmitting all\nqueued output, or termios.TCSAFLUSH to change after transmitting all\nqueued output and discarding all queued input.'),
    tcdrain: native('tcdrain(fd, /)', (vm: VM, fd: PyValue) => (terminal(vm, fd), None), 'Wait until all output written to file descriptor fd has been transmitted.'),
    tcflush: native('tcflush(fd, queue, /)', tcflush, 'Discard queued data on file descriptor fd.\n\nThe queue selector specifies which queue: termios.TCIFLUSH for the input\nqueue, termios.TCOFLUSH for the output queue, or termios.TCIOFLUSH for\nboth queues.'),
    tcgetwinsize: native('tcgetwinsize(fd, /)', termios_tcgetwinsize),
  },
  { doc: 'This module provides an interface to the Posix calls for tty I/O control.\n\nFor a complete description of these calls, see the Posix or Unix manual\npages. It is only available for those Unix versions that support Posix\ntermios style tty I/O control (and then only if configured at installation\ntime).\n\nAll functions in this module take a file descriptor fd as their first\nargument. This can be an integer file descriptor, such as returned by\nsys.stdin.fileno(), or a file object, such as sys.stdin itself.' },
);
