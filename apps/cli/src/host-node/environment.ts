// Environment variables, also those that are not UTF-8, in which Node puts U+FFFD.
import { readFileSync } from 'node:fs';
import { textOf, withoutEnds } from './names.ts';

/** The variables of this process; those that the program sets reach its children. */
export class Environment {
  readonly variables: Record<string, string> = {};

  constructor() {
    for (const [name, value] of Object.entries(process.env)) if (value !== undefined) this.variables[name] = value;
    if (Object.entries(this.variables).some(([name, value]) => name.includes('\ufffd') || value.includes('\ufffd'))) this.readAgain();
  }

  set(name: string, value: string | undefined): void {
    if (value === undefined) {
      delete process.env[name];
      delete this.variables[name];
    } else {
      process.env[name] = value;
      this.variables[name] = value;
    }
  }

  /** From the bytes that Linux has of them. */
  private readAgain(): void {
    let all: Buffer[];
    try {
      all = withoutEnds(readFileSync('/proc/self/environ'));
    } catch {
      return;
    }
    for (const bytes of all) {
      const equals = bytes.indexOf(61, 1);
      if (equals < 0) continue;
      const [name, value] = [bytes.subarray(0, equals), bytes.subarray(equals + 1)];
      // What Node, or we, have changed since the start stays.
      if (this.variables[String(name)] !== String(value)) continue;
      delete this.variables[String(name)];
      this.variables[textOf(name)] = textOf(value);
    }
  }
}
