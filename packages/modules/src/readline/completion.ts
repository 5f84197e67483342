import { call, isStr, jsText, None, PyBaseException, PyList, strFromJS } from '@py/vm/native';
import type { PyValue } from '@py/vm/native';
import type { Command, Editor } from './editor.ts';
import { expandTilde } from './init-file.ts';
import { width } from './screen.ts';
import { isOn } from './state.ts';

/* Completing the word before the cursor (GNU readline's complete.c, and Modules/readline.c for what Python's completer sees). */

interface Found {
  /** Where the word begins. */
  readonly from: number;
  /** Sorted, each once. */
  readonly matches: readonly string[];
  /** As far as all agree. */
  readonly common: string;
  readonly areFiles: boolean;
}

/** `how`: the completion type that Python is told. Null if there is nothing. */
function find(editor: Editor, how: string): Found | null {
  const { line, state } = editor;
  if (isOn(state, 'disable-completion')) return null;
  const from = line.wordStart(line.cursor, (character) => !state.delimiters.includes(character));
  // A delimiter right before the cursor: the word is empty.
  const start = state.delimiters.includes(line.characters[line.cursor - 1] ?? '') ? line.cursor : from;
  const word = line.characters.slice(start, line.cursor).join('');
  state.begidx = start;
  state.endidx = line.cursor;
  state.completionType = how.charCodeAt(0);
  const areFiles = state.completer === None;
  const candidates = areFiles ? fileNames(editor, word) : asked(editor, word);
  if (candidates.length === 0) return null;
  const matches = [...new Set(candidates)].sort((a, b) => (a < b ? -1 : 1));
  return { from: start, matches, common: commonStart(matches, isOn(state, 'completion-ignore-case')), areFiles };
}

/** What the program's completer gives, until it gives none or raises. */
function asked({ vm, state }: Editor, word: string): string[] {
  const found: string[] = [];
  for (;;) {
    let candidate: PyValue;
    try {
      candidate = call(vm, state.completer, [strFromJS(word), found.length]);
    } catch (error) {
      if (!(error instanceof PyBaseException)) throw error;
      return found;
    }
    if (!isStr(candidate)) return found;
    found.push(jsText(candidate));
  }
}

/** Names in the file system: what readline completes where the program has no completer. */
function fileNames({ vm, state }: Editor, word: string): string[] {
  const slash = word.lastIndexOf('/') + 1;
  const [folder, start] = [word.slice(0, slash), word.slice(slash)];
  const fits = isOn(state, 'completion-ignore-case') ? (name: string): boolean => name.toLowerCase().startsWith(start.toLowerCase()) : (name: string): boolean => name.startsWith(start);
  try {
    const entries = vm.host.files?.readdir(expandTilde(vm, folder) || '.') ?? [];
    return entries.filter(({ name }) => fits(name) && (start !== '' || !name.startsWith('.'))).map(({ name, type }) => `${folder}${name}${type === 'dir' ? '/' : ''}`);
  } catch (error) {
    if ((error as Error | null)?.name !== 'HostError') throw error;
    return [];
  }
}

function commonStart(matches: readonly string[], ignoreCase: boolean): string {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  return matches.reduce((shared, match) => {
    let length = 0;
    while (length < shared.length && length < match.length && fold(shared[length]) === fold(match[length])) length++;
    return shared.slice(0, length);
  });
}

/** Puts text, if any, in the place of the word, and of what the completer has inserted itself. */
function insert({ line }: Editor, { from }: Found, text: string): void {
  if (text !== '' && line.characters.slice(from, line.cursor).join('') !== text) line.replace(from, line.cursor, text);
}

function complete(editor: Editor): void {
  const { state, line } = editor;
  const before = line.text;
  const again = editor.last === 'complete' && !editor.completionChanged;
  const how = again ? '?' : isOn(state, 'show-all-if-ambiguous') ? '!' : isOn(state, 'show-all-if-unmodified') ? '@' : '\t';
  const found = find(editor, how);
  if (found === null) editor.bell();
  else if (how === '?') list(editor, found);
  else {
    insert(editor, found, found.common);
    if (found.matches.length > 1) {
      if (how === '!' || (how === '@' && line.text === before)) list(editor, found);
      else editor.bell();
    }
  }
  editor.completionChanged = line.text !== before;
}

function list(editor: Editor, found: Found): void {
  const { matches, areFiles } = found;
  const { vm, state, screen } = editor;
  const longest = Math.max(...matches.map((match) => match.length));
  if (state.displayMatchesHook !== None && matches.length > 1) {
    try {
      call(vm, state.displayMatchesHook, [strFromJS(found.common), new PyList(matches.map(strFromJS)), longest]);
    } catch (error) {
      if (!(error instanceof PyBaseException)) throw error;
    }
    return;
  }
  // Files are shown without their folder.
  const shown = areFiles ? matches.map((match) => match.replace(/^.*\/(?=.)/, '')) : matches;
  const query = Number.parseInt(state.variables.get('completion-query-items') ?? '100', 10);
  if (query > 0 && shown.length >= query && shown.length > 1) {
    screen.finish();
    screen.write(`Display all ${shown.length} possibilities? (y or n)`);
    const answer = editor.readKey();
    if (answer === null || !/^[yY ]$/.test(answer)) {
      screen.write('\n');
      screen.forget();
      return;
    }
  }
  screen.finish();
  screen.write(`${columnsOf(shown, screen.columns, !isOn(state, 'print-completions-horizontally')).join('\n')}\n`);
}

/** As `ls` does it: sorted downwards, or to the right. */
function columnsOf(texts: readonly string[], columns: number, downwards: boolean): string[] {
  const widest = Math.max(...texts.map(width)) + 2;
  const across = Math.max(1, Math.floor(columns / widest) - (columns % widest === 0 && columns > widest ? 1 : 0));
  const rows = Math.ceil(texts.length / across);
  return Array.from({ length: rows }, (_none, row) => {
    const indices = Array.from({ length: across }, (_each, column) => (downwards ? row + column * rows : row * across + column)).filter((index) => index < texts.length);
    return indices.map((index, at) => texts[index] + (at < across - 1 ? ' '.repeat(widest - width(texts[index])) : '')).join('');
  });
}

/** Puts each match in turn in the place of the word. */
function menu(editor: Editor, step: number): void {
  if (editor.last !== 'menu-complete' || editor.menu === null) {
    const found = find(editor, '%');
    if (found === null) return editor.bell();
    editor.menu = { from: found.from, texts: [...found.matches, editor.line.characters.slice(found.from, editor.line.cursor).join('')], index: step > 0 ? -1 : found.matches.length };
  }
  const { texts, from, index } = editor.menu;
  editor.menu.index = (index + step + texts.length) % texts.length;
  editor.line.replace(from, editor.line.cursor, texts[editor.menu.index]);
  editor.name = 'menu-complete';
}

export const completers: Readonly<Record<string, Command>> = {
  complete,
  'possible-completions'(editor) {
    const found = find(editor, '?');
    if (found === null) editor.bell();
    else list(editor, found);
  },
  'insert-completions'(editor) {
    const found = find(editor, '*');
    if (found === null) editor.bell();
    else insert(editor, found, `${found.matches.join(' ')} `);
  },
  'menu-complete': (editor, count) => menu(editor, count),
  'menu-complete-backward': (editor, count) => menu(editor, -count),
};
