import { CodeFlag } from '@py/code';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { strFromJS } from '../core/text.ts';
import { typeError } from '../core/errors.ts';
import type { PyBaseException } from '../objects/exceptions.ts';
import { PyDict } from '../objects/dict.ts';
import type { PyCode } from '../objects/code.ts';
import type { PyFunction } from '../objects/function.ts';
import { newTuple } from '../objects/tuple.ts';
import { jsText } from '../core/text.ts';

type Locals = (PyValue | undefined)[];

/**
 * Puts the arguments of a call into the parameters of a function: `locals` is a new frame's stack, `args` the positional
 * arguments followed by the values of `kwnames`. CPython 3.12: Python/ceval.c, initialize_locals.
 */
export function bindArguments(vm: VM, func: PyFunction, locals: Locals, args: readonly PyValue[], kwnames: readonly string[] | null): void {
  const { code } = func.code;
  const { co_argcount: argcount, co_kwonlyargcount: kwonly, co_flags: flags } = code;
  const total = argcount + kwonly;
  const given = kwnames === null ? args.length : args.length - kwnames.length;
  const copied = Math.min(given, argcount);
  for (let i = 0; i < copied; i++) locals[i] = args[i];
  if (flags & CodeFlag.VARARGS) locals[total] = newTuple(args.slice(copied, given));
  let keywords: PyDict | null = null;
  if (flags & CodeFlag.VARKEYWORDS) {
    keywords = new PyDict();
    locals[total + (flags & CodeFlag.VARARGS ? 1 : 0)] = keywords;
  }
  if (kwnames !== null) {
    for (let i = 0; i < kwnames.length; i++) bindKeyword(vm, func, locals, total, keywords, kwnames, kwnames[i], args[given + i]);
  }
  if (given > argcount && (flags & CodeFlag.VARARGS) === 0) throw tooManyPositional(func, given, locals);
  if (given < argcount) fillDefaults(func, locals, given, argcount);
  if (kwonly > 0) fillKeywordDefaults(vm, func, locals, argcount, total);
}

/**
 * Where the arguments of one call with keywords go in one function: looked up once, for the calls that follow. CPython has no
 * such thing; it compares names at each call.
 */
export class KeywordPlan {
  readonly code: PyCode;
  /** Positional arguments of the call. */
  readonly positional: number;
  /** The parameter of each keyword, or null where {@link bindArguments} must do it: `*args`, `**kwargs`, or a wrong call. */
  readonly targets: readonly number[] | null;

  constructor(code: PyCode, positional: number, kwnames: readonly string[]) {
    this.code = code;
    this.positional = positional;
    this.targets = keywordTargets(code, positional, kwnames);
  }
}

function keywordTargets(code: PyCode, positional: number, kwnames: readonly string[]): number[] | null {
  const { co_argcount: argcount, co_kwonlyargcount: kwonly, co_posonlyargcount: posonly, co_localsplusnames: names } = code.ready().code;
  if ((code.flags & (CodeFlag.VARARGS | CodeFlag.VARKEYWORDS)) !== 0 || positional > argcount) return null;
  const targets = kwnames.map((name) => names.indexOf(name));
  const wrong = targets.some((target, i) => target < Math.max(positional, posonly) || target >= argcount + kwonly || targets.indexOf(target) < i);
  return wrong ? null : targets;
}

/** The same as {@link bindArguments} for a call that has a plan: its arguments begin at `first` of the caller's stack. */
export function bindPlanned(vm: VM, func: PyFunction, locals: Locals, plan: KeywordPlan, stack: Locals, first: number): void {
  const { positional, code } = plan;
  const targets = plan.targets as readonly number[];
  for (let i = 0; i < positional; i++) locals[i] = stack[first + i];
  for (let i = 0; i < targets.length; i++) locals[targets[i]] = stack[first + positional + i];
  const { co_argcount: argcount, co_kwonlyargcount: kwonly } = code.code;
  if (positional < argcount) fillDefaults(func, locals, positional, argcount);
  if (kwonly > 0) fillKeywordDefaults(vm, func, locals, argcount, argcount + kwonly);
}

