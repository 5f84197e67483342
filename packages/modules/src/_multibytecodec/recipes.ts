import type { Recipe } from './charset.ts';

/*
 * What the charsets are made of. Those of ISO 2022 (94 rows of 94 cells) have codes with both high bits set; the others have the bytes
 * of the encoding of that name.
 */

/** The rows of JIS X 0208 and of the first plane of JIS X 0213 in the two bytes of Shift_JIS. */
function shiftJis(code: number): number {
  return shifted((code >> 8) - 0xa1, (code & 0xff) - 0xa1);
}

/** The rows that the second plane of JIS X 0213 has, 1, 3–5, 8, 12–15 and 78–94, behind those of the first. */
function shiftJisPlane2(code: number): number {
  const row = (code >> 8) - 0xa0;
  if (row >= 78) return shifted(row + 25, (code & 0xff) - 0xa1);
  return shifted([1, 8, 3, 4, 5, 12, 13, 14, 15].indexOf(row) + 94, (code & 0xff) - 0xa1);
}

/** Two rows of 94 cells, counted from 0, have one first byte. */
function shifted(row: number, cell: number): number {
  const first = row >> 1;
  const second = (row & 1) * 94 + cell;
  return ((first + (first < 31 ? 0x81 : 0xc1)) << 8) | (second + (second < 63 ? 0x40 : 0x41));
}

/** KS X 1001 without its syllables in the upper part of Johab. */
function johab(code: number): number {
  const row = (code >> 8) - 0xa1;
  if (row >= 0xf && row <= 0x28) return 0;
  const place = row < 0xf ? row : row - 0x1b;
  const first = (place >> 1) + (row < 0xf ? 0xd9 : 0xda);
  const second = (place & 1) * 94 + (code & 0xff) - 0xa1;
  return (first << 8) | (second + (second < 78 ? 0x31 : 0x43));
}

/** All charsets, each after those that it is made of. */
export const recipes: Readonly<Record<string, Recipe>> = {
  gb2312: {},
  gbk: { bases: [{ charset: 'gb2312' }] },
  gb18030: { bases: [{ charset: 'gbk' }] },
  ksx1001: {},
  euc_kr: { bases: [{ charset: 'ksx1001' }] },
  cp949: { bases: [{ charset: 'ksx1001' }] },
  johab: { bases: [{ charset: 'ksx1001', move: johab }] },
  big5: {},
  cp950: { bases: [{ charset: 'big5' }] },
  big5hkscs: { bases: [{ charset: 'big5' }] },
  jisx0208: {},
  jisx0212: { without: ['jisx0208'] },
  jisx0213_1: { bases: [{ charset: 'jisx0208' }] },
  jisx0213_2: { without: ['jisx0213_1'] },
  jisx0213_1_2000: { bases: [{ charset: 'jisx0213_1' }] },
  jisx0213_2_2000: { bases: [{ charset: 'jisx0213_2' }] },
  euc_jp: { bases: [{ charset: 'jisx0208' }] },
  shift_jis: { bases: [{ charset: 'jisx0208', move: shiftJis }] },
  cp932: { bases: [{ charset: 'shift_jis' }] },
  euc_jis_2004: { bases: [{ charset: 'jisx0213_1' }] },
  euc_jis_2004_8f: { bases: [{ charset: 'jisx0212' }, { charset: 'jisx0213_2' }] },
  shift_jis_2004: { bases: [{ charset: 'jisx0213_1', move: shiftJis }, { charset: 'jisx0213_2', move: shiftJisPlane2 }] },
  euc_jisx0213: { bases: [{ charset: 'jisx0213_1_2000' }] },
  euc_jisx0213_8f: { bases: [{ charset: 'jisx0212' }, { charset: 'jisx0213_2_2000' }] },
  shift_jisx0213: { bases: [{ charset: 'jisx0213_1_2000', move: shiftJis }, { charset: 'jisx0213_2_2000', move: shiftJisPlane2 }] },
};
