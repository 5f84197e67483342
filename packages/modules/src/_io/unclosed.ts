import { beforeCollections, bury, callMethod, collectGarbage, instanceDict, PyBaseException, PyDict, unwatchDeath, watchDeath } from '@py/vm/native';
import type { PyObject, PyValue, VM } from '@py/vm/native';
import type { PyIOBase } from './base.ts';
import { finalizers } from './common.ts';
import { iobase_finalize } from './finalize.ts';

/*
 * Streams that die before they are closed: their data is written out, they are closed, and a ResourceWarning tells of it. What that needs
 * is in another stream of the same class, which shares what is below and what is pending with the one that is gone.
 */

interface Streams {
  /** Opened lately: most are closed soon, and need not be watched one by one. */
  young: PyIOBase[];
  readonly watched: Set<StreamWatch>;
}

const youngLimit = 64;

function streams(vm: VM): Streams {
  return vm.state('_io.streams', () => {
    finalizers(vm).unshift(() => closeAll(vm));
    beforeCollections(vm, settle);
    return { young: [], watched: new Set<StreamWatch>() };
  });
}

/** A stream is open from here. */
export function watchStream(vm: VM, stream: PyIOBase): void {
  if (stream.cls.tp_finalize !== undefined || stream.watch !== null) return;
  const { young } = streams(vm);
  if (young.length >= youngLimit) settle(vm);
  streams(vm).young.push(stream);
}

/** It is closed, or what was below it was taken away. */
export function forgetStream(vm: VM, stream: PyIOBase): void {
  const state = streams(vm);
  const { watch } = stream;
  if (watch === null) {
    const index = state.young.lastIndexOf(stream);
    if (index >= 0) state.young.splice(index, 1);
    return;
  }
  stream.watch = null;
  state.watched.delete(watch);
  unwatchDeath(vm, watch);
}

function settle(vm: VM): void {
  const state = streams(vm);
  const { young } = state;
  state.young = [];
  for (const stream of young) {
    stream.watch = new StreamWatch(vm, stream);
    state.watched.add(stream.watch);
    watchDeath(vm, stream, stream.watch);
  }
}

/** Closes the streams that have died unclosed, as far as can be known. */
export function closeDead(vm: VM): void {
  bury(vm, collectGarbage(vm));
}

/** The program is over: what is on top is closed first, and closes what is below. */
function closeAll(vm: VM): void {
  settle(vm);
  for (const { target } of [...streams(vm).watched].reverse()) {
    const stream = target.deref();
    if (stream !== undefined && !isStandard(vm, stream)) iobase_finalize(vm, stream);
  }
}

function isStandard(vm: VM, stream: PyObject): boolean {
  try {
    return Number(callMethod(vm, stream, 'fileno')) <= 2;
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    return false;
  }
}

/** Closes a stream that has died. */
export class StreamWatch {
  readonly target: WeakRef<PyObject>;
  readonly finalizer = true;
  private readonly twin: PyIOBase;

  constructor(vm: VM, stream: PyIOBase) {
    this.target = new WeakRef<PyObject>(stream);
    const dict = instanceDict(vm, stream);
    vm.idOf(stream);
    const twin: unknown = Object.create(Object.getPrototypeOf(stream) as object);
    this.twin = twin as PyIOBase;
    this.renew(stream);
    // What a program has put into a stream of ours is not looked at any more, and may lead to it.
    if (!stream.cls.isHeapType && dict !== null) this.twin.dict = shownAttributes(dict);
  }

  /** The stream is another now, in what it does when it is closed. */
  renew(stream: PyIOBase): void {
    const { dict } = this.twin;
    Object.assign(this.twin, stream);
    if (dict !== undefined) this.twin.dict = dict;
    this.twin.watch = null;
    this.twin.weakrefs = undefined;
  }

  died(vm: VM): void {
    streams(vm).watched.delete(this);
    iobase_finalize(vm, this.twin);
  }

  unreachable(vm: VM, stream: PyObject): void {
    streams(vm).watched.delete(this);
    iobase_finalize(vm, stream);
  }
}

/** What the repr of a stream tells. */
function shownAttributes(dict: PyDict): PyDict {
  const shown = new PyDict();
  for (const name of ['name', 'mode']) {
    const value: PyValue | undefined = dict.getStr(name);
    if (value !== undefined) shown.setStr(name, value);
  }
  return shown;
}