function bindKeyword(vm: VM, func: PyFunction, locals: Locals, total: number, keywords: PyDict | null, all: readonly string[], name: string, value: PyValue): void {
  const { code } = func.code;
  for (let i = code.co_posonlyargcount; i < total; i++) {
    if (code.co_localsplusnames[i] !== name) continue;
    if (locals[i] !== undefined) throw typeError(`${qualname(func)}() got multiple values for argument '${name}'`);
    locals[i] = value;
    return;
  }
  if (keywords !== null) {
    keywords.set(vm, strFromJS(name), value);
    return;
  }
  throw unexpectedKeyword(func, all, name);
}

/** A keyword that fits no parameter; names of positional-only parameters get a message of their own. */
function unexpectedKeyword(func: PyFunction, all: readonly string[], name: string): PyBaseException {
  const { code } = func.code;
  const positionalOnly = code.co_localsplusnames.slice(0, code.co_posonlyargcount).filter((parameter) => all.includes(parameter));
  if (positionalOnly.length > 0) {
    return typeError(`${qualname(func)}() got some positional-only arguments passed as keyword arguments: '${positionalOnly.join(', ')}'`);
  }
  return typeError(`${qualname(func)}() got an unexpected keyword argument '${name}'`);
}

function fillDefaults(func: PyFunction, locals: Locals, given: number, argcount: number): void {
  const defaults = func.defaults === null ? [] : func.defaults.items;
  const required = argcount - defaults.length;
  let missing = 0;
  for (let i = given; i < required; i++) if (locals[i] === undefined) missing++;
  if (missing > 0) throw missingArguments(func, 'positional', locals, 0, required);
  for (let i = Math.max(given, required); i < argcount; i++) {
    if (locals[i] === undefined) locals[i] = defaults[i - required];
  }
}

function fillKeywordDefaults(vm: VM, func: PyFunction, locals: Locals, argcount: number, total: number): void {
  const { co_localsplusnames: names } = func.code.code;
  let missing = 0;
  for (let i = argcount; i < total; i++) {
    if (locals[i] !== undefined) continue;
    const value = func.kwdefaults === null ? undefined : func.kwdefaults.get(vm, strFromJS(names[i]));
    if (value === undefined) missing++;
    else locals[i] = value;
  }
  if (missing > 0) throw missingArguments(func, 'keyword-only', locals, argcount, total);
}

function qualname(func: PyFunction): string {
  return jsText(func.qualname);
}

/** "f() missing 2 required positional arguments: 'a' and 'b'" (CPython: format_missing). */
function missingArguments(func: PyFunction, kind: string, locals: Locals, start: number, end: number): PyBaseException {
  const names: string[] = [];
  for (let i = start; i < end; i++) if (locals[i] === undefined) names.push(`'${func.code.code.co_localsplusnames[i]}'`);
  const count = names.length;
  const last = names.pop() as string;
  const list = count === 1 ? last : count === 2 ? `${names[0]} and ${last}` : `${names.join(', ')}, and ${last}`;
  return typeError(`${qualname(func)}() missing ${count} required ${kind} argument${count === 1 ? '' : 's'}: ${list}`);
}

/** "f() takes 1 positional argument but 2 were given" (CPython: too_many_positional). */
function tooManyPositional(func: PyFunction, given: number, locals: Locals): PyBaseException {
  const { co_argcount: argcount, co_kwonlyargcount: kwonly } = func.code.code;
  let keywordOnly = 0;
  for (let i = argcount; i < argcount + kwonly; i++) if (locals[i] !== undefined) keywordOnly++;
  const defaults = func.defaults === null ? 0 : func.defaults.items.length;
  const s = (count: number): string => (count === 1 ? '' : 's');
  const takes = defaults > 0 ? `from ${argcount - defaults} to ${argcount}` : String(argcount);
  const plural = defaults > 0 ? 's' : s(argcount);
  const also = keywordOnly === 0 ? '' : ` positional argument${s(given)} (and ${keywordOnly} keyword-only argument${s(keywordOnly)})`;
  const verb = given === 1 && keywordOnly === 0 ? 'was' : 'were';
  return typeError(`${qualname(func)}() takes ${takes} positional argument${plural} but ${given}${also} ${verb} given`);
}
