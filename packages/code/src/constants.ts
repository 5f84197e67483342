import type { CodeObject } from './code-object.ts';

/**
 * A value inside a code object. Python's int is a `bigint` and Python's float a `number`. A str is a JavaScript string
 * (characters above U+FFFF as surrogate pairs), or a {@link SurrogateStr} where that would be ambiguous. A tuple is an array.
 */
export type Constant =
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
  | CodeObject
  | readonly Constant[];

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

/** A str that holds a high surrogate directly followed by a low one as two separate characters. */
export interface SurrogateStr {
  readonly kind: 'str';
  readonly codePoints: readonly number[];
}

/** Python's frozenset, in iteration order as it was built or read. */
export interface FrozenSet {
  readonly kind: 'frozenset';
  readonly items: readonly Constant[];
}

/** The one `...`. */
export const Ellipsis: EllipsisType = Object.freeze({ kind: 'ellipsis' as const });
