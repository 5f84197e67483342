import {
  builtinCodec, PyBaseException, PyDict, asSsize, call, exceptionTypes, getAttr, importModule, newTuple, None, strFromJS, tailCall, typeError, typeOf, typeType, valueError, isTrue, callMethod, hasIndex,
} from '@py/vm/native';
import type { Continuation, NativeArg, NativeFunction, PyType, PyValue, VM } from '@py/vm/native';

/* What the classes of `_io` share (CPython 3.12: Modules/_io/_iomodule.c, iobase.c). */

export const DEFAULT_BUFFER_SIZE = 8192;

/** `io.UnsupportedOperation`: an OSError and a ValueError. A class like a program's (io.py sets its module), so every VM has its own. */
export function unsupportedOperationType(vm: VM): PyType {
  return vm.state('_io.UnsupportedOperation', () => {
    const namespace = new PyDict();
    namespace.setStr('__module__', 'io');
    const bases = newTuple([exceptionTypes.OSError, exceptionTypes.ValueError]);
    return call(vm, typeType, ['UnsupportedOperation', bases, namespace]) as PyType;
  });
}

export function unsupported(vm: VM, message: string): PyBaseException {
  return call(vm, unsupportedOperationType(vm), [strFromJS(message)]) as PyBaseException;
}

export const closedFile = (): PyBaseException => valueError('I/O operation on closed file.');

/** BlockingIOError of a buffered writer that could not write everything. */
export function blockingError(message: string, written: number): PyBaseException {
  const error = new PyBaseException(exceptionTypes.BlockingIOError, [11, message, written]);
  error.fields = { errno: 11, strerror: message, characters_written: written };
  return error;
}

/** A size argument: None or an int; -1 for None. */
export function sizeArgument(vm: VM, value: PyValue | undefined): number {
  if (value === undefined || value === None) return -1;
  if (!hasIndex(value)) throw typeError(`argument should be integer or None, not '${typeOf(value).tpName}'`);
  return asSsize(vm, value);
}

/** `close()` of a stream and of what is below it: both happen, and a second exception has the first as its context. */
export function closeBoth(first: () => void, second: () => void): void {
  let pending: unknown;
  try {
    first();
  } catch (error) {
    pending = error;
  }
  try {
    second();
  } catch (error) {
    if (pending instanceof PyBaseException && error instanceof PyBaseException && error !== pending && error.context === null) error.context = pending;
    pending = error;
  }
  if (pending !== undefined) throw pending;
}

/** Thrown inside a read when there is nothing yet: the method that the program called waits, then starts again. */
export class InputPending {
  /** What is to be waited for. */
  readonly wait: InputWait;
  constructor(wait: InputWait) {
    this.wait = wait;
  }
}

export type InputWait =
  /** A host that reads later: resolves when the bytes are there (rejects with the host's error). */
  | { readonly kind: 'promise'; readonly ready: Promise<void> }
  /** A stream of the host's that can be looked at. */
  | { readonly kind: 'look'; readonly isReady: () => boolean }
  /** A stream below that is written in Python: its method is called, and gives the result to `take`. */
  | { readonly kind: 'call'; readonly method: PyValue; readonly args: PyValue[]; readonly take: (result: PyValue) => void };

/** May a read throw {@link InputPending}? Only the body of {@link reading} can start again. */
const restart = (vm: VM): { possible: boolean } => vm.state('_io.restart', () => ({ possible: false }));

/** Throws {@link InputPending} if the read can be started again afterwards; otherwise it is to be waited for on the spot. */
export function pend(vm: VM, wait: InputWait): void {
  if (restart(vm).possible) throw new InputPending(wait);
}

/** Runs a part of `_io` that cannot start again. */
export function withoutRestart<T>(vm: VM, run: () => T): T {
  const state = restart(vm);
  const before = state.possible;
  state.possible = false;
  try {
    return run();
  } finally {
    state.possible = before;
  }
}

