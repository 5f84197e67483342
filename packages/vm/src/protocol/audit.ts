import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { GetSetDef } from '../core/native.ts';
import { Exception, RuntimeError } from '../objects/exception-types.ts';
import { PyBaseException } from '../objects/exceptions.ts';
import { None } from '../objects/none.ts';
import { newTuple } from '../objects/tuple.ts';
import { traceState } from '../interpreter/tracing.ts';
import { strFromJS } from '../core/text.ts';
import { lookupAttr } from './attribute.ts';
import { call } from './call.ts';
import { isTrue } from './truth.ts';

/* Auditing (PEP 578): hooks that hear of what a program does, and may forbid it by raising. CPython 3.12: Python/sysmodule.c, sys_audit_tstate. */

const hooksOf = (vm: VM): PyValue[] => vm.state('audit hooks', () => []);

/** Is there anybody to tell? For events whose arguments are costly. */
export function isAudited(vm: VM): boolean {
  return hooksOf(vm).length > 0;
}

/** Tells the hooks of an event, before it happens. Throws what a hook raises. */
export function audit(vm: VM, event: string, ...args: readonly PyValue[]): void {
  const hooks = hooksOf(vm);
  if (hooks.length > 0) tell(vm, hooks, strFromJS(event), newTuple(args));
}

function tell(vm: VM, hooks: readonly PyValue[], event: PyValue, args: PyValue): void {
  const tracing = traceState(vm);
  for (const hook of hooks) {
    const wish = lookupAttr(vm, hook, '__cantrace__');
    const hidden = wish === undefined || !isTrue(vm, wish) ? 1 : 0;
    tracing.depth += hidden;
    try {
      call(vm, hook, [event, args]);
    } finally {
      tracing.depth -= hidden;
    }
  }
}

/** `sys.addaudithook(hook)`: the hooks that are there already may refuse it, silently by a RuntimeError or any other Exception. */
export function addAuditHook(vm: VM, hook: PyValue): PyValue {
  try {
    audit(vm, 'sys.addaudithook');
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(Exception) && error.cls.isSubtypeOf(RuntimeError)) return None;
    throw error;
  }
  hooksOf(vm).push(hook);
  return None;
}

/** An attribute whose reading and changing is told of: `object.__getattr__`, `object.__setattr__`, `object.__delattr__`. */
export function audited(name: string, def: GetSetDef): GetSetDef {
  const { set } = def;
  return {
    doc: def.doc,
    get(vm, self) {
      audit(vm, 'object.__getattr__', self, name);
      return def.get(vm, self);
    },
    set: set === undefined ? undefined : (vm, self, value) => {
      if (value === undefined || (value === None && name !== '__code__')) audit(vm, 'object.__delattr__', self, name);
      else audit(vm, 'object.__setattr__', self, name, value);
      set(vm, self, value);
    },
  };
}
