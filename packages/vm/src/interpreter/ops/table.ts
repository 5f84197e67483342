import { opcodeTables } from '@py/code';
import { systemError } from '../../core/errors.ts';
import { RELOAD } from '../action.ts';
import type { Action } from '../action.ts';
import { CALL_KW, DECODE, GUARDED_YIELD, TRACE, documentedOpcode } from '../private-ops.ts';
import { traceInstruction } from '../tracing.ts';
import type { Handler } from './handler.ts';
import * as attributes from './attributes.ts';
import * as build from './build.ts';
import * as calls from './calls.ts';
import * as exceptions from './exceptions.ts';
import * as formats from './formats.ts';
import * as generators from './generators.ts';
import * as imports from './imports.ts';
import * as intrinsics from './intrinsics.ts';
import * as iteration from './iteration.ts';
import * as jumps from './jumps.ts';
import * as locals from './locals.ts';
import * as names from './names.ts';
import * as operators from './operators.ts';
import * as patterns from './patterns.ts';
import * as stack from './stack.ts';
import * as subscripts from './subscripts.ts';
import type { VM } from '../../core/vm.ts';
import type { Frame } from '../frame.ts';

const table = opcodeTables['3.12'];

/** One function for every instruction of compiled code. */
const byName: Readonly<Record<string, Handler>> = {
  CACHE: stack.NOP,
  EXTENDED_ARG: stack.NOP,
  KW_NAMES: stack.NOP,
  JUMP_BACKWARD_NO_INTERRUPT: jumps.JUMP_FORWARD,
  NOP: stack.NOP,
  POP_TOP: stack.POP_TOP,
  PUSH_NULL: stack.PUSH_NULL,
  SWAP: stack.SWAP,
  COPY: stack.COPY,
  LOAD_CONST: stack.LOAD_CONST,
  LOAD_ASSERTION_ERROR: stack.LOAD_ASSERTION_ERROR,
  LOAD_FAST: locals.LOAD_FAST,
  LOAD_FAST_CHECK: locals.LOAD_FAST_CHECK,
  LOAD_FAST_AND_CLEAR: locals.LOAD_FAST_AND_CLEAR,
  STORE_FAST: locals.STORE_FAST,
  DELETE_FAST: locals.DELETE_FAST,
  MAKE_CELL: locals.MAKE_CELL,
  COPY_FREE_VARS: locals.COPY_FREE_VARS,
  LOAD_CLOSURE: locals.LOAD_CLOSURE,
  LOAD_DEREF: locals.LOAD_DEREF,
  LOAD_FROM_DICT_OR_DEREF: locals.LOAD_FROM_DICT_OR_DEREF,
  STORE_DEREF: locals.STORE_DEREF,
  DELETE_DEREF: locals.DELETE_DEREF,
  LOAD_NAME: names.LOAD_NAME,
  STORE_NAME: names.STORE_NAME,
  DELETE_NAME: names.DELETE_NAME,
  LOAD_GLOBAL: names.LOAD_GLOBAL,
  STORE_GLOBAL: names.STORE_GLOBAL,
  DELETE_GLOBAL: names.DELETE_GLOBAL,
  LOAD_LOCALS: names.LOAD_LOCALS,
  LOAD_FROM_DICT_OR_GLOBALS: names.LOAD_FROM_DICT_OR_GLOBALS,
  LOAD_BUILD_CLASS: names.LOAD_BUILD_CLASS,
  SETUP_ANNOTATIONS: names.SETUP_ANNOTATIONS,
  UNARY_NEGATIVE: operators.UNARY_NEGATIVE,
  UNARY_INVERT: operators.UNARY_INVERT,
  UNARY_NOT: operators.UNARY_NOT,
  IS_OP: operators.IS_OP,
  BINARY_OP: operators.BINARY_OP,
  COMPARE_OP: operators.COMPARE_OP,
  CONTAINS_OP: operators.CONTAINS_OP,
  BINARY_SUBSCR: subscripts.BINARY_SUBSCR,
  STORE_SUBSCR: subscripts.STORE_SUBSCR,
  DELETE_SUBSCR: subscripts.DELETE_SUBSCR,
  BINARY_SLICE: subscripts.BINARY_SLICE,
  STORE_SLICE: subscripts.STORE_SLICE,
  BUILD_SLICE: subscripts.BUILD_SLICE,
  JUMP_FORWARD: jumps.JUMP_FORWARD,
  JUMP_BACKWARD: jumps.JUMP_BACKWARD,
  POP_JUMP_IF_FALSE: jumps.POP_JUMP_IF_FALSE,
  POP_JUMP_IF_TRUE: jumps.POP_JUMP_IF_TRUE,
  POP_JUMP_IF_NONE: jumps.POP_JUMP_IF_NONE,
  POP_JUMP_IF_NOT_NONE: jumps.POP_JUMP_IF_NOT_NONE,
  BUILD_TUPLE: build.BUILD_TUPLE,
  BUILD_LIST: build.BUILD_LIST,
  BUILD_SET: build.BUILD_SET,
  BUILD_MAP: build.BUILD_MAP,
  BUILD_CONST_KEY_MAP: build.BUILD_CONST_KEY_MAP,
  BUILD_STRING: build.BUILD_STRING,
  LIST_APPEND: build.LIST_APPEND,
  SET_ADD: build.SET_ADD,
  MAP_ADD: build.MAP_ADD,
  LIST_EXTEND: build.LIST_EXTEND,
  SET_UPDATE: build.SET_UPDATE,
  DICT_UPDATE: build.DICT_UPDATE,
  DICT_MERGE: build.DICT_MERGE,
  LOAD_ATTR: attributes.LOAD_ATTR,
  STORE_ATTR: attributes.STORE_ATTR,
  DELETE_ATTR: attributes.DELETE_ATTR,
  LOAD_SUPER_ATTR: attributes.LOAD_SUPER_ATTR,
  CALL: calls.CALL,
  CALL_FUNCTION_EX: calls.CALL_FUNCTION_EX,
  MAKE_FUNCTION: calls.MAKE_FUNCTION,
  RETURN_VALUE: calls.RETURN_VALUE,
  RETURN_CONST: calls.RETURN_CONST,
  RESUME: calls.RESUME,
  GET_ITER: iteration.GET_ITER,
  FOR_ITER: iteration.FOR_ITER,
  END_FOR: iteration.END_FOR,
  UNPACK_SEQUENCE: iteration.UNPACK_SEQUENCE,
  UNPACK_EX: iteration.UNPACK_EX,
  GET_LEN: iteration.GET_LEN,
  RETURN_GENERATOR: generators.RETURN_GENERATOR,
  YIELD_VALUE: generators.YIELD_VALUE,
  SEND: generators.SEND,
  END_SEND: generators.END_SEND,
  CLEANUP_THROW: generators.CLEANUP_THROW,
  GET_YIELD_FROM_ITER: generators.GET_YIELD_FROM_ITER,
  GET_AWAITABLE: generators.GET_AWAITABLE,
  GET_AITER: generators.GET_AITER,
  GET_ANEXT: generators.GET_ANEXT,
  END_ASYNC_FOR: generators.END_ASYNC_FOR,
  BEFORE_ASYNC_WITH: generators.BEFORE_ASYNC_WITH,
  BEFORE_WITH: generators.BEFORE_WITH,
  RAISE_VARARGS: exceptions.RAISE_VARARGS,
  RERAISE: exceptions.RERAISE,
  PUSH_EXC_INFO: exceptions.PUSH_EXC_INFO,
  POP_EXCEPT: exceptions.POP_EXCEPT,
  CHECK_EXC_MATCH: exceptions.CHECK_EXC_MATCH,
  CHECK_EG_MATCH: exceptions.CHECK_EG_MATCH,
  WITH_EXCEPT_START: exceptions.WITH_EXCEPT_START,
  MATCH_MAPPING: patterns.MATCH_MAPPING,
  MATCH_SEQUENCE: patterns.MATCH_SEQUENCE,
  MATCH_KEYS: patterns.MATCH_KEYS,
  MATCH_CLASS: patterns.MATCH_CLASS,
  FORMAT_VALUE: formats.FORMAT_VALUE,
  IMPORT_NAME: imports.IMPORT_NAME,
  IMPORT_FROM: imports.IMPORT_FROM,
  CALL_INTRINSIC_1: intrinsics.CALL_INTRINSIC_1,
  CALL_INTRINSIC_2: intrinsics.CALL_INTRINSIC_2,
};

/** The handler of every opcode; specialised forms have their family's. */
export const handlers: readonly Handler[] = Array.from({ length: 256 }, (_, opcode) => {
  if (opcode === TRACE) return traceInstruction;
  if (opcode === CALL_KW) return calls.CALL_KW;
  if (opcode === GUARDED_YIELD) return generators.guardedYield;
  if (opcode === DECODE) return decodeFirst;
  const base = table.baseOpcode[documentedOpcode[opcode] ?? opcode];
  return byName[table.opname[base]] ?? unknownOpcode;
});

/** Code units from an instruction to the next: itself is not counted, its caches are. */
export const cacheWidths: Uint8Array = Uint8Array.from({ length: 256 }, (_, opcode) => table.cacheWords[documentedOpcode[opcode] ?? opcode]);

/** The code was never run: makes it ready and begins. */
function decodeFirst(vm: VM, frame: Frame): Action {
  frame.code.prepare(vm);
  frame.lasti = -1;
  frame.pc = 0;
  return RELOAD;
}

function unknownOpcode(_vm: VM, frame: Frame): never {
  const { code } = frame;
  throw systemError(`${code.code.co_filename}:${code.lineAt(frame.lasti)}: unknown opcode ${code.plain[frame.lasti] & 0xff}`);
}
