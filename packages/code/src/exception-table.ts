import { ByteWriter } from './bytes.ts';

/** Where an exception raised in some instructions is handled. Offsets in bytes. */
export interface ExceptionEntry {
  readonly start: number;
  /** First byte after the covered instructions. */
  readonly end: number;
  readonly target: number;
  /** The value stack is cut to this height before the handler runs. */
  readonly depth: number;
  /** Push the offset of the raising instruction before the exception. */
  readonly lasti: boolean;
}

/**
 * Entries of a `co_exceptiontable`, in order. Stops where the table ends, also in the middle of a damaged entry.
 * CPython 3.12: Objects/exception_handling_notes.txt.
 */
export function exceptionEntries(table: Uint8Array): ExceptionEntry[] {
  const entries: ExceptionEntry[] = [];
  let at = 0;
  const varint = (): number => {
    let byte = table[at++];
    let value = byte & 0x3f;
    while (byte & 0x40) {
      byte = table[at++];
      value = (value << 6) | (byte & 0x3f);
    }
    return value >>> 0;
  };
  while (at < table.length) {
    const start = varint() * 2;
    const end = start + varint() * 2;
    const target = varint() * 2;
    const depthAndLasti = varint();
    if (at > table.length) break;
    entries.push({ start, end, target, depth: depthAndLasti >>> 1, lasti: (depthAndLasti & 1) === 1 });
  }
  return entries;
}

/** The `co_exceptiontable` with these entries. CPython 3.12: Python/assemble.c, assemble_exception_table. */
export function encodeExceptionTable(entries: Iterable<ExceptionEntry>): Uint8Array {
  const writer = new ByteWriter();
  for (const { start, end, target, depth, lasti } of entries) {
    writeItem(writer, start / 2, 0x80);
    writeItem(writer, (end - start) / 2, 0);
    writeItem(writer, target / 2, 0);
    writeItem(writer, (depth << 1) | (lasti ? 1 : 0), 0);
  }
  return writer.toBytes();
}

/** Six bits a byte, highest first; bit 6 says that more follow, bit 7 (`mark`) that an entry begins. */
function writeItem(writer: ByteWriter, value: number, mark: number): void {
  let shift = 0;
  while (shift < 24 && value >>> (shift + 6) > 0) shift += 6;
  let flag = mark;
  for (; shift > 0; shift -= 6) {
    writer.push(((value >>> shift) & 0x3f) | 0x40 | flag);
    flag = 0;
  }
  writer.push((value & 0x3f) | flag);
}
