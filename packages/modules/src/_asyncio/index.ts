import { callMethod, defineModule, fillType, native, None, runtimeError } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';
import { docs } from './docs.ts';
import { futureSpec, futureType } from './future.ts';
import { asyncioState, enterTask, eventLoop, leaveTask, runningLoop, scheduledTasks, setRunningLoop, swapTask } from './state.ts';
import { taskSpec, taskType } from './task.ts';

/* `_asyncio` (CPython 3.12: Modules/_asynciomodule.c). */

fillType(futureType, futureSpec);
fillType(taskType, taskSpec);

function get_running_loop(vm: VM): PyValue {
  const loop = runningLoop(vm);
  if (loop === null) throw runtimeError('no running event loop');
  return loop;
}

const done = (act: (vm: VM, ...args: PyValue[]) => void) => (vm: VM, ...args: PyValue[]): PyValue => {
  act(vm, ...args);
  return None;
};

/** Python's module `_asyncio`. CPython 3.12: Modules/_asynciomodule.c. */
export const _asyncio: NativeModule = defineModule(
  '_asyncio',
  {
    current_task: native('current_task(loop=None)', (vm: VM, loop: PyValue | undefined) => asyncioState(vm).currentTasks.get(vm, loop === undefined || loop === None ? get_running_loop(vm) : loop) ?? None, docs.current_task),
    get_event_loop: native('get_event_loop()', eventLoop, docs.get_event_loop),
    get_running_loop: native('get_running_loop()', get_running_loop, docs.get_running_loop),
    _get_running_loop: native('_get_running_loop()', (vm: VM) => runningLoop(vm) ?? None, docs._get_running_loop),
    _set_running_loop: native('_set_running_loop(loop, /)', done(setRunningLoop), docs._set_running_loop),
    _register_task: native('_register_task(task)', done((vm, task) => callMethod(vm, scheduledTasks(vm), 'add', [task])), docs._register_task),
    _register_eager_task: native('_register_eager_task(task)', done((vm, task) => callMethod(vm, asyncioState(vm).eagerTasks, 'add', [task])), docs._register_eager_task),
    _unregister_task: native('_unregister_task(task)', done((vm, task) => callMethod(vm, scheduledTasks(vm), 'discard', [task])), docs._unregister_task),
    _unregister_eager_task: native('_unregister_eager_task(task)', done((vm, task) => callMethod(vm, asyncioState(vm).eagerTasks, 'discard', [task])), docs._unregister_eager_task),
    _enter_task: native('_enter_task(loop, task)', done(enterTask), docs._enter_task),
    _leave_task: native('_leave_task(loop, task)', done(leaveTask), docs._leave_task),
    _swap_current_task: native('_swap_current_task(loop, task)', swapTask, docs._swap_current_task),
    Future: futureType,
    Task: taskType,
    _scheduled_tasks: scheduledTasks,
    _eager_tasks: (vm: VM) => asyncioState(vm).eagerTasks,
    _current_tasks: (vm: VM) => asyncioState(vm).currentTasks,
  },
  { doc: 'Accelerator module for asyncio' },
);
