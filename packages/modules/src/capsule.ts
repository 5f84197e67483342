import { defineType, PyObject, strFromJS } from '@py/vm/native';
import type { PyType, VM } from '@py/vm/native';

/** What C code hands to other C code; here it is only something to look at, unless `ctypes` made it. */
export class Capsule extends PyObject {
  name: string;
  constructor(name: string) {
    super(capsuleType);
    this.name = name;
  }
}

const capsuleType: PyType = defineType('PyCapsule', {
  slots: { tp_repr: (vm: VM, self: Capsule) => strFromJS(`<capsule object "${self.name}" at 0x${vm.idOf(self).toString(16)}>`) },
});

/** A capsule, for a module that has one in CPython. */
export const newCapsule = (name: string) => (): PyObject => new Capsule(name);
