// Frames, calls and exceptions. What the instructions do is in instructions.ts.
import { CodeFlag, exceptionEntries, locationAt, walkInstructions, type CodeObject, type Importer } from '@py/code';
import { stepOf, type Step } from './instructions.ts';
import { Builtin, ExceptionClass, exceptionClasses, PyDict, PyException, PyFunction, PyModule, raised, typeName, type Cell, type Namespace, type Value } from './values.ts';

/** A code object made ready to run: a closure for each instruction. */
interface Program {
  readonly steps: readonly Step[];
  /** Byte offset of each instruction. */
  readonly offsets: readonly number[];
  /** Who catches what an instruction raises. */
  readonly handlers: readonly (Handler | null)[];
}

interface Handler {
  readonly target: number;
  readonly depth: number;
  readonly lasti: boolean;
}

/** What one run shares. */
export class Machine {
  readonly builtins: Namespace;
  readonly modules = new Map<string, PyModule>();
  /** The exception that is being handled. */
  handled: PyException | null = null;
  /** Called at every jump back and every call: where a run can be ended. */
  readonly tick: () => void;
  private readonly importer: Importer | undefined;
  private readonly programs = new WeakMap<CodeObject, Program>();

  constructor(builtins: Namespace, importer: Importer | undefined, tick: () => void) {
    [this.builtins, this.importer, this.tick] = [builtins, importer, tick];
  }

  runModule(name: string, code: CodeObject): PyModule {
    const module = new PyModule(name, new Map<string, Value>([['__name__', name]]));
    this.modules.set(name, module);
    new Frame(this, code, module.names, module.names).run();
    return module;
  }

  importModule(name: string): PyModule {
    const known = this.modules.get(name);
    if (known) return known;
    const spec = this.importer?.findSpec(name);
    const code = spec && this.importer?.getCode(spec);
    if (!code) throw raised('ModuleNotFoundError', `No module named '${name}'`);
    return this.runModule(name, code);
  }

  call(callee: Value, args: readonly Value[], keywords: ReadonlyMap<string, Value>): Value {
    this.tick();
    if (callee instanceof Builtin) return callee.call(args, keywords);
    if (callee instanceof ExceptionClass) return new PyException(callee, args);
    if (!(callee instanceof PyFunction)) throw raised('TypeError', `'${typeName(callee)}' object is not callable`);
    const frame = new Frame(this, callee.code, callee.globals, null);
    bindArguments(callee, args, keywords, frame.locals);
    frame.closure = callee.closure;
    return frame.run();
  }

  program(code: CodeObject): Program {
    let program = this.programs.get(code);
    if (!program) this.programs.set(code, (program = translate(code)));
    return program;
  }
}

function translate(code: CodeObject): Program {
  const instructions = [...walkInstructions(code.co_code)];
  const indexOf = new Map(instructions.flatMap(({ start, offset }, index) => [[start, index], [offset, index]]));
  const entries = exceptionEntries(code.co_exceptiontable);
  return {
    steps: instructions.map((instruction) => stepOf(instruction, code, indexOf)),
    offsets: instructions.map(({ offset }) => offset),
    handlers: instructions.map(({ offset }) => {
      const entry = entries.find(({ start, end }) => start <= offset && offset < end);
      return entry ? { target: indexOf.get(entry.target)!, depth: entry.depth, lasti: entry.lasti } : null;
    }),
  };
}

/** One call. */
export class Frame {
  readonly machine: Machine;
  readonly code: CodeObject;
  readonly globals: Namespace;
  /** Names of a module's body; null in functions, whose variables are numbered. */
  readonly names: Namespace | null;
  readonly locals: (Value | Cell | undefined)[];
  readonly stack: unknown[] = [];
  closure: readonly Cell[] = [];
  /** Index of the next instruction. */
  next = 0;
  result: Value | undefined = undefined;
  /** Names for the last arguments of the next call. */
  keywordNames: readonly string[] = [];
  /** The instruction raises an exception again, which has passed here already. */
  reraises = false;

  constructor(machine: Machine, code: CodeObject, globals: Namespace, names: Namespace | null) {
    [this.machine, this.code, this.globals, this.names] = [machine, code, globals, names];
    this.locals = new Array<Value | undefined>(code.co_localsplusnames.length).fill(undefined);
  }

