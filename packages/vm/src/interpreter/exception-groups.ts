import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { typeError } from '../core/errors.ts';
import { BaseExceptionGroup, Exception, ExceptionGroup } from '../objects/exception-types.ts';
import { PyBaseException } from '../objects/exceptions.ts';
import { PyList } from '../objects/list.ts';
import { None } from '../objects/none.ts';
import { PyTuple, newTuple } from '../objects/tuple.ts';
import { ownNotes } from '../objects/exception-notes.ts';
import { setAttr } from '../protocol/attribute.ts';
import { callMethod } from '../protocol/call.ts';
import { matches } from './ops/exceptions.ts';

/** What an `except*` clause takes of an exception and what it leaves, None for nothing (CPython: exception_group_match). */
export function splitGroup(vm: VM, exception: PyBaseException, wanted: PyValue): { match: PyValue; rest: PyValue } {
  if (matches(exception, wanted)) {
    if (exception.cls.isSubtypeOf(BaseExceptionGroup)) return { match: exception, rest: None };
    const group = newGroup(vm, '', [exception]);
    group.traceback = exception.traceback;
    return { match: group, rest: None };
  }
  if (!exception.cls.isSubtypeOf(BaseExceptionGroup)) return { match: None, rest: exception };
  const pair = callMethod(vm, exception, 'split', [wanted]);
  if (!(pair instanceof PyTuple)) throw typeError(`${exception.cls.tpName}.split must return a tuple, not ${typeOf(pair).tpName}`);
  if (pair.items.length < 2) throw typeError(`${exception.cls.tpName}.split must return a 2-tuple, got tuple of size ${pair.items.length}`);
  return { match: pair.items[0], rest: pair.items[1] };
}

/** A group with this message; an ExceptionGroup when all its exceptions are Exceptions. */
export function newGroup(_vm: VM, message: string, exceptions: readonly PyBaseException[]): PyBaseException {
  const ordinary = exceptions.every((item) => item.cls.isSubtypeOf(Exception));
  const items = newTuple([...exceptions]);
  const group = new PyBaseException(ordinary ? ExceptionGroup : BaseExceptionGroup, [message, new PyList([...exceptions])]);
  group.fields = { message, exceptions: items };
  return group;
}

/** After the last `except*`: what must still be raised, or None (CPython: _PyExc_PrepReraiseStar). */
export function prepareReraiseStar(vm: VM, original: PyValue, list: PyValue): PyValue {
  const raised = (list as PyList).items.filter((item) => item !== None) as PyBaseException[];
  if (raised.length === 0) return None;
  const whole = original as PyBaseException;
  if (!whole.cls.isSubtypeOf(BaseExceptionGroup)) return raised[0]; // A naked exception: at most one clause ran.
  const fresh: PyBaseException[] = [];
  const reraised: PyBaseException[] = [];
  for (const item of raised) (sameOrigin(item, whole) ? reraised : fresh).push(item);
  const rest = reraised.length === 0 ? null : project(vm, whole, reraised);
  if (fresh.length === 0) return rest ?? None;
  if (rest !== null) fresh.push(rest);
  return fresh.length > 1 ? newGroup(vm, '', fresh) : fresh[0];
}

/** Was this only passed on by `except*`, and not raised by a clause (CPython: is_same_exception_metadata)? */
function sameOrigin(item: PyBaseException, whole: PyBaseException): boolean {
  return item.traceback === whole.traceback && item.cause === whole.cause && item.context === whole.context && ownNotes(item) === ownNotes(whole);
}

/** The part of a group that consists of the leaves of `keep` (CPython: exception_group_projection). */
function project(vm: VM, whole: PyBaseException, keep: readonly PyBaseException[]): PyBaseException | null {
  const leaves = new Set<PyBaseException>();
  for (const item of keep) collectLeaves(item, leaves);
  return subgroup(vm, whole, leaves);
}

function groupItems(group: PyBaseException): readonly PyBaseException[] {
  return ((group.fields?.exceptions as PyTuple | undefined)?.items ?? []) as readonly PyBaseException[];
}

function collectLeaves(exception: PyBaseException, leaves: Set<PyBaseException>): void {
  if (exception.cls.isSubtypeOf(BaseExceptionGroup)) for (const item of groupItems(exception)) collectLeaves(item, leaves);
  else leaves.add(exception);
}

function subgroup(vm: VM, exception: PyBaseException, leaves: ReadonlySet<PyBaseException>): PyBaseException | null {
  if (!exception.cls.isSubtypeOf(BaseExceptionGroup)) return leaves.has(exception) ? exception : null;
  const parts: PyBaseException[] = [];
  for (const item of groupItems(exception)) {
    const part = subgroup(vm, item, leaves);
    if (part !== null) parts.push(part);
  }
  if (parts.length === 0) return null;
  const derived = callMethod(vm, exception, 'derive', [new PyList([...parts])]);
  if (!(derived instanceof PyBaseException)) throw typeError('derive must return an instance of BaseExceptionGroup');
  derived.traceback = exception.traceback;
  derived.context = exception.context;
  derived.cause = exception.cause;
  derived.suppressContext = exception.suppressContext;
  const notes = ownNotes(exception);
  if (notes instanceof PyList) setAttr(vm, derived, '__notes__', new PyList(notes.items.slice()));
  return derived;
}
