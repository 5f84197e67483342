import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { completeTypes } from '../core/fill-types.ts';
import { NativeDef } from '../core/native.ts';
import type { ModuleMember, NativeModule } from '../core/native-module.ts';
import { strFromJS } from '../core/text.ts';
import { PyBuiltinFunction } from '../objects/builtin_function.ts';
import { PyModule } from '../objects/module.ts';

/** Makes the module object of a native module and fills it; `exec` of the definition has not run, `sys.modules` does not have it. */
export function createNative(vm: VM, definition: NativeModule): PyModule {
  const module = new PyModule(strFromJS(definition.name));
  if (definition.doc !== null) module.dict.setStr('__doc__', strFromJS(definition.doc));
  for (const [name, member] of Object.entries(definition.members)) module.dict.setStr(name, memberValue(vm, module, member));
  completeTypes();
  return module;
}

function memberValue(vm: VM, module: PyModule, member: ModuleMember): PyValue {
  if (member instanceof NativeDef) return new PyBuiltinFunction(member, module, module.dict.getStr('__name__'));
  return typeof member === 'function' ? member(vm) : member;
}
