import { EXC, SUSPEND, TAIL } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyType, dictType, floatType, listType, strType, tupleType, typeOf, typeType } from '../core/type.ts';
import { Instance } from '../core/instance.ts';
import type { NativeFunction } from '../core/native.ts';
import { PyBuiltinFunction } from '../objects/builtin_function.ts';
import { None } from '../objects/none.ts';
import type { PyCell } from '../objects/cell.ts';
import { PyDict } from '../objects/dict.ts';
import { PyFloat } from '../objects/float.ts';
import { PyFunction } from '../objects/function.ts';
import { coroutineType, generatorType, GeneratorState, ResumedBy } from '../objects/generator.ts';
import { PyGenerator } from '../objects/generator.ts';
import { ListIterator } from '../objects/list-iterators.ts';
import { TupleIterator } from '../objects/tuple-iterator.ts';
import { RangeIterator } from '../objects/range.ts';
import { PyList } from '../objects/list.ts';
import { PyMethod } from '../objects/method.ts';
import { PyModule } from '../objects/module.ts';
import { newInstance } from '../objects/object.ts';
import { superType } from '../objects/super.ts';
import { callType } from '../objects/type.ts';
import { newTuple } from '../objects/tuple.ts';
import { PyTuple } from '../objects/tuple.ts';
import { BREAK, OK, RAISE, RELOAD, RETURN } from './action.ts';
import type { Action } from './action.ts';
import { cacheWidths, handlers } from './ops/table.ts';
import { settle, transfer } from './control.ts';
import { Exit, calleeFrame, releaseFrame } from './frame.ts';
import type { Frame } from './frame.ts';
import { asPythonException } from './host-errors.ts';
import { goOn } from './schedule.ts';
import type { Site } from './site.ts';

/** Runs `vm.frame`, which a call has just pushed, to its end: its value, or EXC. */
export function runNested(vm: VM): PyValue {
  (vm.frame as Frame).exit |= Exit.ENTRY;
  const result = evaluate(vm, RELOAD);
  return result === SUSPEND ? goOn(vm) : result;
}

/**
 * Runs `vm.frame`, and whatever it calls, until a frame with {@link Exit.ENTRY} ends. Gives its value, EXC (the exception is in
 * `vm.raised`), END (a generator resumed by a native has ended), or SUSPEND (to be entered again later).
 */
export function evaluate(vm: VM, start: Action): PyValue {
  for (let action = start; ; action = loop(vm)) {
    if (action === OK) continue;
    const frame = vm.frame as Frame;
    if (action === RETURN && frame.exit === Exit.ENTRY && !(vm.result instanceof PyGenerator)) {
      // What natives call for every item: nothing else is to be done.
      vm.frame = frame.back;
      releaseFrame(frame);
      return vm.result;
    }
    const result = transfer(vm, frame, action);
    if (result !== undefined) return result;
  }
}

/**
 * THE loop: runs `vm.frame`, and whatever it calls and returns to, until something unusual is to be done: gives what.
 *
 * Instructions that are executed often have a case here, named by literal number since only those make a jump table. A case
 * that meets something unusual leaves the switch; then the instruction's handler (interpreter/ops) does it, as it does all
 * instructions without a case. A case may leave only while nothing has changed, `pc` included. Keep this function under
 * 60 KB of V8 bytecode, and use the variables below rather than new ones: each costs stack in every frame of the interpreter.
 *
 * It is left and entered again at least every `interval` instructions: V8 then goes on with the optimised code it has meanwhile
 * made. It need not make another one, for the middle of the running function (OSR), at the same time as the first and as slowly:
 * therefore the loops around the loop, which never turn; V8 has no patience left for a loop as deep as that.
 */
