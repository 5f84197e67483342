import { codeFromJson } from '@py/code';
import type { CodeJson, HostFiles } from '@py/code';
import { createVM } from '../src/create.ts';
import { native } from '../src/core/native.ts';
import { defineModule } from '../src/core/native-module.ts';
import type { NativeModule } from '../src/core/native-module.ts';
import type { PyValue } from '../src/core/value.ts';
import type { VM } from '../src/core/vm.ts';
import { runNested } from '../src/interpreter/evaluate.ts';
import { pushCode } from '../src/interpreter/run-code.ts';
import { EXC } from '../src/core/value.ts';
import { exceptionText } from '../src/modules/sys/display.ts';
import { PyCode } from '../src/objects/code.ts';
import { PyList } from '../src/objects/list.ts';
import { PyModule } from '../src/objects/module.ts';
import { None } from '../src/objects/none.ts';
import { callableProxyType, newProxy, proxyType } from '../src/objects/weakproxy.ts';
import { referenceType, weakrefsOf } from '../src/objects/weakref.ts';
import type { PyBaseException } from '../src/objects/exceptions.ts';

/** What a program wrote. */
export interface ProgramOutput {
  readonly stdout: string;
  /** The traceback of an exception that ended it, or ''. */
  readonly stderr: string;
}

/** Runs a code object that CPython compiled as `__main__`, in a new VM with hash seed 0. */
export function runProgram(json: CodeJson): ProgramOutput {
  const written: Uint8Array[] = [];
  const files = {
    write(_fd: number, bytes: Uint8Array): number {
      written.push(bytes.slice());
      return bytes.length;
    },
  } as unknown as HostFiles; // The programs use nothing else of it.
  const vm = createVM({ host: { files }, hashSeed: 0, nativeModules: new Map([['_weakref', weakrefModule]]) });
  const main = new PyModule('__main__');
  main.dict.setStr('__builtins__', vm.modules.getStr('builtins') as PyValue);
  vm.modules.setStr('__main__', main);
  pushCode(vm, new PyCode(codeFromJson(json)), main.dict, main.dict, null);
  const result = runNested(vm);
  const stderr = result === EXC ? exceptionText(vm, vm.raised as PyBaseException, None) : '';
  return { stdout: Buffer.concat(written).toString(), stderr };
}

/** As much of `_weakref` as the fixtures need; the real one is a package of its own. */
const weakrefModule: NativeModule = defineModule('_weakref', {
  ref: referenceType,
  ProxyType: proxyType,
  CallableProxyType: callableProxyType,
  proxy: native('proxy(object, callback=None, /)', (vm: VM, object: PyValue, callback: PyValue | undefined) => newProxy(vm, object, callback === undefined || callback === None ? null : callback)),
  getweakrefs: native('getweakrefs(object, /)', (_vm: VM, object: PyValue) => new PyList([...weakrefsOf(object)])),
  getweakrefcount: native('getweakrefcount(object, /)', (_vm: VM, object: PyValue) => weakrefsOf(object).length),
});
