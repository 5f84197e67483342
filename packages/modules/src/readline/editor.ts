import { call, handleSignals, None, PyBaseException } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { signalSelf, SIGINT } from '../posix/signals.ts';
import { commands } from './commands.ts';
import { completers } from './completion.ts';
import type { Keymap } from './keys.ts';
import type { Line } from './line.ts';
import type { Screen } from './screen.ts';
import { searches } from './search.ts';
import { isOn, readlineState, type ReadlineState } from './state.ts';
import { encode } from './text.ts';

/* Reads a line from the terminal, as GNU readline edits it in Emacs mode. */

/** `count`: the numeric argument, 1 without one. `key`: what has been pressed. */
export type Command = (editor: Editor, count: number, key: string) => void;

const allCommands: Readonly<Record<string, Command | undefined>> = { ...commands, ...completers, ...searches };

/** Reads one line; a new one for each, over what `readline` keeps. */
export class Editor {
  readonly vm: VM;
  readonly state: ReadlineState;
  readonly line: Line;
  readonly screen: Screen;
  readonly keymap: Keymap;
  readonly prompt: string;
  /** Place in the history; its length while the new line is edited. */
  place: number;
  /** The new line, while older ones are looked at. */
  private draft = '';
  /** The command before this one, and what this one wants to be known as. */
  last = '';
  name = '';
  /** What was typed ends here: with a line, or as the end of the input. */
  result: 'line' | 'end' | null = null;
  /** How many lines ago the word was said that `yank-last-arg` has brought. */
  argumentsBack = 0;
  overwrite = false;
  /** What lines of the history are to begin with. */
  prefix: string | null = null;
  /** The last completion has put something into the line: only the next one lists. */
  completionChanged = false;
  /** What `menu-complete` goes through: texts for the place from `from` on. */
  menu: { readonly texts: readonly string[]; readonly from: number; index: number } | null = null;

  constructor(vm: VM, prompt: string) {
    this.vm = vm;
    this.state = readlineState(vm);
    this.line = this.state.line;
    this.screen = this.state.screen;
    this.keymap = this.state.keymap;
    this.prompt = prompt;
    this.place = this.state.history.length;
  }

  /** The line without its end, null at the end of the input. Throws what a signal's handler raises (KeyboardInterrupt). */
  read(): string | null {
    const { line, screen, state } = this;
    line.begin('');
    if (state.nextPlace !== null && state.nextPlace < this.place) this.goTo(state.nextPlace);
    state.nextPlace = null;
    callHook(this.vm, state.startupHook);
    screen.begin(this.prompt, isOn(state, 'enable-bracketed-paste'));
    try {
      this.draw();
      callHook(this.vm, state.preInputHook);
      this.draw();
      while (this.result === null) {
        this.step();
        if (this.result === null) this.draw();
      }
      if (this.result === 'end') return null;
      this.draw();
      screen.finish();
      return line.text;
    } finally {
      screen.end();
    }
  }

  draw(): void {
    this.screen.draw(this.line.characters, this.line.cursor);
  }

  bell(): void {
    if (this.state.variables.get('bell-style')?.toLowerCase() !== 'none') this.screen.write('\x07');
  }

  /** Reads a key and does what it is bound to. */
  private step(): void {
    const key = this.readKey();
    if (key === null) this.result = 'end';
    else this.press(key, null);
  }

  /** `argument`: the numeric argument so far, in digits. */
  private press(key: string, argument: string | null): void {
    const binding = this.keymap.get(key);
    if (binding === undefined) {
      if (this.signal(key)) return;
      if (key >= ' ' && key !== '\x7f' && !key.startsWith('\x1b')) this.type(key, argument);
      else this.bell();
      return;
    }
    if ('macro' in binding) {
      this.screen.push(binding.macro);
      return;
    }
    const { command } = binding;
    if (command === 'digit-argument' || command === 'universal-argument') return this.digits(argument ?? (command === 'digit-argument' ? key.slice(-1) : '4'));
    this.run(command, argument === null ? 1 : numberOf(argument), key);
  }

