import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { PyType, TypeFlag, bytearrayType, typeOf } from '../../core/type.ts';
import { isStr, jsText } from '../../core/text.ts';
import { typeError, valueError } from '../../core/errors.ts';
import { PyDict } from '../../objects/dict.ts';
import { PyList } from '../../objects/list.ts';
import { None } from '../../objects/none.ts';
import { PyTuple, newTuple } from '../../objects/tuple.ts';
import { getAttr, lookupAttr } from '../../protocol/attribute.ts';
import { call } from '../../protocol/call.ts';
import { isInstance } from '../../protocol/isinstance.ts';
import { reprText } from '../../protocol/repr.ts';
import type { Action } from '../action.ts';
import type { Frame } from '../frame.ts';
import { pop, push } from './stack.ts';

export function MATCH_MAPPING(_vm: VM, frame: Frame): Action {
  return push(frame, (typeOf(frame.stack[frame.sp - 1] as PyValue).flags & TypeFlag.MAPPING) !== 0);
}

export function MATCH_SEQUENCE(_vm: VM, frame: Frame): Action {
  return push(frame, (typeOf(frame.stack[frame.sp - 1] as PyValue).flags & TypeFlag.SEQUENCE) !== 0);
}

/** Pushes the tuple of the values of all keys, or None when one is missing. */
export function MATCH_KEYS(vm: VM, frame: Frame): Action {
  const keys = (frame.stack[frame.sp - 1] as PyTuple).items;
  const subject = frame.stack[frame.sp - 2] as PyValue;
  const seen = new PyDict();
  const values: PyValue[] = [];
  const missing = new PyList([]);
  // `get` with a default, so that a defaultdict does not grow.
  const get = keys.length === 0 ? None : getAttr(vm, subject, 'get');
  for (const key of keys) {
    if (seen.has(vm, key)) throw valueError(`mapping pattern checks duplicate key (${reprText(vm, key)})`);
    seen.set(vm, key, None);
    const value = call(vm, get, [key, missing]);
    if (value === missing) return push(frame, None);
    values.push(value);
  }
  return push(frame, newTuple(values));
}

/** Pushes the tuple of attributes for a class pattern with `arg` positional sub-patterns, or None (CPython: match_class). */
export function MATCH_CLASS(vm: VM, frame: Frame, arg: number): Action {
  const names = (pop(frame) as PyTuple).items.map(jsText);
  const cls = pop(frame);
  const subject = pop(frame);
  const attributes = matchClass(vm, subject, cls, arg, names);
  return push(frame, attributes === null ? None : newTuple(attributes));
}

function matchClass(vm: VM, subject: PyValue, cls: PyValue, positional: number, names: readonly string[]): PyValue[] | null {
  if (!(cls instanceof PyType)) throw typeError('called match pattern must be a class');
  if (!isInstance(vm, subject, cls)) return null;
  const seen = new Set<string>();
  const attributes: PyValue[] = [];
  if (positional > 0) {
    const found = lookupAttr(vm, cls, '__match_args__');
    const self = found === undefined && matchesSelf(cls);
    const allowed = self ? 1 : matchArgs(cls, found).length;
    if (allowed < positional) {
      throw typeError(`${cls.name}() accepts ${allowed} positional sub-pattern${allowed === 1 ? '' : 's'} (${positional} given)`);
    }
    if (self) attributes.push(subject);
    else {
      for (const name of matchArgs(cls, found).slice(0, positional)) {
        if (!isStr(name)) throw typeError(`__match_args__ elements must be strings (got ${typeOf(name).tpName})`);
        const value = matchAttribute(vm, subject, cls, jsText(name), seen);
        if (value === undefined) return null;
        attributes.push(value);
      }
    }
  }
  for (const name of names) {
    const value = matchAttribute(vm, subject, cls, name, seen);
    if (value === undefined) return null;
    attributes.push(value);
  }
  return attributes;
}

function matchArgs(cls: PyType, found: PyValue | undefined): readonly PyValue[] {
  if (found === undefined) return [];
  if (!(found instanceof PyTuple)) throw typeError(`${cls.name}.__match_args__ must be a tuple (got ${typeOf(found).tpName})`);
  return found.items;
}

/** Built-in types whose single positional sub-pattern is the object itself (CPython: Py_TPFLAGS_MATCH_SELF). */
function matchesSelf(cls: PyType): boolean {
  const mask =
    TypeFlag.LONG_SUBCLASS | TypeFlag.LIST_SUBCLASS | TypeFlag.TUPLE_SUBCLASS | TypeFlag.BYTES_SUBCLASS | TypeFlag.UNICODE_SUBCLASS | TypeFlag.DICT_SUBCLASS;
  if ((cls.flags & mask) !== 0) return true;
  return cls.mro.some((type) => type === bytearrayType || (!type.isHeapType && (type.name === 'float' || type.name === 'set' || type.name === 'frozenset')));
}

function matchAttribute(vm: VM, subject: PyValue, cls: PyType, name: string, seen: Set<string>): PyValue | undefined {
  if (seen.has(name)) throw typeError(`${cls.name}() got multiple sub-patterns for attribute '${name}'`);
  seen.add(name);
  return lookupAttr(vm, subject, name);
}
