import {
  asIndex, audit, bury, call, collectGarbage, defineModule, dictType, eachHeld, isFinalized, isPython, native, newTuple, nextWatched, None, PyDict, PyList, PySet, PyTuple, PyType, reportUnraisable, tupleType, typeOf, valueError, Walk,
} from '@py/vm/native';
import type { NativeModule, PyObject, PyValue, VM } from '@py/vm/native';
import { referrersOf } from './referrers.ts';

/* `gc` (CPython 3.12: Modules/gcmodule.c). JavaScript's collector does the work; what can be answered honestly is. */

interface GcState {
  enabled: boolean;
  /** A finalizer or callback that collects while this is true gets 0 at once. */
  collecting: boolean;
  debug: number;
  thresholds: [number, number, number];
  /** Collections of each generation since the last one of the next older; objects are not counted. */
  readonly counts: [number, number, number];
  /** Of all collections of a generation. */
  readonly stats: readonly { collections: number; collected: number }[];
  frozen: number;
  readonly callbacks: PyList;
  readonly garbage: PyList;
}

const state = (vm: VM): GcState =>
  vm.state('gc', () => ({
    enabled: true, collecting: false, debug: 0, thresholds: [700, 10, 10], counts: [0, 0, 0],
    stats: [0, 1, 2].map(() => ({ collections: 0, collected: 0 })), frozen: 0, callbacks: new PyList([]), garbage: new PyList([]),
  }));

/**
 * A collection is of all generations whatever was asked for. Gives how many objects are known to have died. It is waited for, so that
 * the loop is left: what its JavaScript variables last held must not keep objects alive. Goes on in rounds until none of what was watched
 * in the beginning is found dead: what was kept for one finalizer may have held the next object.
 */
function gc_collect(vm: VM, generation: PyValue | undefined): PyValue {
  const number = generation === undefined ? 2 : Number(asIndex(vm, generation));
  if (number < 0 || number > 2) throw valueError('invalid generation');
  const gcState = state(vm);
  if (gcState.collecting) return 0;
  const telling = (work: () => void): void => {
    gcState.collecting = true;
    try {
      work();
    } finally {
      gcState.collecting = false;
    }
  };
  telling(() => tellCallbacks(vm, 'start', number, 0));
  const before = nextWatched(vm);
  let collected = 0;
  const nothing: ReturnType<typeof collectGarbage> = { dead: [], unreachable: [], references: new Map() };
  let found = nothing;
  const collect = (): PyValue => {
    found = collectGarbage(vm, before);
    return found.dead.length + found.unreachable.length;
  };
  // What Python code follows runs when the waiting is over, in the thread that waited.
  const then = (count: PyValue): PyValue => {
    collected += Number(count);
    telling(() => bury(vm, found));
    found = nothing;
    if (count !== 0) return round();
    book(gcState, number, collected);
    telling(() => tellCallbacks(vm, 'stop', number, collected));
    return collected;
  };
  const round = (): PyValue => vm.suspend({ what: 'the collector', block: collect, start: () => Promise.resolve().then(collect), then });
  return round();
}

function book({ counts, stats }: GcState, generation: number, collected: number): void {
  stats[generation].collections++;
  stats[generation].collected += collected;
  counts.fill(0, 0, generation + 1);
  if (generation < 2) counts[generation + 1]++;
}

function gc_get_stats(vm: VM): PyValue {
  return new PyList(state(vm).stats.map((generation) => {
    const dict = new PyDict();
    dict.setStr('collections', generation.collections);
    dict.setStr('collected', generation.collected);
    dict.setStr('uncollectable', 0);
    return dict;
  }));
}

/** What a program can reach and the collector looks at. All of it counts as old. */
function trackedObjects(vm: VM): PyValue[] {
  const found: PyValue[] = [];
  new Walk(vm).from(vm, (object) => {
    if (isPython(object) && isTracked(object)) found.push(object);
    return true;
  });
  return found;
}