type ReadingBody = (vm: VM, ...args: NativeArg[]) => PyValue;

/**
 * The body of a method that reads. It must be able to start again after {@link InputPending}: what was read so far is kept in the
 * stream's buffers.
 */
export function reading<Body extends (vm: VM, ...args: never[]) => PyValue>(body: Body): NativeFunction {
  const run = body as unknown as ReadingBody; // The signature text gives the arguments their types.
  return (vm, ...args) => attempt(vm, run, args);
}

function attempt(vm: VM, run: ReadingBody, args: NativeArg[]): PyValue {
  const state = restart(vm);
  const before = state.possible;
  state.possible = true;
  try {
    return run(vm, ...args);
  } catch (error) {
    if (!(error instanceof InputPending)) throw error;
    const { wait } = error;
    const again = (): PyValue => attempt(vm, run, args);
    if (wait.kind === 'call') {
      state.possible = before;
      return tailCall(vm, wait.method, wait.args, null, new AfterRawRead(wait.take, again));
    }
    if (wait.kind === 'look') return vm.suspend({ what: 'input', external: true, poll: () => (wait.isReady() ? None : undefined), then: again });
    return vm.suspend({ what: 'input', start: () => wait.ready.then(() => None), then: again });
  } finally {
    state.possible = before;
  }
}

/** The stream below has read: the method starts again with that. */
class AfterRawRead implements Continuation {
  next: Continuation | null = null;
  private readonly take: (result: PyValue) => void;
  private readonly again: () => PyValue;
  constructor(take: (result: PyValue) => void, again: () => PyValue) {
    this.take = take;
    this.again = again;
  }
  resumed(_vm: VM, result: PyValue): PyValue {
    this.take(result);
    return this.again();
  }
}

/** Streams that hold data which has not reached the host: by VM, in the order they got it. */
interface Unwritten {
  /** The host's descriptor that the data is for. */
  readonly fd: number;
  flushPending(vm: VM): void;
}

export function unwritten(vm: VM): Set<Unwritten> {
  return vm.state('_io.unwritten', () => {
    finalizers(vm).push(() => flushAll(vm));
    return new Set<Unwritten>();
  });
}

/** What the glue runs when the VM ends, after `atexit`: functions that native modules left in `vm.state('finalizers')`. */
export function finalizers(vm: VM): (() => void)[] {
  return vm.state('finalizers', () => []);
}

/**
 * Writes out what streams hold. CPython does that when the last reference to a stream goes; without reference counts it is done
 * when the VM ends, and before a file is opened, so that a program that dropped a writer can read the file.
 */
export function flushAll(vm: VM, standardToo = true): void {
  const streams = unwritten(vm);
  for (const stream of [...streams]) {
    if (!standardToo && stream.fd <= 2) continue;
    try {
      stream.flushPending(vm);
    } catch (error) {
      if (!(error instanceof PyBaseException)) throw error;
      streams.delete(stream); // Nobody is left to hear of it, as in a finalizer.
    }
  }
}

/** Names of built-in text codecs that need no `codecs` module. */
export function nativeCodec(encoding: string): 'utf-8' | 'latin-1' | 'ascii' | null {
  const codec = builtinCodec(encoding);
  return codec === 'utf-16' || codec === 'utf-32' ? null : codec;
}

/** `codecs.lookup(encoding)`, which must be a text encoding. */
export function lookupTextCodec(vm: VM, encoding: string): PyValue {
  const codecs = importModule(vm, '_codecs');
  const info = callMethod(vm, codecs, 'lookup', [strFromJS(encoding)]);
  let isText = true;
  try {
    isText = isTrue(vm, getAttr(vm, info, '_is_text_encoding'));
  } catch (error) {
    if (!(error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.AttributeError))) throw error;
  }
  if (!isText) {
    throw new PyBaseException(exceptionTypes.LookupError, [strFromJS(`'${encoding}' is not a text encoding; use codecs.open() to handle arbitrary codecs`)]);
  }
  return info;
}
