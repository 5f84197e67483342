import type { PyValue } from '../../core/value.ts';
import type { SysOptions, VM } from '../../core/vm.ts';
import type { NativeModule } from '../../core/native-module.ts';
import { defineModule } from '../../core/native-module.ts';
import type { NativeDef } from '../../core/native.ts';
import { native, nativeRaw } from '../../core/native.ts';
import { badArgument } from '../../core/arguments.ts';
import { recursionError, runtimeError, typeError, valueError } from '../../core/errors.ts';
import { isStr, jsText, strFromJS } from '../../core/text.ts';
import { frozensetType, strType, TypeFlag, typeOf } from '../../core/type.ts';
import { variable } from '../../core/variables.ts';
import * as exceptions from '../../objects/exception-types.ts';
import { PyBaseException } from '../../objects/exceptions.ts';
import { PyDict } from '../../objects/dict.ts';
import { PyFloat } from '../../objects/float.ts';
import { PyList } from '../../objects/list.ts';
import type { PyModule } from '../../objects/module.ts';
import { None } from '../../objects/none.ts';
import { PySet } from '../../objects/set.ts';
import { PySimpleNamespace } from '../../objects/simple_namespace.ts';
import { PyStructSequence } from '../../objects/struct_sequence.ts';
import { newTuple, PyTuple } from '../../objects/tuple.ts';
import { frameObject } from '../../objects/frame.ts';
import { currentException, topException } from '../../interpreter/control.ts';
import { threadsOf } from '../../interpreter/threads.ts';
import { newMonitoring } from '../../interpreter/monitoring.ts';
import { sysTracing } from './tracing.ts';
import { traceState } from '../../interpreter/tracing.ts';
import { call, callMethod, callValue } from '../../protocol/call.ts';
import { getAttr, lookupAttr, lookupSpecial } from '../../protocol/attribute.ts';
import { asIndex, isInt, intValue } from '../../protocol/number.ts';
import { repr } from '../../protocol/repr.ts';
import { asDouble } from '../../objects/float-methods.ts';
import { displayException, writeUnraisable } from './display.ts';
import { asyncgenHooksType, flagNames, flagsType, floatInfoType, hashInfoType, intInfoType, threadInfoType, versionInfoType, unraisableHookArgsType } from './info.ts';
import { addAuditHook, audit } from '../../protocol/audit.ts';

/* `sys` (CPython 3.12: Python/sysmodule.c). */

const versionInfo = (): PyValue => new PyStructSequence(versionInfoType, [3, 12, 7, 'final', 0]);

function sys_exit(vm: VM, status: PyValue | undefined): PyValue {
  if (status instanceof PyBaseException && status.cls.isSubtypeOf(exceptions.SystemExit)) throw status;
  const args = status === undefined || status === None ? [] : status instanceof PyTuple ? status.items.slice() : [status];
  throw call(vm, exceptions.SystemExit, args);
}

function sys_getframe(vm: VM, depth: PyValue | undefined): PyValue {
  let left = depth === undefined ? 0 : Math.max(0, Number(asIndex(vm, depth)));
  let frame = vm.frame;
  while (left > 0 && frame !== null) {
    frame = frame.back;
    left--;
  }
  if (frame === null) throw valueError('call stack is not deep enough');
  const object = frameObject(frame);
  audit(vm, 'sys._getframe', object);
  return object;
}

function sys_getframemodulename(vm: VM, depth: PyValue | undefined): PyValue {
  audit(vm, 'sys._getframemodulename', depth ?? 0);
  let left = depth === undefined ? 0 : Math.max(0, Number(asIndex(vm, depth)));
  let frame = vm.frame;
  while (left > 0 && frame !== null) {
    frame = frame.back;
    left--;
  }
  if (frame === null) return None;
  // Code that no function was made for runs as one of the module whose globals it has.
  return (frame.func === null ? frame.globals.getStr('__name__') : lookupAttr(vm, frame.func, '__module__')) ?? None;
}

function sys_exc_info(vm: VM): PyValue {
  const exception = currentException(vm);
  return exception === null ? newTuple([None, None, None]) : newTuple([exception.cls, exception, exception.traceback ?? None]);
}

function sys_intern(_vm: VM, string: PyValue): PyValue {
  if (!isStr(string)) throw badArgument('intern', 'argument', 'str', string);
  if (typeOf(string) !== strType) throw typeError(`can't intern ${typeOf(string).tpName}`);
  return string;
}