/** A generation of -1 stands for all of them. */
function gc_get_objects(vm: VM, generation: PyValue | undefined): PyValue {
  const number = generation === undefined || generation === None ? -1 : Number(asIndex(vm, generation));
  audit(vm, 'gc.get_objects', number);
  if (number >= 3) throw valueError('generation parameter must be less than the number of available generations (3)');
  if (number < -1) throw valueError('generation parameter cannot be negative');
  return new PyList(number === -1 || number === 2 ? trackedObjects(vm) : []);
}

/**
 * Whether CPython's collector would still look at the object after a collection: not at atomic values, nor at tuples and dicts that
 * hold nothing else.
 */
function isTracked(object: PyValue): boolean {
  if (typeof object !== 'object') return false;
  const type = typeOf(object);
  if (object instanceof PyTuple && type === tupleType) return object.items.some(mayBeTracked);
  if (object instanceof PyDict && type === dictType) return [...object.keyList(), ...object.valueList()].some(mayBeTracked);
  if (object instanceof PyType) return object.isHeapType;
  return type.isHeapType || !untracked.has(type.name);
}

/** Only tuples are looked into: any other container may be tracked some day. */
function mayBeTracked(object: PyValue): boolean {
  return object instanceof PyDict || isTracked(object);
}

/** Built-in types whose instances hold no other objects. */
const untracked: ReadonlySet<string> = new Set([
  'str', 'int', 'float', 'complex', 'bytes', 'bytearray', 'range', 'code', 'object', 'NoneType', 'NotImplementedType', 'ellipsis', 'SRE_Pattern',
]);

/** What a container holds; of other objects, what they hold that is no number, str or bool. */
function referents(object: PyValue): readonly PyValue[] {
  if (object instanceof PyTuple || object instanceof PyList) return object.items;
  if (object instanceof PySet) return object.table.toArray();
  if (object instanceof PyDict) return object.keyList().flatMap((key, index) => [key, object.valueList()[index]]);
  if (!isTracked(object)) return [];
  const held: PyValue[] = [];
  eachHeld(object as PyObject, (value) => {
    if (typeof value === 'object' && value !== null && isPython(value)) held.push(value);
  });
  return held;
}

function tellCallbacks(vm: VM, phase: string, generation: number, collected: number): void {
  for (const callback of [...state(vm).callbacks.items]) {
    const info = new PyDict();
    info.setStr('generation', generation);
    info.setStr('collected', collected);
    info.setStr('uncollectable', 0);
    try {
      call(vm, callback, [phase, info]);
    } catch (error) {
      reportUnraisable(vm, error, null, callback);
    }
  }
}

