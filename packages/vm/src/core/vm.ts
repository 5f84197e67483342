import type { ImportTimes } from '../interpreter/import-times.ts';
import type { KeptModules } from '../kept-modules.ts';
import type { PyCode } from '../objects/code.ts';
import type { AbortSignalLike, Host } from '@py/code';
import type { PyBaseException } from '../objects/exceptions.ts';
import type { PyDict } from '../objects/dict.ts';
import type { Frame } from '../interpreter/frame.ts';
import type { PendingThrow } from '../interpreter/throw.ts';
import type { Budget } from '../interpreter/budget.ts';
import type { PyObject, PyValue } from './value.ts';
import type { PyType } from './type.ts';
import type { TextHasher } from '../protocol/hash-bits.ts';
import type { NativeModule } from './native-module.ts';
import { EXC, SUSPEND } from './value.ts';

/** The exception being handled, as a chain: a generator puts its own link on top while it runs (CPython's exc_info stack). */
export interface ExcInfo {
  value: PyBaseException | null;
  previous: ExcInfo | null;
}

/** What a native waits for: something to look at again and again (`poll`), a promise of the host's (`start`), or a call that blocks. */
export interface Suspension {
  /**
   * Gives the result once it has come, undefined before. `late`: the deadline has passed. May throw Python exceptions; must not run
   * Python code. Other threads run meanwhile.
   */
  poll?(late: boolean): PyValue | undefined;
  /**
   * Goes on in the thread that waited, with what `poll`, `block` or `start` gave: the result, or as a call may give it TAIL or SUSPEND.
   * May throw and run Python code.
   */
  then?(value: PyValue): PyValue;
  /** When to look even if nothing happened (`clockNow` of interpreter/threads.ts). */
  readonly deadline?: number;
  /** It comes from outside the VM and nothing tells when: look often. */
  readonly external?: boolean;
  /** Does the waiting here and now, blocking; absent where the host cannot block. */
  block?(): PyValue;
  /** Starts the waiting; the promise gives the call's result, or rejects with a Python exception object. */
  start?(signal: AbortSignalLike): Promise<PyValue>;
  /** For the error when neither is possible. */
  readonly what: string;
}

/** Warning classes that the VM itself issues. */
export type WarningCategory =
  | 'DeprecationWarning' | 'PendingDeprecationWarning' | 'RuntimeWarning' | 'SyntaxWarning' | 'ResourceWarning' | 'BytesWarning' | 'EncodingWarning' | 'ImportWarning' | 'UserWarning';

/** What `compile()` was asked for. */
export interface CompileValueRequest {
  readonly filename: PyValue;
  readonly mode: 'exec' | 'eval' | 'single' | 'func_type';
  /** Futures and `PyCF_*` bits. */
  readonly flags: number;
  /** -1 for the interpreter's own level. */
  readonly optimize: number;
  /** Minor version of the grammar, -1 for the newest. */
  readonly featureVersion: number;
  /** Name for messages: "compile() arg 1 must be a string, bytes or AST object". */
  readonly what: 'compile' | 'eval' | 'exec';
}

/** Compiles for the program: throws its SyntaxError as a Python exception. Gives a PyCode, or a tree for PyCF_ONLY_AST. */
export type CompileHook = (vm: VM, source: PyValue, request: CompileValueRequest) => PyValue;

/** What `sys` says about how the program was started. Paths in the host's form. */
export interface SysOptions {
  readonly argv?: readonly string[];
  readonly origArgv?: readonly string[];
  readonly executable?: string;
  /** `sys.flags` by name; absent ones have CPython's defaults. */
  readonly flags?: Readonly<Record<string, number | boolean>>;
  readonly warnoptions?: readonly string[];
  readonly xoptions?: Readonly<Record<string, string | true>>;
  readonly prefix?: string;
  readonly stdlibDir?: string;
  readonly path?: readonly string[];
  readonly pycachePrefix?: string | null;
  readonly stdlibModuleNames?: readonly string[];
  readonly multiarch?: string;
  readonly intMaxStrDigits?: number;
}

/** How str and bytes reach the codecs that are not built in; set by the `_codecs` module. `textOnly`: refuse codecs such as `zlib`. */
export interface CodecHook {
  /** str to bytes (or to anything, unless `textOnly`). Raises LookupError for an unknown encoding. */
  encode(vm: VM, value: PyValue, encoding: string, errors: string, textOnly: boolean): PyValue;
  /** Bytes to str (or to anything, unless `textOnly`). Raises LookupError for an unknown encoding. */
  decode(vm: VM, value: PyValue, encoding: string, errors: string, textOnly: boolean): PyValue;
}

/** Names of characters, for `unicodedata`. */
export interface UnicodeNames {
  /** The character of a name or alias, undefined if there is none. */
  codeOf(name: string): number | undefined;
  /** Name of a code point, or null. */
  nameOf(code: number): string | undefined;
}