function sys_setrecursionlimit(vm: VM, limit: PyValue): PyValue {
  const value = Number(asIndex(vm, limit));
  if (value < 1) throw valueError('recursion limit must be greater or equal than 1');
  const depth = vm.frame?.depth ?? 0;
  if (depth >= value) throw recursionError(`cannot set the recursion limit to ${value} at the recursion depth ${depth}: the limit is too low`);
  vm.recursionLimit = value;
  return None;
}

function sys_getsizeof(vm: VM, object: PyValue, fallback: PyValue | undefined): PyValue {
  const method = lookupSpecial(vm, object, '__sizeof__');
  if (method === undefined) {
    if (fallback !== undefined) return fallback;
    throw typeError(`Type ${typeOf(object).tpName} doesn't define __sizeof__`);
  }
  try {
    const size = call(vm, method, []);
    if (!isInt(size)) throw typeError('an integer is required');
    const value = intValue(size);
    if (value < 0) throw valueError('__sizeof__() should return >= 0');
    return typeof value === 'number' ? value + (typeOf(object).flags & TypeFlag.HAVE_GC ? 16 : 0) : value;
  } catch (error) {
    if (fallback !== undefined && error instanceof PyBaseException && error.cls.isSubtypeOf(exceptions.TypeError)) return fallback;
    throw error;
  }
}

function sys_set_int_max_str_digits(vm: VM, maxdigits: PyValue): PyValue {
  const value = Number(asIndex(vm, maxdigits));
  if (value !== 0 && value < 640) throw valueError('maxdigits must be 0 or larger than 640');
  vm.intMaxStrDigits = value;
  return None;
}

function sys_displayhook(vm: VM, object: PyValue): PyValue {
  if (object === None) return None;
  vm.builtins.setStr('_', None);
  const stdout = vm.sysDict.getStr('stdout');
  if (stdout === undefined || stdout === None) throw runtimeError('lost sys.stdout');
  const text = repr(vm, object);
  try {
    callMethod(vm, stdout, 'write', [text]);
  } catch (error) {
    if (!(error instanceof PyBaseException) || !error.cls.isSubtypeOf(exceptions.UnicodeEncodeError)) throw error;
    const encoding = getAttr(vm, stdout, 'encoding');
    const bytes = callMethod(vm, text, 'encode', [encoding, 'backslashreplace']);
    const buffer = lookupAttr(vm, stdout, 'buffer');
    if (buffer !== undefined) callMethod(vm, buffer, 'write', [bytes]);
    else callMethod(vm, stdout, 'write', [callMethod(vm, bytes, 'decode', [encoding, 'strict'])]);
  }
  callMethod(vm, stdout, 'write', ['\n']);
  vm.builtins.setStr('_', object);
  return None;
}

function sys_excepthook(vm: VM, _type: PyValue, value: PyValue, traceback: PyValue): PyValue {
  displayException(vm, value, traceback);
  return None;
}

function sys_unraisablehook(vm: VM, unraisable: PyValue): PyValue {
  if (typeOf(unraisable) !== unraisableHookArgsType) throw typeError('sys.unraisablehook argument type must be UnraisableHookArgs');
  writeUnraisable(vm, unraisable);
  return None;
}

/** `sys.breakpointhook`: PYTHONBREAKPOINT names the function, `pdb.set_trace` by default. */
function sys_breakpointhook(vm: VM, _self: PyValue | null, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const ignored = Number(vm.options.sys?.flags?.ignore_environment ?? 0) > 0;
  const path = (ignored ? '' : variable(vm, 'PYTHONBREAKPOINT')) || 'pdb.set_trace';
  if (path === '0') return None;
  const hook = breakpointFunction(vm, path);
  if (hook !== null) return callValue(vm, hook, args, kwnames);
  vm.warn('RuntimeWarning', `Ignoring unimportable $PYTHONBREAKPOINT: "${path}"`, 1);
  return None;
}

/** What `module.name` stands for, or the built-in `name`; null if it cannot be imported. */
function breakpointFunction(vm: VM, path: string): PyValue | null {
  const dot = path.lastIndexOf('.');
  if (dot === 0) return null;
  const [moduleName, name] = dot < 0 ? ['builtins', path] : [path.slice(0, dot), path.slice(dot + 1)];
  try {
    const module = call(vm, vm.builtins.getStr('__import__') as PyValue, [strFromJS(moduleName), None, None, newTuple([strFromJS(name)])]);
    return getAttr(vm, module, name);
  } catch (error) {
    if (!(error instanceof PyBaseException) || !(error.cls.isSubtypeOf(exceptions.ImportError) || error.cls.isSubtypeOf(exceptions.AttributeError))) throw error;
    return null;
  }
}

