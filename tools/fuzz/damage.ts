// Damaged programs: pieces of a corpus with tokens deleted, doubled, swapped, brackets and indentation broken.
import type { CorpusFile } from '../conformance/corpus.ts';
import { seeded, type Random } from '../lib/random.ts';

/** So many damaged pieces, the same for the same corpus and seed. */
export function damagedPrograms(files: readonly CorpusFile[], count: number, seed: number): CorpusFile[] {
  const random = seeded(seed);
  const texts = files.map((file) => ({ name: file.name, text: new TextDecoder().decode(file.source) })).filter(({ text }) => text.length > 0);
  if (texts.length === 0) throw new Error('no programs to damage: name some, or give --lib');
  return Array.from({ length: count }, (_, index) => {
    const { name, text } = random.pick(texts);
    return { name: `damaged ${index} of ${name}`, source: Buffer.from(damage(piece(text, random), random)) };
  });
}

/** So many sources of up to 120 bytes, most of them bytes that Python uses. */
export function randomBytes(count: number, seed: number): CorpusFile[] {
  const random = seeded(seed);
  const usual = new TextEncoder().encode(`()[]{}:,;=.@!*+-/<>%&|^~\\'"#\n\n\n    \t\f\r_abdefilnorstuxyBNTF0127\u00e9\u00b2\ufeff${inserted.join('')}`);
  return Array.from({ length: count }, (_, index) => {
    const share = random.pick([2, 5, 50, 1000]);
    const source = Uint8Array.from({ length: 1 + random.below(120) }, () => (random.oneIn(share) ? random.below(256) : random.pick([...usual])));
    return { name: `random ${index}`, source };
  });
}

/** Some whole top-level statements, at most about 40 lines. */
export function piece(text: string, random: Random): string {
  const lines = text.split('\n');
  const starts = lines.flatMap((line, index) => (/^[A-Za-z@_"'(#[]/.test(line) ? [index] : []));
  const from = starts.length > 0 ? random.pick(starts) : 0;
  const end = starts.find((start) => start > from + 3 + random.below(36)) ?? lines.length;
  return `${lines.slice(from, Math.min(end, from + 60)).join('\n')}\n`;
}

/** One to three wounds. */
export function damage(text: string, random: Random): string {
  let result = text;
  for (let times = 1 + random.below(3); times > 0; times--) result = random.pick(wounds)(result, random);
  return result;
}

const token = /[A-Za-z_]\w*|\d[\w.]*|'[^'\n]*'|"[^"\n]*"|\s+|[^\w\s]/gu;
const inserted = [
  '(', ')', '[', ']', '{', '}', ':', ',', ';', '=', '==', ':=', '*', '**', '->', '.', '...', '@', '!', '!=', '<>', '?', '$', '\\', "'", '"', '"""', "f'{", "f'",
  '}', '0777', '1_', '0x', '1e', '1__0', '0b12', 'é', '\u00a0', '\t', '\n', '\n    ', '\r', '\f', '\0', 'if', 'else', 'elif', 'for', 'in', 'while', 'def', 'class', 'lambda', 'return',
  'yield', 'await', 'async', 'with', 'as', 'try', 'except', 'except*', 'finally', 'raise', 'import', 'from', 'global', 'nonlocal', 'del', 'pass', 'break', 'continue', 'not', 'is',
  'and', 'or', 'None', 'True', 'print', 'exec', 'match', 'case', 'type', '_', 'assert',
];

const wounds: readonly ((text: string, random: Random) => string)[] = [
  withTokens((tokens, at) => tokens.splice(at, 1)),
  withTokens((tokens, at) => tokens.splice(at, 0, tokens[at])),
  withTokens((tokens, at, random) => {
    const other = random.below(tokens.length);
    [tokens[at], tokens[other]] = [tokens[other], tokens[at]];
  }),
  withTokens((tokens, at, random) => tokens.splice(at, 0, ` ${random.pick(inserted)} `)),
  withTokens((tokens, at, random) => {
    tokens[at] = random.pick(inserted);
  }),
  // A bracket lost or turned.
  withTokens((tokens, at, random) => {
    const brackets = tokens.flatMap((text, index) => ('()[]{}'.includes(text) ? [index] : []));
    if (brackets.length > 0) tokens[random.pick(brackets)] = random.pick(['', '(', ')', '[', ']', '{', '}']);
  }),
  // An indentation changed.
  (text, random) => {
    const lines = text.split('\n');
    const line = random.below(lines.length);
    lines[line] = random.pick(['', ' ', '  ', '    ', '\t', '        \t']) + (random.oneIn(2) ? lines[line].trimStart() : lines[line]);
    return lines.join('\n');
  },
  // Cut short.
  (text, random) => text.slice(0, 1 + random.below(text.length)),
];

function withTokens(change: (tokens: string[], at: number, random: Random) => void): (text: string, random: Random) => string {
  return (text, random) => {
    const tokens = text.match(token) ?? [];
    if (tokens.length === 0) return text;
    change(tokens, random.below(tokens.length), random);
    return tokens.join('');
  };
}
