/* Keys, and what they are bound to: GNU readline's notation and its keys in Emacs mode. */

/** What a key does: a command by its name (nothing, where there is none of that name), or text that counts as typed. */
export type Binding = { readonly command: string } | { readonly macro: string };

export class Keymap {
  private readonly bindings = new Map<string, Binding>();
  /** What begins the sequence of some key. */
  private readonly prefixes = new Set<string>();

  constructor() {
    for (const [command, keys] of Object.entries(defaultKeys)) for (const key of keys.split(' ')) this.bind(keySequence(key), { command });
  }

  bind(sequence: string, binding: Binding): void {
    this.bindings.set(sequence, binding);
    for (let length = 1; length < sequence.length; length++) this.prefixes.add(sequence.slice(0, length));
  }

  get(sequence: string): Binding | undefined {
    return this.bindings.get(sequence);
  }

  isPrefix(sequence: string): boolean {
    return this.prefixes.has(sequence);
  }
}

const singles: Readonly<Record<string, string>> = { a: '\x07', b: '\b', d: '\x7f', e: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** Control and a character: `\C-a`; `\C-?` is Rubout. */
function control(character: string): string {
  return character === '?' ? '\x7f' : String.fromCharCode(character.toUpperCase().charCodeAt(0) & 0x1f);
}

/** What stands between the quotes of a key sequence or macro, with its escapes carried out. Meta becomes Escape before the character. */
export function keySequence(text: string): string {
  let result = '';
  let at = 0;
  /** One character, of which Control and Meta may stand in front. */
  const take = (): string => {
    if (text[at] !== '\\') return text[at++] ?? '';
    const letter = text[at + 1] ?? '';
    if (letter === 'C' && text[at + 2] === '-') {
      at += 3;
      const rest = take();
      return rest.slice(0, -1) + control(rest.at(-1) ?? '');
    }
    if (letter === 'M' && text[at + 2] === '-') {
      at += 3;
      return `\x1b${take()}`;
    }
    const number = /^\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3}))/.exec(text.slice(at));
    if (number !== null) {
      at += number[0].length;
      return String.fromCharCode(number[1] !== undefined ? Number.parseInt(number[1], 16) : Number.parseInt(number[2], 8) & 0xff);
    }
    at += 2;
    return singles[letter] ?? letter;
  };
  while (at < text.length) result += take();
  return result;
}

const names: Readonly<Record<string, string>> = { del: '\x7f', rubout: '\x7f', esc: '\x1b', escape: '\x1b', lfd: '\n', newline: '\n', ret: '\r', return: '\r', spc: ' ', space: ' ', tab: '\t' };

/** A key by its name: `Control-a`, `Meta-Rubout`, `TAB`, `x`. */
export function namedKey(text: string): string {
  const last = text.slice(text.replace(/-$/, '').lastIndexOf('-') + 1);
  const key = names[last.toLowerCase()] ?? [...last][0] ?? '';
  const modifiers = text.slice(0, text.length - last.length);
  const pressed = /(^|-)(control|ctrl|c)-/i.test(modifiers) ? control(key) : key;
  return /(^|-)(meta|m)-/i.test(modifiers) ? `\x1b${pressed}` : pressed;
}

/** Emacs mode, with what Python changes: Tab inserts itself, Meta-Tab and Escape twice complete. */
const defaultKeys: Readonly<Record<string, string>> = {
  'beginning-of-line': '\\C-a \\e[H \\eOH \\e[1~ \\e[7~',
  'end-of-line': '\\C-e \\e[F \\eOF \\e[4~ \\e[8~',
  'forward-char': '\\C-f \\e[C \\eOC',
  'backward-char': '\\C-b \\e[D \\eOD',
  'forward-word': '\\ef \\e[1;5C \\e[1;3C \\e\\e[C',
  'backward-word': '\\eb \\e[1;5D \\e[1;3D \\e\\e[D',
  'clear-screen': '\\C-l',
  'clear-display': '\\e\\C-l',
  'accept-line': '\\C-j \\C-m',
  'previous-history': '\\C-p \\e[A \\eOA',
  'next-history': '\\C-n \\e[B \\eOB',
  'beginning-of-history': '\\e<',
  'end-of-history': '\\e>',
  'reverse-search-history': '\\C-r',
  'forward-search-history': '\\C-s',
  'non-incremental-reverse-search-history': '\\ep',
  'non-incremental-forward-search-history': '\\en',
  'yank-nth-arg': '\\e\\C-y',
  'yank-last-arg': '\\e. \\e_',
  'operate-and-get-next': '\\C-o',
  'delete-char': '\\C-d \\e[3~',
  'backward-delete-char': '\\C-? \\C-h',
  'quoted-insert': '\\C-q \\C-v \\e[2~',
  'bracketed-paste-begin': '\\e[200~',
  'transpose-chars': '\\C-t',
  'transpose-words': '\\et',
  'upcase-word': '\\eu',
  'downcase-word': '\\el',
  'capitalize-word': '\\ec',
  'kill-line': '\\C-k',
  'backward-kill-line': '\\C-x\\C-?',
  'unix-line-discard': '\\C-u',
  'kill-word': '\\ed',
  'backward-kill-word': '\\e\\C-? \\e\\C-h',
  'unix-word-rubout': '\\C-w',
  'delete-horizontal-space': '\\e\\\\',
  'yank': '\\C-y',
  'yank-pop': '\\ey',
  'digit-argument': '\\e0 \\e1 \\e2 \\e3 \\e4 \\e5 \\e6 \\e7 \\e8 \\e9 \\e-',
  'tab-insert': '\\t',
  'complete': '\\e\\t \\e\\e',
  'possible-completions': '\\e? \\e=',
  'insert-completions': '\\e*',
  're-read-init-file': '\\C-x\\C-r',
  'abort': '\\C-g \\C-x\\C-g \\e\\C-g',
  'undo': '\\C-_ \\C-x\\C-u',
  'revert-line': '\\er',
  'set-mark': '\\C-@ \\e\\ ',
  'exchange-point-and-mark': '\\C-x\\C-x',
  'character-search': '\\C-]',
  'character-search-backward': '\\e\\C-]',
  'insert-comment': '\\e#',
  'tilde-expand': '\\e&',
};