  run(command: string, count: number, key: string): void {
    if (command !== 'self-insert') this.line.endTyping();
    this.name = command;
    allCommands[command]?.(this, count, key);
    this.last = this.name;
  }

  private type(key: string, argument: string | null): void {
    this.run('self-insert', argument === null ? 1 : numberOf(argument), key);
  }

  /** Goes on with a numeric argument until a key is pressed that does not belong to it. */
  private digits(first: string): void {
    let text = first;
    for (;;) {
      this.screen.setPrompt(`(arg: ${numberOf(text)}) `);
      this.draw();
      const key = this.readKey();
      this.screen.setPrompt(this.prompt);
      if (key === null) return;
      const digit = key.slice(-1);
      if (!/^\x1b?[\d-]$/.test(key) || (digit === '-' && text !== '')) return this.press(key, text);
      text += digit;
    }
  }

  /** What the terminal does with these keys while it reads lines itself. */
  private signal(key: string): boolean {
    const number = key === '\x03' ? SIGINT : key === '\x1a' ? 20 : key === '\x1c' ? 3 : null;
    if (number === null) return false;
    const { processes } = this.vm.host;
    if (number !== SIGINT) this.screen.outside(() => processes?.kill?.(processes.pid, number));
    else signalSelf(this.vm, number); // Raises KeyboardInterrupt, unless the program has another handler.
    return true;
  }

  /** The next key, or sequence that is bound to something; null at the end of the input. */
  readKey(): string | null {
    let key = this.screen.read();
    if (key === null) return null;
    let known = this.keymap.get(key) === undefined ? '' : key;
    while (this.keymap.isPrefix(key)) {
      if (known === key && !this.screen.hasMore()) return key;
      const next: string | null = this.screen.read();
      if (next === null) return known === '' ? null : known;
      key += next;
      if (this.keymap.get(key) !== undefined) known = key;
    }
    if (known === key) return key;
    if (known !== '') {
      this.screen.push(key.slice(known.length));
      return known;
    }
    // Of a key that is bound to nothing the rest is no text.
    if (key.startsWith('\x1b[') || key.startsWith('\x1bO')) while (!/^\x1b(\[[\d;?]*[@-~]|O.)$/.test(key) && this.screen.hasMore()) key += this.screen.read() ?? '';
    const upper = /^\x1b([A-Z])$/.exec(key);
    return upper === null ? key : this.keymap.get(`\x1b${upper[1].toLowerCase()}`) === undefined ? key : `\x1b${upper[1].toLowerCase()}`;
  }

  /** Goes to another line of the history. What was changed in one that is left stays changed. */
  goTo(place: number): void {
    const { history } = this.state;
    if (place < 0 || place > history.length) return this.bell();
    if (this.place === history.length) this.draft = this.line.text;
    else if (this.line.changed) history.lines[this.place] = this.line.text;
    this.place = place;
    this.line.begin(place === history.length ? this.draft : history.lines[place]);
  }
}

function numberOf(argument: string): number {
  return argument === '-' ? -1 : Number(argument);
}

/** Calls a hook of the program's; what it raises is nobody's business. */
function callHook(vm: VM, hook: PyValue): void {
  if (hook === None) return;
  try {
    call(vm, hook);
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
  }
}

/** What `input` and the prompt read lines with when `readline` has been imported. CPython 3.12: Modules/readline.c, call_readline. */
export function readEditedLine(vm: VM, prompt: string): Uint8Array {
  const state = readlineState(vm);
  const editor = new Editor(vm, prompt);
  const text = editor.read();
  handleSignals(vm);
  if (text === null) return new Uint8Array(0);
  if (state.autoHistory && text !== '' && text !== state.history.lines.at(-1)) state.history.add(text);
  return encode(vm, `${text}\n`);
}
