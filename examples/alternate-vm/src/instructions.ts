// What each instruction does: a function that makes a closure for one place in a program.
import { jumpTarget, opcodeTables, type CodeObject, type RawInstruction } from '@py/code';
import { matches, toException, type Frame } from './machine.ts';
import { attribute, binary, compare, contains, deleteSubscript, inverted, iterate, listed, negative, storeSubscript, subscript, unpack } from './operations.ts';
import { Cell, PyDict, PyFunction, PyList, PySlice, raised, repr, str, truth, type Namespace, type PyException, type PyIterator, type PyModule, type Value } from './values.ts';

/** Does one instruction. */
export type Step = (frame: Frame) => void;

const table = opcodeTables['3.12'];

/** The closure of an instruction. `indexOf` turns byte offsets into indices. One that is not known here throws when it is reached. */
export function stepOf(instruction: RawInstruction, code: CodeObject, indexOf: ReadonlyMap<number, number>): Step {
  const name = table.opname[instruction.opcode];
  const make = makers[name];
  if (!make) return () => unknownInstruction(name);
  return make(instruction.oparg, code, indexOf.get(jumpTarget(instruction) ?? -1) ?? -1);
}

function unknownInstruction(name: string): never {
  throw new Error(`this virtual machine does not know ${name}`);
}

/** Oparg, code object, and index of the instruction jumped to. */
type Make = (oparg: number, code: CodeObject, target: number) => Step;

const nothing: Make = () => () => {};
const pushConst = (code: CodeObject, index: number): Value => code.co_consts[index] as Value;

/** A jump that depends on the topmost value. */
const jumpIf = (condition: (value: Value) => boolean): Make => (_oparg, _code, target) => (frame) => {
  if (condition(frame.pop())) frame.next = target;
};

const unary = (operation: (value: Value) => Value): Make => () => (frame) => frame.push(operation(frame.pop()));

/** Takes the topmost `count` values, the deepest first. */
function take<T = Value>(frame: Frame, count: number): T[] {
  return frame.stack.splice(frame.stack.length - count, count) as T[];
}

/** The value `depth` places from the top, which is 1. */
function peek<T>(frame: Frame, depth: number): T {
  return frame.stack[frame.stack.length - depth] as T;
}

/** The value of a name in the first of the namespaces that has it. None is null here, so `??` would not do. */
function lookUp(frame: Frame, name: string, ...namespaces: readonly (Namespace | null)[]): Value {
  const found = [...namespaces, frame.machine.builtins].find((namespace) => namespace?.has(name));
  if (!found) throw raised('NameError', `name '${name}' is not defined`);
  return found.get(name) as Value;
}

function unbound(code: CodeObject, index: number): PyException {
  const name = code.co_localsplusnames[index];
  if (code.co_freevars.includes(name)) return raised('NameError', `cannot access free variable '${name}' where it is not associated with a value in enclosing scope`);
  return raised('UnboundLocalError', `cannot access local variable '${name}' where it is not associated with a value`);
}

const loadFast: Make = (oparg, code) => (frame) => {
  const value = frame.locals[oparg];
  if (value === undefined) throw unbound(code, oparg);
  frame.push(value);
};

const cellAt = (frame: Frame, index: number): Cell => frame.locals[index] as Cell;

const storeName: Make = (oparg, code) => {
  const name = code.co_names[oparg];
  return (frame) => void (frame.names ?? frame.globals).set(name, frame.pop());
};

const deleteName: Make = (oparg, code) => (frame) => {
  if (!(frame.names ?? frame.globals).delete(code.co_names[oparg])) throw raised('NameError', `name '${code.co_names[oparg]}' is not defined`);
};

/** [callable, self] or [null, callable], then the arguments. */
function call(frame: Frame, args: readonly Value[], keywords: ReadonlyMap<string, Value>): void {
  const [first, second] = take<Value | undefined>(frame, 2);
  frame.push(first === undefined ? frame.machine.call(second as Value, args, keywords) : frame.machine.call(first, [second as Value, ...args], keywords));
}

function merge(into: PyDict, from: Value): void {
  for (const [key, value] of (from as PyDict).entries.values()) into.set(key, value);
}

function dictOf(keys: readonly Value[], values: readonly Value[]): PyDict {
  const dict = new PyDict();
  keys.forEach((key, index) => dict.set(key, values[index]));
  return dict;
}

function keywordsOf(dict: PyDict): Map<string, Value> {
  return new Map([...dict.entries.values()].map(([key, value]) => [key as string, value]));
}

