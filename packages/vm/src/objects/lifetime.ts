import type { PyObject } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { clockNow, threadsOf } from '../interpreter/threads.ts';
import type { Frame } from '../interpreter/frame.ts';
import { call } from '../protocol/call.ts';
import { reportUnraisable } from '../modules/sys/unraisable.ts';
import { findUnreachable } from './lifetime-cycles.ts';
import { settleYoung } from './lifetime-generators.ts';
import { None } from './none.ts';
import type { PyWeakRef } from './weakref.ts';

/*
 * What happens when objects die. JavaScript's collector tells no sooner than after the fact, so what is needed then is kept apart from
 * the object: see lifetime-finalizers.ts and lifetime-generators.ts. Deaths are noticed by `gc.collect()`, by the loop when the host's
 * collector has reported some or many objects have come to be watched, and at the end.
 */

/** Something to do when an object has died. */
export interface Watched {
  readonly target: WeakRef<PyObject>;
  /** Finalizers run before callbacks of weak references. */
  readonly finalizer: boolean;
  died(vm: VM): void;
  /** The object has not died, but nothing of the program leads to it: the default is as if it had. */
  unreachable?(vm: VM, object: PyObject): void;
  /** The program ends while the object lives. */
  ended?(vm: VM): void;
}

interface Lifetime {
  /** In the order in which watching began, which is numbered. */
  readonly watched: Map<Watched, number>;
  /** The number of the next. */
  next: number;
  /** Reported by the collector, not acted on yet. */
  readonly dead: Watched[];
  /** Null in a VM that is to be kept: a snapshot can hold none. */
  registry: FinalizationRegistry<Watched> | null;
  /** Objects that came to be watched or weakly referred to since the last sweep, and how many make the next one worth while. */
  grown: number;
  sweepAt: number;
  /** Who holds objects back that need not be watched yet: called before a collection, to watch them. */
  readonly holders: ((vm: VM) => void)[];
}

/** A sweep looks at all that is watched: after that many new ones, and when they have doubled. */
const sweepAtLeast = 10_000;
/** New ones that are worth a millisecond of collecting. */
const collectionsWorth = 300;

function lifetime(vm: VM): Lifetime {
  return vm.state('lifetime', () => {
    const dead: Watched[] = [];
    return { watched: new Map<Watched, number>(), next: 0, dead, registry: vm.options.toBeKept === true ? null : newRegistry(vm, dead), grown: 0, sweepAt: sweepAtLeast, holders: [settleYoung] };
  });
}

function newRegistry(vm: VM, dead: Watched[]): FinalizationRegistry<Watched> {
  return new FinalizationRegistry<Watched>((watched) => {
    dead.push(watched);
    vm.requestBreak();
  });
}

/** In a VM that was kept and goes on now: from here the collector tells of deaths. */
export function watchKept(vm: VM): void {
  const state = lifetime(vm);
  state.registry = newRegistry(vm, state.dead);
  for (const item of state.watched.keys()) {
    const object = item.target.deref();
    if (object === undefined) state.dead.push(item);
    else state.registry.register(object, item, item);
  }
}

/** Has `watched` act when `object` dies; it must not lead to the object itself. */
export function watch(vm: VM, object: PyObject, watched: Watched): void {
  const state = lifetime(vm);
  state.watched.set(watched, state.next++);
  state.registry?.register(object, watched, watched);
  grow(vm, state);
}

/** Nothing is to be done any more. False if nothing was. */
export function unwatch(vm: VM, watched: Watched): boolean {
  const state = lifetime(vm);
  state.registry?.unregister(watched);
  return state.watched.delete(watched);
}

/** Has `settle` called before each collection: it calls {@link watch} for objects that it has held back until then. */
export function beforeCollections(vm: VM, settle: (vm: VM) => void): void {
  lifetime(vm).holders.push(settle);
}

function grow(vm: VM, state: Lifetime): void {
  if (++state.grown >= state.sweepAt) vm.requestBreak();
}

/** There is one more weak reference: the host's collector spares its object until the next sweep. */
export function countReference(vm: VM): void {
  grow(vm, lifetime(vm));
}

/** A weak reference with a callback, which is called if the program still has the reference then. */
export function watchReference(vm: VM, object: PyObject, reference: PyWeakRef): void {
  watch(vm, object, new Callback(reference));
}

class Callback implements Watched {
  readonly target: WeakRef<PyObject>;
  readonly finalizer = false;
  private readonly reference: WeakRef<PyWeakRef>;

  constructor(reference: PyWeakRef) {
    this.target = reference.target;
    this.reference = new WeakRef(reference);
  }

  died(vm: VM): void {
    const reference = this.reference.deref();
    if (reference !== undefined) callBack(vm, reference);
  }
}

