import { variable } from '@py/vm/native';
import type { Command, Editor } from './editor.ts';
import { readDefaultInitFile } from './init-file.ts';

/* What keys do: moving, changing, cutting and the history. Names and behaviour are GNU readline's. */

/** Where the kill ring of a VM is; the newest last. */
const ring = (editor: Editor): string[] => editor.vm.state('readline kills', () => []);

/** Takes text out. What is cut right after another cut joins it. */
function kill(editor: Editor, from: number, to: number, backward: boolean): void {
  const { line } = editor;
  const text = line.characters.slice(from, to).join('');
  editor.name = 'kill';
  if (text === '') return;
  const kills = ring(editor);
  if (editor.last === 'kill' && kills.length > 0) kills.push(backward ? text + kills.pop() : (kills.pop() as string) + text);
  else kills.push(text);
  if (kills.length > 10) kills.shift();
  line.replace(from, to, '');
}

/** The command `count` times, or its opposite where that is negative. */
function times(forward: (editor: Editor) => void, backward: (editor: Editor) => void): { readonly forward: Command; readonly backward: Command } {
  const repeat = (editor: Editor, count: number): void => {
    for (let turn = Math.abs(count); turn > 0; turn--) (count > 0 ? forward : backward)(editor);
  };
  return { forward: repeat, backward: (editor, count) => repeat(editor, -count) };
}

const characters = times(
  (editor) => (editor.line.cursor < editor.line.characters.length ? void editor.line.cursor++ : editor.bell()),
  (editor) => (editor.line.cursor > 0 ? void editor.line.cursor-- : editor.bell()),
);
const words = times((editor) => void (editor.line.cursor = editor.line.wordEnd()), (editor) => void (editor.line.cursor = editor.line.wordStart()));
const deleting = times(
  (editor) => (editor.line.cursor < editor.line.characters.length ? editor.line.replace(editor.line.cursor, editor.line.cursor + 1, '') : editor.bell()),
  (editor) => (editor.line.cursor > 0 ? editor.line.replace(editor.line.cursor - 1, editor.line.cursor, '') : editor.bell()),
);
const killingWords = times(
  (editor) => kill(editor, editor.line.cursor, editor.line.wordEnd(), false),
  (editor) => kill(editor, editor.line.wordStart(), editor.line.cursor, true),
);
const remembering = times((editor) => editor.goTo(editor.place + 1), (editor) => editor.goTo(editor.place - 1));

/** Changes the words that follow, or with a negative argument those before. */
const changingWords = (change: (word: string) => string): Command => ({ line }, count) => {
  const start = line.cursor;
  let end = start;
  for (let turn = Math.abs(count); turn > 0; turn--) end = count > 0 ? line.wordEnd(end) : line.wordStart(end);
  const [from, to] = [Math.min(start, end), Math.max(start, end)];
  line.replace(from, to, change(line.characters.slice(from, to).join('')));
  if (count < 0) line.cursor = start;
};

/** To the next place of a character that is typed now. */
const searchingCharacter = (direction: number): Command => (editor, count) => {
  const { line } = editor;
  const wanted = editor.readKey();
  const step = count < 0 ? -direction : direction;
  let at = line.cursor;
  for (let turn = Math.abs(count); turn > 0; turn--) {
    do at += step;
    while (at >= 0 && at < line.characters.length && line.characters[at] !== wanted);
  }
  if (at >= 0 && at < line.characters.length) line.cursor = at;
  else editor.bell();
};

/** The word of an earlier line: `which` counts from 0, from behind where it is negative. */
function argumentOf(text: string, which: number): string {
  const parts = text.match(/"(?:[^"\\]|\\.)*"|'[^']*'|[^\s]+/g) ?? [];
  return parts.at(which) ?? '';
}

