import type { Span } from '@py/ast';
import { Op } from '@py/code';
import { NO_LOCATION } from '../instruction-sequence.ts';
import { Block, copyInstructions, exitsScope, fallsThrough, lastInstruction, nextLabel } from './block.ts';
import { JUMP, traits } from './traits.ts';

/**
 * Gives instructions without a line that of the instruction before, and every return one
 * (PEP 626; CPython 3.12: Python/flowgraph.c, resolve_line_numbers).
 */
export function resolveLines(entry: Block, firstlineno: number): void {
  duplicateExits(entry);
  propagateLines(entry);
  guaranteeLines(entry, firstlineno);
}

/** Each way to an exit without a line gets an exit of its own, with the line of where it comes from. */
function duplicateExits(entry: Block): void {
  let freeLabel = nextLabel(entry);
  for (let block: Block | null = entry; block !== null; block = block.next) {
    const last = lastInstruction(block)!;
    if ((traits[last.opcode] & JUMP) === 0) continue;
    const target = last.target!;
    if (target.predecessors <= 1 || !isExitWithoutLine(target)) continue;
    const copy = new Block();
    copyInstructions(target, copy);
    copy.instructions[0].loc = last.loc;
    copy.label = freeLabel++;
    copy.predecessors = 1;
    copy.next = target.next;
    target.predecessors--;
    target.next = copy;
    last.target = copy;
  }
  // What remains is reached by falling in, and from one place only.
  for (let block: Block | null = entry; block !== null; block = block.next) {
    if (block.next === null || block.instructions.length === 0 || !fallsThrough(block)) continue;
    if (isExitWithoutLine(block.next)) block.next.instructions[0].loc = lastInstruction(block)!.loc;
  }
}

function isExitWithoutLine(block: Block): boolean {
  return exitsScope(block) && block.instructions.every(({ loc }) => loc.lineno < 0);
}

function propagateLines(entry: Block): void {
  for (let block: Block | null = entry; block !== null; block = block.next) {
    const last = lastInstruction(block);
    if (last === undefined) continue;
    let loc = NO_LOCATION;
    for (const instruction of block.instructions) {
      if (instruction.loc.lineno < 0) instruction.loc = loc;
      else loc = instruction.loc;
    }
    if (block.next !== null && fallsThrough(block)) inheritLine(block.next, loc);
    if ((traits[last.opcode] & JUMP) !== 0) inheritLine(last.target!, loc);
  }
}

function inheritLine(block: Block, loc: Span): void {
  if (block.predecessors === 1 && block.instructions[0].loc.lineno < 0) block.instructions[0].loc = loc;
}

function guaranteeLines(entry: Block, firstlineno: number): void {
  let lineno = firstlineno;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    const last = lastInstruction(block);
    if (last === undefined) continue;
    if (last.loc.lineno >= 0) {
      lineno = last.loc.lineno;
    } else if (last.opcode === Op.RETURN_VALUE) {
      for (const instruction of block.instructions) instruction.loc = { ...NO_LOCATION, lineno };
    }
  }
}
