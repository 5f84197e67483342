/** Counts what was checked and says it as it happens. */
export class Report {
  passed = 0;
  failed = 0;
  skipped = 0;

  /** Runs one check: it passes unless it throws, or gives lines of complaints. */
  async check(name: string, run: () => Promise<readonly string[] | void> | readonly string[] | void): Promise<void> {
    let problems: readonly string[];
    try {
      problems = (await run()) ?? [];
    } catch (error) {
      problems = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
    }
    if (problems.length === 0) this.passed++;
    else this.failed++;
    console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name}`);
    for (const problem of problems) console.log(`       ${problem.trimEnd().replaceAll('\n', '\n       ')}`);
  }

  skip(name: string, reason: string): void {
    this.skipped++;
    console.log(`skipped ${name}: ${reason}`);
  }

  get summary(): string {
    return `${this.passed} passed, ${this.failed} failed${this.skipped > 0 ? `, ${this.skipped} skipped` : ''}`;
  }
}
