import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { Continuation } from './frame.ts';
import { completeTypes } from '../core/fill-types.ts';
import { NativeDef } from '../core/native.ts';
import type { NativeModule } from '../core/native-module.ts';
import { importError, keyError, typeError, valueError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { PyBuiltinFunction } from '../objects/builtin_function.ts';
import { PyDict } from '../objects/dict.ts';
import { PyModule } from '../objects/module.ts';
import { None } from '../objects/none.ts';
import { getAttr, lookupAttr } from '../protocol/attribute.ts';
import { callValue, continueWith } from '../protocol/call.ts';
import { equals } from '../protocol/compare.ts';
import { isTrue } from '../protocol/truth.ts';

/* Imports (CPython 3.12: Python/import.c): what `import` statements and `__import__` do before and after importlib. */

/** `__import__(name, globals, None, fromlist, level)`. May give TAIL: importlib runs as frames. */
export function importModule(vm: VM, name: string, globals: PyValue, fromlist: PyValue, level: number): PyValue {
  if (level < 0) throw valueError('level must be >= 0');
  let absolute = name;
  if (level > 0) absolute = resolveName(vm, name, globals, level);
  else if (name === '') throw valueError('Empty module name');
  const loaded = vm.modules.getStr(absolute);
  const step = new AfterLoad(name, absolute, fromlist, level);
  if (loaded !== undefined && loaded !== None && !isInitializing(vm, loaded)) return step.resumed(vm, loaded);
  return continueWith(vm, findAndLoad(vm, absolute, loaded), step);
}

/** The module is being imported right now: importlib decides whether that is a circular import or another thread's. */
function isInitializing(vm: VM, module: PyValue): boolean {
  const spec = lookupAttr(vm, module, '__spec__');
  if (spec === undefined || spec === None) return false;
  const value = lookupAttr(vm, spec, '_initializing');
  return value !== undefined && isTrue(vm, value);
}

function findAndLoad(vm: VM, name: string, loaded: PyValue | undefined): PyValue {
  const { importlib } = vm;
  if (importlib === null) {
    if (loaded !== undefined && loaded !== None) return loaded;
    return loadNative(vm, name) ?? vm.raise(importError(`No module named '${name}'`, { name: strFromJS(name), notFound: true }));
  }
  if (loaded !== undefined && loaded !== None) return loaded;
  return callValue(vm, getAttr(vm, importlib, '_find_and_load'), [strFromJS(name), getAttr(vm, importlib, '_gcd_import')], null);
}

/** After the module itself is there: which module the statement wants. */
class AfterLoad implements Continuation {
  next: Continuation | null = null;
  readonly name: string;
  readonly absolute: string;
  readonly fromlist: PyValue;
  readonly level: number;
  constructor(name: string, absolute: string, fromlist: PyValue, level: number) {
    this.name = name;
    this.absolute = absolute;
    this.fromlist = fromlist;
    this.level = level;
  }

  resumed(vm: VM, module: PyValue): PyValue {
    if (this.fromlist !== None && isTrue(vm, this.fromlist)) return this.withFromlist(vm, module);
    if (this.level > 0 && this.name === '') return module;
    const dot = this.name.indexOf('.');
    if (dot < 0) return module;
    const front = this.name.slice(0, dot);
    if (this.level === 0) return importModule(vm, front, None, None, 0);
    const wanted = this.absolute.slice(0, this.absolute.length - (this.name.length - dot));
    const found = vm.modules.getStr(wanted);
    if (found === undefined) throw keyError(strFromJS(`'${wanted}' not in sys.modules as expected`));
    return found;
  }

  /** `from package import submodule` may import submodules. */
  private withFromlist(vm: VM, module: PyValue): PyValue {
    const { importlib } = vm;
    if (importlib === null || lookupAttr(vm, module, '__path__') === undefined) return module;
    return callValue(vm, getAttr(vm, importlib, '_handle_fromlist'), [module, this.fromlist, getAttr(vm, importlib, '_gcd_import')], null);
  }
}

/** The absolute name of a relative import (CPython: resolve_name). */
function resolveName(vm: VM, name: string, globals: PyValue, level: number): string {
  if (globals === None) throw keyError("'__name__' not in globals");
  if (!(globals instanceof PyDict)) throw typeError('globals must be a dict');
  let parent = packageOf(vm, globals);
  if (parent === '') throw importError('attempted relative import with no known parent package');
  for (let up = 1; up < level; up++) {
    const dot = parent.lastIndexOf('.');
    if (dot < 0) throw importError('attempted relative import beyond top-level package');
    parent = parent.slice(0, dot);
  }
  return name === '' ? parent : `${parent}.${name}`;
}

function packageOf(vm: VM, globals: PyDict): string {
  const own = globals.getStr('__package__');
  const spec = globals.getStr('__spec__');
  if (own !== undefined && own !== None) {
    if (!isStr(own)) throw typeError('package must be a string');
    if (spec !== undefined && spec !== None) {
      const parent = getAttr(vm, spec, 'parent');
      if (!equals(vm, own, parent)) vm.warn('DeprecationWarning', '__package__ != __spec__.parent', 1);
    }
    return jsText(own);
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

/** A native module by name, made and put into `sys.modules`; undefined if there is none. For a VM without importlib. */
export function loadNative(vm: VM, name: string): PyValue | undefined {
  const definition = vm.nativeModules.get(name);
  if (definition === undefined) return undefined;
  const module = createNative(vm, definition);
  vm.modules.setStr(name, module);
  definition.exec?.(vm, module);
  return module;
}

/** Makes the module object of a native module; its `exec` has not run. */
export function createNative(vm: VM, definition: NativeModule): PyModule {
  const module = new PyModule(strFromJS(definition.name));
  if (definition.doc !== null) module.dict.setStr('__doc__', strFromJS(definition.doc));
  for (const [name, member] of Object.entries(definition.members)) module.dict.setStr(name, memberValue(vm, module, name, member));
  completeTypes();
  return module;
}

function memberValue(vm: VM, module: PyModule, name: string, member: NativeModule['members'][string]): PyValue {
  void name;
  if (member instanceof NativeDef) return new PyBuiltinFunction(member, module, module.dict.getStr('__name__'));
  if (typeof member === 'function') return member(vm);
  return member;
}

