import type { CodeObject, Complex, EllipsisType, SurrogateStr } from '@py/code';

/**
 * Anything that marshal can hold. As in a code object's constants, int is `bigint`, float `number`, str `string` (or
 * {@link SurrogateStr}) and tuple an array; bytes, bytearray and other buffers are a `Uint8Array`.
 */
export type MarshalValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Complex
  | EllipsisType
  | SurrogateStr
  | StopIterationType
  | MarshalList
  | MarshalDict
  | MarshalSet
  | CodeObject
  | readonly MarshalValue[];

/** The class `StopIteration`, of all things. */
export interface StopIterationType {
  readonly kind: 'stopiteration';
}

/** Python's list. It may contain itself. */
export interface MarshalList {
  readonly kind: 'list';
  readonly items: MarshalValue[];
}

/** Python's dict, in order. It may contain itself. */
export interface MarshalDict {
  readonly kind: 'dict';
  readonly entries: [key: MarshalValue, value: MarshalValue][];
}

/** Python's set or frozenset; items in the order in which they were written. */
export interface MarshalSet {
  readonly kind: 'set' | 'frozenset';
  readonly items: readonly MarshalValue[];
}

/** The one `StopIteration`. */
export const StopIteration: StopIterationType = Object.freeze({ kind: 'stopiteration' as const });

/** Is this a tuple? */
export function isTuple(value: MarshalValue): value is readonly MarshalValue[] {
  return Array.isArray(value);
}