export const commands: Readonly<Record<string, Command>> = {
  'self-insert'({ line, overwrite }, count, key) {
    for (let turn = 0; turn < count; turn++) {
      if (overwrite && line.cursor < line.characters.length) line.replace(line.cursor, line.cursor + 1, key, true);
      else line.insert(key, true);
    }
  },
  'tab-insert': ({ line }, count) => line.insert('\t'.repeat(Math.max(0, count))),
  'quoted-insert'({ line, screen }, count) {
    const character = screen.read();
    if (character !== null) line.insert(character.repeat(Math.max(0, count)));
  },
  /** Pasted lines run one by one, and their tabs are tabs. */
  'bracketed-paste-begin'(editor) {
    const [first, ...rest] = editor.screen.pasted().split(/\r\n?|\n/);
    editor.line.insert(first);
    if (rest.length === 0) return;
    const last = rest.pop() as string;
    editor.screen.push([...rest, ''].map((each) => `\n${each === '' ? '' : `\x1b[200~${each}\x1b[201~`}`).join('') + (last === '' ? '' : `\x1b[200~${last}\x1b[201~`));
  },
  'accept-line'(editor) {
    editor.result = 'line';
  },
  'end-of-file'(editor) {
    editor.result = 'end';
  },
  'abort': (editor) => editor.bell(),
  'do-nothing'() {},

  'beginning-of-line': ({ line }) => void (line.cursor = 0),
  'end-of-line': ({ line }) => void (line.cursor = line.characters.length),
  'forward-char': characters.forward,
  'backward-char': characters.backward,
  'forward-word': words.forward,
  'backward-word': words.backward,
  'clear-screen': ({ screen }) => screen.clear(),
  'clear-display': ({ screen }) => screen.clear(),
  'redraw-current-line': ({ screen }) => screen.forget(),
  'character-search': searchingCharacter(1),
  'character-search-backward': searchingCharacter(-1),
  'set-mark': ({ line }) => void (line.mark = line.cursor),
  'exchange-point-and-mark'({ line }) {
    const mark = Math.min(line.mark, line.characters.length);
    line.mark = line.cursor;
    line.cursor = mark;
  },

  /** On an empty line it ends the input. */
  'delete-char'(editor, count, key) {
    if (editor.line.characters.length === 0 && key === '\x04' && editor.last !== 'delete-char') editor.result = 'end';
    else deleting.forward(editor, count, key);
  },
  'backward-delete-char': deleting.backward,
  'delete-horizontal-space'({ line }) {
    let [from, to] = [line.cursor, line.cursor];
    while (from > 0 && /[ \t]/.test(line.characters[from - 1])) from--;
    while (to < line.characters.length && /[ \t]/.test(line.characters[to])) to++;
    line.replace(from, to, '');
  },
  'transpose-chars'(editor, count) {
    const { line } = editor;
    const at = Math.min(line.cursor, line.characters.length - 1);
    if (line.cursor === 0 || line.characters.length < 2) return editor.bell();
    const moved = line.characters[at - 1];
    const to = Math.min(line.characters.length, Math.max(1, at + count));
    const text = line.characters.slice(at, to).join('') + moved;
    line.replace(at - 1, to, text);
  },
  'transpose-words'(editor) {
    const { line } = editor;
    const end = line.wordEnd();
    const second = line.wordStart(end);
    const first = line.wordStart(second);
    const firstEnd = line.wordEnd(first);
    if (first === second || firstEnd > second) return editor.bell();
    const part = (from: number, to: number): string => line.characters.slice(from, to).join('');
    line.replace(first, end, part(second, end) + part(firstEnd, second) + part(first, firstEnd));
  },
  'upcase-word': changingWords((word) => word.toUpperCase()),
  'downcase-word': changingWords((word) => word.toLowerCase()),
  'capitalize-word': changingWords((text) => text.replace(/[\p{L}\p{N}]+/gu, (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())),
  'overwrite-mode'(editor, count) {
    editor.overwrite = count > 0 && !editor.overwrite;
  },
  'insert-comment'(editor) {
    editor.line.replace(0, 0, editor.state.variables.get('comment-begin') ?? '#');
    editor.result = 'line';
  },
  'tilde-expand'(editor) {
    const { line, vm } = editor;
    const from = line.wordStart(line.cursor, (character) => character !== ' ');
    if (line.characters[from] !== '~') return;
    line.replace(from, from + 1, variable(vm, 'HOME') ?? '~');
    line.cursor = line.characters.length;
  },

  'undo'(editor, count) {
    for (let turn = 0; turn < count; turn++) if (!editor.line.undo()) return editor.bell();
  },
  'revert-line': ({ line }) => line.undoAll(),

  'kill-line': (editor, count) => (count > 0 ? kill(editor, editor.line.cursor, editor.line.characters.length, false) : kill(editor, 0, editor.line.cursor, true)),
  'backward-kill-line': (editor, count) => (count > 0 ? kill(editor, 0, editor.line.cursor, true) : kill(editor, editor.line.cursor, editor.line.characters.length, false)),
  'unix-line-discard': (editor) => kill(editor, 0, editor.line.cursor, true),
  'kill-whole-line': (editor) => kill(editor, 0, editor.line.characters.length, false),
  'kill-region': (editor) => kill(editor, Math.min(editor.line.mark, editor.line.cursor), Math.max(editor.line.mark, editor.line.cursor), false),
  'kill-word': killingWords.forward,
  'backward-kill-word': killingWords.backward,
  'unix-word-rubout': (editor) => kill(editor, editor.line.wordStart(editor.line.cursor, (character) => !/\s/.test(character)), editor.line.cursor, true),
  'unix-filename-rubout': (editor) => kill(editor, editor.line.wordStart(editor.line.cursor, (character) => !/[\s/]/.test(character)), editor.line.cursor, true),
  'yank': (editor) => editor.line.insert(ring(editor).at(-1) ?? ''),
  'yank-pop'(editor) {
    const kills = ring(editor);
    const newest = kills.pop();
    if (newest === undefined || (editor.last !== 'yank' && editor.last !== 'yank-pop')) return editor.bell();
    editor.line.undo();
    kills.unshift(newest);
    editor.line.insert(kills.at(-1) as string);
  },

  'previous-history': remembering.backward,
  'next-history': remembering.forward,
  'beginning-of-history': (editor) => editor.goTo(0),
  'end-of-history': (editor) => editor.goTo(editor.state.history.length),
  'yank-nth-arg'(editor, count) {
    editor.line.insert(argumentOf(editor.state.history.lines[editor.place - 1] ?? '', count));
  },
  /** The last word of the line before; again: of the line before that. */
  'yank-last-arg'(editor) {
    const again = editor.last === 'yank-last-arg';
    const back = again ? editor.argumentsBack + 1 : 1;
    const text = editor.state.history.lines[editor.place - back];
    if (text === undefined) return editor.bell();
    if (again) editor.line.undo();
    editor.argumentsBack = back;
    editor.line.insert(argumentOf(text, -1));
  },
  'operate-and-get-next'(editor) {
    editor.state.nextPlace = editor.place < editor.state.history.length ? editor.place + 1 : null;
    editor.result = 'line';
  },
  're-read-init-file': ({ vm }) => readDefaultInitFile(vm),
};
