// What the program's thread and its attendant say to each other.

/** Cells of the shared Int32Array. */
export const Cell = {
  /** Counts events: what a sleeping program watches. */
  EVENTS: 0,
  /** Signals that arrived, one bit each: numbers 1–31 and 32–64. */
  SIGNALS: 1,
  MORE_SIGNALS: 2,
  /** 1 once the attendant listens. */
  READY: 3,
  COUNT: 4,
} as const;

/** To the attendant. Those with an `id` are answered. */
export type Order =
  | { readonly kind: 'watch'; readonly id: number; readonly signals: readonly number[] };

/** From it. */
export type Report =
  | { readonly kind: 'done'; readonly id: number };
