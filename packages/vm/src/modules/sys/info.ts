import type { PyType } from '../../core/type.ts';
import { defineStructSequence } from '../../objects/struct_sequence.ts';
import type { StructField } from '../../objects/struct_sequence.ts';

/* The named tuples of `sys` (CPython 3.12: Python/sysmodule.c, Objects/floatobject.c, longobject.c). */

const documented = (fields: Readonly<Record<string, string>>): StructField[] => Object.entries(fields).map(([name, doc]) => ({ name, doc }));
const named = (...names: readonly string[]): StructField[] => names.map((name) => ({ name }));

/** The flags and the options that set them. */
const flagOptions = {
  debug: '-d',
  inspect: '-i',
  interactive: '-i',
  optimize: '-O or -OO',
  dont_write_bytecode: '-B',
  no_user_site: '-s',
  no_site: '-S',
  ignore_environment: '-E',
  verbose: '-v',
  bytes_warning: '-b',
  quiet: '-q',
  hash_randomization: '-R',
  isolated: '-I',
  dev_mode: '-X dev',
  utf8_mode: '-X utf8',
  warn_default_encoding: '-X warn_default_encoding',
  safe_path: '-P',
  int_max_str_digits: '-X int_max_str_digits',
} as const;

export const flagNames = Object.keys(flagOptions) as readonly (keyof typeof flagOptions)[];

export const flagsType: PyType = defineStructSequence('sys', 'flags', documented(flagOptions), {
  doc: 'sys.flags\n\nFlags provided through command line arguments or environment vars.',
  constructible: false,
});
export const versionInfoType: PyType = defineStructSequence('sys', 'version_info', documented({
    major: 'Major release number',
    minor: 'Minor release number',
    micro: 'Patch release number',
    releaselevel: "'alpha', 'beta', 'candidate', or 'final'",
    serial: 'Serial release number',
  }), {
  doc: 'sys.version_info\n\nVersion information as a named tuple.',
  constructible: false,
});
export const floatInfoType: PyType = defineStructSequence(
  'sys', 'float_info',
  documented({
    max: 'DBL_MAX -- maximum representable finite float',
    max_exp: 'DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable',
    max_10_exp: 'DBL_MAX_10_EXP -- maximum int e such that 10**e is representable',
    min: 'DBL_MIN -- Minimum positive normalized float',
    min_exp: 'DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float',
    min_10_exp: 'DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized float',
    dig: 'DBL_DIG -- maximum number of decimal digits that can be faithfully represented in a float',
    mant_dig: 'DBL_MANT_DIG -- mantissa digits',
    epsilon: 'DBL_EPSILON -- Difference between 1 and the next representable float',
    radix: 'FLT_RADIX -- radix of exponent',
    rounds: 'FLT_ROUNDS -- rounding mode used for arithmetic operations',
  }),
  { doc: "sys.float_info\n\nA named tuple holding information about the float type. It contains low level\ninformation about the precision and internal representation. Please study\nyour system's :file:`float.h` for more information." },
);
export const intInfoType: PyType = defineStructSequence(
  'sys', 'int_info', documented({
    bits_per_digit: 'size of a digit in bits',
    sizeof_digit: 'size in bytes of the C type used to represent a digit',
    default_max_str_digits: 'maximum string conversion digits limitation',
    str_digits_check_threshold: 'minimum positive value for int_max_str_digits',
  }),
  { doc: "sys.int_info\n\nA named tuple that holds information about Python's\ninternal representation of integers.  The attributes are read only." },
);
export const hashInfoType: PyType = defineStructSequence(
  'sys', 'hash_info', documented({
    width: 'width of the type used for hashing, in bits',
    modulus: 'prime number giving the modulus on which the hash function is based',
    inf: 'value to be used for hash of a positive infinity',
    nan: 'value to be used for hash of a nan',
    imag: 'multiplier used for the imaginary part of a complex number',
    algorithm: 'name of the algorithm for hashing of str, bytes and memoryviews',
    hash_bits: 'internal output size of hash algorithm',
    seed_bits: 'seed size of hash algorithm',
    cutoff: 'small string optimization cutoff',
  }),
  { doc: 'hash_info\n\nA named tuple providing parameters used for computing\nhashes. The attributes are read only.' },
);
export const threadInfoType: PyType = defineStructSequence('sys', 'thread_info', documented({
    name: 'name of the thread implementation',
    lock: 'name of the lock implementation',
    version: 'name and version of the thread library',
  }), {
  doc: 'sys.thread_info\n\nA named tuple holding information about the thread implementation.',
});
export const asyncgenHooksType: PyType = defineStructSequence('sys', 'asyncgen_hooks', named('firstiter', 'finalizer'), {
  doc: 'asyncgen_hooks\n\nA named tuple containing information about asynchronous\ngenerators hooks.  The attributes are read only.',
});
export const unraisableHookArgsType: PyType = defineStructSequence('builtins', 'UnraisableHookArgs', named('exc_type', 'exc_value', 'exc_traceback', 'err_msg', 'object'), {
  doc: 'UnraisableHookArgs\n\nType used to pass arguments to sys.unraisablehook.',
});