/** Calls the callback of a reference to an object that has died, if it was not called before. */
function callBack(vm: VM, reference: PyWeakRef): void {
  const { callback } = reference;
  if (callback === null) return;
  reference.callback = null;
  try {
    call(vm, callback, [reference]);
  } catch (error) {
    reportUnraisable(vm, error, null, callback);
  }
}

/** What a collection has come upon. */
export interface Found {
  readonly dead: readonly Watched[];
  /** Their objects are there, but only for their finalizers. */
  readonly unreachable: readonly Watched[];
  /** Weak references to what cannot be reached, with whether they can be. */
  readonly references: ReadonlyMap<PyWeakRef, boolean>;
}

/** The number of what comes to be watched next, for {@link collectGarbage}. */
export function nextWatched(vm: VM): number {
  settleHolders(vm);
  return lifetime(vm).next;
}

/**
 * A full collection; gives what is known to have died of what came to be watched before number `before`, for {@link bury}. Runs no Python
 * code. Without a host that can collect on demand only what its collector reported by itself is seen.
 */
export function collectGarbage(vm: VM, before = Infinity): Found {
  settleHolders(vm);
  forgetStacks(vm);
  vm.host.collectGarbage?.();
  const items: Watched[] = [];
  for (const [item, number] of lifetime(vm).watched) if (number < before) items.push(item);
  return { dead: items.filter(isDead), ...findUnreachable(vm, vm.host.collectGarbage === undefined ? [] : items) };
}

function settleHolders(vm: VM): void {
  for (const settle of lifetime(vm).holders) settle(vm);
}

/**
 * All threads wait, perhaps for what another object's death would bring about, as where a connection is dropped and not closed: looks for
 * deaths, which {@link noticeDeaths} then acts on. Gives whether there are any.
 */
export function lookForDeaths(vm: VM): boolean {
  const { watched, dead } = lifetime(vm);
  settleHolders(vm);
  if (watched.size > 0 && vm.host.collectGarbage !== undefined) {
    for (const { frame } of threadsOf(vm).all) forgetStack(frame);
    vm.host.collectGarbage();
    dead.splice(0, dead.length, ...[...watched.keys()].filter(isDead));
  }
  return dead.length > 0;
}

function isDead({ target }: Watched): boolean {
  return target.deref() === undefined;
}

/** Acts on what the collector has reported, or has taken by itself when a sweep is due. */
export function noticeDeaths(vm: VM): void {
  const state = lifetime(vm);
  const dead = state.grown >= state.sweepAt ? sweep(vm, state) : state.dead.splice(0);
  if (dead.length > 0) bury(vm, { dead, unreachable: [], references: new Map() });
}

/** What has died meanwhile. Where the host's collector has found little by itself it is asked to look; the longer that takes, the more must come before the next time. */
function sweep(vm: VM, state: Lifetime): readonly Watched[] {
  const { watched } = state;
  let found = [...watched.keys()].filter(isDead);
  let milliseconds = 0;
  if (found.length * 2 < state.grown && vm.host.collectGarbage !== undefined) {
    const started = clockNow(vm);
    vm.host.collectGarbage();
    milliseconds = clockNow(vm) - started;
    found = [...watched.keys()].filter(isDead);
  }
  state.dead.length = 0;
  state.grown = 0;
  state.sweepAt = Math.max(sweepAtLeast, watched.size - found.length, milliseconds * collectionsWorth);
  vm.host.releaseWeakReferences?.();
  return found;
}

/**
 * Runs the finalizers of what has died, then the callbacks of weak references to it; for what cannot be reached the callbacks come first,
 * as in CPython 3.12: Modules/gcmodule.c, handle_weakrefs.
 */
export function bury(vm: VM, { dead, unreachable, references }: Found): void {
  buryDead(vm, dead, true);
  buryDead(vm, dead, false);
  for (const reference of references.keys()) reference.cleared = true;
  for (const [reference, reachable] of references) if (reachable) callBack(vm, reference);
  for (const item of unreachable) {
    const object = item.target.deref();
    if (!unwatch(vm, item)) continue;
    if (object === undefined || item.unreachable === undefined) item.died(vm);
    else item.unreachable(vm, object);
  }
}

function buryDead(vm: VM, dead: readonly Watched[], finalizers: boolean): void {
  for (const item of dead) if (item.finalizer === finalizers && unwatch(vm, item)) item.died(vm);
}

/** The program is over: finalizers of what is still alive, oldest first. */
export function finalizeAll(vm: VM): void {
  settleHolders(vm);
  for (const item of lifetime(vm).watched.keys()) {
    unwatch(vm, item);
    item.ended?.(vm);
  }
}

/** What finished calls and popped values left behind in the frames' stacks would keep objects alive. */
function forgetStacks(vm: VM): void {
  vm.result = None;
  forgetStack(vm.frame);
}

function forgetStack(top: Frame | null): void {
  for (let frame = top; frame !== null; frame = frame.back) {
    frame.stack.fill(undefined, frame.sp);
    frame.above = null;
  }
}
