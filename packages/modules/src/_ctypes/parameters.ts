import { defineType, intValue, isInt, isStr, lookupAttr, newException, None, PyBytes, PyObject, type PyType, strFromJS, typeError, reprText, exceptionTypes } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { isCData, requireLayout, stateOf } from './data.ts';
import { Block, copyMemory } from './memory.ts';
import { simpleKinds } from './simple-kinds.ts';

/* Arguments of C functions (CPython 3.12: Modules/_ctypes/callproc.c). */

/** An argument in C's form; what `byref` and `from_param` give. */
export class Parameter extends PyObject {
  /** Letter of its type; `V` is a structure. */
  readonly code: string;
  /** Its value, from the first byte on. */
  readonly block: Block;
  /** What must live during the call. */
  readonly kept: PyValue | null;
  constructor(code: string, block: Block, kept: PyValue | null) {
    super(parameterType);
    this.code = code;
    this.block = block;
    this.kept = kept;
  }
}

/** `_ctypes.CArgObject` */
export const parameterType: PyType = defineType('CArgObject', {
  module: '_ctypes', flags: 1 << 7,
  slots: {
    tp_repr(vm, self) {
      const { code, block } = self as Parameter;
      if ('bBhHiIlLqQfdc'.includes(code)) {
        const value = simpleKinds[code].get(vm, { block, offset: 0 }, true);
        return strFromJS(`<cparam '${code}' (${code === 'c' ? reprText(vm, value).slice(1) : reprText(vm, value)})>`);
      }
      if ('zZP'.includes(code)) return strFromJS(`<cparam '${code}' (0x${block.view.getBigUint64(0, true).toString(16)})>`);
      return strFromJS(`<cparam '${code}' at 0x${vm.idOf(self).toString(16)}>`);
    },
  },
  fields: { _obj: { get: (_vm, self) => (self as Parameter).kept ?? None, doc: 'the wrapped object' } },
});

/** An argument as C gets it without being told of its type (CPython: ConvParam). */
export function parameterOf(vm: VM, value: PyValue, position: number): Parameter {
  if (value instanceof Parameter) return value;
  const block = new Block(new Uint8Array(16));
  const start = { block, offset: 0 };
  if (isCData(value)) {
    const layout = requireLayout(vm, value.cls);
    if (layout.kind === 'array') {
      stateOf(vm).memory.store(start, value);
      return new Parameter('P', block, value);
    }
    const own = new Block(new Uint8Array(Math.max(16, layout.size)));
    copyMemory({ block: own, offset: 0 }, value, layout.size);
    return new Parameter(layout.simple?.code ?? (layout.kind === 'structure' || layout.kind === 'union' ? 'V' : layout.kind === 'function' ? 'X' : 'P'), own, value);
  }
  const code = value === None ? 'P' : isInt(value) ? 'i' : value instanceof PyBytes ? 'z' : isStr(value) ? 'Z' : '';
  if (code === 'i' && (intValue(value as number) > 0xffff_ffff || intValue(value as number) < -0x8000_0000)) throw newException(exceptionTypes.OverflowError, strFromJS('int too long to convert'));
  if (code !== '') return new Parameter(code, block, (simpleKinds[code].set(vm, start, value, true), value));
  const own = lookupAttr(vm, value, '_as_parameter_');
  if (own !== undefined) return parameterOf(vm, own, position);
  throw typeError(`Don't know how to convert parameter ${position}`);
}
