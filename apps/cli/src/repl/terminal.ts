// The terminal as the line editor sees it: keys in, a line with its cursor out. Synchronous: the program stands still while it waits.
import { readSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

const pasteStart = '\x1b[200~';
const pasteEnd = '\x1b[201~';
const bracketedPaste = { on: '\x1b[?2004h', off: '\x1b[?2004l' };

/** What one key press, or one piece of text, can be. */
const key = /\x1b\[[\d;]*[A-Za-z~]|\x1bO[A-Z]|\x1b[^[O]|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/g;

/** A terminal on descriptors 0 and 1. */
export class Terminal {
  /** Escape sequences mean something; without them lines are read as the terminal itself edits them. */
  readonly capable: boolean;
  /** The prompt may have a colour (https://no-color.org). */
  readonly coloured: boolean;
  private readonly decoder = new StringDecoder('utf8');
  /** Keys that arrived together with one that was taken. */
  private waiting: string[] = [];
  private pasting = false;
  /** Rows that the cursor stands below the prompt. */
  private row = 0;

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.capable = !['dumb', 'cons25', 'emacs', ''].includes(environment['TERM'] ?? '');
    this.coloured = this.capable && !environment['NO_COLOR'] && environment['PYTHON_COLORS'] !== '0';
  }

  begin(): void {
    process.stdin.setRawMode(true);
    this.write(bracketedPaste.on);
    this.row = 0;
  }

  end(): void {
    this.write(`${bracketedPaste.off}\n`);
    process.stdin.setRawMode(false);
  }

  write(text: string): void {
    writeSync(1, text);
  }

  /** Shows prompt and line anew, over what the last call showed. `cursor` counts characters of the line. */
  draw(prompt: string, characters: readonly string[], cursor: number): void {
    const columns = process.stdout.columns || 80;
    const shown = this.coloured ? `\x1b[1;35m${prompt}\x1b[0m` : prompt;
    const before = width(prompt) + width(characters.slice(0, cursor).join(''));
    const all = before + width(characters.slice(cursor).join(''));
    // A line that ends with its row leaves the cursor there: a space takes it to the next.
    const full = all > 0 && all % columns === 0;
    const down = Math.floor(all / columns);
    const up = down - Math.floor(before / columns);
    const column = before % columns;
    const position = cursor < characters.length ? `${up > 0 ? `\x1b[${up}A` : ''}\r${column > 0 ? `\x1b[${column}C` : ''}` : '';
    this.write(`${this.row > 0 ? `\x1b[${this.row}A` : ''}\r\x1b[J${shown}${characters.join('')}${full ? ' \r' : ''}${position}`);
    this.row = down - up;
  }

  /** What follows stands below the line. */
  below(text: string): void {
    this.write(`\r\n${text}`);
    this.row = 0;
  }

  /** One key press, or a stretch of text; null at the end of the input. `pasted`: it means itself, even if it is a Tab. */
  readKey(): { readonly key: string; readonly pasted: boolean } | null {
    for (;;) {
      const next = this.waiting.shift();
      if (next === pasteStart || next === pasteEnd) this.pasting = next === pasteStart;
      else if (next !== undefined) return { key: next, pasted: this.pasting };
      else {
        const bytes = Buffer.alloc(4096);
        const count = readDescriptor(bytes);
        if (count === 0) return null;
        this.waiting = this.decoder.write(bytes.subarray(0, count)).match(key) ?? [];
      }
    }
  }
}

/** Bytes of descriptor 0; waits for the first. 0 at the end of the input. */
export function readDescriptor(bytes: Uint8Array): number {
  for (;;) {
    try {
      return readSync(0, bytes);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF' || code === 'EBADF' || code === 'EIO') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/** Columns that text takes: none for combining characters, two for East Asian wide ones and emoji. */
export function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/\p{Mn}|\p{Me}|\p{Cf}/u.test(character)) continue;
    columns += /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(character) ? 2 : 1;
  }
  return columns;
}
