import type { Constant } from '@py/code';
import type { Block } from './block.ts';
import { CONST, traits } from './traits.ts';

/**
 * The constants that the code still uses, in their order, and always the first, which may be the docstring. Renumbers the
 * instructions (CPython 3.12: Python/flowgraph.c, remove_unused_consts).
 */
export function removeUnusedConstants(entry: Block, constants: readonly Constant[]): readonly Constant[] {
  const used = new Uint8Array(constants.length);
  used[0] = 1;
  forEachUse(entry, (index) => {
    used[index] = 1;
    return index;
  });
  const newIndex = new Int32Array(constants.length);
  const kept: Constant[] = [];
  for (let i = 0; i < constants.length; i++) {
    if (used[i] !== 0) newIndex[i] = kept.push(constants[i]) - 1;
  }
  if (kept.length < constants.length) forEachUse(entry, (index) => newIndex[index]);
  return kept;
}

function forEachUse(entry: Block, renumber: (index: number) => number): void {
  for (let block: Block | null = entry; block !== null; block = block.next) {
    for (const instruction of block.instructions) {
      if ((traits[instruction.opcode] & CONST) !== 0) instruction.oparg = renumber(instruction.oparg);
    }
  }
}
