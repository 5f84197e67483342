import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { CompareOp } from '../core/slots.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { typeOf } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { checkArguments, checkNoKeywords, checkPositional } from '../core/arguments.ts';
import { typeError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { lookupSpecial } from '../protocol/attribute.ts';
import { richCompare } from '../protocol/compare.ts';
import { hash } from '../protocol/hash.ts';
import { countReference, watchReference } from './lifetime.ts';
import { GenericAlias } from './generic_alias.ts';
import { None, NotImplemented } from './none.ts';

/**
 * `weakref.ref`, and what proxies hold. JavaScript's collector decides when the object dies: a reference is dead once the
 * collector has taken the object; its callback runs as objects/lifetime.ts says.
 */
export class PyWeakRef extends PyObject {
  readonly target: WeakRef<PyObject>;
  /** Called with this reference when the object has died; null for none, or when it has been. */
  callback: PyValue | null;
  /** The object could not be reached when it was finalized: it is dead for this reference even if it lives again. */
  cleared: boolean;
  private hashValue: number | bigint | undefined;

  constructor(cls: PyType, target: PyObject, callback: PyValue | null) {
    super(cls);
    this.target = new WeakRef(target);
    this.callback = callback;
    this.cleared = false;
    this.hashValue = undefined;
  }

  /** The object, or undefined when it is dead. */
  get object(): PyObject | undefined {
    return this.cleared ? undefined : this.target.deref();
  }

  /** Hash of the object, remembered for when it is dead. */
  hash(vm: VM): number | bigint {
    if (this.hashValue === undefined) {
      const { object } = this;
      if (object === undefined) throw typeError('weak object has gone away');
      this.hashValue = hash(vm, object);
    }
    return this.hashValue;
  }
}

/** A reference of the given type to an object, noted on it; plain ones without callback are shared. */
export function newWeakRef(vm: VM, type: PyType, object: PyValue, callback: PyValue | null): PyWeakRef {
  if (typeof object !== 'object' || !object.cls.hasWeakref) throw typeError(`cannot create weak reference to '${typeOf(object).tpName}' object`);
  const refs = weakrefsOf(object) as readonly PyWeakRef[];
  const shareable = callback === null && !type.isHeapType;
  if (shareable) {
    const known = refs.find((ref) => ref.cls === type && ref.callback === null);
    if (known !== undefined) return known;
  }
  const ref = new PyWeakRef(type, object, callback);
  const shared = refs.filter((known) => known.callback === null && !known.cls.isHeapType).length;
  // The shared ones come first, the reference before the proxy; then the others, newest first.
  const kept = refs.map((known) => new WeakRef<PyObject>(known));
  kept.splice(shareable && type === referenceType ? 0 : shared, 0, new WeakRef<PyObject>(ref));
  object.weakrefs = kept;
  if (callback !== null) watchReference(vm, object, ref);
  else countReference(vm);
  return ref;
}

/** References and proxies to an object: `weakref.getweakrefs`. */
export function weakrefsOf(object: PyValue): readonly PyObject[] {
  if (typeof object !== 'object' || object.weakrefs === undefined) return [];
  return object.weakrefs.map((ref) => ref.deref()).filter((ref) => ref !== undefined);
}

/** `object.__weakref__` */
export function firstWeakref(vm: VM, object: PyValue): PyObject | null {
  return weakrefsOf(object)[0] ?? null;
}

function ref_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const positional = args.slice(0, args.length - (kwnames?.length ?? 0));
  checkPositional('__new__', positional, 1, 2);
  const callback = positional.length > 1 && positional[1] !== None ? positional[1] : null;
  return newWeakRef(vm, type, positional[0], callback);
}

function ref_init(vm: VM, self: PyWeakRef, args: PyValue[], kwnames: readonly string[] | null): void {
  checkNoKeywords('ref', kwnames);
  checkPositional('__init__', args, 1, 2);
}

function ref_call(vm: VM, self: PyWeakRef, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  checkArguments('weakref', args, kwnames, 0, 0);
  return self.object ?? None;
}

function ref_hash(vm: VM, self: PyWeakRef): PyValue {
  return self.hash(vm);
}

/** Live references compare as their objects do, dead ones by identity. */
function ref_richcompare(vm: VM, self: PyWeakRef, other: PyValue, op: CompareOp): PyValue {
  if ((op !== Py_EQ && op !== Py_NE) || !(other instanceof PyWeakRef) || !other.cls.isSubtypeOf(referenceType)) return NotImplemented;
  const mine = self.object;
  const theirs = other.object;
  if (mine === undefined || theirs === undefined) return (self === other) === (op === Py_EQ);
  return richCompare(vm, mine, theirs, op);
}

/** `at 0x7f…` */
export function addressOf(vm: VM, object: PyObject): string {
  return `0x${vm.idOf(object).toString(16)}`;
}

function ref_repr(vm: VM, self: PyWeakRef): PyValue {
  const { object } = self;
  const at = addressOf(vm, self);
  if (object === undefined) return `<weakref at ${at}; dead>`;
  const name = lookupSpecial(vm, object, '__name__');
  const shown = name !== undefined && isStr(name) ? ` (${jsText(name)})` : '';
  return strFromJS(`<weakref at ${at}; to '${object.cls.tpName}' at ${addressOf(vm, object)}${shown}>`);
}

function ref_class_getitem(vm: VM, cls: PyType, item: PyValue): PyValue {
  return new GenericAlias(cls, item);
}

/** Python's type `weakref.ReferenceType`. */
export const referenceType: PyType = defineType('ReferenceType', {
  module: 'weakref',
  basetype: true,
  slots: { tp_new: ref_new, tp_init: ref_init, tp_repr: ref_repr, tp_hash: ref_hash, tp_call: ref_call, tp_richcompare: ref_richcompare },
  classMethods: [native('__class_getitem__(cls, item, /)', ref_class_getitem, 'See PEP 585').unsigned()],
  fields: { __callback__: { get: (vm, self: PyWeakRef) => self.callback ?? None } },
});
