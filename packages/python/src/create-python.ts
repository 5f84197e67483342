// All of it behind one call.
import { HostError, type CodeObject, type Host, type RunLimits, type RunResult } from '@py/code';
import { createVM, keepVM, resumeVM, type NativeModule, type VMOptions } from '@py/vm';
import { exceptionText, exceptionTypes, ImportTimes, interrupt, isInstance, None, PyBaseException, PyCode, PyModule, pushCode, runCode, runWithin, runWithinAsync, StopRun, strFromJS, type PyValue, type VM } from '@py/vm/native';
import * as nativeModules from '@py/modules';
import { unicodeName, unicodeNameOf } from '@py/parser/unicode-names';
import type { Library } from '@py/stdlib';
import { anchorsOf } from './anchors.ts';
import { astModule } from './bridges/ast/module.ts';
import { codeOfSource, compileHook } from './bridges/compile.ts';
import { issueWarning } from './bridges/errors.ts';
import { impModule } from './bridges/imp.ts';
import { marshalModule } from './bridges/marshal.ts';
import { symtableModule } from './bridges/symtable.ts';
import { tokenizeModule } from './bridges/tokenize.ts';
import { defaultFlags, embeddedConfig, type PythonConfig } from './config.ts';
import { toJavaScript } from './convert.ts';
import { debugRanges } from './debug-ranges.ts';
import { frozenModules } from './frozen.ts';
import type { FrozenModule } from './bridges/imp.ts';
import { mountTree } from './mount.ts';
import type { Source } from './pipeline.ts';
import { reportException, runProgram, type Program, type ProgramEnd, type ProgramOptions } from './program.ts';
import { finishPython, rehearseStart, startPython, writeText } from './startup.ts';
import { stdlibModuleNames } from './stdlib-names.ts';
import { withoutFilesYet, withStreams } from './streams.ts';

/** What a Python is made of, beside its host. */
export interface PythonOptions {
  /** What the options and variables of `python` would decide. Default: isolated, nothing written, no site. */
  readonly config?: Partial<PythonConfig>;
  /** The standard library (@py/stdlib). Without it only native modules can be imported, and streams are bare. */
  readonly library?: Library;
  /** Where the library seems to be: `sys.prefix`. Default `/python`. */
  readonly prefix?: string;
  /** More modules written in TypeScript (`@py/vm/native`), or others in the place of ours. */
  readonly modules?: readonly NativeModule[];
  /** How many calls of Python code by built-in functions may be nested; 120 by default, which the smallest JavaScript stacks hold. */
  readonly nativeDepthLimit?: number;
  /** False: does not prepare for long programs (`VMOptions.rehearse`), which a program of some milliseconds has nothing from. Default true. */
  readonly rehearse?: boolean;
  /** Receives what the program writes to its standard output, as it is written; default: the host's descriptor 1. */
  readonly stdout?: (text: string) => void;
  /** The same for standard error. */
  readonly stderr?: (text: string) => void;
}

/** How a program is run. */
export interface RunOptions {
  /** Name of the source for tracebacks; default `<string>`. */
  readonly filename?: string;
  readonly limits?: RunLimits;
}

/** One isolated Python. */
export interface Python {
  readonly vm: VM;
  /** Runs source as a program in `__main__`, which later runs see again. Gives how it ended; nothing of Python is thrown. */
  run(source: Source, options?: RunOptions): RunResult;
  /** The same, giving way to the host's event loop while the program waits and every few milliseconds. `interrupt` stops it. */
  runAsync(source: Source, options?: RunOptions): Promise<RunResult>;
  /** Asks the running program to stop: KeyboardInterrupt, or what its handler of SIGINT does. */
  interrupt(): void;
  /** The same for a file of the host. */
  runFile(path: string): RunResult;
  /** The value of an expression in `__main__`, as `toJavaScript` gives it. Throws Error with the traceback. */
  eval(expression: string): unknown;
  /** Runs a program as the command `python` does: messages, exit status and all. */
  main(program: Program, options: Omit<ProgramOptions, 'config'>): ProgramEnd;
}

/** Makes a Python over a host. A host grants nothing by default: no files, no clock, no environment. */
export function createPython(host: Host = {}, options: PythonOptions = {}): Python {
  const plan = planOf(host, options);
  const { config, frozen, vmOptions } = plan;
  const vm = createVM({ ...vmOptions, nativeModules: nativeModulesOf(host, config, frozen, options.modules) });
  debugRanges(vm).kept = config.debugRanges;
  const { clock } = host;
  if (config.importTime && clock) vm.importTimes = new ImportTimes(() => clock.monotonic(), (text) => writeText(vm, text));
  if (options.library && startupModules.every((name) => vm.nativeModules.has(name))) starting(vm, () => startPython(vm, plan));
  else vm.modules.setStr('__main__', new PyModule('__main__'));
  return new EmbeddedPython(vm, config);
}