interface SysState {
  dlopenflags: number;
}

const state = (vm: VM): SysState =>
  vm.state('sys', () => ({ dlopenflags: 2 }));

function sys_setswitchinterval(vm: VM, interval: PyValue): PyValue {
  const value = asDouble(vm, interval);
  if (value <= 0) throw valueError('switch interval must be strictly positive');
  threadsOf(vm).switchInterval = value;
  return None;
}

function sys_set_asyncgen_hooks(vm: VM, firstiter: PyValue | undefined, finalizer: PyValue | undefined): PyValue {
  for (const [name, hook] of [['finalizer', finalizer], ['firstiter', firstiter]] as const) {
    if (hook !== undefined && hook !== None && typeOf(hook).tp_call === undefined) throw typeError(`callable ${name} expected, got ${typeOf(hook).tpName}`);
  }
  const thread = threadsOf(vm).current;
  if (finalizer !== undefined) thread.asyncgenFinalizer = finalizer;
  if (firstiter !== undefined) thread.asyncgenFirstiter = firstiter;
  return None;
}

function sys_audit(vm: VM, event: PyValue, args: readonly PyValue[]): PyValue {
  if (!isStr(event)) throw typeError(`expected str for argument 'event', not ${typeOf(event).tpName}`);
  audit(vm, jsText(event), ...args);
  return None;
}

function sys_set_origin_depth(vm: VM, depth: PyValue): PyValue {
  const value = Number(asIndex(vm, depth));
  if (value < 0) throw valueError('depth must be >= 0');
  threadsOf(vm).current.coroutineOriginDepth = value;
  return None;
}

/** The frames that run now or will go on, by thread. */
function sys_current_frames(vm: VM): PyValue {
  const frames = new PyDict();
  const { all, current } = threadsOf(vm);
  for (const thread of all) {
    const frame = thread === current ? vm.frame : thread.frame;
    if (frame !== null) frames.set(vm, thread.ident, frameObject(frame));
  }
  return frames;
}

/** CPython 3.12: Python/ceval.c, _PyEval_CallTracing. */
function sys_call_tracing(vm: VM, func: PyValue, args: PyValue): PyValue {
  if (!(args instanceof PyTuple)) throw badArgument('call_tracing', 'argument 2', 'tuple', args);
  const state = traceState(vm);
  const { depth } = state;
  state.depth = 0;
  try {
    return call(vm, func, args.items.slice());
  } finally {
    state.depth = depth;
  }
}

