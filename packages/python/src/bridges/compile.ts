// What `compile`, `eval` and `exec` call: Python's source object in, code object or tree out. CPython 3.12: Python/bltinmodule.c, builtin_compile_impl.
import { validate, type mod } from '@py/ast';
import type { CodeObject } from '@py/code';
import {
  call, callMethod, exceptionTypes, isStr, jsText, lookupSpecial, PyByteArray, PyBytes, PyCode, typeError, typeOf, type CompileHook, type CompileValueRequest, type PyValue, type VM,
} from '@py/vm/native';
import { codeOf, CompileFlag, readTree, symbolsOf, type CompileOptions, type Source } from '../pipeline.ts';
import { debugRanges, withoutColumns } from '../debug-ranges.ts';
import { nodeFromPython } from './ast/from-python.ts';
import { isNode } from './ast/module.ts';
import { nodeToPython } from './ast/to-python.ts';
import { sourceDecoder } from './source-decoder.ts';
import { isSyntaxError, issueWarning, syntaxErrorToPython, type ErrorOrigin } from './errors.ts';

/** `optimize` is the interpreter's own level, for requests that say -1. */
export function compileHook(optimize: 0 | 1 | 2): CompileHook {
  return (vm, source, request) => compileValue(vm, source, request, optimize);
}

function compileValue(vm: VM, source: PyValue, request: CompileValueRequest, level: 0 | 1 | 2): PyValue {
  const onlyTree = (request.flags & CompileFlag.ONLY_AST) !== 0;
  const options: CompileOptions = {
    filename: fileName(vm, request.filename),
    mode: request.mode as 'exec',
    flags: request.flags,
    optimize: request.optimize < 0 ? level : (request.optimize as 0 | 1 | 2),
    featureVersion: request.featureVersion < 0 ? undefined : request.featureVersion,
    maxIntDigits: vm.intMaxStrDigits,
    onWarning: (warning) => issueWarning(vm, warning),
  };
  if (isNode(source)) {
    if (onlyTree) return source;
    const tree = nodeFromPython(vm, source, request.mode);
    inPython(vm, 'parser', () => validate(tree));
    return new PyCode(codeOfTree(vm, tree, options));
  }
  const text = sourceOf(vm, source, request.what);
  if (onlyTree) return nodeToPython(vm, treeOfSource(vm, text, options));
  return new PyCode(codeOfSource(vm, text, options));
}

/** The code object of a source; what is wrong with it is raised in the program. */
export function codeOfSource(vm: VM, source: Source, options: CompileOptions): CodeObject {
  return codeOfTree(vm, treeOfSource(vm, source, options), options);
}

/** The tree of a source; what is wrong with it is raised in the program. */
export function treeOfSource(vm: VM, source: Source, options: CompileOptions): mod {
  return inPython(vm, 'parser', () => readTree(source, { ...options, decode: sourceDecoder(vm, options.fromFile ?? false) }));
}

/** The code object of a tree; what is wrong with it is raised in the program. */
export function codeOfTree(vm: VM, tree: mod, options: CompileOptions): CodeObject {
  const symbols = inPython(vm, 'symtable', () => symbolsOf(tree, options));
  const code = inPython(vm, 'compiler', () => codeOf(tree, symbols, options));
  return debugRanges(vm).kept ? code : withoutColumns(code);
}

/** Runs a phase; what it throws for bad source is raised in the program. */
export function inPython<T>(vm: VM, origin: ErrorOrigin, phase: () => T): T {
  try {
    return phase();
  } catch (error) {
    if (isSyntaxError(error)) throw syntaxErrorToPython(vm, error, origin);
    throw error;
  }
}

/** The text or bytes of a source object. CPython 3.12: Python/pythonrun.c, _Py_SourceAsString. */
export function sourceOf(vm: VM, source: PyValue, what: 'compile' | 'eval' | 'exec' | 'symtable'): Source {
  let result: Source;
  if (isStr(source)) {
    // Raises the UnicodeEncodeError that a lone surrogate deserves.
    if (typeof source === 'string' && /[\ud800-\udfff]/.test(source)) callMethod(vm, source, 'encode', ['utf-8']);
    result = jsText(source);
  } else {
    result = bufferOf(vm, source, what);
  }
  const hasNull = typeof result === 'string' ? result.includes('\0') : result.includes(0);
  if (hasNull) throw call(vm, exceptionTypes.SyntaxError, ['source code string cannot contain null bytes']);
  return result;
}

const accepted = { compile: 'string, bytes or AST', eval: 'string, bytes or code', exec: 'string, bytes or code', symtable: 'string or bytes' };

function bufferOf(vm: VM, source: PyValue, what: keyof typeof accepted): Uint8Array {
  if (source instanceof PyBytes || source instanceof PyByteArray) return source.bytes.slice();
  const isBuffer = typeof source === 'object' && typeOf(source).bf_getbuffer !== undefined;
  if (!isBuffer) throw typeError(`${what}() arg 1 must be a ${accepted[what]} object`);
  return (callMethod(vm, source, 'tobytes') as PyBytes).bytes;
}

/** A file name that is a str, bytes or path object. CPython 3.12: Objects/unicodeobject.c, PyUnicode_FSDecoder. */
export function fileName(vm: VM, value: PyValue): string {
  let path = value;
  if (!isStr(path) && !(path instanceof PyBytes)) {
    const fspath = lookupSpecial(vm, path, '__fspath__');
    if (fspath === undefined) throw typeError(`expected str, bytes or os.PathLike object, not ${typeOf(path).name}`);
    path = call(vm, fspath);
    if (!isStr(path) && !(path instanceof PyBytes)) {
      throw typeError(`expected ${typeOf(value).name}.__fspath__() to return str or bytes, not ${typeOf(path).name}`);
    }
  }
  if (path instanceof PyBytes) path = callMethod(vm, path, 'decode', ['utf-8', 'surrogateescape']);
  return jsText(path);
}

