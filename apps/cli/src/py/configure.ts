// Options and PYTHON* variables together. CPython 3.12: Python/initconfig.c and Python/preconfig.c.
import { delimiter } from 'node:path';
import { defaultFlags, type PythonConfig } from '@py/python';
import type { Arguments } from './arguments.ts';
import { isLegacyLocale } from './locale.ts';

/** A value that CPython refuses before it starts: `Fatal Python error: place: message`. */
export class FatalError extends Error {
  override readonly name = 'FatalError';
  readonly place: string;
  readonly state: string;

  constructor(place: string, message: string, state = 'preinitialized') {
    super(message);
    this.place = place;
    this.state = state;
  }
}

export function configure(args: Arguments, environment: Readonly<Record<string, string | undefined>>, executable: string, origArgv: readonly string[]): PythonConfig {
  const given = (letter: string): number => args.counts.get(letter) ?? 0;
  const isolated = given('I') > 0;
  const ignoreEnvironment = isolated || given('E') > 0;
  /** A PYTHON* variable; an empty one counts as not set. */
  const variable = (name: string): string | null => (ignoreEnvironment ? null : environment[name] || null);
  const flag = (letter: string, name: string): number => Math.max(given(letter), flagValue(variable(name)));
  const x = (name: string): string | true | undefined => args.xoptions.get(name);

  const devMode = x('dev') !== undefined || variable('PYTHONDEVMODE') !== null;
  const bytesWarning = given('b');
  const inspect = flag('i', 'PYTHONINSPECT');
  const hash = given('R') > 0 ? null : hashSeed(variable('PYTHONHASHSEED'));
  return {
    flags: {
      ...defaultFlags,
      debug: flag('d', 'PYTHONDEBUG'),
      inspect,
      interactive: given('i'),
      optimize: flag('O', 'PYTHONOPTIMIZE'),
      dont_write_bytecode: Number(flag('B', 'PYTHONDONTWRITEBYTECODE') > 0),
      no_user_site: Number(isolated || flag('s', 'PYTHONNOUSERSITE') > 0),
      no_site: Number(given('S') > 0),
      ignore_environment: Number(ignoreEnvironment),
      verbose: flag('v', 'PYTHONVERBOSE'),
      bytes_warning: bytesWarning,
      quiet: given('q'),
      hash_randomization: hash === 0 ? 0 : 1,
      isolated: Number(isolated),
      dev_mode: devMode,
      utf8_mode: utf8Mode(x('utf8'), variable('PYTHONUTF8'), isLegacyLocale(environment)),
      warn_default_encoding: Number(x('warn_default_encoding') !== undefined || variable('PYTHONWARNDEFAULTENCODING') !== null),
      safe_path: isolated || given('P') > 0 || variable('PYTHONSAFEPATH') !== null,
      int_max_str_digits: maxDigits(x('int_max_str_digits'), variable('PYTHONINTMAXSTRDIGITS')),
    },
    argv: args.argv,
    origArgv,
    executable,
    warnoptions: [
      ...(devMode ? ['default'] : []),
      ...(variable('PYTHONWARNINGS')?.split(',') ?? []),
      ...args.warnings,
      ...(bytesWarning > 1 ? ['error::BytesWarning'] : bytesWarning > 0 ? ['default::BytesWarning'] : []),
    ],
    xoptions: Object.fromEntries(args.xoptions),
    pythonPath: variable('PYTHONPATH')?.split(delimiter) ?? [],
    home: variable('PYTHONHOME'),
    pycachePrefix: prefixOf(x('pycache_prefix'), variable('PYTHONPYCACHEPREFIX')),
    checkHashBasedPycs: args.checkHashBasedPycs,
    importTime: x('importtime') !== undefined || variable('PYTHONPROFILEIMPORTTIME') !== null,
    faultHandler: devMode || x('faulthandler') !== undefined || variable('PYTHONFAULTHANDLER') !== null,
    tracemalloc: tracedFrames(x('tracemalloc'), variable('PYTHONTRACEMALLOC')),
    debugRanges: x('no_debug_ranges') === undefined && variable('PYTHONNODEBUGRANGES') === null,
    unbuffered: flag('u', 'PYTHONUNBUFFERED') > 0,
    ioEncoding: variable('PYTHONIOENCODING'),
    skipFirstLine: given('x') > 0,
    hashSeed: hash,
  };
}

/** `_Py_get_env_flag`: anything that is not a number from 0 counts as 1. */
function flagValue(text: string | null): number {
  if (text === null) return 0;
  return /^\s*\+?\d+$/.test(text) ? Number(text) : 1;
}

function hashSeed(text: string | null): number | null {
  if (text === null || text === 'random') return null;
  const value = /^\d+$/.test(text) ? Number(text) : -1;
  if (value < 0 || value > 4294967295) throw new FatalError('config_init_hash_seed', 'PYTHONHASHSEED must be "random" or an integer in range [0; 4294967295]');
  return value;
}

function utf8Mode(option: string | true | undefined, variable: string | null, legacyLocale: boolean): number {
  if (option !== undefined) {
    if (option === true || option === '1') return 1;
    if (option === '0') return 0;
    throw new FatalError('preconfig_init_utf8_mode', 'invalid -X utf8 option value', 'preinitializing');
  }
  if (variable === '1') return 1;
  if (variable === null) return Number(legacyLocale);
  if (variable === '0') return 0;
  throw new FatalError('preconfig_init_utf8_mode', 'invalid PYTHONUTF8 environment variable value', 'preinitializing');
}

function maxDigits(option: string | true | undefined, variable: string | null): number {
  const place = 'config_init_int_max_str_digits';
  if (option !== undefined) {
    const value = validDigits(option === true ? '' : option);
    if (value === null) throw new FatalError(place, '-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.');
    return value;
  }
  if (variable === null) return defaultFlags.int_max_str_digits;
  const value = validDigits(variable);
  if (value === null) throw new FatalError(place, 'PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.');
  return value;
}

function validDigits(text: string): number | null {
  const value = /^\s*[+-]?\d+$/.test(text) ? Number(text) : NaN;
  return value === 0 || (value >= 640 && value <= 2147483647) ? value : null;
}

/** How many frames `tracemalloc` shall remember; 0 if it is not to start. */
function tracedFrames(option: string | true | undefined, variable: string | null): number {
  const place = 'config_init_tracemalloc';
  const inVariable = frameCount(variable ?? '0');
  if (inVariable === null) throw new FatalError(place, 'PYTHONTRACEMALLOC: invalid number of frames');
  const inOption = option === undefined ? inVariable : option === true ? 1 : frameCount(option);
  if (inOption === null) throw new FatalError(place, '-X tracemalloc=NFRAME: invalid number of frames');
  if (inOption > 65535) throw new FatalError('init_interp_main', "can't start tracemalloc", 'core initialized\nValueError: the number of frames must be in range [1; 65535]');
  return inOption;
}

function frameCount(text: string): number | null {
  const count = text === '' ? 0 : /^\s*[+-]?\d+$/.test(text) ? Number(text) : -1;
  return count >= 0 && count <= 0x7fff_ffff ? count : null;
}

function prefixOf(option: string | true | undefined, variable: string | null): string | null {
  if (option === undefined) return variable;
  return option === true || option === '' ? null : option;
}
