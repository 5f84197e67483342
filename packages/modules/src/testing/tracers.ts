import { call, defineType, frameObject, getAttr, isStr, jsText, native, newException, newTuple, None, PyList, PyObject, exceptionTypes, typeError, typeOf } from '@py/vm/native';
import type { NativeDef, PyType, PyValue, VM } from '@py/vm/native';

/* `_testcapi`: trace functions that are not written in Python (CPython 3.12: Modules/_testcapimodule.c, settrace_to_record). */

/** Numbers of the events, PyTrace_CALL and so on. */
const eventNumbers: Readonly<Record<string, number>> = { call: 0, exception: 1, line: 2, return: 3, c_call: 4, c_exception: 5, c_return: 6, opcode: 7 };

/** Called as `tracer(frame, event, arg)`; notes what it hears, or raises. */
class Tracer extends PyObject {
  /** null: raises. */
  readonly list: PyList | null;
  constructor(list: PyList | null) {
    super(tracerType);
    this.list = list;
  }
}

const tracerType: PyType = defineType('tracer', {
  module: '_testcapi',
  slots: {
    tp_call(vm: VM, self: Tracer, args: PyValue[]) {
      const [frame, event, arg] = args;
      if (self.list === null) throw newException(exceptionTypes.Exception);
      self.list.items.push(newTuple([eventNumbers[isStr(event) ? jsText(event) : ''] ?? None, getAttr(vm, frame, 'f_lineno'), arg]));
      return self;
    },
  },
});

function setTracer(vm: VM, list: PyValue, raises: boolean): PyValue {
  if (!(list instanceof PyList)) throw typeError(`argument must be a list, not ${typeOf(list).tpName}`);
  const tracer = new Tracer(raises ? null : list);
  // A tracer in C hears of the running function too.
  if (vm.frame !== null) frameObject(vm.frame).trace = tracer;
  return call(vm, vm.sysDict.getStr('settrace') as PyValue, [tracer]);
}

export const tracerFunctions: Readonly<Record<string, NativeDef>> = {
  settrace_to_record: native('settrace_to_record(list, /)', (vm: VM, list: PyValue) => setTracer(vm, list, false)).unsigned(),
  settrace_to_error: native('settrace_to_error(list, /)', (vm: VM, list: PyValue) => setTracer(vm, list, true)).unsigned(),
};
