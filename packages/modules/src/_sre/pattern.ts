import {
  asIndex, asIndexClamped, asSsize, bufferBytes, call, callPlain, codePoints, defineType, GenericAlias, getAttr, hash, importModule, indexError, isInt, isStr, isTrue, native, newTuple, None, NotImplemented, Py_EQ, Py_NE, PyBytes, PyDict, PyList, PyMappingProxy, PyObject, PyTuple, reprText, richCompare, strFromJS, strLength, typeError, TypeFlag, typeOf,
} from '@py/vm/native';
import type { CompareOp, PyType, PyValue, VM } from '@py/vm/native';
import { Matcher } from './engine.ts';
import { joinerFor, type Joiner } from './joiner.ts';
import { Program } from './program.ts';
import { slice, subjectOf, type Subject } from './subject.ts';

/* Pattern, Match, scanner and template objects (CPython 3.12: Modules/_sre/sre.c). */

export class PyPattern extends PyObject {
  readonly pattern: PyValue;
  readonly flags: number;
  readonly program: Program;
  readonly groups: number;
  readonly groupindex: PyDict;
  /** Group names by number, None where unnamed. */
  readonly indexgroup: PyTuple;
  /** null: matches either kind (`re.compile(pattern)` of None in tests). */
  readonly isBytes: boolean | null;
  constructor(pattern: PyValue, flags: number, code: Uint32Array, groups: number, groupindex: PyDict, indexgroup: PyTuple) {
    super(patternType);
    this.pattern = pattern;
    this.flags = flags;
    this.program = new Program(code, groups);
    this.groups = groups;
    this.groupindex = groupindex;
    this.indexgroup = indexgroup;
    this.isBytes = pattern === None ? null : !isStr(pattern);
  }
}

export class PyMatch extends PyObject {
  readonly subject: Subject;
  readonly re: PyPattern;
  readonly pos: number;
  readonly endpos: number;
  readonly lastindex: number;
  /** Start and end by group, group 0 first; -1 where a group did not take part. */
  readonly spans: readonly number[];
  constructor(subject: Subject, re: PyPattern, pos: number, endpos: number, lastindex: number, spans: readonly number[]) {
    super(matchType);
    this.subject = subject;
    this.re = re;
    this.pos = pos;
    this.endpos = endpos;
    this.lastindex = lastindex;
    this.spans = spans;
  }

  groupStart(group: number): number {
    return this.spans[2 * group];
  }

  groupEnd(group: number): number {
    return this.spans[2 * group + 1];
  }
}

class Scanner extends PyObject {
  readonly pattern: PyPattern;
  readonly subject: Subject;
  readonly pos: number;
  readonly endpos: number;
  start: number;
  mustAdvance = false;
  constructor(pattern: PyPattern, subject: Subject, pos: number, endpos: number) {
    super(scannerType);
    this.pattern = pattern;
    this.subject = subject;
    this.pos = pos;
    this.endpos = endpos;
    this.start = pos;
  }
}

/** A replacement taken apart: literals and group numbers in turn. */
export class PyTemplate extends PyObject {
  readonly literal: PyValue;
  readonly items: readonly { readonly group: number; readonly literal: PyValue | null }[];
  constructor(literal: PyValue, items: readonly { readonly group: number; readonly literal: PyValue | null }[]) {
    super(templateType);
    this.literal = literal;
    this.items = items;
  }
}

const clamp = (value: number, length: number): number => Math.min(Math.max(value, 0), length);

const startOf = (vm: VM, subject: Subject, pos: PyValue | undefined): number => (pos === undefined ? 0 : typeof pos === 'number' && pos >= 0 && pos <= subject.length ? pos : clamp(asIndexClamped(vm, pos), subject.length));
const endOf = (vm: VM, subject: Subject, endpos: PyValue | undefined): number => (endpos === undefined ? subject.length : clamp(asIndexClamped(vm, endpos), subject.length));

function matcherFor(vm: VM, pattern: PyPattern, subject: Subject, end: number): Matcher {
  return Matcher.take(vm, pattern.program, subject, end);
}

function matchFrom(pattern: PyPattern, subject: Subject, matcher: Matcher, pos: number, endpos: number): PyMatch {
  return new PyMatch(subject, pattern, pos, endpos, matcher.lastindex, matcher.spans());
}

type How = 'match' | 'fullmatch' | 'search';

