import type { PyType } from './type.ts';

/** More attributes than this and an instance keeps them in a dict. */
const maxSlots = 64;

/**
 * The attribute layout that instances of one class share: which attribute is in which slot. Instances that got the same
 * attributes in the same order share a shape, so one comparison at a call site tells class and slot at once.
 */
export class Shape {
  readonly type: PyType;
  /** Attribute names by slot. */
  readonly names: readonly string[];
  readonly slots: ReadonlyMap<string, number>;
  private transitions: Map<string, Shape> | null;

  constructor(type: PyType, names: readonly string[], slots: ReadonlyMap<string, number>) {
    this.type = type;
    this.names = names;
    this.slots = slots;
    this.transitions = null;
  }

  static root(type: PyType): Shape {
    return new Shape(type, [], new Map());
  }

  /** The shape with one attribute more (in slot `this.names.length`), or null when a dict should be used. */
  with(name: string): Shape | null {
    this.transitions ??= new Map();
    let next = this.transitions.get(name);
    if (next === undefined) {
      if (this.names.length >= maxSlots) return null;
      const slots = new Map(this.slots);
      slots.set(name, this.names.length);
      next = new Shape(this.type, [...this.names, name], slots);
      this.transitions.set(name, next);
    }
    return next;
  }
}
