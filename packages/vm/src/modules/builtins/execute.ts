import type { PyValue } from '../../core/value.ts';
import type { CompileValueRequest, VM } from '../../core/vm.ts';
import type { NativeDef } from '../../core/native.ts';
import { native, nativeRaw } from '../../core/native.ts';
import { typeOf } from '../../core/type.ts';
import { badArgument } from '../../core/arguments.ts';
import { keyError, runtimeError, typeError, valueError } from '../../core/errors.ts';
import { isStr, jsText, strFromJS } from '../../core/text.ts';
import { PyBytes } from '../../objects/bytes.ts';
import { PyByteArray } from '../../objects/bytearray.ts';
import { PyCode } from '../../objects/code.ts';
import { PyCell } from '../../objects/cell.ts';
import { PyDict } from '../../objects/dict.ts';
import { None } from '../../objects/none.ts';
import { PyTuple } from '../../objects/tuple.ts';
import { PyFunction } from '../../objects/function.ts';
import { buildClass } from '../../interpreter/build-class.ts';
import { importModule } from '../../interpreter/import.ts';
import { pushCode } from '../../interpreter/run-code.ts';
import { asIndex } from '../../protocol/number.ts';
import { isTrue } from '../../protocol/truth.ts';
import { globalsOf, localsOf } from './namespaces.ts';
import { audit, isAudited } from '../../protocol/audit.ts';
import { encodeStr } from '../../objects/str-encode.ts';

/* The functions of `builtins` that run code (CPython 3.12: Python/bltinmodule.c, import.c). */

/** `co_flags` bits that code inherits from the code that compiles it: the futures. */
const PyCF_MASK = 0x1fe0000;
/** Flags that compile() accepts: futures, DONT_IMPLY_DEDENT, ONLY_AST, IGNORE_COOKIE…, TYPE_COMMENTS, ALLOW_TOP_LEVEL_AWAIT, ALLOW_INCOMPLETE_INPUT. */
const allowedFlags = PyCF_MASK | 0x0200 | 0x0400 | 0x0100 | 0x1000 | 0x2000 | 0x4000 | 0x0010 | 0x10;

function futuresInForce(vm: VM): number {
  return vm.frame === null ? 0 : vm.frame.code.flags & PyCF_MASK;
}

/** Asks the host's compiler. */
function compileValue(vm: VM, source: PyValue, request: CompileValueRequest): PyValue {
  if (vm.options.compile === undefined) throw runtimeError('this VM was made without a compiler');
  return vm.options.compile(vm, source, request);
}

function builtin_compile(
  vm: VM, source: PyValue, filename: PyValue, mode: PyValue, flags: PyValue | undefined, dont_inherit: PyValue | undefined,
  optimize: PyValue | undefined, _feature_version: PyValue | undefined,
): PyValue {
  const flagBits = flags === undefined ? 0 : Number(asIndex(vm, flags));
  if ((flagBits & ~allowedFlags) !== 0) throw valueError('compile(): unrecognised flags');
  const level = optimize === undefined ? -1 : Number(asIndex(vm, optimize));
  if (level < -1 || level > 2) throw valueError('compile(): invalid optimize value');
  if (!isStr(mode)) throw badArgument('compile', "argument 'mode'", 'str', mode);
  const modeText = jsText(mode);
  if (!['exec', 'eval', 'single', 'func_type'].includes(modeText)) throw valueError("compile() mode must be 'exec', 'eval', 'single' or 'func_type'");
  if (modeText === 'func_type' && (flagBits & 0x400) === 0) throw valueError("compile() mode 'func_type' requires flag PyCF_ONLY_AST");
  const inherit = dont_inherit === undefined || !isTrue(vm, dont_inherit);
  auditCompile(vm, source, filename);
  return compileValue(vm, source, {
    filename,
    mode: modeText as 'exec' | 'eval' | 'single' | 'func_type',
    flags: flagBits | (inherit ? futuresInForce(vm) : 0),
    optimize: level,
    featureVersion: _feature_version === undefined ? -1 : Number(asIndex(vm, _feature_version)),
    what: 'compile',
  });
}

