import { isStr, jsText, typeError } from '@py/vm/native';
import type { PyValue } from '@py/vm/native';
import type { Rounding } from './number.ts';

/** Names of the ways to round, by number. */
export const roundingNames = ['ROUND_UP', 'ROUND_DOWN', 'ROUND_CEILING', 'ROUND_FLOOR', 'ROUND_HALF_UP', 'ROUND_HALF_DOWN', 'ROUND_HALF_EVEN', 'ROUND_05UP'] as const;

/** A way to round by its name. Raises TypeError for what is none. */
export function roundingArgument(value: PyValue): Rounding {
  const index = isStr(value) ? (roundingNames as readonly string[]).indexOf(jsText(value)) : -1;
  if (index < 0) {
    throw typeError('valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]');
  }
  return index as Rounding; // The index of one of the eight names.
}
