import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { TypeSlots } from '../core/slots.ts';
import { type PyType, TypeFlag, tupleType, typeOf } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { namedArguments } from '../core/arguments.ts';
import { typeError } from '../core/errors.ts';
import { strFromJS } from '../core/text.ts';
import { PyDict } from './dict.ts';
import { None } from './none.ts';
import { PyTuple, newTuple } from './tuple.ts';
import { toArray } from '../protocol/iterate.ts';
import { reprText } from '../protocol/repr.ts';

/** A named tuple of the built-in kind (`sys.version_info`, `os.stat_result`): some fields may be reached by name only. */
export class PyStructSequence extends PyTuple {
  /** Values of the fields beyond the visible ones. */
  readonly hidden: readonly PyValue[];
  constructor(cls: PyType, visible: readonly PyValue[], hidden: readonly PyValue[] = []) {
    super(visible, cls);
    this.hidden = hidden;
  }
}

/** A named field of a struct sequence. */
export interface StructField {
  /** Null for a field without a name (`stat_result` has some). */
  readonly name: string | null;
  readonly doc?: string;
}

export interface StructOptions {
  /** How many fields are the tuple's items; default all. */
  readonly visible?: number;
  readonly doc?: string;
  readonly constructible?: boolean;
  /** A constructor of its own, instead of the one that takes a sequence. */
  readonly tp_new?: TypeSlots['tp_new'];
  /** Value of a field beyond the tuple that the constructor was not given; default None. */
  readonly absent?: (index: number, items: readonly PyValue[]) => PyValue | undefined;
}

/** Defines such a type: `fields` in order, the first `visible` of them being the tuple's items. */
export function defineStructSequence(
  module: string, name: string, fields: readonly StructField[], options: StructOptions = {},
): PyType {
  const visible = options.visible ?? fields.length;
  // CPython's repr counts names without those that a field lacks: a stat_result shows its whole times under the names of the exact ones.
  const shownNames = fields.flatMap((field) => (field.name === null ? [] : [field.name]));
  const valueAt = (self: PyValue, index: number): PyValue => {
    const sequence = self as PyStructSequence;
    return index < visible ? sequence.items[index] : (sequence.hidden[index - visible] ?? None);
  };
  const type: PyType = defineType(name, {
    module,
    bases: [tupleType],
    ownLayout: false,
    flags: options.constructible === false ? TypeFlag.DISALLOW_INSTANTIATION : 0,
    doc: options.doc,
    slots: {
      ...(options.constructible === false ? {} : { tp_new: options.tp_new ?? structNew }),
      tp_repr(vm: VM, self: PyValue) {
        const parts = fields.slice(0, visible).map((_field, i) => `${shownNames[i]}=${reprText(vm, valueAt(self, i))}`);
        return strFromJS(`${type.tpName}(${parts.join(', ')})`);
      },
    },
    methods: [
      native('__reduce__(self, /)', (_vm: VM, self: PyStructSequence) => {
        const extra = new PyDict();
        for (let i = visible; i < fields.length; i++) extra.setStr(fields[i].name ?? '', valueAt(self, i));
        return newTuple([self.cls, newTuple([newTuple(self.items), extra])]);
      }).unsigned(),
    ],
    fields: Object.fromEntries(
      fields.flatMap((field, i) => (field.name === null ? [] : [[field.name, { get: (_vm: VM, self: PyValue) => valueAt(self, i), doc: field.doc }]])),
    ),
    members: {
      n_fields: fields.length,
      n_sequence_fields: visible,
      n_unnamed_fields: fields.filter((field) => field.name === null).length,
      __match_args__: newTuple(fields.slice(0, visible).flatMap((field) => (field.name === null ? [] : [field.name]))),
    },
  });

  function structNew(vm: VM, cls: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
    const [source, dict] = namedArguments('structseq', ['sequence', 'dict'], 1, args, kwnames) as [PyValue, PyValue | undefined];
    if (typeOf(source).tp_iter === undefined && typeOf(source).sq_item === undefined) throw typeError('constructor requires a sequence');
    const items = toArray(vm, source);
    if (dict !== undefined && !(dict instanceof PyDict)) throw typeError(`${type.tpName}() takes a dict as second arg, if any`);
    if (items.length < visible) throw typeError(`${type.tpName}() takes ${fields.length > visible ? 'an at least' : 'a'} ${visible}-sequence (${items.length}-sequence given)`);
    if (items.length > fields.length) throw typeError(`${type.tpName}() takes ${fields.length > visible ? 'an at most' : 'a'} ${fields.length}-sequence (${items.length}-sequence given)`);
    const hidden: PyValue[] = items.slice(visible);
    for (let i = items.length; i < fields.length; i++) {
      const given = dict instanceof PyDict ? dict.getStr(fields[i].name ?? '') : undefined;
      hidden.push(given ?? options.absent?.(i, items) ?? None);
    }
    return new PyStructSequence(cls, items.slice(0, visible), hidden);
  }
  return type;
}