const functions: readonly NativeDef[] = [
  native('exit(status=None, /)', sys_exit, 'Exit the interpreter by raising SystemExit(status).\n\nIf the status is omitted or None, it defaults to zero (i.e., success).\nIf the status is an integer, it will be used as the system exit status.\nIf it is another kind of object, it will be printed and the system\nexit status will be one (i.e., failure).'),
  native('exc_info()', sys_exc_info, 'Return current exception information: (type, value, traceback).\n\nReturn information about the most recent exception caught by an except\nclause in the current stack frame or in an older stack frame.'),
  native('exception()', (vm: VM) => currentException(vm) ?? None, 'Return the current exception.\n\nReturn the most recent exception caught by an except clause\nin the current stack frame or in an older stack frame, or None\nif no such exception exists.'),
  native('_getframe(depth=0, /)', sys_getframe, 'Return a frame object from the call stack.\n\nIf optional integer depth is given, return the frame object that many\ncalls below the top of the stack.  If that is deeper than the call\nstack, ValueError is raised.  The default for depth is zero, returning\nthe frame at the top of the call stack.\n\nThis function should be used for internal and specialized purposes\nonly.'),
  native('_getframemodulename(depth=0)', sys_getframemodulename, 'Return the name of the module for a calling frame.\n\nThe default depth returns the module containing the call to this API.\nA more typical use in a library will pass a depth of 1 to get the user\'s\nmodule rather than the library module.\n\nIf no frame, module, or name can be found, returns None.'),
  native('_current_frames()', sys_current_frames, "Return a dict mapping each thread's thread id to its current stack frame.\n\nThis function should be used for specialized purposes only."),
  native('_current_exceptions()', (vm: VM) => {
    const dict = new PyDict();
    const { all, current } = threadsOf(vm);
    for (const thread of all) dict.set(vm, thread.ident, (thread === current ? currentException(vm) : topException(thread.excInfo)) ?? None);
    return dict;
  }, "Return a dict mapping each thread's identifier to its current raised exception.\n\nThis function should be used for specialized purposes only."),
  native('intern(string, /)', sys_intern, "``Intern'' the given string.\n\nThis enters the string in the (global) table of interned strings whose\npurpose is to speed up dictionary lookups. Return the string itself or\nthe previously interned string object with the same value."),
  native('getrecursionlimit()', (vm: VM) => vm.recursionLimit, 'Return the current value of the recursion limit.\n\nThe recursion limit is the maximum depth of the Python interpreter\nstack.  This limit prevents infinite recursion from causing an overflow\nof the C stack and crashing Python.'),
  native('setrecursionlimit(limit, /)', sys_setrecursionlimit, 'Set the maximum depth of the Python interpreter stack to n.\n\nThis limit prevents infinite recursion from causing an overflow of the C\nstack and crashing Python.  The highest possible limit is platform-\ndependent.'),
  native('getsizeof(object, default=<unrepresentable>)', sys_getsizeof, 'getsizeof(object [, default]) -> int\n\nReturn the size of object in bytes.').unsigned(),
  native('getrefcount(object, /)', () => 2, 'Return the reference count of object.\n\nThe count returned is generally one higher than you might expect,\nbecause it includes the (temporary) reference as an argument to\ngetrefcount().'),
  native('getdefaultencoding()', () => 'utf-8', 'Return the current default encoding used by the Unicode implementation.'),
  native('getfilesystemencoding()', () => 'utf-8', 'Return the encoding used to convert Unicode filenames to OS filenames.'),
  native('getfilesystemencodeerrors()', () => 'surrogateescape', 'Return the error mode used Unicode to OS filename conversion.'),
  native('get_int_max_str_digits()', (vm: VM) => vm.intMaxStrDigits, 'Return the maximum string digits limit for non-binary int<->str conversions.'),
  native('set_int_max_str_digits(maxdigits)', sys_set_int_max_str_digits, 'Set the maximum string digits limit for non-binary int<->str conversions.'),
  native('getswitchinterval()', (vm: VM) => new PyFloat(threadsOf(vm).switchInterval), 'Return the current thread switch interval; see sys.setswitchinterval().'),
  native('setswitchinterval(interval, /)', sys_setswitchinterval, 'Set the ideal thread switching delay inside the Python interpreter.\n\nThe actual frequency of switching threads can be lower if the\ninterpreter executes long sequences of uninterruptible code\n(this is implementation-specific and workload-dependent).\n\nThe parameter must represent the desired switching delay in seconds\nA typical value is 0.005 (5 milliseconds).'),
  native('displayhook(object, /)', sys_displayhook, 'Print an object to sys.stdout and also save it in builtins._'),
  native('excepthook(exctype, value, traceback, /)', sys_excepthook, 'Handle an exception by displaying it with a traceback on sys.stderr.'),
  native('unraisablehook(unraisable, /)', sys_unraisablehook, 'Handle an unraisable exception.\n\nThe unraisable argument has the following attributes:\n\n* exc_type: Exception type.\n* exc_value: Exception value, can be None.\n* exc_traceback: Exception traceback, can be None.\n* err_msg: Error message, can be None.\n* object: Object causing the exception, can be None.'),
  nativeRaw('breakpointhook(*args, **kws)', sys_breakpointhook, 'breakpointhook(*args, **kws)\n\nThis hook function is called by built-in breakpoint().\n').unsigned(),
  native('is_finalizing()', (vm: VM) => vm.finalizing, 'Return True if Python is exiting.'),
  native('audit(event, *args)', sys_audit, 'audit(event, *args)\n\nPasses the event to any audit hooks that are attached.').unsigned(),
  native('addaudithook(hook)', addAuditHook, 'Adds a new audit hook callback.'),
  native('activate_stack_trampoline(backend, /)', () => {
    throw valueError('perf trampoline not available');
  }, 'Activate stack profiler trampoline *backend*.'),
  native('deactivate_stack_trampoline()', () => None, 'Deactivate the current stack profiler trampoline backend.\n\nIf no stack profiler is activated, this function has no effect.'),
  native('is_stack_trampoline_active()', () => false, 'Return *True* if a stack profiler trampoline is active.'),
  native('get_asyncgen_hooks()', (vm: VM) => new PyStructSequence(asyncgenHooksType, [threadsOf(vm).current.asyncgenFirstiter, threadsOf(vm).current.asyncgenFinalizer]), 'Return the installed asynchronous generators hooks.\n\nThis returns a namedtuple of the form (firstiter, finalizer).'),
  native('set_asyncgen_hooks(firstiter=<unrepresentable>, finalizer=<unrepresentable>)', sys_set_asyncgen_hooks, 'set_asyncgen_hooks(* [, firstiter] [, finalizer])\n\nSet a finalizer for async generators objects.').unsigned(),
  native('get_coroutine_origin_tracking_depth()', (vm: VM) => threadsOf(vm).current.coroutineOriginDepth, 'Check status of origin tracking for coroutine objects in this thread.'),
  native('set_coroutine_origin_tracking_depth(depth)', sys_set_origin_depth, 'Enable or disable origin tracking for coroutine objects in this thread.\n\nCoroutine objects will track \'depth\' frames of traceback information\nabout where they came from, available in their cr_origin attribute.\n\nSet a depth of 0 to disable.'),
  native('getallocatedblocks()', (vm: VM) => Math.max(0, Math.floor(vm.allocated / 64)), 'Return the number of memory blocks currently allocated.'),
  native('getunicodeinternedsize()', () => 0, 'Return the number of elements of the unicode interned dictionary'),
  native('_clear_type_cache()', () => None, 'Clear the internal type lookup cache.'),
  native('_debugmallocstats()', () => None, "Print summary info to stderr about the state of pymalloc's structures.\n\nIn Py_DEBUG mode, also perform some expensive internal consistency\nchecks."),
  native('getdlopenflags()', (vm: VM) => state(vm).dlopenflags, 'Return the current value of the flags that are used for dlopen calls.\n\nThe flag constants are defined in the os module.'),
  native('setdlopenflags(flags, /)', (vm: VM, flags: PyValue) => {
    state(vm).dlopenflags = Number(asIndex(vm, flags));
    return None;
  }, 'Set the flags used by the interpreter for dlopen calls.\n\nThis is used, for example, when the interpreter loads extension\nmodules. Among other things, this will enable a lazy resolving of\nsymbols when importing a module, if called as sys.setdlopenflags(0).\nTo share symbols across extension modules, call as\nsys.setdlopenflags(os.RTLD_GLOBAL).  Symbolic names for the flag\nmodules can be found in the os module (RTLD_xxx constants, e.g.\nos.RTLD_LAZY).'),
  native('call_tracing(func, args, /)', sys_call_tracing, 'Call func(*args), while tracing is enabled.\n\nThe tracing state is saved, and restored afterwards.  This is intended\nto be called from a debugger from a checkpoint, to recursively debug\nsome other code.'),
];

