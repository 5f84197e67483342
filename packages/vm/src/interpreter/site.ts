import type { PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { Shape } from '../core/shape.ts';

/** Executions until the next look after a success, and the longest wait after failures (CPython 3.12: adaptive_counter_*). */
const cooldown = 52;
const maxBackoff = 12;

/**
 * What one instruction remembers between executions (CPython's inline cache). Which fields mean something depends on the
 * specialised instruction; see interpreter/specialize.ts.
 */
export class Site {
  /** Executions until the next attempt to specialise. */
  counter: number;
  backoff: number;
  /** Version of a type, a dict's keys or a function that must be as remembered. */
  version: number;
  version2: number;
  /** Slot of an instance, entry of a dict, member of a class with slots. */
  index: number;
  type: PyType | null;
  shape: Shape | null;
  /** Shape after the store that adds an attribute. */
  nextShape: Shape | null;
  /** Beside it, in the forms that look at a shape or a class: what serves another one. */
  other: Site | null;
  /** The descriptor, method or function found. */
  value: PyValue | undefined;
  /** Names of keyword arguments of a CALL that follows KW_NAMES. */
  kwnames: readonly string[] | null;
  /** Whatever else a family of instructions prepares (see bind-arguments.ts). */
  plan: object | null;

  constructor() {
    this.counter = 0;
    this.backoff = 1;
    this.version = 0;
    this.version2 = 0;
    this.index = 0;
    this.type = null;
    this.shape = null;
    this.nextShape = null;
    this.other = null;
    this.value = undefined;
    this.kwnames = null;
    this.plan = null;
  }

  /** The site was specialised. */
  succeeded(): void {
    this.counter = cooldown;
    this.backoff = 0;
  }

  /** Nothing fits: wait longer before the next attempt. */
  failed(): void {
    if (this.backoff < maxBackoff) this.backoff++;
    this.counter = (1 << this.backoff) - 1;
  }
}
