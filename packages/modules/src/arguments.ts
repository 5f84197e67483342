import { isInt, intValue, asIndex, asSsize, overflowError, takesText, typeError } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';

/**
 * The arguments of a constructor by the names of its parameters, undefined for one not given (CPython: Python/getargs.c,
 * vgetargskeywords). `name` is the function as messages call it (`timezone()`), or null for "function". `convert` sees the
 * arguments in order, before a later one is found missing.
 */
export function keywordArguments(
  name: string | null, parameters: readonly string[], args: readonly PyValue[], kwnames: readonly string[] | null, required: number,
  options: { readonly maxPositional?: number; readonly convert?: (value: PyValue, index: number) => PyValue } = {},
): (PyValue | undefined)[] {
  const names = kwnames ?? [];
  const positional = args.length - names.length;
  const total = parameters.length;
  const caller = name ?? 'function';
  if (args.length > total) throw typeError(`${caller} takes at most ${total} ${positional === 0 ? 'keyword ' : ''}argument${total === 1 ? '' : 's'} (${args.length} given)`);
  const { maxPositional, convert } = options;
  if (maxPositional !== undefined && positional > maxPositional) {
    if (maxPositional === 0) throw typeError(`${caller} takes no positional arguments`);
    const bound = required === maxPositional ? 'exactly' : 'at most';
    throw typeError(`${caller} takes ${bound} ${maxPositional} positional argument${maxPositional === 1 ? '' : 's'} (${positional} given)`);
  }
  const found = new Array<PyValue | undefined>(total).fill(undefined);
  for (let i = 0; i < total; i++) {
    const given = names.indexOf(parameters[i]);
    if (given >= 0 && i < positional) throw typeError(`argument for ${caller} given by name ('${parameters[i]}') and position (${i + 1})`);
    const value = i < positional ? args[i] : given >= 0 ? args[positional + given] : undefined;
    if (value !== undefined) found[i] = convert === undefined ? value : convert(value, i);
    else if (i < required) throw typeError(`${caller} missing required argument '${parameters[i]}' (pos ${i + 1})`);
  }
  const unknown = names.find((keyword) => !parameters.includes(keyword));
  if (unknown !== undefined) throw typeError(`'${unknown}' is an invalid keyword argument for ${name ?? 'this function'}`);
  return found;
}

/** Checks the number of arguments of a function that takes no keywords (CPython: Python/getargs.c, vgetargs1). */
export function tupleArguments(name: string, owner: string, args: readonly PyValue[], kwnames: readonly string[] | null, min: number, max: number): void {
  if (kwnames !== null && kwnames.length > 0) throw typeError(`${owner}.${name}() takes no keyword arguments`);
  if (args.length >= min && args.length <= max) return;
  throw typeError(`${name}() ${takesText(min, max, args.length)}`);
}

/** A C `int` argument (format unit `i`). */
export function intArgument(vm: VM, value: PyValue): number {
  const index = isInt(value) ? intValue(value) : asIndex(vm, value);
  if (index > 0x7fff_ffff || index < -0x8000_0000) {
    if (typeof index === 'bigint' && BigInt.asIntN(64, index) !== index) throw overflowError('Python int too large to convert to C long');
    throw overflowError(`signed integer is ${index > 0 ? 'greater than maximum' : 'less than minimum'}`);
  }
  return Number(index);
}

/** A C `long` argument (format unit `l`). */
export function longArgument(vm: VM, value: PyValue): number | bigint {
  const index = isInt(value) ? intValue(value) : asIndex(vm, value);
  if (typeof index === 'bigint' && BigInt.asIntN(64, index) !== index) throw overflowError('Python int too large to convert to C long');
  return index;
}

/** A C `Py_ssize_t` argument (format unit `n`). Sizes beyond JavaScript's safe integers are cut: no memory is that large. */
export function sizeArgument(vm: VM, value: PyValue): number {
  return asSsize(vm, value, () => overflowError('Python int too large to convert to C ssize_t'));
}