const makers: Readonly<Record<string, Make>> = {
  RESUME: nothing,
  NOP: nothing,
  CACHE: nothing,
  PUSH_NULL: () => (frame) => frame.push(undefined),
  POP_TOP: () => (frame) => frame.pop(),
  COPY: (depth) => (frame) => frame.push(peek(frame, depth)),
  SWAP: (depth) => ({ stack }) => {
    const top = stack.length - 1;
    [stack[top], stack[top + 1 - depth]] = [stack[top + 1 - depth], stack[top]];
  },

  LOAD_CONST: (oparg, code) => (frame) => frame.push(pushConst(code, oparg)),
  RETURN_VALUE: () => (frame) => void (frame.result = frame.pop()),
  RETURN_CONST: (oparg, code) => (frame) => void (frame.result = pushConst(code, oparg)),

  LOAD_FAST: loadFast,
  LOAD_FAST_CHECK: loadFast,
  LOAD_FAST_AND_CLEAR: (oparg) => (frame) => {
    frame.push(frame.locals[oparg]);
    frame.locals[oparg] = undefined;
  },
  STORE_FAST: (oparg) => (frame) => void (frame.locals[oparg] = frame.pop()),
  DELETE_FAST: (oparg, code) => (frame) => {
    if (frame.locals[oparg] === undefined) throw unbound(code, oparg);
    frame.locals[oparg] = undefined;
  },

  MAKE_CELL: (oparg) => (frame) => void (frame.locals[oparg] = new Cell(frame.locals[oparg] as Value | undefined)),
  COPY_FREE_VARS: () => (frame) => frame.locals.splice(frame.locals.length - frame.closure.length, frame.closure.length, ...frame.closure),
  LOAD_CLOSURE: (oparg) => (frame) => frame.push(frame.locals[oparg]),
  LOAD_DEREF: (oparg, code) => (frame) => {
    const { value } = cellAt(frame, oparg);
    if (value === undefined) throw unbound(code, oparg);
    frame.push(value);
  },
  STORE_DEREF: (oparg) => (frame) => void (cellAt(frame, oparg).value = frame.pop()),
  DELETE_DEREF: (oparg) => (frame) => void (cellAt(frame, oparg).value = undefined),

  LOAD_NAME: (oparg, code) => (frame) => frame.push(lookUp(frame, code.co_names[oparg], frame.names, frame.globals)),
  STORE_NAME: storeName,
  DELETE_NAME: deleteName,
  LOAD_GLOBAL: (oparg, code) => (frame) => {
    if (oparg & 1) frame.push(undefined);
    frame.push(lookUp(frame, code.co_names[oparg >> 1], frame.globals));
  },
  STORE_GLOBAL: (oparg, code) => (frame) => void frame.globals.set(code.co_names[oparg], frame.pop()),
  DELETE_GLOBAL: deleteName,

  UNARY_NEGATIVE: unary(negative),
  UNARY_NOT: unary((value) => !truth(value)),
  UNARY_INVERT: unary(inverted),
  BINARY_OP: (oparg) => (frame) => {
    const [left, right] = take(frame, 2);
    frame.push(binary(table.nbOps[oparg][1], left, right));
  },
  COMPARE_OP: (oparg) => (frame) => {
    const [left, right] = take(frame, 2);
    frame.push(compare(table.cmpOp[oparg >> 4], left, right));
  },
  IS_OP: (invert) => (frame) => {
    const [left, right] = take(frame, 2);
    frame.push((left === right) !== (invert === 1));
  },
  CONTAINS_OP: (invert) => (frame) => {
    const [item, container] = take(frame, 2);
    frame.push(contains(container, item) !== (invert === 1));
  },
  BINARY_SUBSCR: () => (frame) => {
    const [container, key] = take(frame, 2);
    frame.push(subscript(container, key));
  },
  BINARY_SLICE: () => (frame) => {
    const [container, ...bounds] = take(frame, 3);
    frame.push(subscript(container, new PySlice([...bounds, null])));
  },
  STORE_SUBSCR: () => (frame) => {
    const [value, container, key] = take(frame, 3);
    storeSubscript(container, key, value);
  },
  STORE_SLICE: () => (frame) => {
    const [value, container, ...bounds] = take(frame, 4);
    storeSubscript(container, new PySlice([...bounds, null]), value);
  },
  DELETE_SUBSCR: () => (frame) => {
    const [container, key] = take(frame, 2);
    deleteSubscript(container, key);
  },
  LOAD_ATTR: (oparg, code) => (frame) => {
    const value = attribute(frame.pop(), code.co_names[oparg >> 1]);
    if (oparg & 1) frame.push(undefined);
    frame.push(value);
  },

  BUILD_TUPLE: (count) => (frame) => frame.push(take(frame, count)),
  BUILD_LIST: (count) => (frame) => frame.push(new PyList(take(frame, count))),
  BUILD_SLICE: (count) => (frame) => frame.push(new PySlice([...take(frame, count), null].slice(0, 3))),
  BUILD_STRING: (count) => (frame) => frame.push(take(frame, count).join('')),
  BUILD_MAP: (count) => (frame) => {
    const pairs = take(frame, 2 * count);
    frame.push(dictOf(pairs.filter((_, index) => index % 2 === 0), pairs.filter((_, index) => index % 2 === 1)));
  },
  BUILD_CONST_KEY_MAP: (count) => (frame) => {
    const keys = frame.pop<readonly Value[]>();
    frame.push(dictOf(keys, take(frame, count)));
  },
  LIST_APPEND: (depth) => (frame) => {
    const item = frame.pop();
    peek<PyList>(frame, depth).items.push(item);
  },
  MAP_ADD: (depth) => (frame) => {
    const [key, value] = take(frame, 2);
    peek<PyDict>(frame, depth).set(key, value);
  },
  LIST_EXTEND: (depth) => (frame) => {
    const items = frame.pop();
    peek<PyList>(frame, depth).items.push(...listed(items));
  },
  DICT_UPDATE: (depth) => (frame) => {
    const from = frame.pop();
    merge(peek(frame, depth), from);
  },
  DICT_MERGE: (depth) => (frame) => {
    const from = frame.pop();
    merge(peek(frame, depth), from);
  },
  UNPACK_SEQUENCE: (count) => (frame) => frame.stack.push(...unpack(frame.pop(), count, null).reverse()),
  UNPACK_EX: (oparg) => (frame) => frame.stack.push(...unpack(frame.pop(), oparg & 0xff, oparg >> 8).reverse()),
  FORMAT_VALUE: (flags) => (frame) => {
    if (flags & 4) unknownInstruction('FORMAT_VALUE with a format');
    frame.push((flags & 3) === 2 ? repr(frame.pop()) : str(frame.pop()));
  },
  CALL_INTRINSIC_1: (oparg) => {
    if (table.intrinsic1[oparg] === 'INTRINSIC_LIST_TO_TUPLE') return (frame) => frame.push([...frame.pop<PyList>().items]);
    if (table.intrinsic1[oparg] === 'INTRINSIC_UNARY_POSITIVE') return () => {};
    return () => unknownInstruction(table.intrinsic1[oparg]);
  },

  GET_ITER: () => (frame) => frame.push(iterate(frame.pop())),
  FOR_ITER: (_oparg, _code, target) => (frame) => {
    const item = peek<PyIterator>(frame, 1).next();
    frame.push(item);
    if (item === undefined) frame.next = target;
  },
  END_FOR: () => (frame) => void take(frame, 2),
  JUMP_FORWARD: (_oparg, _code, target) => (frame) => void (frame.next = target),
  JUMP_BACKWARD: (_oparg, _code, target) => (frame) => {
    frame.machine.tick();
    frame.next = target;
  },
  POP_JUMP_IF_TRUE: jumpIf(truth),
  POP_JUMP_IF_FALSE: jumpIf((value) => !truth(value)),
  POP_JUMP_IF_NONE: jumpIf((value) => value === null),
  POP_JUMP_IF_NOT_NONE: jumpIf((value) => value !== null),

  MAKE_FUNCTION: (flags) => (frame) => {
    const code = frame.pop<CodeObject>();
    const closure = flags & 8 ? frame.pop<readonly Cell[]>() : [];
    if (flags & 4) frame.pop();
    const kwdefaults = flags & 2 ? frame.pop<PyDict>() : new PyDict();
    frame.push(new PyFunction(code, frame.globals, flags & 1 ? frame.pop<readonly Value[]>() : [], keywordsOf(kwdefaults), closure));
  },
  KW_NAMES: (oparg, code) => (frame) => void (frame.keywordNames = code.co_consts[oparg] as readonly string[]),
  CALL: (count) => (frame) => {
    const names = frame.keywordNames;
    frame.keywordNames = [];
    const args = take(frame, count);
    const values = args.splice(count - names.length);
    call(frame, args, new Map(names.map((name, index) => [name, values[index]])));
  },
  CALL_FUNCTION_EX: (flags) => (frame) => {
    const keywords = flags & 1 ? keywordsOf(frame.pop<PyDict>()) : new Map<string, Value>();
    call(frame, listed(frame.pop()), keywords);
  },

  LOAD_ASSERTION_ERROR: () => (frame) => frame.push(frame.machine.builtins.get('AssertionError')),
  RAISE_VARARGS: (count) => (frame) => {
    const { handled } = frame.machine;
    if (count === 0) {
      if (!handled) throw raised('RuntimeError', 'No active exception to reraise');
      throw handled;
    }
    const cause = count === 2 ? frame.pop() : undefined;
    const exception = toException(frame.pop());
    if (cause !== undefined) exception.cause = cause === null ? null : toException(cause);
    throw exception;
  },
  PUSH_EXC_INFO: () => (frame) => {
    const exception = frame.pop<PyException>();
    frame.push(frame.machine.handled);
    frame.push(exception);
    frame.machine.handled = exception;
  },
  CHECK_EXC_MATCH: () => (frame) => {
    const kind = frame.pop();
    frame.push(matches(peek(frame, 1), kind));
  },
  POP_EXCEPT: () => (frame) => void (frame.machine.handled = frame.pop<PyException | null>()),
  RERAISE: () => (frame) => {
    frame.reraises = true;
    throw frame.pop<PyException>();
  },

  IMPORT_NAME: (oparg, code) => (frame) => {
    take(frame, 2);
    frame.push(frame.machine.importModule(code.co_names[oparg]));
  },
  IMPORT_FROM: (oparg, code) => (frame) => {
    const module = peek<PyModule>(frame, 1);
    const value = module.names.get(code.co_names[oparg]);
    if (value === undefined) throw raised('ImportError', `cannot import name '${code.co_names[oparg]}' from '${module.name}'`);
    frame.push(value);
  },
};
