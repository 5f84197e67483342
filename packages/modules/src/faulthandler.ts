import { asIndex, callMethod, defineModule, frameLine, isInt, isTrue, native, None, PyBaseException, runtimeError, threadsOf, valueError } from '@py/vm/native';
import type { Frame, NativeModule, PyValue, VM } from '@py/vm/native';

/*
 * `faulthandler` (CPython 3.12: Modules/faulthandler.c): tracebacks straight to a descriptor. This VM raises where C would crash, so nothing
 * hangs on `enable`. Dumps at a later time or on a signal (`dump_traceback_later`, `register`) are not here.
 */

/** Frames shown of one thread. */
const mostFrames = 100;

const state = (vm: VM): { enabled: boolean } => vm.state('faulthandler', () => ({ enabled: false }));

/** `file` as a descriptor: standard error, a number, or an object with `fileno()`, which is flushed. */
function descriptor(vm: VM, file: PyValue | undefined): number {
  let stream = file;
  if (stream === undefined || stream === None) {
    stream = vm.sysDict.getStr('stderr');
    if (stream === undefined) throw runtimeError('unable to get sys.stderr');
    if (stream === None) throw runtimeError('sys.stderr is None');
  } else if (isInt(stream)) {
    const fd = Number(asIndex(vm, stream));
    if (fd < 0) throw valueError('file is not a valid file descriptor');
    return fd;
  }
  const fd = callMethod(vm, stream, 'fileno');
  if (!isInt(fd) || Number(asIndex(vm, fd)) < 0) throw runtimeError('file.fileno() is not a valid file descriptor');
  try {
    callMethod(vm, stream, 'flush');
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
  }
  return Number(asIndex(vm, fd));
}

function dump_traceback(vm: VM, file: PyValue | undefined, all_threads: PyValue | undefined): PyValue {
  const fd = descriptor(vm, file);
  const all = all_threads === undefined || isTrue(vm, all_threads);
  const text = all ? allThreads(vm) : `Stack (most recent call first):\n${frameLines(vm.frame)}`;
  vm.host.files?.write(fd, new TextEncoder().encode(text));
  return None;
}

/** The newest thread first, as CPython lists them. */
function allThreads(vm: VM): string {
  const threads = threadsOf(vm);
  return [...threads.all].reverse().map((thread) => {
    const current = thread === threads.current;
    return `${current ? 'Current thread' : 'Thread'} 0x${thread.ident.toString(16).padStart(16, '0')} (most recent call first):\n${frameLines(current ? vm.frame : thread.frame)}`;
  }).join('\n');
}

function frameLines(innermost: Frame | null): string {
  if (innermost === null) return '  <no Python frame>\n';
  let lines = '';
  let count = 0;
  for (let frame: Frame | null = innermost; frame !== null; frame = frame.back) {
    if (count++ === mostFrames) return `${lines}  ...\n`;
    lines += `  File "${ascii(frame.code.code.co_filename)}", line ${frameLine(frame) ?? '???'} in ${ascii(frame.code.code.co_name)}\n`;
  }
  return lines;
}

/** Other characters are escaped: nothing can be encoded in a crash. */
function ascii(text: string): string {
  return text.replace(/[^ -~]/gu, (character) => {
    const code = character.codePointAt(0) as number;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
  });
}

/** Universal JavaScript that the compiler's library does not declare. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/** Python's module `faulthandler`. CPython 3.12: Modules/faulthandler.c. */
export const faulthandler: NativeModule = defineModule(
  'faulthandler',
  {
    enable: native('enable(file=sys.stderr, all_threads=True)', (vm: VM, file: PyValue | undefined) => {
      descriptor(vm, file);
      state(vm).enabled = true;
      return None;
    }, 'enable(file=sys.stderr, all_threads=True): enable the fault handler').unsigned(),
    disable: native('disable()', (vm: VM) => {
      const { enabled } = state(vm);
      state(vm).enabled = false;
      return enabled;
    }, 'disable(): disable the fault handler').unsigned(),
    is_enabled: native('is_enabled()', (vm: VM) => state(vm).enabled, 'is_enabled()->bool: check if the handler is enabled').unsigned(),
    dump_traceback: native('dump_traceback(file=sys.stderr, all_threads=True)', dump_traceback, 'dump_traceback(file=sys.stderr, all_threads=True): dump the traceback of the current thread, or of all threads if all_threads is True, into file').unsigned(),
    cancel_dump_traceback_later: native('cancel_dump_traceback_later()', () => None, 'cancel_dump_traceback_later():\ncancel the previous call to dump_traceback_later().').unsigned(),
  },
  { doc: 'faulthandler module.' },
);
