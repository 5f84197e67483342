/*
 * A VM that has started can be kept, in a snapshot of the whole JavaScript heap, and go on in other processes: under another host, with
 * other options and another secret for hashes. Nothing of a program may have run in it.
 */
import type { VM, VMOptions } from './core/vm.ts';
import { watchKept } from './objects/lifetime.ts';
import { PyDict } from './objects/dict.ts';
import { PySet } from './objects/set.ts';
import { SetTable } from './objects/set-table.ts';
import { PyModule } from './objects/module.ts';
import { configureSys } from './modules/sys/index.ts';

/** A VM at rest. */
export interface KeptVM {
  readonly vm: VM;
  /** The tables that the secret of hashes has put in order. */
  readonly secretOrder: readonly (PyDict | SetTable)[];
}

/** Makes a VM that was created `toBeKept` ready for that. Everything it holds must be reachable through properties, not only from closures. */
export function keepVM(vm: VM): KeptVM {
  const { tables, sets } = hashTables(vm);
  const before = vm.options;
  vm.options = { ...before, hashSeed: 1 };
  vm.textHasher = null;
  const secretOrder = tables.filter((table) => !table.hashesHold(vm));
  vm.textHasher = null;
  vm.options = before;
  for (const set of sets) set.hashValue = undefined;
  return { vm, secretOrder };
}

/** The VM goes on, once only, as if it had been made with these options, of which `nativeModules` and `rehearse` do not count. */
export function resumeVM({ vm, secretOrder }: KeptVM, options: VMOptions): VM {
  vm.options = options;
  vm.host = options.host;
  vm.nativeDepthLimit = options.nativeDepthLimit ?? vm.nativeDepthLimit;
  for (const table of secretOrder) table.rehash(vm);
  configureSys(vm, vm.sysDict);
  watchKept(vm);
  for (const [name, definition] of vm.nativeModules) {
    const module = vm.modules.getStr(name);
    if (module instanceof PyModule) definition.resume?.(vm, module);
  }
  return vm;
}

/** All dicts, sets and their tables that can be reached from an object. */
function hashTables(root: object): { readonly tables: (PyDict | SetTable)[]; readonly sets: PySet[] } {
  const seen = new Set<object>([root]);
  const tables: (PyDict | SetTable)[] = [];
  const sets: PySet[] = [];
  const look = (value: unknown): void => {
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') seen.add(value);
  };
  // A Set's iterator comes to what is added on the way.
  for (const object of seen) {
    if (object instanceof PyDict || object instanceof SetTable) tables.push(object);
    if (object instanceof PySet) sets.push(object);
    if (ArrayBuffer.isView(object)) continue;
    if (object instanceof Map) for (const [key, value] of object as Map<unknown, unknown>) look(key), look(value);
    else if (object instanceof Set) for (const value of object as Set<unknown>) look(value);
    else if (object instanceof WeakRef) look((object as WeakRef<object>).deref());
    for (const key of Reflect.ownKeys(object)) look(Object.getOwnPropertyDescriptor(object, key)?.value);
  }
  return { tables, sets };
}
