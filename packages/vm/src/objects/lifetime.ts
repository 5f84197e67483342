import type { PyObject, PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { Instance } from '../core/instance.ts';
import { PyDict } from './dict.ts';
import { Frame } from '../interpreter/frame.ts';
import { None } from './none.ts';
import { PyList } from './list.ts';
import { PyByteArray } from './bytearray.ts';
import { GeneratorState, PyGenerator } from './generator.ts';
import { instanceDict, lookupAttr } from '../protocol/attribute.ts';
import { strText } from '../protocol/repr.ts';
import { call } from '../protocol/call.ts';
import { reportUnraisable } from '../modules/sys/unraisable.ts';
import type { PyWeakRef } from './weakref.ts';

/*
 * What happens when objects die. JavaScript's collector tells no sooner than after the fact, so what a finalizer needs is kept apart
 * from the object: `__del__` gets another object with the same class, attributes and identity number, which nobody can tell from the
 * one that is gone. Deaths are noticed by `gc.collect()`, by the loop when the host's collector has reported some, and at the end.
 */

/** Something to do when an object has died. */
export interface Watched {
  readonly target: WeakRef<PyObject>;
  /** Finalizers run before callbacks of weak references. */
  readonly finalizer: boolean;
  died(vm: VM): void;
  /** The program ends while the object lives. */
  ended?(vm: VM): void;
}

interface Lifetime {
  /** In the order in which watching began. */
  readonly watched: Set<Watched>;
  /** Reported by the collector, not acted on yet. */
  readonly dead: Watched[];
  /** Null in a VM that is to be kept: a snapshot can hold none. */
  registry: FinalizationRegistry<Watched> | null;
  readonly remains: WeakMap<PyObject, Remains>;
  /** Coroutines that nobody had awaited when last looked at. */
  readonly unawaited: Set<Unawaited>;
  /** Coroutines made lately: most are awaited at once, and need not be watched. */
  young: PyGenerator[];
}

function lifetime(vm: VM): Lifetime {
  return vm.state('lifetime', () => {
    const dead: Watched[] = [];
    return { watched: new Set<Watched>(), dead, registry: vm.options.toBeKept === true ? null : newRegistry(vm, dead), remains: new WeakMap<PyObject, Remains>(), unawaited: new Set<Unawaited>(), young: [] };
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
  for (const item of state.watched) {
    const object = item.target.deref();
    if (object === undefined) state.dead.push(item);
    else state.registry.register(object, item);
  }
}

/** Has `watched` act when `object` dies; it must not lead to the object itself. */
export function watch(vm: VM, object: PyObject, watched: Watched): void {
  const { watched: all, registry } = lifetime(vm);
  all.add(watched);
  registry?.register(object, watched);
}

/** What of an instance outlives it, for `__del__`. */
class Remains implements Watched {
  readonly target: WeakRef<PyObject>;
  readonly finalizer = true;
  /** Same class, same attributes, same contents, same `id()`. */
  readonly twin: PyObject;

  constructor(vm: VM, object: PyObject) {
    this.target = new WeakRef<PyObject>(object);
    instanceDict(vm, object);
    vm.idOf(object);
    const twin: unknown = Object.create(Object.getPrototypeOf(object) as object);
    this.twin = Object.assign(twin as PyObject, object);
  }

  died(vm: VM): void {
    this.twin.weakrefs = undefined;
    finalize(vm, this.twin);
  }

  ended(vm: VM): void {
    const object = this.target.deref();
    if (object !== undefined) finalize(vm, object);
  }
}

function finalize(vm: VM, object: PyObject): void {
  const method = object.cls.lookup('__del__');
  if (method === undefined) return;
  try {
    call(vm, method, [object]);
  } catch (error) {
    reportUnraisable(vm, error, null, method);
  }
}

/** A new instance of a class with `__del__`. Not of a list or dict: their contents move when they change. */
export function watchFinalizer(vm: VM, object: PyValue): void {
  if (typeof object !== 'object' || object instanceof PyList || object instanceof PyDict || object instanceof PyByteArray) return;
  const remains = new Remains(vm, object);
  lifetime(vm).remains.set(object, remains);
  watch(vm, object, remains);
}

/** The class or `__dict__` of an instance was replaced. */
export function changeRemains(vm: VM, instance: PyObject): void {
  const remains = lifetime(vm).remains.get(instance);
  if (remains === undefined) {
    if (instance instanceof Instance && instance.cls.tp_finalize !== undefined) watchFinalizer(vm, instance);
    return;
  }
  Object.assign(remains.twin, instance);
}

/** After this many new coroutines, those that nobody has awaited yet are watched one by one. */
const youngLimit = 256;

/** A new coroutine: if it dies without having been awaited, a RuntimeWarning says so. */
export function watchCoroutine(vm: VM, coroutine: PyGenerator): void {
  const { young } = lifetime(vm);
  if (young.push(coroutine) >= youngLimit) watchUnawaited(vm);
}

function watchUnawaited(vm: VM): void {
  const state = lifetime(vm);
  const { young, unawaited } = state;
  state.young = [];
  for (const item of unawaited) if (item.begun) unawaited.delete(item);
  for (const coroutine of young) if (coroutine.state === GeneratorState.CREATED) unawaited.add(new Unawaited(vm, coroutine));
}

/** A coroutine that has not begun, as far as is known. */
class Unawaited implements Watched {
  readonly target: WeakRef<PyObject>;
  readonly finalizer = true;
  /** What `warnings` is told about. */
  private readonly twin: PyGenerator;
  /** Of the real frame: what begins it leaves a value there. */
  private readonly stack: readonly (PyValue | undefined)[];

  constructor(vm: VM, coroutine: PyGenerator) {
    this.target = new WeakRef<PyObject>(coroutine);
    const { code, globals, builtins, stack } = coroutine.frame as Frame; // It has not begun, so it has one.
    this.stack = stack;
    this.twin = new PyGenerator(coroutine.cls, new Frame(code, [], globals, builtins, null, null), coroutine.name, coroutine.qualname);
    this.twin.origin = coroutine.origin;
    this.twin.idNumber = vm.idOf(coroutine);
    this.twin.state = GeneratorState.CLOSED;
    this.twin.frame = null;
  }

  get begun(): boolean {
    return this.stack[this.twin.code.stackBase] !== undefined;
  }

  died(vm: VM): void {
    if (!this.begun) warnUnawaited(vm, this.twin);
  }

  ended(vm: VM): void {
    this.died(vm);
  }
}

/** So that a coroutine which is closed before it began counts as used. */
export function markBegun(frame: Frame): void {
  frame.stack[frame.code.stackBase] ??= None;
}

/** CPython 3.12: Python/_warnings.c, _PyErr_WarnUnawaitedCoroutine. */
export function warnUnawaited(vm: VM, coroutine: PyGenerator): void {
  try {
    const warnings = vm.modules.getStr('warnings');
    const warn = warnings === undefined ? undefined : lookupAttr(vm, warnings, '_warn_unawaited_coroutine');
    if (warn !== undefined) call(vm, warn, [coroutine]);
    else vm.warn('RuntimeWarning', `coroutine '${strText(vm, coroutine.qualname)}' was never awaited`, 1);
  } catch (error) {
    reportUnraisable(vm, error, null, coroutine);
  }
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
    if (reference === undefined || reference.callback === null) return;
    const { callback } = reference;
    reference.callback = null;
    try {
      call(vm, callback, [reference]);
    } catch (error) {
      reportUnraisable(vm, error, null, callback);
    }
  }
}

/**
 * A full collection; gives what is known to have died, for {@link bury}. Runs no Python code. Without a host that can collect on demand
 * only what its collector reported by itself is seen.
 */
export function collectGarbage(vm: VM): readonly Watched[] {
  forgetStacks(vm);
  watchUnawaited(vm);
  const { watched, unawaited, dead } = lifetime(vm);
  vm.host.collectGarbage?.();
  dead.length = 0;
  return [...unawaited, ...watched].filter(({ target }) => target.deref() === undefined);
}

/** Acts on what the collector has reported. */
export function noticeDeaths(vm: VM): void {
  const { dead } = lifetime(vm);
  if (dead.length > 0) bury(vm, dead.splice(0));
}

/** Runs the finalizers of what has died, then the callbacks of weak references to it. */
export function bury(vm: VM, found: readonly Watched[]): void {
  const { watched, unawaited } = lifetime(vm);
  for (const finalizers of [true, false]) {
    for (const item of found) {
      if (item.finalizer === finalizers && (watched.delete(item) || (item instanceof Unawaited && unawaited.delete(item)))) item.died(vm);
    }
  }
}

/** The program is over: finalizers of what is still alive, oldest first. */
export function finalizeAll(vm: VM): void {
  watchUnawaited(vm);
  const { watched, unawaited } = lifetime(vm);
  for (const item of unawaited) item.ended(vm);
  unawaited.clear();
  for (const item of watched) {
    watched.delete(item);
    item.ended?.(vm);
  }
}

/** What finished calls and popped values left behind in the frames' stacks would keep objects alive. */
function forgetStacks(vm: VM): void {
  vm.result = None;
  for (let { frame } = vm; frame !== null; frame = frame.back) {
    frame.stack.fill(undefined, frame.sp);
    frame.above = null;
  }
}
