// Which modules of the library a start that is kept may import in advance (@py/vm, KeptModules), and what they find out about their process.
import { callMethod, getAttr, importModule, type PyModule, type VM } from '@py/vm/native';
import type { Renewals } from '@py/vm';

/**
 * Much imported modules, together with what they import. None of them looks, while it is imported, at the environment, the arguments, the streams,
 * the time or what else is a process's own, but for what is put right when they are imported.
 */
export const keptModules: readonly string[] = ['re', 'json', 'dataclasses', 'unittest', 'asyncio'];

export const renewals: Renewals = new Map([
  ['threading', (vm: VM, threading: PyModule) => void callMethod(vm, getAttr(vm, threading, '_main_thread'), '_set_native_id')],
  ['logging', (vm: VM, logging: PyModule) => {
    logging.dict.setStr('_startTime', callMethod(vm, importModule(vm, 'time'), 'time'));
    callMethod(vm, importModule(vm, 'atexit'), 'register', [getAttr(vm, logging, 'shutdown')]);
  }],
]);

/** What modules have asked to be called when the program ends: they will ask again, if they are imported. */
export function forgetCallbacks(vm: VM): void {
  if (vm.modules.getStr('atexit') !== undefined) callMethod(vm, importModule(vm, 'atexit'), '_clear');
}
