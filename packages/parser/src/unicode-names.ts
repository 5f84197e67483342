import { names, vocabulary } from './generated/unicode-names.ts';

/** Code points by name and names by code point, read when the first name is asked for: that takes some ten milliseconds. */
// eslint-disable-next-line no-restricted-syntax -- a table decoded once
let table: NameTable | null = null;

interface NameTable {
  readonly codes: ReadonlyMap<string, number>;
  /** Without aliases. */
  readonly names: ReadonlyMap<number, string>;
}

/**
 * The code point of a character's name or alias in Unicode 15.0, as CPython 3.12 takes it in `'\N{...}'`; undefined if there is none. Meant
 * for `ParseOptions.unicodeName`. CPython 3.12: Modules/unicodedata.c, _getcode.
 */
export function unicodeName(name: string): number | undefined {
  if (name.startsWith('HANGUL SYLLABLE ')) return hangulSyllable(name.slice(16));
  if (name.startsWith('CJK UNIFIED IDEOGRAPH-')) return unifiedIdeograph(name.slice(22));
  return (table ??= readNames()).codes.get(name.toUpperCase());
}

/** The name of a character in Unicode 15.0; undefined if it has none. CPython 3.12: Modules/unicodedata.c, _getucname. */
export function unicodeNameOf(code: number): string | undefined {
  if (code >= 0xac00 && code <= 0xd7a3) {
    const syllable = code - 0xac00;
    return `HANGUL SYLLABLE ${leads[Math.floor(syllable / 588)]}${vowels[Math.floor(syllable / 28) % 21]}${tails[syllable % 28]}`;
  }
  if (ideographs.some(([from, to]) => from <= code && code <= to)) return `CJK UNIFIED IDEOGRAPH-${code.toString(16).toUpperCase()}`;
  return (table ??= readNames()).names.get(code);
}

/** A syllable's name is that of its consonant, vowel and end. */
function hangulSyllable(syllable: string): number | undefined {
  let rest = syllable;
  const index = (sounds: readonly string[]): number => {
    let best = -1;
    sounds.forEach((sound, i) => {
      if (rest.startsWith(sound) && (best < 0 || sound.length > sounds[best]!.length)) best = i;
    });
    if (best >= 0) rest = rest.slice(sounds[best]!.length);
    return best;
  };
  const [lead, vowel, tail] = [index(leads), index(vowels), index(tails)];
  return lead < 0 || vowel < 0 || rest !== '' ? undefined : 0xac00 + (lead! * 21 + vowel!) * 28 + tail!;
}

const leads = 'G GG N D DD R M B BB S SS  J JJ C K T P H'.split(' ');
const vowels = 'A AE YA YAE EO E YEO YE O WA WAE OE YO U WEO WE WI YU EU YI I'.split(' ');
const tails = ' G GG GS N NJ NH D L LG LM LB LS LT LP LH M B BS S SS NG J C K T P H'.split(' ');

function unifiedIdeograph(digits: string): number | undefined {
  if (!/^[0-9A-F]{4,5}$/.test(digits)) return undefined;
  const code = parseInt(digits, 16);
  return ideographs.some(([from, to]) => from <= code && code <= to) ? code : undefined;
}

const ideographs: readonly (readonly [number, number])[] = [
  [0x3400, 0x4dbf], [0x4e00, 0x9fff], [0x20000, 0x2a6df], [0x2a700, 0x2b739], [0x2b740, 0x2b81d], [0x2b820, 0x2cea1], [0x2ceb0, 0x2ebe0],
  [0x30000, 0x3134a], [0x31350, 0x323af],
];

function readNames(): NameTable {
  const words = vocabulary.split(' ');
  const fields = names.split(' ');
  const result = new Map<string, number>();
  const nameOf = new Map<number, string>();
  /** Aliases come last, from the lowest code point again. */
  let aliases = false;
  let code = -1;
  let before: readonly string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const head = fields[i]!;
    const step = head.length === 1 ? 1 : parseInt(head.slice(1), 36);
    code += step;
    aliases ||= step < 0;
    const own = before.slice(0, Number(head.charAt(0)));
    const codes = fields[i + 1]!;
    for (let at = 0; at < codes.length; ) {
      const first = digit(codes, at);
      const second = digit(codes, at + 1);
      if (first < 46) own.push(words[first * 92 + second]!);
      else own.push(words[46 * 92 + (first - 46) * 92 * 92 + second * 92 + digit(codes, at + 2)]!);
      at += first < 46 ? 2 : 3;
    }
    const name = own.join(' ');
    result.set(name, code);
    if (!aliases) nameOf.set(code, name);
    before = own;
  }
  return { codes: result, names: nameOf };
}

/** Value of a digit: printable ASCII from `!`, without the quote and the backslash. */
function digit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code - 33 - (code > 0x27 ? 1 : 0) - (code > 0x5c ? 1 : 0);
}
