import type { Span } from '@py/ast';
import { encodeExceptionTable, encodeLocationTable, Op, opcodeTables, type ExceptionEntry, type LocationRun } from '@py/code';
import { NO_LOCATION } from './instruction-sequence.ts';
import type { Block } from './flowgraph/block.ts';
import { instructionSize } from './flowgraph/jumps.ts';

const { cacheWords } = opcodeTables['3.12'];

/** `co_code` of `length` code units: each instruction with its EXTENDED_ARGs before and its zeroed caches after it. */
export function writeCode(entry: Block, length: number): Uint8Array {
  const code = new Uint8Array(length * 2);
  let at = 0;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    for (const { opcode, oparg } of block.instructions) {
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

/** `co_linetable`. */
export function writeLocationTable(entry: Block, firstlineno: number): Uint8Array {
  return encodeLocationTable(firstlineno, locationRuns(entry));
}

function locationRuns(entry: Block): LocationRun[] {
  const runs: LocationRun[] = [];
  let loc = NO_LOCATION;
  let units = 0;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    for (const instruction of block.instructions) {
      if (instruction.loc !== loc) {
        if (units > 0) runs.push(locationRun(loc, units));
        loc = instruction.loc;
        units = 0;
      }
      units += instructionSize(instruction.opcode, instruction.oparg);
    }
  }
  runs.push(locationRun(loc, units));
  return runs;
}

/** `-1` means "not known" in a Span, null in a Location. */
function locationRun({ lineno, col_offset, end_lineno, end_col_offset }: Span, units: number): LocationRun {
  return {
    lineno: lineno < 0 ? null : lineno,
    end_lineno: end_lineno < 0 ? null : end_lineno,
    col_offset: col_offset < 0 ? null : col_offset,
    end_col_offset: end_col_offset < 0 ? null : end_col_offset,
    units,
  };
}

/** `co_exceptiontable`. */
export function writeExceptionTable(entry: Block): Uint8Array {
  const entries: ExceptionEntry[] = [];
  let handler: Block | null = null;
  let start = 0;
  let offset = 0;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    for (const instruction of block.instructions) {
      if (instruction.handler !== handler) {
        if (handler !== null) entries.push(exceptionEntry(handler, start, offset));
        start = offset;
        handler = instruction.handler;
      }
      offset += instructionSize(instruction.opcode, instruction.oparg);
    }
  }
  if (handler !== null) entries.push(exceptionEntry(handler, start, offset));
  return encodeExceptionTable(entries);
}

function exceptionEntry(handler: Block, start: number, end: number): ExceptionEntry {
  const { offset, startDepth, preserveLasti } = handler;
  return { start: start * 2, end: end * 2, target: offset * 2, depth: startDepth - (preserveLasti ? 2 : 1), lasti: preserveLasti };
}
