import { readDescriptor, threadsOf, variable, writeHost } from '@py/vm/native';
import type { VM } from '@py/vm/native';
import { signalState, SIGINT } from '../posix/signals.ts';

/* The terminal as the editor sees it: keys in, a prompt and a line with its cursor out. */

const pasteEnd = '\x1b[201~';
const pastes = { on: '\x1b[?2004h', off: '\x1b[?2004l\r' };

/** In a prompt: what is between them takes no room on the screen. */
const invisible = /\x01[^\x02]*\x02/g;
const escapes = /\x1b\[[\d;?]*[A-Za-z]/g;

export class Screen {
  private readonly vm: VM;
  /** The terminal knows how to move the cursor and how to clear what follows it. */
  private readonly capable: boolean;
  private readonly decoder = new TextDecoder();
  /** Characters that have arrived and were not asked for. */
  private waiting: string[] = [];
  private prompt = '';
  /** Columns that the prompt's last line takes. */
  private indent = 0;
  /** What is shown behind the prompt, a text for each character, and before which of them the cursor is. */
  private shown: readonly string[] = [];
  private at = 0;
  /** Nothing is shown: the next drawing starts where the cursor is. */
  private fresh = true;
  private pasteMarks = false;
  /** A line is being read. */
  active = false;

  constructor(vm: VM) {
    this.vm = vm;
    this.capable = !['dumb', 'cons25', 'emacs', ''].includes(variable(vm, 'TERM') ?? '');
  }

  /** Keys come one by one from now on. */
  begin(prompt: string, pasteMarks: boolean): void {
    this.active = true;
    this.vm.host.files?.rawMode?.(0, true);
    this.pasteMarks = pasteMarks && this.capable;
    if (this.pasteMarks) this.write(pastes.on);
    this.forget();
    this.takePrompt(prompt);
  }

  /** The terminal reads lines by itself again. */
  end(): void {
    this.active = false;
    if (this.pasteMarks) this.write(pastes.off);
    this.vm.host.files?.rawMode?.(0, false);
  }

  /** The same while `run` lasts: the process may be stopped by it. */
  outside(run: () => void): void {
    this.vm.host.files?.rawMode?.(0, false);
    run();
    this.vm.host.files?.rawMode?.(0, true);
    this.forget();
  }

  write(text: string): void {
    writeHost(this.vm, 1, text);
  }

  /** Another prompt, in the place of what is shown. */
  setPrompt(prompt: string): void {
    if (prompt === this.prompt) return;
    if (!this.fresh) this.write(this.capable ? `${this.toStart()}\x1b[J` : `\r${' '.repeat(this.columnsTo(this.shown, this.shown.length))}\r`);
    this.forget();
    this.takePrompt(prompt);
  }

  private takePrompt(prompt: string): void {
    this.prompt = prompt;
    const seen = prompt.replace(invisible, '').replace(escapes, '');
    this.indent = width(seen.slice(seen.lastIndexOf('\n') + 1));
  }

  get columns(): number {
    try {
      return this.vm.host.files?.terminalSize?.(1).columns || 80;
    } catch (error) {
      if ((error as Error | null)?.name !== 'HostError') throw error;
      return 80;
    }
  }

  /** What was shown is gone, or scrolled away. */
  forget(): void {
    this.fresh = true;
    this.shown = [];
    this.at = 0;
  }

  /** What follows stands below the line. */
  finish(): void {
    const [row, last] = [this.at, this.shown.length].map((end) => Math.floor(this.columnsTo(this.shown, end) / this.columns));
    this.write('\n'.repeat(last - row + 1));
    this.forget();
  }

  clear(): void {
    this.write(this.capable ? '\x1b[H\x1b[2J' : '\n');
    this.forget();
  }

  /** Shows the line with the cursor before its character `cursor`. Writes only what has changed, where that is simple. */
  draw(characters: readonly string[], cursor: number): void {
    const cells = this.cellsOf(characters);
    let common = 0;
    while (common < cells.length && common < this.shown.length && cells[common] === this.shown[common]) common++;
    if (this.fresh) this.write(this.marked() + cells.join('') + this.wrap(cells) + this.back(cells, cells.length, cursor));
    else if (common === this.shown.length && this.at === common) this.write(cells.slice(common).join('') + (common < cells.length ? this.wrap(cells) : '') + this.back(cells, cells.length, cursor));
    else if (common === cells.length && common === this.shown.length) this.write(cursor <= this.at ? this.back(cells, this.at, cursor) : this.forward(cells, this.at, cursor));
    else if (this.capable && Math.max(this.columnsTo(cells, cells.length), this.columnsTo(this.shown, this.shown.length)) >= this.columns) this.write(`${this.toStart()}\x1b[J${this.marked()}${cells.join('')}${this.wrap(cells)}${this.back(cells, cells.length, cursor)}`);
    else this.drawInRow(cells, cursor, common);
    this.fresh = false;
    this.shown = cells;
    this.at = cursor;
  }

  /** Back, over what differs, and back again. */
  private drawInRow(cells: readonly string[], cursor: number, common: number): void {
    const from = Math.min(common, this.at);
    const left = Math.max(0, this.columnsTo(this.shown, this.shown.length) - this.columnsTo(cells, cells.length));
    const cleared = left === 0 ? '' : this.capable ? '\x1b[K' : ' '.repeat(left) + '\b'.repeat(left);
    this.write(`${this.back(this.shown, this.at, from)}${cells.slice(from).join('')}${cleared}${this.back(cells, cells.length, cursor)}`);
  }

  /** What is shown for each character: `^A` for control characters, spaces up to the next tab stop. */
  private cellsOf(characters: readonly string[]): string[] {
    let column = this.indent;
    return characters.map((character) => {
      const cell = character === '\t' ? ' '.repeat(8 - (column % 8)) : character < ' ' || character === '\x7f' ? `^${String.fromCharCode(character.charCodeAt(0) ^ 64)}` : character;
      column += width(cell);
      return cell;
    });
  }

  private columnsTo(cells: readonly string[], end: number): number {
    return this.indent + width(cells.slice(0, end).join(''));
  }

  private marked(): string {
    return this.prompt.replace(/[\x01\x02]/g, '');
  }

  /** A line that ends with its row leaves the cursor there: a space takes it to the next. */
  private wrap(cells: readonly string[]): string {
    const all = this.columnsTo(cells, cells.length);
    return this.capable && all > 0 && all % this.columns === 0 ? ' \r' : '';
  }

  private back(cells: readonly string[], from: number, to: number): string {
    const [start, end] = [this.columnsTo(cells, from), this.columnsTo(cells, to)];
    const up = Math.floor(start / this.columns) - Math.floor(end / this.columns);
    if (!this.capable || (up === 0 && start - end < 5)) return '\b'.repeat(start - end);
    const column = end % this.columns;
    return `${up > 0 ? `\x1b[${up}A` : ''}\r${column > 0 ? `\x1b[${column}C` : ''}`;
  }

  private forward(cells: readonly string[], from: number, to: number): string {
    const [start, end] = [this.columnsTo(cells, from), this.columnsTo(cells, to)];
    const down = Math.floor(end / this.columns) - Math.floor(start / this.columns);
    if (!this.capable || down === 0) return cells.slice(from, to).join('');
    const column = end % this.columns;
    return `\x1b[${down}B\r${column > 0 ? `\x1b[${column}C` : ''}`;
  }

  /** From the cursor to where the prompt's last line begins. */
  private toStart(): string {
    const row = Math.floor(this.columnsTo(this.shown, this.at) / this.columns);
    const above = this.prompt.split('\n').length - 1; // Lines of the prompt itself.
    return `${row + above > 0 ? `\x1b[${row + above}A` : ''}\r`;
  }

  /** Gives what was typed back to whoever reads next. */
  push(keys: string): void {
    this.waiting.unshift(...keys);
  }

  /** The next character, null at the end of the input. */
  read(): string | null {
    while (this.waiting.length === 0) {
      const bytes = this.receive();
      if (bytes.length === 0) return null;
      this.waiting.push(...this.decoder.decode(bytes, { stream: true }));
    }
    return this.waiting.shift() as string;
  }

  /** Has more been typed, or does it come within a moment (as what follows Escape in a key's sequence does)? */
  hasMore(): boolean {
    if (this.waiting.length > 0) return true;
    const { files, clock } = this.vm.host;
    for (let turn = 0; turn < 10; turn++) {
      if (files?.readable?.(0) ?? true) return true;
      clock?.sleepSync?.(5_000_000n);
    }
    return false;
  }

  /** Of text that is pasted, if the terminal marks it: what comes before its end. */
  pasted(): string {
    let text = '';
    while (!text.endsWith(pasteEnd)) {
      const character = this.read();
      if (character === null) return text;
      text += character;
    }
    return text.slice(0, -pasteEnd.length);
  }

  /** Signals and other threads cannot wait until a key is pressed; where there are none the process does not wake up. */
  private receive(): Uint8Array {
    const { vm } = this;
    const watched = [...signalState(vm).watches.keys()].some((number) => number !== SIGINT);
    if (watched || threadsOf(vm).all.length > 1 || vm.alarmAt !== Infinity) return readDescriptor(vm, 0);
    const room = new Uint8Array(4096);
    try {
      const count = vm.host.files?.read(0, room);
      return room.subarray(0, typeof count === 'number' ? count : 0);
    } catch (error) {
      if ((error as Error | null)?.name === 'HostError') return new Uint8Array(0);
      throw error;
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

/** Universal JavaScript that the compiler's library does not declare. */
declare const TextDecoder: new () => { decode(bytes: Uint8Array, options: { readonly stream: boolean }): string };
