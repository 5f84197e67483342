// Errors and warnings of the front end as Python's exceptions.
import type { PySyntaxError, PySyntaxWarning } from '@py/ast';
import { call, exceptionTypes, lookupAttr, newTuple, None, PyBytes, setAttr, strFromJS, type PyBaseException, type VM } from '@py/vm/native';

declare const TextDecoder: new (label: string) => { decode(bytes: Uint8Array): string };

/** Is it what the front end throws for bad source? (By name: two versions of the contract may be installed side by side.) */
export function isSyntaxError(error: unknown): error is PySyntaxError {
  return error instanceof Error && error.name === 'PySyntaxError';
}

/** Who found the error: CPython's phases leave different traces in the exception. */
export type ErrorOrigin =
  /** The place is in `args`. */
  | 'parser'
  /** The place is in the attributes only; the line is looked up in the file. */
  | 'symtable'
  /** As the parser, but the line is looked up in the file. */
  | 'compiler';

/** The exception that `compile()` raises. */
export function syntaxErrorToPython(vm: VM, error: PySyntaxError, origin: ErrorOrigin): PyBaseException {
  const type = exceptionTypes[error.pyClass];
  const message = strFromJS(error.message);
  const { undecodable } = error;
  if (undecodable && error.pyClass === 'UnicodeDecodeError') {
    const { encoding, bytes, start, end, reason } = undecodable;
    return call(vm, type, [strFromJS(encoding), new PyBytes(bytes), start, end, strFromJS(reason)]) as PyBaseException;
  }
  if (!type.isSubtypeOf(exceptionTypes.SyntaxError)) return call(vm, type, [message]) as PyBaseException;
  // A program file that cannot be decoded: CPython gives no place at all.
  if (error.lineno === 0 && error.offset === 0) return call(vm, type, [message]) as PyBaseException;
  const text = error.text ?? (origin === 'parser' ? null : lineOfFile(vm, error.filename, error.lineno));
  const start = [strFromJS(error.filename), error.lineno, error.offset, text === null ? None : strFromJS(text)];
  const end = [error.end_lineno ?? None, error.end_offset ?? None];
  if (origin !== 'symtable') return call(vm, type, [message, newTuple(error.end_lineno === null ? start : [...start, ...end])]) as PyBaseException;
  const exception = call(vm, type, [message]) as PyBaseException;
  ['filename', 'lineno', 'offset', 'text', 'end_lineno', 'end_offset'].forEach((name, index) => setAttr(vm, exception, name, [...start, ...end][index]));
  return exception;
}

/** A line with its line end, where the name is that of a file. CPython 3.12: Python/errors.c, PyErr_ProgramTextObject. */
function lineOfFile(vm: VM, filename: string, lineno: number): string | null {
  const { files } = vm.host;
  if (!files || lineno < 1) return null;
  try {
    const fd = files.open(filename, 0, 0);
    const bytes = new Uint8Array(files.fstat(fd).size);
    files.read(fd, bytes);
    files.close(fd);
    return new TextDecoder('utf-8').decode(bytes).split(/(?<=\n)/)[lineno - 1] ?? null;
  } catch {
    return null;
  }
}

/**
 * Issues a warning at a place in the source, as `warnings.warn_explicit` does. A filter that makes it an error gets the
 * SyntaxError that CPython raises instead.
 */
export function issueWarning(vm: VM, warning: PySyntaxWarning): void {
  const warnings = vm.modules.getStr('_warnings');
  const warnExplicit = warnings && lookupAttr(vm, warnings, 'warn_explicit');
  if (!warnExplicit) return;
  const category = exceptionTypes[warning.category];
  try {
    call(vm, warnExplicit, [strFromJS(warning.message), category, strFromJS(warning.filename), warning.lineno]);
  } catch (error) {
    const raised = error as PyBaseException;
    if (raised.cls !== category) throw error;
    const { message, filename, lineno, offset, end_lineno, end_offset } = warning;
    const text = warning.text ?? lineOfFile(vm, filename, lineno);
    const place = [strFromJS(filename), lineno, offset ?? None, text === null ? None : strFromJS(text), end_lineno ?? None, end_offset ?? None];
    throw call(vm, exceptionTypes.SyntaxError, [strFromJS(message), newTuple(place)]);
  }
}
