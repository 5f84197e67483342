import { EXC } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { importError, keyError, newException, typeError, valueError } from '../core/errors.ts';
import { completeTypes } from '../core/fill-types.ts';
import { NativeDef } from '../core/native.ts';
import type { NativeModule } from '../core/native-module.ts';
import { typeOf } from '../core/type.ts';
import { PyBuiltinFunction } from '../objects/builtin_function.ts';
import { PyModule } from '../objects/module.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { PyDict } from '../objects/dict.ts';
import { None } from '../objects/none.ts';
import { emptyTuple } from '../objects/tuple.ts';
import { getAttr, lookupAttr } from '../protocol/attribute.ts';
import { callValue, continueWith, finish } from '../protocol/call.ts';
import { isTrue } from '../protocol/truth.ts';
import type { Continuation } from './frame.ts';
import type { PyBaseException } from '../objects/exceptions.ts';
import type { PyTraceback } from '../objects/traceback.ts';
import { ImportError } from '../objects/exception-types.ts';
import type { ImportTiming } from './import-times.ts';
import { audit } from '../protocol/audit.ts';
import { equals } from '../protocol/compare.ts';

/**
 * `__import__(name, globals, None, fromlist, level)`: what `sys.modules` has is given at once, the rest is done by the library's
 * importlib (`vm.importlib`), so that hooks, finders and errors are CPython's. CPython 3.12: Python/import.c, PyImport_ImportModuleLevelObject.
 */
export function importModule(vm: VM, name: string, globals: PyValue, fromlist: PyValue, level: number): PyValue {
  if (level < 0) throw valueError('level must be >= 0');
  if (level === 0 && name === '') throw valueError('Empty module name');
  const absolute = level === 0 ? name : resolveName(vm, name, globals, level);
  const loaded = vm.modules.getStr(absolute);
  if (loaded !== undefined && loaded !== None) return finishImport(vm, loaded, name, absolute, fromlist, level);
  const { importlib } = vm;
  if (importlib === null) {
    if (!vm.nativeModules.has(absolute)) throw moduleNotFound(absolute);
    return finishImport(vm, loadNative(vm, absolute), name, absolute, fromlist, level);
  }
  const timing = vm.importTimes?.begin(absolute) ?? null;
  const sys = (member: string): PyValue => vm.sysDict.getStr(member) ?? None;
  audit(vm, 'import', strFromJS(absolute), None, sys('path'), sys('meta_path'), sys('path_hooks'));
  const started = callValue(vm, getAttr(vm, importlib, '_find_and_load'), [strFromJS(absolute), vm.builtins.getStr('__import__') as PyValue], null);
  return continueWith(vm, started, new AfterLoad(name, absolute, fromlist, level, timing));
}

/** A native module by name, made now if it is not in `sys.modules` yet: for start-up, and for a VM without importlib. */
export function loadNative(vm: VM, name: string): PyModule {
  const loaded = vm.modules.getStr(name);
  if (loaded instanceof PyModule) return loaded;
  const definition = vm.nativeModules.get(name);
  if (definition === undefined) throw moduleNotFound(name);
  const module = createNative(vm, definition);
  vm.modules.setStr(name, module);
  execNative(vm, definition, module);
  return module;
}

/** Runs the `exec` of a native module, unless it is one that was kept. */
export function execNative(vm: VM, definition: NativeModule, module: PyModule): void {
  if (!vm.keptModules?.wasExecuted(module)) definition.exec?.(vm, module);
}

/** Makes the object of a native module, or takes the one that was kept; it is not in `sys.modules` yet, and {@link execNative} is to follow. */
export function createNative(vm: VM, definition: NativeModule): PyModule {
  const kept = vm.keptModules?.takeNative(vm, definition);
  if (kept) return kept;
  const { doc, members } = definition;
  completeTypes(); // Reading the members may have been what declared them.
  const name = strFromJS(definition.name);
  const module = new PyModule(name);
  const { dict } = module;
  if (doc !== null) dict.setStr('__doc__', strFromJS(doc));
  for (const [key, member] of Object.entries(members)) {
    if (member instanceof NativeDef) dict.setStr(key, new PyBuiltinFunction(member, module, name));
    else dict.setStr(key, typeof member === 'function' ? member(vm) : member);
  }
  return module;
}

/** `importlib.import_module(name)`, waited for in JavaScript. */
export function importNamed(vm: VM, name: string): PyValue {
  finish(vm, importModule(vm, name, None, None, 0));
  return vm.modules.getStr(name) ?? None;
}

function moduleNotFound(name: string): ReturnType<typeof importError> {
  return importError(`No module named '${name}'`, { name: strFromJS(name), notFound: true });
}

