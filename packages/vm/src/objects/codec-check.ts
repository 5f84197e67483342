import type { VM } from '../core/vm.ts';
import { strFromJS } from '../core/text.ts';
import { importNamed } from '../interpreter/import.ts';
import { callMethod } from '../protocol/call.ts';

const knownEncodings: readonly string[] = ['utf-8', 'utf8', 'ascii'];
const knownHandlers: readonly string[] = ['strict', 'ignore', 'replace', 'surrogateescape', 'surrogatepass'];

/**
 * Development mode (`-X dev`) asks for the codec and the error handler even where there is nothing to code, or no error: raises LookupError
 * (CPython 3.12: Objects/unicodeobject.c, unicode_check_encoding_errors).
 */
export function checkCodec(vm: VM, encoding: string, errors: string): void {
  if (vm.options.sys?.flags?.['dev_mode'] !== true || vm.codecs === null) return;
  const ask = (method: string, name: string): unknown => callMethod(vm, importNamed(vm, '_codecs'), method, [strFromJS(name)]);
  if (!knownEncodings.includes(encoding)) ask('lookup', encoding);
  if (!knownHandlers.includes(errors)) ask('lookup_error', errors);
}
