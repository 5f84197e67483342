import { CodeFlag, Op } from '@py/code';
import { OPARG, ROW, type CodeUnit } from '../instruction-sequence.ts';
import type { Block, FlowGraph } from './block.ts';

/** Opcodes whose argument names a cell or free variable. */
const usesCell = new Uint8Array(512);
for (const opcode of [
  Op.MAKE_CELL, Op.LOAD_CLOSURE, Op.LOAD_DEREF, Op.STORE_DEREF, Op.DELETE_DEREF, Op.LOAD_FROM_DICT_OR_DEREF,
]) {
  usesCell[opcode] = 1;
}

/**
 * Puts the code that a frame begins with (generator, closure and cells) before the rest, and turns the numbers of cells into
 * places among the "fast locals": parameters and locals, then cells, then free variables; a local that is a cell too has one
 * place (CPython 3.12: Python/compile.c, prepare_localsplus).
 */
export function addPrefix(graph: FlowGraph, unit: CodeUnit): void {
  if (unit.cellvars.size === 0 && unit.freevars.size === 0 && !isGeneratorLike(unit)) return;
  const places = cellPlaces(unit);
  const { code, entry } = graph;
  const start = code.length;
  addPrefixInstructions(unit, places);
  code.addCopies(entry.start, entry.end);
  entry.start = start;
  entry.end = code.length;
  if (places.length === 0) return;
  const { words } = code;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    for (let i = block.start; i < block.end; i += ROW) {
      if (usesCell[words[i]] !== 0) words[i + OPARG] = places[words[i + OPARG]];
    }
  }
}

/** For each cell and free variable its place in `co_localsplusnames`. */
function cellPlaces({ varnames, cellvars, freevars }: CodeUnit): number[] {
  const places: number[] = [];
  let place = varnames.size;
  for (const name of cellvars.keys()) places.push(varnames.get(name) ?? place++);
  for (let i = 0; i < freevars.size; i++) places.push(place++);
  return places;
}

function addPrefixInstructions(unit: CodeUnit, places: readonly number[]): void {
  const { instructions, firstlineno, cellvars, freevars } = unit;
  if (freevars.size > 0) instructions.addUnplaced(Op.COPY_FREE_VARS, freevars.size);
  const cells = Array.from({ length: cellvars.size }, (_, cell) => cell).sort((a, b) => places[a] - places[b]);
  for (const cell of cells) instructions.addUnplaced(Op.MAKE_CELL, cell);
  if (!isGeneratorLike(unit)) return;
  instructions.add(Op.RETURN_GENERATOR, 0, firstlineno, -1, firstlineno, -1);
  instructions.addUnplaced(Op.POP_TOP, 0);
}

/** Does calling the code give a generator or coroutine? */
export function isGeneratorLike({ flags }: CodeUnit): boolean {
  return (flags & (CodeFlag.GENERATOR | CodeFlag.COROUTINE | CodeFlag.ASYNC_GENERATOR)) !== 0;
}