const copyright = 'Copyright (c) 2001-2023 Python Software Foundation.\nAll Rights Reserved.\n\nCopyright (c) 2000 BeOpen.com.\nAll Rights Reserved.\n\nCopyright (c) 1995-2001 Corporation for National Research Initiatives.\nAll Rights Reserved.\n\nCopyright (c) 1991-1995 Stichting Mathematisch Centrum, Amsterdam.\nAll Rights Reserved.';

/** Asynchronous generator hooks, for the interpreter. */
export function asyncgenHooks(vm: VM): { readonly firstiter: PyValue; readonly finalizer: PyValue } {
  const { asyncgenFirstiter, asyncgenFinalizer } = threadsOf(vm).current;
  return { firstiter: asyncgenFirstiter, finalizer: asyncgenFinalizer };
}

/** How many frames of `cr_origin` new coroutines get. */
export function coroutineOriginDepth(vm: VM): number {
  return threadsOf(vm).current.coroutineOriginDepth;
}

export const sys: NativeModule = defineModule(
  'sys',
  {
    ...Object.fromEntries([...functions, ...sysTracing].map((def) => [def.name, def])),
    api_version: 1013,
    monitoring: newMonitoring,
    byteorder: 'little',
    copyright: strFromJS(copyright),
    hexversion: 0x030c07f0,
    maxsize: 9223372036854775807n,
    maxunicode: 0x10ffff,
    float_repr_style: 'short',
    abiflags: '',
    platlibdir: 'lib',
    version: '3.12.7 (py in TypeScript) [JavaScript]',
    version_info: versionInfo,
    float_info: () =>
      new PyStructSequence(floatInfoType, [
        new PyFloat(Number.MAX_VALUE), 1024, 308, new PyFloat(2.2250738585072014e-308), -1021, -307, 15, 53, new PyFloat(2.220446049250313e-16), 2, 1,
      ]),
    int_info: () => new PyStructSequence(intInfoType, [30, 4, 4300, 640]),
    hash_info: () => new PyStructSequence(hashInfoType, [64, 2305843009213693951n, 314159, 0, 1000003, 'siphash13', 64, 128, 0]),
    thread_info: () => new PyStructSequence(threadInfoType, ['pthread', 'semaphore', None]),
    _git: () => newTuple(['CPython', '', '']),
    _framework: '',
    _home: None,
  },
  { doc: 'This module provides access to some objects used or maintained by the\ninterpreter and to functions that interact strongly with the interpreter.', exec: completeSys },
);

