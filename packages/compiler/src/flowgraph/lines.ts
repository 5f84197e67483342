import { Op } from '@py/code';
import { COLUMN, END_COLUMN, END_LINE, LINE, place, ROW, TARGET } from '../instruction-sequence.ts';
import type { Block, FlowGraph } from './block.ts';

/**
 * Gives instructions without a line that of the instruction before, and every return one
 * (PEP 626; CPython 3.12: Python/flowgraph.c, resolve_line_numbers).
 */
export function resolveLines(graph: FlowGraph, firstlineno: number): void {
  duplicateExits(graph);
  propagateLines(graph);
  guaranteeLines(graph, firstlineno);
}

/** Each way to an exit without a line gets an exit of its own, with the line of where it comes from. */
function duplicateExits(graph: FlowGraph): void {
  let freeLabel = graph.nextLabel();
  for (let block: Block | null = graph.entry; block !== null; block = block.next) {
    const target = graph.jumpTarget(block);
    if (target === null || target.predecessors <= 1 || !isExitWithoutLine(graph, target)) continue;
    const last = block.end - ROW;
    const copy = graph.newBlock();
    graph.append(target, copy);
    const { words } = graph.code;
    place(words, copy.start, last);
    copy.label = freeLabel++;
    copy.predecessors = 1;
    copy.next = target.next;
    target.predecessors--;
    target.next = copy;
    words[last + TARGET] = copy.number;
  }
  // What remains is reached by falling in, and from one place only.
  for (let block: Block | null = graph.entry; block !== null; block = block.next) {
    if (block.next === null || block.start === block.end || !graph.fallsThrough(block)) continue;
    if (isExitWithoutLine(graph, block.next)) place(graph.code.words, block.next.start, block.end - ROW);
  }
}

function isExitWithoutLine(graph: FlowGraph, block: Block): boolean {
  if (!graph.exitsScope(block)) return false;
  const { words } = graph.code;
  for (let i = block.start; i < block.end; i += ROW) {
    if (words[i + LINE] >= 0) return false;
  }
  return true;
}

function propagateLines(graph: FlowGraph): void {
  const { words } = graph.code;
  for (let block: Block | null = graph.entry; block !== null; block = block.next) {
    /** Index of the last instruction with a line. */
    let source = -1;
    for (let i = block.start; i < block.end; i += ROW) {
      if (words[i + LINE] >= 0) source = i;
      else if (source >= 0) place(words, i, source);
    }
    if (source < 0) continue;
    if (block.next !== null && graph.fallsThrough(block)) inheritLine(words, block.next, source);
    const target = graph.jumpTarget(block);
    if (target !== null) inheritLine(words, target, source);
  }
}

function inheritLine(words: Int32Array, block: Block, source: number): void {
  if (block.predecessors === 1 && words[block.start + LINE] < 0) place(words, block.start, source);
}

function guaranteeLines({ entry, code: { words } }: FlowGraph, firstlineno: number): void {
  let lineno = firstlineno;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    if (block.start === block.end) continue;
    const last = block.end - ROW;
    if (words[last + LINE] >= 0) {
      lineno = words[last + LINE];
    } else if (words[last] === Op.RETURN_VALUE) {
      for (let i = block.start; i < block.end; i += ROW) {
        words[i + LINE] = lineno;
        words[i + COLUMN] = words[i + END_LINE] = words[i + END_COLUMN] = -1;
      }
    }
  }
}
