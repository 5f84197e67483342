/* The list of earlier lines (GNU readline's history library). */

export class History {
  /** Oldest first. */
  readonly lines: string[] = [];
  /** How many are kept at most (`set history-size`); null: all. */
  private most: number | null = null;

  /** The number of the oldest line: those that had no room have kept theirs. */
  private base = 1;

  get length(): number {
    return this.lines.length;
  }

  /** A line by its number. */
  item(number: number): string | undefined {
    return this.lines[number - this.base];
  }

  add(line: string): void {
    if (this.most === 0) return;
    this.lines.push(line);
    if (this.most !== null && this.lines.length > this.most) this.base += this.drop(this.lines.length - this.most);
  }

  limitTo(most: number | null): void {
    this.most = most;
    if (most !== null && this.lines.length > most) this.base = this.drop(this.lines.length - most);
  }

  clear(): void {
    this.lines.length = 0;
    this.base = 1;
  }

  private drop(count: number): number {
    return this.lines.splice(0, count).length;
  }
}

/** The lines of a history file: those that have an end, except empty ones. */
export function linesOfFile(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  return lines.slice(0, -1).filter((line) => line !== '');
}

/** What of a file's text stays when it may have so many lines. */
export function lastLines(text: string, most: number): string {
  const lines = text.split(/(?<=\n)/);
  return lines.slice(Math.max(0, lines.length - most)).join('');
}
