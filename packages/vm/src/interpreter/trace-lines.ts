import { Op, opcodeTables } from '@py/code';
import type { PyCode } from '../objects/code.ts';

const table = opcodeTables['3.12'];

/** What tracing must know of a code object; made when it is first traced. */
export interface TraceInfo {
  /** The first instruction that is reported: RESUME, after what builds the frame. */
  readonly first: number;
  /** 1 where an instruction may begin a line (CPython 3.12: Python/instrumentation.c, initialize_lines). */
  readonly starts: Uint8Array;
  /** Every instruction replaced by TRACE. */
  readonly words: number[];
}

const cache = new WeakMap<PyCode, TraceInfo>();

/** The same each time. */
export function traceInfo(code: PyCode, traceOpcode: number): TraceInfo {
  let info = cache.get(code);
  if (info === undefined) {
    info = { first: firstTraceable(code), starts: lineStarts(code), words: code.plain.map((word) => (word === 0 ? 0 : traceOpcode)) };
    cache.set(code, info);
  }
  return info;
}

function firstTraceable(code: PyCode): number {
  for (let unit = 0; unit < code.plain.length; unit++) {
    if ((code.plain[unit] & 0xff) === Op.RESUME && code.plain[unit] >>> 8 === 0) return unit;
  }
  return 0;
}

function lineStarts(code: PyCode): Uint8Array {
  const { plain } = code;
  const starts = new Uint8Array(plain.length);
  let current = -1;
  for (let unit = firstTraceable(code); unit < plain.length; ) {
    const opcode = plain[unit] & 0xff;
    const line = code.lineAt(unit);
    if (!neverStarts(opcode)) {
      if (line !== current && line >= 0) starts[unit] = 1;
      current = line;
    }
    unit += 1 + table.cacheWords[opcode];
  }
  for (let entry = 0; entry < code.exceptionTable.length; entry += 5) mark(code, starts, code.exceptionTable[entry + 2]);
  for (let unit = 0; unit < plain.length; ) {
    const opcode = plain[unit] & 0xff;
    const kind = table.opargKind[opcode];
    if (kind === 'forward' || kind === 'backward') mark(code, starts, plain[unit] >>> 8);
    unit += 1 + table.cacheWords[opcode];
  }
  return starts;
}

/** Instructions that others skip or that report something of their own. */
function neverStarts(opcode: number): boolean {
  return opcode === Op.END_ASYNC_FOR || opcode === Op.END_FOR || opcode === Op.END_SEND || opcode === Op.RESUME;
}

function mark(code: PyCode, starts: Uint8Array, unit: number): void {
  if (unit < code.plain.length && code.lineAt(unit) >= 0 && !neverStarts(code.plain[unit] & 0xff)) starts[unit] = 1;
}