function completeSys(vm: VM, module: PyValue): void {
  const { dict } = module as PyModule;
  const options: SysOptions = vm.options.sys ?? {};
  const platform = vm.host.platform ?? 'unknown';
  dict.setStr('platform', platform);
  const implementation: [string, PyValue][] = [
    ['name', 'cpython'], ['cache_tag', 'cpython-312'], ['version', dict.getStr('version_info') as PyValue], ['hexversion', 0x030c07f0],
  ];
  if (options.multiarch !== undefined) implementation.push(['_multiarch', options.multiarch]);
  dict.setStr('implementation', new PySimpleNamespace(PyDict.fromStrings(implementation)));
  dict.setStr('modules', vm.modules);
  configureSys(vm, dict);
  dict.setStr('meta_path', new PyList([]));
  dict.setStr('path_hooks', new PyList([]));
  dict.setStr('path_importer_cache', new PyDict());
  dict.setStr('builtin_module_names', newTuple([...vm.nativeModules.keys()].sort().map(strFromJS)));
  dict.setStr('stdlib_module_names', PySet.late(vm, frozensetType, () => (options.stdlibModuleNames ?? []).map(strFromJS)));
  for (const name of ['displayhook', 'excepthook', 'breakpointhook', 'unraisablehook']) dict.setStr(`__${name}__`, dict.getStr(name) as PyValue);
}

/** What says how the program was started. */
export function configureSys(vm: VM, dict: PyDict): void {
  const options: SysOptions = vm.options.sys ?? {};
  const text = (value: string | null | undefined): PyValue => (value === null || value === undefined ? None : strFromJS(value));
  const list = (values: readonly string[] | undefined): PyValue => new PyList((values ?? []).map(strFromJS));
  const flags = options.flags ?? {};
  dict.setStr('flags', new PyStructSequence(flagsType, flagNames.map((name) => flags[name] ?? defaultFlag(name))));
  dict.setStr('argv', list(options.argv ?? ['']));
  dict.setStr('orig_argv', list(options.origArgv));
  dict.setStr('executable', text(options.executable ?? ''));
  dict.setStr('_base_executable', text(options.executable ?? ''));
  for (const name of ['prefix', 'exec_prefix', 'base_prefix', 'base_exec_prefix'] as const) dict.setStr(name, text(options.prefix ?? ''));
  dict.setStr('_stdlib_dir', text(options.stdlibDir));
  dict.setStr('path', list(options.path));
  dict.setStr('pycache_prefix', text(options.pycachePrefix));
  dict.setStr('dont_write_bytecode', Boolean(flags.dont_write_bytecode ?? 0));
  dict.setStr('warnoptions', list(options.warnoptions));
  dict.setStr('_xoptions', PyDict.fromStrings(Object.entries(options.xoptions ?? {}).map(([key, value]) => [key, value === true ? true : strFromJS(value)])));
  if (options.intMaxStrDigits !== undefined) vm.intMaxStrDigits = options.intMaxStrDigits;
}

function defaultFlag(name: string): PyValue {
  if (name === 'int_max_str_digits') return 4300;
  if (name === 'hash_randomization') return 1;
  return name === 'dev_mode' || name === 'safe_path' ? false : 0;
}

