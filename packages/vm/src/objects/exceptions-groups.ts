import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyType, typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { recursionError, typeError, valueError } from '../core/errors.ts';
import { badArgument, checkPositional } from '../core/arguments.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { PyBaseException } from './exceptions.ts';
import * as types from './exception-types.ts';
import { exception_init } from './exceptions-base.ts';
import { PyFunction } from './function.ts';
import { GenericAlias } from './generic_alias.ts';
import { PyList } from './list.ts';
import { None } from './none.ts';
import { PyTuple, newTuple } from './tuple.ts';
import { lookupAttr, setAttr } from '../protocol/attribute.ts';
import { call, callMethod } from '../protocol/call.ts';
import { toArray } from '../protocol/iterate.ts';
import { isSequence } from '../protocol/subscript.ts';
import { isTrue } from '../protocol/truth.ts';

/* BaseExceptionGroup and ExceptionGroup (CPython 3.12: Objects/exceptions.c). */

export function isGroup(value: PyValue): value is PyBaseException {
  return value instanceof PyBaseException && value.cls.isSubtypeOf(types.BaseExceptionGroup);
}

/** The members of a group: `group.exceptions`. */
export function groupMembers(group: PyBaseException): readonly PyBaseException[] {
  return (group.fields?.exceptions as PyTuple).items as readonly PyBaseException[];
}

function sequenceTuple(vm: VM, value: PyValue): PyTuple {
  return value instanceof PyTuple && typeOf(value).name === 'tuple' ? value : newTuple(toArray(vm, value));
}

/** `BaseExceptionGroup(message, exceptions)`: of Exceptions only, it is an ExceptionGroup. */
function group_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const positional = args.slice(0, args.length - (kwnames?.length ?? 0));
  if (positional.length !== 2) throw typeError(`BaseExceptionGroup.__new__() takes exactly 2 arguments (${positional.length} given)`);
  const [message, sequence] = positional;
  if (!isStr(message)) throw badArgument('BaseExceptionGroup.__new__', 'argument 1', 'str', message);
  if (!isSequence(sequence)) throw typeError('second argument (exceptions) must be a sequence');
  const members = sequenceTuple(vm, sequence);
  if (members.items.length === 0) throw valueError('second argument (exceptions) must be a non-empty sequence');
  for (const [i, item] of members.items.entries()) {
    if (!(item instanceof PyBaseException)) throw valueError(`Item ${i} of second argument (exceptions) is not an exception`);
  }
  const group = new PyBaseException(groupClass(type, members), positional);
  group.fields = { message, exceptions: members };
  return group;
}

/** The class a group of these members gets when `type` was called. */
function groupClass(type: PyType, members: PyTuple): PyType {
  const ordinary = (members.items as readonly PyBaseException[]).every((item) => item.cls.isSubtypeOf(types.Exception));
  if (ordinary) return type === types.BaseExceptionGroup ? types.ExceptionGroup : type;
  if (type === types.ExceptionGroup) throw typeError('Cannot nest BaseExceptions in an ExceptionGroup');
  if (type.isSubtypeOf(types.Exception)) throw typeError(`Cannot nest BaseExceptions in '${type.tpName}'`);
  return type;
}

/** A group of the built-in classes, as `BaseExceptionGroup(message, exceptions)` makes it; `exceptions` is a list or tuple. */
export function newGroup(vm: VM, message: PyValue, exceptions: PyValue): PyBaseException {
  const args = [message, exceptions];
  return group_new(vm, types.BaseExceptionGroup, args, null) as PyBaseException;
}

function group_str(_vm: VM, self: PyBaseException): PyValue {
  const count = groupMembers(self).length;
  return strFromJS(`${jsText(self.fields?.message as PyValue)} (${count} sub-exception${count > 1 ? 's' : ''})`);
}

function group_derive(vm: VM, self: PyBaseException, args: readonly PyValue[]): PyValue {
  if (args.length !== 1) throw typeError(`function takes exactly 1 argument (${args.length} given)`);
  return newGroup(vm, self.fields?.message as PyValue, args[0]);
}

/** What `split` and `subgroup` look for: exception classes, a Python function, or these very leaves. */
type Matcher = PyType | PyTuple | PyFunction | ReadonlySet<PyBaseException>;

function isExceptionClass(value: PyValue): boolean {
  return value instanceof PyType && value.isSubtypeOf(types.BaseException);
}

