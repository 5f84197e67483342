import { call, getAttr, importModule, newException, None, PyDict, PySet, reprText, runtimeError, setType, strFromJS } from '@py/vm/native';
import type { PyBaseException, PyType, PyValue, VM } from '@py/vm/native';

/* What the module keeps for one VM, and what it takes from the Python half of asyncio. */

interface AsyncioState {
  /** The running loop of each thread. */
  readonly running: Map<number, PyValue>;
  /** loop: task */
  readonly currentTasks: PyDict;
  readonly eagerTasks: PySet;
  scheduledTasks: PyValue | null;
  /** Number in the name of the last task. */
  lastTask: number;
  /** Things of other modules, by `module.name`. */
  readonly imported: Map<string, PyValue>;
}

export function asyncioState(vm: VM): AsyncioState {
  return vm.state('_asyncio', () => ({ running: new Map(), currentTasks: new PyDict(), eagerTasks: new PySet(setType), scheduledTasks: null, lastTask: 0, imported: new Map() }));
}

/** Something of `asyncio.*` or another module, imported when first needed. */
export function imported(vm: VM, module: string, name: string): PyValue {
  const { imported: known } = asyncioState(vm);
  const key = `${module}.${name}`;
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = getAttr(vm, importModule(vm, module), name)));
  return value;
}

export const cancelledErrorType = (vm: VM): PyType => imported(vm, 'asyncio.exceptions', 'CancelledError') as PyType; // It is a class there.

export function invalidState(vm: VM, message: string): PyBaseException {
  return newException(imported(vm, 'asyncio.exceptions', 'InvalidStateError') as PyType, strFromJS(message));
}

/** `weakref.WeakSet()` of the tasks whose loop knows them. */
export function scheduledTasks(vm: VM): PyValue {
  const state = asyncioState(vm);
  return (state.scheduledTasks ??= call(vm, imported(vm, 'weakref', 'WeakSet')));
}

// ---- the running loop ----

export const runningLoop = (vm: VM): PyValue | null => asyncioState(vm).running.get(vm.threadIdent) ?? null;

export function setRunningLoop(vm: VM, loop: PyValue): void {
  const { running } = asyncioState(vm);
  if (loop === None) running.delete(vm.threadIdent);
  else running.set(vm.threadIdent, loop);
}

/** `asyncio.get_event_loop()` */
export function eventLoop(vm: VM): PyValue {
  const running = runningLoop(vm);
  if (running !== null) return running;
  const policy = call(vm, imported(vm, 'asyncio.events', 'get_event_loop_policy'));
  return call(vm, getAttr(vm, policy, 'get_event_loop'));
}

/** `loop.call_soon(callback, argument, context=context)`; without an argument when it is null. */
export function callSoon(vm: VM, loop: PyValue, callback: PyValue, argument: PyValue | null, context: PyValue | null): void {
  const args = argument === null ? [callback] : [callback, argument];
  if (context === null) call(vm, getAttr(vm, loop, 'call_soon'), args);
  else call(vm, getAttr(vm, loop, 'call_soon'), [...args, context], ['context']);
}

// ---- current tasks ----

export function enterTask(vm: VM, loop: PyValue, task: PyValue): void {
  const { currentTasks } = asyncioState(vm);
  const current = currentTasks.get(vm, loop);
  if (current !== undefined) throw runtimeError(`Cannot enter into task ${reprText(vm, task)} while another task ${reprText(vm, current)} is being executed.`);
  currentTasks.set(vm, loop, task);
}

export function leaveTask(vm: VM, loop: PyValue, task: PyValue): void {
  const { currentTasks } = asyncioState(vm);
  const current = currentTasks.get(vm, loop);
  if (current !== task) throw runtimeError(`Leaving task ${reprText(vm, task)} does not match the current task ${current === undefined ? 'None' : reprText(vm, current)}.`);
  currentTasks.delete(vm, loop);
}

/** Makes another task (or None) the current one and gives the one before. */
export function swapTask(vm: VM, loop: PyValue, task: PyValue): PyValue {
  const { currentTasks } = asyncioState(vm);
  const before = currentTasks.get(vm, loop) ?? None;
  if (task === None) currentTasks.delete(vm, loop);
  else currentTasks.set(vm, loop, task);
  return before;
}
