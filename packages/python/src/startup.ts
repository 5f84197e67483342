// What happens between the making of a VM and the first line of the program. CPython 3.12: Python/pylifecycle.c, init_interp_main.
import { releaseReaders } from '@py/code';
import { KeptModules } from '@py/vm';
import type { FrozenModule } from './bridges/imp.ts';
import type { PythonConfig } from './config.ts';
import { marshalOf, type CodeSource } from './frozen.ts';
import { forgetCallbacks, renewals } from './kept-modules.ts';
import {
  call, callMethod, getAttr, importModule, loadNative, None, PyBaseException, PyCode, PyModule, type PyList, runCode, setAttr, strFromJS, exceptionTypes, type PyValue, type VM,
} from '@py/vm/native';

export interface StartupOptions {
  readonly config: PythonConfig;
  readonly frozen: ReadonlyMap<string, FrozenModule>;
  /** Locale name (`LC_ALL`, `LC_CTYPE` or `LANG`); decides how the streams treat what they cannot decode. */
  readonly locale: string;
}

/** Imports what every program finds imported: importlib, codecs, streams, site. May throw a Python exception. */
export function startPython(vm: VM, options: StartupOptions): void {
  beginPython(vm, options);
  finishPython(vm, options);
}

/** The part that is the same for all programs, options and hosts. */
function beginPython(vm: VM, options: Pick<StartupOptions, 'config' | 'frozen'>): void {
  installImportlib(vm, options);
  importModule(vm, 'encodings');
}

/** Begins, in a VM that is to be kept, and goes through what site does once, so that its code is ready to run again; `modules` are imported in advance. */
export function rehearseStart(vm: VM, options: Pick<StartupOptions, 'config' | 'frozen'>, modules: readonly string[], library: CodeSource): void {
  beginPython(vm, options);
  const site = importModule(vm, 'site') as PyModule;
  for (const name of ['ENABLE_USER_SITE', 'USER_SITE', 'USER_BASE']) site.dict.setStr(name, None);
  vm.sysDict.deleteStr('__interactivehook__');
  if (modules.length > 0) keepModules(vm, modules, library);
  for (const name of vm.modules.keyList()) options.frozen.get(name as string)?.release();
  // Locks of the modules that have been imported, which go when the collector finds them; each would call back.
  for (const name of ['_module_locks', '_blocking_on']) callMethod(vm, getAttr(vm, vm.importlib as PyValue, name), 'clear');
}

function keepModules(vm: VM, names: readonly string[], library: CodeSource): void {
  vm.builtins.setStr('open', getAttr(vm, importModule(vm, 'io'), 'open')); // As they will find it.
  const codes = KeptModules.keep(vm, names, renewals, forgetCallbacks);
  for (const [name, code] of codes) if (library.code(name)) releaseReaders(code, () => marshalOf(library, name));
}

/** The rest: signals, streams, `__main__`, site. */
export function finishPython(vm: VM, options: StartupOptions): void {
  if (vm.nativeModules.has('_signal') && vm.host.signals !== undefined) loadNative(vm, '_signal');
  makeStreams(vm, options);
  if (options.config.faultHandler && (vm.sysDict.getStr('stderr') ?? None) !== None) callMethod(vm, importModule(vm, 'faulthandler'), 'enable');
  if (options.config.tracemalloc > 0) callMethod(vm, importModule(vm, '_tracemalloc'), 'start', [options.config.tracemalloc]);
  if (options.config.warnoptions.length > 0) importModule(vm, 'warnings');
  makeMain(vm);
  if (options.config.flags.no_site > 0) return;
  const rehearsed = vm.modules.getStr('site');
  if (rehearsed === undefined) importModule(vm, 'site');
  else callMethod(vm, rehearsed, 'main');
}

