// Runs a program as the command `python` does, from the first line to the exit status. CPython 3.12: Modules/main.c, pymain_run_python.
import { HostError, type CodeObject } from '@py/code';
import { pycMagic, readPyc } from '@py/pyc';
import {
  audit, call, callMethod, continueWith, createNative, exceptionTypes, finalizeAll, getAttr, importModule, isInstance, isInt, isStr, intValue, jsText, lookupAttr, None, PyBaseException, PyCode, PyList, type PyModule, pushCode, runCode, reportUnraisable,
  reprText, runWithin, strFromJS, strText, tailCall, threadsOf, toArray, type Continuation, type PyValue, type VM,
} from '@py/vm/native';
import type { PythonConfig } from './config.ts';
import { codeOfSource } from './bridges/compile.ts';
import { issueWarning } from './bridges/errors.ts';
import type { Source } from './pipeline.ts';
import { writeText } from './startup.ts';

/** What to run. */
export type Program =
  /** `-c` */
  | { readonly kind: 'command'; readonly source: string }
  /** `-m` */
  | { readonly kind: 'module'; readonly name: string }
  /** A source, a `.pyc`, or a folder or zip archive with a `__main__` module. */
  | { readonly kind: 'path'; readonly path: string }
  /** Source that was read from standard input. */
  | { readonly kind: 'stdin'; readonly source: Uint8Array }
  /** Nothing but the prompt. */
  | { readonly kind: 'prompt' };

/** How a program ended. */
export interface ProgramEnd {
  /** Exit status, 0 to 255. */
  readonly status: number;
  /** The program was interrupted: a shell wants the process to end by SIGINT. */
  readonly interrupted: boolean;
}

/** How a program is run. */
export interface ProgramOptions {
  readonly config: PythonConfig;
  /** What messages call the command. */
  readonly name: string;
  /**
   * The prompt: for the program `prompt`, and after any other where `sys.flags.inspect` is set (-i). It calls `begin`, which runs
   * `sys.__interactivehook__`, before it reads the first line.
   */
  readonly prompt?: (begin: () => void) => ProgramEnd;
  /** PYTHONSTARTUP: a source that runs before the program `prompt`. */
  readonly startup?: string | null;
  /** Asked when the program has ended: whether it has set PYTHONINSPECT, which then means -i. */
  readonly inspectAfter?: () => boolean;
}

export function runProgram(vm: VM, program: Program, options: ProgramOptions): ProgramEnd {
  const ending = new Ending(program.kind === 'prompt' ? undefined : options);
  try {
    runWithin(vm, () => {
      try {
        return continueWith(vm, program.kind === 'prompt' ? runPrompt(vm, options, ending) : startMain(vm, program, options, ending), ending);
      } catch (error) {
        if (!(error instanceof PyBaseException)) throw error;
        return ending.failed(vm, error);
      }
    });
    return finishProgram(vm, ending.end);
  } catch (error) {
    if (isProcessExit(error)) return ran(error.status & 0xff);
    throw error;
  }
}

/**
 * What follows the program's last instruction while its threads still run: its exception is reported, the prompt of -i comes, and
 * the threads that are not daemons are waited for.
 */
class Ending implements Continuation {
  next: Continuation | null = null;
  end: ProgramEnd = ran(0);
  /** For the prompt of -i; undefined where there is none. */
  private readonly options: ProgramOptions | undefined;
  private over = false;

  constructor(options: ProgramOptions | undefined) {
    this.options = options;
  }

  private get inspect(): boolean {
    return this.options !== undefined && (this.options.config.flags.inspect > 0 || this.options.inspectAfter?.() === true);
  }

  resumed(vm: VM): PyValue {
    return this.over ? None : this.waitForThreads(vm);
  }

  failed(vm: VM, error: PyBaseException): PyValue {
    if (!this.over) {
      this.end = reportException(vm, error, this.inspect);
      return this.waitForThreads(vm);
    }
    reportUnraisable(vm, error, null, vm.modules.getStr('threading') ?? None);
    return None;
  }

