import type { PyType } from '../../core/type.ts';
import { defineStructSequence } from '../../objects/struct_sequence.ts';
import type { StructField } from '../../objects/struct_sequence.ts';

/* The named tuples of `sys` (CPython 3.12: Python/sysmodule.c, Objects/floatobject.c, longobject.c). */

const named = (...names: readonly string[]): StructField[] => names.map((name) => ({ name }));

export const flagNames = [
  'debug', 'inspect', 'interactive', 'optimize', 'dont_write_bytecode', 'no_user_site', 'no_site', 'ignore_environment', 'verbose', 'bytes_warning', 'quiet',
  'hash_randomization', 'isolated', 'dev_mode', 'utf8_mode', 'warn_default_encoding', 'safe_path', 'int_max_str_digits',
] as const;

export const flagsType: PyType = defineStructSequence('sys', 'flags', named(...flagNames), {
  doc: 'sys.flags\n\nFlags provided through command line arguments or environment vars.',
  constructible: false,
});
export const versionInfoType: PyType = defineStructSequence('sys', 'version_info', named('major', 'minor', 'micro', 'releaselevel', 'serial'), {
  doc: 'sys.version_info\n\nVersion information as a named tuple.',
  constructible: false,
});
export const floatInfoType: PyType = defineStructSequence(
  'sys', 'float_info',
  named('max', 'max_exp', 'max_10_exp', 'min', 'min_exp', 'min_10_exp', 'dig', 'mant_dig', 'epsilon', 'radix', 'rounds'),
  { doc: "sys.float_info\n\nA named tuple holding information about the float type. It contains low level\ninformation about the precision and internal representation. Please study\nyour system's :file:`float.h` for more information." },
);
export const intInfoType: PyType = defineStructSequence(
  'sys', 'int_info', named('bits_per_digit', 'sizeof_digit', 'default_max_str_digits', 'str_digits_check_threshold'),
  { doc: "sys.int_info\n\nA named tuple that holds information about Python's\ninternal representation of integers.  The attributes are read only." },
);
export const hashInfoType: PyType = defineStructSequence(
  'sys', 'hash_info', named('width', 'modulus', 'inf', 'nan', 'imag', 'algorithm', 'hash_bits', 'seed_bits', 'cutoff'),
  { doc: 'hash_info\n\nA named tuple providing parameters used for computing\nhashes. The attributes are read only.' },
);
export const threadInfoType: PyType = defineStructSequence('sys', 'thread_info', named('name', 'lock', 'version'), {
  doc: 'sys.thread_info\n\nA named tuple holding information about the thread implementation.',
});
export const asyncgenHooksType: PyType = defineStructSequence('sys', 'asyncgen_hooks', named('firstiter', 'finalizer'), {
  doc: 'asyncgen_hooks\n\nA named tuple containing information about asynchronous\ngenerators hooks.  The attributes are read only.',
});
export const unraisableHookArgsType: PyType = defineStructSequence('builtins', 'UnraisableHookArgs', named('exc_type', 'exc_value', 'exc_traceback', 'err_msg', 'object'), {
  doc: 'UnraisableHookArgs\n\nType used to pass arguments to sys.unraisablehook.',
});