  run(): Value {
    const { steps } = this.machine.program(this.code);
    for (;;) {
      try {
        while (this.result === undefined) steps[this.next++](this);
        return this.result;
      } catch (error) {
        this.unwind(error);
      }
    }
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  /** The topmost value. Instructions know what they find. */
  pop<T = Value>(): T {
    return this.stack.pop() as T;
  }

  /** Goes to the handler of the instruction that raised, or lets the exception pass on. */
  private unwind(error: unknown): void {
    const exception = error instanceof RangeError ? raised('RecursionError', 'maximum recursion depth exceeded') : error;
    if (!(exception instanceof PyException)) throw error;
    const { handlers, offsets } = this.machine.program(this.code);
    const index = this.next - 1;
    if (exception.frames.length === 0 && exception.context === null && this.machine.handled !== exception) exception.context = this.machine.handled;
    if (!this.reraises) exception.frames.unshift(`  File "${this.code.co_filename}", line ${locationAt(this.code, offsets[index])?.lineno ?? 0}, in ${this.code.co_name}\n`);
    this.reraises = false;
    const handler = handlers[index];
    if (!handler) throw exception;
    this.stack.length = handler.depth;
    if (handler.lasti) this.push(index);
    this.push(exception);
    this.next = handler.target;
  }
}

/** Puts arguments where parameters are; in CPython's words if they do not fit. */
function bindArguments({ code, defaults, kwdefaults }: PyFunction, args: readonly Value[], keywords: ReadonlyMap<string, Value>, locals: (Value | Cell | undefined)[]): void {
  const { co_argcount, co_posonlyargcount, co_kwonlyargcount, co_localsplusnames, co_qualname } = code;
  const fail = (text: string): PyException => raised('TypeError', `${co_qualname}() ${text}`);
  const named = co_argcount + co_kwonlyargcount;
  for (let index = 0; index < Math.min(args.length, co_argcount); index++) locals[index] = args[index];
  const more = new PyDict();
  for (const [name, value] of keywords) {
    const index = co_localsplusnames.indexOf(name, co_posonlyargcount);
    if (index >= 0 && index < named) {
      if (locals[index] !== undefined) throw fail(`got multiple values for argument '${name}'`);
      locals[index] = value;
    } else if ((code.co_flags & CodeFlag.VARKEYWORDS) !== 0) more.set(name, value);
    else throw fail(`got an unexpected keyword argument '${name}'`);
  }
  let last = named;
  if ((code.co_flags & CodeFlag.VARARGS) !== 0) locals[last++] = args.slice(co_argcount);
  else if (args.length > co_argcount) throw fail(tooMany(code, defaults.length, args.length, locals));
  if ((code.co_flags & CodeFlag.VARKEYWORDS) !== 0) locals[last] = more;
  const setDefault = (index: number, value: Value): void => {
    if (locals[index] === undefined) locals[index] = value;
  };
  defaults.forEach((value, index) => setDefault(co_argcount - defaults.length + index, value));
  for (const [name, value] of kwdefaults) setDefault(co_localsplusnames.indexOf(name), value);
  const missing = (from: number, to: number, kind: string): void => {
    const names = co_localsplusnames.slice(from, to).filter((_, index) => locals[from + index] === undefined);
    if (names.length > 0) throw fail(`missing ${names.length} required ${kind} argument${names.length > 1 ? 's' : ''}: ${listedNames(names)}`);
  };
  missing(0, co_argcount, 'positional');
  missing(co_argcount, named, 'keyword-only');
}

function tooMany({ co_argcount, co_kwonlyargcount }: CodeObject, optional: number, given: number, locals: readonly unknown[]): string {
  const takes = optional > 0 ? `from ${co_argcount - optional} to ${co_argcount}` : `${co_argcount}`;
  const keywordOnly = locals.slice(co_argcount, co_argcount + co_kwonlyargcount).filter((value) => value !== undefined).length;
  const were = keywordOnly > 0 ? ` positional argument${given > 1 ? 's' : ''} (and ${keywordOnly} keyword-only argument${keywordOnly > 1 ? 's' : ''}) were` : given > 1 ? ' were' : ' was';
  return `takes ${takes} positional argument${co_argcount === 1 && optional === 0 ? '' : 's'} but ${given}${were} given`;
}

/** `'a', 'b', and 'c'` */
function listedNames(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  if (quoted.length < 3) return quoted.join(' and ');
  return `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`;
}

/** The exception that `raise` makes of its operand. */
export function toException(value: Value): PyException {
  if (value instanceof PyException) return value;
  if (value instanceof ExceptionClass) return new PyException(value, []);
  throw raised('TypeError', 'exceptions must derive from BaseException');
}

/** Is `exception` what `except kind` catches? */
export function matches(exception: PyException, kind: Value): boolean {
  if (Array.isArray(kind)) return kind.some((one: Value) => matches(exception, one));
  if (!(kind instanceof ExceptionClass) || !kind.isSubclassOf(exceptionClasses['BaseException'])) throw raised('TypeError', 'catching classes that do not inherit from BaseException is not allowed');
  return exception.cls.isSubclassOf(kind);
}
