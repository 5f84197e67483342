// A bar on the terminal for long work; silent in pipes.

export interface Progress {
  step(): void;
  /** So much is done now. */
  at(done: number): void;
  /** Prints a line of output above the bar. */
  line(text: string): void;
  end(): void;
}

export function progress(label: string, total: number): Progress {
  const terminal = process.stderr.isTTY === true;
  const clear = terminal ? '\r\u001b[K' : '';
  let done = 0;
  let drawn = 0;
  const draw = (): void => {
    const now = Date.now();
    if (!terminal || now - drawn < 100) return;
    drawn = now;
    const width = 30;
    const filled = Math.round((width * done) / Math.max(total, 1));
    process.stderr.write(`${clear}${label} [${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${done}/${total}`);
  };
  return {
    step() {
      done++;
      draw();
    },
    at(now) {
      done = Math.min(now, total);
      draw();
    },
    line(text) {
      process.stderr.write(clear);
      process.stdout.write(`${text}\n`);
      drawn = 0;
      draw();
    },
    end() {
      process.stderr.write(clear);
    },
  };
}
