import { PyBaseException, variable, writeHost } from '@py/vm/native';
import type { VM } from '@py/vm/native';
import { keySequence, namedKey } from './keys.ts';
import { readlineState } from './state.ts';
import { readText } from './text.ts';

/* The language of `~/.inputrc` and `parse_and_bind` (GNU readline 8.2). */

/** The version of GNU readline whose behaviour this is. */
export const version = 0x0802;

const variables: readonly string[] = [
  'active-region-end-color', 'active-region-start-color', 'bell-style', 'bind-tty-special-chars', 'blink-matching-paren', 'byte-oriented', 'colored-completion-prefix', 'colored-stats', 'comment-begin', 'completion-display-width',
  'completion-ignore-case', 'completion-map-case', 'completion-prefix-display-length', 'completion-query-items', 'convert-meta', 'disable-completion', 'echo-control-characters', 'editing-mode', 'emacs-mode-string',
  'enable-active-region', 'enable-bracketed-paste', 'enable-keypad', 'enable-meta-key', 'expand-tilde', 'history-preserve-point', 'history-size', 'horizontal-scroll-mode', 'input-meta', 'isearch-terminators', 'keymap',
  'keyseq-timeout', 'mark-directories', 'mark-modified-lines', 'mark-symlinked-directories', 'match-hidden-files', 'menu-complete-display-prefix', 'meta-flag', 'output-meta', 'page-completions', 'prefer-visible-bell',
  'print-completions-horizontally', 'revert-all-at-newline', 'show-all-if-ambiguous', 'show-all-if-unmodified', 'show-mode-in-prompt', 'skip-completed-text', 'vi-cmd-mode-string', 'vi-ins-mode-string', 'visible-stats',
];

/** What `parse_and_bind` reads; an `$if` stays open from one call to the next. */
export function initReader(vm: VM): InitReader {
  return vm.state('readline lines', () => new InitReader(vm, null));
}

/** Carries out lines. Knows where they stand: the file, the number of the line, and which `$if` it is in. */
class InitReader {
  private readonly vm: VM;
  private readonly file: string | null;
  private lineno = 0;
  /** For each open `$if`: do the lines count, and what may an `$else` make of it? */
  private readonly conditions: { counts: boolean; readonly outer: boolean }[] = [];

  constructor(vm: VM, file: string | null) {
    this.vm = vm;
    this.file = file;
  }

  private get counts(): boolean {
    return this.conditions.at(-1)?.counts ?? true;
  }

  /** Carries out one line. */
  line(text: string): void {
    this.lineno++;
    const line = text.replace(/\r$/, '').replace(/^[ \t]+/, '');
    if (line === '' || line.startsWith('#')) return;
    if (line.startsWith('$')) return this.directive(line.slice(1));
    if (!this.counts) return;
    const setting = /^set[ \t]+(\S+)[ \t]*(.*)$/i.exec(line);
    if (setting !== null) this.set(setting[1].toLowerCase(), setting[2]);
    else this.bind(line);
  }

  private complain(text: string): void {
    writeHost(this.vm, 2, `readline: ${this.file === null ? '' : `${this.file}: line ${this.lineno}: `}${text}\n`);
  }

  private directive(line: string): void {
    const [, name, argument] = /^(\S*)\s*(.*?)\s*$/.exec(line) ?? ['', '', ''];
    switch (name.toLowerCase()) {
      case 'if':
        this.conditions.push({ counts: this.counts && this.holds(argument), outer: this.counts });
        return;
      case 'else': {
        const condition = this.conditions.at(-1);
        if (condition === undefined) this.complain('$else found without matching $if');
        else condition.counts = condition.outer && !condition.counts;
        return;
      }
      case 'endif':
        if (this.conditions.pop() === undefined) this.complain('$endif without matching $if');
        return;
      case 'include':
        if (this.counts) readInitLines(this.vm, argument);
        return;
      default:
        this.complain(`${name}: unknown parser directive`);
    }
  }