/** A Python that has begun to start, to be kept in a snapshot of the JavaScript heap. */
export interface KeptPython {
  /** Goes on, once, with these options; null if they ask for another beginning. The host's own abilities must be those it had. */
  resume(host: Host, options: PythonOptions & { readonly library: Library }): Python | null;
}

/**
 * Does as much of the start of a Python as does not depend on how it is configured, nor on what host it has except for its abilities. `imported`, of
 * {@link keptModules}, are imported in advance: to import them costs little then, and to resume more, by their objects.
 */
export function keepPython(host: Host, options: PythonOptions & { readonly library: Library; readonly imported?: readonly string[] }): KeptPython {
  const plan = planOf({ ...host, files: withoutFilesYet(host.files), signals: undefined, env: { HOME: '/' } }, { ...options, config: { ...options.config, flags: defaultFlags } });
  const { config, frozen, prefix, vmOptions } = plan;
  const vm = createVM({ ...vmOptions, nativeModules: nativeModulesOf(host, config, frozen, options.modules), toBeKept: true });
  starting(vm, () => rehearseStart(vm, plan, options.imported ?? [], options.library));
  const kept = keepVM(vm);
  return {
    resume(nextHost, nextOptions) {
      const next = planOf(nextHost, nextOptions, frozen);
      if (next.prefix !== prefix || !beginsTheSame(next.config, nextHost)) return null;
      resumeVM(kept, next.vmOptions);
      starting(vm, () => finishPython(vm, next));
      return new EmbeddedPython(vm, next.config);
    },
  };
}

/** Has nothing been asked for that shows before site is imported? */
function beginsTheSame({ flags, xoptions, importTime, debugRanges, checkHashBasedPycs, home, pythonPath }: PythonConfig, host: Host): boolean {
  const plain = flags.verbose === 0 && flags.optimize === 0 && flags.no_site === 0 && flags.bytes_warning === 0 && !flags.dev_mode && flags.warn_default_encoding === 0;
  if (!plain || importTime || !debugRanges || checkHashBasedPycs !== 'default' || home !== null || xoptions['frozen_modules'] !== undefined) return false;
  // Of what is imported by then, only this package is looked for along the path.
  return !pythonPath.some((folder) => mayHold(host, folder, 'encodings'));
}

/** Could a module be found there: in a folder, or in an archive that would have to be opened to know? */
function mayHold({ files }: Host, folder: string, module: string): boolean {
  const names = ['', '.py', '.pyc'].map((suffix) => `${folder}/${module}${suffix}`);
  return !files || folder.endsWith('.zip') || names.some((path) => files.access?.(path, 0) ?? true);
}

/** What both ways of making a Python work out of its options. */
interface Plan {
  readonly config: PythonConfig;
  readonly prefix: string;
  readonly frozen: ReadonlyMap<string, FrozenModule>;
  /** For {@link startPython}. */
  readonly locale: string;
  readonly vmOptions: VMOptions;
}

function planOf(host: Host, options: PythonOptions, known?: ReadonlyMap<string, FrozenModule>): Plan {
  // A function that receives the output receives it at once: also that of a run which is stopped.
  const config: PythonConfig = { ...embeddedConfig, unbuffered: options.stdout !== undefined, ...options.config };
  // PYTHONHOME names a library of the host's own: then ours is only there to start from.
  const prefix = config.home ?? options.prefix ?? '/python';
  const libraryFolder = `${prefix}/lib/python3.12`;
  const { library } = options;
  let files = withStreams(host.files, options.stdout, options.stderr);
  if (library && config.home === null) files = mountTree(files, libraryFolder, library);
  const vmOptions: VMOptions = {
    host: { ...host, files },
    compile: compileHook(Math.min(config.flags.optimize, 2) as 0 | 1 | 2),
    anchors: anchorsOf,
    unicodeNames: { codeOf: unicodeName, nameOf: unicodeNameOf },
    hashSeed: config.hashSeed,
    nativeDepthLimit: options.nativeDepthLimit,
    rehearse: options.rehearse,
    sys: {
      argv: config.argv,
      origArgv: config.origArgv,
      executable: config.executable,
      flags: { ...config.flags },
      warnoptions: config.warnoptions,
      xoptions: config.xoptions,
      prefix,
      stdlibDir: libraryFolder,
      path: [...config.pythonPath, `${prefix}/lib/python312.zip`, libraryFolder, `${libraryFolder}/lib-dynload`],
      pycachePrefix: config.pycachePrefix,
      stdlibModuleNames,
      intMaxStrDigits: config.flags.int_max_str_digits,
    },
  };
  const frozen = known ?? (library ? frozenModules(library) : new Map<string, never>());
  return { config, prefix, frozen, vmOptions, locale: host.env?.['LC_ALL'] || host.env?.['LC_CTYPE'] || host.env?.['LANG'] || '' };
}

