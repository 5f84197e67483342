/** How the code of a character in one charset follows from its code in another; 0: it has none. */
export type Move = (code: number) => number;

/** What a charset is made of, besides the differences that are its own. */
export interface Recipe {
  /** What it begins with; of two codes for a character, that of the later charset is written. */
  readonly bases?: readonly { readonly charset: string; readonly move?: Move }[];
  /** Whose characters are not among its own: its table is shorter if it need not say so. */
  readonly without?: readonly string[];
}

/** The part of a charset that is written down (tools/generate/multibyte.ts). */
export interface CharsetData {
  /** Codes that differ from the bases, as {@link readDifferences} reads them. */
  readonly differences: string;
  /** Characters that are not written by the first of their codes: character, code (0: cannot be written), … */
  readonly written: readonly number[];
}

/** Stands for the character of a code that another edition of the charset has. */
export const withdrawn = 0x10ffff;

/** Numbers from here on stand for a pair of characters that has one code. */
export const firstPair = 0x110000;

/** A coded character set: codes of one byte (ASCII, unless changed) or two ↔ characters of planes 0 to 2. */
export class Charset {
  /** Character by code, 0 for none; from {@link firstPair} on an index into `pairs`. */
  readonly points = new Uint32Array(0x10000);
  /** Code by character, 0 for none. */
  readonly codes = new Uint16Array(0x30000);
  readonly pairs: readonly (readonly [number, number])[];
  /** Codes of the pairs, by their first character and then their second. */
  readonly codesOfPairs = new Map<number, Map<number, number>>();

  constructor(pairs: readonly (readonly [number, number])[]) {
    this.pairs = pairs;
    for (let code = 0; code < 128; code++) this.points[code] = this.codes[code] = code;
  }

  /** Adds all of another charset; its codes of two bytes are moved. */
  include(base: Charset, move: Move | undefined): void {
    const moved = (code: number): number => (code < 0x100 || move === undefined ? code : move(code));
    for (let code = 1; code < 0x10000; code++) {
      const to = base.points[code] === 0 ? 0 : moved(code);
      if (to !== 0) this.points[to] = base.points[code];
    }
    for (let point = 0; point < base.codes.length; point++) {
      const to = base.codes[point] === 0 ? 0 : moved(base.codes[point]);
      if (to !== 0) this.codes[point] = to;
    }
  }

  /** Makes `code` mean `point`, or nothing if that is 0. */
  change(code: number, point: number): void {
    const old = this.points[code];
    if (this.codes[old] === code) this.codes[old] = 0;
    this.points[code] = point;
  }

  /** Lets the characters of `codes` be written by the first of their codes. */
  writeBy(codes: readonly number[]): void {
    for (let i = codes.length - 1; i >= 0; i--) {
      const point = this.points[codes[i]];
      if (point !== 0 && point < withdrawn) this.codes[point] = codes[i];
    }
  }

  /** To be called when all codes are known. */
  indexPairs(): void {
    for (let code = 0; code < 0x10000; code++) {
      if (this.points[code] < firstPair) continue;
      const [first, second] = this.pairs[this.points[code] - firstPair];
      if (!this.codesOfPairs.has(first)) this.codesOfPairs.set(first, new Map());
      this.codesOfPairs.get(first)?.set(second, code);
    }
  }
}

/** Makes a charset of its recipe and data; `charsetNamed` gives those it is made of. */
export function buildCharset(recipe: Recipe, data: CharsetData, pairs: readonly (readonly [number, number])[], charsetNamed: (name: string) => Charset): Charset {
  const charset = new Charset(pairs);
  for (const { charset: name, move } of recipe.bases ?? []) charset.include(charsetNamed(name), move);
  const differences = readDifferences(data.differences, new Expected(recipe, charsetNamed));
  for (const [code, point] of differences) charset.change(code, point);
  charset.writeBy(differences.map(([code]) => code));
  for (let i = 0; i < data.written.length; i += 2) charset.codes[data.written[i]] = data.written[i + 1];
  charset.indexPairs();
  return charset;
}

