import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { nameError } from '../../core/errors.ts';
import { dictType } from '../../core/type.ts';
import { strFromJS } from '../../core/text.ts';
import { KeyError } from '../../objects/exception-types.ts';
import { PyBaseException } from '../../objects/exceptions.ts';
import { PyDict } from '../../objects/dict.ts';
import { getItem, setItem } from '../../protocol/subscript.ts';
import { OK } from '../action.ts';
import type { Action } from '../action.ts';
import type { Frame } from '../frame.ts';
import { LOAD_NAME_BUILTIN, LOAD_NAME_LOCAL, STORE_NAME_LOCAL } from '../private-ops.ts';
import { adapt, specialize } from '../specialize.ts';
import { pop, push } from './stack.ts';

/** Value of a name in a namespace, or undefined. Namespaces of classes may be any mapping (`__prepare__`). */
export function lookupInMapping(vm: VM, mapping: PyValue, name: string): PyValue | undefined {
  if (mapping instanceof PyDict && mapping.cls === dictType) return mapping.getStr(name);
  try {
    return getItem(vm, mapping, strFromJS(name));
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(KeyError)) return undefined;
    throw error;
  }
}

/** Where names are stored. The code of a module that was made a function stores them among its globals. */
function localsOf(frame: Frame): PyValue {
  return (frame.locals ??= frame.globals);
}

function lookupGlobal(vm: VM, frame: Frame, name: string): PyValue {
  const found = lookupInMapping(vm, frame.globals, name) ?? lookupInMapping(vm, frame.builtins, name);
  if (found === undefined) throw nameError(`name '${name}' is not defined`, name);
  return found;
}

export function LOAD_NAME(vm: VM, frame: Frame, arg: number): Action {
  const name = frame.code.names[arg];
  const locals = localsOf(frame);
  adaptName(frame, name, false);
  return push(frame, lookupInMapping(vm, locals, name) ?? lookupGlobal(vm, frame, name));
}

export function STORE_NAME(vm: VM, frame: Frame, arg: number): Action {
  const name = frame.code.names[arg];
  const value = pop(frame);
  const locals = localsOf(frame);
  if (locals instanceof PyDict && locals.cls === dictType) {
    adaptName(frame, name, true);
    locals.setStr(name, value);
  } else setItem(vm, locals, strFromJS(name), value);
  return OK;
}

/** Remembers the entry of a name in a plain namespace: module code that loops is then as quick as functions with globals. */
function adaptName(frame: Frame, name: string, store: boolean): void {
  const { locals, globals, builtins } = frame;
  if (!(locals instanceof PyDict) || locals.cls !== dictType || builtins.cls !== dictType) return;
  const site = adapt(frame);
  if (site === null) return;
  const entry = locals.findStr(name);
  if (entry >= 0) {
    site.version = locals.version;
    site.index = entry;
    specialize(frame, site, store ? STORE_NAME_LOCAL : LOAD_NAME_LOCAL);
    return;
  }
  const builtin = store || locals !== globals ? -1 : builtins.findStr(name);
  if (builtin < 0) return site.failed();
  site.version = locals.version;
  site.version2 = builtins.version;
  site.index = builtin;
  specialize(frame, site, LOAD_NAME_BUILTIN);
}

export function DELETE_NAME(vm: VM, frame: Frame, arg: number): Action {
  const name = frame.code.names[arg];
  const locals = localsOf(frame);
  if (!deleteFrom(vm, locals, name)) throw nameError(`name '${name}' is not defined`, name);
  return OK;
}

function deleteFrom(vm: VM, mapping: PyValue, name: string): boolean {
  if (mapping instanceof PyDict && mapping.cls === dictType) return mapping.deleteStr(name);
  try {
    setItem(vm, mapping, strFromJS(name), undefined);
    return true;
  } catch (error) {
    // Whatever the mapping raised, the name could not be deleted (CPython: DELETE_NAME).
    if (error instanceof PyBaseException) return false;
    throw error;
  }
}

export function LOAD_GLOBAL(vm: VM, frame: Frame, arg: number): Action {
  const name = frame.code.names[arg >> 1];
  adaptGlobal(frame, name);
  if (arg & 1) push(frame, undefined);
  return push(frame, lookupGlobal(vm, frame, name));
}

function adaptGlobal(frame: Frame, name: string): void {
  const site = adapt(frame);
  if (site === null) return;
  const { globals, builtins } = frame;
  if (globals.cls !== dictType || builtins.cls !== dictType) return site.failed();
  const entry = globals.findStr(name);
  if (entry >= 0) {
    site.version = globals.version;
    site.index = entry;
    specialize(frame, site, 112); // LOAD_GLOBAL_MODULE
    return;
  }
  const builtin = builtins.findStr(name);
  if (builtin < 0) return site.failed();
  site.version = globals.version;
  site.version2 = builtins.version;
  site.index = builtin;
  specialize(frame, site, 111); // LOAD_GLOBAL_BUILTIN
}

export function STORE_GLOBAL(vm: VM, frame: Frame, arg: number): Action {
  const value = pop(frame);
  if (frame.globals.cls === dictType) frame.globals.setStr(frame.code.names[arg], value);
  else setItem(vm, frame.globals, strFromJS(frame.code.names[arg]), value);
  return OK;
}

export function DELETE_GLOBAL(_vm: VM, frame: Frame, arg: number): Action {
  const name = frame.code.names[arg];
  if (!frame.globals.deleteStr(name)) throw nameError(`name '${name}' is not defined`, name);
  return OK;
}

export function LOAD_LOCALS(_vm: VM, frame: Frame): Action {
  return push(frame, localsOf(frame));
}

/** The namespace on the stack first (of a class, in annotation scopes), then globals and builtins. */
export function LOAD_FROM_DICT_OR_GLOBALS(vm: VM, frame: Frame, arg: number): Action {
  const name = frame.code.names[arg];
  const own = lookupInMapping(vm, pop(frame), name);
  return push(frame, own ?? lookupGlobal(vm, frame, name));
}

/** `__build_class__` as the program has it now in builtins. */
export function LOAD_BUILD_CLASS(vm: VM, frame: Frame): Action {
  const found = lookupInMapping(vm, frame.builtins, '__build_class__');
  if (found === undefined) throw nameError('__build_class__ not found', '__build_class__');
  return push(frame, found);
}

export function SETUP_ANNOTATIONS(vm: VM, frame: Frame): Action {
  const locals = localsOf(frame);
  if (lookupInMapping(vm, locals, '__annotations__') === undefined) setItem(vm, locals, '__annotations__', new PyDict());
  return OK;
}
