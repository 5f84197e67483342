import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import type { NativeDef } from '../../core/native.ts';
import { native } from '../../core/native.ts';
import { None } from '../../objects/none.ts';
import { threadsOf } from '../../interpreter/threads.ts';
import { traceState, tracingChanged } from '../../interpreter/tracing.ts';
import { audit } from '../../protocol/audit.ts';

function sys_settrace(vm: VM, function_: PyValue): PyValue {
  audit(vm, 'sys.settrace');
  const state = traceState(vm);
  state.trace = function_ === None ? null : function_;
  state.opcodes = state.opcodesWanted;
  tracingChanged(vm);
  return None;
}

function sys_setprofile(vm: VM, function_: PyValue): PyValue {
  audit(vm, 'sys.setprofile');
  traceState(vm).profile = function_ === None ? null : function_;
  tracingChanged(vm);
  return None;
}

function sys_settraceallthreads(vm: VM, function_: PyValue): PyValue {
  for (const thread of threadsOf(vm).all) thread.trace = function_ === None ? null : function_;
  return sys_settrace(vm, function_);
}

function sys_setprofileallthreads(vm: VM, function_: PyValue): PyValue {
  for (const thread of threadsOf(vm).all) thread.profile = function_ === None ? null : function_;
  return sys_setprofile(vm, function_);
}

/** The functions of `sys` that are about tracing. */
export const sysTracing: readonly NativeDef[] = [
  native('settrace(function, /)', sys_settrace, 'settrace(function)\n\nSet the global debug tracing function.  It will be called on each\nfunction call.  See the debugger chapter in the library manual.').unsigned(),
  native('gettrace()', (vm: VM) => traceState(vm).trace ?? None, 'Return the global debug tracing function set with sys.settrace.\n\nSee the debugger chapter in the library manual.'),
  native('setprofile(function, /)', sys_setprofile, 'setprofile(function)\n\nSet the profiling function.  It will be called on each function call\nand return.  See the profiler chapter in the library manual.').unsigned(),
  native('getprofile()', (vm: VM) => traceState(vm).profile ?? None, 'Return the profiling function set with sys.setprofile.\n\nSee the profiler chapter in the library manual.'),
  native('_settraceallthreads(arg, /)', sys_settraceallthreads, 'Set the global debug tracing function in all running threads belonging to the current interpreter.\n\nIt will be called on each function call. See the debugger chapter\nin the library manual.'),
  native('_setprofileallthreads(arg, /)', sys_setprofileallthreads, 'Set the profiling function in all running threads belonging to the current interpreter.\n\nIt will be called on each function call and return.  See the profiler chapter\nin the library manual.'),
];
