import { frameLine, PySet, strFromJS, threadsOf } from '@py/vm/native';
import type { Frame, PyThread, VM } from '@py/vm/native';

/* Tracebacks written straight to a descriptor, without running any Python (CPython 3.12: Python/traceback.c, _Py_DumpTracebackThreads). */

/** Frames shown of one thread, threads shown, and characters of one name. */
const mostFrames = 100;
const mostThreads = 100;
const mostCharacters = 500;

/** The stack of the thread that runs. */
export function currentStack(vm: VM): string {
  return `Stack (most recent call first):\n${frameLines(vm.frame)}`;
}

/** The stacks of all threads, the newest thread first; `mark` says which one runs. */
export function allStacks(vm: VM, mark: boolean): string {
  const threads = threadsOf(vm);
  const newest = [...threads.all].reverse();
  const stacks = newest.slice(0, mostThreads).map((thread) => threadStack(vm, thread, thread === threads.current, mark));
  return stacks.join('\n') + (newest.length > mostThreads ? '...\n' : '');
}

function threadStack(vm: VM, thread: PyThread, current: boolean, mark: boolean): string {
  const frame = current && vm.frame !== null ? vm.frame : thread.frame;
  return `${current && mark ? 'Current thread' : 'Thread'} 0x${thread.ident.toString(16).padStart(16, '0')} (most recent call first):\n${frameLines(frame)}`;
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
  const points = [...text];
  const shown = points.slice(0, mostCharacters).map((character) => {
    if (/^[ -~]$/.test(character)) return character;
    const code = character.codePointAt(0) as number;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
  });
  return shown.join('') + (points.length > mostCharacters ? '...' : '');
}

/** The loaded modules that are no Python and not of the standard library; empty without such. */
export function extensionModules(vm: VM): string {
  const standard = vm.sysDict.getStr('stdlib_module_names');
  const isStandard = (name: string): boolean => standard instanceof PySet && standard.table.has(vm, strFromJS(name));
  const names = [...vm.nativeModules.keys()].filter((name) => vm.modules.getStr(name) !== undefined && !isStandard(name));
  return names.length === 0 ? '' : `\nExtension modules: ${names.map(ascii).join(', ')} (total: ${names.length})\n`;
}

/** Writes text to a descriptor; nobody hears of errors. */
export function writeText(vm: VM, fd: number, text: string): void {
  try {
    vm.host.files?.write(fd, new TextEncoder().encode(text));
  } catch (error) {
    if ((error as Error).name !== 'HostError') throw error;
  }
}

/** Universal JavaScript that the compiler's library does not declare. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