  private holds(condition: string): boolean {
    const test = /^([\w-]+)\s*(==?|!=|<=|>=|<|>)\s*(.*)$/.exec(condition);
    if (test === null) return condition.toLowerCase() === 'python';
    const [, name, operator, value] = test;
    if (name === 'mode') return value.toLowerCase() === 'emacs';
    if (name === 'term') {
      const terminal = variable(this.vm, 'TERM') ?? '';
      return value === terminal || value === terminal.split('-')[0];
    }
    if (name === 'version') {
      const [major, minor = '0'] = value.split('.');
      return compare(version, operator, Number(major) * 256 + Number(minor));
    }
    const set = readlineState(this.vm).variables.get(name.toLowerCase()) ?? 'off';
    return (set.toLowerCase() === value.toLowerCase()) === (operator !== '!=');
  }

  private set(name: string, given: string): void {
    const state = readlineState(this.vm);
    if (!variables.includes(name)) return this.complain(`${name}: unknown variable name`);
    const value = /^(["'])(.*)\1\s*$/.exec(given)?.[2] ?? given.replace(/\s.*$/, '');
    state.variables.set(name, value);
    if (name === 'history-size') {
      const size = Number.parseInt(value, 10);
      state.history.limitTo(Number.isNaN(size) || size < 0 ? null : size);
    }
  }

  private bind(line: string): void {
    const { keymap } = readlineState(this.vm);
    let key: string;
    let rest: string;
    if (line.startsWith('"')) {
      const quoted = /^"((?:[^"\\]|\\[^])*)"/.exec(line);
      if (quoted === null) return this.complain(`${line}: no closing \`"' in key binding`);
      key = keySequence(quoted[1]);
      rest = line.slice(quoted[0].length);
    } else {
      const name = /^[^:\s]+/.exec(line)?.[0] ?? '';
      key = namedKey(name);
      rest = line.slice(name.length);
    }
    const value = rest.replace(/^[ \t]*:?[ \t]*/, '');
    const macro = /^(["'])((?:(?!\1)[^\\]|\\[^])*)\1/.exec(value);
    const command = (/^\S+/.exec(value)?.[0] ?? '').toLowerCase();
    if (key === '' || !rest.includes(':')) return;
    if (macro !== null) keymap.bind(key, { macro: keySequence(macro[2]) });
    else keymap.bind(key, { command });
  }
}

function compare(left: number, operator: string, right: number): boolean {
  switch (operator) {
    case '<': return left < right;
    case '>': return left > right;
    case '<=': return left <= right;
    case '>=': return left >= right;
    case '!=': return left !== right;
    default: return left === right;
  }
}

/** Carries out a file; throws OSError if it cannot be read. */
export function readInitFile(vm: VM, path: string): void {
  const text = readText(vm, path);
  const reader = new InitReader(vm, path);
  for (const line of text.split('\n')) reader.line(line);
}

function readInitLines(vm: VM, path: string): void {
  try {
    readInitFile(vm, expandTilde(vm, path));
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
  }
}

/** The first of these that can be read: `INPUTRC`, else `~/.inputrc`, else the system's. Throws OSError if there is none. */
export function readDefaultInitFile(vm: VM): void {
  const state = readlineState(vm);
  const wanted = state.initFile ?? variable(vm, 'INPUTRC');
  try {
    const path = wanted ?? expandTilde(vm, '~/.inputrc');
    readInitFile(vm, path);
    state.initFile = path;
  } catch (error) {
    if (!(error instanceof PyBaseException) || wanted !== undefined) throw error;
    readInitFile(vm, '/etc/inputrc');
    state.initFile = '/etc/inputrc';
  }
}

export function expandTilde(vm: VM, path: string): string {
  return path === '~' || path.startsWith('~/') ? `${variable(vm, 'HOME') ?? ''}${path.slice(1)}` : path;
}