function matchMethod(how: How): (vm: VM, self: PyPattern, string: PyValue, pos: PyValue | undefined, endpos: PyValue | undefined) => PyValue {
  return (vm, self, string, pos, endpos) => {
    const subject = subjectOf(vm, string, self.isBytes);
    const end = endOf(vm, subject, endpos);
    const start = startOf(vm, subject, pos);
    if (start > end) return None;
    const matcher = matcherFor(vm, self, subject, end);
    const found = how === 'search' ? matcher.search(start) : matcher.match(start, how === 'fullmatch');
    const match = found ? matchFrom(self, subject, matcher, start, end) : None;
    matcher.release();
    return match;
  };
}

/** Calls `visit` for each match in turn; an empty match may not follow directly on another match's end twice. */
function eachMatch(vm: VM, pattern: PyPattern, subject: Subject, start: number, end: number, visit: (matcher: Matcher) => boolean): void {
  const matcher = matcherFor(vm, pattern, subject, end);
  for (let at = start; at <= end && matcher.search(at) && visit(matcher); at = matcher.ptr) matcher.mustAdvance = matcher.ptr === matcher.matchStart;
  matcher.release();
}

function pattern_findall(vm: VM, self: PyPattern, string: PyValue, pos: PyValue | undefined, endpos: PyValue | undefined): PyValue {
  const subject = subjectOf(vm, string, self.isBytes);
  const end = endOf(vm, subject, endpos);
  const start = startOf(vm, subject, pos);
  const { groups } = self;
  const found: PyValue[] = [];
  const empty = slice(subject, 0, 0);
  eachMatch(vm, self, subject, start, end, (matcher) => {
    if (groups <= 1) found.push(matchedText(subject, matcher, groups, empty));
    else {
      const texts: PyValue[] = [];
      for (let group = 1; group <= groups; group++) texts.push(matchedText(subject, matcher, group, empty));
      found.push(newTuple(texts));
    }
    return true;
  });
  return new PyList(found);
}

/** The text of a group of the match that was just found, or `fallback` if it did not take part. */
function matchedText(subject: Subject, matcher: Matcher, group: number, fallback: PyValue): PyValue {
  const start = matcher.groupStart(group);
  return start < 0 ? fallback : slice(subject, start, matcher.groupEnd(group));
}

function pattern_split(vm: VM, self: PyPattern, string: PyValue, maxsplit: PyValue | undefined): PyValue {
  const subject = subjectOf(vm, string, self.isBytes);
  const max = maxsplit === undefined ? 0 : asSsize(vm, maxsplit);
  const parts: PyValue[] = [];
  let last = 0;
  let count = 0;
  eachMatch(vm, self, subject, 0, subject.length, (matcher) => {
    if (max > 0 && count >= max) return false;
    if (max < 0) return false;
    parts.push(slice(subject, last, matcher.matchStart));
    for (let group = 1; group <= self.groups; group++) parts.push(matchedText(subject, matcher, group, None));
    last = matcher.ptr;
    count++;
    return true;
  });
  parts.push(slice(subject, last, subject.length));
  return new PyList(parts);
}

/** The text of a group, or `fallback` if it did not take part. */
function groupText(match: PyMatch, group: number, fallback: PyValue): PyValue {
  const start = match.spans[2 * group];
  return start < 0 ? fallback : slice(match.subject, start, match.spans[2 * group + 1]);
}

function expandTemplate(joiner: Joiner, template: PyTemplate, match: Matcher | PyMatch): void {
  joiner.add(template.literal);
  for (const { group, literal } of template.items) {
    const start = match.groupStart(group);
    if (start >= 0) joiner.addRange(start, match.groupEnd(group));
    if (literal !== null) joiner.add(literal);
  }
}

function templateOf(vm: VM, pattern: PyPattern, repl: PyValue): PyValue | null {
  const literal = isStr(repl) ? !hasBackslash(codePoints(repl)) : typeOf(repl).bf_getbuffer !== undefined && !hasBackslash(bufferBytes(vm, repl));
  if (literal) return null;
  return call(vm, getAttr(vm, importModule(vm, 're'), '_compile_template'), [pattern, repl]);
}

function hasBackslash(points: ArrayLike<number>): boolean {
  for (let i = 0; i < points.length; i++) if (points[i] === 0x5c) return true;
  return false;
}

