import { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { threadsOf } from '../interpreter/threads.ts';
import type { Found, Watched } from './lifetime.ts';
import { searchParts } from './lifetime-parts.ts';
import { PyModule } from './module.ts';
import { Walk, eachHeld, isPython } from './reach.ts';
import { PyWeakRef, weakrefsOf } from './weakref.ts';

type Unreachable = Pick<Found, 'unreachable' | 'references'>;

/*
 * What is kept of an object for its finalizer keeps the object itself alive when it leads back to it: `self.me = self`. JavaScript's
 * collector cannot tell; so `gc.collect()` looks itself which of the objects that are watched a program can still reach.
 */

/** States that list what is watched. */
const lists = ['lifetime', 'deaths of generators', '_io.streams'];

/** Objects that a look at what finalizers need may come to, and a few more for each of them, before everything is looked at instead. */
const nearby = 5_000;
const nearbyEach = 20;

/**
 * Those of `items` whose objects live by nothing but what is kept for finalizers. None where natives are on JavaScript's stack, which
 * may hold objects.
 */
export function findUnreachable(vm: VM, items: readonly Watched[]): Unreachable {
  const threads = threadsOf(vm);
  if (vm.nativeDepth !== threads.floor || threads.all.some(({ pinned }) => pinned)) return nothing();
  const alive = new Map<object, Watched>();
  for (const item of items) {
    const object = item.target.deref();
    if (object !== undefined && item.finalizer) alive.set(object, item);
  }
  if (alive.size === 0 || !mayBeCyclic(vm, alive)) return nothing();
  const walk = new Walk(vm);
  // What is kept for finalizers is no way to reach anything, nor are the places that list it.
  for (const item of items) walk.seen.add(item);
  for (const name of lists) {
    const list = vm.moduleStates.get(name);
    if (typeof list === 'object' && list !== null) walk.seen.add(list);
  }
  walk.from(vm);
  const lost = [...alive].filter(([object]) => !walk.seen.has(object));
  return heldByThemselves(walk, lost, alive);
}

function nothing(): Unreachable {
  return { unreachable: [], references: new Map() };
}

/**
 * Does what is kept for one of them lead back to it, as far as a short look tells? A chain is no cycle: a text file leads to its buffer,
 * which dies when the text file has.
 */
function mayBeCyclic(vm: VM, alive: ReadonlyMap<object, Watched>): boolean {
  const closed = new Set<unknown>([vm, vm.host, vm.options, vm.nativeModules, vm.modules]);
  // What leads to an object through a module is no cycle of its own.
  for (const module of vm.modules.valueList()) if (module instanceof PyModule) closed.add(module.dict);
  const locals = threadsOf(vm).all.map((thread) => thread.locals);
  const heldBy = (holder: object): object[] => {
    const held: object[] = [];
    const add = (value: unknown): void => {
      if (typeof value === 'object' && value !== null && !closed.has(value) && (!(value instanceof PyType) || value.isHeapType)) held.push(value);
    };
    eachHeld(holder, add);
    for (const values of locals) add(values.get(holder));
    add(alive.get(holder));
    return held;
  };
  const isKept = (part: ReadonlySet<object>): boolean => {
    for (const object of part) if (part.has(alive.get(object) ?? vm)) return true;
    return false;
  };
  return searchParts(alive.values(), heldBy, nearby + nearbyEach * alive.size, isKept);
}

/** Of objects that no way leads to, those that what is kept for others leads to: any other is held by JavaScript in a way that is not known. */
function heldByThemselves(walk: Walk, lost: readonly (readonly [object, Watched])[], alive: ReadonlyMap<object, Watched>): Unreachable {
  const reached = new Set(walk.seen);
  const held = new Set<Watched>();
  const references = new Map<PyWeakRef, boolean>();
  for (const [, item] of lost) walk.seen.delete(item);
  for (const [, item] of lost) {
    walk.from(item, (object) => {
      const other = alive.get(object);
      if (other !== undefined) held.add(other);
      if (isPython(object)) for (const reference of weakrefsOf(object)) if (reference instanceof PyWeakRef) references.set(reference, reached.has(reference));
      return true;
    });
  }
  return { unreachable: [...alive.values()].filter((item) => held.has(item)), references };
}
