import { Op, type Constant } from '@py/code';
import { isTrue, type ConstantTable } from '../constants.ts';
import { LINE, makeNop, OPARG, ROW, TARGET } from '../instruction-sequence.ts';
import type { Block, FlowGraph } from './block.ts';
import { applySwaps, shortenSwaps } from './swaps.ts';
import { CONST, traits } from './traits.ts';

const LOAD_CONST = 1;
const BUILD_TUPLE = 2;
const THREADED_JUMP = 3;
const SWAP = 4;
const PUSH_NULL = 5;

/** Opcode → which rule below it may start; 0 for none. (A dense switch over small numbers is several times faster.) */
const rules = new Uint8Array(512);
rules[Op.LOAD_CONST] = LOAD_CONST;
rules[Op.BUILD_TUPLE] = BUILD_TUPLE;
for (const jump of [Op.JUMP, Op.POP_JUMP_IF_FALSE, Op.POP_JUMP_IF_TRUE, Op.POP_JUMP_IF_NONE, Op.POP_JUMP_IF_NOT_NONE]) {
  rules[jump] = THREADED_JUMP;
}
rules[Op.SWAP] = SWAP;
rules[Op.PUSH_NULL] = PUSH_NULL;

/**
 * Rewrites short runs of instructions within a block; what falls away becomes NOPs. May add constants (tuples).
 * CPython 3.12: Python/flowgraph.c, optimize_basic_block.
 */
export function optimizeBlock(graph: FlowGraph, block: Block, constants: ConstantTable): void {
  const { words } = graph.code;
  // A LOAD_CONST remains in force over `COPY 1`s that follow it, which duplicate the constant.
  let isLoaded = false;
  let loaded = 0;
  for (let i = block.start; i < block.end; i += ROW) {
    const opcode = words[i];
    let rule = rules[opcode];
    if (isLoaded && opcode === Op.COPY && words[i + OPARG] === 1) {
      rule = LOAD_CONST;
    } else {
      isLoaded = rule === LOAD_CONST;
      loaded = words[i + OPARG];
    }
    switch (rule) {
      case LOAD_CONST:
        i += foldLoad(words, block, i, loaded, constants);
        break;
      case BUILD_TUPLE:
        foldTuple(words, block, i, constants);
        break;
      case THREADED_JUMP:
        if (threadJump(graph, i)) i -= ROW;
        break;
      case SWAP:
        if (words[i + OPARG] === 1) {
          makeNop(words, i);
          break;
        }
        i = shortenSwaps(words, block, i);
        applySwaps(words, block, i);
        break;
      case PUSH_NULL:
        mergePushNull(words, block, i);
        break;
    }
  }
}

/** A constant that the next instruction tests, compares with None or returns. Gives how far to skip besides. */
function foldLoad(words: Int32Array, block: Block, load: number, constant: number, constants: ConstantTable): number {
  const user = load + ROW;
  if (user >= block.end) return 0;
  switch (words[user]) {
    case Op.POP_JUMP_IF_FALSE:
    case Op.POP_JUMP_IF_TRUE:
      makeNop(words, load);
      if (isTrue(constants.values[constant]) === (words[user] === Op.POP_JUMP_IF_TRUE)) words[user] = Op.JUMP;
      else makeNop(words, user);
      return 0;
    case Op.IS_OP:
      if (constants.values[constant] === null && user + ROW < block.end) foldIsNone(words, load, user, user + ROW);
      return 0;
    case Op.RETURN_VALUE:
      makeNop(words, load);
      words[user] = Op.RETURN_CONST;
      words[user + OPARG] = constant;
      return ROW;
  }
  return 0;
}

/** `if x is None` and `if x is not None` each have a jump of their own. */
function foldIsNone(words: Int32Array, load: number, is: number, jump: number): void {
  if (words[jump] !== Op.POP_JUMP_IF_FALSE && words[jump] !== Op.POP_JUMP_IF_TRUE) return;
  const jumpsIfNone = (words[is + OPARG] === 1) === (words[jump] === Op.POP_JUMP_IF_FALSE);
  makeNop(words, load);
  makeNop(words, is);
  words[jump] = jumpsIfNone ? Op.POP_JUMP_IF_NONE : Op.POP_JUMP_IF_NOT_NONE;
}

/** A tuple built to be unpacked at once is a swap; a tuple of constants is a constant. */
function foldTuple(words: Int32Array, block: Block, build: number, constants: ConstantTable): void {
  const user = build + ROW;
  const size = words[build + OPARG];
  if (user < block.end && words[user] === Op.UNPACK_SEQUENCE && words[user + OPARG] === size && size >= 1 && size <= 3) {
    makeNop(words, build);
    if (size === 1) makeNop(words, user);
    else words[user] = Op.SWAP;
    return;
  }
  const first = build - size * ROW;
  if (first < block.start) return;
  for (let i = first; i < build; i += ROW) {
    if ((traits[words[i]] & CONST) === 0) return;
  }
  const items: Constant[] = [];
  for (let i = first; i < build; i += ROW) {
    items.push(constants.values[words[i + OPARG]]);
    makeNop(words, i);
  }
  words[build] = Op.LOAD_CONST;
  words[build + OPARG] = constants.add(items);
}

/** A jump to a jump goes where that goes, if no line would be missed. */
function threadJump(graph: FlowGraph, jump: number): boolean {
  const { words } = graph.code;
  const target = graph.target(jump).start;
  if (words[target] !== Op.JUMP || words[target + TARGET] === words[jump + TARGET]) return false;
  if (words[target + LINE] !== words[jump + LINE] && words[target + LINE] !== -1) return false;
  words[jump + TARGET] = words[target + TARGET];
  return true;
}

function mergePushNull(words: Int32Array, block: Block, pushNull: number): void {
  const user = pushNull + ROW;
  if (user >= block.end || words[user] !== Op.LOAD_GLOBAL || (words[user + OPARG] & 1) !== 0) return;
  makeNop(words, pushNull);
  words[user + OPARG] |= 1;
}
