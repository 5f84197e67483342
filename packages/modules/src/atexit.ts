import { call, defineModule, equals, native, None, PyBaseException, reportUnraisable, typeError, typeOf } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';

/* `atexit` (CPython 3.12: Modules/atexitmodule.c). */

interface Registered {
  readonly func: PyValue;
  readonly args: readonly PyValue[];
  readonly kwargs: ReadonlyMap<string, PyValue>;
}

const registered = (vm: VM): Registered[] => vm.state('atexit', () => []);

/** Calls what was registered, last first; exceptions are printed. */
export function runExitFunctions(vm: VM): void {
  const list = registered(vm);
  for (let entry = list.pop(); entry !== undefined; entry = list.pop()) {
    try {
      call(vm, entry.func, [...entry.args, ...entry.kwargs.values()], entry.kwargs.size > 0 ? [...entry.kwargs.keys()] : null);
    } catch (error) {
      if (!(error instanceof PyBaseException)) throw error;
      reportUnraisable(vm, error, 'in atexit callback', entry.func);
    }
  }
}

/** Python's module `atexit`. CPython 3.12: Modules/atexitmodule.c. */
export const atexit: NativeModule = defineModule(
  'atexit',
  {
    register: native('register(func, /, *args, **kwargs)', (vm: VM, func: PyValue, args: readonly PyValue[], kwargs: ReadonlyMap<string, PyValue>) => {
      if (typeOf(func).tp_call === undefined) throw typeError('the first argument must be callable');
      registered(vm).push({ func, args, kwargs });
      return func;
    }, 'register(func, *args, **kwargs) -> func\n\nRegister a function to be executed upon normal program termination\n\n    func - function to be called at exit\n    args - optional arguments to pass to func\n    kwargs - optional keyword arguments to pass to func\n\n    func is returned to facilitate usage as a decorator.'),
    unregister: native('unregister(func, /)', (vm: VM, func: PyValue) => {
      const list = registered(vm);
      const kept = list.filter((entry) => !equals(vm, entry.func, func));
      list.splice(0, list.length, ...kept);
      return None;
    }, "unregister(func) -> None\n\nUnregister an exit function which was previously registered using\natexit.register\n\n    func - function to be unregistered"),
    _clear: native('_clear()', (vm: VM) => {
      registered(vm).length = 0;
      return None;
    }, '_clear() -> None\n\nClear the list of previously registered exit functions.'),
    _run_exitfuncs: native('_run_exitfuncs()', (vm: VM) => {
      runExitFunctions(vm);
      return None;
    }, '_run_exitfuncs() -> None\n\nRun all registered exit functions.\n\nIf a callback raises an exception, it is logged with sys.unraisablehook.'),
    _ncallbacks: native('_ncallbacks()', (vm: VM) => registered(vm).length, '_ncallbacks() -> int\n\nReturn the number of registered exit functions.'),
  },
  { doc: 'allow programmer to define multiple exit functions to be executed\nupon normal program termination.\n\nTwo public functions, register and unregister, are defined.\n' },
);
