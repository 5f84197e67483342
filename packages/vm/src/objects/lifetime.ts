import type { PyObject, PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { Instance } from '../core/instance.ts';
import type { PyDict } from './dict.ts';
import { instanceDict } from '../protocol/attribute.ts';
import { call } from '../protocol/call.ts';
import { reportUnraisable } from '../modules/sys/unraisable.ts';
import type { PyWeakRef } from './weakref.ts';

/*
 * What happens when objects die. JavaScript's collector tells no sooner than after the fact, so what a finalizer needs is kept apart
 * from the object: `__del__` gets another object with the same class, attributes and identity number, which nobody can tell from the
 * one that is gone. Deaths are noticed by `gc.collect()`, by the loop when the host's collector has reported some, and at the end.
 */

/** Something to do when an object has died. */
interface Watched {
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
  readonly registry: FinalizationRegistry<Watched>;
  readonly remains: WeakMap<PyObject, Remains>;
}

function lifetime(vm: VM): Lifetime {
  return vm.state('lifetime', () => {
    const dead: Watched[] = [];
    const report = (watched: Watched): void => {
      dead.push(watched);
      vm.requestBreak();
    };
    return { watched: new Set<Watched>(), dead, registry: new FinalizationRegistry<Watched>(report), remains: new WeakMap<PyObject, Remains>() };
  });
}

/** Has `watched` act when `object` dies; it must not lead to the object itself. */
export function watch(vm: VM, object: PyObject, watched: Watched): void {
  const { watched: all, registry } = lifetime(vm);
  all.add(watched);
  registry.register(object, watched);
}

/** What of an instance outlives it, for `__del__`. */
class Remains implements Watched {
  readonly target: WeakRef<PyObject>;
  readonly finalizer = true;
  cls: PyType;
  dict: PyDict | null;
  private readonly members: (PyValue | undefined)[] | undefined;
  private readonly idNumber: number;

  constructor(vm: VM, instance: Instance) {
    this.target = new WeakRef<PyObject>(instance);
    this.cls = instance.cls;
    this.dict = instanceDict(vm, instance);
    this.members = instance.members;
    this.idNumber = vm.idOf(instance);
  }

  died(vm: VM): void {
    const twin = new Instance(this.cls, this.cls.rootShape);
    if (this.dict !== null) {
      twin.shape = null;
      twin.dict = this.dict;
    }
    if (this.members !== undefined) twin.members = this.members;
    twin.idNumber = this.idNumber;
    finalize(vm, twin);
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

/** A new instance of a class with `__del__`. */
export function watchFinalizer(vm: VM, instance: Instance): void {
  const remains = new Remains(vm, instance);
  lifetime(vm).remains.set(instance, remains);
  watch(vm, instance, remains);
}

/** The class or `__dict__` of an instance was replaced. */
export function changeRemains(vm: VM, instance: PyObject): void {
  const remains = lifetime(vm).remains.get(instance);
  if (remains === undefined) {
    if (instance instanceof Instance && instance.cls.tp_finalize !== undefined) watchFinalizer(vm, instance);
    return;
  }
  remains.cls = instance.cls;
  remains.dict = instance.dict ?? null;
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
 * A full collection, then what follows from the deaths it finds. Gives how many objects with finalizers or callbacks have died;
 * without a host that can collect on demand only what its collector reported by itself is seen.
 */
export function collectGarbage(vm: VM): number {
  forgetStacks(vm);
  const { watched, dead } = lifetime(vm);
  vm.host.collectGarbage?.();
  const found = [...watched].filter(({ target }) => target.deref() === undefined);
  dead.length = 0;
  buryAll(vm, found);
  return found.length;
}

/** Acts on what the collector has reported. */
export function noticeDeaths(vm: VM): void {
  const { dead } = lifetime(vm);
  if (dead.length > 0) buryAll(vm, dead.splice(0));
}

function buryAll(vm: VM, found: readonly Watched[]): void {
  const { watched } = lifetime(vm);
  for (const finalizers of [true, false]) {
    for (const item of found) {
      if (item.finalizer === finalizers && watched.delete(item)) item.died(vm);
    }
  }
}

/** The program is over: finalizers of what is still alive, oldest first. */
export function finalizeAll(vm: VM): void {
  const { watched } = lifetime(vm);
  for (const item of watched) {
    watched.delete(item);
    item.ended?.(vm);
  }
}

/** What finished calls and popped values left behind in the frames' stacks would keep objects alive. */
function forgetStacks(vm: VM): void {
  for (let { frame } = vm; frame !== null; frame = frame.back) frame.stack.fill(undefined, frame.sp);
}
