import { currentDatabase } from './database.ts';
import type { Database } from './database.ts';

/* Normal forms (Unicode Standard Annex 15; CPython 3.12: Modules/unicodedata.c, nfd_nfkd and nfc_nfkc). */

export interface NormalForm {
  readonly compatibility: boolean;
  readonly composed: boolean;
  /** Below this, every code point is in the form. */
  readonly plainBelow: number;
}

export const normalForms: ReadonlyMap<string, NormalForm> = new Map([
  ['NFC', { compatibility: false, composed: true, plainBelow: 0x300 }],
  ['NFKC', { compatibility: true, composed: true, plainBelow: 0xa0 }],
  ['NFD', { compatibility: false, composed: false, plainBelow: 0xc0 }],
  ['NFKD', { compatibility: true, composed: false, plainBelow: 0xa0 }],
]);

/** The code points in that form, or `codes` itself where nothing needs to change. */
export function normalize(db: Database, form: NormalForm, codes: ArrayLike<number>): ArrayLike<number> {
  if (isPlain(form, codes)) return codes;
  const parts: number[] = [];
  for (let i = 0; i < codes.length; i++) decompose(db, form, codes[i], parts);
  sortMarks(parts);
  return form.composed ? compose(db, parts) : parts;
}

function isPlain(form: NormalForm, codes: ArrayLike<number>): boolean {
  for (let i = 0; i < codes.length; i++) if (codes[i] >= form.plainBelow) return false;
  return true;
}

const firstSyllable = 0xac00, firstLead = 0x1100, firstVowel = 0x1161, beforeTails = 0x11a7;
const leadCount = 19, vowelCount = 21, tailCount = 28;
const syllableCount: number = leadCount * vowelCount * tailCount;

function decompose(db: Database, form: NormalForm, code: number, out: number[]): void {
  if (code < form.plainBelow && code < 0xc0) {
    out.push(code);
    return;
  }
  const syllable = code - firstSyllable;
  if (syllable >= 0 && syllable < syllableCount) {
    out.push(firstLead + Math.floor(syllable / (vowelCount * tailCount)), firstVowel + (Math.floor(syllable / tailCount) % vowelCount));
    if (syllable % tailCount !== 0) out.push(beforeTails + (syllable % tailCount));
    return;
  }
  const correction = db.correction(code);
  if (correction !== undefined) {
    decompose(db, form, correction, out);
    return;
  }
  const found = db.decomposition(code);
  if (found === undefined || (found.kind !== '' && !form.compatibility)) out.push(code);
  else for (const part of found.codes) decompose(db, form, part, out);
}

/** Puts marks that follow each other in the order of their classes; those of one class keep theirs. */
function sortMarks(codes: number[]): void {
  let last = 0;
  for (let i = 0; i < codes.length; i++) {
    const combining = combiningClass(codes[i]);
    if (combining !== 0 && combining < last) {
      const mark = codes[i];
      let at = i;
      for (; at > 0; at--) {
        const before = combiningClass(codes[at - 1]);
        if (before === 0 || before <= combining) break;
        codes[at] = codes[at - 1];
      }
      codes[at] = mark;
    } else last = combining;
  }
}

/** Today's, in every version. */
const combiningClass = (code: number): number => (code < 0x300 ? 0 : currentDatabase.record(code).combining);

/** Joins each character with the marks behind it that nothing stands between. */
function compose(db: Database, codes: readonly number[]): number[] {
  const out: number[] = [];
  /** Where in `out` the character stands that marks join; -1 for none. */
  let starter = -1;
  let last = 0;
  for (const code of codes) {
    const combining = combiningClass(code);
    const free = starter >= 0 && (starter === out.length - 1 || (last < combining && last !== 0));
    const joined = free ? join(db, out[starter], code) : undefined;
    if (joined !== undefined) {
      out[starter] = joined;
      continue;
    }
    if (combining === 0) starter = out.length;
    last = combining;
    out.push(code);
  }
  return out;
}

function join(db: Database, first: number, second: number): number | undefined {
  const lead = first - firstLead, vowel = second - firstVowel;
  if (lead >= 0 && lead < leadCount && vowel >= 0 && vowel < vowelCount) return firstSyllable + (lead * vowelCount + vowel) * tailCount;
  const syllable = first - firstSyllable, tail = second - beforeTails;
  if (syllable >= 0 && syllable < syllableCount && syllable % tailCount === 0 && tail > 0 && tail < tailCount) return first + tail;
  return db.composed(first, second);
}
