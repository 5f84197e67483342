import { Instance } from '../core/instance.ts';
import type { PyObject, PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { reportUnraisable } from '../modules/sys/unraisable.ts';
import { instanceDict } from '../protocol/attribute.ts';
import { call } from '../protocol/call.ts';
import { watch } from './lifetime.ts';
import type { Watched } from './lifetime.ts';

/*
 * `__del__` gets another object with the same class, attributes, contents and identity number, which nobody can tell from the one that is
 * gone. It exists from the beginning, and the object looks into it for everything that may change.
 */

/** Objects whose `__del__` has run. */
const finalized = (vm: VM): WeakSet<PyObject> => vm.state('finalized', () => new WeakSet<PyObject>());

/** `gc.is_finalized(value)` */
export function isFinalized(vm: VM, value: PyValue): boolean {
  return typeof value === 'object' && finalized(vm).has(value);
}

const remainsOf = (vm: VM): WeakMap<PyObject, Remains> => vm.state('remains', () => new WeakMap<PyObject, Remains>());

/** What of an instance outlives it, for `__del__`. */
class Remains implements Watched {
  readonly target: WeakRef<PyObject>;
  readonly finalizer = true;
  /** Same class, same attributes, same contents, same `id()`. */
  readonly twin: PyObject;

  constructor(vm: VM, object: PyObject) {
    this.target = new WeakRef<PyObject>(object);
    instanceDict(vm, object);
    vm.idOf(object);
    const twin: unknown = Object.create(Object.getPrototypeOf(object) as object);
    this.twin = Object.assign(twin as PyObject, object);
    if (!(object instanceof Instance)) lookInto(object, this.twin);
  }

  died(vm: VM): void {
    this.twin.weakrefs = undefined;
    finalize(vm, this.twin);
  }

  unreachable(vm: VM, object: PyObject): void {
    finalize(vm, object);
  }

  ended(vm: VM): void {
    const object = this.target.deref();
    if (object !== undefined) finalize(vm, object);
  }
}

/** From here all fields of `object` are those of `twin`: the contents of a list or dict are replaced when they change. */
function lookInto(object: PyObject, twin: PyObject): void {
  const fields = twin as unknown as Record<string, unknown>;
  for (const name of Object.keys(twin)) {
    if (name === 'weakrefs') continue;
    Object.defineProperty(object, name, {
      get: () => fields[name],
      set(value: unknown) {
        fields[name] = value;
      },
      configurable: true,
      enumerable: true,
    });
  }
}

function finalize(vm: VM, object: PyObject): void {
  const method = object.cls.lookup('__del__');
  if (method === undefined) return;
  finalized(vm).add(object);
  try {
    call(vm, method, [object]);
  } catch (error) {
    reportUnraisable(vm, error, null, method);
  }
}

/** A new instance of a class with `__del__`. */
export function watchFinalizer(vm: VM, object: PyValue): void {
  if (typeof object !== 'object') return;
  const remains = new Remains(vm, object);
  remainsOf(vm).set(object, remains);
  watch(vm, object, remains);
}

/** The class or `__dict__` of an instance was replaced. */
export function changeRemains(vm: VM, instance: PyObject): void {
  const remains = remainsOf(vm).get(instance);
  if (remains !== undefined) Object.assign(remains.twin, instance);
  else if (instance instanceof Instance && instance.cls.tp_finalize !== undefined) watchFinalizer(vm, instance);
}