/** Which character comes next in a table: most often the next of Unicode's that has no code yet. */
export class Expected {
  private readonly used = new Uint8Array(0x30000);

  constructor(recipe: Recipe, charsetNamed: (name: string) => Charset) {
    const names = [...(recipe.bases ?? []).map((base) => base.charset), ...(recipe.without ?? [])];
    for (const name of names) {
      const { codes } = charsetNamed(name);
      for (let point = 0; point < codes.length; point++) if (codes[point] !== 0) this.used[point] = 1;
    }
  }

  after(point: number): number {
    let next = point + 1;
    while (this.used[next] === 1) next++;
    return next;
  }

  use(point: number): void {
    this.used[point] = 1;
  }
}

/** Digits of the numbers in a table: printable ASCII without quote and backslash. */
const digits = '!#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}';
/** Half of the digits end a number. */
const radix = 45;

/** A number, not negative, as digits, the lowest first: those from the 46th on say that more follow. */
export function writeNumber(value: number): string {
  let text = '';
  let rest = value;
  for (; rest >= radix; rest = Math.floor(rest / radix) - 1) text += digits[radix + (rest % radix)];
  return text + digits[rest];
}

/** What {@link writeNumber} has written one after the other. */
function readNumbers(text: string): number[] {
  const values = new Uint8Array(128);
  for (let i = 0; i < digits.length; i++) values[digits.charCodeAt(i)] = i;
  const numbers: number[] = [];
  let value = 0;
  let unit = 1;
  for (let i = 0; i < text.length; i++) {
    const digit = values[text.charCodeAt(i)];
    value += digit * unit;
    unit *= radix;
    if (digit >= radix) continue;
    numbers.push(value);
    value = 0;
    unit = 1;
  }
  return numbers;
}

/** Where the points of a table begin: before ASCII's end. */
const start = 0x7f;

/**
 * Code and character by code. The text is two lists of numbers with a blank between: stretches of codes (how far behind the last, how
 * many); and characters, each as 0 and n for n + 1 as {@link Expected}, or as distance from the one before (2d for d > 0, 1 - 2d else).
 */
export function readDifferences(text: string, expected: Expected): (readonly [number, number])[] {
  const [stretches, steps] = text.split(' ').map(readNumbers);
  const points: number[] = [];
  let point = start;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i];
    if (step > 0) {
      point += step & 1 ? -(step >> 1) : step >> 1;
      expected.use(point);
      points.push(point);
      continue;
    }
    for (let more = steps[++i]; more >= 0; more--) {
      point = expected.after(point);
      expected.use(point);
      points.push(point);
    }
  }
  const differences: (readonly [number, number])[] = [];
  let code = 0;
  for (let i = 0, next = 0; i < stretches.length; i += 2) {
    code += stretches[i];
    for (let more = stretches[i + 1]; more > 0; more--) differences.push([code++, points[next++]]);
  }
  return differences;
}

/** The text that {@link readDifferences} reads. */
export function writeDifferences(differences: readonly (readonly [number, number])[], expected: Expected): string {
  let stretches = '';
  let steps = '';
  let code = 0;
  let point = start;
  for (let i = 0; i < differences.length; ) {
    let size = 1;
    while (i + size < differences.length && differences[i + size][0] === differences[i][0] + size) size++;
    stretches += writeNumber(differences[i][0] - code) + writeNumber(size);
    i += size;
    code = differences[i - 1][0] + 1;
  }
  for (let i = 0; i < differences.length; ) {
    let size = 0;
    for (; i < differences.length && differences[i][1] === expected.after(point); i++, size++) {
      point = differences[i][1];
      expected.use(point);
    }
    if (size > 0) {
      steps += writeNumber(0) + writeNumber(size - 1);
      continue;
    }
    const distance = differences[i][1] - point;
    steps += writeNumber(distance > 0 ? 2 * distance : 1 - 2 * distance);
    point = differences[i++][1];
    expected.use(point);
  }
  return `${stretches} ${steps}`;
}
