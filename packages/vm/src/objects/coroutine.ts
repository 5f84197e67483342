import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { fillType, defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { strFromJS } from '../core/text.ts';
import type { Frame } from '../interpreter/frame.ts';
import { coroutineOriginDepth } from '../modules/sys/index.ts';
import { frameLine } from './frame.ts';
import { codeOf, delegateOf, frameOf, isRunning, isSuspended, nameAttributes, throwDoc } from './generator-attributes.ts';
import { generator_close, generator_del, generator_next, generator_repr, generator_send, generator_sizeof, generator_throw } from './generator-methods.ts';
import { coroutineType } from './generator.ts';
import type { PyGenerator } from './generator.ts';
import { selfIter } from './iterator.ts';
import { None } from './none.ts';
import { newTuple } from './tuple.ts';

/** `cr_origin` of a coroutine made now: (file, line, function) of the callers, or null when not tracked. */
export function coroutineOrigin(vm: VM, caller: Frame | null): PyValue | null {
  const originDepth = coroutineOriginDepth(vm);
  if (originDepth === 0) return null;
  const entries: PyValue[] = [];
  for (let frame = caller; frame !== null && entries.length < originDepth; frame = frame.back) {
    const { code } = frame.code;
    entries.push(newTuple([strFromJS(code.co_filename), frameLine(frame) ?? 0, strFromJS(code.co_name)]));
  }
  return newTuple(entries);
}

/** `coroutine.__await__()`: an iterator over the coroutine. */
export class PyCoroutineWrapper extends PyObject {
  readonly coroutine: PyGenerator;
  constructor(coroutine: PyGenerator) {
    super(coroutineWrapperType);
    this.coroutine = coroutine;
  }
}

fillType(coroutineType, {
  slots: { tp_repr: generator_repr, am_await: (_vm: VM, self: PyGenerator) => new PyCoroutineWrapper(self), tp_finalize: generator_del },
  methods: [
    native('send(self, object, /)', generator_send, "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration.").unsigned(),
    native('throw(self, type, value=None, traceback=None, /)', generator_throw, throwDoc('coroutine', 'iterated')).unsignedArray(),
    native('close(self, /)', generator_close, 'close() -> raise GeneratorExit inside coroutine.').unsigned(),
    native('__sizeof__(self, /)', generator_sizeof, 'gen.__sizeof__() -> size of gen in memory, in bytes').unsigned(),
  ],
  getset: {
    ...nameAttributes('coroutine'),
    cr_await: { get: delegateOf, doc: 'object being awaited on, or None' },
    cr_running: { get: isRunning },
    cr_frame: { get: frameOf },
    cr_code: { get: codeOf },
    cr_suspended: { get: isSuspended },
  },
  fields: { cr_origin: { get: (_vm: VM, self: PyGenerator) => self.origin ?? None } },
  hasWeakref: true,
});

export const coroutineWrapperType = defineType('coroutine_wrapper', {
  doc: 'A wrapper object implementing __await__ for coroutines.',
  slots: { tp_iter: selfIter, tp_iternext: (vm: VM, self: PyCoroutineWrapper) => generator_next(vm, self.coroutine) },
  methods: [
    native('send(self, object, /)', (vm: VM, self: PyCoroutineWrapper, value: PyValue) => generator_send(vm, self.coroutine, value), "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration.").unsigned(),
    native(
      'throw(self, type, value=None, traceback=None, /)',
      (vm: VM, self: PyCoroutineWrapper, type: PyValue, value: PyValue | undefined, traceback: PyValue | undefined) => generator_throw(vm, self.coroutine, type, value, traceback),
      throwDoc('coroutine', 'iterated'),
    ).unsignedArray(),
    native('close(self, /)', (vm: VM, self: PyCoroutineWrapper) => generator_close(vm, self.coroutine), 'close() -> raise GeneratorExit inside coroutine.').unsigned(),
  ],
});
