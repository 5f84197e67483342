import type { Span } from '@py/ast';
import { encodeExceptionTable, LocationTableWriter, Op, opcodeTables, type ExceptionEntry } from '@py/code';
import type { Block } from './flowgraph/block.ts';
import { instructionSize } from './flowgraph/jumps.ts';
import { NO_LOCATION } from './instruction-sequence.ts';

const { cacheWords } = opcodeTables['3.12'];

/** `co_code` of `length` code units: each instruction with its EXTENDED_ARGs before and its zeroed caches after it. */
export function writeCode(entry: Block, length: number): Uint8Array {
  const code = new Uint8Array(length * 2);
  let at = 0;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    const { instructions } = block;
    for (let i = 0; i < instructions.length; i++) {
      const { opcode, oparg } = instructions[i];
      for (let shift = oparg > 0xff ? (oparg > 0xffff ? (oparg > 0xffffff ? 24 : 16) : 8) : 0; shift > 0; shift -= 8) {
        code[at++] = Op.EXTENDED_ARG;
        code[at++] = (oparg >>> shift) & 0xff;
      }
      code[at++] = opcode;
      code[at++] = oparg & 0xff;
      at += cacheWords[opcode] * 2;
    }
  }
  return code;
}

/** Bytes that a short location table may need beyond one for each code unit. */
const SLACK = 32;

/** `co_linetable` of `length` code units. */
export function writeLocationTable(entry: Block, firstlineno: number, length: number): Uint8Array {
  const writer = new LocationTableWriter(firstlineno, length + SLACK);
  let loc: Span = NO_LOCATION;
  /** Code units that have this location and are not handed over yet. */
  let units = 0;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    const { instructions } = block;
    for (let i = 0; i < instructions.length; i++) {
      const instruction = instructions[i];
      if (instruction.loc !== loc) {
        writer.add(loc.lineno, loc.end_lineno, loc.col_offset, loc.end_col_offset, units);
        ({ loc } = instruction);
        units = 0;
      }
      units += instructionSize(instruction.opcode, instruction.oparg);
    }
  }
  writer.add(loc.lineno, loc.end_lineno, loc.col_offset, loc.end_col_offset, units);
  return writer.finish();
}

/** `co_exceptiontable` of `length` code units. */
export function writeExceptionTable(entry: Block, length: number): Uint8Array {
  const entries: ExceptionEntry[] = [];
  let handler: Block | null = null;
  let start = 0;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    let { offset } = block;
    for (const instruction of block.instructions) {
      if (instruction.handler !== handler) {
        if (handler !== null) entries.push(exceptionEntry(handler, start, offset));
        start = offset;
        handler = instruction.handler;
      }
      offset += instructionSize(instruction.opcode, instruction.oparg);
    }
  }
  if (handler !== null) entries.push(exceptionEntry(handler, start, length));
  return encodeExceptionTable(entries);
}

function exceptionEntry(handler: Block, start: number, end: number): ExceptionEntry {
  const { offset, startDepth, preserveLasti } = handler;
  return { start: start * 2, end: end * 2, target: offset * 2, depth: startDepth - (preserveLasti ? 2 : 1), lasti: preserveLasti };
}