function substitute(vm: VM, self: PyPattern, repl: PyValue, string: PyValue, count: PyValue | undefined): { text: PyValue; n: number } {
  const max = count === undefined ? 0 : asSsize(vm, count);
  const callable = typeOf(repl).tp_call !== undefined;
  const compiled = callable ? null : templateOf(vm, self, repl);
  const subject = subjectOf(vm, string, self.isBytes);
  const joiner = joinerFor(subject);
  let last = 0;
  let n = 0;
  eachMatch(vm, self, subject, 0, subject.length, (matcher) => {
    if ((max > 0 && n >= max) || max < 0) return false;
      const { matchStart, ptr } = matcher;
    if (last < matchStart) joiner.addRange(last, matchStart);
    if (compiled instanceof PyTemplate) expandTemplate(joiner, compiled, matcher);
    else {
      const item = callable ? callPlain(vm, repl, matchFrom(self, subject, matcher, 0, subject.length)) : (compiled ?? repl);
      if (item !== None) joiner.add(item);
    }
    last = ptr;
    n++;
    return true;
  });
  if (n === 0) return { text: slice(subject, 0, subject.length), n };
  if (last < subject.length) joiner.addRange(last, subject.length);
  return { text: joiner.finish(vm), n };
}

class FindIterator extends PyObject {
  readonly scanner: Scanner;
  constructor(scanner: Scanner) {
    super(findIteratorType);
    this.scanner = scanner;
  }
}

function scan(vm: VM, self: Scanner, how: 'match' | 'search'): PyValue {
  if (self.start > self.endpos) return None;
  const matcher = matcherFor(vm, self.pattern, self.subject, self.endpos);
  matcher.mustAdvance = self.mustAdvance;
  const found = how === 'search' ? matcher.search(self.start) : matcher.match(self.start, false);
  const match = found ? matchFrom(self.pattern, self.subject, matcher, self.pos, self.endpos) : None;
  self.mustAdvance = found && matcher.ptr === matcher.matchStart;
  self.start = found ? matcher.ptr : self.endpos + 1;
  matcher.release();
  return match;
}

function newScanner(vm: VM, self: PyPattern, string: PyValue, pos: PyValue | undefined, endpos: PyValue | undefined): Scanner {
  const subject = subjectOf(vm, string, self.isBytes);
  const end = endOf(vm, subject, endpos);
  const start = startOf(vm, subject, pos);
  return new Scanner(self, subject, start, end);
}

const flagNames: readonly (readonly [number, string])[] = [
  [2, 're.IGNORECASE'], [8, 're.MULTILINE'], [16, 're.DOTALL'], [64, 're.VERBOSE'], [128, 're.DEBUG'], [256, 're.ASCII'], [4, 're.LOCALE'],
];