/** Settings of one VM, which do not change while it runs. */
export interface VMOptions {
  readonly host: Host;
  /** Source (str, bytes or a syntax tree) → code object or tree; what `compile`, `eval` and `exec` use. Absent: those raise. */
  readonly compile?: CompileHook;
  readonly sys?: SysOptions;
  /** Text of a source that is not a file, by the name it was compiled under: for tracebacks. */
  readonly sourceText?: (filename: string) => string | null;
  /** Where the operator or subscript of an expression lies (characters), for the marks in tracebacks; needs a parser. */
  readonly anchors?: (expression: string) => { readonly left: number; readonly right: number } | null;
  /** Absent: no character has a name. */
  readonly unicodeNames?: UnicodeNames;
  /** Native modules by name, beside those the VM has itself. */
  readonly nativeModules?: ReadonlyMap<string, NativeModule>;
  /** Seed of str and bytes hashes (`PYTHONHASHSEED`); null for random. */
  readonly hashSeed?: number | null;
  /** Python calls between two re-entries of the loop from natives that may nest in JavaScript; see `enterNative`. */
  readonly nativeDepthLimit?: number;
  /** Shows V8 the whole loop before anything else runs (interpreter/rehearsal.ts). Default true; false for who wants to do without, or later: any other VM of the process does it for all. */
  readonly rehearse?: boolean;
  /** The VM is to be kept in a snapshot and to go on in another process (keep.ts): until then it does not ask the collector to tell of deaths. */
  readonly toBeKept?: boolean;
}

/**
 * One isolated Python: every mutable thing that programs share hangs on it. The evaluation loop keeps the running frame's
 * state in local variables and writes it back here around calls.
 */
export class VM {
  /** The host and the settings are others only after a VM that was kept has gone on (keep.ts). */
  host: Host;
  options: VMOptions;

  /** Innermost running frame. */
  frame: Frame | null;
  /** What the running frame returns or yields, while an instruction handler says so (interpreter/action.ts). */
  result: PyValue;
  /** Python frames allowed on the stack (`frame.depth`). */
  recursionLimit: number;
  /** JavaScript recursion through natives; checked against `nativeDepthLimit`. */
  nativeDepth: number;
  nativeDepthLimit: number;
  /** Recursion of repr, str and comparisons through built-in containers, which takes little of JavaScript's stack; checked against `recursionLimit`. */
  containerDepth: number;

  /** The exception in flight after a function gave EXC. */
  raised: PyBaseException | null;
  /** Where RERAISE stands, when the frame shows the instruction that raised first; -1 otherwise. */
  reraiseAt: number;
  /** Exceptions being handled. */
  excInfo: ExcInfo;
  /** Raised in `frame` as soon as the loop enters it: how `generator.throw` puts an exception into a frame it pushed. */
  pendingThrow: PendingThrow | null;
  /** What a function that gave SUSPEND waits for. */
  suspension: Suspension | null;

  /**
   * Instructions until the loop looks up (`interpreter/breaker.ts`): counts down at calls and backward jumps by the number of
   * instructions passed. Natives that do much work at once subtract from it through `charge`.
   */
  ticks: number;
  /** `sys.get_int_max_str_digits()`; 0 for no limit. */
  intMaxStrDigits: number;
  /** Bytes allocated since the last look, estimated; natives that allocate much add to it through `allocate`. */
  allocated: number;

  /** High half of the hash last computed (protocol/hash-bits.ts). */
  hashHigh: number;
  /** What str and bytes are hashed with; made at the first hash. */
  textHasher: TextHasher | null;

  /** `sys.modules`, `builtins.__dict__`, `sys.__dict__`; set when the VM starts. */
  declare modules: PyDict;
  declare builtins: PyDict;
  declare sysDict: PyDict;
  /** Native modules by name: those of the options and those that belong to the VM. */
  readonly nativeModules: Map<string, NativeModule>;
  /** importlib's `_bootstrap` module, once start-up has loaded it; without it only native modules can be imported. */
  importlib: PyValue | null;
  /** Classes made by this VM's programs, by built-in base class. */
  readonly subclassesOfBuiltins: Map<PyType, Set<WeakRef<PyType>>>;
  /** State of native modules, by module name. */
  readonly moduleStates: Map<string, unknown>;
  /** sys.settrace / setprofile / monitoring / stepping is on: the loop uses traced instruction arrays. */
  tracing: boolean;
  /** Changes when code must be looked at again because tracing was switched on or off. */
  traceVersion: number;
  /** What `ticks` was before {@link requestBreak} made it negative; -1 when it did not. */
  heldTicks: number;
  /** Signals whose handlers have not run yet. */
  readonly pendingSignals: number[];
  /** The Python handler of a signal, or null for none; set by the `_signal` module. */
  signalHandler: ((vm: VM, number: number) => PyValue | null) | null;
  /** What happens at once when a signal arrives: false if that is all. Set by the `_signal` module. */
  signalHook: ((vm: VM, number: number) => boolean) | null;
  /** When `onAlarm` is to be called (`clockNow` of interpreter/threads.ts); Infinity for never. */
  alarmAt: number;
  /** Called at that time, between two instructions. */
  onAlarm: ((vm: VM) => void) | null;
  /** Limits of the run under way (interpreter/run.ts), or null. */
  budget: Budget | null;
  /** Null before the `_codecs` module exists. */
  codecs: CodecHook | null;
  /** Asked by exec before it runs code as a whole in a namespace: has it been done otherwise? Null for nobody. */
  beforeExec: ((code: PyCode, globals: PyDict) => boolean) | null;
  /** Modules that were imported in advance. */
  keptModules: KeptModules | null;
  /** What `-X importtime` measures; null without it. */
  importTimes: ImportTimes | null;
  /** What {@link warn} calls; null before the `_warnings` module exists. */
  warningHook: ((vm: VM, category: WarningCategory, message: string, stackLevel: number, source: PyValue | null) => void) | null;
  /** `threading.get_ident()` of the running thread. */
  threadIdent: number;
  /** The VM is ending: `sys.is_finalizing()`. */
  finalizing: boolean;
  private nextId: number;
  private readonly primitiveIds: Map<number | bigint | string | boolean, number>;

