import type { PyBaseException } from '../objects/exceptions.ts';
import type { PyValue } from './value.ts';
import { typeOf } from './type.ts';
import { typeError } from './errors.ts';
import { None } from '../objects/none.ts';

/** The type of an argument as messages about arguments have it: `None` for None. */
export function argumentType(value: PyValue): string {
  return value === None ? 'None' : typeOf(value).tpName;
}

/** `find() argument 1 must be str, not int`, to be thrown (CPython: _PyArg_BadArgument). `argument` is as displayed: `argument 1`, `argument 'encoding'`. */
export function badArgument(func: string, argument: string, expected: string, value: PyValue): PyBaseException {
  return typeError(`${func}() ${argument} must be ${expected}, not ${argumentType(value)}`);
}

/** Raises when keywords were given to a constructor that takes none (CPython: _PyArg_NoKeywords). */
export function checkNoKeywords(name: string, kwnames: readonly string[] | null): void {
  if (kwnames !== null && kwnames.length > 0) throw typeError(`${name}() takes no keyword arguments`);
}

/** Raises when there are too few or too many arguments (CPython: _PyArg_CheckPositional). */
export function checkPositional(name: string, args: readonly PyValue[], min: number, max: number): void {
  const given = args.length;
  if (given >= min && given <= max) return;
  const bound = given < min ? min : max;
  const words = min === max ? '' : given < min ? 'at least ' : 'at most ';
  throw typeError(`${name} expected ${words}${bound} argument${bound === 1 ? '' : 's'}, got ${given}`);
}

/** Positional arguments only, counted: what the constructors of most built-in types ask for. */
export function checkArguments(name: string, args: readonly PyValue[], kwnames: readonly string[] | null, min: number, max: number): void {
  checkNoKeywords(name, kwnames);
  checkPositional(name, args, min, max);
}

/**
 * Arguments by position and by name, in the order of `parameters`; undefined where not given. The first `required` must be given, the
 * first `positionalOnly` cannot be named (CPython: _PyArg_UnpackKeywords).
 */
export function namedArguments(
  func: string, parameters: readonly string[], required: number, args: readonly PyValue[], kwnames: readonly string[] | null, positionalOnly = 0,
): (PyValue | undefined)[] {
  const names = kwnames ?? [];
  const positional = args.length - names.length;
  const most = parameters.length;
  if (args.length > most) throw typeError(`${func}() takes at most ${most} ${positional === 0 ? 'keyword ' : ''}argument${most === 1 ? '' : 's'} (${args.length} given)`);
  const given: (PyValue | undefined)[] = parameters.map((name, i) => {
    if (i < positional) return args[i];
    const at = i < positionalOnly ? -1 : names.indexOf(name);
    return at < 0 ? undefined : args[positional + at];
  });
  const missing = given.indexOf(undefined);
  if (missing >= 0 && missing < required) throw typeError(`${func}() missing required argument '${parameters[missing]}' (pos ${missing + 1})`);
  const twice = parameters.slice(positionalOnly, positional).findIndex((name) => names.includes(name));
  if (twice >= 0) throw typeError(`argument for ${func}() given by name ('${parameters[positionalOnly + twice]}') and position (${positionalOnly + twice + 1})`);
  const unknown = names.find((name) => parameters.indexOf(name) < positionalOnly);
  if (unknown !== undefined) throw typeError(`'${unknown}' is an invalid keyword argument for ${func}()`);
  return given;
}
