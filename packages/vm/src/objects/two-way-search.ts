/* Looking for a long part in linear time, whatever the two look like (the two-way algorithm of Crochemore and Perrin, as in
   CPython 3.12: Objects/stringlib/fastsearch.h). Short parts are found faster by plain comparison. */

/** Parts from this length on are worth the preparation. */
export const longPart = 100;

type Units = ArrayLike<number>;

/** First place of `part` in `whole[start:end]`, or -1. */
export function twoWayFind(whole: Units, part: Units, start: number, end: number): number {
  const { cut, period, periodic } = factorize(part);
  return periodic ? findPeriodic(whole, part, start, end, cut, period) : findOther(whole, part, start, end, cut, period);
}

/** The units of a text without astral characters. */
export function unitsOf(text: string, start: number, end: number): Uint16Array {
  const units = new Uint16Array(Math.max(end - start, 0));
  for (let i = start; i < end; i++) units[i - start] = text.charCodeAt(i);
  return units;
}

interface Factorization {
  /** The part is `part[:cut] + part[cut:]`, where a mismatch right of the cut allows to move by its distance. */
  readonly cut: number;
  /** How far to move after a mismatch left of the cut. */
  readonly period: number;
  /** The whole part repeats itself with that period. */
  readonly periodic: boolean;
}

function factorize(part: Units): Factorization {
  const up = maximalSuffix(part, false);
  const down = maximalSuffix(part, true);
  const { cut, period } = up.cut > down.cut ? up : down;
  let periodic = cut + period <= part.length;
  for (let i = 0; periodic && i < cut; i++) periodic = part[i] === part[i + period];
  return periodic ? { cut, period, periodic } : { cut, period: Math.max(cut, part.length - cut) + 1, periodic };
}

/** Where the greatest suffix begins, by the order of units or the opposite order, and its period. */
function maximalSuffix(part: Units, opposite: boolean): { readonly cut: number; readonly period: number } {
  let cut = 0;
  let period = 1;
  let candidate = 1;
  let k = 0;
  while (candidate + k < part.length) {
    const a = part[candidate + k];
    const b = part[cut + k];
    if (a === b) {
      if (k + 1 === period) {
        candidate += period;
        k = 0;
      } else k++;
    } else if (opposite ? a > b : a < b) {
      candidate += k + 1;
      k = 0;
      period = candidate - cut;
    } else {
      cut = candidate++;
      k = 0;
      period = 1;
    }
  }
  return { cut, period };
}

function findPeriodic(whole: Units, part: Units, start: number, end: number, cut: number, period: number): number {
  // So many units at the front are known to match from the last try.
  let known = 0;
  for (let at = start; at + part.length <= end; ) {
    let i = Math.max(cut, known);
    while (i < part.length && whole[at + i] === part[i]) i++;
    if (i < part.length) {
      at += i - cut + 1;
      known = 0;
      continue;
    }
    i = cut - 1;
    while (i >= known && whole[at + i] === part[i]) i--;
    if (i < known) return at;
    at += period;
    known = part.length - period;
  }
  return -1;
}

function findOther(whole: Units, part: Units, start: number, end: number, cut: number, period: number): number {
  for (let at = start; at + part.length <= end; ) {
    let i = cut;
    while (i < part.length && whole[at + i] === part[i]) i++;
    if (i < part.length) {
      at += i - cut + 1;
      continue;
    }
    i = cut - 1;
    while (i >= 0 && whole[at + i] === part[i]) i--;
    if (i < 0) return at;
    at += period;
  }
  return -1;
}
