import type { NativeDef } from './native.ts';
import type { PyValue } from './value.ts';
import type { VM } from './vm.ts';
import { takesText } from './count-text.ts';
import { nativeRaw } from './native.ts';
import { typeError } from './errors.ts';

/**
 * A method that takes positional arguments only and counts them with the messages of PyArg_ParseTuple
 * (`find() takes at least 1 argument (0 given)`): the older ones of CPython's, which Argument Clinic does not describe. `owner`
 * is the name of the type.
 */
export function varargs(owner: string, text: string, min: number, max: number, body: (vm: VM, self: never, args: readonly PyValue[]) => PyValue, doc: string | null = null): NativeDef {
  const name = text.slice(0, text.indexOf('('));
  return nativeRaw(
    text,
    (vm, self, args, kwnames) => {
      if (kwnames !== null && kwnames.length > 0) throw typeError(`${owner}.${name}() takes no keyword arguments`);
      if (args.length < min || args.length > max) {
        throw typeError(`${name}() ${takesText(min, max, args.length)}`);
      }
      return body(vm, self as never, args); // The descriptor has checked self.
    },
    doc,
  ).unsigned();
}
