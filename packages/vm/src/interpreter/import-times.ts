/** One import under way. */
export interface ImportTiming {
  readonly name: string;
  readonly started: bigint;
  /** What imports before it, at its level, took. */
  readonly before: bigint;
}

/** What `-X importtime` prints: a line for each module that had to be found. CPython 3.12: Python/import.c, import_find_and_load. */
export class ImportTimes {
  private readonly clock: () => bigint;
  private readonly write: (text: string) => void;
  private level = 0;
  /** Time of the imports that finished inside the one under way. */
  private accumulated = 0n;
  private headed = false;

  /** `clock` in nanoseconds; `write` goes to standard error. */
  constructor(clock: () => bigint, write: (text: string) => void) {
    this.clock = clock;
    this.write = write;
  }

  /** An import starts. */
  begin(name: string): ImportTiming {
    if (!this.headed) this.write('import time: self [us] | cumulative | imported package\n');
    this.headed = true;
    this.level++;
    const before = this.accumulated;
    this.accumulated = 0n;
    return { name, started: this.clock(), before };
  }

  /** An import that `begin` began is done. */
  end({ name, started, before }: ImportTiming): void {
    const total = this.clock() - started;
    this.level--;
    const own = microseconds(total - this.accumulated).padStart(9);
    this.write(`import time: ${own} | ${microseconds(total).padStart(10)} | ${' '.repeat(2 * this.level)}${name}\n`);
    this.accumulated = before + total;
  }
}

/** Rounded up. */
function microseconds(nanoseconds: bigint): string {
  return String((nanoseconds + 999n) / 1000n);
}
