// What refers to an object: found by walking from the modules and the running frames over everything that the VM's objects hold.
import { eachHeld, isPython } from '@py/vm/native';
import type { PyObject, PyValue, VM } from '@py/vm/native';

/** Objects that hold one of `targets` directly, as far as programs can reach them. A frame counts only once Python has an object for it. */
export function referrersOf(vm: VM, targets: readonly PyValue[]): PyObject[] {
  const wanted = new Set<unknown>(targets);
  const found = new Set<PyObject>();
  const seen = new Set<object>([vm, vm.host]);
  const open: PyObject[] = [];
  const visit = (owner: PyObject | null, root: object): void => {
    for (const value of heldBy(root, seen)) {
      if (owner !== null && wanted.has(value)) found.add(owner);
      if (!seen.has(value)) {
        seen.add(value);
        open.push(value);
      }
    }
  };
  visit(null, [vm.modules, vm.sysDict, vm.builtins]);
  if (vm.frame !== null) visit(null, vm.frame);
  for (let object = open.pop(); object !== undefined; object = open.pop()) visit(object, object);
  return [...found];
}

/** Python objects in the fields of a JavaScript object, and in what these hold that is no Python object itself. */
function heldBy(root: object, seen: Set<object>): PyObject[] {
  const held: PyObject[] = [];
  const inner: object[] = [root];
  const add = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isPython(value)) held.push(value);
    else if (!seen.has(value)) {
      seen.add(value);
      inner.push(value);
    }
  };
  for (let holder = inner.pop(); holder !== undefined; holder = inner.pop()) eachHeld(holder, add);
  return held;
}
