import { EXC } from '../core/value.ts';
import type { PyObject, PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { PyType } from '../core/type.ts';
import { Instance } from '../core/instance.ts';
import type { Shape } from '../core/shape.ts';
import { None } from '../objects/none.ts';
import { PyCell } from '../objects/cell.ts';
import { PyDict } from '../objects/dict.ts';
import { PyFloat } from '../objects/float.ts';
import { PyFunction } from '../objects/function.ts';
import { PyGenerator, GeneratorState, ResumedBy } from '../objects/generator.ts';
import { PyList } from '../objects/list.ts';
import { PyListIterator, PyRangeIterator, PyTupleIterator } from '../objects/iterator.ts';
import { PyMethod } from '../objects/method.ts';
import { PyTuple } from '../objects/tuple.ts';
import { BREAK, OK, RAISE, RELOAD, RETURN, WAIT, YIELD } from './action.ts';
import type { Action } from './action.ts';
import { cacheWidths, handlers } from './ops/table.ts';
import { settle, transfer } from './control.ts';
import { Exit, Frame } from './frame.ts';
import { asPythonException } from './host-errors.ts';
import type { Site } from './site.ts';

/** Runs `vm.frame`, which a call has just pushed, to its end: its value, or EXC. */
export function runNested(vm: VM): PyValue {
  (vm.frame as Frame).exit |= Exit.ENTRY;
  return evaluate(vm, OK);
}

/**
 * THE loop: runs `vm.frame`, and whatever it calls, until a frame with {@link Exit.ENTRY} ends. Gives its value, EXC (the
 * exception is in `vm.raised`), END (a generator resumed by a native has ended), or SUSPEND (to be entered again later).
 *
 * Instructions that are executed often have a case here, named by literal number since only those make a jump table; a case
 * that meets something unusual leaves the switch, and the instruction's handler (interpreter/ops) does it. Everything without a
 * case is done by its handler. Keep this function under 60 KB of V8 bytecode, and use the variables below rather than new
 * ones: each costs stack in every frame of the interpreter.
 */
export function evaluate(vm: VM, start: Action): PyValue {
  let action: Action = start;
  let frame = vm.frame as Frame;
  let code = frame.code;
  let stack = frame.stack;
  let sp = frame.sp;
  let pc = frame.pc;
  let words = code.words;
  let sites = code.sites;
  let word = 0;
  let n = 0;
  let a: PyValue | undefined;
  let b: PyValue | undefined;
  let site: Site;
  let callee: Frame;
  for (;;) {
    try {
      if (action !== OK) {
        a = transfer(vm, frame, action);
        if (a !== undefined) return a;
      }
      frame = vm.frame as Frame;
      code = frame.code;
      stack = frame.stack;
      sp = frame.sp;
      pc = frame.pc;
      words = code.words;
      sites = code.sites;
      dispatch: for (;;) {
        word = words[pc++];
        switch (word & 0xff) {
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
            continue;
          case 12: // UNARY_NOT
            a = stack[sp - 1];
            if (typeof a !== 'boolean') break;
            stack[sp - 1] = !a;
            continue;

          // ---- BINARY_OP ----
          case 6: // BINARY_OP_ADD_FLOAT
            a = stack[sp - 2];
            b = stack[sp - 1];
            if (!(a instanceof PyFloat) || !(b instanceof PyFloat)) break;
            stack[--sp - 1] = new PyFloat(a.value + b.value);
            pc++;
            continue;
          case 7: // BINARY_OP_ADD_INT
            a = stack[sp - 2];
            b = stack[sp - 1];
            if (typeof a !== 'number' || typeof b !== 'number') break;
            n = a + b;
            if (!(n <= 9007199254740991 && n >= -9007199254740991)) break;
            stack[--sp - 1] = n;
            pc++;
            continue;
          case 8: // BINARY_OP_ADD_UNICODE
            a = stack[sp - 2];
            b = stack[sp - 1];
            if (typeof a !== 'string' || typeof b !== 'string') break;
            n = b.charCodeAt(0);
            if ((n >= 0xdc00 && n <= 0xdfff) || a.length + b.length > 0x1fffffe0) break;
            stack[--sp - 1] = a + b;
            pc++;
            continue;
          case 13: // BINARY_OP_MULTIPLY_FLOAT
            a = stack[sp - 2];
            b = stack[sp - 1];
            if (!(a instanceof PyFloat) || !(b instanceof PyFloat)) break;
            stack[--sp - 1] = new PyFloat(a.value * b.value);
            pc++;
            continue;
          case 14: // BINARY_OP_MULTIPLY_INT
            a = stack[sp - 2];
            b = stack[sp - 1];
            if (typeof a !== 'number' || typeof b !== 'number') break;
            n = a * b + 0; // 0 * -1 is -0 in JavaScript
            if (!(n <= 9007199254740991 && n >= -9007199254740991)) break;
            stack[--sp - 1] = n;
            pc++;
            continue;
          case 16: // BINARY_OP_SUBTRACT_FLOAT
            a = stack[sp - 2];
            b = stack[sp - 1];
            if (!(a instanceof PyFloat) || !(b instanceof PyFloat)) break;
            stack[--sp - 1] = new PyFloat(a.value - b.value);
            pc++;
            continue;
          case 18: // BINARY_OP_SUBTRACT_INT
            a = stack[sp - 2];
            b = stack[sp - 1];
            if (typeof a !== 'number' || typeof b !== 'number') break;
            n = a - b;
            if (!(n <= 9007199254740991 && n >= -9007199254740991)) break;
            stack[--sp - 1] = n;
            pc++;
            continue;

          // ---- BINARY_SUBSCR, STORE_SUBSCR ----
          case 19: // BINARY_SUBSCR_DICT
            a = stack[sp - 2];
            if (!(a instanceof PyDict) || a.cls.mp_subscript !== PyDict.subscript) break;
            b = stack[sp - 1];
            if (typeof b === 'string') n = a.findStr(b);
            else break;
            if (n < 0) break;
            stack[--sp - 1] = a.values[n];
            pc++;
            continue;
          case 21: // BINARY_SUBSCR_LIST_INT
            a = stack[sp - 2];
            b = stack[sp - 1];
            if (!(a instanceof PyList) || typeof b !== 'number' || b < 0 || b >= a.items.length) break;
            stack[--sp - 1] = a.items[b];
            pc++;
            continue;
          case 22: // BINARY_SUBSCR_TUPLE_INT
            a = stack[sp - 2];
            b = stack[sp - 1];
            if (!(a instanceof PyTuple) || typeof b !== 'number' || b < 0 || b >= a.items.length) break;
            stack[--sp - 1] = a.items[b];
            pc++;
            continue;
          case 160: // STORE_SUBSCR_LIST_INT
            a = stack[sp - 2];
            b = stack[sp - 1];
            if (!(a instanceof PyList) || typeof b !== 'number' || b < 0 || b >= a.items.length) break;
            a.items[b] = stack[sp - 3] as PyValue;
            sp -= 3;
            pc++;
            continue;

          // ---- CALL ----
          case 23: { // CALL_PY_EXACT_ARGS
            n = word >>> 8;
            if (stack[sp - n - 2] === undefined) {
              a = stack[sp - n - 1];
            } else {
              a = stack[sp - n - 2];
              n++;
            }
            if (!(a instanceof PyFunction) || a.code.exactArgs !== n || frame.depth >= vm.recursionLimit) break;
            callee = new Frame(a.code, a.code.template.slice(), a.globals, a.builtins, null, a);
            frame.lasti = pc - 1;
            frame.pc = pc + 3;
            callee.back = frame;
            callee.depth = frame.depth + 1;
            code = a.code;
            n = word >>> 8;
            sp -= n;
            words = sp; // placeholder
            continue;
          }
          default:
            break;
        }
      }
    } catch (error) {
      action = RAISE;
    }
  }
}