function matcherOf(value: PyValue): Matcher {
  if (value instanceof PyFunction) return value;
  if (value instanceof PyType && isExceptionClass(value)) return value;
  if (value instanceof PyTuple && typeOf(value).name === 'tuple' && value.items.every(isExceptionClass)) return value;
  throw typeError('expected a function, exception type or tuple of exception types');
}

function isMatch(vm: VM, exception: PyBaseException, matcher: Matcher): boolean {
  if (matcher instanceof PyFunction) return isTrue(vm, call(vm, matcher, [exception]));
  if (matcher instanceof PyType) return exception.cls.isSubtypeOf(matcher);
  if (matcher instanceof PyTuple) return matcher.items.some((item) => exception.cls.isSubtypeOf(item as PyType));
  return matcher.has(exception);
}

/** The two parts of a split; null for an empty one. */
interface Parts {
  readonly match: PyBaseException | null;
  readonly rest: PyBaseException | null;
}

/** Splits depth first; `rest` is only made where it is wanted, since making it calls `derive`. */
function split(vm: VM, exception: PyBaseException, matcher: Matcher, wantRest: boolean): Parts {
  if (isMatch(vm, exception, matcher)) return { match: exception, rest: null };
  if (!isGroup(exception)) return { match: null, rest: wantRest ? exception : null };
  const matches: PyBaseException[] = [];
  const rests: PyBaseException[] = [];
  if (++vm.nativeDepth > vm.nativeDepthLimit) {
    vm.nativeDepth--;
    throw recursionError('maximum recursion depth exceeded in exceptiongroup_split_recursive');
  }
  try {
    for (const member of groupMembers(exception)) {
      const { match, rest } = split(vm, member, matcher, wantRest);
      if (match !== null) matches.push(match);
      if (rest !== null) rests.push(rest);
    }
  } finally {
    vm.nativeDepth--;
  }
  return { match: derived(vm, exception, matches), rest: derived(vm, exception, rests) };
}

/** `group.derive(members)` with the group's traceback, context, cause and notes; null without members (CPython: exceptiongroup_subset). */
function derived(vm: VM, group: PyBaseException, members: PyBaseException[]): PyBaseException | null {
  if (members.length === 0) return null;
  const part = callMethod(vm, group, 'derive', [new PyList(members)]);
  if (!isGroup(part)) throw typeError('derive must return an instance of BaseExceptionGroup');
  if (group.traceback !== null) part.traceback = group.traceback;
  part.context = group.context;
  part.cause = group.cause;
  // Setting a cause suppresses the context, even a cause of None.
  part.suppressContext = true;
  const notes = lookupAttr(vm, group, '__notes__');
  if (notes !== undefined && isSequence(notes)) setAttr(vm, part, '__notes__', new PyList(toArray(vm, notes)));
  return part;
}

/** The part of a group that consists of these leaves, or null (CPython: exception_group_projection). */
export function projectGroup(vm: VM, group: PyBaseException, leaves: ReadonlySet<PyBaseException>): PyBaseException | null {
  return split(vm, group, leaves, false).match;
}

function group_split(vm: VM, self: PyBaseException, args: readonly PyValue[]): PyValue {
  checkPositional('split', args, 1, 1);
  const { match, rest } = split(vm, self, matcherOf(args[0]), true);
  return newTuple([match ?? None, rest ?? None]);
}

function group_subgroup(vm: VM, self: PyBaseException, args: readonly PyValue[]): PyValue {
  checkPositional('subgroup', args, 1, 1);
  return split(vm, self, matcherOf(args[0]), false).match ?? None;
}

fillType(types.BaseExceptionGroup, {
  basetype: true,
  doc: 'A combination of multiple unrelated exceptions.',
  slots: { tp_new: group_new, tp_init: exception_init, tp_str: group_str },
  methods: [
    native('derive(self, /, *args)', group_derive).unsigned(),
    native('split(self, /, *args)', group_split).unsigned(),
    native('subgroup(self, /, *args)', group_subgroup).unsigned(),
  ],
  classMethods: [native('__class_getitem__(cls, item, /)', (_vm: VM, cls: PyType, item: PyValue) => new GenericAlias(cls, item), 'See PEP 585').unsigned()],
  fields: {
    message: { get: (_vm: VM, self: PyBaseException) => self.fields?.message ?? None, doc: 'exception message' },
    exceptions: { get: (_vm: VM, self: PyBaseException) => self.fields?.exceptions ?? None, doc: 'nested exceptions' },
  },
});
fillType(types.ExceptionGroup, { basetype: true, ownLayout: false, hasWeakref: true, members: { __module__: 'builtins' } });
