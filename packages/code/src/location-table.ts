import type { CodeFields } from './code-object.ts';

/** Where in the source an instruction comes from. Lines from 1, columns from 0 in UTF-8 bytes; null is "not known". */
export interface Location {
  readonly lineno: number | null;
  readonly end_lineno: number | null;
  readonly col_offset: number | null;
  readonly end_col_offset: number | null;
}

/** The location of the instructions from byte offset `start` up to, not including, `end`. */
export interface LocationRange extends Location {
  readonly start: number;
  readonly end: number;
}

/** The location of the next `units` code units (two bytes each), caches included. */
export interface LocationRun extends Location {
  readonly units: number;
}

/** What a location table belongs to; a {@link CodeObject} is one. */
export type LocationOwner = Pick<CodeFields, 'co_linetable' | 'co_firstlineno' | 'co_code'>;

const noLocation: Location = { lineno: null, end_lineno: null, col_offset: null, end_col_offset: null };

/** Kinds of entry, bits 3 to 6 of its first byte (CPython 3.12: Include/internal/pycore_code.h, _PyCodeLocationInfoKind). */
const Kind = { oneLine0: 10, oneLine2: 12, noColumns: 13, long: 14, none: 15 } as const;

/**
 * The entries of a code object's location table as they are stored. Stops where the table ends, also in the middle of a
 * damaged entry. CPython 3.12: Objects/locations.md, Objects/codeobject.c (advance_with_locations).
 */
export function* locations(code: LocationOwner): Generator<LocationRange, void, undefined> {
  const table = code.co_linetable;
  let lineno = code.co_firstlineno;
  let start = 0;
  let at = 0;

  const varint = (): number => {
    let value = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = table[at++];
      value |= (byte & 0x3f) << shift;
      shift += 6;
    } while (byte & 0x40);
    return value;
  };
  const signedVarint = (): number => {
    const value = varint();
    return value & 1 ? -(value >>> 1) : value >>> 1;
  };

  while (at < table.length) {
    const first = table[at++];
    const kind = (first >> 3) & 15;
    const end = start + ((first & 7) + 1) * 2;
    let location: Location;
    if (kind === Kind.none) {
      location = noLocation;
    } else if (kind === Kind.long) {
      lineno += signedVarint();
      const end_lineno = lineno + varint();
      const col_offset = varint() - 1;
      const end_col_offset = varint() - 1;
      location = {
        lineno,
        end_lineno,
        col_offset: col_offset < 0 ? null : col_offset,
        end_col_offset: end_col_offset < 0 ? null : end_col_offset,
      };
    } else if (kind === Kind.noColumns) {
      lineno += signedVarint();
      location = { lineno, end_lineno: lineno, col_offset: null, end_col_offset: null };
    } else if (kind >= Kind.oneLine0) {
      lineno += kind - Kind.oneLine0;
      location = { lineno, end_lineno: lineno, col_offset: table[at++], end_col_offset: table[at++] };
    } else {
      const second = table[at++];
      const col_offset = (kind << 3) | (second >> 4);
      location = { lineno, end_lineno: lineno, col_offset, end_col_offset: col_offset + (second & 15) };
    }
    if (at > table.length) return;
    yield {
      start,
      end,
      lineno: location.lineno,
      end_lineno: location.end_lineno,
      col_offset: location.col_offset,
      end_col_offset: location.end_col_offset,
    };
    start = end;
  }
}

/** `code.co_positions()`: one location a code unit, caches included. */
export function* co_positions(code: LocationOwner): Generator<Location, void, undefined> {
  for (const range of locations(code)) {
    for (let offset = range.start; offset < range.end; offset += 2) yield range;
  }
}

/**
 * `code.co_lines()`: [start, end, line] in byte offsets, neighbours with the same line joined; null where there is no line.
 * CPython 3.12: Objects/codeobject.c, lineiter_next.
 */
export function* co_lines(code: LocationOwner): Generator<readonly [number, number, number | null], void, undefined> {
  let current: [number, number, number | null] | null = null;
  for (const { start, end, lineno } of locations(code)) {
    if (current && current[2] === lineno) {
      current[1] = end;
      continue;
    }
    if (current) {
      yield current;
      if (current[1] >= code.co_code.length) return;
    }
    current = [start, end, lineno];
  }
  if (current) yield current;
}

/** `dis.findlinestarts(code)`: [offset, line] wherever another line begins. */
export function* lineStarts(code: LocationOwner): Generator<readonly [number, number], void, undefined> {
  let last: number | null = null;
  for (const [start, , lineno] of co_lines(code)) {
    if (lineno === null || lineno === last) continue;
    last = lineno;
    yield [start, lineno];
  }
}