class AfterLoad implements Continuation {
  next: Continuation | null = null;
  readonly name: string;
  readonly absolute: string;
  readonly fromlist: PyValue;
  readonly level: number;
  /** For -X importtime. */
  readonly timing: ImportTiming | null;
  constructor(name: string, absolute: string, fromlist: PyValue, level: number, timing: ImportTiming | null) {
    this.name = name;
    this.absolute = absolute;
    this.fromlist = fromlist;
    this.level = level;
    this.timing = timing;
  }
  resumed(vm: VM, module: PyValue): PyValue {
    if (this.timing !== null) vm.importTimes?.end(this.timing);
    return finishImport(vm, module, this.name, this.absolute, this.fromlist, this.level);
  }
  failed(vm: VM, exception: PyBaseException): PyValue {
    if (this.timing !== null) vm.importTimes?.end(this.timing);
    trimImportlibFrames(vm, exception);
    vm.raised = exception;
    return EXC;
  }
}

/** The names of `from … import` may be modules that were imported by now. */
class AfterFromlist implements Continuation {
  next: Continuation | null = null;
  resumed(_vm: VM, module: PyValue): PyValue {
    return module;
  }
  failed(vm: VM, exception: PyBaseException): PyValue {
    trimImportlibFrames(vm, exception);
    vm.raised = exception;
    return EXC;
  }
}

/**
 * Takes importlib's own frames out of a traceback: all of them for an ImportError, else those stretches that end in its helper for
 * running a module (CPython 3.12: Python/import.c, remove_importlib_frames). `-v` keeps them.
 */
function trimImportlibFrames(vm: VM, exception: PyBaseException): void {
  if (Number(vm.options.sys?.flags?.verbose ?? 0) > 0) return;
  const always = exception.cls.isSubtypeOf(ImportError);
  const kept: PyTraceback[] = [];
  let stretch: PyTraceback[] = [];
  for (let tb = exception.traceback; tb !== null; tb = tb.next) {
    const { co_filename, co_name } = tb.frame.code.code;
    const internal = co_filename === '<frozen importlib._bootstrap>' || co_filename === '<frozen importlib._bootstrap_external>';
    if (!internal) {
      kept.push(...stretch, tb);
      stretch = [];
    } else if (always || co_name === '_call_with_frames_removed') stretch = [];
    else stretch.push(tb);
  }
  kept.push(...stretch);
  for (const [i, tb] of kept.entries()) tb.next = kept[i + 1] ?? null;
  exception.traceback = kept[0] ?? null;
}

/** The module itself for `from … import`, else the package that the statement binds. */
function finishImport(vm: VM, module: PyValue, name: string, absolute: string, fromlist: PyValue, level: number): PyValue {
  if (fromlist !== None && isTrue(vm, fromlist)) {
    if (vm.importlib === null || lookupAttr(vm, module, '__path__') === undefined) return module;
    return continueWith(vm, callValue(vm, getAttr(vm, vm.importlib, '_handle_fromlist'), [module, fromlist, getAttr(vm, vm.importlib, '_gcd_import')], null), new AfterFromlist());
  }
  const dot = name.indexOf('.');
  if (level !== 0 && name === '') return module;
  if (dot < 0) return module;
  const front = name.slice(0, dot);
  const wanted = level === 0 ? front : absolute.slice(0, absolute.length - (name.length - dot));
  const found = vm.modules.getStr(wanted);
  if (found !== undefined) return found;
  if (level !== 0) throw newException(typeOf(keyError('')), strFromJS(`'${wanted}' not in sys.modules as expected`));
  return importModule(vm, front, None, emptyTuple, 0);
}

/** The absolute name of a relative import (CPython: resolve_name). */
function resolveName(vm: VM, name: string, globals: PyValue, level: number): string {
  if (!(globals instanceof PyDict)) throw typeError('globals must be a dict');
  const packageName = packageOf(vm, globals);
  if (packageName === '') throw newException(ImportError, strFromJS('attempted relative import with no known parent package'));
  let base = packageName;
  for (let up = level - 1; up > 0; up--) {
    const dot = base.lastIndexOf('.');
    if (dot < 0) throw newException(ImportError, strFromJS('attempted relative import beyond top-level package'));
    base = base.slice(0, dot);
  }
  return name === '' ? base : `${base}.${name}`;
}

function packageOf(vm: VM, globals: PyDict): string {
  const declared = globals.getStr('__package__');
  const spec = globals.getStr('__spec__');
  if (declared !== undefined && declared !== None) {
    if (!isStr(declared)) throw typeError('package must be a string');
    if (spec !== undefined && spec !== None && !equals(vm, declared, getAttr(vm, spec, 'parent'))) vm.warn('DeprecationWarning', '__package__ != __spec__.parent', 1);
    return jsText(declared);
  }
  if (spec !== undefined && spec !== None) {
    const parent = getAttr(vm, spec, 'parent');
    if (!isStr(parent)) throw typeError('__spec__.parent must be a string');
    return jsText(parent);
  }
  vm.warn('ImportWarning', "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__", 1);
  const name = globals.getStr('__name__');
  if (name === undefined) throw keyError("'__name__' not in globals");
  if (!isStr(name)) throw typeError('__name__ must be a string');
  const text = jsText(name);
  if (globals.getStr('__path__') !== undefined) return text;
  const dot = text.lastIndexOf('.');
  return dot < 0 ? '' : text.slice(0, dot);
}