/** So many characters at most. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : Array.from(text).slice(0, length).join('');
}

function pattern_repr(vm: VM, self: PyPattern): PyValue {
  let { flags } = self;
  // UNICODE goes without saying for str patterns.
  if (isStr(self.pattern) && (flags & (4 | 32 | 256)) === 32) flags &= ~32;
  const names: string[] = [];
  for (const [bit, name] of [...flagNames.slice(0, 1), [4, 're.LOCALE'] as const, ...flagNames.slice(1, 3), [32, 're.UNICODE'] as const, ...flagNames.slice(3, 6)]) {
    if ((flags & bit) === 0) continue;
    names.push(name);
    flags &= ~bit;
  }
  if (flags !== 0) names.push(`0x${flags.toString(16)}`);
  const text = cut(reprText(vm, self.pattern), 200);
  return strFromJS(`re.compile(${text}${names.length > 0 ? `, ${names.join('|')}` : ''})`);
}

function sameCode(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}

function pattern_compare(vm: VM, left: PyValue, right: PyValue, op: CompareOp): PyValue {
  if ((op !== Py_EQ && op !== Py_NE) || !(left instanceof PyPattern) || !(right instanceof PyPattern)) return NotImplemented;
  let same = left === right;
  if (!same) {
    same = left.flags === right.flags && left.isBytes === right.isBytes && sameCode(left.program.code, right.program.code);
    same &&= isTrue(vm, richCompare(vm, left.pattern, right.pattern, Py_EQ));
  }
  return same === (op === Py_EQ);
}

const alias = native('__class_getitem__(cls, item, /)', (_vm: VM, cls: PyType, item: PyValue) => new GenericAlias(cls, item instanceof PyTuple ? item : newTuple([item])), 'See PEP 585');
const itself = (_vm: VM, self: PyValue): PyValue => self;
const signature = '(self, /, string, pos=0, endpos=sys.maxsize)';

export const patternType: PyType = defineType('Pattern', {
  module: 're',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  hasWeakref: true,
  doc: 'Compiled regular expression object.',
  slots: {
    tp_repr: pattern_repr,
    tp_richcompare: pattern_compare,
    tp_hash: (vm: VM, self: PyPattern): PyValue => hash(vm, newTuple([self.pattern, self.flags, self.groups])),
  },
  methods: [
    native(`match${signature}`, matchMethod('match'), 'Matches zero or more characters at the beginning of the string.'),
    native(`fullmatch${signature}`, matchMethod('fullmatch'), 'Matches against all of the string.'),
    native(`search${signature}`, matchMethod('search'), 'Scan through string looking for a match, and return a corresponding match object instance.\n\nReturn None if no position in the string matches.'),
    native('sub(self, /, repl, string, count=0)', (vm: VM, self: PyPattern, repl: PyValue, string: PyValue, count: PyValue | undefined) => substitute(vm, self, repl, string, count).text, 'Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.'),
    native('subn(self, /, repl, string, count=0)', (vm: VM, self: PyPattern, repl: PyValue, string: PyValue, count: PyValue | undefined) => {
      const { text, n } = substitute(vm, self, repl, string, count);
      return newTuple([text, n]);
    }, 'Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.'),
    native(`findall${signature}`, pattern_findall, 'Return a list of all non-overlapping matches of pattern in string.'),
    native('split(self, /, string, maxsplit=0)', pattern_split, 'Split string by the occurrences of pattern.'),
    native(`finditer${signature}`, (vm: VM, self: PyPattern, string: PyValue, pos: PyValue | undefined, endpos: PyValue | undefined) => new FindIterator(newScanner(vm, self, string, pos, endpos)), 'Return an iterator over all non-overlapping matches for the RE pattern in string.\n\nFor each match, the iterator returns a match object.'),
    native(`scanner${signature}`, newScanner),
    native('__copy__(self, /)', itself),
    native('__deepcopy__(self, memo, /)', itself),
  ],
  classMethods: [alias],
  fields: {
    pattern: { get: (_vm: VM, self: PyPattern) => self.pattern, doc: 'The pattern string from which the RE object was compiled.' },
    flags: { get: (_vm: VM, self: PyPattern) => self.flags, doc: 'The regex matching flags.' },
    groups: { get: (_vm: VM, self: PyPattern) => self.groups, doc: 'The number of capturing groups in the pattern.' },
  },
  getset: {
    groupindex: { get: (_vm: VM, self: PyPattern) => new PyMappingProxy(self.groupindex), doc: 'A dictionary mapping group names to group numbers.' },
  },
});

export const scannerType: PyType = defineType('SRE_Scanner', {
  module: '_sre',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  methods: [
    native('match(self, /)', (vm: VM, self: Scanner) => scan(vm, self, 'match')),
    native('search(self, /)', (vm: VM, self: Scanner) => scan(vm, self, 'search')),
  ],
  fields: { pattern: { get: (_vm: VM, self: Scanner) => self.pattern } },
});

const findIteratorType: PyType = defineType('callable_iterator', {
  slots: {
    tp_iter: itself,
    tp_iternext(vm: VM, self: PyValue) {
      const match = scan(vm, (self as FindIterator).scanner, 'search');
      return match === None ? undefined : match;
    },
  },
});

export const templateType: PyType = defineType('SRE_Template', { module: '_sre', flags: TypeFlag.DISALLOW_INSTANTIATION });

/** Group number by number or name; IndexError `no such group`. */
function groupNumber(vm: VM, self: PyMatch, index: PyValue): number {
  let number = -1;
  if (typeOf(index).nb_index !== undefined) number = Number(asIndex(vm, index));
  else {
    const found = typeOf(index).tp_hash == null ? undefined : self.re.groupindex.get(vm, index);
    if (found !== undefined && isInt(found)) number = Number(asIndex(vm, found));
  }
  if (number < 0 || number > self.re.groups) throw indexError('no such group');
  return number;
}

function match_group(vm: VM, self: PyMatch, indices: readonly PyValue[]): PyValue {
  if (indices.length === 0) return groupText(self, 0, None);
  if (indices.length === 1) return groupText(self, groupNumber(vm, self, indices[0]), None);
  return newTuple(indices.map((index) => groupText(self, groupNumber(vm, self, index), None)));
}

const spanPart = (part: 0 | 1) => (vm: VM, self: PyMatch, group: PyValue | undefined): PyValue => self.spans[2 * groupNumber(vm, self, group ?? 0) + part];

function match_groups(_vm: VM, self: PyMatch, fallback: PyValue | undefined): PyValue {
  const texts: PyValue[] = [];
  for (let group = 1; group <= self.re.groups; group++) texts.push(groupText(self, group, fallback ?? None));
  return newTuple(texts);
}

function match_groupdict(vm: VM, self: PyMatch, fallback: PyValue | undefined): PyValue {
  const dict = new PyDict();
  for (const name of self.re.groupindex.keyList()) dict.set(vm, name, groupText(self, Number(self.re.groupindex.get(vm, name)), fallback ?? None));
  return dict;
}

