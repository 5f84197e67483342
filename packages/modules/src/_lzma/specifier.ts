import { exceptionTypes, getItem, isInt, intValue, isStr, jsText, length, newException, overflowError, PyBaseException, PyDict, typeError, typeOf, valueError } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { FILTER_DELTA, FILTER_LZMA1, FILTER_LZMA2, filterId } from './filter-options.ts';
import { presetOptions } from './format.ts';
import type { Filter, LzmaOptions } from './format.ts';

/* Filters as Python programs write them: dicts (CPython 3.12: Modules/_lzmamodule.c, parse_filter_spec). */

export const PRESET_EXTREME = 0x8000_0000;

const lzmaNames: ReadonlyMap<string, keyof LzmaOptions> = new Map([
  ['dict_size', 'dictSize'], ['lc', 'lc'], ['lp', 'lp'], ['pb', 'pb'], ['mode', 'mode'], ['nice_len', 'niceLength'], ['mf', 'matchFinder'], ['depth', 'depth'],
]);

/** An unsigned C integer of so many bits. */
export function unsigned(value: PyValue, bits: 32 | 64): number | bigint {
  if (!isInt(value)) throw typeError('an integer is required');
  const number = intValue(value);
  if (number < 0) throw overflowError("can't convert negative int to unsigned");
  if (number > 0xffff_ffff_ffff_ffffn) throw overflowError('int too big to convert');
  if (bits === 32 && number > 0xffff_ffff) throw overflowError('Value too large for uint32_t type');
  return number;
}

/** The settings of a preset as `preset` arguments name it. */
export function presetOf(errorType: PyType, value: number): LzmaOptions {
  const extreme = value >= PRESET_EXTREME;
  const level = extreme ? value - PRESET_EXTREME : value;
  if (level > 9) throw newException(errorType, `Invalid compression preset: ${value}`);
  return presetOptions(level, extreme);
}

/** A sequence of filters. */
export function parseFilters(vm: VM, errorType: PyType, specifiers: PyValue): Filter[] {
  const type = typeOf(specifiers);
  if (type.sq_item === undefined && type.mp_length !== undefined) throw typeError(`${type.tpName} is not a sequence`);
  const count = length(vm, specifiers);
  if (count > 4) throw valueError('Too many filters - liblzma supports a maximum of 4');
  return Array.from({ length: count }, (_, i) => parseFilter(vm, errorType, getItem(vm, specifiers, i)));
}

export function parseFilter(vm: VM, errorType: PyType, specifier: PyValue): Filter {
  if (typeOf(specifier).mp_subscript === undefined) throw typeError('Filter specifier must be a dict or dict-like object');
  const given = find(vm, specifier, 'id');
  if (given === undefined) throw valueError('Filter specifier must have an "id" entry');
  const id = unsigned(given, 64);
  if (id === FILTER_LZMA1 || id === FILTER_LZMA2) {
    const options = parseLzma(vm, errorType, specifier);
    return id === FILTER_LZMA2 ? { kind: 'lzma2', options } : { kind: 'lzma1', options };
  }
  if (id === FILTER_DELTA) return { kind: 'delta', distance: parseOption(specifier, 'delta', 'dist') ?? 1 };
  if (id >= 4 && id <= 9) return { kind: 'bcj', id: Number(id), startOffset: parseOption(specifier, 'BCJ', 'start_offset') ?? 0 };
  throw valueError(`Invalid filter ID: ${id}`);
}

function find(vm: VM, mapping: PyValue, key: string): PyValue | undefined {
  try {
    return getItem(vm, mapping, key);
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.KeyError)) return undefined;
    throw error;
  }
}

function parseLzma(vm: VM, errorType: PyType, specifier: PyValue): LzmaOptions {
  const preset = find(vm, specifier, 'preset');
  const options = presetOf(errorType, preset === undefined ? 6 : Number(unsigned(preset, 32)));
  for (const [name, value] of entries(specifier, 'LZMA', [...lzmaNames.keys(), 'preset'])) {
    const field = lzmaNames.get(name);
    if (field !== undefined) options[field] = optionNumber(value, 'LZMA');
  }
  return options;
}

/** The one option that a filter has. */
function parseOption(specifier: PyValue, kind: string, name: string): number | undefined {
  const given = entries(specifier, kind, [name]).find(([key]) => key === name);
  return given === undefined ? undefined : optionNumber(given[1], kind);
}

const invalid = (kind: string): PyBaseException => valueError(`Invalid filter specifier for ${kind} filter`);

function entries(specifier: PyValue, kind: string, known: readonly string[]): [string, PyValue][] {
  if (!(specifier instanceof PyDict)) throw invalid(kind);
  const values = specifier.valueList();
  return specifier.keyList().map((key, i) => {
    const name = isStr(key) ? jsText(key) : '';
    if (name !== 'id' && !known.includes(name)) throw invalid(kind);
    return [name, values[i]];
  });
}

function optionNumber(value: PyValue, kind: string): number {
  try {
    return Number(unsigned(value, 32));
  } catch (error) {
    throw error instanceof PyBaseException ? invalid(kind) : error;
  }
}

/** The dict of a filter (CPython: build_filter_spec). */
export function filterDict(filter: Filter): PyDict {
  const items: [string, PyValue][] = [['id', filterId(filter)]];
  if (filter.kind === 'lzma1') {
    const { lc, lp, pb, dictSize } = filter.options;
    items.push(['lc', lc], ['lp', lp], ['pb', pb], ['dict_size', dictSize]);
  } else if (filter.kind === 'lzma2') items.push(['dict_size', filter.options.dictSize]);
  else if (filter.kind === 'delta') items.push(['dist', filter.distance]);
  else items.push(['start_offset', filter.startOffset]);
  return PyDict.fromStrings(items);
}
