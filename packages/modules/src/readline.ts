import {
  audit, badArgument, defineModule, installLineReader, isStr, isTrue, jsText, native, None, PyBaseException, strFromJS, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';
import { fsConvert, intArgument } from './posix/paths.ts';
import { readEditedLine } from './readline/editor.ts';
import { lastLines, linesOfFile } from './readline/history.ts';
import { expandTilde, initReader, readDefaultInitFile, readInitFile, version } from './readline/init-file.ts';
import { readlineState, type ReadlineState } from './readline/state.ts';
import { decode, encode, readText, writeText } from './readline/text.ts';

/* `readline` (CPython 3.12: Modules/readline.c), over an editor of lines that behaves as GNU readline. */

/** Text as the C library takes it: no NUL; bytes that are not UTF-8 as lone surrogates. */
function cString(vm: VM, value: PyValue): string {
  if (!isStr(value)) throw typeError('bad argument type for built-in operation');
  const text = jsText(value);
  if (text.includes('\0')) throw valueError('embedded null character');
  return decode(vm, encode(vm, text));
}

/** A hook of `state`, set or taken away. */
function hook(what: string, field: 'completer' | 'startupHook' | 'preInputHook' | 'displayMatchesHook') {
  return (vm: VM, given: PyValue | undefined): PyValue => {
    const value = given ?? None;
    if (value !== None && typeOf(value).tp_call === undefined) throw typeError(`set_${what}(func): argument not callable`);
    readlineState(vm)[field] = value;
    return None;
  };
}

function parse_and_bind(vm: VM, string: PyValue): PyValue {
  initReader(vm).line(cString(vm, string));
  return None;
}

function read_init_file(vm: VM, filename: PyValue | undefined): PyValue {
  if (filename === undefined || filename === None) readDefaultInitFile(vm);
  else {
    const path = decode(vm, fsConvert(vm, filename).bytes);
    readInitFile(vm, path);
    readlineState(vm).initFile = path;
  }
  return None;
}

/** Path of a history file, of which the hooks of auditing are told. */
function historyFile(vm: VM, filename: PyValue | undefined, mode: string): string {
  const given = filename !== undefined && filename !== None;
  const path = given ? decode(vm, fsConvert(vm, filename).bytes) : expandTilde(vm, '~/.history');
  audit(vm, 'open', given ? filename : '~/.history', mode, 0);
  return path;
}

function read_history_file(vm: VM, filename: PyValue | undefined): PyValue {
  const path = historyFile(vm, filename, 'r');
  const text = readText(vm, path);
  const { history } = readlineState(vm);
  for (const line of linesOfFile(text)) history.add(line);
  return None;
}

/** Shortens a history file to what `set_history_length` allows. */
function truncate(vm: VM, path: string): void {
  const { historyLength } = readlineState(vm);
  if (historyLength < 0) return;
  const text = readText(vm, path);
  const rest = lastLines(text, historyLength);
  if (rest !== text) writeText(vm, path, rest);
}

const fileText = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

function write_history_file(vm: VM, filename: PyValue | undefined): PyValue {
  const path = historyFile(vm, filename, 'w');
  writeText(vm, path, fileText(readlineState(vm).history.lines));
  truncate(vm, path);
  return None;
}

function append_history_file(vm: VM, nelements: PyValue, filename: PyValue | undefined): PyValue {
  const count = intArgument(vm, nelements);
  const path = historyFile(vm, filename, 'a');
  const { lines } = readlineState(vm).history;
  writeText(vm, path, fileText(lines.slice(Math.max(0, lines.length - count))), true);
  truncate(vm, path);
  return None;
}

function get_history_item(vm: VM, index: PyValue): PyValue {
  const line = readlineState(vm).history.item(intArgument(vm, index));
  return line === undefined ? None : strFromJS(line);
}

/** Place of an item that is to change. */
function position(vm: VM, pos: PyValue): { readonly lines: string[]; readonly at: number } {
  const at = intArgument(vm, pos);
  if (at < 0) throw valueError('History index cannot be negative');
  const { lines } = readlineState(vm).history;
  return { lines, at };
}

function checkPosition(lines: readonly string[], at: number): void {
  if (at >= lines.length) throw valueError(`No history item at position ${at}`);
}

function remove_history_item(vm: VM, pos: PyValue): PyValue {
  const { lines, at } = position(vm, pos);
  checkPosition(lines, at);
  lines.splice(at, 1);
  return None;
}

function replace_history_item(vm: VM, pos: PyValue, line: PyValue): PyValue {
  if (!isStr(line)) throw badArgument('replace_history_item', 'argument 2', 'str', line);
  const { lines, at } = position(vm, pos);
  const text = cString(vm, line);
  checkPosition(lines, at);
  lines[at] = text;
  return None;
}

function insert_text(vm: VM, string: PyValue): PyValue {
  readlineState(vm).line.insert(cString(vm, string));
  return None;
}

function redisplay(vm: VM): PyValue {
  const { screen, line } = readlineState(vm);
  if (screen.active) screen.draw(line.characters, line.cursor);
  return None;
}

/** A function without arguments that tells something of the state. */
const telling = (name: string, doc: string, tell: (state: ReadlineState) => PyValue) => native(`${name}()`, (vm: VM) => tell(readlineState(vm)), doc);

/** Python's module `readline`. CPython 3.12: Modules/readline.c. */
export const readline: NativeModule = defineModule(
  'readline',
  {
    _READLINE_VERSION: version,
    _READLINE_RUNTIME_VERSION: version,
    _READLINE_LIBRARY_VERSION: '8.2',
    parse_and_bind: native('parse_and_bind(string, /)', parse_and_bind, 'Execute the init line provided in the string argument.'),
    get_line_buffer: telling('get_line_buffer', 'Return the current contents of the line buffer.', ({ line }) => strFromJS(line.text)),
    insert_text: native('insert_text(string, /)', insert_text, 'Insert text into the line buffer at the cursor position.'),
    redisplay: native('redisplay()', redisplay, "Change what's displayed on the screen to reflect contents of the line buffer."),
    read_init_file: native('read_init_file(filename=None, /)', read_init_file, 'Execute a readline initialization file.\n\nThe default filename is the last filename used.'),
    read_history_file: native('read_history_file(filename=None, /)', read_history_file, 'Load a readline history file.\n\nThe default filename is ~/.history.'),
    write_history_file: native('write_history_file(filename=None, /)', write_history_file, 'Save a readline history file.\n\nThe default filename is ~/.history.'),
    append_history_file: native('append_history_file(nelements, filename=None, /)', append_history_file, 'Append the last nelements items of the history list to file.\n\nThe default filename is ~/.history.'),
    get_history_item: native('get_history_item(index, /)', get_history_item, 'Return the current contents of history item at one-based index.'),
    get_current_history_length: telling('get_current_history_length', 'Return the current (not the maximum) length of history.', ({ history }) => history.length),
    set_history_length: native('set_history_length(length, /)', (vm: VM, length: PyValue) => {
      readlineState(vm).historyLength = intArgument(vm, length);
      return None;
    }, 'Set the maximal number of lines which will be written to the history file.\n\nA negative length is used to inhibit history truncation.'),
    get_history_length: telling('get_history_length', 'Return the maximum number of lines that will be written to the history file.', ({ historyLength }) => historyLength),
    set_completer: native('set_completer(function=None, /)', hook('completer', 'completer'), "Set or remove the completer function.\n\nThe function is called as function(text, state),\nfor state in 0, 1, 2, ..., until it returns a non-string.\nIt should return the next possible completion starting with 'text'."),
    get_completer: telling('get_completer', 'Get the current completer function.', ({ completer }) => completer),
    get_completion_type: telling('get_completion_type', 'Get the type of completion being attempted.', ({ completionType }) => completionType),
    get_begidx: telling('get_begidx', 'Get the beginning index of the completion scope.', ({ begidx }) => begidx),
    get_endidx: telling('get_endidx', 'Get the ending index of the completion scope.', ({ endidx }) => endidx),
    set_completer_delims: native('set_completer_delims(string, /)', (vm: VM, string: PyValue) => {
      readlineState(vm).delimiters = cString(vm, string);
      return None;
    }, 'Set the word delimiters for completion.'),
    set_auto_history: native('set_auto_history(enabled, /)', (vm: VM, enabled: PyValue) => {
      readlineState(vm).autoHistory = isTrue(vm, enabled);
      return None;
    }, 'Enables or disables automatic history.'),
    add_history: native('add_history(string, /)', (vm: VM, string: PyValue) => {
      readlineState(vm).history.add(cString(vm, string));
      return None;
    }, 'Add an item to the history buffer.'),
    remove_history_item: native('remove_history_item(pos, /)', remove_history_item, 'Remove history item given by its zero-based position.'),
    replace_history_item: native('replace_history_item(pos, line, /)', replace_history_item, 'Replaces history item given by its position with contents of line.\n\npos is zero-based.'),
    get_completer_delims: telling('get_completer_delims', 'Get the word delimiters for completion.', ({ delimiters }) => strFromJS(delimiters)),
    set_completion_display_matches_hook: native('set_completion_display_matches_hook(function=None, /)', hook('completion_display_matches_hook', 'displayMatchesHook'), 'Set or remove the completion display function.\n\nThe function is called as\n  function(substitution, [matches], longest_match_length)\nonce each time matches need to be displayed.'),
    set_startup_hook: native('set_startup_hook(function=None, /)', hook('startup_hook', 'startupHook'), 'Set or remove the function invoked by the rl_startup_hook callback.\n\nThe function is called with no arguments just\nbefore readline prints the first prompt.'),
    set_pre_input_hook: native('set_pre_input_hook(function=None, /)', hook('pre_input_hook', 'preInputHook'), 'Set or remove the function invoked by the rl_pre_input_hook callback.\n\nThe function is called with no arguments after the first prompt\nhas been printed and just before readline starts reading input\ncharacters.'),
    clear_history: native('clear_history()', (vm: VM) => {
      readlineState(vm).history.clear();
      return None;
    }, 'Clear the current readline history.'),
  },
  {
    doc: 'Importing this module enables command line editing using GNU readline.',
    exec(vm) {
      installLineReader(vm, readEditedLine);
      try {
        readDefaultInitFile(vm);
      } catch (error) {
        if (!(error instanceof PyBaseException)) throw error;
      }
    },
  },
);
