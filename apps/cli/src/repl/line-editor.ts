// Reads a line from a terminal with the keys that people expect of readline. Synchronous: the program stands still while it waits.
import { readSync, writeSync } from 'node:fs';

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

interface Line {
  /** Characters, so that the cursor counts what is seen. */
  characters: string[];
  cursor: number;
  /** Place in the history; its length while the new line is edited. */
  place: number;
  /** The new line, while older ones are looked at. */
  draft: string;
}

/** A line without its line end, or null at the end of the input (Ctrl-D). Throws {@link Interrupted}. */
export function editLine(prompt: string, options: LineEditorOptions): string | null {
  const line: Line = { characters: [], cursor: 0, place: options.history.length, draft: '' };
  process.stdin.setRawMode(true);
  try {
    draw(prompt, line);
    for (;;) {
      const key = readKey();
      if (key === null || (key === '\x04' && line.characters.length === 0)) return null;
      if (key === '\r' || key === '\n') return line.characters.join('');
      if (key === '\x03') throw new Interrupted();
      if (key === '\t') completeWord(line, options, prompt);
      else (keys[key] ?? insertText)(line, key, options);
      draw(prompt, line);
    }
  } finally {
    writeOut('\r\n');
    process.stdin.setRawMode(false);
  }
}

type KeyAction = (line: Line, key: string, options: LineEditorOptions) => void;

const toStart: KeyAction = (line) => void (line.cursor = 0);
const toEnd: KeyAction = (line) => void (line.cursor = line.characters.length);
const left: KeyAction = (line) => void (line.cursor = Math.max(0, line.cursor - 1));
const right: KeyAction = (line) => void (line.cursor = Math.min(line.characters.length, line.cursor + 1));
const deleteUnder: KeyAction = (line) => void line.characters.splice(line.cursor, 1);
const deleteBefore: KeyAction = (line) => {
  if (line.cursor > 0) line.characters.splice(--line.cursor, 1);
};
const older: KeyAction = (line, _key, { history }) => recall(line, history, line.place - 1);
const newer: KeyAction = (line, _key, { history }) => recall(line, history, line.place + 1);

const keys: Readonly<Record<string, KeyAction | undefined>> = {
  '\x01': toStart, '\x1b[H': toStart, '\x1bOH': toStart, '\x1b[1~': toStart,
  '\x05': toEnd, '\x1b[F': toEnd, '\x1bOF': toEnd, '\x1b[4~': toEnd,
  '\x02': left, '\x1b[D': left, '\x1bOD': left,
  '\x06': right, '\x1b[C': right, '\x1bOC': right,
  '\x7f': deleteBefore, '\x08': deleteBefore,
  '\x04': deleteUnder, '\x1b[3~': deleteUnder,
  '\x10': older, '\x1b[A': older, '\x1bOA': older,
  '\x0e': newer, '\x1b[B': newer, '\x1bOB': newer,
  // Ctrl-K, Ctrl-U, Ctrl-W, Ctrl-L
  '\x0b': (line) => void line.characters.splice(line.cursor),
  '\x15': (line) => {
    line.characters.splice(0, line.cursor);
    line.cursor = 0;
  },
  '\x17': (line) => {
    const start = line.characters.slice(0, line.cursor).join('').replace(/\S+\s*$/, '').length;
    line.characters.splice(start, line.cursor - start);
    line.cursor = start;
  },
  '\x0c': () => writeOut('\x1b[2J\x1b[H'),
};

/** Text, typed or pasted; keys that mean nothing are left out. */
function insertText(line: Line, key: string): void {
  if (key.startsWith('\x1b') || (key < ' ' && key !== '\t')) return;
  const characters = [...key];
  line.characters.splice(line.cursor, 0, ...characters);
  line.cursor += characters.length;
}

function recall(line: Line, history: readonly string[], place: number): void {
  if (place < 0 || place > history.length) return;
  if (line.place === history.length) line.draft = line.characters.join('');
  line.place = place;
  line.characters = [...(place === history.length ? line.draft : history[place])];
  line.cursor = line.characters.length;
}

/** At the beginning of a line Tab indents; elsewhere it goes on as far as all candidates agree, and then lists them. */
function completeWord(line: Line, { complete }: LineEditorOptions, prompt: string): void {
  const before = line.characters.slice(0, line.cursor).join('');
  if (before.trim() === '') return insertText(line, '    ');
  const word = /[\w.]*$/.exec(before)?.[0] ?? '';
  const found = complete(word);
  const common = found.reduce((shared, item) => {
    let length = 0;
    while (length < shared.length && shared[length] === item[length]) length++;
    return shared.slice(0, length);
  }, found[0] ?? '');
  if (common.length > word.length) return insertText(line, common.slice(word.length));
  if (found.length > 1) {
    writeOut(`\r\n${found.join('  ')}\r\n`);
    draw(prompt, line);
  }
}

function draw(prompt: string, line: Line): void {
  const back = line.characters.length - line.cursor;
  writeOut(`\r\x1b[K${prompt}${line.characters.join('')}${back > 0 ? `\x1b[${back}D` : ''}`);
}

/** One key press, or a piece of pasted text; null at the end of the input. */
function readKey(): string | null {
  const pending = waiting.splice(0, 1)[0];
  if (pending !== undefined) return pending;
  const bytes = Buffer.alloc(4096);
  const count = readTerminal(bytes);
  if (count === 0) return null;
   
  waiting.push(...(bytes.toString('utf8', 0, count).match(/\x1b\[[\d;]*[A-Za-z~]|\x1bO[A-Z]|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/g) ?? []));
  return waiting.splice(0, 1)[0] ?? null;
}

/** Keys that arrived together with one that was taken. */
const waiting: string[] = [];

function readTerminal(bytes: Uint8Array): number {
  for (;;) {
    try {
      return readSync(0, bytes);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function writeOut(text: string): void {
  writeSync(1, text);
}
