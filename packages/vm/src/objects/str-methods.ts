import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { NativeDef } from '../core/native.ts';
import { native } from '../core/native.ts';
import { strType, typeOf } from '../core/type.ts';
import { badArgument } from '../core/arguments.ts';
import { memoryError, overflowError, typeError, valueError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { LookupError } from './exception-types.ts';
import { PyBaseException } from './exceptions.ts';
import { PyDict } from './dict.ts';
import { PyList } from './list.ts';
import { None } from './none.ts';
import { PyTuple, newTuple } from './tuple.ts';
import { codePoints } from './str-points.ts';
import { concatenate, plainText, strFromPoints, strLength } from './str-support.ts';
import * as caseOf from './str-case.ts';
import { rsplitStr, splitLines, splitStr, stripStr } from './str-split.ts';
import { exactStr, findIn, rfindIn, sliceStr } from './str.ts';
import { findRange } from './slice.ts';
import { cText } from './c-text.ts';
import { encodeStr } from './str-encode.ts';
import { formatStr } from './str-format.ts';
import { formatText, parseFormatSpec } from './format-spec.ts';
import { asSsize, isInt, intValue } from '../protocol/number.ts';
import { isTrue } from '../protocol/truth.ts';
import { toArray } from '../protocol/iterate.ts';
import { getItem } from '../protocol/subscript.ts';

/* The methods of str (CPython 3.12: Objects/unicodeobject.c). */

function needStr(name: string, value: PyValue, argument = 'argument'): PyValue {
  if (!isStr(value)) throw badArgument(name, argument, 'str', value);
  return value;
}

function str_join(vm: VM, self: PyValue, iterable: PyValue): PyValue {
  if (typeOf(iterable).tp_iter === undefined && typeOf(iterable).sq_item === undefined) throw typeError('can only join an iterable');
  const items = iterable instanceof PyList || iterable instanceof PyTuple ? iterable.items : toArray(vm, iterable);
  if (items.length === 1 && typeOf(items[0]) === strType) return items[0];
  let plain = true;
  let length = 0;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item === 'string') length += item.length;
    else if (isStr(item)) {
      length += strLength(item);
      plain = false;
    } else throw typeError(`sequence item ${i}: expected str instance, ${typeOf(item).tpName} found`);
  }
  length += strLength(self) * Math.max(0, items.length - 1);
  if (length > 2 ** 29 - 25) throw memoryError();
  if (length > 4096) vm.allocate(length);
  vm.charge(items.length >> 2);
  if (plain && typeof self === 'string') {
    const text = (items as readonly string[]).join(self);
    if (!mayPair.test(text)) return text;
  }
  const points = new Uint32Array(length);
  const separator = codePoints(self);
  let at = 0;
  for (const [i, item] of items.entries()) {
    if (i > 0) for (let j = 0; j < separator.length; j++) points[at++] = separator[j];
    const part = codePoints(item);
    for (let j = 0; j < part.length; j++) points[at++] = part[j];
  }
  return strFromPoints(points.subarray(0, at));
}

const mayPair = /[\ud800-\udbff][\udc00-\udfff]/;

type Search = (vm: VM, self: PyValue, sub: PyValue, start: PyValue | undefined, end: PyValue | undefined) => PyValue;

function search(find: (whole: PyValue, part: PyValue, start: number, stop: number) => number, notFound: boolean): Search {
  return (vm, self, sub, start, end) => {
    const [from, to] = findRange(vm, start, end, strLength(self));
    if (!isStr(sub)) throw typeError(`must be str, not ${typeOf(sub).tpName}`);
    const index = from > to ? -1 : find(self, sub, from, to);
    if (index < 0 && notFound) throw valueError('substring not found');
    return index;
  };
}

function str_count(vm: VM, self: PyValue, sub: PyValue, start: PyValue | undefined, end: PyValue | undefined): PyValue {
  const [from, to] = findRange(vm, start, end, strLength(self));
  if (!isStr(sub)) throw typeError(`must be str, not ${typeOf(sub).tpName}`);
  const width = strLength(sub);
  if (width === 0) return from > to ? 0 : to - from + 1;
  let count = 0;
  for (let at = findIn(self, sub, from, to); at >= 0; at = findIn(self, sub, at + width, to)) count++;
  return count;
}

