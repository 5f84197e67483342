import type { PyType } from '../core/type.ts';
import * as types from './exception-types.ts';

/** Which subclass OSError(errno, …) becomes; errno numbers are Linux's. */
const classes: ReadonlyMap<number, PyType> = new Map([
  [11, types.BlockingIOError], // EAGAIN
  [114, types.BlockingIOError], // EALREADY
  [115, types.BlockingIOError], // EINPROGRESS
  [32, types.BrokenPipeError], // EPIPE
  [108, types.BrokenPipeError], // ESHUTDOWN
  [10, types.ChildProcessError], // ECHILD
  [103, types.ConnectionAbortedError], // ECONNABORTED
  [111, types.ConnectionRefusedError], // ECONNREFUSED
  [104, types.ConnectionResetError], // ECONNRESET
  [17, types.FileExistsError], // EEXIST
  [2, types.FileNotFoundError], // ENOENT
  [21, types.IsADirectoryError], // EISDIR
  [20, types.NotADirectoryError], // ENOTDIR
  [4, types.InterruptedError], // EINTR
  [13, types.PermissionError], // EACCES
  [1, types.PermissionError], // EPERM
  [3, types.ProcessLookupError], // ESRCH
  [110, types.TimeoutError], // ETIMEDOUT
]);

/** The subclass of OSError for an errno, or undefined. */
export function errnoClass(errno: number): PyType | undefined {
  return classes.get(errno);
}
