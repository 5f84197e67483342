import type { Command, Editor } from './editor.ts';

/* Looking for a line of the history. */

/** Character by character, backwards with Ctrl-R and forwards with Ctrl-S. */
function searchIncrementally(editor: Editor, first: -1 | 1): void {
  const { line, screen, state } = editor;
  const start = { place: editor.place, cursor: line.cursor };
  let direction = first;
  let wanted = '';
  let failed = false;
  for (;;) {
    screen.setPrompt(`(${failed ? 'failed ' : ''}${direction < 0 ? 'reverse-' : ''}i-search)\`${wanted}': `);
    editor.draw();
    const key = editor.readKey();
    if (key === '\x12' || key === '\x13') {
      direction = key === '\x12' ? -1 : 1;
      if (wanted === '') wanted = state.lastSearch;
      failed = !find(editor, wanted, direction, editor.place + direction);
      if (failed) editor.bell();
    } else if (key === '\x7f' || key === '\x08') {
      wanted = [...wanted].slice(0, -1).join('');
      editor.goTo(start.place);
      failed = wanted !== '' && !find(editor, wanted, direction, start.place);
    } else if (key === '\x07') {
      editor.goTo(start.place);
      line.cursor = start.cursor;
      editor.bell();
      break;
    } else if (key === null || key < ' ' || key.startsWith('\x1b')) {
      // Escape only ends it; any other key does what it does.
      if (key !== null && key !== '\x1b') screen.push(key);
      break;
    } else {
      wanted += key;
      failed = !find(editor, wanted, direction, editor.place);
      if (failed) editor.bell();
    }
  }
  if (wanted !== '') state.lastSearch = wanted;
  screen.setPrompt(editor.prompt);
}

/** Goes to the first line from `place` on that has the text in it. */
function find(editor: Editor, wanted: string, direction: -1 | 1, place: number, fits = (text: string): boolean => text.includes(wanted)): boolean {
  const { lines } = editor.state.history;
  for (let at = place; at >= 0 && at <= lines.length; at += direction) {
    const text = at === editor.place ? editor.line.text : lines[at];
    if (text === undefined || !fits(text)) continue;
    if (at !== editor.place) editor.goTo(at);
    editor.line.cursor = [...text.slice(0, text.indexOf(wanted))].length;
    return true;
  }
  return false;
}

/** After a question for the text. */
function searchAfterQuestion(editor: Editor, direction: -1 | 1): void {
  const { screen, state } = editor;
  let wanted = '';
  screen.setPrompt(':');
  for (;;) {
    screen.draw([...wanted], [...wanted].length);
    const key = editor.readKey();
    if (key === null || key === '\r' || key === '\n') break;
    if (key === '\x7f' || key === '\x08') wanted = [...wanted].slice(0, -1).join('');
    else if (key === '\x07' || key === '\x03' || key.startsWith('\x1b')) {
      wanted = '';
      break;
    } else if (key >= ' ') wanted += key;
  }
  screen.setPrompt(editor.prompt);
  const text = wanted === '' ? state.lastSearch : wanted;
  state.lastSearch = text;
  if (text === '' || !find(editor, text, direction, editor.place + direction)) editor.bell();
  else editor.line.cursor = editor.line.characters.length;
}

/** Lines that begin (or go on) with what stands before the cursor. */
const searchingFromCursor = (direction: -1 | 1, anywhere: boolean): Command => (editor) => {
  const { line } = editor;
  const again = editor.last === editor.name && editor.prefix !== null;
  const prefix = again ? (editor.prefix as string) : line.before;
  const fits = anywhere ? (text: string): boolean => text.includes(prefix) : (text: string): boolean => text.startsWith(prefix);
  editor.prefix = prefix;
  if (!find(editor, prefix, direction, editor.place + direction, (text) => fits(text) && text !== line.text)) editor.bell();
  else line.cursor = line.characters.length;
};

export const searches: Readonly<Record<string, Command>> = {
  'reverse-search-history': (editor) => searchIncrementally(editor, -1),
  'forward-search-history': (editor) => searchIncrementally(editor, 1),
  'non-incremental-reverse-search-history': (editor) => searchAfterQuestion(editor, -1),
  'non-incremental-forward-search-history': (editor) => searchAfterQuestion(editor, 1),
  'history-search-backward': searchingFromCursor(-1, false),
  'history-search-forward': searchingFromCursor(1, false),
  'history-substring-search-backward': searchingFromCursor(-1, true),
  'history-substring-search-forward': searchingFromCursor(1, true),
};
