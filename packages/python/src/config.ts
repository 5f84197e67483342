// What `python`'s options and PYTHON* variables decide, as data.

/** `sys.flags`, with CPython's names. */
export interface PythonFlags {
  readonly debug: number;
  readonly inspect: number;
  readonly interactive: number;
  readonly optimize: number;
  readonly dont_write_bytecode: number;
  readonly no_user_site: number;
  readonly no_site: number;
  readonly ignore_environment: number;
  readonly verbose: number;
  readonly bytes_warning: number;
  readonly quiet: number;
  readonly hash_randomization: number;
  readonly isolated: number;
  readonly dev_mode: boolean;
  readonly utf8_mode: number;
  readonly warn_default_encoding: number;
  readonly safe_path: boolean;
  readonly int_max_str_digits: number;
}

/** Everything that is fixed before the first instruction runs. */
export interface PythonConfig {
  readonly flags: PythonFlags;
  /** `sys.argv`. */
  readonly argv: readonly string[];
  /** `sys.orig_argv`. */
  readonly origArgv: readonly string[];
  /** `sys.executable`; `''` if unknown. */
  readonly executable: string;
  /** `sys.warnoptions`, in the order in which the warnings module applies them. */
  readonly warnoptions: readonly string[];
  /** `sys._xoptions`: true where no value was given. */
  readonly xoptions: Readonly<Record<string, string | true>>;
  /** Folders of PYTHONPATH. */
  readonly pythonPath: readonly string[];
  /** PYTHONHOME; null if not set. */
  readonly home: string | null;
  /** `sys.pycache_prefix`. */
  readonly pycachePrefix: string | null;
  /** `_imp.check_hash_based_pycs`. */
  readonly checkHashBasedPycs: 'default' | 'always' | 'never';
  /** Prints how long each import takes (-X importtime). */
  readonly importTime: boolean;
  /** Tracebacks when the process is killed (-X faulthandler, -X dev). */
  readonly faultHandler: boolean;
  /** Frames that `tracemalloc` shall remember from the start (-X tracemalloc); 0 if it is not to trace. */
  readonly tracemalloc: number;
  /** Code knows columns, not only lines; false for -X no_debug_ranges. */
  readonly debugRanges: boolean;
  /** Streams are not buffered (-u). */
  readonly unbuffered: boolean;
  /** PYTHONIOENCODING: `encoding`, `encoding:errors` or `:errors`; null if not set. */
  readonly ioEncoding: string | null;
  /** The first line of a program file is not Python (-x). */
  readonly skipFirstLine: boolean;
  /** Seed of str and bytes hashes; null for a random one. */
  readonly hashSeed: number | null;
}

/** `sys.flags` of `python` without options. */
export const defaultFlags: PythonFlags = {
  debug: 0,
  inspect: 0,
  interactive: 0,
  optimize: 0,
  dont_write_bytecode: 0,
  no_user_site: 0,
  no_site: 0,
  ignore_environment: 0,
  verbose: 0,
  bytes_warning: 0,
  quiet: 0,
  hash_randomization: 1,
  isolated: 0,
  dev_mode: false,
  utf8_mode: 0,
  warn_default_encoding: 0,
  safe_path: false,
  int_max_str_digits: 4300,
};

/** What an embedder gets who says nothing: isolated, no site, nothing written. */
export const embeddedConfig: PythonConfig = {
  flags: { ...defaultFlags, no_site: 1, no_user_site: 1, isolated: 1, ignore_environment: 1, safe_path: true, dont_write_bytecode: 1, utf8_mode: 1 },
  argv: [''],
  origArgv: [],
  executable: '',
  warnoptions: [],
  xoptions: {},
  pythonPath: [],
  home: null,
  pycachePrefix: null,
  checkHashBasedPycs: 'default',
  importTime: false,
  faultHandler: false,
  tracemalloc: 0,
  debugRanges: true,
  unbuffered: false,
  ioEncoding: null,
  skipFirstLine: false,
  hashSeed: null,
};