function match_expand(vm: VM, self: PyMatch, template: PyValue): PyValue {
  const compiled = call(vm, getAttr(vm, importModule(vm, 're'), '_compile_template'), [self.re, template]);
  if (!(compiled instanceof PyTemplate)) return compiled;
  const joiner = joinerFor(self.subject);
  expandTemplate(joiner, compiled, self);
  return joiner.finish(vm);
}

function lastGroup(self: PyMatch): PyValue {
  return self.lastindex >= 0 && self.lastindex < self.re.indexgroup.items.length ? self.re.indexgroup.items[self.lastindex] : None;
}

export const matchType: PyType = defineType('Match', {
  module: 're',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  doc: 'The result of re.match() and re.search().\nMatch objects always have a boolean value of True.',
  slots: {
    tp_repr: (vm: VM, self: PyMatch) => strFromJS(`<re.Match object; span=(${self.spans[0]}, ${self.spans[1]}), match=${cut(reprText(vm, groupText(self, 0, None)), 50)}>`),
    mp_subscript: (vm: VM, self: PyMatch, key: PyValue) => groupText(self, groupNumber(vm, self, key), None),
  },
  methods: [
    native('group(self, /, *args)', match_group, "group([group1, ...]) -> str or tuple.\nReturn subgroup(s) of the match by indices or names.\nFor 0 returns the entire match."),
    native('start(self, group=0, /)', spanPart(0), 'Return index of the start of the substring matched by group.'),
    native('end(self, group=0, /)', spanPart(1), 'Return index of the end of the substring matched by group.'),
    native('span(self, group=0, /)', (vm: VM, self: PyMatch, group: PyValue | undefined) => {
      const number = groupNumber(vm, self, group ?? 0);
      return newTuple([self.spans[2 * number], self.spans[2 * number + 1]]);
    }, 'For match object m, return the 2-tuple (m.start(group), m.end(group)).'),
    native('groups(self, /, default=None)', match_groups, 'Return a tuple containing all the subgroups of the match, from 1.\n\n  default\n    Is used for groups that did not participate in the match.'),
    native('groupdict(self, /, default=None)', match_groupdict, 'Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.\n\n  default\n    Is used for groups that did not participate in the match.'),
    native('expand(self, /, template)', match_expand, 'Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.'),
    native('__copy__(self, /)', itself),
    native('__deepcopy__(self, memo, /)', itself),
  ],
  classMethods: [alias],
  fields: {
    string: { get: (_vm: VM, self: PyMatch) => self.subject.value, doc: 'The string passed to match() or search().' },
    re: { get: (_vm: VM, self: PyMatch) => self.re, doc: 'The regular expression object.' },
    pos: { get: (_vm: VM, self: PyMatch) => self.pos, doc: 'The index into the string at which the RE engine started looking for a match.' },
    endpos: { get: (_vm: VM, self: PyMatch) => self.endpos, doc: 'The index into the string beyond which the RE engine will not go.' },
  },
  getset: {
    lastindex: { get: (_vm: VM, self: PyMatch) => (self.lastindex >= 0 ? self.lastindex : None), doc: 'The integer index of the last matched capturing group.' },
    lastgroup: { get: (_vm: VM, self: PyMatch) => lastGroup(self), doc: 'The name of the last matched capturing group.' },
    regs: { get: (_vm: VM, self: PyMatch) => newTuple(Array.from({ length: self.re.groups + 1 }, (_, i) => newTuple([self.spans[2 * i], self.spans[2 * i + 1]]))) },
  },
});

/** `_sre.template(pattern, [literal, group, literal, …])` */
export function newTemplate(vm: VM, _pattern: PyValue, template: PyValue): PyValue {
  if (!(template instanceof PyList)) throw typeError(`template() argument 2 must be list, not ${typeOf(template).tpName}`);
  const list = template.items;
  if (list.length % 2 === 0) throw typeError('invalid template');
  const items: { group: number; literal: PyValue | null }[] = [];
  for (let i = 1; i < list.length; i += 2) {
    const literal = list[i + 1];
    const blank = literal === undefined || (isStr(literal) ? strLength(literal) === 0 : literal instanceof PyBytes && literal.bytes.length === 0);
    if (!isInt(list[i])) throw typeError('an integer is required');
    const group = Number(asIndex(vm, list[i]));
    if (group < 0) throw typeError('invalid template');
    items.push({ group, literal: blank ? null : literal });
  }
  return new PyTemplate(list[0], items);
}
