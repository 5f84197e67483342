import { encodeExceptionTable, Op, opcodeTables, type ExceptionEntry, type LocationTableWriter } from '@py/code';
import type { Block, FlowGraph } from './flowgraph/block.ts';
import { instructionSize } from './flowgraph/jumps.ts';
import { COLUMN, END_COLUMN, END_LINE, HANDLER, LINE, NONE, OPARG, ROW } from './instruction-sequence.ts';

const { cacheWords } = opcodeTables['3.12'];

/** `co_code` of `length` code units: each instruction with its EXTENDED_ARGs before and its zeroed caches after it. */
export function writeCode({ entry, code: { words } }: FlowGraph, length: number): Uint8Array {
  const code = new Uint8Array(length * 2);
  let at = 0;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    for (let i = block.start; i < block.end; i += ROW) {
      const opcode = words[i];
      const oparg = words[i + OPARG];
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
export function writeLocationTable({ entry, code: { words } }: FlowGraph, firstlineno: number, writer: LocationTableWriter): Uint8Array {
  writer.start(firstlineno);
  for (let block: Block | null = entry; block !== null; block = block.next) {
    for (let i = block.start; i < block.end; i += ROW) {
      writer.add(words[i + LINE], words[i + END_LINE], words[i + COLUMN], words[i + END_COLUMN], instructionSize(words[i], words[i + OPARG]));
    }
  }
  return writer.finish();
}

/** `co_exceptiontable` of `length` code units. */
export function writeExceptionTable({ entry, blocks, hasHandlers, code: { words } }: FlowGraph, length: number): Uint8Array {
  if (!hasHandlers) return NO_ENTRIES;
  const entries: ExceptionEntry[] = [];
  let handler = NONE;
  let start = 0;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    let { offset } = block;
    for (let i = block.start; i < block.end; i += ROW) {
      if (words[i + HANDLER] !== handler) {
        if (handler !== NONE) entries.push(exceptionEntry(blocks[handler], start, offset));
        start = offset;
        handler = words[i + HANDLER];
      }
      offset += instructionSize(words[i], words[i + OPARG]);
    }
  }
  if (handler !== NONE) entries.push(exceptionEntry(blocks[handler], start, length));
  return encodeExceptionTable(entries);
}

/** The table of all code that handles nothing. (There is nothing in it that could be changed.) */
const NO_ENTRIES = new Uint8Array(0);

function exceptionEntry(handler: Block, start: number, end: number): ExceptionEntry {
  const { offset, startDepth, preserveLasti } = handler;
  return { start: start * 2, end: end * 2, target: offset * 2, depth: startDepth - (preserveLasti ? 2 : 1), lasti: preserveLasti };
}
