// THE definition of CPython 3.12's instructions (Lib/opcode.py, Python/bytecodes.c). `pnpm generate` writes src/generated/ from it.
// A second Python version is a second `OpcodeSetDef` in `opcodeSets`, not new code.
import type { OpargKind } from './src/opcode-table.ts';

/** One instruction. */
export interface InstructionDef {
  readonly name: string;
  readonly number: number;
  /** Absent where the instruction takes no argument. */
  readonly oparg?: Exclude<OpargKind, ''>;
  /**
   * Values taken `--` values left, the top last. `x[oparg]` stands for that many values; the bracket holds an expression of
   * `oparg`. `'invalid'` where CPython's stack_effect refuses the instruction.
   */
  readonly stack: string;
  /** The same when the instruction jumps, where that differs. */
  readonly jump?: string;
  /** Inline cache that follows the instruction: field name → size in code units. */
  readonly cache?: Readonly<Record<string, number>>;
  /** Of a pseudo instruction: what it becomes. */
  readonly pseudoOf?: readonly string[];
}

/** All instructions and operator tables of one Python version. */
export interface OpcodeSetDef {
  /** Instructions in compiled code, by number. */
  readonly real: readonly InstructionDef[];
  /** Forms that the VM puts in while code is monitored (PEP 669). */
  readonly instrumented: readonly InstructionDef[];
  /** Forms that exist only inside the compiler; `pseudoOf` names what they can become. */
  readonly pseudo: readonly InstructionDef[];
  /** Family → its specialised forms and their numbers, in CPython's order. */
  readonly specializations: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Opcodes from here take an argument. */
  readonly haveArgument: number;
  /** Numbers that `opcode.hasfree` lists although no real instruction has them. */
  readonly extraHasfree: readonly number[];
  /** `oparg` of BINARY_OP → its C name and its operator. */
  readonly nbOps: readonly (readonly [string, string])[];
  /** `oparg >> 4` of COMPARE_OP → operator. */
  readonly cmpOp: readonly string[];
  readonly intrinsic1: readonly string[];
  readonly intrinsic2: readonly string[];
}

type Options = Pick<InstructionDef, 'oparg' | 'jump' | 'cache'>;

function inst(name: string, number: number, stack: string, options: Options = {}): InstructionDef {
  return { name, number, stack, ...options };
}

function pseudo(name: string, number: number, pseudoOf: readonly string[], stack: string, options: Options = {}): InstructionDef {
  return { name, number, stack, ...options, pseudoOf };
}

const counter = { counter: 1 };

