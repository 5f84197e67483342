// Edits a line with the keys that people expect of readline.
import type { Terminal } from './terminal.ts';

export interface LineEditorOptions {
  /** Earlier lines, oldest first; the caller adds the new ones. */
  readonly history: readonly string[];
  /** What the word before the cursor can become. */
  readonly complete: (word: string) => readonly string[];
}

/** Ctrl-C: the line is given up. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** A line without its line end, or null at the end of the input (Ctrl-D). Throws {@link Interrupted}. */
export function editLine(terminal: Terminal, prompt: string, options: LineEditorOptions): string | null {
  const line = new Line(options.history);
  terminal.begin();
  try {
    for (;;) {
      terminal.draw(prompt, line.characters, line.cursor);
      const next = terminal.readKey();
      if (next === null || (next.key === '\x04' && line.characters.length === 0)) return null;
      const { key, pasted } = next;
      if (key === '\r' || key === '\n') return accept(terminal, prompt, line);
      if (key === '\x03') throw new Interrupted();
      if (key === '\x12' && !pasted) {
        if (searchBack(terminal, line, options.history)) return accept(terminal, prompt, line);
      } else if (key === '\t' && !pasted) completeWord(terminal, line, options);
      else if (key === '\x0c') terminal.write('\x1b[2J\x1b[H');
      else (pasted ? insert : (keys[key] ?? insert))(line, key);
    }
  } finally {
    terminal.end();
  }
}

function accept(terminal: Terminal, prompt: string, line: Line): string {
  terminal.draw(prompt, line.characters, line.characters.length);
  return line.text;
}

/** The line under work. */
class Line {
  /** Characters, so that the cursor counts what is seen. */
  characters: string[] = [];
  cursor = 0;
  /** What was cut last, for Ctrl-Y. */
  cut: string[] = [];
  private readonly history: readonly string[];
  /** Place in the history; its length while the new line is edited. */
  private place: number;
  /** The new line, while older ones are looked at. */
  private draft = '';

  constructor(history: readonly string[]) {
    this.history = history;
    this.place = history.length;
  }

  get text(): string {
    return this.characters.join('');
  }

  set(text: string): void {
    this.characters = [...text];
    this.cursor = this.characters.length;
  }

  recall(step: number): void {
    const place = this.place + step;
    if (place < 0 || place > this.history.length) return;
    if (this.place === this.history.length) this.draft = this.text;
    this.place = place;
    this.set(place === this.history.length ? this.draft : this.history[place]);
  }

  /** Takes characters out, to the cut ones; the cursor is then where they were. */
  remove(from: number, to: number): void {
    this.cut = this.characters.splice(from, to - from);
    this.cursor = from;
  }

  /** Where the word that begins before the cursor begins, or the one after it ends. */
  wordStart(space = /[^\p{L}\p{N}_]/u): number {
    let at = this.cursor;
    while (at > 0 && space.test(this.characters[at - 1])) at--;
    while (at > 0 && !space.test(this.characters[at - 1])) at--;
    return at;
  }

  wordEnd(space = /[^\p{L}\p{N}_]/u): number {
    let at = this.cursor;
    while (at < this.characters.length && space.test(this.characters[at])) at++;
    while (at < this.characters.length && !space.test(this.characters[at])) at++;
    return at;
  }
}

type KeyAction = (line: Line, key: string) => void;

const toStart: KeyAction = (line) => void (line.cursor = 0);
const toEnd: KeyAction = (line) => void (line.cursor = line.characters.length);
const left: KeyAction = (line) => void (line.cursor = Math.max(0, line.cursor - 1));
const right: KeyAction = (line) => void (line.cursor = Math.min(line.characters.length, line.cursor + 1));
const wordLeft: KeyAction = (line) => void (line.cursor = line.wordStart());
const wordRight: KeyAction = (line) => void (line.cursor = line.wordEnd());
const deleteUnder: KeyAction = (line) => void line.characters.splice(line.cursor, 1);
const deleteBefore: KeyAction = (line) => {
  if (line.cursor > 0) line.characters.splice(--line.cursor, 1);
};
const older: KeyAction = (line) => line.recall(-1);
const newer: KeyAction = (line) => line.recall(1);