function nativeModulesOf(host: Host, { xoptions, checkHashBasedPycs }: PythonConfig, frozen: ReadonlyMap<string, FrozenModule>, more: readonly NativeModule[] = []): ReadonlyMap<string, NativeModule> {
  const imp = impModule({ frozen, checkHashBasedPycs, useFrozen: xoptions['frozen_modules'] !== 'off' });
  const modules = lateModules().filter(({ name }) => name !== '_sqlite3' || host.sqlite !== undefined);
  return new Map([...modules, astModule, marshalModule, symtableModule, tokenizeModule, imp, ...more].map((module) => [module.name, module]));
}

/** A Python exception here is a fault of ours, or of the host's files. */
function starting(vm: VM, start: () => void): void {
  try {
    start();
  } catch (error) {
    if (error instanceof PyBaseException) throw new Error(`Python cannot start\n${exceptionText(vm, error, error.traceback ?? None)}`);
    throw error;
  }
}

/** @py/modules, each module read when it is first asked for: a bundle can put off running the code of one until then (apps/cli/build.mjs). */
function lateModules(): NativeModule[] {
  const names = Object.keys(nativeModules).filter((name) => name !== 'default') as (keyof typeof nativeModules)[];
  return names.map((name) => {
    const module = (): NativeModule => nativeModules[name];
    return {
      name,
      get doc() { return module().doc; },
      get members() { return module().members; },
      get exec() { return module().exec; },
      get resume() { return module().resume; },
    };
  });
}

/** Native modules that importlib and the streams cannot be without. A VM that lacks one starts without them. */
const startupModules = ['_thread', '_warnings', '_weakref', '_codecs', '_io', '_imp', 'marshal', 'posix', 'time'];

class EmbeddedPython implements Python {
  readonly vm: VM;
  private readonly config: PythonConfig;

  constructor(vm: VM, config: PythonConfig) {
    this.vm = vm;
    this.config = config;
  }

  run(source: Source, options: RunOptions = {}): RunResult {
    return this.guarded(() => void runWithin(this.vm, () => this.start(source, options), options.limits));
  }

  async runAsync(source: Source, options: RunOptions = {}): Promise<RunResult> {
    try {
      await runWithinAsync(this.vm, () => this.start(source, options), options.limits);
      return { kind: 'done' };
    } catch (error) {
      return this.failure(error);
    }
  }

  interrupt(): void {
    interrupt(this.vm);
  }

  runFile(path: string): RunResult {
    return this.guarded(() => {
      const { files } = this.vm.host;
      if (!files) throw new HostError('ENOENT', path);
      const fd = files.open(path, 0, 0);
      const source = new Uint8Array(files.fstat(fd).size);
      files.read(fd, source);
      files.close(fd);
      this.mainModule.dict.setStr('__file__', strFromJS(path));
      runCode(this.vm, new PyCode(this.compile(source, path, 'exec')), this.mainModule.dict);
    });
  }

  eval(expression: string): unknown {
    try {
      return toJavaScript(this.vm, runCode(this.vm, new PyCode(this.compile(expression, '<string>', 'eval')), this.mainModule.dict));
    } catch (error) {
      if (error instanceof PyBaseException) throw new Error(exceptionText(this.vm, error, error.traceback ?? None), { cause: error });
      throw error;
    }
  }

  main(program: Program, options: Omit<ProgramOptions, 'config'>): ProgramEnd {
    return runProgram(this.vm, program, { ...options, config: this.config });
  }

  private get mainModule(): PyModule {
    return this.vm.modules.getStr('__main__') as PyModule;
  }

  private start(source: Source, { filename = '<string>' }: RunOptions): PyValue {
    const { dict } = this.mainModule;
    return pushCode(this.vm, new PyCode(this.compile(source, filename, 'exec')), dict, dict, null);
  }

  private compile(source: Source, filename: string, mode: 'exec' | 'eval'): CodeObject {
    const optimize = Math.min(this.config.flags.optimize, 2) as 0 | 1 | 2;
    return codeOfSource(this.vm, source, { filename, mode, optimize, onWarning: (warning) => issueWarning(this.vm, warning) });
  }

  private guarded(run: () => void): RunResult {
    try {
      run();
      return { kind: 'done' };
    } catch (error) {
      return this.failure(error);
    }
  }

  /** How a program ended that did not come to its end. A bug of ours goes on to the caller. */
  private failure(error: unknown): RunResult {
    if (error instanceof StopRun) return { kind: 'stopped', reason: error.reason };
    if (!(error instanceof PyBaseException)) throw error;
    const traceback = exceptionText(this.vm, error, error.traceback ?? None);
    if (!isInstance(this.vm, error, exceptionTypes.SystemExit)) return { kind: 'raised', type: error.cls.name, traceback };
    return { kind: 'raised', type: error.cls.name, traceback, exitCode: reportException(this.vm, error).status };
  }
}
