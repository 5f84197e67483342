import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { TAIL } from '../core/value.ts';
import { PyType, typeOf, typeType } from '../core/type.ts';
import { isStr, jsText } from '../core/text.ts';
import { recursionError, runtimeError, typeError } from '../core/errors.ts';
import { PyCell } from '../objects/cell.ts';
import { PyDict } from '../objects/dict.ts';
import type { PyFunction } from '../objects/function.ts';
import { PyTuple, newTuple } from '../objects/tuple.ts';
import { calculateMetaclass } from '../objects/type-new.ts';
import { lookupAttr } from '../protocol/attribute.ts';
import { call, callValue, continueWith } from '../protocol/call.ts';
import { reprText } from '../protocol/repr.ts';
import { setItem } from '../protocol/subscript.ts';
import { Frame, addContinuation } from './frame.ts';
import type { Continuation } from './frame.ts';

/**
 * What a class statement does (`builtins.__build_class__`): prepares the namespace, starts the body `func` in it (TAIL) and calls
 * the metaclass afterwards. CPython 3.12: Python/bltinmodule.c, builtin___build_class__.
 */
export function buildClass(vm: VM, func: PyFunction, name: PyValue, originalBases: readonly PyValue[], keywords: Map<string, PyValue>): PyValue {
  const bases = resolveBases(vm, originalBases);
  const given = keywords.get('metaclass');
  let meta: PyValue;
  if (given !== undefined) {
    meta = given;
    keywords.delete('metaclass');
  } else meta = bases.length === 0 ? typeType : typeOf(bases[0]);
  if (meta instanceof PyType) meta = calculateMetaclass(meta, bases);
  const kwnames = [...keywords.keys()];
  const kwargs = [...keywords.values()];
  const prepare = lookupAttr(vm, meta, '__prepare__');
  const namespace = prepare === undefined ? new PyDict() : call(vm, prepare, [name, newTuple(bases), ...kwargs], kwnames.length > 0 ? kwnames : null);
  if (typeOf(namespace).mp_subscript === undefined) {
    throw typeError(`${meta instanceof PyType ? meta.name : '<metaclass>'}.__prepare__() must return a mapping, not ${typeOf(namespace).tpName}`);
  }
  const code = func.code.ready();
  const back = vm.frame;
  if (back !== null && back.depth >= vm.recursionLimit) throw recursionError('maximum recursion depth exceeded');
  const changed = bases.length !== originalBases.length || bases.some((base, index) => base !== originalBases[index]);
  vm.frame = new Frame(code, code.template.slice(), func.globals, func.builtins, namespace, func, back);
  addContinuation(vm.frame, new AfterBody(meta, name, bases, changed ? originalBases : null, namespace, kwnames, kwargs));
  return TAIL;
}

/** Bases with `__mro_entries__` replaced by what that gives (CPython: update_bases). */
function resolveBases(vm: VM, bases: readonly PyValue[]): readonly PyValue[] {
  const resolved: PyValue[] = [];
  for (const base of bases) {
    const entries = base instanceof PyType ? undefined : lookupAttr(vm, base, '__mro_entries__');
    if (entries === undefined) {
      resolved.push(base);
      continue;
    }
    const replacement = call(vm, entries, [newTuple(bases)]);
    if (!(replacement instanceof PyTuple)) throw typeError('__mro_entries__ must return a tuple');
    resolved.push(...replacement.items);
  }
  return resolved;
}

/** After the class body, which returned its `__class__` cell or None: calls the metaclass. */
class AfterBody implements Continuation {
  next: Continuation | null = null;
  readonly meta: PyValue;
  readonly name: PyValue;
  readonly bases: readonly PyValue[];
  readonly originalBases: readonly PyValue[] | null;
  readonly namespace: PyValue;
  readonly kwnames: readonly string[];
  readonly kwargs: readonly PyValue[];

  constructor(meta: PyValue, name: PyValue, bases: readonly PyValue[], originalBases: readonly PyValue[] | null, namespace: PyValue, kwnames: readonly string[], kwargs: readonly PyValue[]) {
    this.meta = meta;
    this.name = name;
    this.bases = bases;
    this.originalBases = originalBases;
    this.namespace = namespace;
    this.kwnames = kwnames;
    this.kwargs = kwargs;
  }

  resumed(vm: VM, cell: PyValue): PyValue {
    if (this.originalBases !== null) setItem(vm, this.namespace, '__orig_bases__', newTuple(this.originalBases));
    const args = [this.name, newTuple(this.bases), this.namespace, ...this.kwargs];
    const made = callValue(vm, this.meta, args, this.kwnames.length > 0 ? this.kwnames : null);
    return continueWith(vm, made, new CheckClassCell(this.name, cell));
  }
}

/** After the metaclass: `type.__new__` must have filled the `__class__` cell. */
class CheckClassCell implements Continuation {
  next: Continuation | null = null;
  readonly name: PyValue;
  readonly cell: PyValue;
  constructor(name: PyValue, cell: PyValue) {
    this.name = name;
    this.cell = cell;
  }
  resumed(vm: VM, cls: PyValue): PyValue {
    if (!(cls instanceof PyType) || !(this.cell instanceof PyCell)) return cls;
    const name = isStr(this.name) ? `'${jsText(this.name)}'` : reprText(vm, this.name);
    if (this.cell.value === undefined) {
      throw runtimeError(`__class__ not set defining ${name} as ${reprText(vm, cls)}. Was __classcell__ propagated to type.__new__?`);
    }
    if (this.cell.value !== cls) throw typeError(`__class__ set to ${reprText(vm, this.cell.value)} defining ${name} as ${reprText(vm, cls)}`);
    return cls;
  }
}
