import { None } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { History } from './history.ts';
import { Keymap } from './keys.ts';
import { Line } from './line.ts';
import { Screen } from './screen.ts';

/* What `readline` knows between two lines, for each VM. */

export interface ReadlineState {
  readonly history: History;
  readonly keymap: Keymap;
  /** Set by `set NAME VALUE`, by name in small letters; those that have another value than by default. */
  readonly variables: Map<string, string>;
  /** The line under work, or the last one. */
  readonly line: Line;
  readonly screen: Screen;
  completer: PyValue;
  startupHook: PyValue;
  preInputHook: PyValue;
  displayMatchesHook: PyValue;
  /** What ends a word for completion. */
  delimiters: string;
  /** Where the word that is completed begins and ends, in characters. */
  begidx: number;
  endidx: number;
  /** 9 for Tab's usual work, 63 (`?`) to list, 42 (`*`) to insert all, 33 (`!`) and 64 (`@`) to list at once. */
  completionType: number;
  autoHistory: boolean;
  /** Lines that a history file may have; negative: any number. */
  historyLength: number;
  /** What was last looked for in the history. */
  lastSearch: string;
  /** Which line of the history the next line begins with (`operate-and-get-next`). */
  nextPlace: number | null;
  /** The file that `read_init_file()` reads again. */
  initFile: string | null;
}

export function readlineState(vm: VM): ReadlineState {
  return vm.state('readline', () => ({
    history: new History(),
    keymap: new Keymap(),
    variables: new Map(),
    line: new Line(),
    screen: new Screen(vm),
    completer: None,
    startupHook: None,
    preInputHook: None,
    displayMatchesHook: None,
    delimiters: ' \t\n`~!@#$%^&*()-=+[{]}\\|;:\'",<>/?',
    begidx: 0,
    endidx: 0,
    completionType: 0,
    autoHistory: true,
    historyLength: -1,
    lastSearch: '',
    nextPlace: null,
    initFile: null,
  }));
}

/** Of a variable that is off unless the program, or the user, has switched it on. */
export function isOn(state: ReadlineState, variable: string): boolean {
  return ['', 'on', '1'].includes((state.variables.get(variable) ?? 'off').toLowerCase());
}