  /** CPython: wait_for_thread_shutdown. */
  private waitForThreads(vm: VM): PyValue {
    if (this.inspect && this.options?.prompt) {
      this.end = this.options.prompt(() => runInteractiveHook(vm));
    }
    this.over = true;
    threadsOf(vm).closing = true;
    const threading = vm.modules.getStr('threading');
    if (threading === undefined) return None;
    try {
      return tailCall(vm, getAttr(vm, threading, '_shutdown'), [], null, this);
    } catch (error) {
      if (!(error instanceof PyBaseException)) throw error;
      return this.failed(vm, error);
    }
  }
}

/** `os._exit(status)`: nothing of Python runs any more. */
function isProcessExit(error: unknown): error is { readonly status: number } {
  return error instanceof Error && error.name === 'ProcessExit';
}

function runPrompt(vm: VM, { config, prompt, startup }: ProgramOptions, ending: Ending): PyValue {
  addFirstPath(vm, config, '');
  if (startup !== undefined && startup !== null) runStartup(vm, startup);
  if (prompt) ending.end = prompt(() => runInteractiveHook(vm));
  return None;
}

/** PYTHONSTARTUP: a file that runs in `__main__` before the first prompt; what goes wrong is printed. CPython: pymain_run_startup. */
function runStartup(vm: VM, path: string): void {
  quietly(vm, () => {
    let content: Uint8Array;
    try {
      content = readAll(vm, absolutePath(path, vm.host.files?.getcwd() ?? '/'));
    } catch (error) {
      if ((error as Error | null)?.name !== 'HostError') throw error;
      const { code } = error as HostError;
      writeError(vm, 'Could not open PYTHONSTARTUP\n');
      throw call(vm, exceptionTypes.OSError, [...(openErrors[code] ?? [0, code]).map((part) => (typeof part === 'string' ? strFromJS(part) : part)), strFromJS(path)]) as PyBaseException;
    }
    const code = codeOfSource(vm, content, { filename: path, fromFile: true, onWarning: (warning) => issueWarning(vm, warning) });
    runCode(vm, new PyCode(code), mainModule(vm).dict);
  });
}

/** `sys.__interactivehook__`, which site has set. CPython: pymain_run_interactive_hook. */
function runInteractiveHook(vm: VM): void {
  const hook = vm.sysDict.getStr('__interactivehook__');
  if (hook === undefined) return;
  try {
    call(vm, hook);
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    writeError(vm, 'Failed calling sys.__interactivehook__\n');
    reportException(vm, error);
  }
}

function ran(status: number): ProgramEnd {
  return { status, interrupted: false };
}

/** Starts the program: gives what a call gives. */
function startMain(vm: VM, program: Exclude<Program, { readonly kind: 'prompt' }>, { config, name }: ProgramOptions, ending: Ending): PyValue {
  switch (program.kind) {
    case 'command':
      addFirstPath(vm, config, '');
      return startSource(vm, commandText(vm, program.source), '<string>', false);
    case 'stdin':
      addFirstPath(vm, config, '');
      mainModule(vm).dict.setStr('__file__', '<stdin>');
      mainModule(vm).dict.setStr('__cached__', None);
      return startSource(vm, program.source, '<stdin>', true);
    case 'module':
      addFirstPath(vm, config, vm.host.files?.getcwd() ?? '');
      return startModule(vm, strFromJS(program.name), true);
    case 'path':
      return startPath(vm, program.path, config, name, ending);
  }
}

/** Arguments that are not UTF-8 have lone surrogates, and are no source. CPython: pymain_run_command. */
function commandText(vm: VM, source: string): string {
  try {
    callMethod(vm, strFromJS(source), 'encode', ['utf-8']);
  } catch (error) {
    writeError(vm, 'Unable to decode the command from the command line:\n');
    throw error;
  }
  return source;
}

/** CPython: pymain_run_module. */
function startModule(vm: VM, name: PyValue, alterArgv: boolean): PyValue {
  return tailCall(vm, getAttr(vm, importModule(vm, 'runpy'), '_run_module_as_main'), [name, alterArgv]);
}

