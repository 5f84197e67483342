import { exceptionTypes, newException, PyBytes, strFromJS } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { Capsule } from '../capsule.ts';
import { Block, copyMemory } from './memory.ts';
import type { Parameter } from './parameters.ts';
import { bytesAt, simpleKinds } from './simple-kinds.ts';

/* The C API of capsules, by which programs (dill) pickle them: `ctypes.pythonapi.PyCapsule_New` and so on. CPython 3.12: Objects/capsule.c. */

/** A function of C's: gets its arguments in C's form, stores its result. */
export type Routine = (vm: VM, args: readonly Parameter[], result: Block) => void;

/** Where in a capsule's memory its four pointers are. */
const places = { Pointer: 0, Name: 8, Context: 16, Destructor: 24 } as const;

const memories = (vm: VM): WeakMap<Capsule, Block> => vm.state('capsules of ctypes', () => new WeakMap<Capsule, Block>());

function memoryOf(vm: VM, capsule: Capsule): Block {
  let memory = memories(vm).get(capsule);
  if (memory === undefined) {
    memory = new Block(new Uint8Array(32));
    simpleKinds['z'].set(vm, { block: memory, offset: places.Name }, new PyBytes(Uint8Array.from(capsule.name, (character) => character.charCodeAt(0))), true);
    memories(vm).set(capsule, memory);
  }
  return memory;
}

function capsuleArgument({ block }: Parameter, what: string): Capsule {
  const value = block.values?.get(0);
  if (!(value instanceof Capsule)) throw newException(exceptionTypes.ValueError, strFromJS(`${what} called with invalid PyCapsule object`));
  return value;
}

/** The name at a pointer, null for NULL. */
function nameAt(vm: VM, block: Block, offset: number): string | null {
  const address = Number(block.view.getBigUint64(offset, true));
  return address === 0 ? null : String.fromCharCode(...bytesAt(vm, address, -1));
}

function newCapsule(vm: VM, [pointer, name, destructor]: readonly Parameter[], result: Block): void {
  const capsule = new Capsule(nameAt(vm, name.block, 0) ?? 'NULL');
  const memory = new Block(new Uint8Array(32));
  for (const [parameter, offset] of [[pointer, places.Pointer], [name, places.Name], [destructor, places.Destructor]] as const) copyMemory({ block: memory, offset }, { block: parameter.block, offset: 0 }, 8);
  memories(vm).set(capsule, memory);
  result.values = new Map<number, PyValue>([[0, capsule]]);
}

function getPointer(vm: VM, [self, name]: readonly Parameter[], result: Block): void {
  const memory = memoryOf(vm, capsuleArgument(self, 'PyCapsule_GetPointer'));
  if (nameAt(vm, memory, places.Name) !== nameAt(vm, name.block, 0)) throw newException(exceptionTypes.ValueError, strFromJS('PyCapsule_GetPointer called with incorrect name'));
  copyMemory({ block: result, offset: 0 }, { block: memory, offset: places.Pointer }, 8);
}

function isValid(vm: VM, [self, name]: readonly Parameter[], result: Block): void {
  const value = self.block.values?.get(0);
  result.bytes[0] = value instanceof Capsule && nameAt(vm, memoryOf(vm, value), places.Name) === nameAt(vm, name.block, 0) ? 1 : 0;
}

const getter = (place: 'Name' | 'Context' | 'Destructor'): Routine => (vm, [self], result) => {
  copyMemory({ block: result, offset: 0 }, { block: memoryOf(vm, capsuleArgument(self, `PyCapsule_Get${place}`)), offset: places[place] }, 8);
};

const setter = (place: keyof typeof places): Routine => (vm, [self, value]) => {
  const capsule = capsuleArgument(self, `PyCapsule_Set${place}`);
  copyMemory({ block: memoryOf(vm, capsule), offset: places[place] }, { block: value.block, offset: 0 }, 8);
  if (place === 'Name') capsule.name = nameAt(vm, value.block, 0) ?? 'NULL';
};

/** What `ctypes.pythonapi` has. */
export const capsuleRoutines: Readonly<Record<string, Routine>> = {
  PyCapsule_New: newCapsule, PyCapsule_GetPointer: getPointer, PyCapsule_IsValid: isValid,
  PyCapsule_GetName: getter('Name'), PyCapsule_GetContext: getter('Context'), PyCapsule_GetDestructor: getter('Destructor'),
  PyCapsule_SetName: setter('Name'), PyCapsule_SetContext: setter('Context'), PyCapsule_SetDestructor: setter('Destructor'), PyCapsule_SetPointer: setter('Pointer'),
};
