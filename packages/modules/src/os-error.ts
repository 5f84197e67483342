import { errnoClass, exceptionTypes, None, PyBaseException, strFromJS } from '@py/vm/native';
import type { PyValue } from '@py/vm/native';
import { errnoNumbers } from './errno.ts';

/** What `strerror` says, by number (glibc's texts). */
const messages: Readonly<Record<number, string>> = {
  0: 'Success', 1: 'Operation not permitted', 2: 'No such file or directory', 3: 'No such process', 4: 'Interrupted system call', 5: 'Input/output error',
  6: 'No such device or address', 7: 'Argument list too long', 8: 'Exec format error', 9: 'Bad file descriptor', 10: 'No child processes',
  11: 'Resource temporarily unavailable', 12: 'Cannot allocate memory', 13: 'Permission denied', 14: 'Bad address', 15: 'Block device required',
  16: 'Device or resource busy', 17: 'File exists', 18: 'Invalid cross-device link', 19: 'No such device', 20: 'Not a directory', 21: 'Is a directory',
  22: 'Invalid argument', 23: 'Too many open files in system', 24: 'Too many open files', 25: 'Inappropriate ioctl for device', 26: 'Text file busy',
  27: 'File too large', 28: 'No space left on device', 29: 'Illegal seek', 30: 'Read-only file system', 31: 'Too many links', 32: 'Broken pipe',
  33: 'Numerical argument out of domain', 34: 'Numerical result out of range', 35: 'Resource deadlock avoided', 36: 'File name too long',
  37: 'No locks available', 38: 'Function not implemented', 39: 'Directory not empty', 40: 'Too many levels of symbolic links', 61: 'No data available',
  62: 'Timer expired', 71: 'Protocol error', 75: 'Value too large for defined data type', 84: 'Invalid or incomplete multibyte or wide character',
  88: 'Socket operation on non-socket', 89: 'Destination address required', 90: 'Message too long', 91: 'Protocol wrong type for socket',
  92: 'Protocol not available', 93: 'Protocol not supported', 94: 'Socket type not supported', 95: 'Operation not supported', 97: 'Address family not supported by protocol',
  98: 'Address already in use', 99: 'Cannot assign requested address', 100: 'Network is down', 101: 'Network is unreachable', 103: 'Software caused connection abort',
  104: 'Connection reset by peer', 105: 'No buffer space available', 106: 'Transport endpoint is already connected', 107: 'Transport endpoint is not connected',
  110: 'Connection timed out', 111: 'Connection refused', 113: 'No route to host', 114: 'Operation already in progress', 115: 'Operation now in progress',
  122: 'Disk quota exceeded', 125: 'Operation canceled',
};

/** `os.strerror(errno)` */
export function strerror(errno: number): string {
  return messages[errno] ?? `Unknown error ${errno}`;
}

/** OSError, or the subclass that the number names, with a file name or two. */
export function osError(code: keyof typeof errnoNumbers | number, filename?: PyValue, filename2?: PyValue): PyBaseException {
  const errno = typeof code === 'number' ? code : errnoNumbers[code];
  const text = strFromJS(strerror(errno));
  const error = new PyBaseException(errnoClass(errno) ?? exceptionTypes.OSError, [errno, text]);
  error.fields = { errno, strerror: text };
  if (filename !== undefined && filename !== None) error.fields.filename = filename;
  if (filename2 !== undefined && filename2 !== None) error.fields.filename2 = filename2;
  return error;
}

/** Runs a Host function; its HostError becomes the OSError a Python user expects. */
export function hostCall<T>(run: () => T, filename?: PyValue, filename2?: PyValue): T {
  try {
    return run();
  } catch (error) {
    throw fromHostError(error, filename, filename2);
  }
}

/** The Python exception for what a Host function threw; anything else is given back as it is. */
export function fromHostError(error: unknown, filename?: PyValue, filename2?: PyValue): unknown {
  const host = error as { name?: unknown; code?: unknown };
  if (typeof error !== 'object' || error === null || host.name !== 'HostError') return error;
  const code = typeof host.code === 'string' && host.code in errnoNumbers ? (host.code as keyof typeof errnoNumbers) : 'EIO';
  return osError(code, filename, filename2);
}