/** The location of the instruction at a byte offset. */
export function locationAt(code: LocationOwner, offset: number): Location {
  for (const range of locations(code)) {
    if (offset < range.end) return range;
  }
  return noLocation;
}

/**
 * The location table of code whose instructions, in order, have these locations; adjacent equal ones are joined.
 * CPython 3.12: Python/assemble.c, assemble_location_info.
 */
export function encodeLocationTable(co_firstlineno: number, runs: Iterable<LocationRun>): Uint8Array {
  const writer = new LocationTableWriter();
  writer.start(co_firstlineno);
  for (const { lineno, end_lineno, col_offset, end_col_offset, units } of runs) {
    writer.add(lineno ?? UNKNOWN, end_lineno ?? UNKNOWN, col_offset ?? UNKNOWN, end_col_offset ?? UNKNOWN, units);
  }
  return writer.finish();
}

const UNKNOWN = -1;

/** {@link encodeLocationTable} for those who have no objects to hand over: one call for each instruction. Can be used again after {@link finish}. */
export class LocationTableWriter {
  private bytes = new Uint8Array(256);
  /** Bytes written so far. */
  private length = 0;
  /** The line that the next entry counts from. */
  private previousLine = 0;
  private lineno = UNKNOWN;
  private end_lineno = UNKNOWN;
  private col_offset = UNKNOWN;
  private end_col_offset = UNKNOWN;
  /** Code units that have this location and are not written yet. */
  private units = 0;

  /** Begins a table. */
  start(co_firstlineno: number): void {
    this.previousLine = co_firstlineno;
  }

  /** The next `units` code units are from here; -1 is "not known". */
  add(lineno: number, end_lineno: number, col_offset: number, end_col_offset: number, units: number): void {
    if (
      lineno !== this.lineno || col_offset !== this.col_offset || end_col_offset !== this.end_col_offset || end_lineno !== this.end_lineno
    ) {
      this.flush();
      this.lineno = lineno;
      this.end_lineno = end_lineno;
      this.col_offset = col_offset;
      this.end_col_offset = end_col_offset;
    }
    this.units += units;
  }

  /** The bytes of the table. */
  finish(): Uint8Array {
    this.flush();
    const table = this.bytes.slice(0, this.length);
    this.length = 0;
    return table;
  }

  /** One entry holds at most 8 code units. */
  private flush(): void {
    for (; this.units > 8; this.units -= 8) this.writeEntry(8);
    if (this.units > 0) this.writeEntry(this.units);
    this.units = 0;
  }

  private writeEntry(units: number): void {
    if (this.length + LONGEST_ENTRY > this.bytes.length) {
      const grown = new Uint8Array(this.bytes.length * 2);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    const { bytes, lineno, end_lineno, col_offset, end_col_offset } = this;
    const head = 0x80 | (units - 1);
    if (lineno < 0) {
      bytes[this.length++] = head | (Kind.none << 3);
      return;
    }
    const delta = lineno - this.previousLine;
    this.previousLine = lineno;
    if (col_offset < 0 || end_col_offset < 0) {
      if (end_lineno === lineno || end_lineno < 0) {
        bytes[this.length++] = head | (Kind.noColumns << 3);
        this.writeSignedVarint(delta);
        return;
      }
    } else if (end_lineno === lineno) {
      const width = end_col_offset - col_offset;
      if (delta === 0 && col_offset < 80 && width >= 0 && width < 16) {
        bytes[this.length++] = head | (col_offset & ~7);
        bytes[this.length++] = ((col_offset & 7) << 4) | width;
        return;
      }
      if (delta >= 0 && delta <= Kind.oneLine2 - Kind.oneLine0 && col_offset < 128 && end_col_offset < 128) {
        bytes[this.length++] = head | ((Kind.oneLine0 + delta) << 3);
        bytes[this.length++] = col_offset;
        bytes[this.length++] = end_col_offset;
        return;
      }
    }
    bytes[this.length++] = head | (Kind.long << 3);
    this.writeSignedVarint(delta);
    this.writeVarint(end_lineno < 0 ? 0 : end_lineno - lineno);
    this.writeVarint(col_offset < 0 ? 0 : col_offset + 1);
    this.writeVarint(end_col_offset < 0 ? 0 : end_col_offset + 1);
  }

  /** Six bits a byte, lowest first; bit 6 says that more follow. */
  private writeVarint(value: number): void {
    let rest = value;
    for (; rest >= 64; rest >>>= 6) this.bytes[this.length++] = 0x40 | (rest & 0x3f);
    this.bytes[this.length++] = rest;
  }

  private writeSignedVarint(value: number): void {
    this.writeVarint(value < 0 ? (-value << 1) | 1 : value << 1);
  }
}

/** A head and four numbers of at most six bytes. */
const LONGEST_ENTRY = 25;