function addFirstPath(vm: VM, config: PythonConfig, folder: string): void {
  if (!config.flags.safe_path) (vm.sysDict.getStr('path') as PyList).items.unshift(strFromJS(folder));
}

function startPath(vm: VM, path: string, config: PythonConfig, name: string, ending: Ending): PyValue {
  const files = vm.host.files;
  const absolute = absolutePath(path, files?.getcwd() ?? '/');
  if (hasImporter(vm, absolute)) {
    (vm.sysDict.getStr('path') as PyList).items.unshift(strFromJS(absolute));
    return startModule(vm, '__main__', false);
  }
  let content: Uint8Array;
  try {
    content = readAll(vm, absolute);
  } catch (error) {
    if (!(error instanceof HostError) && (error as Error | null)?.name !== 'HostError') throw error;
    const { code } = error as HostError;
    const [errno, text] = openErrors[code] ?? [0, code];
    if (code === 'EISDIR') writeError(vm, `${name}: ${reprText(vm, strFromJS(absolute))} is a directory, cannot continue\n`);
    else writeError(vm, `${name}: can't open file ${reprText(vm, strFromJS(absolute))}: [Errno ${errno}] ${text}\n`);
    ending.end = ran(code === 'EISDIR' ? 1 : 2);
    return None;
  }
  addFirstPath(vm, config, folderOf(resolveLink(vm, absolute)));
  const main = mainModule(vm);
  main.dict.setStr('__file__', strFromJS(absolute));
  main.dict.setStr('__cached__', None);
  setLoader(vm, main, absolute, path.endsWith('.pyc') ? 'SourcelessFileLoader' : 'SourceFileLoader');
  // Its line end stays, so that lines keep their numbers.
  if (config.skipFirstLine) content = content.subarray(Math.max(0, content.indexOf(10)));
  return isPyc(path, content) ? startCompiled(vm, content, absolute) : startSource(vm, content, absolute, true);
}

/** Compiles, to run in `__main__`. */
function startSource(vm: VM, source: Source, filename: string, fromFile: boolean): PyValue {
  const optimize = Math.min(2, optimizeLevel(vm)) as 0 | 1 | 2;
  const code = codeOfSource(vm, source, { filename, fromFile, optimize, onWarning: (warning) => issueWarning(vm, warning) });
  return startCode(vm, code);
}

function startCode(vm: VM, code: CodeObject): PyValue {
  const { dict } = mainModule(vm);
  return pushCode(vm, new PyCode(code), dict, dict, null);
}

function optimizeLevel(vm: VM): number {
  return Number(getAttr(vm, vm.sysDict.getStr('flags') as PyValue, 'optimize'));
}

/** CPython: run_pyc_file. */
function startCompiled(vm: VM, content: Uint8Array, path: string): PyValue {
  let code: CodeObject;
  try {
    ({ code } = readPyc(content, { path }));
  } catch (error) {
    if ((error as Error).name !== 'PycError') throw error;
    const magicFits = content.length >= 4 && (content[0] | (content[1] << 8)) === pycMagic;
    throw call(vm, exceptionTypes.RuntimeError, [magicFits ? 'Bad code object in .pyc file' : 'Bad magic number in .pyc file']) as PyBaseException;
  }
  return startCode(vm, code);
}

/** By its name, or because it begins with the magic number and is no text. CPython: maybe_pyc_file. */
function isPyc(path: string, content: Uint8Array): boolean {
  if (path.endsWith('.pyc')) return true;
  return content.length >= 2 && (content[0] | (content[1] << 8)) === pycMagic;
}

function mainModule(vm: VM): PyModule {
  return vm.modules.getStr('__main__') as PyModule;
}

function setLoader(vm: VM, main: PyModule, path: string, loader: string): void {
  const external = vm.modules.getStr('_frozen_importlib_external');
  if (external === undefined) return;
  main.dict.setStr('__loader__', call(vm, getAttr(vm, external, loader), ['__main__', strFromJS(path)]));
}

