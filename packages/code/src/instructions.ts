import { opcodeTables } from './opcode-table.ts';
import type { OpcodeTable } from './opcode-table.ts';

/** One instruction of a code object with its EXTENDED_ARG prefixes. Offsets in bytes. */
export interface RawInstruction {
  /** Of the first EXTENDED_ARG, or of the instruction itself. */
  readonly start: number;
  /** Of the instruction itself: what CPython calls its offset. */
  readonly offset: number;
  readonly opcode: number;
  /** All argument bytes joined; also filled where the opcode takes none (usually 0). */
  readonly oparg: number;
  /** Of the first byte after the instruction and its caches. */
  readonly next: number;
}

/** The instructions of a `co_code` (specialised forms too) in order: EXTENDED_ARG joined, caches skipped. An odd last byte is ignored. */
export function* walkInstructions(co_code: Uint8Array, table: OpcodeTable = opcodeTables['3.12']): Generator<RawInstruction, void, undefined> {
  const extendedArg = table.opmap['EXTENDED_ARG'];
  let start = 0;
  let oparg = 0;
  for (let offset = 0; offset + 1 < co_code.length; ) {
    const opcode = co_code[offset];
    oparg = (oparg << 8) | co_code[offset + 1];
    if (opcode === extendedArg) {
      offset += 2;
      continue;
    }
    const next = offset + 2 + 2 * table.cacheWords[opcode];
    yield { start, offset, opcode, oparg, next };
    offset = start = next;
    oparg = 0;
  }
}

/** Byte offset to which an instruction jumps, or null where it cannot jump. */
export function jumpTarget(instruction: RawInstruction, table: OpcodeTable = opcodeTables['3.12']): number | null {
  const kind = table.opargKind[instruction.opcode];
  if (kind === 'forward') return instruction.next + 2 * instruction.oparg;
  return kind === 'backward' ? instruction.next - 2 * instruction.oparg : null;
}
