import type { PyObject } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { threadsOf } from '../interpreter/threads.ts';
import { PyCode } from './code.ts';

/**
 * A walk over everything that objects of JavaScript hold: what a program can reach is in their fields, never in closures (DESIGN.md,
 * Calls). Code objects are not entered, nor the host.
 */
export class Walk {
  /** What has been come to. Whoever puts objects in beforehand closes those ways. */
  readonly seen: Set<object>;
  private readonly locals: readonly WeakMap<object, unknown>[];

  constructor(vm: VM) {
    this.seen = new Set<object>([vm.host, vm.options, vm.nativeModules]);
    this.locals = threadsOf(vm).all.map((thread) => thread.locals);
  }

  /** Visits everything that can be reached from a root, the root included; `visit` may end the walk by giving false. */
  from(root: object, visit?: (object: object) => boolean): void {
    const { seen, locals } = this;
    if (seen.has(root)) return;
    seen.add(root);
    const open = [root];
    const add = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || seen.has(value)) return;
      seen.add(value);
      open.push(value);
    };
    for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
      if (visit !== undefined && !visit(holder)) return;
      eachHeld(holder, add);
      for (const values of locals) add(values.get(holder));
    }
  }
}

/** Calls `add` with everything that an object of JavaScript holds. */
export function eachHeld(holder: object, add: (value: unknown) => void): void {
  if (Array.isArray(holder)) for (let i = 0; i < holder.length; i++) add(holder[i]);
  else if (holder instanceof Map) {
    for (const [key, value] of holder as Map<unknown, unknown>) {
      add(key);
      add(value);
    }
  } else if (holder instanceof Set) for (const value of holder as Set<unknown>) add(value);
  else if (!(holder instanceof PyCode) && !ArrayBuffer.isView(holder)) for (const name in holder) add((holder as Readonly<Record<string, unknown>>)[name]);
}

/** Every object of Python has its type in `cls`. */
export function isPython(value: object): value is PyObject {
  return 'cls' in value;
}