/** Can modules be imported from this path (a folder, a zip archive)? CPython: pymain_get_importer. */
function hasImporter(vm: VM, path: string): boolean {
  const hooks = vm.sysDict.getStr('path_hooks');
  if (!(hooks instanceof PyList)) return false;
  for (const hook of hooks.items) {
    try {
      call(vm, hook, [strFromJS(path)]);
      return true;
    } catch (error) {
      if (!(error instanceof PyBaseException) || !isInstance(vm, error, exceptionTypes.ImportError)) throw error;
    }
  }
  return false;
}

function readAll(vm: VM, path: string): Uint8Array {
  const files = vm.host.files;
  if (!files) throw new HostError('ENOENT');
  if ((files.stat(path).mode & 0o170000) === 0o040000) throw new HostError('EISDIR');
  const fd = files.open(path, 0, 0);
  try {
    const pieces: Uint8Array[] = [];
    for (;;) {
      const piece = new Uint8Array(65536);
      const count = files.read(fd, piece);
      if (typeof count !== 'number') throw new HostError('EAGAIN');
      if (count === 0) break;
      pieces.push(piece.subarray(0, count));
    }
    const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  } finally {
    files.close(fd);
  }
}

/** Linux's number and text of what can be wrong with a program's file. Python itself may not be able to say: nothing has been imported. */
const openErrors: Readonly<Record<string, readonly [errno: number, text: string]>> = {
  EPERM: [1, 'Operation not permitted'],
  ENOENT: [2, 'No such file or directory'],
  EIO: [5, 'Input/output error'],
  ENXIO: [6, 'No such device or address'],
  EACCES: [13, 'Permission denied'],
  ENOTDIR: [20, 'Not a directory'],
  EINVAL: [22, 'Invalid argument'],
  ENFILE: [23, 'Too many open files in system'],
  EMFILE: [24, 'Too many open files'],
  ENAMETOOLONG: [36, 'File name too long'],
  ELOOP: [40, 'Too many levels of symbolic links'],
};

function absolutePath(path: string, cwd: string): string {
  if (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) return path;
  return `${cwd.replace(/\/$/, '')}/${path}`;
}

/** One link is followed: a script linked into a `bin` folder finds its neighbours. */
function resolveLink(vm: VM, path: string): string {
  try {
    const target = vm.host.files?.readlink?.(path);
    if (target === undefined) return path;
    return target.startsWith('/') ? target : `${folderOf(path)}/${target}`;
  } catch {
    return path;
  }
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash > 0 ? path.slice(0, slash) : slash === 0 ? '/' : '';
}

function writeError(vm: VM, text: string): void {
  const stream = vm.sysDict.getStr('stderr');
  if (stream === undefined || stream === None) return;
  callMethod(vm, stream, 'write', [strFromJS(text)]);
}

// Endings

/** Prints an uncaught exception, or takes the status out of SystemExit. CPython 3.12: Python/pythonrun.c, _PyErr_PrintEx. */
export function reportException(vm: VM, exception: PyBaseException, staying = false): ProgramEnd {
  // With -i an exit is shown and not taken.
  if (!staying && isInstance(vm, exception, exceptionTypes.SystemExit)) return ran(exitStatus(vm, exception));
  const interrupted = isInstance(vm, exception, exceptionTypes.KeyboardInterrupt);
  const traceback = exception.traceback ?? None;
  vm.sysDict.setStr('last_exc', exception);
  vm.sysDict.setStr('last_type', exception.cls);
  vm.sysDict.setStr('last_value', exception);
  vm.sysDict.setStr('last_traceback', traceback);
  const args = [exception.cls, exception, traceback];
  const hook = vm.sysDict.getStr('excepthook');
  const plainHook = vm.sysDict.getStr('__excepthook__') as PyValue;
  try {
    if (hook === undefined) {
      writeError(vm, 'sys.excepthook is missing\n');
      call(vm, plainHook, args);
    } else {
      audit(vm, 'sys.excepthook', hook, ...args);
      call(vm, hook, args);
    }
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    if (isInstance(vm, error, exceptionTypes.SystemExit)) return ran(exitStatus(vm, error));
    writeError(vm, 'Error in sys.excepthook:\n');
    call(vm, plainHook, [error.cls, error, error.traceback ?? None]);
    writeError(vm, '\nOriginal exception was:\n');
    call(vm, plainHook, args);
  }
  return { status: interrupted ? 130 : 1, interrupted };
}

