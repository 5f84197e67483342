/**
 * What a `Constant` node holds. Python's int is a `bigint` and Python's float a `number`, so that `1` and `1.0` differ.
 * A str is a JavaScript string (characters above U+FFFF as surrogate pairs); see {@link SurrogateStr} for the one str
 * that cannot be written so. A tuple is a JavaScript array (only in trees built by hand or folded by the compiler).
 */
export type ConstantValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Complex
  | EllipsisType
  | SurrogateStr
  | FrozenSet
  | readonly ConstantValue[];

/** Python's complex number. */
export interface Complex {
  readonly kind: 'complex';
  readonly real: number;
  readonly imag: number;
}

/** Python's `...`. Compare `value.kind === 'ellipsis'`. */
export interface EllipsisType {
  readonly kind: 'ellipsis';
}

/**
 * A str in which a high surrogate is directly followed by a low one as two separate characters (`"\ud83d\ude00"`, length 2).
 * A JavaScript string would read them as one character, so its code points are listed instead.
 */
export interface SurrogateStr {
  readonly kind: 'str';
  readonly codePoints: readonly number[];
}

/** Python's frozenset of constants, in the order CPython would iterate or as built. */
export interface FrozenSet {
  readonly kind: 'frozenset';
  readonly items: readonly ConstantValue[];
}

/** The one `...`. */
export const Ellipsis: EllipsisType = Object.freeze({ kind: 'ellipsis' as const });

/** A complex constant. */
export function complex(real: number, imag: number): Complex {
  return { kind: 'complex', real, imag };
}
