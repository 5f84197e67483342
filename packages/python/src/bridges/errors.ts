// Errors and warnings of the front end as Python's exceptions.
import type { PySyntaxError, PySyntaxWarning } from '@py/ast';
import { call, exceptionTypes, lookupAttr, newTuple, None, setAttr, strFromJS, type PyBaseException, type PyValue, type VM } from '@py/vm/native';

/** Is it what the front end throws for bad source? (By name: two versions of the contract may be installed side by side.) */
export function isSyntaxError(error: unknown): error is PySyntaxError {
  return error instanceof Error && error.name === 'PySyntaxError';
}

/**
 * The exception that `compile()` raises. CPython's parser and compiler put the place into `args`, its symbol table only into
 * the attributes.
 */
export function syntaxErrorToPython(vm: VM, error: PySyntaxError, placeInArguments: boolean): PyBaseException {
  const type = exceptionTypes[error.pyClass];
  const message = strFromJS(error.message);
  if (!type.isSubtypeOf(exceptionTypes.SyntaxError)) return call(vm, type, [message]) as PyBaseException;
  const place: Record<string, PyValue> = {
    filename: strFromJS(error.filename),
    lineno: error.lineno,
    offset: error.offset,
    text: error.text === null ? None : strFromJS(error.text),
    end_lineno: error.end_lineno ?? None,
    end_offset: error.end_offset ?? None,
  };
  if (placeInArguments) return call(vm, type, [message, newTuple(Object.values(place))]) as PyBaseException;
  const exception = call(vm, type, [message]) as PyBaseException;
  for (const [name, value] of Object.entries(place)) setAttr(vm, exception, name, value);
  return exception;
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
    const place = newTuple([strFromJS(warning.filename), warning.lineno, None, None, None, None]);
    throw call(vm, exceptionTypes.SyntaxError, [strFromJS(warning.message), place]);
  }
}