function loop(vm: VM): Action {
  let frame = vm.frame as Frame;
  let next: Frame | null;
  let code = frame.code;
  let stack = frame.stack;
  let locals = stack;
  let sp = frame.sp;
  let pc = frame.pc;
  let words = code.words;
  let word = 0;
  let n = 0;
  let m = 0;
  /** Of a float operator: the argument of BINARY_OP. */
  let operator = 0;
  let action: Action;
  let a: PyValue | undefined;
  let b: PyValue | undefined;
  let site: Site;
  // A variable for each class: V8 keeps one memory for all reads of a property of the same name from the same variable.
  let f: PyFloat;
  let g: PyFloat;
  let list: PyList;
  let tuple: PyTuple;
  let dict: PyDict;
  let instance: Instance;
  let generator: PyGenerator;
  let module: PyModule;
  let builtin: PyBuiltinFunction;
  let type: PyType;
  let tupleIterator: TupleIterator;
  try {
    for (;;) for (; n < 1; n++) for (; n < 1; n++) for (; n < 1; n++) for (; n < 1; n++) for (; n < 1; n++) for (; n < 1; n++) next: for (;;) {
      word = words[pc++];
      // Cases that end alike leave by one of these blocks: the end stands once, behind the block.
      enter: {
      resume: {
      leave: {
      ended: {
      native: {
      attribute: {
      compare: {
      jump: {
      both: {
      floats: {
      int: {
      switch (word & 0xff) {

        // ---- stack and constants ----
        case 1: // POP_TOP
          sp--;
          continue;
        case 2: // PUSH_NULL
          stack[sp++] = undefined;
          continue;
        case 4: // END_FOR
          sp -= 2;
          continue;
        case 9: // NOP
        case 144: // EXTENDED_ARG
        case 172: // KW_NAMES
          continue;
        case 99: // SWAP
          n = sp - (word >>> 8);
          a = stack[n];
          stack[n] = stack[sp - 1];
          stack[sp - 1] = a;
          continue;
        case 120: // COPY
          stack[sp] = stack[sp - (word >>> 8)];
          sp++;
          continue;
        case 100: // LOAD_CONST
        case 196: // LOAD_CONST_ALONE
          stack[sp++] = code.consts[word >>> 8];
          continue;

        // ---- local variables ----
        case 124: // LOAD_FAST
        case 195: // LOAD_FAST_ALONE
          stack[sp++] = stack[word >>> 8];
          continue;
        case 127: // LOAD_FAST_CHECK
          a = stack[word >>> 8];
          if (a === undefined) break;
          stack[sp++] = a;
          continue;
        case 125: // STORE_FAST
        case 197: // STORE_FAST_ALONE
          stack[word >>> 8] = stack[--sp];
          continue;
        case 143: // LOAD_FAST_AND_CLEAR
          stack[sp++] = stack[word >>> 8];
          stack[word >>> 8] = undefined;
          continue;
        case 88: // LOAD_FAST__LOAD_FAST
          stack[sp++] = stack[word >>> 8];
          stack[sp++] = stack[words[pc++] >>> 8];
          continue;
        case 86: // LOAD_FAST__LOAD_CONST
          stack[sp++] = stack[word >>> 8];
          stack[sp++] = code.consts[words[pc++] >>> 8];
          continue;
        case 84: // LOAD_CONST__LOAD_FAST
          stack[sp++] = code.consts[word >>> 8];
          stack[sp++] = stack[words[pc++] >>> 8];
          continue;
        case 154: // STORE_FAST__LOAD_FAST
          stack[word >>> 8] = stack[sp - 1];
          stack[sp - 1] = stack[words[pc++] >>> 8];
          continue;
        case 158: // STORE_FAST__STORE_FAST
          stack[word >>> 8] = stack[--sp];
          stack[words[pc++] >>> 8] = stack[--sp];
          continue;
        case 137: // LOAD_DEREF
          a = (stack[word >>> 8] as PyCell).value;
          if (a === undefined) break;
          stack[sp++] = a;
          continue;
        case 138: // STORE_DEREF
          (stack[word >>> 8] as PyCell).value = stack[--sp];
          continue;
        case 149: // COPY_FREE_VARS
          tuple = (frame.func as PyFunction).closure as PyTuple;
          m = code.stackBase - tuple.items.length;
          for (n = 0; n < tuple.items.length; ) stack[m++] = tuple.items[n++];
          continue;
        case 136: // LOAD_CLOSURE
          stack[sp++] = stack[word >>> 8];
          continue;

        // ---- global names ----
        case 112: // LOAD_GLOBAL_MODULE
          site = code.sites[pc - 1] as Site;
          if (frame.globals.keysVersion !== site.version) break;
          if (word & 0x100) stack[sp++] = undefined;
          stack[sp++] = frame.globals.values[site.index];
          pc += 4;
          continue;
        case 111: // LOAD_GLOBAL_BUILTIN
          site = code.sites[pc - 1] as Site;
          if (frame.globals.keysVersion !== site.version || frame.builtins.keysVersion !== site.version2) break;
          if (word & 0x100) stack[sp++] = undefined;
          stack[sp++] = frame.builtins.values[site.index];
          pc += 4;
          continue;
        case 182: // LOAD_NAME_LOCAL
          site = code.sites[pc - 1] as Site;
          if ((frame.locals as PyDict).keysVersion !== site.version) break;
          stack[sp++] = (frame.locals as PyDict).values[site.index];
          continue;
        case 183: // LOAD_NAME_BUILTIN
          site = code.sites[pc - 1] as Site;
          if ((frame.locals as PyDict).keysVersion !== site.version || frame.builtins.keysVersion !== site.version2) break;
          stack[sp++] = frame.builtins.values[site.index];
          continue;
        case 184: // STORE_NAME_LOCAL
          site = code.sites[pc - 1] as Site;
          if ((frame.locals as PyDict).keysVersion !== site.version) break;
          (frame.locals as PyDict).values[site.index] = stack[--sp];
          continue;

        // ---- operators ----
        case 12: // UNARY_NOT
          a = stack[sp - 1];
          if (typeof a !== 'boolean') break;
          stack[sp - 1] = !a;
          continue;
        case 117: // IS_OP
          a = stack[--sp];
          stack[sp - 1] = (stack[sp - 1] === a) !== (word >>> 8 === 1);
          continue;
        case 6: // BINARY_OP_ADD_FLOAT
        case 13: // BINARY_OP_MULTIPLY_FLOAT
        case 16: // BINARY_OP_SUBTRACT_FLOAT
          a = stack[sp - 2];
          b = stack[sp - 1];
          if (!(a instanceof PyFloat) || (f = a).cls !== floatType || !(b instanceof PyFloat) || (g = b).cls !== floatType) break;
          n = f.value;
          m = g.value;
          sp -= 2;
          pc++;
          operator = word >>> 8;
          break floats;
        case 7: // BINARY_OP_ADD_INT
          a = stack[sp - 2];
          b = stack[sp - 1];
          if (typeof a !== 'number' || typeof b !== 'number') break;
          n = a + b;
          if (!(n <= 9007199254740991 && n >= -9007199254740991)) break;
          break int;
        case 14: // BINARY_OP_MULTIPLY_INT
          a = stack[sp - 2];
          b = stack[sp - 1];
          if (typeof a !== 'number' || typeof b !== 'number') break;
          n = a * b + 0; // 0 * -1 is -0 in JavaScript
          if (!(n <= 9007199254740991 && n >= -9007199254740991)) break;
          break int;
        case 18: // BINARY_OP_SUBTRACT_INT
          a = stack[sp - 2];
          b = stack[sp - 1];
          if (typeof a !== 'number' || typeof b !== 'number') break;
          n = a - b;
          if (!(n <= 9007199254740991 && n >= -9007199254740991)) break;
          break int;
        case 8: // BINARY_OP_ADD_UNICODE
        case 10: // BINARY_OP_INPLACE_ADD_UNICODE (its STORE_FAST follows as usual)
          a = stack[sp - 2];
          b = stack[sp - 1];
          if (typeof a !== 'string' || typeof b !== 'string') break;
          n = b.charCodeAt(0); // A low surrogate might make a pair with the end of `a`.
          if ((n >= 0xdc00 && n <= 0xdfff) || b.length > 4096 || a.length > 0x1fffe000) break;
          vm.allocated += b.length;
          stack[--sp - 1] = a + b;
          pc++;
          continue;
        case 178: // BINARY_OP_INT: // % & | ^ << >> and their in-place forms
          a = stack[sp - 2];
          b = stack[sp - 1];
          if (typeof a !== 'number' || typeof b !== 'number') break;
          switch (word >>> 8) {
            case 1: // &
            case 14:
              if ((a | 0) === a && (b | 0) === b) n = a & b;
              else if (a >= 0 && b >= 0 && (a <= 0x7fffffff || b <= 0x7fffffff)) n = a & b & 0x7fffffff;
              else break;
              break int;
            case 2: // floor division
            case 15:
              if (b === 0) break;
              // Exact: the quotient of safe integers is never so near below an integer that it would be rounded up to it.
              n = Math.floor(a / b) + 0;
              break int;
            case 3: // <<
            case 16:
              if (b < 0 || b > 52) break;
              n = b < 31 ? a * (1 << b) : a * 0x40000000 * (1 << (b - 30)); // `2 ** b` is slow in V8.
              if (!(n <= 9007199254740991 && n >= -9007199254740991)) break;
              break int;
            case 6: // %
            case 19:
              if (b === 0) break;
              n = a % b;
              if (n !== 0 && n < 0 !== b < 0) n += b;
              n += 0;
              break int;
            case 7: // |
            case 20:
              if ((a | 0) !== a || (b | 0) !== b) break;
              n = a | b;
              break int;
            case 9: // >>
            case 22:
              if (b < 0 || b > 30) break;
              n = Math.floor(a / (1 << b));
              break int;
            case 12: // ^
            case 25:
              if ((a | 0) !== a || (b | 0) !== b) break;
              n = a ^ b;
              break int;
            default:
              break;
          }
          break;
        case 179: // BINARY_OP_MIXED: + - * / of ints and floats with a float result
          a = stack[sp - 2];
          b = stack[sp - 1];
          if (typeof a === 'number') n = a;
          else if (a instanceof PyFloat && (f = a).cls === floatType) n = f.value;
          else break;
          if (typeof b === 'number') m = b;
          else if (b instanceof PyFloat && (g = b).cls === floatType) m = g.value;
          else break;
          operator = word >>> 8;
          if (operator === 11 || operator === 24) {
            if (m === 0) break;
          } else if (typeof a === 'number' && typeof b === 'number') break;
          sp -= 2;
          pc++;
          break floats;
        case 58: // COMPARE_OP_INT
        case 57: // COMPARE_OP_FLOAT: of floats, and of floats and ints
        case 180: // COMPARE_INT_JUMP: COMPARE_OP_INT and the conditional jump after it
        case 185: // COMPARE_FLOAT_JUMP: the same of floats
        case 170: // COMPARE_NUMBERS, COMPARE_NUMBERS_JUMP: of other numbers
        case 206:
          a = stack[sp - 2];
          b = stack[sp - 1];
          if (typeof a === 'number') n = a;
          else if (a instanceof PyFloat && (f = a).cls === floatType) n = f.value;
          else break;
          if (typeof b === 'number') m = b;
          else if (b instanceof PyFloat && (g = b).cls === floatType) m = g.value;
          else break;
          break compare;
        case 59: // COMPARE_OP_STR: == and !=
          a = stack[sp - 2];
          b = stack[sp - 1];
          if (typeof a !== 'string' || typeof b !== 'string') break;
          stack[--sp - 1] = (a === b) === (word >>> 12 === 2);
          pc++;
          continue;

        // ---- subscripts ----
        case 19: // BINARY_SUBSCR_DICT
          a = stack[sp - 2];
          b = stack[sp - 1];
          if (typeof b !== 'string' || !(a instanceof PyDict) || (dict = a).cls !== dictType) break;
          n = dict.findStr(b);
          if (n < 0) break;
          stack[--sp - 1] = dict.values[n];
          pc++;
          continue;
        case 21: // BINARY_SUBSCR_LIST_INT
          a = stack[sp - 2];
          b = stack[sp - 1];
          if (typeof b !== 'number' || !(a instanceof PyList) || (list = a).cls !== listType || b < 0 || b >= list.items.length) break;
          stack[--sp - 1] = list.items[b];
          pc++;
          continue;
        case 22: // BINARY_SUBSCR_TUPLE_INT
          a = stack[sp - 2];
          b = stack[sp - 1];
          if (typeof b !== 'number' || !(a instanceof PyTuple) || (tuple = a).cls !== tupleType || b < 0 || b >= tuple.items.length) break;
          stack[--sp - 1] = tuple.items[b];
          pc++;
          continue;
        case 160: // STORE_SUBSCR_LIST_INT
          a = stack[sp - 2];
          b = stack[sp - 1];
          if (typeof b !== 'number' || !(a instanceof PyList) || (list = a).cls !== listType || b < 0 || b >= list.items.length) break;
          list.items[b] = stack[sp - 3] as PyValue;
          sp -= 3;
          pc++;
          continue;
        case 159: // STORE_SUBSCR_DICT
          a = stack[sp - 2];
          b = stack[sp - 1];
          if (typeof b !== 'string' || !(a instanceof PyDict) || (dict = a).cls !== dictType) break;
          n = dict.findStr(b);
          if (n < 0) break;
          dict.values[n] = stack[sp - 3];
          sp -= 3;
          pc++;
          continue;
        case 145: // LIST_APPEND
          a = stack[--sp];
          (stack[sp - (word >>> 8)] as PyList).items.push(a as PyValue);
          vm.allocated += 8;
          continue;
        case 166: // UNPACK_SEQUENCE_TUPLE
        case 167: // UNPACK_SEQUENCE_TWO_TUPLE
        case 161: // UNPACK_SEQUENCE_LIST
          a = stack[sp - 1];
          n = word >>> 8;
          if (a instanceof PyTuple && (tuple = a).cls === tupleType) {
            if (tuple.items.length !== n) break;
            for (sp--; n > 0; ) stack[sp++] = tuple.items[--n];
          } else if (a instanceof PyList && (list = a).cls === listType) {
            if (list.items.length !== n) break;
            for (sp--; n > 0; ) stack[sp++] = list.items[--n];
          } else break;
          pc++;
          continue;
        case 102: // BUILD_TUPLE
          n = word >>> 8;
          sp -= n;
          stack[sp] = newTuple(stack.slice(sp, sp + n) as PyValue[]);
          sp++;
          continue;

        // ---- jumps ----
        case 110: // JUMP_FORWARD
        case 134: // JUMP_BACKWARD_NO_INTERRUPT
          pc = word >>> 8;
          continue;
        case 140: // JUMP_BACKWARD
          n = pc;
          pc = word >>> 8;
          if ((vm.ticks -= n - pc) >= 0) continue;
          frame.lasti = n - 1;
          frame.sp = sp;
          frame.pc = pc;
          vm.frame = frame;
          return BREAK;
        case 114: // POP_JUMP_IF_FALSE
          a = stack[sp - 1];
          if (typeof a !== 'boolean' && typeof a !== 'number' && typeof a !== 'string' && a !== None) break;
          sp--;
          if (a === None || !a) pc = word >>> 8;
          continue;
        case 115: // POP_JUMP_IF_TRUE
          a = stack[sp - 1];
          if (typeof a !== 'boolean' && typeof a !== 'number' && typeof a !== 'string' && a !== None) break;
          sp--;
          if (a !== None && a) pc = word >>> 8;
          continue;
        case 128: // POP_JUMP_IF_NOT_NONE
          if (stack[--sp] !== None) pc = word >>> 8;
          continue;
        case 129: // POP_JUMP_IF_NONE
          if (stack[--sp] === None) pc = word >>> 8;
          continue;

        // ---- iteration ----
        case 62: // FOR_ITER_LIST
          a = stack[sp - 1];
          if (!(a instanceof ListIterator)) break;
          list = (a as ListIterator).list as PyList;
          if (list !== null && (a as ListIterator).index < list.items.length) {
            stack[sp++] = list.items[(a as ListIterator).index++];
            pc++;
            continue;
          }
          (a as ListIterator).list = null;
          sp--;
          pc = word >>> 8;
          continue;
        case 63: // FOR_ITER_TUPLE
          a = stack[sp - 1];
          if (!(a instanceof TupleIterator)) break;
          tupleIterator = a;
          tuple = (a as TupleIterator).tuple as PyTuple;
          if (tuple !== null && tupleIterator.index < tuple.items.length) {
            stack[sp++] = tuple.items[tupleIterator.index++];
            pc++;
            continue;
          }
          (a as TupleIterator).tuple = null;
          sp--;
          pc = word >>> 8;
          continue;
        case 64: // FOR_ITER_RANGE
          a = stack[sp - 1];
          if (!(a instanceof RangeIterator)) break;
          if ((a as RangeIterator).remaining > 0) {
            (a as RangeIterator).remaining--;
            n = (a as RangeIterator).next;
            (a as RangeIterator).next = n + (a as RangeIterator).step;
            stack[sp++] = n;
            pc++;
            continue;
          }
          sp--;
          pc = word >>> 8;
          continue;
        case 65: // FOR_ITER_GEN
          a = stack[sp - 1];
          if (!(a instanceof PyGenerator) || (generator = a).cls !== generatorType || (a as PyGenerator).state >= GeneratorState.RUNNING || frame.depth >= vm.recursionLimit) break;
          b = None;
          n = ResumedBy.FOR;
          break resume;
        case 168: // SEND_GEN
          a = stack[sp - 2];
          if (!(a instanceof PyGenerator) || ((generator = a).cls !== generatorType && generator.cls !== coroutineType) || (a as PyGenerator).state >= GeneratorState.RUNNING || frame.depth >= vm.recursionLimit) break;
          b = stack[--sp];
          n = ResumedBy.SEND;
          break resume;
        case 150: // YIELD_VALUE
          if (frame.exit !== Exit.GENERATOR) break;
          a = frame.generator as PyGenerator;
          if ((a as PyGenerator).resumedBy !== ResumedBy.FOR && (a as PyGenerator).resumedBy !== ResumedBy.SEND) break;
          b = stack[--sp];
          frame.lasti = pc - 1;
          frame.sp = sp;
          frame.pc = pc;
          (a as PyGenerator).state = GeneratorState.SUSPENDED;
          vm.excInfo = (a as PyGenerator).excInfo.previous as VM['excInfo'];
          (a as PyGenerator).excInfo.previous = null;
          frame = frame.back as Frame;
          ((a as PyGenerator).frame as Frame).back = null;
          break leave;
        case 210: // GUARDED_YIELD
          if (frame.exit !== (Exit.GENERATOR | Exit.GUARDED)) break;
          a = frame.generator as PyGenerator;
          if ((a as PyGenerator).resumedBy !== ResumedBy.FOR && (a as PyGenerator).resumedBy !== ResumedBy.SEND) break;
          b = stack[--sp];
          frame.lasti = pc - 1;
          frame.sp = sp;
          frame.pc = pc;
          frame.generator = null;
          (a as PyGenerator).state = GeneratorState.GUARDED;
          vm.excInfo = (a as PyGenerator).excInfo.previous as VM['excInfo'];
          (a as PyGenerator).excInfo.previous = null;
          frame = frame.back as Frame;
          ((a as PyGenerator).frame as Frame).back = null;
          break leave;

        // ---- several instructions in one: loads and what they are for (see specialize.ts, fuse) ----
        case 187: // ADD_LOCALS: LOAD_FAST LOAD_FAST BINARY_OP_ADD_INT
          a = stack[word >>> 8];
          b = stack[words[pc] >>> 8];
          if (typeof a === 'number' && typeof b === 'number') {
            n = a + b;
            if (n <= 9007199254740991 && n >= -9007199254740991) {
              sp += 2;
              pc += 2;
              break int;
            }
          }
          break both;
        case 188: // ADD_CONST: LOAD_FAST LOAD_CONST BINARY_OP_ADD_INT
          a = stack[word >>> 8];
          b = code.consts[words[pc] >>> 8];
          if (typeof a === 'number' && typeof b === 'number') {
            n = a + b;
            if (n <= 9007199254740991 && n >= -9007199254740991) {
              sp += 2;
              pc += 2;
              break int;
            }
          }
          break both;
        case 189: // SUBTRACT_LOCALS: LOAD_FAST LOAD_FAST BINARY_OP_SUBTRACT_INT
          a = stack[word >>> 8];
          b = stack[words[pc] >>> 8];
          if (typeof a === 'number' && typeof b === 'number') {
            n = a - b;
            if (n <= 9007199254740991 && n >= -9007199254740991) {
              sp += 2;
              pc += 2;
              break int;
            }
          }
          break both;
        case 190: // SUBTRACT_CONST: LOAD_FAST LOAD_CONST BINARY_OP_SUBTRACT_INT
          a = stack[word >>> 8];
          b = code.consts[words[pc] >>> 8];
          if (typeof a === 'number' && typeof b === 'number') {
            n = a - b;
            if (n <= 9007199254740991 && n >= -9007199254740991) {
              sp += 2;
              pc += 2;
              break int;
            }
          }
          break both;
        case 198: // FLOAT_LOCALS: LOAD_FAST LOAD_FAST BINARY_OP_ADD_FLOAT, …_SUBTRACT_FLOAT or …_MULTIPLY_FLOAT
          a = stack[word >>> 8];
          b = stack[words[pc] >>> 8];
          if (!(a instanceof PyFloat) || (f = a).cls !== floatType || !(b instanceof PyFloat) || (g = b).cls !== floatType) break both;
          n = f.value;
          m = g.value;
          operator = words[pc + 1] >>> 8;
          pc += 3;
          break floats;
        case 199: // FLOAT_CONST: LOAD_FAST LOAD_CONST and the same
          a = stack[word >>> 8];
          b = code.consts[words[pc] >>> 8];
          if (!(a instanceof PyFloat) || (f = a).cls !== floatType || !(b instanceof PyFloat) || (g = b).cls !== floatType) break both;
          n = f.value;
          m = g.value;
          operator = words[pc + 1] >>> 8;
          pc += 3;
          break floats;
        case 200: // CONST_FLOAT: LOAD_CONST LOAD_FAST and the same
          a = code.consts[word >>> 8];
          b = stack[words[pc] >>> 8];
          if (!(a instanceof PyFloat) || (f = a).cls !== floatType || !(b instanceof PyFloat) || (g = b).cls !== floatType) break both;
          n = f.value;
          m = g.value;
          operator = words[pc + 1] >>> 8;
          pc += 3;
          break floats;
        case 201: // FLOAT_LOCAL: LOAD_FAST and the same
          a = stack[sp - 1];
          b = stack[word >>> 8];
          if (!(a instanceof PyFloat) || (f = a).cls !== floatType || !(b instanceof PyFloat) || (g = b).cls !== floatType) {
            stack[sp++] = b;
            continue;
          }
          n = f.value;
          m = g.value;
          sp--;
          operator = words[pc] >>> 8;
          pc += 2;
          break floats;
        case 191: // COMPARE_LOCALS_JUMP: LOAD_FAST LOAD_FAST COMPARE_OP_INT and a jump
          a = stack[word >>> 8];
          b = stack[words[pc] >>> 8];
          if (typeof a !== 'number' || typeof b !== 'number') break both;
          n = a;
          m = b;
          break jump;
        case 192: // COMPARE_CONST_JUMP: LOAD_FAST LOAD_CONST COMPARE_OP_INT and a jump
          a = stack[word >>> 8];
          b = code.consts[words[pc] >>> 8];
          if (typeof a !== 'number' || typeof b !== 'number') break both;
          n = a;
          m = b;
          break jump;
        case 194: // FOR_ITER_RANGE_STORE: FOR_ITER_RANGE STORE_FAST
          a = stack[sp - 1];
          if (!(a instanceof RangeIterator)) break;
          if ((a as RangeIterator).remaining > 0) {
            (a as RangeIterator).remaining--;
            n = (a as RangeIterator).next;
            (a as RangeIterator).next = n + (a as RangeIterator).step;
            stack[words[pc + 1] >>> 8] = n;
            pc += 2;
            continue;
          }
          sp--;
          pc = word >>> 8;
          continue;

        case 202: // ITEM_LOCALS: LOAD_FAST LOAD_FAST BINARY_SUBSCR_LIST_INT
          a = stack[word >>> 8];
          b = stack[words[pc] >>> 8];
          if (typeof b !== 'number' || !(a instanceof PyList) || (list = a).cls !== listType || b < 0 || b >= list.items.length) break both;
          stack[sp++] = list.items[b];
          pc += 3;
          continue;
        case 203: // ITEM_CONST: LOAD_FAST LOAD_CONST BINARY_SUBSCR_LIST_INT
          a = stack[word >>> 8];
          b = code.consts[words[pc] >>> 8];
          if (typeof b !== 'number' || !(a instanceof PyList) || (list = a).cls !== listType || b < 0 || b >= list.items.length) break both;
          stack[sp++] = list.items[b];
          pc += 3;
          continue;
        case 204: // COPY_ITEM: COPY COPY BINARY_SUBSCR_LIST_INT
          a = stack[sp - 2];
          b = stack[sp - 1];
          if (typeof b !== 'number' || !(a instanceof PyList) || (list = a).cls !== listType || b < 0 || b >= list.items.length) {
            stack[sp++] = a;
            continue;
          }
          stack[sp++] = list.items[b];
          pc += 3;
          continue;
        case 205: // SWAP_STORE_ITEM: SWAP SWAP STORE_SUBSCR_LIST_INT
          a = stack[sp - 3];
          b = stack[sp - 2];
          if (typeof b !== 'number' || !(a instanceof PyList) || (list = a).cls !== listType || b < 0 || b >= list.items.length) {
            stack[sp - 3] = stack[sp - 1];
            stack[sp - 1] = a;
            continue;
          }
          list.items[b] = stack[sp - 1] as PyValue;
          sp -= 3;
          pc += 3;
          continue;

        // ---- attributes ----
        case 193: // LOAD_FAST_ATTR: LOAD_FAST LOAD_ATTR_INSTANCE_VALUE
          stack[sp++] = stack[word >>> 8];
          if ((words[pc] & 0xff) !== 73) continue;
          word = words[pc++];
        // Falls through.
        case 73: // LOAD_ATTR_INSTANCE_VALUE
          a = stack[sp - 1];
          if (!(a instanceof Instance)) break;
          instance = a;
          site = code.sites[pc - 1] as Site;
          while (instance.shape !== site.shape && site.other !== null) site = site.other;
          if (instance.shape !== site.shape || instance.cls.version !== site.version) break;
          switch (site.index) {
            case 0:
              b = instance.s0;
              break;
            case 1:
              b = instance.s1;
              break;
            case 2:
              b = instance.s2;
              break;
            case 3:
              b = instance.s3;
              break;
            default:
              b = (instance.more as PyValue[])[site.index - 4];
          }
          break attribute;
        case 82: // LOAD_ATTR_METHOD_WITH_VALUES
          a = stack[sp - 1];
          if (!(a instanceof Instance)) break;
          instance = a;
          site = code.sites[pc - 1] as Site;
          while (instance.shape !== site.shape && site.other !== null) site = site.other;
          if (instance.shape !== site.shape || instance.cls.version !== site.version) break;
          stack[sp - 1] = site.value;
          stack[sp++] = a;
          pc += 9;
          continue;
        case 81: // LOAD_ATTR_METHOD_NO_DICT
          a = stack[sp - 1] as PyValue;
          site = code.sites[pc - 1] as Site;
          if ((a instanceof PyList ? (list = a).cls : a instanceof PyDict ? (dict = a).cls : typeof a === 'string' ? strType : typeOf(a)).version !== site.version) break;
          stack[sp - 1] = site.value;
          stack[sp++] = a;
          pc += 9;
          continue;
        case 80: // LOAD_ATTR_METHOD_LAZY_DICT
          a = stack[sp - 1];
          site = code.sites[pc - 1] as Site;
          if (typeof a !== 'object' || a.cls.version !== site.version || (a.dict !== undefined && a.dict !== null)) break;
          stack[sp - 1] = site.value;
          stack[sp++] = a;
          pc += 9;
          continue;
        case 78: // LOAD_ATTR_SLOT
          a = stack[sp - 1];
          site = code.sites[pc - 1] as Site;
          if (!(a instanceof Instance) || (instance = a).cls.version !== site.version) break;
          b = (instance.members as (PyValue | undefined)[])[site.index];
          if (b === undefined) break;
          break attribute;
        case 79: // LOAD_ATTR_WITH_HINT
          a = stack[sp - 1];
          site = code.sites[pc - 1] as Site;
          if (typeof a !== 'object' || a.cls.version !== site.version || a.dict === undefined || a.dict === null) break;
          b = a.dict.getStr(code.names[word >>> 9]);
          if (b === undefined) break;
          break attribute;
        case 76: // LOAD_ATTR_MODULE
          a = stack[sp - 1];
          site = code.sites[pc - 1] as Site;
          if (!(a instanceof PyModule) || (module = a).cls !== site.type || module.dict.keysVersion !== site.version) break;
          b = module.dict.values[site.index];
          break attribute;
        case 70: // LOAD_ATTR_CLASS
        case 209: // LOAD_ATTR_OTHER_CLASS
          a = stack[sp - 1];
          site = code.sites[pc - 1] as Site;
          if (a !== site.type || (a as PyType).version !== site.version) break;
          b = site.value;
          break attribute;
        case 67: // LOAD_SUPER_ATTR_METHOD
          a = stack[sp - 1];
          if (stack[sp - 3] !== superType || !(a instanceof Instance)) break;
          instance = a;
          site = code.sites[pc - 1] as Site;
          while (instance.cls.version !== site.version && site.other !== null) site = site.other;
          if (instance.cls.version !== site.version || stack[sp - 2] !== site.type) break;
          stack[sp - 3] = site.value;
          stack[sp - 2] = a;
          sp--;
          pc++;
          continue;
        case 113: // STORE_ATTR_INSTANCE_VALUE
          a = stack[sp - 1];
          if (!(a instanceof Instance)) break;
          instance = a;
          site = code.sites[pc - 1] as Site;
          while (instance.shape !== site.shape && site.other !== null) site = site.other;
          if (instance.shape !== site.shape || instance.cls.version !== site.version) break;
          b = stack[sp - 2];
          sp -= 2;
          if (site.nextShape !== null) instance.shape = site.nextShape;
          switch (site.index) {
            case 0:
              instance.s0 = b;
              break;
            case 1:
              instance.s1 = b;
              break;
            case 2:
              instance.s2 = b;
              break;
            case 3:
              instance.s3 = b;
              break;
            default:
              (instance.more ??= [])[site.index - 4] = b;
          }
          pc += 4;
          continue;
        case 148: // STORE_ATTR_SLOT
          a = stack[sp - 1];
          site = code.sites[pc - 1] as Site;
          if (!(a instanceof Instance) || (instance = a).cls.version !== site.version) break;
          (instance.members as (PyValue | undefined)[])[site.index] = stack[sp - 2];
          sp -= 2;
          pc += 4;
          continue;

        // ---- calls ----
        case 23: // CALL_PY_EXACT_ARGS
        case 24: // CALL_PY_WITH_DEFAULTS
          n = sp - (word >>> 8) - 2;
          a = stack[n];
          m = n + 1;
          if (a === undefined) {
            a = stack[m];
            m++;
          }
          if (!(a instanceof PyFunction) || frame.depth >= vm.recursionLimit) break;
          operator = (a as PyFunction).code.exactArgs - (sp - m); // Arguments that defaults must give.
          if (operator !== 0 && (operator < 0 || (a as PyFunction).defaults === null || operator > ((a as PyFunction).defaults as PyTuple).items.length)) break;
          frame.lasti = pc + 2; // The last cache entry, as CPython has it for calls of Python functions.
          frame.sp = n;
          b = undefined;
          n = 0;
          break enter;
        case 28: // CALL_BOUND_METHOD_EXACT_ARGS
          n = sp - (word >>> 8) - 2;
          a = stack[n + 1];
          if (stack[n] !== undefined || !(a instanceof PyMethod)) break;
          b = (a as PyMethod).self;
          a = (a as PyMethod).func;
          m = n + 2;
          if (!(a instanceof PyFunction) || (a as PyFunction).code.exactArgs !== sp - m + 1 || frame.depth >= vm.recursionLimit) break;
          frame.lasti = pc + 2;
          frame.sp = n;
          n = 0;
          break enter;
        case 181: // CALL_CLASS_INIT: a class with a plain __new__ and an __init__ written in Python
          n = sp - (word >>> 8) - 2;
          a = stack[n + 1];
          site = code.sites[pc - 1] as Site;
          if (stack[n] !== undefined || a !== site.type || (a as PyType).version !== site.version || frame.depth >= vm.recursionLimit) break;
          m = n + 2;
          a = site.value as PyFunction;
          if ((a as PyFunction).code.exactArgs !== sp - m + 1) break;
          b = stack[n] = newInstance(site.type);
          frame.lasti = pc - 1;
          frame.sp = n + 1;
          n = Exit.INIT;
          break enter;
        case 29: // CALL_BUILTIN_CLASS
        case 47: // CALL_NO_KW_STR_1
        case 48: // CALL_NO_KW_TUPLE_1
        case 207: // CALL_OTHER_BUILTIN_CLASS
          n = word >>> 8;
          a = stack[sp - n - 1];
          if (a !== (code.sites[pc - 1] as Site).type || stack[sp - n - 2] !== undefined) break;
          frame.lasti = pc - 1;
          frame.pc = pc + 3;
          frame.sp = sp - n - 2;
          if (vm.frame !== frame) vm.frame = frame;
          b = callType(vm, a as PyType, stack.slice(sp - n, sp) as PyValue[], null);
          break native;
        case 43: // CALL_NO_KW_LIST_APPEND
          a = stack[sp - 2];
          if (stack[sp - 3] !== (code.sites[pc - 1] as Site).value || !(a instanceof PyList) || (list = a).cls !== listType) break;
          list.items.push(stack[sp - 1] as PyValue);
          vm.allocated += 8;
          sp -= 2;
          stack[sp - 1] = None;
          pc += 3;
          continue;
        case 42: // CALL_NO_KW_LEN
          a = stack[sp - 1];
          if (stack[sp - 2] !== (code.sites[pc - 1] as Site).value || stack[sp - 3] !== undefined) break;
          if (typeof a === 'string') n = a.length;
          else if (a instanceof PyList && (list = a).cls === listType) n = list.items.length;
          else if (a instanceof PyTuple && (tuple = a).cls === tupleType) n = tuple.items.length;
          else if (a instanceof PyDict && (dict = a).cls === dictType) n = dict.size;
          else break;
          sp -= 2;
          stack[sp - 1] = n;
          pc += 3;
          continue;
        case 56: // CALL_NO_KW_TYPE_1
          if (stack[sp - 2] !== typeType || stack[sp - 3] !== undefined) break;
          a = typeOf(stack[sp - 1] as PyValue);
          sp -= 2;
          stack[sp - 1] = a;
          pc += 3;
          continue;
        case 41: // CALL_NO_KW_ISINSTANCE
          site = code.sites[pc - 1] as Site;
          a = stack[sp - 1];
          b = stack[sp - 2];
          if (stack[sp - 3] !== site.value || stack[sp - 4] !== undefined) break;
          if (a instanceof PyType && (typeOf(b as PyValue) === (type = a) || (typeof b !== 'object' && type.cls === typeType))) {
            sp -= 3;
            stack[sp - 1] = typeOf(b as PyValue).isSubtypeOf(type);
            pc += 3;
            continue;
          }
          b = callNative(vm, frame, site.plan as NativeFunction, stack, sp, 2, sp - 4, pc);
          break native;
        case 40: // CALL_NO_KW_BUILTIN_O
        case 39: // CALL_NO_KW_BUILTIN_FAST
        case 34: // CALL_BUILTIN_FAST_WITH_KEYWORDS
        case 211: // CALL_OTHER_BUILTIN
          m = word >>> 8; // Arguments.
          n = sp - m - 2;
          site = code.sites[pc - 1] as Site;
          if (stack[n + 1] !== site.value || stack[n] !== undefined) break;
          b = callNative(vm, frame, site.plan as NativeFunction, stack, sp, m, n, pc);
          break native;
        case 212: // CALL_BOUND_BUILTIN
          m = word >>> 8;
          n = sp - m - 2;
          a = stack[n + 1];
          site = code.sites[pc - 1] as Site;
          if (stack[n] !== undefined || !(a instanceof PyBuiltinFunction) || (builtin = a).def !== site.plan) break;
          stack[n + 1] = builtin.self as PyValue;
          b = callNative(vm, frame, builtin.def.boundBody as NativeFunction, stack, sp, m + 1, n, pc);
          break native;
        case 46: // CALL_NO_KW_METHOD_DESCRIPTOR_O
        case 45: // CALL_NO_KW_METHOD_DESCRIPTOR_NOARGS
        case 44: // CALL_NO_KW_METHOD_DESCRIPTOR_FAST
        case 38: // CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS
        case 208: // CALL_OTHER_METHOD_DESCRIPTOR
          m = (word >>> 8) + 1; // Arguments, `self` included.
          n = sp - m - 1;
          site = code.sites[pc - 1] as Site;
          if (stack[n] !== site.value) break;
          b = callNative(vm, frame, site.plan as NativeFunction, stack, sp, m, n, pc);
          break native;
        case 83: // RETURN_VALUE
          if (frame.exit !== 0) break;
          b = stack[sp - 1];
          break ended;
        case 121: // RETURN_CONST
          b = code.consts[word >>> 8];
          if (frame.exit !== 0) {
            if (frame.exit !== Exit.INIT || b !== None) break;
            next = frame.back as Frame;
            b = next.stack[--next.sp]; // The instance.
          }
          break ended;
        case 151: // RESUME
          if ((vm.ticks -= code.ticks) >= 0 && code.traceVersion === vm.traceVersion) continue;
          frame.lasti = pc - 1;
          frame.sp = sp;
          frame.pc = pc;
          vm.frame = frame;
          return BREAK;
        default:
          break;
      }
      // The instruction's handler does it.
      n = word & 0xff;
      frame.lasti = pc - 1;
      frame.sp = sp;
      frame.pc = pc + cacheWidths[n];
      if (vm.frame !== frame) vm.frame = frame;
      action = handlers[n](vm, frame, word >>> 8);
      if (action !== OK) {
        if (action !== RELOAD || vm.pendingThrow !== null) return action;
        frame = vm.frame as Frame;
        code = frame.code;
        stack = frame.stack;
        words = code.words;
      }
      sp = frame.sp;
      pc = frame.pc;
      continue;
      }
      // int: `n` takes the place of both operands; if it is to be stored, it is.
      pc++;
      word = words[pc];
      if ((word & 0xff) === 125 || (word & 0xff) === 197) {
        sp -= 2;
        stack[word >>> 8] = n;
        pc++;
      } else stack[--sp - 1] = n;
      continue;
      }
      // floats: the `operator` of `n` and `m`, then those that follow, for as long as the value needs no object.
      for (;;) {
        switch (operator) {
          case 0: // +
          case 13:
            n += m;
            break;
          case 5: // *
          case 18:
            n *= m;
            break;
          case 10: // -
          case 23:
            n -= m;
            break;
          default: // division by another number than 0
            n /= m;
        }
        word = words[pc];
        switch (word & 0xff) {
          case 201: // FLOAT_LOCAL
            b = stack[word >>> 8];
            if (!(b instanceof PyFloat) || (g = b).cls !== floatType) break;
            m = g.value;
            operator = words[pc + 1] >>> 8;
            pc += 3;
            continue;
          case 198: // FLOAT_LOCALS, whose result may be the other operand of the operator after it
            a = stack[word >>> 8];
            b = stack[words[pc + 1] >>> 8];
            operator = words[pc + 4];
            if ((operator & 0xff) !== 6 && (operator & 0xff) !== 16 && (operator & 0xff) !== 13) break;
            if (!(a instanceof PyFloat) || (f = a).cls !== floatType || !(b instanceof PyFloat) || (g = b).cls !== floatType) break;
            operator >>>= 8;
            word = words[pc + 2] >>> 8;
            m = word === 5 || word === 18 ? f.value * g.value : word === 0 || word === 13 ? f.value + g.value : f.value - g.value;
            pc += 6;
            continue;
          case 6: // BINARY_OP_ADD_FLOAT, …_MULTIPLY_FLOAT, …_SUBTRACT_FLOAT: the left operand is on the stack
          case 13:
          case 16:
            a = stack[sp - 1];
            if (!(a instanceof PyFloat) || (f = a).cls !== floatType) break;
            m = n;
            n = f.value;
            sp--;
            operator = word >>> 8;
            pc += 2;
            continue;
          case 100: // LOAD_CONST
            b = code.consts[word >>> 8];
            if (!(b instanceof PyFloat)) break;
            m = (g = b).value;
            operator = words[pc + 1];
            switch (operator & 0xff) {
              case 6:
              case 13:
              case 16:
                operator >>>= 8;
                pc += 3;
                continue;
              case 185: // COMPARE_FLOAT_JUMP
                break jump;
            }
            break;
          case 125: // STORE_FAST
          case 197: // STORE_FAST_ALONE
            stack[word >>> 8] = new PyFloat(n);
            pc++;
            continue next;
          case 154: // STORE_FAST__LOAD_FAST
            stack[word >>> 8] = new PyFloat(n);
            stack[sp++] = stack[words[pc + 1] >>> 8];
            pc += 2;
            continue next;
        }
        stack[sp++] = new PyFloat(n);
        continue next;
      }
      }
      // both: a joined form met something else than ints; the instruction after the loads goes on.
      stack[sp++] = a;
      stack[sp++] = b;
      pc++;
      continue;
      }
      // jump: a joined comparison of `n` and `m`; the bits of its argument tell which outcomes are true.
      word = words[pc + 3];
      if ((((n < m ? 2 : n > m ? 4 : n === m ? 8 : 1) & (words[pc + 1] >>> 8)) !== 0) === ((word & 0xff) === 115)) pc = word >>> 8;
      else pc += 4;
      continue;
      }
      // compare: the same for operands on the stack; the result is pushed, or decides the jump that follows.
      sp -= 2;
      a = ((n < m ? 2 : n > m ? 4 : n === m ? 8 : 1) & (word >>> 8)) !== 0;
      if ((word & 0xff) < 180) {
        stack[sp++] = a;
        pc++;
        continue;
      }
      word = words[pc + 1];
      if (a === ((word & 0xff) === 115)) pc = word >>> 8;
      else pc += 2;
      continue;
      }
      // attribute: `b` takes the place of its owner, above NULL if it is to be called.
      if (word & 0x100) {
        stack[sp - 1] = undefined;
        stack[sp++] = b;
      } else stack[sp - 1] = b;
      pc += 9;
      continue;
      }
      // native: gave `b`.
      if (b === EXC || b === TAIL || b === SUSPEND) return settle(vm, frame, b);
      sp = frame.sp;
      stack[sp++] = b;
      pc += 3;
      if (vm.ticks >= 0) continue;
      frame.sp = sp;
      return BREAK;
      }
      // ended: `frame` has the result `b`.
      releaseFrame(frame);
      frame = frame.back as Frame;
      }
      // leave: `frame` is the caller, which gets `b`.
      code = frame.code;
      stack = frame.stack;
      sp = frame.sp;
      stack[sp++] = b;
      pc = frame.pc;
      words = code.words;
      continue;
      }
      // resume: the generator `a` gets `b`; `n` tells for what.
      frame.lasti = pc;
      frame.sp = sp;
      frame.pc = pc + 1;
      (a as PyGenerator).resumedBy = n;
      (a as PyGenerator).endPc = word >>> 8;
      if ((a as PyGenerator).state === GeneratorState.GUARDED) ((a as PyGenerator).frame as Frame).generator = a as PyGenerator;
      (a as PyGenerator).state = GeneratorState.RUNNING;
      (a as PyGenerator).excInfo.previous = vm.excInfo;
      vm.excInfo = (a as PyGenerator).excInfo;
      n = frame.depth + 1;
      ((a as PyGenerator).frame as Frame).back = frame;
      frame = (a as PyGenerator).frame as Frame;
      frame.depth = n;
      code = frame.code;
      stack = frame.stack;
      sp = frame.sp;
      stack[sp++] = b;
      pc = frame.pc;
      words = code.words;
      continue;
      }
      // enter: the function `a`, with `self` `b` if that is not undefined, and the arguments from `m` on; `n` tells what is to be done at its end (Exit).
      frame.pc = pc + 3;
      code = (a as PyFunction).code;
      next = frame.above;
      if (next === null || next.exit !== Exit.IDLE || next.stack.length < code.template.length) next = calleeFrame(frame, a as PyFunction, code);
      else {
        if (next.func !== a || next.code !== code) {
          next.code = code;
          next.func = a as PyFunction;
          next.globals = (a as PyFunction).globals;
          next.builtins = (a as PyFunction).builtins;
        }
        next.depth = frame.depth + 1;
        next.lasti = -1;
      }
      next.exit = n;
      locals = next.stack;
      n = 0;
      if (b !== undefined) locals[n++] = b;
      while (m < sp) locals[n++] = stack[m++];
      if (n < code.exactArgs) {
        tuple = (a as PyFunction).defaults as PyTuple;
        for (m = tuple.items.length - code.exactArgs; n < code.exactArgs; n++) locals[n] = tuple.items[m + n];
      }
      frame = next;
      stack = locals;
      sp = code.stackBase;
      pc = 0;
      words = code.words;
    }
  } catch (error) {
    vm.raised = asPythonException(vm, error, frame);
    frame.lasti = pc - 1;
    vm.frame = frame;
    return RAISE;
  }
}

