import * as data from '../generated/unicode-data.ts';

/* The tables of Unicode 15.0 and 3.2 as questions about a code point. Each is decoded when it is first asked. */

/** What holds for a stretch of code points. */
export interface CharacterRecord {
  readonly category: string;
  readonly bidirectional: string;
  readonly combining: number;
  readonly mirrored: number;
  readonly eastAsianWidth: string;
}

export interface NumberRecord {
  readonly decimal: number | null;
  readonly digit: number | null;
  readonly numeric: number | null;
}

export interface Decomposition {
  /** `compat`, `font`…; empty for a canonical one. */
  readonly kind: string;
  readonly codes: readonly number[];
}

/** Calls `visit` with the code point and the other fields of each item of a table. */
function eachItem(table: string, visit: (code: number, fields: readonly string[]) => void): void {
  let code = 0;
  if (table === '') return;
  for (const item of table.split(' ')) {
    const [distance, ...fields] = item.split('.');
    code += Number.parseInt(distance, 36);
    visit(code, fields);
  }
}

const base36 = (text: string): number => Number.parseInt(text, 36);

/** Records by code point: two arrays of where a run begins and which record it has. */
class Runs {
  private readonly starts: Uint32Array;
  private readonly kinds: Uint16Array;
  private readonly records: readonly CharacterRecord[];
  constructor(table: string, records: readonly CharacterRecord[]) {
    const starts: number[] = [];
    const kinds: number[] = [];
    eachItem(table, (code, [kind]) => {
      starts.push(code);
      kinds.push(base36(kind));
    });
    this.starts = Uint32Array.from(starts);
    this.kinds = Uint16Array.from(kinds);
    this.records = records;
  }

  of(code: number): CharacterRecord {
    const { starts } = this;
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= code) low = middle;
      else high = middle;
    }
    return this.records[this.kinds[low]];
  }
}

function readNumbers(table: string, numbers: Map<number, NumberRecord>): void {
  const value = (text: string): number | null => {
    if (text === '') return null;
    const [numerator, denominator = '1'] = text.split('/');
    return Number(numerator) / Number(denominator);
  };
  eachItem(table, (code, [decimal, digit, numeric]) => numbers.set(code, { decimal: value(decimal), digit: value(digit), numeric: value(numeric) }));
}

interface Decompositions {
  readonly of: ReadonlyMap<number, Decomposition>;
  /** Composed character by `first * 0x110000 + second`. */
  readonly pairs: ReadonlyMap<number, number>;
}

function readDecompositions(): Decompositions {
  const of = new Map<number, Decomposition>();
  const pairs = new Map<number, number>();
  eachItem(data.decompositions, (code, [kindText, ...codeTexts]) => {
    const kind = data.kinds[base36(kindText)];
    const codes = codeTexts.map(base36);
    of.set(code, { kind: kind === '!' ? '' : kind, codes });
    if (kind === '' && codes.length === 2) pairs.set(pairKey(codes[0], codes[1]), code);
  });
  return { of, pairs };
}

const pairKey = (first: number, second: number): number => first * 0x11_0000 + second;

/** What is the same for all versions. */
class Common {
  private readRecords: readonly CharacterRecord[] | undefined;
  private readDecompositions: Decompositions | undefined;
  private readSequences: ReadonlyMap<string, readonly number[]> | undefined;

  get records(): readonly CharacterRecord[] {
    return (this.readRecords ??= data.records.map((record) => {
      const [category, bidirectional, combining, mirrored, eastAsianWidth] = record.split(' ');
      return { category, bidirectional, combining: Number(combining), mirrored: Number(mirrored), eastAsianWidth };
    }));
  }

  get decompositions(): Decompositions {
    return (this.readDecompositions ??= readDecompositions());
  }

  /** Code points of a named sequence. */
  get sequences(): ReadonlyMap<string, readonly number[]> {
    return (this.readSequences ??= new Map(data.sequences.split(',').map((item) => {
      const [name, codes] = item.split('=');
      return [name, codes.split('.').map(base36)] as const;
    })));
  }
}
const common = new Common();

/** The named sequence's characters, or undefined. Names of sequences are taken in any case. */
export const sequenceNamed = (name: string): readonly number[] | undefined => common.sequences.get(name.toUpperCase());

/** One version of the database. */
export class Database {
  readonly version: string;
  /** Unicode 3.2, where it is not today's. */
  readonly old: boolean;
  private runs: Runs | undefined;
  private readNumbers: Map<number, NumberRecord> | undefined;
  private readCorrections: Map<number, number> | undefined;

  constructor(version: string, old: boolean) {
    this.version = version;
    this.old = old;
  }

  record(code: number): CharacterRecord {
    return (this.runs ??= new Runs(this.old ? data.oldRuns : data.runs, common.records)).of(code);
  }

  isAssigned(code: number): boolean {
    return this.record(code).category !== 'Cn';
  }

  number(code: number): NumberRecord | undefined {
    if (this.readNumbers === undefined) {
      this.readNumbers = new Map();
      readNumbers(data.numbers, this.readNumbers);
      if (this.old) readNumbers(data.oldNumbers, this.readNumbers);
    }
    return this.readNumbers.get(code);
  }

  /** What a character consists of; syllables of Hangul are left to arithmetic. */
  decomposition(code: number): Decomposition | undefined {
    const found = common.decompositions.of.get(code);
    return found !== undefined && this.old && !this.isAssigned(code) ? undefined : found;
  }

  /** The character that two make together, or undefined. */
  composed(first: number, second: number): number | undefined {
    return common.decompositions.pairs.get(pairKey(first, second));
  }

  /** What another version of the standard took a character to be the same as. */
  correction(code: number): number | undefined {
    if (!this.old) return undefined;
    if (this.readCorrections === undefined) {
      const corrections = (this.readCorrections = new Map<number, number>());
      eachItem(data.corrections, (from, [instead]) => corrections.set(from, base36(instead)));
    }
    return this.readCorrections.get(code);
  }
}

export const currentDatabase: Database = new Database(data.version, false);
export const oldDatabase: Database = new Database('3.2.0', true);
