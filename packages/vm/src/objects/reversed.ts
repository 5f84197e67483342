import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { dictType, typeOf } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { checkArguments, checkPositional } from '../core/arguments.ts';
import { typeError } from '../core/errors.ts';
import { genericGetAttr, lookupSpecial } from '../protocol/attribute.ts';
import { call } from '../protocol/call.ts';
import { length } from '../protocol/subscript.ts';
import { IndexError, StopIteration } from './exception-types.ts';
import { PyBaseException } from './exceptions.ts';
import { selfIter, stateIndex } from './iterator.ts';
import { lengthHintDoc, reduceDoc, setstateDoc } from './iterator-docs.ts';
import { None } from './none.ts';
import { emptyTuple, newTuple } from './tuple.ts';

/** `reversed(sequence)` of a sequence that has no `__reversed__`. */
export class PyReversed extends PyObject {
  /** null at the end. */
  seq: PyValue | null;
  /** Index of the next item. */
  index: number;

  constructor(cls: PyType, seq: PyValue, index: number) {
    super(cls);
    this.seq = seq;
    this.index = index;
  }
}

function reversed_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  if (type.tp_init === reversedType.tp_init) checkArguments('reversed', args, kwnames, 1, 1);
  else checkPositional('reversed', args.slice(0, args.length - (kwnames?.length ?? 0)), 1, 1);
  const seq = args[0];
  const seqType = typeOf(seq);
  const method = lookupSpecial(vm, seq, '__reversed__');
  if (method === None) throw typeError(`'${seqType.tpName}' object is not reversible`);
  if (method !== undefined) return call(vm, method);
  if (seqType.sq_item === undefined || seqType.isSubtypeOf(dictType)) throw typeError(`'${seqType.tpName}' object is not reversible`);
  return new PyReversed(type, seq, length(vm, seq) - 1);
}

function reversed_next(vm: VM, self: PyReversed): PyValue | undefined {
  const { seq } = self;
  if (seq === null) return undefined;
  if (self.index >= 0) {
    try {
      const item = (typeOf(seq).sq_item as NonNullable<PyType['sq_item']>)(vm, seq, self.index);
      self.index--;
      return item;
    } catch (error) {
      if (!(error instanceof PyBaseException) || !(error.cls.isSubtypeOf(IndexError) || error.cls.isSubtypeOf(StopIteration))) throw error;
    }
  }
  self.index = -1;
  self.seq = null;
  return undefined;
}

function reversed_length_hint(vm: VM, self: PyReversed): PyValue {
  if (self.seq === null) return 0;
  const position = self.index + 1;
  return length(vm, self.seq) < position ? 0 : position;
}

function reversed_reduce(vm: VM, self: PyReversed): PyValue {
  return self.seq === null ? newTuple([self.cls, newTuple([emptyTuple])]) : newTuple([self.cls, newTuple([self.seq]), self.index]);
}

function reversed_setstate(vm: VM, self: PyReversed, state: PyValue): PyValue {
  const index = stateIndex(state, -1, self.seq === null ? -1 : length(vm, self.seq) - 1);
  if (self.seq !== null) self.index = index;
  return None;
}

export const reversedType: PyType = defineType('reversed', {
  doc: 'Return a reverse iterator over the values of the given sequence.',
  textSignature: '(sequence, /)',
  basetype: true,
  slots: { tp_getattro: genericGetAttr, tp_new: reversed_new, tp_iter: selfIter, tp_iternext: reversed_next },
  methods: [
    native('__length_hint__(self, /)', reversed_length_hint, lengthHintDoc).unsigned(),
    native('__reduce__(self, /)', reversed_reduce, reduceDoc).unsigned(),
    native('__setstate__(self, object, /)', reversed_setstate, setstateDoc).unsigned(),
  ],
});
