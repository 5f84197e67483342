import {
  attributeError, defineType, exceptionTypes, getAttr, importModule, isStr, jsText, lookupAttr, newException, type PyBaseException, PyDict, PyTuple, reprText, runtimeError, strFromJS, typeOf,
} from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';

/* What pickling and unpickling share: the error classes, the registries of `copyreg`, the names of Python 2. */

const exception = (name: string, base: PyType): PyType => defineType(name, { module: '_pickle', bases: [base], basetype: true, ownLayout: false });
export const pickleErrorType: PyType = exception('PickleError', exceptionTypes.Exception);
export const picklingErrorType: PyType = exception('PicklingError', pickleErrorType);
export const unpicklingErrorType: PyType = exception('UnpicklingError', pickleErrorType);

export const picklingError = (message: string): PyBaseException => newException(picklingErrorType, strFromJS(message));
export const unpicklingError = (message: string): PyBaseException => newException(unpicklingErrorType, strFromJS(message));

/** What the module keeps of others, for one VM (CPython: PickleState). */
export interface PickleState {
  readonly dispatchTable: PyDict;
  readonly extensionRegistry: PyDict;
  readonly invertedRegistry: PyDict;
  readonly extensionCache: PyDict;
  readonly nameMapping: PyDict;
  readonly importMapping: PyDict;
  readonly reverseNameMapping: PyDict;
  readonly reverseImportMapping: PyDict;
  readonly codecsEncode: PyValue;
  readonly partial: PyValue;
  readonly getattr: PyValue;
}

export function pickleState(vm: VM): PickleState {
  return vm.state('_pickle', () => {
    const table = (module: string, name: string): PyDict => {
      const value = getAttr(vm, importModule(vm, module), name);
      if (!(value instanceof PyDict)) throw runtimeError(`${module}.${name} should be a dict, not ${typeOf(value).tpName}`);
      return value;
    };
    return {
      dispatchTable: table('copyreg', 'dispatch_table'),
      extensionRegistry: table('copyreg', '_extension_registry'),
      invertedRegistry: table('copyreg', '_inverted_registry'),
      extensionCache: table('copyreg', '_extension_cache'),
      nameMapping: table('_compat_pickle', 'NAME_MAPPING'),
      importMapping: table('_compat_pickle', 'IMPORT_MAPPING'),
      reverseNameMapping: table('_compat_pickle', 'REVERSE_NAME_MAPPING'),
      reverseImportMapping: table('_compat_pickle', 'REVERSE_IMPORT_MAPPING'),
      codecsEncode: getAttr(vm, importModule(vm, 'codecs'), 'encode'),
      partial: getAttr(vm, importModule(vm, 'functools'), 'partial'),
      getattr: vm.builtins.getStr('getattr') as PyValue,
    };
  });
}

/** A pair of names that a table of `_compat_pickle` gives for another pair, or undefined. */
export function mappedPair(vm: VM, table: PyDict, tableName: string, module: PyValue, name: PyValue): readonly [PyValue, PyValue] | undefined {
  const found = table.get(vm, new PyTuple([module, name]));
  if (found === undefined) return undefined;
  if (!(found instanceof PyTuple) || found.items.length !== 2) throw runtimeError(`_compat_pickle.${tableName} values should be 2-tuples, not ${typeOf(found).tpName}`);
  const [first, second] = found.items;
  if (!isStr(first) || !isStr(second)) throw runtimeError(`_compat_pickle.${tableName} values should be pairs of str, not (${typeOf(first).tpName}, ${typeOf(second).tpName})`);
  return [first, second];
}

/** A module name that a table of `_compat_pickle` gives for another one, or undefined. */
export function mappedModule(vm: VM, table: PyDict, tableName: string, module: PyValue): PyValue | undefined {
  const found = table.get(vm, module);
  if (found !== undefined && !isStr(found)) throw runtimeError(`_compat_pickle.${tableName} values should be strings, not ${typeOf(found).tpName}`);
  return found;
}

/** The parts of a qualified name. Raises AttributeError for a local one; `obj` is where it was looked for, if known. */
export function dottedPath(vm: VM, name: PyValue, obj: PyValue | null): string[] {
  const path = jsText(name).split('.');
  if (path.includes('<locals>')) {
    throw attributeError(obj === null ? `Can't pickle local object ${reprText(vm, name)}` : `Can't get local attribute ${reprText(vm, name)} on ${reprText(vm, obj)}`);
  }
  return path;
}

/** Follows the path; gives what it ends at and what that is an attribute of, or null where an attribute is missing. */
export function deepAttribute(vm: VM, obj: PyValue, path: readonly string[]): { value: PyValue; parent: PyValue } | null {
  let parent = obj;
  let value = obj;
  for (const name of path) {
    parent = value;
    const found = lookupAttr(vm, parent, name);
    if (found === undefined) return null;
    value = found;
  }
  return { value, parent };
}