/** `startswith` and `endswith` */
function affix(name: 'startswith' | 'endswith'): Search {
  return (vm, self, prefix, start, end) => {
    const [from, to] = findRange(vm, start, end, strLength(self));
    const matches = (part: PyValue): boolean => {
      const width = strLength(part);
      if (from + width > to) return false;
      const at = name === 'startswith' ? from : to - width;
      const text = plainText(self);
      const wanted = plainText(part);
      if (text !== null && wanted !== null) return text.startsWith(wanted, at);
      return findIn(self, part, at, at + width) === at;
    };
    if (prefix instanceof PyTuple) {
      return prefix.items.some((part) => {
        if (!isStr(part)) throw typeError(`tuple for ${name} must only contain str, not ${typeOf(part).tpName}`);
        return matches(part);
      });
    }
    if (!isStr(prefix)) throw typeError(`${name} first arg must be str or a tuple of str, not ${typeOf(prefix).tpName}`);
    return matches(prefix);
  };
}

function str_replace(vm: VM, self: PyValue, old: PyValue, replacement: PyValue, count: PyValue | undefined): PyValue {
  if (!isStr(old)) throw badArgument('replace', 'argument 1', 'str', old);
  if (!isStr(replacement)) throw badArgument('replace', 'argument 2', 'str', replacement);
  const max = count === undefined ? -1 : asSsize(vm, count);
  if (max === 0) return exactStr(self);
  const limit = max < 0 ? Infinity : max;
  const length = strLength(self);
  const pieces: PyValue[] = [];
  const width = strLength(old);
  if (width === 0) {
    let n = 0;
    for (let i = 0; i <= length; i++) {
      if (n < limit) {
        pieces.push(replacement);
        n++;
      }
      if (i < length) pieces.push(sliceStr(self, i, 1, 1));
    }
    return str_join(vm, '', new PyList(pieces));
  }
  const text = plainText(self);
  const oldText = plainText(old);
  const newText = plainText(replacement);
  if (text !== null && oldText !== null && newText !== null && limit === Infinity) {
    if (newText.length > oldText.length * 16 && text.length * newText.length > 2 ** 20) vm.allocate(text.length * newText.length);
    const result = text.replaceAll(oldText, () => newText);
    if (!mayPair.test(result)) return result;
  }
  let start = 0;
  for (let n = 0; n < limit; n++) {
    const at = findIn(self, old, start, length);
    if (at < 0) break;
    pieces.push(sliceStr(self, start, 1, at - start), replacement);
    start = at + width;
  }
  if (pieces.length === 0) return exactStr(self);
  pieces.push(sliceStr(self, start, 1, length - start));
  return str_join(vm, '', new PyList(pieces));
}

function separatorOf(sep: PyValue | undefined): PyValue | null {
  if (sep === undefined || sep === None) return null;
  if (!isStr(sep)) throw typeError(`must be str or None, not ${typeOf(sep).tpName}`);
  return sep;
}

const limitOf = (vm: VM, maxsplit: PyValue | undefined): number => (maxsplit === undefined ? -1 : asSsize(vm, maxsplit));

function strip(name: string, left: boolean, right: boolean): (vm: VM, self: PyValue, chars: PyValue | undefined) => PyValue {
  return (_vm, self, chars) => {
    if (chars !== undefined && chars !== None && !isStr(chars)) throw typeError(`${name} arg must be None or str`);
    return stripStr(self, chars === undefined || chars === None ? null : chars, left, right);
  };
}

function padTo(vm: VM, self: PyValue, width: PyValue, fill: PyValue | undefined, split: (missing: number, width: number) => number): PyValue {
  const target = asSsize(vm, width);
  if (fill !== undefined && !isStr(fill)) throw typeError(`The fill character must be a unicode character, not ${typeOf(fill).tpName}`);
  const filler = fill ?? ' ';
  if (strLength(filler) !== 1) throw typeError('The fill character must be exactly one character long');
  const missing = target - strLength(self);
  if (missing <= 0) return exactStr(self);
  if (target > 2 ** 29 - 25) throw memoryError();
  vm.allocate(missing);
  const left = split(missing, target);
  const repeat = (n: number): PyValue => {
    const text = plainText(filler);
    return text !== null ? text.repeat(n) : strFromPoints(new Uint32Array(n).fill(codePoints(filler)[0]));
  };
  return concatenate(concatenate(repeat(left), self), repeat(missing - left));
}

