import { Op } from '@py/code';
import { Instruction, NO_LOCATION } from '../instruction-sequence.ts';
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
    copy.instructions[0].place(last);
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
    if (isExitWithoutLine(block.next)) block.next.instructions[0].place(lastInstruction(block)!);
  }
}

function isExitWithoutLine(block: Block): boolean {
  return exitsScope(block) && block.instructions.every(({ lineno }) => lineno < 0);
}

function propagateLines(entry: Block): void {
  const nowhere = new Instruction(Op.NOP, 0, NO_LOCATION);
  for (let block: Block | null = entry; block !== null; block = block.next) {
    const last = lastInstruction(block);
    if (last === undefined) continue;
    let source = nowhere;
    for (let i = 0; i < block.instructions.length; i++) {
      const instruction = block.instructions[i];
      if (instruction.lineno < 0) instruction.place(source);
      else source = instruction;
    }
    if (block.next !== null && fallsThrough(block)) inheritLine(block.next, source);
    if ((traits[last.opcode] & JUMP) !== 0) inheritLine(last.target!, source);
  }
}

function inheritLine(block: Block, source: Instruction): void {
  if (block.predecessors === 1 && block.instructions[0].lineno < 0) block.instructions[0].place(source);
}

function guaranteeLines(entry: Block, firstlineno: number): void {
  let lineno = firstlineno;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    const last = lastInstruction(block);
    if (last === undefined) continue;
    if (last.lineno >= 0) {
      ({ lineno } = last);
    } else if (last.opcode === Op.RETURN_VALUE) {
      const source = new Instruction(Op.NOP, 0, { ...NO_LOCATION, lineno });
      for (const instruction of block.instructions) instruction.place(source);
    }
  }
}
