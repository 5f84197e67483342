/*
 * Instructions that exist only inside the running VM, in numbers that CPython 3.12 leaves free. `dis` never sees them:
 * `documentedOpcode` says which documented instruction each stands for. The loop names them by literal number (see evaluate.ts).
 */
import { Op } from '@py/code';

/** Not decoded yet: decode, then start again. */
export const DECODE = 255;
/** In traced code: report events, then execute the plain instruction. */
export const TRACE = 236;
/** CALL that follows KW_NAMES. */
export const CALL_KW = 177;
/** BINARY_OP of two ints with another operator than +, - and *. */
export const BINARY_OP_INT = 178;
/** BINARY_OP + - * / of ints and floats. */
export const BINARY_OP_MIXED = 179;
/** COMPARE_OP of ints, and the conditional jump after it. */
export const COMPARE_INT_JUMP = 180;
/** COMPARE_OP of floats or of floats and ints, and the conditional jump after it. */
export const COMPARE_FLOAT_JUMP = 185;
/** COMPARE_OP of numbers of which CPython has no form: larger ints, an int and a float. With the conditional jump after it, and without. */
export const COMPARE_NUMBERS_JUMP = 206, COMPARE_NUMBERS = 170;
/** CALL of a built-in class, of a method, of a function, for which CPython has no form. */
export const CALL_OTHER_BUILTIN_CLASS = 207, CALL_OTHER_METHOD_DESCRIPTOR = 208, CALL_OTHER_BUILTIN = 211;
/** CALL of a native that is bound: `append = xs.append`. */
export const CALL_BOUND_BUILTIN = 212;
/** LOAD_ATTR of a class whose metaclass is another than `type`. */
export const LOAD_ATTR_OTHER_CLASS = 209;
/** CALL of a class whose `__init__` is a Python function and whose instances are plain. */
export const CALL_CLASS_INIT = 181;
/** LOAD_NAME whose name was found in the namespace of the frame, or in builtins. */
export const LOAD_NAME_LOCAL = 182;
export const LOAD_NAME_BUILTIN = 183;
/** STORE_NAME of a name that the namespace already has. */
export const STORE_NAME_LOCAL = 184;
/** Loads of two variables, or of a variable and a constant, and the int operator that follows. */
export const ADD_LOCALS = 187, ADD_CONST = 188, SUBTRACT_LOCALS = 189, SUBTRACT_CONST = 190;
/** The same with a comparison of ints and the conditional jump after it. */
export const COMPARE_LOCALS_JUMP = 191, COMPARE_CONST_JUMP = 192;
/** Load of a variable and of an attribute of it that is in a slot. */
export const LOAD_FAST_ATTR = 193;
/** FOR_ITER_RANGE and the store of the loop variable. */
export const FOR_ITER_RANGE_STORE = 194;
/** Loads of two variables, of a variable and a constant, or of one variable, and + - * of floats that follows. */
export const FLOAT_LOCALS = 198, FLOAT_CONST = 199, CONST_FLOAT = 200, FLOAT_LOCAL = 201;
/** Loads of two variables, or of a variable and a constant, and the list item that they name. */
export const ITEM_LOCALS = 202, ITEM_CONST = 203;
/** The list item of an augmented assignment (COPY, COPY, BINARY_SUBSCR), and the store at its end (SWAP, SWAP, STORE_SUBSCR). */
export const COPY_ITEM = 204, SWAP_STORE_ITEM = 205;
/** YIELD_VALUE where a handler waits: a generator that dies there is closed (objects/lifetime-generators.ts). */
export const GUARDED_YIELD = 210;
/** The first instruction of a pair whose second one has become part of something better. */
export const LOAD_FAST_ALONE = 195, LOAD_CONST_ALONE = 196, STORE_FAST_ALONE = 197;

/** The documented instruction that a private one stands for. */
export const documentedOpcode: Readonly<Record<number, number>> = {
  [CALL_KW]: Op.CALL,
  [BINARY_OP_INT]: Op.BINARY_OP,
  [BINARY_OP_MIXED]: Op.BINARY_OP,
  [COMPARE_INT_JUMP]: Op.COMPARE_OP_INT,
  [COMPARE_FLOAT_JUMP]: Op.COMPARE_OP_FLOAT,
  [ADD_LOCALS]: Op.LOAD_FAST__LOAD_FAST,
  [ADD_CONST]: Op.LOAD_FAST__LOAD_CONST,
  [SUBTRACT_LOCALS]: Op.LOAD_FAST__LOAD_FAST,
  [SUBTRACT_CONST]: Op.LOAD_FAST__LOAD_CONST,
  [COMPARE_LOCALS_JUMP]: Op.LOAD_FAST__LOAD_FAST,
  [COMPARE_CONST_JUMP]: Op.LOAD_FAST__LOAD_CONST,
  [LOAD_FAST_ATTR]: Op.LOAD_FAST,
  [FOR_ITER_RANGE_STORE]: Op.FOR_ITER_RANGE,
  [FLOAT_LOCALS]: Op.LOAD_FAST__LOAD_FAST,
  [FLOAT_CONST]: Op.LOAD_FAST__LOAD_CONST,
  [CONST_FLOAT]: Op.LOAD_CONST__LOAD_FAST,
  [FLOAT_LOCAL]: Op.LOAD_FAST,
  [ITEM_LOCALS]: Op.LOAD_FAST__LOAD_FAST,
  [ITEM_CONST]: Op.LOAD_FAST__LOAD_CONST,
  [COPY_ITEM]: Op.COPY,
  [SWAP_STORE_ITEM]: Op.SWAP,
  [LOAD_FAST_ALONE]: Op.LOAD_FAST__LOAD_FAST,
  [LOAD_CONST_ALONE]: Op.LOAD_CONST__LOAD_FAST,
  [STORE_FAST_ALONE]: Op.STORE_FAST__LOAD_FAST,
  [COMPARE_NUMBERS_JUMP]: Op.COMPARE_OP,
  [COMPARE_NUMBERS]: Op.COMPARE_OP,
  [LOAD_ATTR_OTHER_CLASS]: Op.LOAD_ATTR,
  [CALL_CLASS_INIT]: Op.CALL,
  [CALL_OTHER_BUILTIN_CLASS]: Op.CALL,
  [CALL_OTHER_METHOD_DESCRIPTOR]: Op.CALL,
  [CALL_OTHER_BUILTIN]: Op.CALL,
  [CALL_BOUND_BUILTIN]: Op.CALL,
  [GUARDED_YIELD]: Op.YIELD_VALUE,
  [LOAD_NAME_LOCAL]: Op.LOAD_NAME,
  [LOAD_NAME_BUILTIN]: Op.LOAD_NAME,
  [STORE_NAME_LOCAL]: Op.STORE_NAME,
};
