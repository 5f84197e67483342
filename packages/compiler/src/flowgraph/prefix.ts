import { CodeFlag, Op } from '@py/code';
import { Instruction, NO_LOCATION, type CodeUnit } from '../instruction-sequence.ts';
import type { Block } from './block.ts';

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
export function addPrefix(entry: Block, unit: CodeUnit): void {
  if (unit.cellvars.size === 0 && unit.freevars.size === 0 && !isGeneratorLike(unit)) return;
  const places = cellPlaces(unit);
  entry.instructions = prefix(unit, places).concat(entry.instructions);
  if (places.length === 0) return;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    for (const instruction of block.instructions) {
      if (usesCell[instruction.opcode] !== 0) instruction.oparg = places[instruction.oparg];
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

function prefix(unit: CodeUnit, places: readonly number[]): Instruction[] {
  const result: Instruction[] = [];
  if (unit.freevars.size > 0) result.push(new Instruction(Op.COPY_FREE_VARS, unit.freevars.size, NO_LOCATION));
  const cells = Array.from({ length: unit.cellvars.size }, (_, cell) => cell).sort((a, b) => places[a] - places[b]);
  for (const cell of cells) result.push(new Instruction(Op.MAKE_CELL, cell, NO_LOCATION));
  if (isGeneratorLike(unit)) {
    const { firstlineno } = unit;
    const loc = { lineno: firstlineno, col_offset: -1, end_lineno: firstlineno, end_col_offset: -1 };
    result.push(new Instruction(Op.RETURN_GENERATOR, 0, loc), new Instruction(Op.POP_TOP, 0, NO_LOCATION));
  }
  return result;
}

/** Does calling the code give a generator or coroutine? */
export function isGeneratorLike({ flags }: CodeUnit): boolean {
  return (flags & (CodeFlag.GENERATOR | CodeFlag.COROUTINE | CodeFlag.ASYNC_GENERATOR)) !== 0;
}
