import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { isStr, jsText } from '../../core/text.ts';
import * as types from '../../objects/exception-types.ts';
import { PyBaseException } from '../../objects/exceptions.ts';
import { PyDict } from '../../objects/dict.ts';
import { PySet } from '../../objects/set.ts';
import { None } from '../../objects/none.ts';
import { PyList } from '../../objects/list.ts';
import { frameLocals } from '../../objects/frame.ts';
import { call } from '../../protocol/call.ts';
import { lookupAttr } from '../../protocol/attribute.ts';

/* "Did you mean": what is added to the message of an uncaught exception (CPython 3.12: Python/suggestions.c). */

const maxCandidates = 750;
const maxNameLength = 40;
const moveCost = 2;
const caseCost = 1;

/** The text to add after the message, or ''. */
export function suggestionText(vm: VM, exception: PyBaseException): string {
  try {
    if (exception.cls.isSubtypeOf(types.AttributeError)) return forAttribute(vm, exception);
    if (exception.cls.isSubtypeOf(types.NameError)) return forName(vm, exception);
    if (exception.cls.isSubtypeOf(types.ImportError)) return forImport(vm, exception);
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
  }
  return '';
}

function didYouMean(name: string | undefined): string {
  return name === undefined ? '' : `. Did you mean: '${name}'?`;
}

function fieldText(exception: PyBaseException, name: string): string | undefined {
  const value = exception.fields?.[name];
  return value !== undefined && isStr(value) ? jsText(value) : undefined;
}

function forAttribute(vm: VM, exception: PyBaseException): string {
  const name = fieldText(exception, 'name');
  const obj = exception.fields?.obj;
  if (name === undefined || obj === undefined) return '';
  return didYouMean(closest(name, directory(vm, obj)));
}

function forImport(vm: VM, exception: PyBaseException): string {
  const name = fieldText(exception, 'name_from');
  const moduleName = exception.fields?.name;
  if (name === undefined || moduleName === undefined || moduleName === None) return '';
  const module = vm.modules.get(vm, moduleName);
  return module === undefined ? '' : didYouMean(closest(name, directory(vm, module)));
}

function directory(vm: VM, obj: PyValue): string[] {
  const names = call(vm, vm.builtins.getStr('dir') as PyValue, [obj]);
  return names instanceof PyList ? textsOf(names.items) : [];
}

function textsOf(values: readonly PyValue[]): string[] {
  return values.filter(isStr).map((value) => jsText(value));
}

function forName(vm: VM, exception: PyBaseException): string {
  const name = fieldText(exception, 'name');
  let traceback = exception.traceback;
  if (name === undefined || traceback === null) return '';
  while (traceback.next !== null) traceback = traceback.next;
  const { frame } = traceback;
  const locals = frameLocals(vm, frame);
  const localNames = locals instanceof PyDict ? textsOf(locals.keyList()) : [];
  const self = locals instanceof PyDict ? locals.getStr('self') : undefined;
  let suggestion: string | undefined;
  if (self !== undefined && lookupAttr(vm, self, name) !== undefined) suggestion = `self.${name}`;
  suggestion ??= closest(name, localNames) ?? closest(name, textsOf(frame.globals.keyList())) ?? closest(name, textsOf(frame.builtins.keyList()));
  if (!exception.cls.isSubtypeOf(types.UnboundLocalError) || exception.cls === types.NameError) {
    const stdlib = vm.sysDict.getStr('stdlib_module_names');
    if (exception.cls === types.NameError && stdlib instanceof PySet && stdlib.table.has(vm, name)) {
      return suggestion === undefined ? `. Did you forget to import '${name}'?` : `. Did you mean: '${suggestion}'? Or did you forget to import '${name}'?`;
    }
  }
  return didYouMean(suggestion);
}

/** The candidate most like `name`, if any is like enough. */
export function closest(name: string, candidates: readonly string[]): string | undefined {
  if (candidates.length >= maxCandidates) return undefined;
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    if (candidate === name) continue;
    let limit = Math.floor(((name.length + candidate.length + 3) * moveCost) / 6);
    limit = Math.min(limit, bestDistance - 1);
    const distance = editDistance(name, candidate, limit);
    if (distance > limit) continue;
    if (best === undefined || distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function substitutionCost(a: string, b: string): number {
  if (a === b) return 0;
  return a.toLowerCase() === b.toLowerCase() && a.length === 1 && b.length === 1 && a < '\x80' && b < '\x80' ? caseCost : moveCost;
}

/** Edit distance with cheaper changes of case; more than `limit` if it exceeds that. */
function editDistance(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  let s = a.slice(start, endA);
  let t = b.slice(start, endB);
  if (s === '' || t === '') return (s.length + t.length) * moveCost;
  if (s.length > maxNameLength || t.length > maxNameLength) return limit + 1;
  if (t.length < s.length) [s, t] = [t, s];
  if ((t.length - s.length) * moveCost > limit) return limit + 1;
  const row = Array.from(s, (_, i) => (i + 1) * moveCost);
  let result = 0;
  for (let j = 0; j < t.length; j++) {
    let distance = (result = j * moveCost);
    let minimum = Infinity;
    for (let i = 0; i < s.length; i++) {
      const substitute = distance + substitutionCost(t[j], s[i]);
      distance = row[i];
      const insertDelete = Math.min(result, distance) + moveCost;
      result = Math.min(insertDelete, substitute);
      row[i] = result;
      minimum = Math.min(minimum, result);
    }
    if (minimum > limit) return limit + 1;
  }
  return result;
}
