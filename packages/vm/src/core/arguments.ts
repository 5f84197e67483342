import type { PyValue } from './value.ts';
import { typeError } from './errors.ts';

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
