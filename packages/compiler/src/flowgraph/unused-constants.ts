import type { Constant } from '@py/code';
import { OPARG, ROW } from '../instruction-sequence.ts';
import type { Block, FlowGraph } from './block.ts';
import { CONST, traits } from './traits.ts';

/**
 * The constants that the code still uses, in their order, and always the first, which may be the docstring. Renumbers the
 * instructions (CPython 3.12: Python/flowgraph.c, remove_unused_consts).
 */
export function removeUnusedConstants({ entry, code: { words } }: FlowGraph, constants: readonly Constant[]): readonly Constant[] {
  const used = new Uint8Array(constants.length);
  used[0] = 1;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    for (let i = block.start; i < block.end; i += ROW) {
      if ((traits[words[i]] & CONST) !== 0) used[words[i + OPARG]] = 1;
    }
  }
  if (!used.includes(0)) return constants;
  const kept = constants.filter((_, index) => used[index] !== 0);
  const newIndex = new Int32Array(constants.length);
  for (let index = 0, next = 0; index < constants.length; index++) if (used[index] !== 0) newIndex[index] = next++;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    for (let i = block.start; i < block.end; i += ROW) {
      if ((traits[words[i]] & CONST) !== 0) words[i + OPARG] = newIndex[words[i + OPARG]];
    }
  }
  return kept;
}
