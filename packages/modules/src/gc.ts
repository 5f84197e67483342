import { asIndex, defineModule, native, newTuple, None, PyList, Instance, PyObject } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';

/* `gc` (CPython 3.12: Modules/gcmodule.c). JavaScript's collector does the work; what can be answered honestly is. */

interface GcState {
  enabled: boolean;
  debug: number;
  thresholds: [number, number, number];
  readonly callbacks: PyList;
  readonly garbage: PyList;
}

const state = (vm: VM): GcState => vm.state('gc', () => ({ enabled: true, debug: 0, thresholds: [700, 10, 10], callbacks: new PyList([]), garbage: new PyList([]) }));

export const gc: NativeModule = defineModule(
  'gc',
  {
    DEBUG_STATS: 1, DEBUG_COLLECTABLE: 2, DEBUG_UNCOLLECTABLE: 4, DEBUG_SAVEALL: 32, DEBUG_LEAK: 38,
    garbage: (vm) => state(vm).garbage,
    callbacks: (vm) => state(vm).callbacks,
    enable: native('enable()', (vm: VM) => ((state(vm).enabled = true), None), 'Enable automatic garbage collection.'),
    disable: native('disable()', (vm: VM) => ((state(vm).enabled = false), None), 'Disable automatic garbage collection.'),
    isenabled: native('isenabled()', (vm: VM) => state(vm).enabled, 'Returns true if automatic garbage collection is enabled.'),
    collect: native('collect(generation=2)', () => 0, 'Run the garbage collector.\n\nWith no arguments, run a full collection.  The optional argument\nmay be an integer specifying which generation to collect.  A ValueError\nis raised if the generation number is invalid.\n\nThe number of unreachable objects is returned.'),
    set_debug: native('set_debug(flags, /)', (vm: VM, flags: PyValue) => {
      state(vm).debug = Number(asIndex(vm, flags));
      return None;
    }, 'Set the garbage collection debugging flags.'),
    get_debug: native('get_debug()', (vm: VM) => state(vm).debug, 'Get the garbage collection debugging flags.'),
    set_threshold: native('set_threshold(threshold0, threshold1=<unrepresentable>, threshold2=<unrepresentable>, /)', (vm: VM, a: PyValue, b: PyValue | undefined, c: PyValue | undefined) => {
      const { thresholds } = state(vm);
      thresholds[0] = Number(asIndex(vm, a));
      if (b !== undefined) thresholds[1] = Number(asIndex(vm, b));
      if (c !== undefined) thresholds[2] = Number(asIndex(vm, c));
      return None;
    }, 'set_threshold(threshold0, [threshold1, threshold2]) -> None\n\nSets the collection thresholds.  Setting threshold0 to zero disables\ncollection.\n'),
    get_threshold: native('get_threshold()', (vm: VM) => newTuple(state(vm).thresholds), 'Return the current collection thresholds.'),
    get_count: native('get_count()', () => newTuple([0, 0, 0]), 'Return a three-tuple of the current collection counts.'),
    get_stats: native('get_stats()', () => new PyList([]), 'Return a list of dictionaries containing per-generation statistics.'),
    get_objects: native('get_objects(generation=None)', () => new PyList([]), 'Return a list of objects tracked by the collector (excluding the list returned).'),
    get_referrers: native('get_referrers(*objs)', () => new PyList([]), 'Return the list of objects that directly refer to any of objs.'),
    get_referents: native('get_referents(*objs)', () => new PyList([]), 'Return the list of objects that are directly referred to by objs.'),
    is_tracked: native('is_tracked(obj, /)', (_vm: VM, obj: PyValue) => obj instanceof PyObject && (obj instanceof Instance || obj instanceof PyList || !['str', 'float', 'bytes', 'complex', 'NoneType'].includes(obj.cls.name)), 'Returns true if the object is tracked by the garbage collector.'),
    is_finalized: native('is_finalized(obj, /)', () => false, 'Returns true if the object has been already finalized by the GC.'),
    freeze: native('freeze()', () => None, 'Freeze all current tracked objects and ignore them for future collections.'),
    unfreeze: native('unfreeze()', () => None, 'Unfreeze all objects in the permanent generation.'),
    get_freeze_count: native('get_freeze_count()', () => 0, 'Return the number of objects in the permanent generation.'),
  },
  { doc: 'This module provides access to the garbage collector for reference cycles.\n' },
);