  constructor(options: VMOptions) {
    this.options = options;
    this.host = options.host;
    this.frame = null;
    this.result = EXC;
    this.recursionLimit = 1000;
    this.nativeDepth = 0;
    this.containerDepth = 0;
    this.nativeDepthLimit = options.nativeDepthLimit ?? 120;
    this.raised = null;
    this.reraiseAt = -1;
    this.excInfo = { value: null, previous: null };
    this.pendingThrow = null;
    this.suspension = null;
    this.ticks = 10_000;
    this.allocated = 0;
    this.intMaxStrDigits = 4300;
    this.hashHigh = 0;
    this.textHasher = null;
    this.nativeModules = new Map(options.nativeModules ?? []);
    this.importlib = null;
    this.subclassesOfBuiltins = new Map();
    this.moduleStates = new Map();
    this.tracing = false;
    this.traceVersion = 0;
    this.warningHook = null;
    this.beforeExec = null;
    this.keptModules = null;
    this.importTimes = null;
    this.codecs = null;
    this.heldTicks = -1;
    this.pendingSignals = [];
    this.signalHandler = null;
    this.signalHook = null;
    this.alarmAt = Infinity;
    this.onAlarm = null;
    this.budget = null;
    this.threadIdent = 0x7f00_0000_0740;
    this.finalizing = false;
    this.nextId = 0x7f00_0000_0000;
    this.primitiveIds = new Map();
  }

  /** Records the exception and gives EXC, to be returned by a function called from the loop. */
  raise(exception: PyBaseException): PyValue {
    this.raised = exception;
    return EXC;
  }

  /** Gives SUSPEND, to be returned by a function called from the loop: it waits, and the result becomes the call's result. */
  suspend(suspension: Suspension): PyValue {
    this.suspension = suspension;
    return SUSPEND;
  }

  /** Issues a warning as `warnings.warn(message, category, stack_level, source)` would; set by the `_warnings` module. */
  warn(category: WarningCategory, message: string, stackLevel: number, source: PyValue | null = null): void {
    this.warningHook?.(this, category, message, stackLevel, source);
  }

  /** A signal has arrived for which Python has a handler: the breaker calls it at its next look. */
  signalArrived(number: number): void {
    if (this.signalHook !== null && !this.signalHook(this, number)) return;
    this.pendingSignals.push(number);
    this.requestBreak();
  }

  /** Makes the loop look up at its next call or backward jump. */
  requestBreak(): void {
    if (this.ticks < 0) return;
    this.heldTicks = this.ticks;
    this.ticks = -1;
  }

  /**
   * Counts work that a native does in one go, in units of about one bytecode instruction. Call it before the work. Throws what a limit
   * asks for when that is more than is left.
   */
  charge(units: number): void {
    if (this.budget !== null && units > this.budget.fuel) this.budget.exhausted(this, units);
    this.ticks -= units;
  }

  /**
   * Counts memory that a native is about to take, in bytes. Call it before allocating anything whose size a program chooses. Throws what a
   * limit asks for when that is more than there is.
   */
  allocate(bytes: number): void {
    this.allocated += bytes;
    if (this.budget !== null && this.allocated > this.budget.memory) this.budget.overdrawn(this);
  }

  /** State of a native module, made the first time. */
  state<T>(module: string, make: () => T): T {
    const known = this.moduleStates.get(module);
    if (known !== undefined) return known as T;
    const made = make();
    this.moduleStates.set(module, made);
    return made;
  }

  /** A number that no other object of this VM gets: `id()`. */
  newId(): number {
    this.nextId += 16;
    return this.nextId;
  }

  /** `id(object)` */
  idOf(object: PyObject): number {
    return (object.idNumber ??= this.newId());
  }

  /** `id` of an int, bool or str: the same number for equal values for as long as the VM lives. */
  idOfValue(value: number | bigint | string | boolean): number {
    let id = this.primitiveIds.get(value);
    if (id === undefined) this.primitiveIds.set(value, (id = this.newId()));
    return id;
  }
}
