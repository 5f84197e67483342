import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { typeError } from '../core/errors.ts';
import type { PyBaseException } from '../objects/exceptions.ts';
import { PyList } from '../objects/list.ts';
import { None } from '../objects/none.ts';
import { PyTuple, newTuple } from '../objects/tuple.ts';
import { groupMembers, isGroup, newGroup, projectGroup } from '../objects/exceptions-groups.ts';
import { callMethod } from '../protocol/call.ts';
import { matches } from './ops/exceptions.ts';

/** What an `except*` clause takes of an exception and what it leaves, None for nothing (CPython: exception_group_match). */
export function splitGroup(vm: VM, exception: PyBaseException, wanted: PyValue): { match: PyValue; rest: PyValue } {
  if (matches(exception, wanted)) {
    if (isGroup(exception)) return { match: exception, rest: None };
    return { match: newGroup(vm, '', newTuple([exception])), rest: None };
  }
  if (!isGroup(exception)) return { match: None, rest: exception };
  const pair = callMethod(vm, exception, 'split', [wanted]);
  if (!(pair instanceof PyTuple)) throw typeError(`${exception.cls.tpName}.split must return a tuple, not ${typeOf(pair).tpName}`);
  if (pair.items.length < 2) throw typeError(`${exception.cls.tpName}.split must return a 2-tuple, got tuple of size ${pair.items.length}`);
  return { match: pair.items[0], rest: pair.items[1] };
}

/** After the last `except*`: what must still be raised, or None (CPython: _PyExc_PrepReraiseStar). */
export function prepareReraiseStar(vm: VM, original: PyValue, list: PyValue): PyValue {
  const raised = (list as PyList).items.filter((item) => item !== None) as PyBaseException[];
  if (raised.length === 0) return None;
  const whole = original as PyBaseException;
  if (!isGroup(whole)) return raised[0]; // A naked exception: at most one clause ran.
  const fresh: PyBaseException[] = [];
  const reraised: PyBaseException[] = [];
  for (const item of raised) (sameOrigin(item, whole) ? reraised : fresh).push(item);
  const rest = reraised.length === 0 ? null : project(vm, whole, reraised);
  if (fresh.length === 0) return rest ?? None;
  if (rest !== null) fresh.push(rest);
  return fresh.length > 1 ? newGroup(vm, '', new PyList(fresh)) : fresh[0];
}

/**
 * Was this only passed on by `except*`, and not raised by a clause (CPython: is_same_exception_metadata)? Notes do not
 * tell: every part of a split has a list of its own.
 */
function sameOrigin(item: PyBaseException, whole: PyBaseException): boolean {
  return item.traceback === whole.traceback && item.cause === whole.cause && item.context === whole.context;
}

/** The part of a group that consists of the leaves of `keep`. */
function project(vm: VM, whole: PyBaseException, keep: readonly PyBaseException[]): PyBaseException | null {
  const leaves = new Set<PyBaseException>();
  for (const item of keep) collectLeaves(item, leaves);
  return projectGroup(vm, whole, leaves);
}

function collectLeaves(exception: PyBaseException, leaves: Set<PyBaseException>): void {
  if (isGroup(exception)) for (const item of groupMembers(exception)) collectLeaves(item, leaves);
  else leaves.add(exception);
}
