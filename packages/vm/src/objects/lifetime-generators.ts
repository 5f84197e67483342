import type { PyObject, PyValue } from '../core/value.ts';
import type { ExcInfo, VM } from '../core/vm.ts';
import type { PyType } from '../core/type.ts';
import { Exit, Frame } from '../interpreter/frame.ts';
import { delegate } from '../interpreter/generators.ts';
import { lookupAttr } from '../protocol/attribute.ts';
import { call } from '../protocol/call.ts';
import { strText } from '../protocol/repr.ts';
import { reportUnraisable } from '../modules/sys/unraisable.ts';
import { GeneratorState, PyGenerator } from './generator.ts';
import { generator_del } from './generator-methods.ts';
import { unwatch, watch } from './lifetime.ts';
import type { Watched } from './lifetime.ts';
import { None } from './none.ts';

/*
 * The deaths of generators and coroutines. One that is suspended inside a `try` or `with` is closed when it dies: its frame, which then
 * does not lead back to it, is kept, and another generator over the same frame is closed. A coroutine that dies before it has begun is
 * warned of.
 */

interface GeneratorDeaths {
  /** Coroutines made and generators guarded lately: most are awaited or finished at once, and need not be watched one by one. */
  young: PyGenerator[];
  /** Coroutines that nobody had awaited when last looked at. */
  readonly unawaited: Set<Unawaited>;
  /** Guarded generators that are watched. */
  readonly guards: Map<Frame, Guard>;
}

function deaths(vm: VM): GeneratorDeaths {
  return vm.state('deaths of generators', () => ({ young: [], unawaited: new Set<Unawaited>(), guards: new Map<Frame, Guard>() }));
}

const youngLimit = 256;

/** A new coroutine: if it dies without having been awaited, a RuntimeWarning says so. */
export function watchCoroutine(vm: VM, coroutine: PyGenerator): void {
  addYoung(vm, coroutine);
}

/** A generator is about to be suspended where its end has something to do: from here until it ends its death is waited for. */
export function guardGenerator(vm: VM, generator: PyGenerator): void {
  const frame = generator.frame as Frame; // It has not ended.
  if (frame.exit & Exit.GUARDED) return;
  frame.exit |= Exit.GUARDED;
  addYoung(vm, generator);
}

/** A guarded generator is suspended: its frame does not lead to it, so that it can die. `pushGenerator` and the loop join them again. */
export function suspendGuarded(vm: VM, generator: PyGenerator, frame: Frame): void {
  generator.state = GeneratorState.GUARDED;
  frame.generator = null;
  frame.exit |= Exit.GUARDED;
  deaths(vm).guards.get(frame)?.update(generator);
}

/** A guarded generator has ended. */
export function releaseGenerator(vm: VM, frame: Frame): void {
  const { guards } = deaths(vm);
  const guard = guards.get(frame);
  if (guard === undefined) return;
  guards.delete(frame);
  unwatch(vm, guard);
}

/** The generator of a guarded frame that is suspended; null if it has died. */
export function guardedGenerator(vm: VM, frame: Frame): PyGenerator | null {
  settleYoung(vm);
  return (deaths(vm).guards.get(frame)?.target.deref() ?? null) as PyGenerator | null; // A guard's target is one.
}

function addYoung(vm: VM, generator: PyGenerator): void {
  if (deaths(vm).young.push(generator) >= youngLimit) settleYoung(vm);
}

/** Watches those of the young generators that need it. */
export function settleYoung(vm: VM): void {
  const state = deaths(vm);
  const { young, unawaited, guards } = state;
  state.young = [];
  for (const item of unawaited) {
    if (!item.begun) continue;
    unawaited.delete(item);
    unwatch(vm, item);
  }
  for (const generator of young) {
    const { frame } = generator;
    if (frame === null) continue;
    if (frame.exit & Exit.GUARDED) {
      if (guards.has(frame)) continue;
      const guard = new Guard(generator, frame);
      guards.set(frame, guard);
      watch(vm, generator, guard);
    } else if (generator.state === GeneratorState.CREATED) {
      const item = new Unawaited(vm, generator);
      unawaited.add(item);
      watch(vm, generator, item);
    }
  }
}

/** Closes a guarded generator when it dies. */
class Guard implements Watched {
  readonly target: WeakRef<PyObject>;
  readonly finalizer = true;
  private readonly frame: Frame;
  private readonly cls: PyType;
  private readonly excInfo: ExcInfo;
  private readonly origin: PyValue | null;
  private readonly hook: PyValue | null;
  private name: PyValue;
  private qualname: PyValue;
  private idNumber: number | undefined;
  /** `aclose` was called. */
  private closed: boolean;

  constructor(generator: PyGenerator, frame: Frame) {
    this.target = new WeakRef<PyObject>(generator);
    this.frame = frame;
    this.cls = generator.cls;
    this.excInfo = generator.excInfo;
    this.origin = generator.origin;
    this.hook = generator.finalizer;
    this.name = generator.name;
    this.qualname = generator.qualname;
    this.idNumber = generator.idNumber;
    this.closed = generator.closed;
  }

  /** The generator is suspended again. */
  update(generator: PyGenerator): void {
    this.name = generator.name;
    this.qualname = generator.qualname;
    this.idNumber = generator.idNumber;
    this.closed = generator.closed;
  }

  died(vm: VM): void {
    const { guards } = deaths(vm);
    guards.delete(this.frame);
    const generator = this.revive();
    generator_del(vm, generator);
    // One that did not obey GeneratorExit has had its chance; one that the event loop is to close goes on to live.
    if (generator.finalizer === null) releaseGenerator(vm, this.frame);
  }

  unreachable(vm: VM, generator: PyGenerator): void {
    deaths(vm).guards.delete(this.frame);
    if (generator.state === GeneratorState.GUARDED) generator_del(vm, generator);
    if (generator.finalizer === null) releaseGenerator(vm, this.frame);
  }

  ended(vm: VM): void {
    const generator = this.target.deref() as PyGenerator | undefined; // A guard's target is one.
    if (generator === undefined) this.died(vm);
    else this.unreachable(vm, generator);
  }

  /** Another generator, which nobody can tell from the one that is gone. */
  private revive(): PyGenerator {
    const { frame } = this;
    const generator = new PyGenerator(this.cls, frame, this.name, this.qualname);
    generator.state = GeneratorState.GUARDED;
    generator.excInfo = this.excInfo;
    generator.origin = this.origin;
    generator.finalizer = this.hook;
    generator.hooksInited = true;
    generator.closed = this.closed;
    generator.runningAsync = generator.isAsync && delegate(generator) !== null;
    if (this.idNumber !== undefined) generator.idNumber = this.idNumber;
    return generator;
  }
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
    deaths(vm).unawaited.delete(this);
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