/** Calls a native with the `count` arguments below `sp`; the call's own stack entries begin at `base`. */
function callNative(vm: VM, frame: Frame, body: NativeFunction, stack: (PyValue | undefined)[], sp: number, count: number, base: number, pc: number): PyValue {
  frame.lasti = pc - 1;
  frame.pc = pc + 3;
  frame.sp = base;
  if (vm.frame !== frame) vm.frame = frame;
  switch (count) {
    case 0:
      return body(vm);
    case 1:
      return body(vm, stack[sp - 1]);
    case 2:
      return body(vm, stack[sp - 2], stack[sp - 1]);
    case 3:
      return body(vm, stack[sp - 3], stack[sp - 2], stack[sp - 1]);
    case 4:
      return body(vm, stack[sp - 4], stack[sp - 3], stack[sp - 2], stack[sp - 1]);
    case 5:
      return body(vm, stack[sp - 5], stack[sp - 4], stack[sp - 3], stack[sp - 2], stack[sp - 1]);
    case 6:
      return body(vm, stack[sp - 6], stack[sp - 5], stack[sp - 4], stack[sp - 3], stack[sp - 2], stack[sp - 1]);
    case 7:
      return body(vm, stack[sp - 7], stack[sp - 6], stack[sp - 5], stack[sp - 4], stack[sp - 3], stack[sp - 2], stack[sp - 1]);
    default:
      return body(vm, ...stack.slice(sp - count, sp));
  }
}
