import { defineModule, exceptionTypes, native, newException, PyDict } from '@py/vm/native';
import type { NativeDef, NativeModule, VM } from '@py/vm/native';
import { localeCodecFunctions } from './codecs.ts';

/*
 * `_testinternalcapi` (CPython 3.12: Modules/_testinternalcapi.c): the functions behind CPython's own tests of its internals,
 * as far as this interpreter has the same internals.
 */

/** What `test.support` asks about how the interpreter was started. */
function get_config(): PyDict {
  const config = new PyDict();
  config.setStr('code_debug_ranges', 1);
  return config;
}

/** CPython's compiler can be driven stage by stage over lists of tuples; ours has other structures between its stages. */
function compilerStage(name: string): NativeDef {
  return native(`${name}(*args)`, () => {
    throw newException(exceptionTypes.NotImplementedError, `${name}() works on the inner structures of CPython's compiler`);
  }).unsigned();
}

/** Python frames on the stack of this thread. */
function get_recursion_depth(vm: VM): number {
  return vm.frame === null ? 0 : vm.frame.depth;
}

/** Python's module `_testinternalcapi`. CPython 3.12: Modules/_testinternalcapi.c. */
export const _testinternalcapi: NativeModule = defineModule('_testinternalcapi', {
  SIZEOF_PYGC_HEAD: 16,
  compiler_codegen: compilerStage('compiler_codegen'),
  optimize_cfg: compilerStage('optimize_cfg'),
  assemble_code_object: compilerStage('assemble_code_object'),
  ...localeCodecFunctions,
  get_config: native('get_config()', get_config).unsigned(),
  get_recursion_depth: native('get_recursion_depth()', get_recursion_depth).unsigned(),
});
