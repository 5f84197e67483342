import { HostError } from '@py/code';

/** Runs a function of Node's and turns its errors into ours: the same symbolic errno. */
export function guard<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw hostError(error);
  }
}

export function hostError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return error;
  // Node checks arguments before the system does.
  if (code === 'ERR_INVALID_ARG_VALUE') return new HostError('EINVAL', error.message);
  if (code === 'ERR_OUT_OF_RANGE') return new HostError(error.message.includes('"fd"') ? 'EBADF' : 'EINVAL', error.message);
  if (code === 'ERR_FS_EISDIR') return new HostError('EISDIR', error.message);
  return /^E[A-Z0-9]+$/.test(code) ? new HostError(code, error.message) : error;
}
