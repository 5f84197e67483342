import { Op, opcodeTables } from '@py/code';
import type { Span } from '@py/ast';
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

/** `co_linetable` (PEP 626 and 657; CPython 3.12: Objects/locations.md and Python/assemble.c, assemble_location_info). */
export function writeLocationTable(entry: Block, firstlineno: number): Uint8Array {
  const out = new ByteWriter();
  let line = firstlineno;
  let loc = NO_LOCATION;
  let size = 0;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    for (const instruction of block.instructions) {
      if (instruction.loc !== loc && !sameLocation(instruction.loc, loc)) {
        line = writeLocation(out, loc, size, line);
        loc = instruction.loc;
        size = 0;
      }
      size += instructionSize(instruction.opcode, instruction.oparg);
    }
  }
  writeLocation(out, loc, size, line);
  return out.bytes();
}

function sameLocation(a: Span, b: Span): boolean {
  return (
    a.lineno === b.lineno && a.end_lineno === b.end_lineno && a.col_offset === b.col_offset && a.end_col_offset === b.end_col_offset
  );
}

/** An entry covers at most eight code units. Gives the line that the next entry counts from. */
function writeLocation(out: ByteWriter, loc: Span, size: number, line: number): number {
  for (; size > 8; size -= 8) line = writeEntry(out, loc, 8, line);
  return size > 0 ? writeEntry(out, loc, size, line) : line;
}

const ONE_LINE = 10;
const NO_COLUMNS = 13;
const LONG = 14;
const NONE = 15;

function writeEntry(out: ByteWriter, loc: Span, size: number, line: number): number {
  const { lineno, end_lineno, col_offset: start, end_col_offset: end } = loc;
  if (lineno < 0) {
    out.write(firstByte(NONE, size));
    return line;
  }
  const delta = lineno - line;
  if (start < 0 || end < 0) {
    if (end_lineno === lineno || end_lineno === -1) {
      out.write(firstByte(NO_COLUMNS, size));
      out.writeSigned(delta);
      return lineno;
    }
  } else if (end_lineno === lineno) {
    if (delta === 0 && start < 80 && end - start < 16 && end >= start) {
      out.write(firstByte(start >> 3, size));
      out.write(((start & 7) << 4) | (end - start));
      return lineno;
    }
    if (delta >= 0 && delta < 3 && start < 128 && end < 128) {
      out.write(firstByte(ONE_LINE + delta, size));
      out.write(start);
      out.write(end);
      return lineno;
    }
  }
  out.write(firstByte(LONG, size));
  out.writeSigned(delta);
  out.writeVarint(end_lineno - lineno);
  out.writeVarint(start + 1);
  out.writeVarint(end + 1);
  return lineno;
}

function firstByte(form: number, size: number): number {
  return 0x80 | (form << 3) | (size - 1);
}

/** `co_exceptiontable` (CPython 3.12: Objects/exception_handling_notes.txt and Python/assemble.c, assemble_exception_table). */
export function writeExceptionTable(entry: Block): Uint8Array {
  const out = new ByteWriter();
  let handler: Block | null = null;
  let start = 0;
  let offset = 0;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    for (const instruction of block.instructions) {
      if (!sameHandler(instruction.handler, handler)) {
        writeHandler(out, handler, start, offset);
        start = offset;
        handler = instruction.handler;
      }
      offset += instructionSize(instruction.opcode, instruction.oparg);
    }
  }
  writeHandler(out, handler, start, offset);
  return out.bytes();
}

function sameHandler(a: Block | null, b: Block | null): boolean {
  return a === b || (a !== null && b !== null && a.offset === b.offset);
}

function writeHandler(out: ByteWriter, handler: Block | null, start: number, end: number): void {
  if (handler === null) return;
  const lasti = handler.preserveLasti ? 1 : 0;
  out.writeBigEndian(start, 0x80);
  out.writeBigEndian(end - start, 0);
  out.writeBigEndian(handler.offset, 0);
  out.writeBigEndian(((handler.startDepth - 1 - lasti) << 1) | lasti, 0);
}

/** Bytes that grow. */
class ByteWriter {
  private buffer = new Uint8Array(64);
  private length = 0;

  write(byte: number): void {
    if (this.length === this.buffer.length) {
      const larger = new Uint8Array(this.length * 2);
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.buffer[this.length++] = byte;
  }

  /** Six bits a byte, lowest first; the 0x40 bit says that more follow. */
  writeVarint(value: number): void {
    for (; value >= 64; value >>>= 6) this.write(0x40 | (value & 63));
    this.write(value);
  }

  /** The sign is the lowest bit. */
  writeSigned(value: number): void {
    this.writeVarint(value < 0 ? (-value << 1) | 1 : value << 1);
  }

  /** Six bits a byte, highest first; `mark` is added to the first byte. */
  writeBigEndian(value: number, mark: number): void {
    for (let shift = 24; shift > 0; shift -= 6) {
      if (value < 1 << shift) continue;
      this.write(mark | 0x40 | ((value >> shift) & 63));
      mark = 0;
    }
    this.write(mark | (value & 63));
  }

  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}
