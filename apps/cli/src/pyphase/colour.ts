// Colours for the text of the views, on a terminal.

const codes = { bold: 1, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, grey: 90 };
const paint = (name: keyof typeof codes, text: string): string => `\x1b[${codes[name]}m${text}\x1b[0m`;

type Rule = readonly [pattern: RegExp, colour: keyof typeof codes];

/** By phase: what of each line has a colour. The first rule that fits a place wins. */
const rules: Readonly<Record<string, readonly Rule[]>> = {
  tokens: [[/^\S+/, 'grey'], [/'.*'$|".*"$/, 'green'], [/\b[A-Z]{2,}\w*\b/, 'cyan']],
  ast: [[/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/, 'green'], [/\b[A-Z]\w*(?=\()/, 'cyan'], [/\b\w+(?==)/, 'yellow']],
  symtable: [[/^\s*\S+/, 'cyan']],
  dis: [[/^Disassembly of.*/, 'bold'], [/^\s{0,9}\d+(?=\s)/, 'grey'], [/\b[A-Z][A-Z_0-9]{2,}\b/, 'cyan'], [/\(.*\)$/, 'green']],
  code: [[/^[A-Z][\w ]+:/, 'yellow']],
  diff: [[/^@@.*/, 'bold'], [/^-.*/, 'red'], [/^\+.*/, 'green']],
};

export function coloured(phase: string, text: string): string {
  const own = rules[phase];
  if (own === undefined) return text;
  const all = new RegExp(own.map(([pattern]) => `(${pattern.source})`).join('|'), 'g');
  return text.split('\n').map((line) => line.replace(all, (found: string, ...groups: unknown[]) => {
    const rule = groups.slice(0, own.length).findIndex((group) => group !== undefined);
    return paint(own[rule][1], found);
  })).join('\n');
}