function str_zfill(vm: VM, self: PyValue, width: PyValue): PyValue {
  const target = asSsize(vm, width);
  const length = strLength(self);
  if (target <= length) return exactStr(self);
  if (target > 2 ** 29 - 25) throw memoryError();
  vm.allocate(target);
  const first = length > 0 ? codePoints(self)[0] : 0;
  const signed = first === 0x2b || first === 0x2d;
  const zeros = '0'.repeat(target - length);
  if (!signed) return concatenate(zeros, self);
  return concatenate(String.fromCharCode(first) + zeros, sliceStr(self, 1, 1, length - 1));
}

function str_expandtabs(vm: VM, self: PyValue, tabsize: PyValue | undefined): PyValue {
  const size = tabsize === undefined ? 8 : asSsize(vm, tabsize);
  if (size > 0x7fffffff) throw overflowError('Python int too large to convert to C int');
  const out: number[] = [];
  let column = 0;
  for (const point of Array.from(codePoints(self))) {
    if (point === 9) {
      if (size <= 0) continue;
      const spaces = size - (column % size);
      if (out.length + spaces > 2 ** 26) throw overflowError('new string is too long');
      for (let i = 0; i < spaces; i++) out.push(32);
      column += spaces;
    } else {
      out.push(point);
      column = point === 10 || point === 13 ? 0 : column + 1;
    }
  }
  return strFromPoints(out);
}

function str_partition(_vm: VM, self: PyValue, sep: PyValue): PyValue {
  if (!isStr(sep)) throw typeError(`must be str, not ${typeOf(sep).tpName}`);
  const width = strLength(sep);
  if (width === 0) throw valueError('empty separator');
  const length = strLength(self);
  const at = findIn(self, sep, 0, length);
  if (at < 0) return newTuple([exactStr(self), '', '']);
  return newTuple([sliceStr(self, 0, 1, at), exactStr(sep), sliceStr(self, at + width, 1, length - at - width)]);
}

function str_rpartition(_vm: VM, self: PyValue, sep: PyValue): PyValue {
  if (!isStr(sep)) throw typeError(`must be str, not ${typeOf(sep).tpName}`);
  const width = strLength(sep);
  if (width === 0) throw valueError('empty separator');
  const length = strLength(self);
  const at = rfindIn(self, sep, 0, length);
  if (at < 0) return newTuple(['', '', exactStr(self)]);
  return newTuple([sliceStr(self, 0, 1, at), exactStr(sep), sliceStr(self, at + width, 1, length - at - width)]);
}

function str_removeprefix(_vm: VM, self: PyValue, prefix: PyValue): PyValue {
  needStr('removeprefix', prefix);
  const width = strLength(prefix);
  const length = strLength(self);
  if (width > length || findIn(self, prefix, 0, width) !== 0) return exactStr(self);
  return sliceStr(self, width, 1, length - width);
}

function str_removesuffix(_vm: VM, self: PyValue, suffix: PyValue): PyValue {
  needStr('removesuffix', suffix);
  const width = strLength(suffix);
  const length = strLength(self);
  if (width === 0 || width > length || findIn(self, suffix, length - width, length) < 0) return exactStr(self);
  return sliceStr(self, 0, 1, length - width);
}

function str_translate(vm: VM, self: PyValue, table: PyValue): PyValue {
  const out: number[] = [];
  const known = new Map<number, ArrayLike<number>>();
  for (const point of Array.from(codePoints(self))) {
    let mapped = known.get(point);
    if (mapped === undefined) known.set(point, (mapped = translated(vm, table, point)));
    for (let i = 0; i < mapped.length; i++) out.push(mapped[i]);
  }
  return strFromPoints(out);
}

