import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { Continuation } from './frame.ts';
import { PyType, typeOf, typeType } from '../core/type.ts';
import { typeError } from '../core/errors.ts';
import { jsText } from '../core/text.ts';
import { PyCell } from '../objects/cell.ts';
import { PyDict } from '../objects/dict.ts';
import type { PyFunction } from '../objects/function.ts';
import { PyTuple, newTuple } from '../objects/tuple.ts';
import { calculateMetaclass } from '../objects/type-new.ts';
import { lookupAttr } from '../protocol/attribute.ts';
import { call, callValue, continueWith } from '../protocol/call.ts';
import { reprText } from '../protocol/repr.ts';
import { setItem } from '../protocol/subscript.ts';
import { pushCode } from './run-code.ts';

/** `__build_class__(func, name, *bases, metaclass=…, **kwds)`. Gives TAIL: the class body runs as a frame. */
export function buildClass(vm: VM, func: PyFunction, name: PyValue, originalBases: readonly PyValue[], keywords: ReadonlyMap<string, PyValue>): PyValue {
  const bases = resolveBases(vm, originalBases);
  const kwds = new Map(keywords);
  let metaclass = kwds.get('metaclass');
  let isClass = true;
  kwds.delete('metaclass');
  if (metaclass === undefined) metaclass = bases.length === 0 ? typeType : typeOf(bases[0]);
  else isClass = metaclass instanceof PyType;
  if (isClass) metaclass = calculateMetaclass(metaclass as PyType, bases);
  const prepare = lookupAttr(vm, metaclass, '__prepare__');
  const kwnames = [...kwds.keys()];
  const kwvalues = [...kwds.values()];
  const namespace =
    prepare === undefined ? new PyDict() : call(vm, prepare, [name, newTuple(bases), ...kwvalues], kwnames.length > 0 ? kwnames : null);
  if (typeOf(namespace).mp_subscript === undefined) {
    const what = isClass ? (metaclass as PyType).name : '<metaclass>';
    throw typeError(`${what}.__prepare__() must return a mapping, not ${typeOf(namespace).tpName}`);
  }
  const changed = bases !== originalBases ? newTuple(originalBases) : null;
  const body = pushCode(vm, func.code, func.globals, namespace, func.closure);
  return continueWith(vm, body, new AfterClassBody(metaclass, name, bases, changed, namespace, kwnames, kwvalues));
}

/** Replaces bases that have `__mro_entries__`; gives the same array if none has. */
function resolveBases(vm: VM, bases: readonly PyValue[]): readonly PyValue[] {
  let resolved: PyValue[] | null = null;
  for (const [i, base] of bases.entries()) {
    const method = base instanceof PyType ? undefined : lookupAttr(vm, base, '__mro_entries__');
    if (method === undefined) {
      resolved?.push(base);
      continue;
    }
    const entries = call(vm, method, [newTuple(bases)]);
    if (!(entries instanceof PyTuple)) throw typeError('__mro_entries__ must return a tuple');
    resolved ??= bases.slice(0, i);
    resolved.push(...entries.items);
  }
  return resolved ?? bases;
}

/** The body has run: the metaclass makes the class. */
class AfterClassBody implements Continuation {
  next: Continuation | null = null;
  readonly metaclass: PyValue;
  readonly name: PyValue;
  readonly bases: readonly PyValue[];
  readonly originalBases: PyTuple | null;
  readonly namespace: PyValue;
  readonly kwnames: readonly string[];
  readonly kwvalues: readonly PyValue[];

  constructor(metaclass: PyValue, name: PyValue, bases: readonly PyValue[], originalBases: PyTuple | null, namespace: PyValue, kwnames: readonly string[], kwvalues: readonly PyValue[]) {
    this.metaclass = metaclass;
    this.name = name;
    this.bases = bases;
    this.originalBases = originalBases;
    this.namespace = namespace;
    this.kwnames = kwnames;
    this.kwvalues = kwvalues;
  }

  resumed(vm: VM, cell: PyValue): PyValue {
    if (this.originalBases !== null) setItem(vm, this.namespace, '__orig_bases__', this.originalBases);
    const args = [this.name, newTuple(this.bases), this.namespace, ...this.kwvalues];
    const made = callValue(vm, this.metaclass, args, this.kwnames.length > 0 ? this.kwnames : null);
    return cell instanceof PyCell ? continueWith(vm, made, new CheckClassCell(cell, this.name)) : made;
  }
}

/** `type.__new__` must have filled the cell that `super()` and `__class__` use. */
class CheckClassCell implements Continuation {
  next: Continuation | null = null;
  readonly cell: PyCell;
  readonly name: PyValue;
  constructor(cell: PyCell, name: PyValue) {
    this.cell = cell;
    this.name = name;
  }
  resumed(vm: VM, cls: PyValue): PyValue {
    if (!(cls instanceof PyType)) return cls;
    if (this.cell.value === undefined) {
      throw typeError(`__class__ not set defining '${jsText(this.name)}' as ${reprText(vm, cls)}. Was __classcell__ propagated to type.__new__?`);
    }
    if (this.cell.value !== cls) {
      throw typeError(`__class__ set to ${reprText(vm, this.cell.value)} defining '${jsText(this.name)}' as ${reprText(vm, cls)}`);
    }
    return cls;
  }
}

