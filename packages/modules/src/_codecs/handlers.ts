import {
  asIndexClamped, bufferBytes, call, codePoints, errorHandlers, exceptionTypes, getAttr, importModule, isStr, jsText, lookupError, native, newTuple, None, PyBaseException, PyBuiltinFunction, PyBytes,
  repairDecode, repairEncode, strFromJS, strFromPoints, typeError, typeOf,
} from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';

/* Error handlers as Python objects (CPython 3.12: Python/codecs.c). */

const names = ['strict', 'ignore', 'replace', 'xmlcharrefreplace', 'backslashreplace', 'namereplace', 'surrogatepass', 'surrogateescape'];

/** Registers those that there are from the start. */
export function registerHandlers(vm: VM): void {
  for (const name of names) errorHandlers(vm).set(name, builtinHandler(name));
}

/** `codecs.register_error(name, handler)` */
export function registerError(vm: VM, name: string, handler: PyValue): PyValue {
  if (typeOf(handler).tp_call === undefined) throw typeError('handler must be callable');
  errorHandlers(vm).set(name, handler);
  return None;
}

/** `codecs.lookup_error(name)` */
export function lookupErrorHandler(vm: VM, name: string): PyValue {
  const handler = errorHandlers(vm).get(name);
  if (handler === undefined) throw lookupError(`unknown error handler name '${name}'`);
  return handler;
}

/** A handler as an object: `codecs.lookup_error('replace')`. */
function builtinHandler(name: string): PyValue {
  const def = native(`${name}_errors(exception, /)`, (owner: VM, exception: PyValue) => handle(owner, name, exception));
  return new PyBuiltinFunction(def, null);
}

function handle(vm: VM, name: string, exception: PyValue): PyValue {
  if (name === 'strict') throw exception instanceof PyBaseException ? exception : typeError('codec must pass exception instance');
  if (!(exception instanceof PyBaseException) || !exception.cls.isSubtypeOf(exceptionTypes.UnicodeError)) throw unknownError(exception);
  const { object, encoding, reason } = exception.fields ?? {};
  const size = object === undefined ? 0 : isStr(object) ? codePoints(object).length : bufferBytes(vm, object).length;
  // Positions outside are cut.
  const start = Math.min(Math.max(0, asIndexClamped(vm, exception.fields?.start ?? 0)), Math.max(0, size - 1));
  const end = Math.min(Math.max(1, asIndexClamped(vm, exception.fields?.end ?? 0)), size);
  try {
    if (exception.cls.isSubtypeOf(exceptionTypes.UnicodeEncodeError)) {
      if (name === 'namereplace') return nameReplace(vm, object as PyValue, start, end);
      const repair = repairEncode(vm, name, jsText(encoding as PyValue), object as PyValue, start, end, jsText(reason as PyValue));
      return newTuple([repair.bytes !== null ? new PyBytes(repair.bytes) : strFromPoints(repair.points ?? []), repair.next]);
    }
    if (exception.cls.isSubtypeOf(exceptionTypes.UnicodeDecodeError) && name !== 'xmlcharrefreplace' && name !== 'namereplace') {
      const repair = repairDecode(vm, name, jsText(encoding as PyValue), bufferBytes(vm, object as PyValue), start, end, jsText(reason as PyValue));
      return newTuple([strFromPoints(repair.points), repair.next]);
    }
  } catch (error) {
    // The handler cannot help: the exception is the one it was given.
    throw error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.UnicodeError) ? exception : error;
  }
  if (exception.cls.isSubtypeOf(exceptionTypes.UnicodeTranslateError)) {
    if (name === 'ignore') return newTuple(['', end]);
    if (name === 'replace') return newTuple([strFromPoints(new Array<number>(end - start).fill(0xfffd)), end]);
    if (name === 'backslashreplace') {
      const repair = repairEncode(vm, name, '', object as PyValue, start, end, '');
      return newTuple([strFromPoints(repair.points ?? []), end]);
    }
  }
  throw unknownError(exception);
}

const unknownError = (exception: PyValue): PyValue => typeError(`don't know how to handle ${typeOf(exception).name} in error callback`);

function nameReplace(vm: VM, object: PyValue, start: number, end: number): PyValue {
  const points = codePoints(object);
  const module = importModule(vm, 'unicodedata');
  let text = '';
  for (let i = start; i < end; i++) {
    const name = call(vm, getAttr(vm, module, 'name'), [strFromPoints([points[i]]), None]);
    if (name !== None) text += `\\N{${jsText(name)}}`;
    else text += points[i] < 256 ? `\\x${points[i].toString(16).padStart(2, '0')}` : points[i] < 0x10000 ? `\\u${points[i].toString(16).padStart(4, '0')}` : `\\U${points[i].toString(16).padStart(8, '0')}`;
  }
  return newTuple([strFromJS(text), end]);
}