function translated(vm: VM, table: PyValue, point: number): ArrayLike<number> {
  let value: PyValue;
  try {
    value = getItem(vm, table, point);
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(LookupError)) return [point];
    throw error;
  }
  if (value === None) return [];
  if (isStr(value)) return codePoints(value);
  if (!isInt(value)) throw typeError('character mapping must return integer, None or str');
  const code = intValue(value);
  if (code < 0 || code > 0x10ffff) throw valueError('character mapping must be in range(0x110000)');
  return [Number(code)];
}

function str_maketrans(vm: VM, x: PyValue, y: PyValue | undefined, z: PyValue | undefined): PyValue {
  const table = new PyDict();
  if (y !== undefined) {
    if (!isStr(y)) throw badArgument('maketrans', 'argument 2', 'str', y);
    if (z !== undefined && !isStr(z)) throw badArgument('maketrans', 'argument 3', 'str', z);
    if (!isStr(x)) throw typeError('first maketrans argument must be a string if there is a second argument');
    if (strLength(x) !== strLength(y)) throw valueError('the first two maketrans arguments must have equal length');
    const from = codePoints(x);
    const to = codePoints(y);
    for (let i = 0; i < from.length; i++) table.set(vm, from[i], to[i]);
    if (z !== undefined) for (const point of Array.from(codePoints(z))) table.set(vm, point, None);
    return table;
  }
  if (!(x instanceof PyDict) || typeOf(x).name !== 'dict') throw typeError('if you give only one argument to maketrans it must be a dict');
  for (const key of x.keyList()) {
    const value = x.get(vm, key) as PyValue;
    if (isStr(key)) {
      if (strLength(key) !== 1) throw valueError('string keys in translate table must be of length 1');
      table.set(vm, codePoints(key)[0], value);
    } else if (isInt(key)) table.set(vm, key, value);
    else throw typeError('keys in translate table must be strings or integers');
  }
  return table;
}

function str_format_spec(vm: VM, self: PyValue, spec: PyValue): PyValue {
  if (!isStr(spec)) throw badArgument('__format__', 'argument', 'str', spec);
  const text = jsText(spec);
  if (text === '') return typeOf(self) === strType ? self : ((typeOf(self).tp_str as (vm: VM, self: PyValue) => PyValue)(vm, self));
  const parsed = parseFormatSpec(text, typeOf(self).name, 's');
  vm.allocate(Math.max(0, parsed.width));
  return strFromJS(formatText(jsText(self), parsed, typeOf(self)));
}

function str_format_map(vm: VM, self: PyValue, mapping: PyValue): PyValue {
  return formatStr(vm, self, null, mapping);
}

function str_format(vm: VM, self: PyValue, args: readonly PyValue[], kwargs: ReadonlyMap<string, PyValue>): PyValue {
  return formatStr(vm, self, args, PyDict.fromStrings(kwargs));
}

function str_encode(vm: VM, self: PyValue, encoding: PyValue | undefined, errors: PyValue | undefined): PyValue {
  const codec = encoding === undefined ? 'utf-8' : cText('encode', "argument 'encoding'", encoding);
  return encodeStr(vm, self, codec, errors === undefined ? 'strict' : cText('encode', "argument 'errors'", errors));
}

const question = (name: string, test: (value: PyValue) => boolean, doc: string): NativeDef => native(`${name}(self, /)`, (_vm: VM, self: PyValue) => test(self), doc);
const change = (name: string, convert: (value: PyValue) => PyValue, doc: string): NativeDef => native(`${name}(self, /)`, (_vm: VM, self: PyValue) => convert(self), doc);

const findDoc = 'Return the lowest index in S where substring sub is found,\nsuch that sub is contained within S[start:end].  Optional\narguments start and end are interpreted as in slice notation.\n\n';
const rfindDoc = 'Return the highest index in S where substring sub is found,\nsuch that sub is contained within S[start:end].  Optional\narguments start and end are interpreted as in slice notation.\n\n';
/** `split` and `rsplit`: the limit is converted before the separator is looked at. */
const splitting = (split: typeof splitStr) => (vm: VM, self: PyValue, sep: PyValue | undefined, maxsplit: PyValue | undefined): PyValue => {
  const limit = limitOf(vm, maxsplit);
  return new PyList(split(self, separatorOf(sep), limit));
};