const keys: Readonly<Record<string, KeyAction | undefined>> = {
  '\x01': toStart, '\x1b[H': toStart, '\x1bOH': toStart, '\x1b[1~': toStart,
  '\x05': toEnd, '\x1b[F': toEnd, '\x1bOF': toEnd, '\x1b[4~': toEnd,
  '\x02': left, '\x1b[D': left, '\x1bOD': left,
  '\x06': right, '\x1b[C': right, '\x1bOC': right,
  '\x1bb': wordLeft, '\x1b[1;5D': wordLeft, '\x1b[1;3D': wordLeft,
  '\x1bf': wordRight, '\x1b[1;5C': wordRight, '\x1b[1;3C': wordRight,
  '\x7f': deleteBefore, '\x08': deleteBefore,
  '\x04': deleteUnder, '\x1b[3~': deleteUnder,
  '\x10': older, '\x1b[A': older, '\x1bOA': older,
  '\x0e': newer, '\x1b[B': newer, '\x1bOB': newer,
  // Ctrl-K, Ctrl-U, Ctrl-W, Alt-Backspace, Alt-D: cut; Ctrl-Y: put back
  '\x0b': (line) => line.remove(line.cursor, line.characters.length),
  '\x15': (line) => line.remove(0, line.cursor),
  '\x17': (line) => line.remove(line.wordStart(/\s/), line.cursor),
  '\x1b\x7f': (line) => line.remove(line.wordStart(), line.cursor),
  '\x1bd': (line) => line.remove(line.cursor, line.wordEnd()),
  '\x19': (line) => insert(line, line.cut.join('')),
  // Ctrl-T: the two characters before the cursor change places
  '\x14': (line) => {
    const at = Math.min(line.cursor + 1, line.characters.length);
    if (at < 2) return;
    line.characters.splice(at - 2, 2, line.characters[at - 1], line.characters[at - 2]);
    line.cursor = at;
  },
};

/** Text, typed or pasted; keys that mean nothing are left out. */
function insert(line: Line, key: string): void {
  if (key.startsWith('\x1b') || (key < ' ' && key !== '\t')) return;
  const characters = [...key];
  line.characters.splice(line.cursor, 0, ...characters);
  line.cursor += characters.length;
}

/** At the beginning of a line Tab indents; elsewhere it goes on as far as all candidates agree, and then lists them. */
function completeWord(terminal: Terminal, line: Line, { complete }: LineEditorOptions): void {
  const before = line.characters.slice(0, line.cursor).join('');
  if (before.trim() === '') return insert(line, '    ');
  const word = /[\w.]*$/.exec(before)?.[0] ?? '';
  const found = complete(word);
  const common = found.reduce((shared, item) => {
    let length = 0;
    while (length < shared.length && shared[length] === item[length]) length++;
    return shared.slice(0, length);
  }, found[0] ?? '');
  if (common.length > word.length) return insert(line, common.slice(word.length));
  if (found.length > 1) terminal.below(`${found.join('  ')}\r\n`);
}

/** Ctrl-R: the newest older line with what is typed now. Gives whether the line that was found shall run. */
function searchBack(terminal: Terminal, line: Line, history: readonly string[]): boolean {
  let wanted = '';
  let place = history.length;
  const find = (from: number): void => {
    const found = history.findLastIndex((text, index) => index <= from && text.includes(wanted));
    if (found < 0) return;
    place = found;
    line.set(history[found]);
    line.cursor = [...history[found].slice(0, history[found].indexOf(wanted))].length;
  };
  for (;;) {
    terminal.draw(`(reverse-i-search)\`${wanted}': `, line.characters, line.cursor);
    const next = terminal.readKey();
    if (next === null || next.key === '\x03' || next.key === '\x07' || next.key.startsWith('\x1b')) return false;
    if (next.key === '\r' || next.key === '\n') return true;
    if (next.key === '\x12') find(place - 1);
    else if (next.key === '\x7f' || next.key === '\x08') wanted = [...wanted].slice(0, -1).join('');
    else if (next.key < ' ') return false;
    else {
      wanted += next.key;
      find(place);
    }
  }
}
