// The module `_imp`: what importlib asks the interpreter. CPython 3.12: Python/import.c.
import type { CodeObject } from '@py/code';
import { sourceHash } from '@py/pyc';
import {
  asIndex, callMethod, createNative, defineModule, exceptionTypes, execNative, getAttr, hasBuffer, importError, importModule, isStr, jsText, loadNative, native, newException, newTuple, None, PyBaseException, PyByteArray, PyBytes, PyCode, PyList, PyModule, runtimeError, strFromJS, typeError, typeOf,
  type NativeModule, type PyValue, type VM,
} from '@py/vm/native';

/** A module whose code comes with the interpreter. */
export interface FrozenModule {
  readonly isPackage: boolean;
  /** Name of the module that this one is a copy of (`importlib._bootstrap` for `_frozen_importlib`); null for none. */
  readonly origname: string | null;
  /** The library may lack it. */
  exists(): boolean;
  code(): CodeObject;
  /** Has what is late in that code read from the library again. */
  release(): void;
}

export interface ImpOptions {
  readonly frozen: ReadonlyMap<string, FrozenModule>;
  readonly checkHashBasedPycs: 'default' | 'always' | 'never';
  /** Are frozen modules other than the start-up ones used? (`-X frozen_modules`) */
  readonly useFrozen: boolean;
}

/** What the import lock and the test switches remember. */
interface ImpState {
  lockDepth: number;
  /** `_override_frozen_modules_for_tests`: above 0 use them, below 0 do not. */
  frozenOverride: number;
  multiInterpreterOverride: number;
}