const splitDoc = (end: string): string => `Return a list of the substrings in the string, using sep as the separator string.\n\n  sep\n    The separator used to split the string.\n\n    When set to None (the default value), will split on any whitespace\n    character (including \\n \\r \\t \\f and spaces) and will discard\n    empty strings from the result.\n  maxsplit\n    Maximum number of splits.\n    -1 (the default value) means no limit.\n\n${end}`;

export const strMethods: readonly NativeDef[] = [
  native("encode(self, /, encoding='utf-8', errors='strict')", str_encode, "Encode the string using the codec registered for encoding.\n\n  encoding\n    The encoding in which to encode the string.\n  errors\n    The error handling scheme to use for encoding errors.\n    The default is 'strict' meaning that encoding errors raise a\n    UnicodeEncodeError.  Other possible values are 'ignore', 'replace' and\n    'xmlcharrefreplace' as well as any other name registered with\n    codecs.register_error that can handle UnicodeEncodeErrors."),
  native('replace(self, old, new, count=-1, /)', str_replace, 'Return a copy with all occurrences of substring old replaced by new.\n\n  count\n    Maximum number of occurrences to replace.\n    -1 (the default value) means replace all occurrences.\n\nIf the optional argument count is given, only the first count occurrences are\nreplaced.'),
  native('split(self, /, sep=None, maxsplit=-1)', splitting(splitStr), splitDoc('Splitting starts at the front of the string and works to the end.\n\nNote, str.split() is mainly useful for data that has been intentionally\ndelimited.  With natural text that includes punctuation, consider using\nthe regular expression module.')),
  native('rsplit(self, /, sep=None, maxsplit=-1)', splitting(rsplitStr), splitDoc('Splitting starts at the end of the string and works to the front.')),
  native('join(self, iterable, /)', str_join, "Concatenate any number of strings.\n\nThe string whose method is called is inserted in between each given string.\nThe result is returned as a new string.\n\nExample: '.'.join(['ab', 'pq', 'rs']) -> 'ab.pq.rs'"),
  change('capitalize', caseOf.capitalizeStr, 'Return a capitalized version of the string.\n\nMore specifically, make the first character have upper case and the rest lower\ncase.'),
  change('casefold', caseOf.casefoldStr, 'Return a version of the string suitable for caseless comparisons.'),
  change('title', caseOf.titleStr, 'Return a version of the string where each word is titlecased.\n\nMore specifically, words start with uppercased characters and all remaining\ncased characters have lower case.'),
  native("center(self, width, fillchar=' ', /)", (vm: VM, self: PyValue, width: PyValue, fill: PyValue | undefined) => padTo(vm, self, width, fill, (missing, total) => (missing >> 1) + (missing & total & 1)), 'Return a centered string of length width.\n\nPadding is done using the specified fill character (default is a space).'),
  native('count(self, sub, start=None, end=None, /)', str_count, 'S.count(sub[, start[, end]]) -> int\n\nReturn the number of non-overlapping occurrences of substring sub in\nstring S[start:end].  Optional arguments start and end are\ninterpreted as in slice notation.').parsedTuple(),
  native('expandtabs(self, /, tabsize=8)', str_expandtabs, 'Return a copy where all tab characters are expanded using spaces.\n\nIf tabsize is not given, a tab size of 8 characters is assumed.'),
  native('find(self, sub, start=None, end=None, /)', search(findIn, false), `S.find(sub[, start[, end]]) -> int\n\n${findDoc}Return -1 on failure.`).parsedTuple(),
  native('partition(self, sep, /)', str_partition, 'Partition the string into three parts using the given separator.\n\nThis will search for the separator in the string.  If the separator is found,\nreturns a 3-tuple containing the part before the separator, the separator\nitself, and the part after it.\n\nIf the separator is not found, returns a 3-tuple containing the original string\nand two empty strings.'),
  native('index(self, sub, start=None, end=None, /)', search(findIn, true), `S.index(sub[, start[, end]]) -> int\n\n${findDoc}Raises ValueError when the substring is not found.`).parsedTuple(),
  native("ljust(self, width, fillchar=' ', /)", (vm: VM, self: PyValue, width: PyValue, fill: PyValue | undefined) => padTo(vm, self, width, fill, () => 0), 'Return a left-justified string of length width.\n\nPadding is done using the specified fill character (default is a space).'),
  change('lower', caseOf.lowerStr, 'Return a copy of the string converted to lowercase.'),
  native('lstrip(self, chars=None, /)', strip('lstrip', true, false), 'Return a copy of the string with leading whitespace removed.\n\nIf chars is given and not None, remove characters in chars instead.'),
  native('rfind(self, sub, start=None, end=None, /)', search(rfindIn, false), `S.rfind(sub[, start[, end]]) -> int\n\n${rfindDoc}Return -1 on failure.`).parsedTuple(),
  native('rindex(self, sub, start=None, end=None, /)', search(rfindIn, true), `S.rindex(sub[, start[, end]]) -> int\n\n${rfindDoc}Raises ValueError when the substring is not found.`).parsedTuple(),
  native("rjust(self, width, fillchar=' ', /)", (vm: VM, self: PyValue, width: PyValue, fill: PyValue | undefined) => padTo(vm, self, width, fill, (missing) => missing), 'Return a right-justified string of length width.\n\nPadding is done using the specified fill character (default is a space).'),
  native('rstrip(self, chars=None, /)', strip('rstrip', false, true), 'Return a copy of the string with trailing whitespace removed.\n\nIf chars is given and not None, remove characters in chars instead.'),
  native('rpartition(self, sep, /)', str_rpartition, 'Partition the string into three parts using the given separator.\n\nThis will search for the separator in the string, starting at the end. If\nthe separator is found, returns a 3-tuple containing the part before the\nseparator, the separator itself, and the part after it.\n\nIf the separator is not found, returns a 3-tuple containing two empty strings\nand the original string.'),
  native('splitlines(self, /, keepends=False)', (vm: VM, self: PyValue, keepends: PyValue | undefined) => new PyList(splitLines(self, keepends !== undefined && isTrue(vm, keepends))), 'Return a list of the lines in the string, breaking at line boundaries.\n\nLine breaks are not included in the resulting list unless keepends is given and\ntrue.'),
  native('strip(self, chars=None, /)', strip('strip', true, true), 'Return a copy of the string with leading and trailing whitespace removed.\n\nIf chars is given and not None, remove characters in chars instead.'),
  change('swapcase', caseOf.swapcaseStr, 'Convert uppercase characters to lowercase and lowercase characters to uppercase.'),
  native('translate(self, table, /)', str_translate, 'Replace each character in the string using the given translation table.\n\n  table\n    Translation table, which must be a mapping of Unicode ordinals to\n    Unicode ordinals, strings, or None.\n\nThe table must implement lookup/indexing via __getitem__, for instance a\ndictionary or list.  If this operation raises LookupError, the character is\nleft untouched.  Characters mapped to None are deleted.'),
  change('upper', caseOf.upperStr, 'Return a copy of the string converted to uppercase.'),
  native('startswith(self, prefix, start=None, end=None, /)', affix('startswith'), 'S.startswith(prefix[, start[, end]]) -> bool\n\nReturn True if S starts with the specified prefix, False otherwise.\nWith optional start, test S beginning at that position.\nWith optional end, stop comparing S at that position.\nprefix can also be a tuple of strings to try.').parsedTuple(),
  native('endswith(self, suffix, start=None, end=None, /)', affix('endswith'), 'S.endswith(suffix[, start[, end]]) -> bool\n\nReturn True if S ends with the specified suffix, False otherwise.\nWith optional start, test S beginning at that position.\nWith optional end, stop comparing S at that position.\nsuffix can also be a tuple of strings to try.').parsedTuple(),
  native('removeprefix(self, prefix, /)', str_removeprefix, 'Return a str with the given prefix string removed if present.\n\nIf the string starts with the prefix string, return string[len(prefix):].\nOtherwise, return a copy of the original string.'),
  native('removesuffix(self, suffix, /)', str_removesuffix, 'Return a str with the given suffix string removed if present.\n\nIf the string ends with the suffix string and that suffix is not empty,\nreturn string[:-len(suffix)]. Otherwise, return a copy of the original\nstring.'),
  question('isascii', caseOf.isascii, 'Return True if all characters in the string are ASCII, False otherwise.\n\nASCII characters have code points in the range U+0000-U+007F.\nEmpty string is ASCII too.'),
  question('islower', caseOf.islower, 'Return True if the string is a lowercase string, False otherwise.\n\nA string is lowercase if all cased characters in the string are lowercase and\nthere is at least one cased character in the string.'),
  question('isupper', caseOf.isupper, 'Return True if the string is an uppercase string, False otherwise.\n\nA string is uppercase if all cased characters in the string are uppercase and\nthere is at least one cased character in the string.'),
  question('istitle', caseOf.istitle, 'Return True if the string is a title-cased string, False otherwise.\n\nIn a title-cased string, upper- and title-case characters may only\nfollow uncased characters and lowercase characters only cased ones.'),
  question('isspace', caseOf.isspace, 'Return True if the string is a whitespace string, False otherwise.\n\nA string is whitespace if all characters in the string are whitespace and there\nis at least one character in the string.'),
  question('isdecimal', caseOf.isdecimal, 'Return True if the string is a decimal string, False otherwise.\n\nA string is a decimal string if all characters in the string are decimal and\nthere is at least one character in the string.'),
  question('isdigit', caseOf.isdigit, 'Return True if the string is a digit string, False otherwise.\n\nA string is a digit string if all characters in the string are digits and there\nis at least one character in the string.'),
  question('isnumeric', caseOf.isnumeric, 'Return True if the string is a numeric string, False otherwise.\n\nA string is numeric if all characters in the string are numeric and there is at\nleast one character in the string.'),
  question('isalpha', caseOf.isalpha, 'Return True if the string is an alphabetic string, False otherwise.\n\nA string is alphabetic if all characters in the string are alphabetic and there\nis at least one character in the string.'),
  question('isalnum', caseOf.isalnum, 'Return True if the string is an alpha-numeric string, False otherwise.\n\nA string is alpha-numeric if all characters in the string are alpha-numeric and\nthere is at least one character in the string.'),
  question('isidentifier', caseOf.isidentifier, 'Return True if the string is a valid Python identifier, False otherwise.\n\nCall keyword.iskeyword(s) to test whether string s is a reserved identifier,\nsuch as "def" or "class".'),
  question('isprintable', caseOf.isprintable, 'Return True if the string is printable, False otherwise.\n\nA string is printable if all of its characters are considered printable in\nrepr() or if it is empty.'),
  native('zfill(self, width, /)', str_zfill, 'Pad a numeric string with zeros on the left, to fill a field of the given width.\n\nThe string is never truncated.'),
  native('format(self, /, *args, **kwargs)', str_format, "S.format(*args, **kwargs) -> str\n\nReturn a formatted version of S, using substitutions from args and kwargs.\nThe substitutions are identified by braces ('{' and '}').").unsigned(),
  native('format_map(self, mapping, /)', str_format_map, "S.format_map(mapping) -> str\n\nReturn a formatted version of S, using substitutions from mapping.\nThe substitutions are identified by braces ('{' and '}').").unsigned(),
  native('__format__(self, format_spec, /)', str_format_spec, 'Return a formatted version of the string as described by format_spec.'),
  native('__sizeof__(self, /)', (_vm: VM, self: PyValue) => 41 + strLength(self) * (plainText(self) === null ? 4 : 1), 'Return the size of the string in memory, in bytes.'),
  native('__getnewargs__(self, /)', (_vm: VM, self: PyValue) => newTuple([exactStr(self)])).unsigned(),
];

export const strStaticMethods: readonly NativeDef[] = [
  native('maketrans(x, y=<unrepresentable>, z=<unrepresentable>, /)', str_maketrans, 'Return a translation table usable for str.translate().\n\nIf there is only one argument, it must be a dictionary mapping Unicode\nordinals (integers) or characters to Unicode ordinals, strings or None.\nCharacter keys will be then converted to ordinals.\nIf there are two arguments, they must be strings of equal length, and\nin the resulting dictionary, each character in x will be mapped to the\ncharacter at the same position in y. If there is a third argument, it\nmust be a string, whose characters will be mapped to None in the result.'),
];