/** Python's module `gc`. CPython 3.12: Modules/gcmodule.c. */
export const gc: NativeModule = defineModule(
  'gc',
  {
    DEBUG_STATS: 1, DEBUG_COLLECTABLE: 2, DEBUG_UNCOLLECTABLE: 4, DEBUG_SAVEALL: 32, DEBUG_LEAK: 38,
    garbage: (vm) => state(vm).garbage,
    callbacks: (vm) => state(vm).callbacks,
    enable: native('enable()', (vm: VM) => ((state(vm).enabled = true), None), 'Enable automatic garbage collection.'),
    disable: native('disable()', (vm: VM) => ((state(vm).enabled = false), None), 'Disable automatic garbage collection.'),
    isenabled: native('isenabled()', (vm: VM) => state(vm).enabled, 'Returns true if automatic garbage collection is enabled.'),
    collect: native('collect(generation=2)', gc_collect, 'Run the garbage collector.\n\nWith no arguments, run a full collection.  The optional argument\nmay be an integer specifying which generation to collect.  A ValueError\nis raised if the generation number is invalid.\n\nThe number of unreachable objects is returned.'),
    set_debug: native('set_debug(flags, /)', (vm: VM, flags: PyValue) => {
      state(vm).debug = Number(asIndex(vm, flags));
      return None;
    }, 'Set the garbage collection debugging flags.\n\n  flags\n    An integer that can have the following bits turned on:\n      DEBUG_STATS - Print statistics during collection.\n      DEBUG_COLLECTABLE - Print collectable objects found.\n      DEBUG_UNCOLLECTABLE - Print unreachable but uncollectable objects\n        found.\n      DEBUG_SAVEALL - Save objects to gc.garbage rather than freeing them.\n      DEBUG_LEAK - Debug leaking programs (everything but STATS).\n\nDebugging information is written to sys.stderr.'),
    get_debug: native('get_debug()', (vm: VM) => state(vm).debug, 'Get the garbage collection debugging flags.'),
    set_threshold: native('set_threshold(threshold0, threshold1=<unrepresentable>, threshold2=<unrepresentable>, /)', (vm: VM, a: PyValue, b: PyValue | undefined, c: PyValue | undefined) => {
      const { thresholds } = state(vm);
      thresholds[0] = Number(asIndex(vm, a));
      if (b !== undefined) thresholds[1] = Number(asIndex(vm, b));
      if (c !== undefined) thresholds[2] = Number(asIndex(vm, c));
      return None;
    }, 'set_threshold(threshold0, [threshold1, threshold2]) -> None\n\nSets the collection thresholds.  Setting threshold0 to zero disables\ncollection.\n').unsigned(),
    get_threshold: native('get_threshold()', (vm: VM) => newTuple(state(vm).thresholds), 'Return the current collection thresholds.'),
    get_count: native('get_count()', (vm: VM) => newTuple([...state(vm).counts]), 'Return a three-tuple of the current collection counts.'),
    get_stats: native('get_stats()', gc_get_stats, 'Return a list of dictionaries containing per-generation statistics.'),
    get_objects: native('get_objects(generation=None)', gc_get_objects, 'Return a list of objects tracked by the collector (excluding the list returned).\n\n  generation\n    Generation to extract the objects from.\n\nIf generation is not None, return only the objects tracked by the collector\nthat are in that generation.'),
    get_referrers: native('get_referrers(*objs)', (vm: VM, objects: readonly PyValue[]) => (audit(vm, 'gc.get_referrers', newTuple([...objects])), new PyList(referrersOf(vm, objects))), 'get_referrers(*objs) -> list\nReturn the list of objects that directly refer to any of objs.').unsigned(),
    get_referents: native('get_referents(*objs)', (vm: VM, objects: readonly PyValue[]) => (audit(vm, 'gc.get_referents', newTuple([...objects])), new PyList(objects.flatMap(referents))), 'get_referents(*objs) -> list\nReturn the list of objects that are directly referred to by objs.').unsigned(),
    is_tracked: native('is_tracked(obj, /)', (_vm: VM, obj: PyValue) => isTracked(obj), 'Returns true if the object is tracked by the garbage collector.\n\nSimple atomic objects will return false.'),
    is_finalized: native('is_finalized(obj, /)', (vm: VM, obj: PyValue) => isFinalized(vm, obj), 'Returns true if the object has been already finalized by the GC.'),
    freeze: native('freeze()', (vm: VM) => ((state(vm).frozen = trackedObjects(vm).length), None), 'Freeze all current tracked objects and ignore them for future collections.\n\nThis can be used before a POSIX fork() call to make the gc copy-on-write friendly.\nNote: collection before a POSIX fork() call may free pages for future allocation\nwhich can cause copy-on-write.'),
    unfreeze: native('unfreeze()', (vm: VM) => ((state(vm).frozen = 0), None), 'Unfreeze all objects in the permanent generation.\n\nPut all objects in the permanent generation back into oldest generation.'),
    get_freeze_count: native('get_freeze_count()', (vm: VM) => state(vm).frozen, 'Return the number of objects in the permanent generation.'),
  },
  { doc: 'This module provides access to the garbage collector for reference cycles.\n' },
);
