/*
 * Type variables inside `list[T]` and `T | None`: finding them and putting arguments in their place (CPython 3.12:
 * Objects/genericaliasobject.c, _Py_make_parameters and _Py_subs_parameters). Type variables are known by their `__typing_subst__`.
 */
import type { PyObject, PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyType, typeOf } from '../core/type.ts';
import { typeError } from '../core/errors.ts';
import { jsText, strFromJS } from '../core/text.ts';
import { lookupAttr } from '../protocol/attribute.ts';
import { call } from '../protocol/call.ts';
import { repr, reprText } from '../protocol/repr.ts';
import { getItem } from '../protocol/subscript.ts';
import { isTrue } from '../protocol/truth.ts';
import { Ellipsis, None } from './none.ts';
import { PyList } from './list.ts';
import { PyTuple, newTuple } from './tuple.ts';

/** `__parameters__`: the type variables in `args`, each once, in order. */
export function typeParameters(vm: VM, args: PyTuple): PyTuple {
  const parameters: PyValue[] = [];
  const add = (parameter: PyValue): void => {
    if (!parameters.includes(parameter)) parameters.push(parameter);
  };
  for (const arg of args.items) {
    if (arg instanceof PyType) continue; // A class's own `__parameters__` is not meant.
    if (lookupAttr(vm, arg, '__typing_subst__') !== undefined) add(arg);
    else {
      const inner = lookupAttr(vm, arg, '__parameters__');
      if (inner instanceof PyTuple) inner.items.forEach(add);
    }
  }
  return newTuple(parameters);
}

/** `args` with `item` (a value or a tuple of them) in place of the type variables. `self` is for messages. */
export function substitute(vm: VM, self: PyObject, args: PyTuple, parameters: PyTuple, item: PyValue): PyTuple {
  if (parameters.items.length === 0) throw typeError(`${reprText(vm, self)} is not a generic class`);
  let given: PyValue = unpackArguments(vm, item);
  for (const parameter of parameters.items) {
    const prepare = lookupAttr(vm, parameter, '__typing_prepare_subst__');
    if (prepare !== undefined && prepare !== None) given = call(vm, prepare, [self, given instanceof PyTuple ? given : newTuple([given])]);
  }
  const values = given instanceof PyTuple ? given.items : [given];
  const expected = parameters.items.length;
  if (values.length !== expected) {
    throw typeError(`Too ${values.length > expected ? 'many' : 'few'} arguments for ${reprText(vm, self)}; actual ${values.length}, expected ${expected}`);
  }
  const result: PyValue[] = [];
  for (const arg of args.items) {
    if (arg instanceof PyType) {
      result.push(arg);
      continue;
    }
    const unpacked = lookupAttr(vm, arg, '__typing_is_unpacked_typevartuple__');
    const unpack = unpacked !== undefined && isTrue(vm, unpacked);
    const subst = lookupAttr(vm, arg, '__typing_subst__');
    const replaced = subst === undefined ? substituteInside(vm, arg, parameters, values) : call(vm, subst, [values[parameters.items.indexOf(arg)]]);
    if (unpack && replaced instanceof PyTuple) result.push(...replaced.items);
    else result.push(replaced);
  }
  return newTuple(result);
}

/** An argument that may itself be generic: `dict[str, T]` inside `list[dict[str, T]]`. */
function substituteInside(vm: VM, arg: PyValue, parameters: PyTuple, values: readonly PyValue[]): PyValue {
  const inner = lookupAttr(vm, arg, '__parameters__');
  if (!(inner instanceof PyTuple) || inner.items.length === 0) return arg;
  const innerArgs: PyValue[] = [];
  for (const parameter of inner.items) {
    const index = parameters.items.indexOf(parameter);
    if (index < 0) innerArgs.push(parameter);
    else {
      const value = values[index];
      // A TypeVarTuple stands for several.
      if (typeOf(parameter).tp_iter !== undefined && value instanceof PyTuple) innerArgs.push(...value.items);
      else innerArgs.push(value);
    }
  }
  return getItem(vm, arg, newTuple(innerArgs));
}

/** The arguments with `*tuple[int, str]` spread out. */
function unpackArguments(vm: VM, item: PyValue): PyTuple {
  const result: PyValue[] = [];
  for (const value of item instanceof PyTuple ? item.items : [item]) {
    if (!(value instanceof PyType)) {
      const inner = lookupAttr(vm, value, '__typing_unpacked_tuple_args__');
      if (inner instanceof PyTuple && inner.items[inner.items.length - 1] !== Ellipsis) {
        result.push(...inner.items);
        continue;
      }
    }
    result.push(value);
  }
  return newTuple(result);
}

/** How a type argument is shown: classes by name, `...`, all else by repr. */
export function typeArgumentText(vm: VM, arg: PyValue): string {
  if (arg === Ellipsis) return '...';
  if (arg instanceof PyList) return `[${arg.items.map((item) => typeArgumentText(vm, item)).join(', ')}]`;
  if (lookupAttr(vm, arg, '__origin__') !== undefined && lookupAttr(vm, arg, '__args__') !== undefined) return jsText(repr(vm, arg));
  const qualname = lookupAttr(vm, arg, '__qualname__');
  if (qualname === undefined) return jsText(repr(vm, arg));
  const module = lookupAttr(vm, arg, '__module__');
  if (module === undefined || module === None) return jsText(repr(vm, arg));
  if (module === 'builtins') return strOf(vm, qualname);
  return `${strOf(vm, module)}.${strOf(vm, qualname)}`;
}

function strOf(vm: VM, value: PyValue): string {
  return typeof value === 'string' ? jsText(strFromJS(value)) : reprText(vm, value);
}