/** Tells auditing hooks of a source: its bytes, None for a syntax tree. */
function auditCompile(vm: VM, source: PyValue, filename: PyValue): void {
  if (!isAudited(vm)) return;
  const shown = isStr(source) ? encodeStr(vm, source, 'utf-8', 'surrogatepass') : source instanceof PyBytes ? source : None;
  audit(vm, 'compile', shown, filename);
}

/** The namespaces of `eval` and `exec`, checked and completed. */
function namespaces(vm: VM, name: 'eval' | 'exec', globals: PyValue, locals: PyValue): { globals: PyDict; locals: PyValue } {
  if (globals === None) {
    const current = globalsOf(vm);
    return { globals: current, locals: locals === None ? localsOf(vm) : locals };
  }
  if (!(globals instanceof PyDict)) {
    if (name === 'eval') {
      const mapping = typeOf(globals).mp_subscript !== undefined;
      throw typeError(mapping ? 'globals must be a real dict; try eval(code, {}, mapping)' : 'globals must be a dict');
    }
    throw typeError(`exec() globals must be a dict, not ${typeOf(globals).tpName}`);
  }
  if (locals !== None && typeOf(locals).mp_subscript === undefined) {
    throw typeError(name === 'eval' ? 'locals must be a mapping' : `locals must be a mapping or None, not ${typeOf(locals).tpName}`);
  }
  return { globals, locals: locals === None ? globals : locals };
}

function addBuiltins(vm: VM, globals: PyDict): void {
  if (globals.getStr('__builtins__') === undefined) globals.setStr('__builtins__', vm.builtins);
}

function builtin_eval(vm: VM, source: PyValue, globalsArg: PyValue | undefined, localsArg: PyValue | undefined): PyValue {
  const { globals, locals } = namespaces(vm, 'eval', globalsArg ?? None, localsArg ?? None);
  addBuiltins(vm, globals);
  if (source instanceof PyCode) {
    if (source.code.co_freevars.length > 0) throw typeError('code object passed to eval() may not contain free variables');
    audit(vm, 'exec', source);
    return pushCode(vm, source, globals, locals, null);
  }
  let text: PyValue = source;
  if (isStr(source)) text = strFromJS(jsText(source).replace(/^[ \t]+/, ''));
  else if (source instanceof PyBytes || source instanceof PyByteArray) {
    let start = 0;
    while (source.bytes[start] === 0x20 || source.bytes[start] === 0x09) start++;
    if (start > 0) text = new PyBytes(source.bytes.slice(start));
  }
  auditCompile(vm, text, '<string>');
  const code = compileValue(vm, text, { filename: '<string>', mode: 'eval', flags: futuresInForce(vm) | 0x100, optimize: -1, featureVersion: -1, what: 'eval' });
  audit(vm, 'exec', code);
  return pushCode(vm, code as PyCode, globals, locals, null);
}

function builtin_exec(vm: VM, source: PyValue, globalsArg: PyValue | undefined, localsArg: PyValue | undefined, closureArg: PyValue | undefined): PyValue {
  const { globals, locals } = namespaces(vm, 'exec', globalsArg ?? None, localsArg ?? None);
  addBuiltins(vm, globals);
  const closure = closureArg === undefined || closureArg === None ? null : closureArg;
  if (source instanceof PyCode) {
    const free = source.code.co_freevars.length;
    if (free === 0) {
      if (closure !== null) throw typeError('cannot use a closure with this code object');
    } else {
      const ok = closure instanceof PyTuple && closure.items.length === free && closure.items.every((cell) => cell instanceof PyCell);
      if (!ok) throw typeError(`code object requires a closure of exactly length ${free}`);
    }
    audit(vm, 'exec', source);
    if (vm.beforeExec !== null && locals === globals && vm.beforeExec(source, globals)) return None;
    return pushCode(vm, source, globals, locals, closure as PyTuple | null, 'discard');
  }
  if (closure !== null) throw typeError('closure can only be used when source is a code object');
  auditCompile(vm, source, '<string>');
  const code = compileValue(vm, source, { filename: '<string>', mode: 'exec', flags: futuresInForce(vm) | 0x100, optimize: -1, featureVersion: -1, what: 'exec' });
  audit(vm, 'exec', code);
  return pushCode(vm, code as PyCode, globals, locals, null, 'discard');
}