/** What `sys.exit(value)` stands for. CPython: _Py_HandleSystemExit. */
function exitStatus(vm: VM, exception: PyBaseException): number {
  const code = lookupAttr(vm, exception, 'code') ?? None;
  if (code === None) return 0;
  if (isInt(code)) {
    const value = BigInt(intValue(code));
    // Too large for C: CPython prints the OverflowError's -1.
    return value > 9223372036854775807n || value < -9223372036854775808n ? 255 : Number(BigInt.asUintN(8, value));
  }
  flush(vm, 'stdout');
  writeError(vm, `${strText(vm, code)}\n`);
  return 1;
}

/** Runs exit functions, empties the streams. CPython 3.12: Python/pylifecycle.c, Py_FinalizeEx. */
function finishProgram(vm: VM, end: ProgramEnd): ProgramEnd {
  quietly(vm, () => {
    // What was registered is the VM's, whether the module is still in sys.modules or not.
    const atexit = vm.nativeModules.get('atexit');
    if (atexit !== undefined && vm.moduleStates.has('atexit')) callMethod(vm, createNative(vm, atexit), '_run_exitfuncs');
  });
  vm.finalizing = true;
  if (Number(vm.options.sys?.flags?.verbose ?? 0) > 0) tellOfCleanup(vm);
  finalizeAll(vm);
  let { status } = end;
  if (!flush(vm, 'stdout')) status = 120;
  flush(vm, 'stderr');
  // What native modules still have to do: `_io` writes out the streams that nobody closed.
  for (const finalize of vm.state<(() => void)[]>('finalizers', () => [])) quietly(vm, finalize);
  return { ...end, status };
}

/**
 * What -v says at the end. CPython 3.12: Python/pylifecycle.c, finalize_modules. Objects here end with the process: which modules something
 * still holds (`# destroy`, `# cleanup[3] wiping`) is not told.
 */
function tellOfCleanup(vm: VM): void {
  flush(vm, 'stdout');
  flush(vm, 'stderr');
  const cleared = ['path_importer_cache', 'path_hooks'].map((name) => `sys.${name}`);
  const last = ['path', 'argv', 'ps1', 'ps2', 'last_exc', 'last_type', 'last_value', 'last_traceback', '__interactivehook__', 'meta_path'];
  cleared.push('builtins._', ...last.map((name) => `sys.${name}`));
  const lines = [...cleared.map((name) => `# clear ${name}`), ...['stdin', 'stdout', 'stderr'].map((name) => `# restore sys.${name}`)];
  lines.push(...toArray(vm, vm.modules).filter(isStr).map((name) => `# cleanup[2] removing ${jsText(name)}`));
  writeText(vm, lines.map((line) => `${line}\n`).join(''));
}

function quietly(vm: VM, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    if (!isInstance(vm, error, exceptionTypes.SystemExit)) reportException(vm, error);
  }
}

/** False if the stream could not be emptied: what is lost must show in the exit status. */
function flush(vm: VM, name: 'stdout' | 'stderr'): boolean {
  const stream = vm.sysDict.getStr(name);
  if (stream === undefined || stream === None || lookupAttr(vm, stream, 'closed') === true) return true;
  try {
    callMethod(vm, stream, 'flush');
    return true;
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    if (name === 'stdout') {
      writeError(vm, `Exception ignored in: ${reprText(vm, stream)}\n`);
      callMethod(vm, vm.modules.getStr('sys') as PyValue, '__excepthook__', [error.cls, error, None]);
    }
    return false;
  }
}
