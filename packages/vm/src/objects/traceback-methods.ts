import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { badArgument, namedArguments } from '../core/arguments.ts';
import { typeError, valueError } from '../core/errors.ts';
import { asIndex } from '../protocol/number.ts';
import { PyFrame, frameObject } from './frame.ts';
import { PyList } from './list.ts';
import { None } from './none.ts';
import { PyTraceback, tracebackType } from './traceback.ts';
import { audited } from '../protocol/audit.ts';

const parameters = ['tb_next', 'tb_frame', 'tb_lasti', 'tb_lineno'];

function traceback_new(vm: VM, _type: unknown, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const [next, frame, lasti, line] = namedArguments('TracebackType', parameters, 4, args, kwnames) as PyValue[];
  if (next !== None && !(next instanceof PyTraceback)) throw typeError(`expected traceback object or None, got '${typeOf(next).tpName}'`);
  if (!(frame instanceof PyFrame)) throw badArgument('TracebackType', "argument 'tb_frame'", 'frame', frame);
  return new PyTraceback(next === None ? null : (next as PyTraceback), frame.frame, Number(asIndex(vm, lasti)) / 2, Number(asIndex(vm, line)));
}

/** Line of the instruction, or None where it has none. */
function lineno(_vm: VM, self: PyTraceback): PyValue {
  if (self.lineno !== null) return self.lineno;
  const line = self.frame.code.lineAt(self.lasti);
  return line < 0 ? None : line;
}

function setNext(_vm: VM, self: PyTraceback, value: PyValue | undefined): void {
  if (value === undefined) throw typeError("can't delete tb_next attribute");
  if (value !== None && !(value instanceof PyTraceback)) throw typeError(`expected traceback object, got '${typeOf(value).tpName}'`);
  const next = value === None ? null : (value as PyTraceback);
  for (let link = next; link !== null; link = link.next) if (link === self) throw valueError('traceback loop detected');
  self.next = next;
}

fillType(tracebackType, {
  doc: 'Create a new traceback object.',
  slots: { tp_new: traceback_new },
  methods: [native('__dir__(self, /)', () => new PyList(['tb_frame', 'tb_next', 'tb_lasti', 'tb_lineno'])).unsigned()],
  getset: { tb_next: { get: (_vm: VM, self: PyTraceback) => self.next ?? None, set: setNext }, tb_lineno: { get: lineno } },
  fields: {
    tb_frame: audited('tb_frame', { get: (_vm: VM, self: PyTraceback) => frameObject(self.frame) }),
    tb_lasti: { get: (_vm: VM, self: PyTraceback) => self.lasti * 2 },
  },
});
