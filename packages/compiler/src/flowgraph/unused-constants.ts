import type { Constant } from '@py/code';
import type { Instruction } from '../instruction-sequence.ts';
import type { Block } from './block.ts';
import { CONST, traits } from './traits.ts';

/**
 * The constants that the code still uses, in their order, and always the first, which may be the docstring. Renumbers the
 * instructions (CPython 3.12: Python/flowgraph.c, remove_unused_consts).
 */
export function removeUnusedConstants(entry: Block, constants: readonly Constant[]): readonly Constant[] {
  const uses: Instruction[] = [];
  for (let block: Block | null = entry; block !== null; block = block.next) {
    const { instructions } = block;
    for (let i = 0; i < instructions.length; i++) {
      if ((traits[instructions[i].opcode] & CONST) !== 0) uses.push(instructions[i]);
    }
  }
  const used = new Uint8Array(constants.length);
  used[0] = 1;
  for (const { oparg } of uses) used[oparg] = 1;
  if (!used.includes(0)) return constants;
  const newIndex = new Int32Array(constants.length);
  const kept = constants.filter((_, index) => used[index] !== 0);
  for (let index = 0, next = 0; index < constants.length; index++) if (used[index] !== 0) newIndex[index] = next++;
  for (const use of uses) use.oparg = newIndex[use.oparg];
  return kept;
}
