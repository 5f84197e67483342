import { call, exceptionTypes, lookupAttr, newTuple, None, PyBaseException, bytearrayType, callMethod, defineType, floatType, intType, strType, typeOf } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { ProgrammingError, sqliteError } from './errors.ts';
import { moduleState } from './state.ts';

/* Python objects as values that SQLite knows, and back (PEP 246; CPython 3.12: Modules/_sqlite/microprotocols.c). */

/** Nothing but a name for "a parameter of a statement". */
export const prepareProtocolType: PyType = defineType('PrepareProtocol', {
  module: 'sqlite3', doc: 'PEP 246 style object adaption protocol type.', slots: { tp_init() {} },
});

/** `adapt(obj, protocol, alt)`: without `otherwise` an object that cannot be adapted raises. */
export function adapt(vm: VM, value: PyValue, protocol: PyValue = prepareProtocolType, otherwise?: PyValue): PyValue {
  const adapter = moduleState(vm).adapters.get(vm, newTuple([typeOf(value), protocol]));
  if (adapter !== undefined) return call(vm, adapter, [value]);
  const adapted = tryMethod(vm, protocol, '__adapt__', value) ?? tryMethod(vm, value, '__conform__', protocol) ?? otherwise;
  if (adapted === undefined) throw sqliteError(ProgrammingError, "can't adapt");
  return adapted;
}

/** Undefined where there is no such method, it gives None, or it does not know the type. */
function tryMethod(vm: VM, object: PyValue, name: string, argument: PyValue): PyValue | undefined {
  const method = lookupAttr(vm, object, name);
  if (method === undefined) return undefined;
  try {
    const result = call(vm, method, [argument]);
    return result === None ? undefined : result;
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.TypeError)) return undefined;
    throw error;
  }
}

export function registerAdapter(vm: VM, type: PyValue, adapter: PyValue): PyValue {
  const state = moduleState(vm);
  if (type === intType || type === floatType || type === strType || type === bytearrayType) state.adaptsBasicTypes = true;
  state.adapters.set(vm, newTuple([type, prepareProtocolType]), adapter);
  return None;
}

export function registerConverter(vm: VM, name: PyValue, converter: PyValue): PyValue {
  moduleState(vm).converters.set(vm, callMethod(vm, name, 'upper'), converter);
  return None;
}

/** The converter of a type by its name in a declaration; null if there is none. */
export function converterNamed(vm: VM, name: PyValue): PyValue | null {
  return moduleState(vm).converters.get(vm, callMethod(vm, name, 'upper')) ?? null;
}
