import type { PyValue } from './value.ts';
import type { PyType } from './type.ts';
import { PyBaseException } from '../objects/exceptions.ts';
import * as types from '../objects/exception-types.ts';
import { strFromJS } from './text.ts';

/*
 * One function per exception class: `throw typeError('…')`, or `return vm.raise(keyError(key))` where raising is ordinary.
 * The message is JavaScript text.
 */

function maker(type: PyType): (message?: string) => PyBaseException {
  return (message) => new PyBaseException(type, message === undefined ? [] : [strFromJS(message)]);
}

/** A new `TypeError` with this message, to be thrown. */
export const typeError = maker(types.TypeError);
/** A new `ValueError` with this message, to be thrown. */
export const valueError = maker(types.ValueError);
/** A new `IndexError` with this message, to be thrown. */
export const indexError = maker(types.IndexError);
/** A new `LookupError` with this message, to be thrown. */
export const lookupError = maker(types.LookupError);
/** A new `RuntimeError` with this message, to be thrown. */
export const runtimeError = maker(types.RuntimeError);
/** A new `RecursionError` with this message, to be thrown. */
export const recursionError = maker(types.RecursionError);
/** A new `NotImplementedError` with this message, to be thrown. */
export const notImplementedError = maker(types.NotImplementedError);
/** A new `OverflowError` with this message, to be thrown. */
export const overflowError = maker(types.OverflowError);
/** A new `ZeroDivisionError` with this message, to be thrown. */
export const zeroDivisionError = maker(types.ZeroDivisionError);
/** A new `AssertionError` with this message, to be thrown. */
export const assertionError = maker(types.AssertionError);
/** A new `MemoryError` with this message, to be thrown. */
export const memoryError = maker(types.MemoryError);
/** A new `SystemError` with this message, to be thrown. */
export const systemError = maker(types.SystemError);
/** A new `BufferError` with this message, to be thrown. */
export const bufferError = maker(types.BufferError);
/** A new `ReferenceError` with this message, to be thrown. */
export const referenceError = maker(types.ReferenceError);
/** A new `EOFError` with this message, to be thrown. */
export const eofError = maker(types.EOFError);
/** A new `KeyboardInterrupt` with this message, to be thrown. */
export const keyboardInterrupt = maker(types.KeyboardInterrupt);
/** A new `UnicodeError` with this message, to be thrown. */
export const unicodeError = maker(types.UnicodeError);
/** A new `StopAsyncIteration` with this message, to be thrown. */
export const stopAsyncIteration = maker(types.StopAsyncIteration);
/** A new `UnboundLocalError` with this message, to be thrown. */
export const unboundLocalError = maker(types.UnboundLocalError);

/** KeyError holds the key itself. */
export function keyError(key: PyValue): PyBaseException {
  return new PyBaseException(types.KeyError, [key]);
}

/** StopIteration; `value` is what a generator returned. */
export function stopIteration(value?: PyValue): PyBaseException {
  const error = new PyBaseException(types.StopIteration, value === undefined ? [] : [value]);
  if (value !== undefined) error.fields = { value };
  return error;
}

/** NameError with its `name` attribute (for the suggestion that the traceback prints). */
export function nameError(message: string, name: string): PyBaseException {
  const error = new PyBaseException(types.NameError, [strFromJS(message)]);
  error.fields = { name: strFromJS(name) };
  return error;
}

/** AttributeError with `name` and `obj` (for the suggestion that the traceback prints). */
export function attributeError(message: string, obj?: PyValue, name?: string): PyBaseException {
  const error = new PyBaseException(types.AttributeError, [strFromJS(message)]);
  if (name !== undefined) error.fields = { name: strFromJS(name), obj };
  return error;
}

/** ImportError or ModuleNotFoundError with `name` and `path`. */
export function importError(message: string, fields: { name?: PyValue; path?: PyValue; notFound?: boolean } = {}): PyBaseException {
  const error = new PyBaseException(fields.notFound ? types.ModuleNotFoundError : types.ImportError, [strFromJS(message)]);
  error.fields = { msg: strFromJS(message), name: fields.name, path: fields.path };
  return error;
}

/** Any class, any arguments. */
export function newException(type: PyType, ...args: PyValue[]): PyBaseException {
  return new PyBaseException(type, args);
}

/** A bug of ours, not of the program: never caught except by the host. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
}

/** Fails with an InternalError when `condition` does not hold. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}
