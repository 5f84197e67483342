import { asIndex, defineModule, native, newTuple, None, PyList, valueError } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';

/*
 * `_tracemalloc` (CPython 3.12: Modules/_tracemalloc.c), as far as JavaScript knows: where an object was made nobody has noted, so
 * there are no traces, but what natives say they allocate (`vm.allocate`) is counted while tracing is on.
 */

interface Tracing {
  on: boolean;
  frames: number;
  /** `vm.allocated` when tracing began, and the most that it was above that. */
  start: number;
  peak: number;
}

const tracing = (vm: VM): Tracing => vm.state('_tracemalloc', () => ({ on: false, frames: 1, start: 0, peak: 0 }));

function start(vm: VM, nframe: PyValue | undefined): PyValue {
  const frames = nframe === undefined ? 1 : asIndex(vm, nframe);
  if (frames < 1 || frames > 65535) throw valueError('the number of frames must be in range [1; 65535]');
  const state = tracing(vm);
  if (state.on) return None;
  Object.assign(state, { on: true, frames: Number(frames), start: vm.allocated, peak: 0 });
  return None;
}

/** Bytes since tracing began. The count starts again where limits are looked at, so that it may fall. */
function current(vm: VM, state: Tracing): number {
  if (vm.allocated < state.start) state.start = vm.allocated;
  const bytes = Math.max(0, vm.allocated - state.start);
  state.peak = Math.max(state.peak, bytes);
  return bytes;
}

function get_traced_memory(vm: VM): PyValue {
  const state = tracing(vm);
  if (!state.on) return newTuple([0, 0]);
  const bytes = current(vm, state);
  return newTuple([bytes, state.peak]);
}

/** Python's module `_tracemalloc`. */
export const _tracemalloc: NativeModule = defineModule(
  '_tracemalloc',
  {
    is_tracing: native('is_tracing()', (vm: VM) => tracing(vm).on, 'Return True if the tracemalloc module is tracing Python memory allocations.'),
    clear_traces: native('clear_traces()', (vm: VM) => {
      Object.assign(tracing(vm), { start: vm.allocated, peak: 0 });
      return None;
    }, 'Clear traces of memory blocks allocated by Python.'),
    _get_traces: native('_get_traces()', () => new PyList([]), 'Get traces of all memory blocks allocated by Python.\n\nReturn a list of (size: int, traceback: tuple) tuples.\ntraceback is a tuple of (filename: str, lineno: int) tuples.\n\nReturn an empty list if the tracemalloc module is disabled.'),
    _get_object_traceback: native('_get_object_traceback(obj, /)', () => None, 'Get the traceback where the Python object obj was allocated.\n\nReturn a tuple of (filename: str, lineno: int) tuples.\nReturn None if the tracemalloc module is disabled or did not\ntrace the allocation of the object.'),
    start: native('start(nframe=1, /)', start, 'Start tracing Python memory allocations.\n\nAlso set the maximum number of frames stored in the traceback of a\ntrace to nframe.'),
    stop: native('stop()', (vm: VM) => {
      tracing(vm).on = false;
      return None;
    }, 'Stop tracing Python memory allocations.\n\nAlso clear traces of memory blocks allocated by Python.'),
    get_traceback_limit: native('get_traceback_limit()', (vm: VM) => tracing(vm).frames, 'Get the maximum number of frames stored in the traceback of a trace.\n\nBy default, a trace of an allocated memory block only stores\nthe most recent frame: the limit is 1.'),
    get_tracemalloc_memory: native('get_tracemalloc_memory()', () => 0, 'Get the memory usage in bytes of the tracemalloc module.\n\nThis memory is used internally to trace memory allocations.'),
    get_traced_memory: native('get_traced_memory()', get_traced_memory, 'Get the current size and peak size of memory blocks traced by tracemalloc.\n\nReturns a tuple: (current: int, peak: int).'),
    reset_peak: native('reset_peak()', (vm: VM) => {
      const state = tracing(vm);
      state.peak = 0;
      current(vm, state);
      return None;
    }, 'Set the peak size of memory blocks traced by tracemalloc to the current size.\n\nDo nothing if the tracemalloc module is not tracing memory allocations.'),
  },
  { doc: 'Debug module to trace memory blocks allocated by Python.' },
);