export function impModule(options: ImpOptions): NativeModule {
  const state = (vm: VM): ImpState => vm.state('_imp', () => ({ lockDepth: 0, frozenOverride: 0, multiInterpreterOverride: 0 }));

  /** Modules that importlib itself needs are always frozen. */
  const bootstrap = new Set(['_frozen_importlib', '_frozen_importlib_external', 'zipimport']);

  function find(vm: VM, name: string): FrozenModule | undefined {
    const override = state(vm).frozenOverride;
    const enabled = override > 0 || (override === 0 && options.useFrozen);
    const frozen = enabled || bootstrap.has(name) ? options.frozen.get(name) : undefined;
    return frozen?.exists() ? frozen : undefined;
  }

  function nameOf(what: string, value: PyValue): string {
    if (!isStr(value)) throw typeError(`${what}() argument must be str, not ${typeOf(value).name}`);
    return jsText(value);
  }

  function required(vm: VM, name: string): FrozenModule {
    const frozen = find(vm, name);
    if (frozen) return frozen;
    if (options.frozen.has(name)) throw importError(`Frozen modules are disabled and the frozen object named '${name}' is not essential`, { name: strFromJS(name) });
    throw importError(`No such frozen object named '${name}'`, { name: strFromJS(name) });
  }

  function imp_find_frozen(vm: VM, name: PyValue, withdata: PyValue | undefined): PyValue {
    const frozen = find(vm, nameOf('find_frozen', name));
    if (!frozen) return None;
    const data = withdata === true ? new PyCode(frozen.code()) : None;
    return newTuple([data, frozen.isPackage, frozen.origname === null ? None : strFromJS(frozen.origname)]);
  }

  function imp_create_builtin(vm: VM, spec: PyValue): PyValue {
    const name = nameOf('create_builtin', getAttr(vm, spec, 'name'));
    // `sys` and `builtins` exist once.
    if (name === 'sys' || name === 'builtins') return vm.modules.getStr(name) ?? loadNative(vm, name);
    const definition = vm.nativeModules.get(name);
    return definition ? createNative(vm, definition) : None;
  }

  function imp_exec_builtin(vm: VM, module: PyValue): PyValue {
    if (!(module instanceof PyModule)) return 0;
    const name = module.dict.getStr('__name__');
    const definition = name !== undefined && isStr(name) && name !== 'sys' && name !== 'builtins' ? vm.nativeModules.get(jsText(name)) : undefined;
    if (definition) execNative(vm, definition, module);
    return 0;
  }

  function imp_source_hash(vm: VM, key: PyValue, source: PyValue): PyValue {
    void asIndex(vm, key);
    if (!(source instanceof PyBytes) && !(source instanceof PyByteArray)) throw typeError(`a bytes-like object is required, not '${typeOf(source).name}'`);
    return new PyBytes(sourceHash(source.bytes));
  }

  /** Code that was compiled under another name gets the path it was found at, inner code objects too. */
  function imp_fix_co_filename(_vm: VM, code: PyValue, path: PyValue): PyValue {
    if (!(code instanceof PyCode)) throw typeError(`_fix_co_filename() argument 1 must be code, not ${typeOf(code).name}`);
    if (!isStr(path)) throw typeError(`_fix_co_filename() argument 2 must be str, not ${typeOf(path).name}`);
    code.setFilename(jsText(path));
    return None;
  }

  return defineModule('_imp', {
    check_hash_based_pycs: options.checkHashBasedPycs,
    extension_suffixes: native('extension_suffixes()', () => new PyList([]), 'Returns the list of file suffixes used to identify extension modules.'),
    lock_held: native('lock_held()', (vm) => state(vm).lockDepth > 0, 'Return True if the import lock is currently held, else False.\n\nOn platforms without threads, return False.'),
    acquire_lock: native('acquire_lock()', (vm) => {
      state(vm).lockDepth++;
      return None;
    }, 'Acquires the interpreter\'s import lock for the current thread.\n\nThis lock should be used by import hooks to ensure thread-safety when importing\nmodules. On platforms without threads, this function does nothing.'),
    release_lock: native('release_lock()', (vm) => {
      if (state(vm).lockDepth === 0) throw runtimeError('not holding the import lock');
      state(vm).lockDepth--;
      return None;
    }, 'Release the interpreter\'s import lock.\n\nOn platforms without threads, this function does nothing.'),
    find_frozen: native('find_frozen(name, /, *, withdata=False)', imp_find_frozen),
    get_frozen_object: native('get_frozen_object(name, data=None, /)', imp_get_frozen_object, 'Create a code object for a frozen module.'),
    is_frozen_package: native('is_frozen_package(name, /)', (vm: VM, name: PyValue) => required(vm, nameOf('is_frozen_package', name)).isPackage, 'Returns True if the module name is of a frozen package.'),
    is_frozen: native('is_frozen(name, /)', (vm: VM, name: PyValue) => find(vm, nameOf('is_frozen', name)) !== undefined, 'Returns True if the module name corresponds to a frozen module.'),
    is_builtin: native('is_builtin(name, /)', (vm: VM, name: PyValue) => builtinKind(vm, nameOf('is_builtin', name)), 'Returns True if the module name corresponds to a built-in module.'),
    create_builtin: native('create_builtin(spec, /)', imp_create_builtin, 'Create an extension module.'),
    exec_builtin: native('exec_builtin(mod, /)', imp_exec_builtin, 'Initialize a built-in module.'),
    _frozen_module_names: native('_frozen_module_names()', () => new PyList([...options.frozen.keys()].map(strFromJS)), 'Returns the list of available frozen modules.'),
    _override_frozen_modules_for_tests: native('_override_frozen_modules_for_tests(override, /)', (vm: VM, override: PyValue) => {
      state(vm).frozenOverride = Number(asIndex(vm, override));
      return None;
    }, '(internal-only) Override PyConfig.use_frozen_modules.\n\n(-1: "off", 1: "on", 0: no override)\nSee frozen_modules() in Lib/test/support/import_helper.py.'),
    _override_multi_interp_extensions_check: native('_override_multi_interp_extensions_check(override, /)', (vm: VM, override: PyValue) => {
      const before = state(vm).multiInterpreterOverride;
      state(vm).multiInterpreterOverride = Number(asIndex(vm, override));
      return before;
    }, '(internal-only) Override PyInterpreterConfig.check_multi_interp_extensions.\n\n(-1: "never", 1: "always", 0: no override)'),
    _fix_co_filename: native('_fix_co_filename(code, path, /)', imp_fix_co_filename, 'Changes code.co_filename to specify the passed-in path.\n\n  code\n    Code object to change.\n  path\n    File path to use.'),
    source_hash: native('source_hash(key, source)', imp_source_hash),
  }, { doc: '(Extremely) low-level import machinery bits as used by importlib.' });

  function imp_get_frozen_object(vm: VM, nameValue: PyValue, data: PyValue | undefined): PyValue {
    const name = nameOf('get_frozen_object', nameValue);
    if (data === undefined || data === None) return new PyCode(required(vm, name).code());
    if (!hasBuffer(vm, data)) throw typeError(`get_frozen_object() argument 2 must be bytes, not ${typeOf(data).tpName}`);
    const code = unmarshalled(vm, data);
    if (code === undefined) throw newException(exceptionTypes.ImportError, strFromJS(`Frozen object named '${name}' is invalid`));
    if (!(code instanceof PyCode)) throw typeError(`frozen object '${name}' is not a code object`);
    return code;
  }

  /** -1 for modules that cannot be made again, 1 for others. */
  function builtinKind(vm: VM, name: string): number {
    if (name === 'sys' || name === 'builtins') return -1;
    return vm.nativeModules.has(name) ? 1 : 0;
  }
}

/** What the bytes of marshal hold, or undefined for bytes that it cannot read. */
function unmarshalled(vm: VM, data: PyValue): PyValue | undefined {
  try {
    return callMethod(vm, importModule(vm, 'marshal'), 'loads', [data]);
  } catch (error) {
    if (error instanceof PyBaseException) return undefined;
    throw error;
  }
}
