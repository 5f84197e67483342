import type { VM } from '../core/vm.ts';
import type { PyGenerator } from '../objects/generator.ts';
import { generator_close } from '../objects/generator-methods.ts';
import { finish } from '../protocol/call.ts';

/** `generator.close()`, waiting for it. */
export function closeGenerator(vm: VM, generator: PyGenerator): void {
  finish(vm, generator_close(vm, generator));
}
