/* The adaptive probabilities of LZMA, in one array: where each model begins. */

export const STATES = 12;
/** First number of a literal's state. */
export const LITERAL_STATES = 7;
export const MATCH_MIN = 2, MATCH_MAX = 273;

export const IS_MATCH = 0;
export const IS_REP = IS_MATCH + STATES * 16;
export const IS_REP_G0 = IS_REP + STATES;
export const IS_REP_G1 = IS_REP_G0 + STATES;
export const IS_REP_G2 = IS_REP_G1 + STATES;
export const IS_REP0_LONG = IS_REP_G2 + STATES;
export const POS_SLOT = IS_REP0_LONG + STATES * 16;
export const POS_SPECIAL = POS_SLOT + 4 * 64;
export const POS_ALIGN = POS_SPECIAL + 128;
export const MATCH_LENGTH = POS_ALIGN + 16;
/** Within the model of a length: two choices, then the trees of short, middle and long ones. */
export const LENGTH_LOW = 2, LENGTH_MID = LENGTH_LOW + 16 * 8, LENGTH_HIGH = LENGTH_MID + 16 * 8;
export const REP_LENGTH = MATCH_LENGTH + LENGTH_HIGH + 256;
export const LITERAL = REP_LENGTH + LENGTH_HIGH + 256;

/** Probabilities at the start: all even. */
export function newProbabilities(lc: number, lp: number): Uint16Array {
  return new Uint16Array(LITERAL + (0x300 << (lc + lp))).fill(1024);
}

// ---- The state says what the last symbols were.

export const afterLiteral = (state: number): number => (state < 4 ? 0 : state < 10 ? state - 3 : state - 6);
export const afterMatch = (state: number): number => (state < LITERAL_STATES ? 7 : 10);
export const afterRep = (state: number): number => (state < LITERAL_STATES ? 8 : 11);
export const afterShortRep = (state: number): number => (state < LITERAL_STATES ? 9 : 11);