const python312: OpcodeSetDef = {
  haveArgument: 90,
  extraHasfree: [148],

  real: [
    inst('CACHE', 0, '--'),
    inst('POP_TOP', 1, 'value --'),
    inst('PUSH_NULL', 2, '-- null'),
    inst('INTERPRETER_EXIT', 3, 'result --'),
    inst('END_FOR', 4, 'iterator, exhausted --'),
    inst('END_SEND', 5, 'receiver, value -- value'),
    inst('NOP', 9, '--'),
    inst('UNARY_NEGATIVE', 11, 'value -- result'),
    inst('UNARY_NOT', 12, 'value -- result'),
    inst('UNARY_INVERT', 15, 'value -- result'),
    inst('RESERVED', 17, '--'),
    inst('BINARY_SUBSCR', 25, 'container, key -- item', { cache: counter }),
    inst('BINARY_SLICE', 26, 'container, start, stop -- items'),
    inst('STORE_SLICE', 27, 'value, container, start, stop --'),
    inst('GET_LEN', 30, 'object -- object, length'),
    inst('MATCH_MAPPING', 31, 'subject -- subject, matches'),
    inst('MATCH_SEQUENCE', 32, 'subject -- subject, matches'),
    inst('MATCH_KEYS', 33, 'subject, keys -- subject, keys, values_or_none'),
    inst('PUSH_EXC_INFO', 35, 'exception -- previous, exception'),
    inst('CHECK_EXC_MATCH', 36, 'exception, type -- exception, matches'),
    inst('CHECK_EG_MATCH', 37, 'exception, type -- rest, match'),
    inst('WITH_EXCEPT_START', 49, 'exit, lasti, previous, exception -- exit, lasti, previous, exception, result'),
    inst('GET_AITER', 50, 'iterable -- iterator'),
    inst('GET_ANEXT', 51, 'iterator -- iterator, awaitable'),
    inst('BEFORE_ASYNC_WITH', 52, 'manager -- exit, awaitable'),
    inst('BEFORE_WITH', 53, 'manager -- exit, entered'),
    inst('END_ASYNC_FOR', 54, 'iterator, exception --'),
    inst('CLEANUP_THROW', 55, 'sub_iterator, last_sent, exception -- none, value'),
    inst('STORE_SUBSCR', 60, 'value, container, key --', { cache: counter }),
    inst('DELETE_SUBSCR', 61, 'container, key --'),
    inst('GET_ITER', 68, 'iterable -- iterator'),
    inst('GET_YIELD_FROM_ITER', 69, 'iterable -- iterator'),
    inst('LOAD_BUILD_CLASS', 71, '-- build_class'),
    inst('LOAD_ASSERTION_ERROR', 74, '-- type'),
    inst('RETURN_GENERATOR', 75, '--'),
    inst('RETURN_VALUE', 83, 'value --'),
    inst('SETUP_ANNOTATIONS', 85, '--'),
    inst('LOAD_LOCALS', 87, '-- locals'),
    inst('POP_EXCEPT', 89, 'previous --'),

    inst('STORE_NAME', 90, 'value --', { oparg: 'name' }),
    inst('DELETE_NAME', 91, '--', { oparg: 'name' }),
    inst('UNPACK_SEQUENCE', 92, 'sequence -- items[oparg]', { oparg: 'count', cache: counter }),
    inst('FOR_ITER', 93, 'iterator -- iterator, item', { oparg: 'forward', cache: counter }),
    inst('UNPACK_EX', 94, 'sequence -- after[oparg >> 8], middle, before[oparg & 0xff]', { oparg: 'count' }),
    inst('STORE_ATTR', 95, 'value, owner --', { oparg: 'name', cache: { counter: 1, version: 2, index: 1 } }),
    inst('DELETE_ATTR', 96, 'owner --', { oparg: 'name' }),
    inst('STORE_GLOBAL', 97, 'value --', { oparg: 'name' }),
    inst('DELETE_GLOBAL', 98, '--', { oparg: 'name' }),
    inst('SWAP', 99, '--', { oparg: 'depth' }),
    inst('LOAD_CONST', 100, '-- value', { oparg: 'const' }),
    inst('LOAD_NAME', 101, '-- value', { oparg: 'name' }),
    inst('BUILD_TUPLE', 102, 'items[oparg] -- tuple', { oparg: 'count' }),
    inst('BUILD_LIST', 103, 'items[oparg] -- list', { oparg: 'count' }),
    inst('BUILD_SET', 104, 'items[oparg] -- set', { oparg: 'count' }),
    inst('BUILD_MAP', 105, 'keys_and_values[2 * oparg] -- dict', { oparg: 'count' }),
    inst('LOAD_ATTR', 106, 'owner -- method_or_null[oparg & 1], value_or_self', {
      oparg: 'name>>1',
      cache: { counter: 1, version: 2, keys_version: 2, descr: 4 },
    }),
    inst('COMPARE_OP', 107, 'left, right -- result', { oparg: 'compare', cache: counter }),
    inst('IMPORT_NAME', 108, 'level, fromlist -- module', { oparg: 'name' }),
    inst('IMPORT_FROM', 109, 'module -- module, value', { oparg: 'name' }),
    inst('JUMP_FORWARD', 110, '--', { oparg: 'forward' }),
    inst('POP_JUMP_IF_FALSE', 114, 'condition --', { oparg: 'forward' }),
    inst('POP_JUMP_IF_TRUE', 115, 'condition --', { oparg: 'forward' }),
    inst('LOAD_GLOBAL', 116, '-- null[oparg & 1], value', {
      oparg: 'name>>1',
      cache: { counter: 1, index: 1, module_keys_version: 1, builtin_keys_version: 1 },
    }),
    inst('IS_OP', 117, 'left, right -- result', { oparg: 'flags' }),
    inst('CONTAINS_OP', 118, 'left, right -- result', { oparg: 'flags' }),
    inst('RERAISE', 119, 'values[oparg], exception -- values[oparg]', { oparg: 'count' }),
    inst('COPY', 120, '-- value', { oparg: 'depth' }),
    inst('RETURN_CONST', 121, '--', { oparg: 'const' }),
    inst('BINARY_OP', 122, 'left, right -- result', { oparg: 'nb_op', cache: counter }),
    inst('SEND', 123, 'receiver, value -- receiver, result', { oparg: 'forward', cache: counter }),
    inst('LOAD_FAST', 124, '-- value', { oparg: 'local' }),
    inst('STORE_FAST', 125, 'value --', { oparg: 'local' }),
    inst('DELETE_FAST', 126, '--', { oparg: 'local' }),
    inst('LOAD_FAST_CHECK', 127, '-- value', { oparg: 'local' }),
    inst('POP_JUMP_IF_NOT_NONE', 128, 'value --', { oparg: 'forward' }),
    inst('POP_JUMP_IF_NONE', 129, 'value --', { oparg: 'forward' }),
    inst('RAISE_VARARGS', 130, 'arguments[oparg] --', { oparg: 'count' }),
    inst('GET_AWAITABLE', 131, 'object -- awaitable', { oparg: 'int' }),
    inst(
      'MAKE_FUNCTION',
      132,
      'defaults[oparg & 1], kwdefaults[(oparg >> 1) & 1], annotations[(oparg >> 2) & 1], closure[(oparg >> 3) & 1], code -- function',
      { oparg: 'flags' },
    ),
    inst('BUILD_SLICE', 133, 'start, stop, step[oparg === 3 ? 1 : 0] -- slice', { oparg: 'count' }),
    inst('JUMP_BACKWARD_NO_INTERRUPT', 134, '--', { oparg: 'backward' }),
    inst('MAKE_CELL', 135, '--', { oparg: 'free' }),
    inst('LOAD_CLOSURE', 136, '-- cell', { oparg: 'free' }),
    inst('LOAD_DEREF', 137, '-- value', { oparg: 'free' }),
    inst('STORE_DEREF', 138, 'value --', { oparg: 'free' }),
    inst('DELETE_DEREF', 139, '--', { oparg: 'free' }),
    inst('JUMP_BACKWARD', 140, '--', { oparg: 'backward' }),
    inst('LOAD_SUPER_ATTR', 141, 'super, class, self -- method_or_null[oparg & 1], value_or_self', { oparg: 'name>>2', cache: counter }),
    inst('CALL_FUNCTION_EX', 142, 'null, callable, args, kwargs[oparg & 1] -- result', { oparg: 'flags' }),
    inst('LOAD_FAST_AND_CLEAR', 143, '-- value_or_null', { oparg: 'local' }),
    inst('EXTENDED_ARG', 144, '--', { oparg: 'extend' }),
    inst('LIST_APPEND', 145, 'value --', { oparg: 'depth' }),
    inst('SET_ADD', 146, 'value --', { oparg: 'depth' }),
    inst('MAP_ADD', 147, 'key, value --', { oparg: 'depth' }),
    inst('COPY_FREE_VARS', 149, '--', { oparg: 'count' }),
    inst('YIELD_VALUE', 150, 'value -- sent', { oparg: 'int' }),
    inst('RESUME', 151, '--', { oparg: 'int' }),
    inst('MATCH_CLASS', 152, 'subject, class, keyword_names -- attributes_or_none', { oparg: 'count' }),
    inst('FORMAT_VALUE', 155, 'value, spec[(oparg & 4) === 4 ? 1 : 0] -- text', { oparg: 'flags' }),
    inst('BUILD_CONST_KEY_MAP', 156, 'values[oparg], keys -- dict', { oparg: 'count' }),
    inst('BUILD_STRING', 157, 'pieces[oparg] -- text', { oparg: 'count' }),
    inst('LIST_EXTEND', 162, 'iterable --', { oparg: 'depth' }),
    inst('SET_UPDATE', 163, 'iterable --', { oparg: 'depth' }),
    inst('DICT_MERGE', 164, 'mapping --', { oparg: 'depth' }),
    inst('DICT_UPDATE', 165, 'mapping --', { oparg: 'depth' }),
    inst('CALL', 171, 'method_or_null, callable_or_self, arguments[oparg] -- result', { oparg: 'count', cache: { counter: 1, func_version: 2 } }),
    inst('KW_NAMES', 172, '--', { oparg: 'const' }),
    inst('CALL_INTRINSIC_1', 173, 'value -- result', { oparg: 'intrinsic1' }),
    inst('CALL_INTRINSIC_2', 174, 'left, right -- result', { oparg: 'intrinsic2' }),
    inst('LOAD_FROM_DICT_OR_GLOBALS', 175, 'mapping -- value', { oparg: 'name' }),
    inst('LOAD_FROM_DICT_OR_DEREF', 176, 'mapping -- value', { oparg: 'free' }),
  ],

  // CPython computes no stack effect for most of these and says 0; so does this table. `opcode.has*` do not list them either:
  // their arguments are those of the plain instruction.
  instrumented: [
    inst('INSTRUMENTED_LOAD_SUPER_ATTR', 237, 'super, class, self -- method_or_null[oparg & 1], value_or_self', { oparg: 'name>>2', cache: counter }),
    inst('INSTRUMENTED_POP_JUMP_IF_NONE', 238, '--', { oparg: 'forward' }),
    inst('INSTRUMENTED_POP_JUMP_IF_NOT_NONE', 239, '--', { oparg: 'forward' }),
    inst('INSTRUMENTED_RESUME', 240, '--', { oparg: 'int' }),
    inst('INSTRUMENTED_CALL', 241, '--', { oparg: 'count', cache: { counter: 1, func_version: 2 } }),
    inst('INSTRUMENTED_RETURN_VALUE', 242, 'value --'),
    inst('INSTRUMENTED_YIELD_VALUE', 243, 'value -- sent', { oparg: 'int' }),
    inst('INSTRUMENTED_CALL_FUNCTION_EX', 244, '--', { oparg: 'flags' }),
    inst('INSTRUMENTED_JUMP_FORWARD', 245, '--', { oparg: 'forward' }),
    inst('INSTRUMENTED_JUMP_BACKWARD', 246, '--', { oparg: 'backward' }),
    inst('INSTRUMENTED_RETURN_CONST', 247, '--', { oparg: 'const' }),
    inst('INSTRUMENTED_FOR_ITER', 248, '--', { oparg: 'forward', cache: counter }),
    inst('INSTRUMENTED_POP_JUMP_IF_FALSE', 249, '--', { oparg: 'forward' }),
    inst('INSTRUMENTED_POP_JUMP_IF_TRUE', 250, '--', { oparg: 'forward' }),
    inst('INSTRUMENTED_END_FOR', 251, 'iterator, exhausted --'),
    inst('INSTRUMENTED_END_SEND', 252, 'receiver, value -- value'),
    inst('INSTRUMENTED_INSTRUCTION', 253, '--'),
    inst('INSTRUMENTED_LINE', 254, 'invalid'),
  ],

  pseudo: [
    pseudo('SETUP_FINALLY', 256, ['NOP'], '--', { oparg: 'handler', jump: '-- exception' }),
    pseudo('SETUP_CLEANUP', 257, ['NOP'], '--', { oparg: 'handler', jump: '-- lasti, exception' }),
    pseudo('SETUP_WITH', 258, ['NOP'], '--', { oparg: 'handler', jump: '-- exception' }),
    pseudo('POP_BLOCK', 259, ['NOP'], '--'),
    pseudo('JUMP', 260, ['JUMP_FORWARD', 'JUMP_BACKWARD'], '--', { oparg: 'forward' }),
    pseudo('JUMP_NO_INTERRUPT', 261, ['JUMP_FORWARD', 'JUMP_BACKWARD_NO_INTERRUPT'], '--', { oparg: 'forward' }),
    pseudo('LOAD_METHOD', 262, ['LOAD_ATTR'], 'owner -- method_or_null, value_or_self', { oparg: 'name' }),
    pseudo('LOAD_SUPER_METHOD', 263, ['LOAD_SUPER_ATTR'], 'super, class, self -- method_or_null, value_or_self', { oparg: 'name' }),
    pseudo('LOAD_ZERO_SUPER_METHOD', 264, ['LOAD_SUPER_ATTR'], 'super, class, self -- method_or_null, value_or_self', { oparg: 'name' }),
    pseudo('LOAD_ZERO_SUPER_ATTR', 265, ['LOAD_SUPER_ATTR'], 'super, class, self -- null, value', { oparg: 'name' }),
    pseudo('STORE_FAST_MAYBE_NULL', 266, ['STORE_FAST'], 'value_or_null --', { oparg: 'local' }),
  ],

  specializations: {
    BINARY_OP: {
      BINARY_OP_ADD_FLOAT: 6,
      BINARY_OP_ADD_INT: 7,
      BINARY_OP_ADD_UNICODE: 8,
      BINARY_OP_INPLACE_ADD_UNICODE: 10,
      BINARY_OP_MULTIPLY_FLOAT: 13,
      BINARY_OP_MULTIPLY_INT: 14,
      BINARY_OP_SUBTRACT_FLOAT: 16,
      BINARY_OP_SUBTRACT_INT: 18,
    },
    BINARY_SUBSCR: { BINARY_SUBSCR_DICT: 19, BINARY_SUBSCR_GETITEM: 20, BINARY_SUBSCR_LIST_INT: 21, BINARY_SUBSCR_TUPLE_INT: 22 },
    CALL: {
      CALL_PY_EXACT_ARGS: 23,
      CALL_PY_WITH_DEFAULTS: 24,
      CALL_BOUND_METHOD_EXACT_ARGS: 28,
      CALL_BUILTIN_CLASS: 29,
      CALL_BUILTIN_FAST_WITH_KEYWORDS: 34,
      CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS: 38,
      CALL_NO_KW_BUILTIN_FAST: 39,
      CALL_NO_KW_BUILTIN_O: 40,
      CALL_NO_KW_ISINSTANCE: 41,
      CALL_NO_KW_LEN: 42,
      CALL_NO_KW_LIST_APPEND: 43,
      CALL_NO_KW_METHOD_DESCRIPTOR_FAST: 44,
      CALL_NO_KW_METHOD_DESCRIPTOR_NOARGS: 45,
      CALL_NO_KW_METHOD_DESCRIPTOR_O: 46,
      CALL_NO_KW_STR_1: 47,
      CALL_NO_KW_TUPLE_1: 48,
      CALL_NO_KW_TYPE_1: 56,
    },
    COMPARE_OP: { COMPARE_OP_FLOAT: 57, COMPARE_OP_INT: 58, COMPARE_OP_STR: 59 },
    FOR_ITER: { FOR_ITER_LIST: 62, FOR_ITER_TUPLE: 63, FOR_ITER_RANGE: 64, FOR_ITER_GEN: 65 },
    LOAD_SUPER_ATTR: { LOAD_SUPER_ATTR_ATTR: 66, LOAD_SUPER_ATTR_METHOD: 67 },
    LOAD_ATTR: {
      LOAD_ATTR_CLASS: 70,
      LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN: 72,
      LOAD_ATTR_INSTANCE_VALUE: 73,
      LOAD_ATTR_MODULE: 76,
      LOAD_ATTR_PROPERTY: 77,
      LOAD_ATTR_SLOT: 78,
      LOAD_ATTR_WITH_HINT: 79,
      LOAD_ATTR_METHOD_LAZY_DICT: 80,
      LOAD_ATTR_METHOD_NO_DICT: 81,
      LOAD_ATTR_METHOD_WITH_VALUES: 82,
    },
    LOAD_CONST: { LOAD_CONST__LOAD_FAST: 84 },
    LOAD_FAST: { LOAD_FAST__LOAD_CONST: 86, LOAD_FAST__LOAD_FAST: 88 },
    LOAD_GLOBAL: { LOAD_GLOBAL_BUILTIN: 111, LOAD_GLOBAL_MODULE: 112 },
    STORE_ATTR: { STORE_ATTR_INSTANCE_VALUE: 113, STORE_ATTR_SLOT: 148, STORE_ATTR_WITH_HINT: 153 },
    STORE_FAST: { STORE_FAST__LOAD_FAST: 154, STORE_FAST__STORE_FAST: 158 },
    STORE_SUBSCR: { STORE_SUBSCR_DICT: 159, STORE_SUBSCR_LIST_INT: 160 },
    UNPACK_SEQUENCE: { UNPACK_SEQUENCE_LIST: 161, UNPACK_SEQUENCE_TUPLE: 166, UNPACK_SEQUENCE_TWO_TUPLE: 167 },
    SEND: { SEND_GEN: 168 },
  },

  nbOps: [
    ['NB_ADD', '+'],
    ['NB_AND', '&'],
    ['NB_FLOOR_DIVIDE', '//'],
    ['NB_LSHIFT', '<<'],
    ['NB_MATRIX_MULTIPLY', '@'],
    ['NB_MULTIPLY', '*'],
    ['NB_REMAINDER', '%'],
    ['NB_OR', '|'],
    ['NB_POWER', '**'],
    ['NB_RSHIFT', '>>'],
    ['NB_SUBTRACT', '-'],
    ['NB_TRUE_DIVIDE', '/'],
    ['NB_XOR', '^'],
    ['NB_INPLACE_ADD', '+='],
    ['NB_INPLACE_AND', '&='],
    ['NB_INPLACE_FLOOR_DIVIDE', '//='],
    ['NB_INPLACE_LSHIFT', '<<='],
    ['NB_INPLACE_MATRIX_MULTIPLY', '@='],
    ['NB_INPLACE_MULTIPLY', '*='],
    ['NB_INPLACE_REMAINDER', '%='],
    ['NB_INPLACE_OR', '|='],
    ['NB_INPLACE_POWER', '**='],
    ['NB_INPLACE_RSHIFT', '>>='],
    ['NB_INPLACE_SUBTRACT', '-='],
    ['NB_INPLACE_TRUE_DIVIDE', '/='],
    ['NB_INPLACE_XOR', '^='],
  ],

  cmpOp: ['<', '<=', '==', '!=', '>', '>='],

  intrinsic1: [
    'INTRINSIC_1_INVALID',
    'INTRINSIC_PRINT',
    'INTRINSIC_IMPORT_STAR',
    'INTRINSIC_STOPITERATION_ERROR',
    'INTRINSIC_ASYNC_GEN_WRAP',
    'INTRINSIC_UNARY_POSITIVE',
    'INTRINSIC_LIST_TO_TUPLE',
    'INTRINSIC_TYPEVAR',
    'INTRINSIC_PARAMSPEC',
    'INTRINSIC_TYPEVARTUPLE',
    'INTRINSIC_SUBSCRIPT_GENERIC',
    'INTRINSIC_TYPEALIAS',
  ],

  intrinsic2: [
    'INTRINSIC_2_INVALID',
    'INTRINSIC_PREP_RERAISE_STAR',
    'INTRINSIC_TYPEVAR_WITH_BOUND',
    'INTRINSIC_TYPEVAR_WITH_CONSTRAINTS',
    'INTRINSIC_SET_FUNCTION_TYPE_PARAMS',
  ],
};

/** Instruction sets by Python version. */
export const opcodeSets = { '3.12': python312 } as const satisfies Record<string, OpcodeSetDef>;