/** Writes ASCII to descriptor 2, whatever `sys.stderr` is: what -v and -X importtime print while there are no streams yet. */
export function writeText(vm: VM, text: string): void {
  vm.host.files?.write(2, Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

function builtin(vm: VM, name: string): PyValue {
  return vm.builtins.getStr(name) as PyValue;
}

/** importlib runs before anything can be imported: it is made by hand and handed `sys` and `_imp` (a native module of the VM). */
function installImportlib(vm: VM, { config, frozen }: Pick<StartupOptions, 'config' | 'frozen'>): void {
  const tell = (text: string): void => {
    if (config.flags.verbose > 0) writeText(vm, `${text}\n`);
  };
  const bootstrap = frozen.get('_frozen_importlib');
  if (!bootstrap) throw new Error('the library has no importlib');
  const importlib = new PyModule('_frozen_importlib');
  importlib.dict.setStr('__builtins__', vm.modules.getStr('builtins') as PyValue);
  importlib.dict.setStr('__origname__', 'importlib._bootstrap');
  runCode(vm, new PyCode(bootstrap.code()), importlib.dict);
  vm.modules.setStr('_frozen_importlib', importlib);
  vm.importlib = importlib;
  const imp = loadNative(vm, '_imp');
  tell('import _frozen_importlib # frozen');
  tell('import _imp # builtin');
  callMethod(vm, importlib, '_install', [vm.modules.getStr('sys') as PyValue, imp]);
  callMethod(vm, importlib, '_install_external_importers');
  tell('# installing zipimport hook');
  const hooks = vm.sysDict.getStr('path_hooks') as PyList;
  hooks.items.unshift(getAttr(vm, importModule(vm, 'zipimport'), 'zipimporter'));
  tell('# installed zipimport hook');
}

/** `sys.stdin`, `sys.stdout`, `sys.stderr`, and `open`. CPython: init_sys_streams. */
function makeStreams(vm: VM, { config, locale }: StartupOptions): void {
  const io = importModule(vm, 'io');
  vm.builtins.setStr('open', getAttr(vm, io, 'open'));
  const [givenEncoding, givenErrors] = (config.ioEncoding ?? '').split(':');
  const encoding = givenEncoding === '' ? '' : codecName(vm, givenEncoding);
  const errors = givenErrors || (encoding === '' && lenient(config, locale) ? 'surrogateescape' : 'strict');
  const streams = [
    { name: 'stdin', fd: 0, write: false, errors },
    { name: 'stdout', fd: 1, write: true, errors },
    { name: 'stderr', fd: 2, write: true, errors: 'backslashreplace' },
  ];
  const asciiOnly = config.flags.utf8_mode === 0 && (locale === 'C' || locale === 'POSIX');
  for (const stream of streams) {
    const object = makeStream(vm, io, stream, encoding || (asciiOnly ? 'ascii' : 'utf-8'), config.unbuffered);
    vm.sysDict.setStr(`__${stream.name}__`, object);
    vm.sysDict.setStr(stream.name, object);
  }
}

/** The codec's own name for an encoding: `iso8859-1` for `latin-1`. CPython: config_get_codec_name. */
function codecName(vm: VM, encoding: string): string {
  const name = getAttr(vm, callMethod(vm, importModule(vm, 'codecs'), 'lookup', [strFromJS(encoding)]), 'name');
  return typeof name === 'string' ? name : encoding;
}

/** In the locales that say nothing about the encoding, bytes that are not UTF-8 pass through. */
function lenient(config: PythonConfig, locale: string): boolean {
  return config.flags.utf8_mode > 0 || ['', 'C', 'POSIX', 'C.UTF-8', 'C.utf8', 'UTF-8'].includes(locale);
}

/** CPython: create_stdio. None where the host has no such stream. */
function makeStream(vm: VM, io: PyValue, { name, fd, write, errors }: { name: string; fd: number; write: boolean; errors: string }, encoding: string, unbuffered: boolean): PyValue {
  try {
    vm.host.files?.fstat(fd);
  } catch {
    return None;
  }
  if (!vm.host.files) return None;
  const direct = unbuffered && write;
  let buffer: PyValue;
  try {
    buffer = call(vm, getAttr(vm, io, 'open'), [fd, write ? 'wb' : 'rb', direct ? 0 : -1, None, None, None, false]);
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.OSError)) return None;
    throw error;
  }
  const raw = direct ? buffer : getAttr(vm, buffer, 'raw');
  setAttr(vm, raw, 'name', `<${name}>`);
  const terminal = callMethod(vm, raw, 'isatty') === true;
  const lineBuffering = !unbuffered && (terminal || name === 'stderr');
  const stream = call(vm, getAttr(vm, io, 'TextIOWrapper'), [buffer, encoding, errors, '\n', lineBuffering, direct]);
  setAttr(vm, stream, 'mode', write ? 'w' : 'r');
  return stream;
}

/** The module in which the program runs. CPython: add_main_module. */
function makeMain(vm: VM): void {
  const main = new PyModule('__main__');
  const builtins = vm.modules.getStr('builtins') as PyValue;
  callMethod(vm, main.dict, 'setdefault', ['__annotations__', call(vm, builtin(vm, 'dict'))]);
  main.dict.setStr('__builtins__', builtins);
  main.dict.setStr('__loader__', getAttr(vm, vm.importlib as PyValue, 'BuiltinImporter'));
  vm.modules.setStr('__main__', main);
}
