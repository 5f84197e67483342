import { Op, exceptionEntries, opcodeTables } from '@py/code';
import type { CodeObject, OpargKind } from '@py/code';
import { CALL_KW, DECODE, GUARDED_YIELD, documentedOpcode } from './private-ops.ts';
import { Site } from './site.ts';

const table = opcodeTables['3.12'];

/**
 * Wordcode made ready to run: one entry a code unit, opcode in the low 8 bits, argument (joined with its EXTENDED_ARGs) above.
 * Jump arguments are absolute: the code unit to go on at. Entries of inline caches stay 0.
 */
export interface Decoded {
  /** The loop writes specialised instructions into it. */
  readonly words: number[];
  /** One for each code unit that has remembered something. */
  readonly sites: (Site | null)[];
}

/** What `words` of a code object is until it is first run. */
export const undecoded: number[] = [DECODE];

const superInstructions: ReadonlyMap<number, number> = new Map([
  [(Op.LOAD_CONST << 8) | Op.LOAD_FAST, Op.LOAD_CONST__LOAD_FAST],
  [(Op.LOAD_FAST << 8) | Op.LOAD_CONST, Op.LOAD_FAST__LOAD_CONST],
  [(Op.LOAD_FAST << 8) | Op.LOAD_FAST, Op.LOAD_FAST__LOAD_FAST],
  [(Op.STORE_FAST << 8) | Op.LOAD_FAST, Op.STORE_FAST__LOAD_FAST],
  [(Op.STORE_FAST << 8) | Op.STORE_FAST, Op.STORE_FAST__STORE_FAST],
]);

/** Decodes a code object's instructions; `fused`, with super-instructions. */
export function decode(code: CodeObject, fused: boolean): Decoded {
  const bytes = code.co_code;
  const length = bytes.length >> 1;
  const words = zeros(length);
  const sites = new Array<Site | null>(length).fill(null);
  let extended = 0;
  let kwnames: readonly string[] | null = null;
  let previous = -1;
  let previousUnit = -1;
  for (let unit = 0; unit < length; ) {
    const raw = bytes[2 * unit];
    const opcode = table.baseOpcode[raw];
    const arg = (extended << 8) | bytes[2 * unit + 1];
    const width = 1 + table.cacheWords[opcode];
    let executed = opcode;
    if (opcode === Op.EXTENDED_ARG) extended = arg;
    else {
      extended = 0;
      if (opcode === Op.KW_NAMES) kwnames = code.co_consts[arg] as readonly string[];
      else if (opcode === Op.CALL && kwnames !== null) {
        executed = CALL_KW;
        const site = new Site();
        site.kwnames = kwnames;
        sites[unit] = site;
        kwnames = null;
      }
    }
    words[unit] = executed | (jumpTarget(table.opargKind[opcode], opcode, arg, unit + width) << 8);
    if (fused && previousUnit === unit - 1 && previousUnit >= 0) {
      const both = superInstructions.get((previous << 8) | opcode);
      if (both !== undefined) words[previousUnit] = both | (words[previousUnit] & ~0xff);
    }
    previous = opcode;
    previousUnit = unit;
    unit += width;
  }
  return { words, sites };
}

/** A plain array, which the loop reads faster than a typed one, of small integers. */
function zeros(length: number): number[] {
  const array: number[] = [];
  for (let i = 0; i < length; i++) array.push(0);
  return array;
}

/** The argument with jumps made absolute. An exhausted FOR_ITER goes on after the END_FOR that it jumps to. */
function jumpTarget(kind: OpargKind, opcode: number, arg: number, next: number): number {
  if (kind === 'forward') return next + arg + (opcode === Op.FOR_ITER ? 1 : 0);
  if (kind === 'backward') return next - arg;
  return arg;
}

/** The exception table of code without handlers. */
export const noEntries = new Int32Array(0);

/** The exception table in code units: start, end, target, stack depth, and whether to push lasti (0 or 1), five numbers an entry. */
export function decodeExceptionTable(code: CodeObject): Int32Array {
  if (code.co_exceptiontable.length === 0) return noEntries;
  const entries = exceptionEntries(code.co_exceptiontable);
  const result = new Int32Array(entries.length * 5);
  for (const [index, entry] of entries.entries()) {
    result.set([entry.start >> 1, entry.end >> 1, entry.target >> 1, entry.depth, entry.lasti ? 1 : 0], index * 5);
  }
  return result;
}

/** Marks in `words` each YIELD_VALUE at which an exception that is thrown into the generator meets a handler of the program. */
export function guardYields(words: number[], exceptionTable: Int32Array): void {
  for (const [unit, word] of words.entries()) {
    if ((word & 0xff) === Op.YIELD_VALUE && isGuarded(words, exceptionTable, unit)) words[unit] = (word & ~0xff) | GUARDED_YIELD;
  }
}

/** Handlers of `try` and `with` begin with PUSH_EXC_INFO. Others (around a delegation, a comprehension, the whole generator) only tidy up: then those around them count. */
function isGuarded(words: readonly number[], exceptionTable: Int32Array, unit: number): boolean {
  for (let entry = findEntry(exceptionTable, unit); entry >= 0; ) {
    const target = exceptionTable[entry + 2];
    if ((words[target] & 0xff) === Op.PUSH_EXC_INFO) return true;
    entry = findEntry(exceptionTable, target);
  }
  return false;
}

/** Where the entry of the exception table begins that covers a code unit, or -1. */
export function findEntry(exceptionTable: Int32Array, unit: number): number {
  for (let entry = 0; entry < exceptionTable.length; entry += 5) {
    if (exceptionTable[entry] > unit) return -1;
    if (unit < exceptionTable[entry + 1]) return entry;
  }
  return -1;
}

/** The bytecode with its specialised instructions as `co._co_code_adaptive` shows it; cache contents as zero. */
export function adaptiveCode(code: CodeObject, words: readonly number[]): Uint8Array {
  const bytes = code.co_code.slice();
  for (let unit = 0; unit < words.length; ) {
    const base = table.baseOpcode[bytes[2 * unit]];
    const opcode = words[unit] & 0xff;
    bytes[2 * unit] = documentedOpcode[opcode] ?? opcode;
    unit += 1 + table.cacheWords[base];
  }
  return bytes;
}
