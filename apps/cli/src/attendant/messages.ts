// What the program's thread and its attendant say to each other.
import type { HostAddress } from '@py/code';

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

/** To the attendant, wanting an answer with the same `id`. */
export type Question =
  | { readonly kind: 'watch'; readonly id: number; readonly signals: readonly number[] }
  | { readonly kind: 'listen'; readonly id: number; readonly socket: number; readonly address: HostAddress }
  | { readonly kind: 'bind'; readonly id: number; readonly socket: number; readonly family: number; readonly address: HostAddress | null }
  | { readonly kind: 'lookup'; readonly id: number; readonly name: string; readonly family: number };

/** To the attendant. */
export type Order =
  | Question
  | { readonly kind: 'connect'; readonly socket: number; readonly address: HostAddress; readonly local: HostAddress | null }
  | { readonly kind: 'send'; readonly socket: number; readonly bytes: Uint8Array; readonly to: HostAddress | null }
  | { readonly kind: 'consumed'; readonly socket: number; readonly count: number }
  | { readonly kind: 'end'; readonly socket: number }
  | { readonly kind: 'close'; readonly socket: number };

/** What an answer holds. */
export interface Answer {
  readonly kind: 'answer';
  readonly id: number;
  /** Symbolic errno of what went wrong. */
  readonly error?: string;
  readonly address?: HostAddress;
  readonly addresses?: readonly string[];
}

/** From the attendant. */
export type Report =
  | Answer
  | { readonly kind: 'connected'; readonly socket: number; readonly local: HostAddress; readonly peer: HostAddress }
  | { readonly kind: 'accepted'; readonly socket: number; readonly connection: number; readonly local: HostAddress; readonly peer: HostAddress }
  | { readonly kind: 'data'; readonly socket: number; readonly bytes: Uint8Array; readonly from: HostAddress | null }
  | { readonly kind: 'end'; readonly socket: number }
  | { readonly kind: 'sent'; readonly socket: number; readonly count: number }
  | { readonly kind: 'error'; readonly socket: number; readonly code: string };
