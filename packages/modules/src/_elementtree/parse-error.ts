import { call, defineType, exceptionTypes, strFromJS } from '@py/vm/native';
import type { PyBaseException, PyType, VM } from '@py/vm/native';

export const parseErrorType: PyType = defineType('ParseError', { module: 'xml.etree.ElementTree', bases: [exceptionTypes.SyntaxError], basetype: true, ownLayout: false, hasDict: true, hasWeakref: true });

/** A new ParseError: a SyntaxError, whose parts its constructor sets. */
export function newParseError(vm: VM, message: string): PyBaseException {
  return call(vm, parseErrorType, [strFromJS(message)]) as PyBaseException; // The class makes nothing else.
}