/** `__import__`: what is loaded already is given at once, the rest is importlib's. */
function builtin_import(vm: VM, name: PyValue, globals: PyValue | undefined, _locals: PyValue | undefined, fromlist: PyValue | undefined, level: PyValue | undefined): PyValue {
  if (!isStr(name)) throw typeError('module name must be a string');
  const depth = level === undefined ? 0 : Number(asIndex(vm, level));
  if (depth > 0 && globals === undefined) throw keyError("'__name__' not in globals");
  return importModule(vm, jsText(name), globals ?? None, fromlist ?? None, depth);
}

/** `class` statements call this. */
function builtin_build_class(vm: VM, _self: PyValue | null, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const names = [...(kwnames ?? [])];
  const positional = args.slice(0, args.length - names.length);
  const keywords = new Map(names.map((key, i) => [key, args[positional.length + i]] as const));
  if (positional.length < 2) throw typeError('__build_class__: not enough arguments');
  const [func, name] = positional;
  if (!(func instanceof PyFunction)) throw typeError('__build_class__: func must be a function');
  if (!isStr(name)) throw typeError('__build_class__: name is not a string');
  return buildClass(vm, func, name, positional.slice(2), keywords);
}

export const executing: readonly NativeDef[] = [
  native('compile(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)', builtin_compile, 'Compile source into a code object that can be executed by exec() or eval().\n\nThe source code may represent a Python module, statement or expression.\nThe filename will be used for run-time error messages.\nThe mode must be \'exec\' to compile a module, \'single\' to compile a\nsingle (interactive) statement, or \'eval\' to compile an expression.\nThe flags argument, if present, controls which future statements influence\nthe compilation of the code.\nThe dont_inherit argument, if true, stops the compilation inheriting\nthe effects of any future statements in effect in the code calling\ncompile; if absent or false these statements do influence the compilation,\nin addition to any features explicitly specified.'),
  native('eval(source, globals=None, locals=None, /)', builtin_eval, 'Evaluate the given source in the context of globals and locals.\n\nThe source may be a string representing a Python expression\nor a code object as returned by compile().\nThe globals must be a dictionary and locals can be any mapping,\ndefaulting to the current globals and locals.\nIf only globals is given, locals defaults to it.'),
  native('exec(source, globals=None, locals=None, /, *, closure=None)', builtin_exec, 'Execute the given source in the context of globals and locals.\n\nThe source may be a string representing one or more Python statements\nor a code object as returned by compile().\nThe globals must be a dictionary and locals can be any mapping,\ndefaulting to the current globals and locals.\nIf only globals is given, locals defaults to it.\nThe closure must be a tuple of cellvars, and can only be used\nwhen source is a code object requiring exactly that many cellvars.'),
  native('__import__(name, globals=None, locals=None, fromlist=(), level=0)', builtin_import, "Import a module.\n\nBecause this function is meant for use by the Python\ninterpreter and not for general use, it is better to use\nimportlib.import_module() to programmatically import a module.\n\nThe globals argument is only used to determine the context;\nthey are not modified.  The locals argument is unused.  The fromlist\nshould be a list of names to emulate ``from name import ...``, or an\nempty list to emulate ``import name``.\nWhen importing a module from a package, note that __import__('A.B', ...)\nreturns package A when fromlist is empty, but its submodule B when\nfromlist is not empty.  The level argument is used to determine whether to\nperform absolute or relative imports: 0 is absolute, while a positive number\nis the number of parent directories to search relative to the current module."),
  nativeRaw('__build_class__(func, name, /, *bases, [metaclass], **kwds)', builtin_build_class, '__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nInternal helper function used by the class statement.').unsigned(),
];

