import type { Constant } from '@py/code';
import { OPARG, ROW } from '../instruction-sequence.ts';
import type { Block, FlowGraph } from './block.ts';
import { CONST, traits } from './traits.ts';

/**
 * The constants that the code still uses, in their order, and always the first, which may be the docstring. Renumbers the
 * instructions (CPython 3.12: Python/flowgraph.c, remove_unused_consts).
 */
export function removeUnusedConstants({ entry, code: { words } }: FlowGraph, constants: readonly Constant[]): readonly Constant[] {
  if (constants.length === 0) return constants;
  const newIndex: number[] = [];
  for (let index = 0; index < constants.length; index++) newIndex.push(UNUSED);
  newIndex[0] = 0;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    for (let i = block.start; i < block.end; i += ROW) {
      if ((traits[words[i]] & CONST) !== 0) newIndex[words[i + OPARG]] = 0;
    }
  }
  if (!newIndex.includes(UNUSED)) return constants;
  const kept = constants.filter((_, index) => newIndex[index] !== UNUSED);
  for (let index = 0, next = 0; index < constants.length; index++) if (newIndex[index] !== UNUSED) newIndex[index] = next++;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    for (let i = block.start; i < block.end; i += ROW) {
      if ((traits[words[i]] & CONST) !== 0) words[i + OPARG] = newIndex[words[i + OPARG]];
    }
  }
  return kept;
}

const UNUSED = -1;
